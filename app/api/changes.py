"""Changing a published benchmark: its words and policy, archived or not, and deleted."""

from collections.abc import Callable, Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Header, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.api.openapi.request_bodies import PATCH, patch_of
from app.api.openapi.schema import reply
from app.http.bodies import body_of, patched_policy, read_patch, read_small
from app.http.content_negotiation import expected_tags
from app.http.dependencies import AppContext, ContextDep, Maintainer, counted_write
from app.http.encode import json_response
from app.http.field_types import Note
from app.http.query_params import SlugPath
from app.http.requests.benchmarks import ArchiveIn, PatchIn
from app.services.access.callers import Caller
from app.services.benchmarks.delete import delete_benchmark
from app.services.benchmarks.revise import version_tag
from app.services.benchmarks.schemas import Benchmark, Deletion
from app.services.benchmarks.update import archive, change, unarchive
from app.services.submissions.quota import quotas_left
from app.storage import benchmarks as stored
from app.storage.database.session import WriteSession

router = APIRouter(tags=["benchmarks"])

WAIT_SECONDS: Final = 5
"""How long a reply waits for the erasing, so that small benchmarks are gone when it comes."""

IfMatch = Annotated[
    str | None,
    Header(
        max_length=1024,
        description="ETag of the benchmark as it was read; 412 where it has changed since.",
    ),
]
Change = Callable[[WriteSession, Sequence[str] | None], stored.Benchmark]


@router.patch(
    "/benchmarks/{slug}",
    operation_id="changeBenchmark",
    responses={200: reply(Benchmark, "The benchmark as it is now.")},
    openapi_extra=patch_of(PatchIn, example=PATCH),
)
async def change_benchmark(
    request: Request,
    context: ContextDep,
    caller: Maintainer,
    slug: SlugPath,
    if_match: IfMatch = None,
) -> Response:
    """Changes words and policy of a benchmark by a JSON merge patch (RFC 7396).

    What is absent stays, null clears. Nothing that is graded changes by it: questions, accepted
    answers and the matcher change with a revision, and whether answers are hidden is for good. A
    benchmark that becomes private is there for strangers no longer, at once. Old and new values
    stand in the audit trail.
    """
    patch = await read_patch(request)

    def changed(session: WriteSession, expected: Sequence[str] | None) -> stored.Benchmark:
        return change(
            session,
            caller,
            slug,
            lambda benchmark: patched_policy(patch, benchmark),
            expected=expected,
        )

    return await run_in_threadpool(_changed, context, caller, changed, if_match)


@router.post(
    "/benchmarks/{slug}/archive",
    operation_id="archiveBenchmark",
    responses={200: reply(Benchmark, "The benchmark, now read-only.")},
    openapi_extra=body_of(ArchiveIn),
)
async def archive_benchmark(
    request: Request,
    context: ContextDep,
    caller: Maintainer,
    slug: SlugPath,
    if_match: IfMatch = None,
) -> Response:
    """Makes a benchmark read-only and takes it off the list; its address and board stay.

    Submissions, revisions, changes and withdrawals are refused (409) until it is unarchived;
    answers can still be erased, and it can be deleted.
    """
    wanted = await read_small(request, ArchiveIn)

    def archived(session: WriteSession, expected: Sequence[str] | None) -> stored.Benchmark:
        return archive(session, caller, slug, reason=wanted.reason, expected=expected)

    return await run_in_threadpool(_changed, context, caller, archived, if_match)


@router.post(
    "/benchmarks/{slug}/unarchive",
    operation_id="unarchiveBenchmark",
    responses={200: reply(Benchmark, "The benchmark, in use again.")},
)
def unarchive_benchmark(
    context: ContextDep, caller: Maintainer, slug: SlugPath, if_match: IfMatch = None
) -> Response:
    """Puts an archived benchmark back on the list; it takes submissions and changes again."""

    def unarchived(session: WriteSession, expected: Sequence[str] | None) -> stored.Benchmark:
        return unarchive(session, caller, slug, expected=expected)

    return _changed(context, caller, unarchived, if_match)


def _changed(context: AppContext, caller: Caller, act: Change, if_match: str | None) -> Response:
    with counted_write(context.app_state, caller) as session:
        benchmark = act(session, expected_tags(if_match))
        left = quotas_left(session, caller, [benchmark]).get(benchmark.id)
    headers = {"ETag": version_tag(benchmark.version)}
    return json_response(Benchmark.of(benchmark, quota_left=left), headers=headers)


@router.delete(
    "/benchmarks/{slug}",
    operation_id="deleteBenchmark",
    status_code=204,
    responses={
        202: reply(Deletion, "Deleted; the rest is being erased."),
        204: {"description": "Deleted, and nothing of it is left."},
    },
)
def remove_benchmark(
    context: ContextDep,
    caller: Maintainer,
    slug: SlugPath,
    reason: Annotated[
        Note, Query(description="Told by the address afterwards; an admin must give one.")
    ] = "",
    if_match: IfMatch = None,
) -> Response:
    """Deletes a benchmark for good: questions, accepted answers, submissions, gradings.

    Its maintainer may while nobody else has submitted to it, an admin always, with a reason. From
    then on its address and those of its submissions answer 410 with the day and the reason, its
    slug stays taken, and keys bound to it are revoked. A private one is as absent as before.
    """
    erased = delete_benchmark(
        context.app_state,
        caller,
        slug,
        reason=reason,
        seconds=WAIT_SECONDS,
        expected=expected_tags(if_match),
    )
    if erased:
        return Response(status_code=204)
    return json_response(Deletion(slug=slug), 202)
