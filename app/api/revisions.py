"""Revisions: a corrected key or item set; every stored submission is graded again."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Header, Path, Request
from msgspec import UNSET
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.api.openapi.request_bodies import REVISION, changes_of
from app.api.openapi.schema import reply
from app.api.paging import NextCursor
from app.http.bodies import metadata_of, new_revision, received, validated
from app.http.content_negotiation import expected_tags
from app.http.dependencies import Anyone, AppContext, ContextDep, Maintainer, Reading, StateDep
from app.http.encode import json_response
from app.http.query_params import SlugPath
from app.http.requests.benchmarks import RevisionIn, revision_from_query
from app.http.urls import url
from app.intake.items import ItemReader
from app.reply_fields import Doc
from app.services.access.callers import Caller
from app.services.access.permissions import readable_benchmark
from app.services.benchmarks.key_warnings import revision_warnings
from app.services.benchmarks.regrade import ask_regrade
from app.services.benchmarks.revise import revise, revisions_tag
from app.services.benchmarks.revisions import revision_view, revisions_of
from app.services.benchmarks.schemas import Revision, RevisionFacts

router = APIRouter(tags=["revisions"])

WAIT_SECONDS: Final = 5
"""How long a reply waits for the grading, so that small benchmarks are complete at once."""


@dataclass(frozen=True, slots=True)
class RevisionPage:
    """All revisions of a benchmark."""

    data: Annotated[list[RevisionFacts], Doc("The oldest first.")]
    next_cursor: NextCursor


Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="Counts from 1.")]


@router.post(
    "/benchmarks/{slug}/revisions",
    operation_id="reviseBenchmark",
    status_code=201,
    openapi_extra=changes_of(RevisionIn, example=REVISION),
    responses={
        201: reply(Revision, "Where its state is `grading` its board comes later."),
    },
)
async def revise_benchmark(
    request: Request,
    context: ContextDep,
    caller: Maintainer,
    slug: SlugPath,
    if_match: Annotated[
        str | None,
        Header(max_length=1024, description="ETag of the benchmark or of its revisions."),
    ] = None,
) -> Response:
    """Corrects a benchmark: the next revision, under which every submission is graded again.

    As JSON the items stand in the document; as NDJSON or CSV the body is the items and the rest
    stands in the query string. An item that is sent changes the fields it is sent with, or is new
    (missing for those who submitted before); `removed` keys leave; `items_are=whole` replaces all.
    The old board stays readable at `?revision=`, and the new one is shown once it is whole.
    """
    reader = await received(request, ItemReader, limits=context.limits, fewest=0)
    return await run_in_threadpool(
        _revise, context, caller, slug, reader, request.query_params.multi_items(), if_match
    )


def _revise(
    context: AppContext,
    caller: Caller,
    slug: str,
    reader: ItemReader,
    query: list[tuple[str, str]],
    if_match: str | None,
) -> Response:
    document, items = reader.finish()
    wanted = validated(RevisionIn, metadata_of(document, query, from_query=revision_from_query))
    app_state = context.app_state
    benchmark, revision = revise(
        app_state, caller, slug, new_revision(wanted), items, expected=expected_tags(if_match)
    )
    ask_regrade(app_state, revision.id)
    app_state.regrades.wait(revision.id, seconds=WAIT_SECONDS)
    with app_state.database.reading() as session:
        # It may have been deleted while this waited.
        readable_benchmark(session, caller, slug)
        view = revision_view(session, app_state, benchmark, revision.number)
        warnings = revision_warnings(session, app_state, revision.id)
    location = url(f"/api/v1/benchmarks/{slug}/revisions/{revision.number}")
    headers = {"Location": location, "ETag": revisions_tag([view.revision])}
    body = Revision.seen(benchmark.slug, view, warnings=warnings or UNSET)
    return json_response(body, 201, headers)


@router.get(
    "/benchmarks/{slug}/revisions",
    operation_id="listRevisions",
    responses={200: reply(RevisionPage, "Revisions, oldest first.")},
)
def read_revisions(
    session: Reading, app_state: StateDep, caller: Anyone, slug: SlugPath
) -> Response:
    """Every revision of a benchmark, the one that is still being graded too."""
    benchmark = readable_benchmark(session, caller, slug)
    revisions = revisions_of(session, app_state, benchmark)
    page = RevisionPage(
        [RevisionFacts.of(benchmark.slug, revision) for revision in revisions], None
    )
    return json_response(page, headers={"ETag": revisions_tag(revisions)})


@router.get(
    "/benchmarks/{slug}/revisions/{number}",
    operation_id="readRevision",
    responses={200: reply(Revision, "How far it is, and who moved.")},
)
def read_revision(
    session: Reading, app_state: StateDep, caller: Anyone, slug: SlugPath, number: Number
) -> Response:
    """One revision: how many submissions it has graded and, once complete, whose place or score at
    the default view is another than under the revision before."""
    benchmark = readable_benchmark(session, caller, slug)
    view = revision_view(session, app_state, benchmark, number)
    return json_response(Revision.seen(benchmark.slug, view))
