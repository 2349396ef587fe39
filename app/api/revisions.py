"""Revisions: a corrected key or item set; every stored submission is graded again."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.api.openapi.request_bodies import REVISION, changes_of
from app.api.replies import json_response, model_body, moment
from app.api.revision_shapes import RevisionOut, RevisionPage
from app.http.bodies import metadata_of, new_revision, received, tags_of, validated
from app.http.dependencies import Anyone, AppContext, ContextDep, Maintainer, Reading, StateDep
from app.http.path_params import SlugPath
from app.http.requests import RevisionIn, revision_from_query
from app.http.urls import url
from app.intake.items import ItemReader
from app.services.access.callers import Caller
from app.services.access.permissions import readable_benchmark
from app.services.benchmarks.regrade import ask_regrade
from app.services.benchmarks.revise import revise, revisions_tag
from app.services.benchmarks.revisions import RevisionView, revision_view, revisions_of
from app.storage.benchmarks import Benchmark
from app.storage.revisions import Revision

router = APIRouter(tags=["revisions"])

WAIT_SECONDS: Final = 5
"""How long a reply waits for the grading, so that small benchmarks are complete at once."""

Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="Counts from 1.")]


@router.post(
    "/benchmarks/{slug}/revisions",
    operation_id="reviseBenchmark",
    status_code=201,
    openapi_extra=changes_of(RevisionIn, example=REVISION),
    responses={
        201: {
            "model": RevisionOut,
            "description": "The revision; where its state is `grading` its board comes later.",
        },
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
        app_state, caller, slug, new_revision(wanted), items, expected=tags_of(if_match)
    )
    ask_regrade(app_state, revision.id)
    app_state.regrades.wait(revision.id, seconds=WAIT_SECONDS)
    with app_state.database.reading() as session:
        # It may have been deleted while this waited.
        readable_benchmark(session, caller, slug)
        view = revision_view(session, app_state, benchmark, revision.number)
    place = url(f"/api/v1/benchmarks/{slug}/revisions/{revision.number}")
    headers = {"Location": place, "ETag": revisions_tag([view.revision])}
    return json_response(_view_body(benchmark, view), 201, headers)


@router.get(
    "/benchmarks/{slug}/revisions",
    operation_id="listRevisions",
    responses={200: {"model": RevisionPage, "description": "Revisions, oldest first."}},
)
def read_revisions(
    session: Reading, app_state: StateDep, caller: Anyone, slug: SlugPath
) -> Response:
    """Every revision of a benchmark, the one that is still being graded too."""
    benchmark = readable_benchmark(session, caller, slug)
    found = revisions_of(session, app_state, benchmark)
    body = {"data": [_body(benchmark, revision) for revision in found], "next_cursor": None}
    return json_response(body, headers={"ETag": revisions_tag(found)})


@router.get(
    "/benchmarks/{slug}/revisions/{number}",
    operation_id="readRevision",
    responses={200: {"model": RevisionOut, "description": "How far it is, and who moved."}},
)
def read_revision(
    session: Reading, app_state: StateDep, caller: Anyone, slug: SlugPath, number: Number
) -> Response:
    """One revision: how many submissions it has graded and, once complete, whose place or score at
    the default view is another than under the revision before."""
    benchmark = readable_benchmark(session, caller, slug)
    return json_response(
        _view_body(benchmark, revision_view(session, app_state, benchmark, number))
    )


def _body(benchmark: Benchmark, revision: Revision) -> dict[str, Any]:
    tolerance = revision.tolerance
    return {
        "benchmark": benchmark.slug,
        "revision": revision.number,
        "state": "complete" if revision.complete else "grading",
        "note": revision.note,
        "n_items": revision.n_items,
        "matcher": revision.matcher,
        "tolerance": None if tolerance is None else float(tolerance),
        "abstention_phrases": list(revision.abstention_phrases),
        "created_at": moment(revision.created_at),
    }


def _view_body(benchmark: Benchmark, view: RevisionView) -> dict[str, Any]:
    moves = view.moves
    why = "first-revision" if view.revision.number == 1 else "grading"
    return _body(benchmark, view.revision) | {
        "graded": view.graded,
        "submissions": view.submissions,
        "n_compared": None if moves is None else moves.compared,
        "n_moved": None if moves is None else moves.total,
        "moved": None
        if moves is None
        else [
            {
                "submission": move.submission,
                "owner": move.owner,
                "model": model_body(move.model),
                "rank": {"before": move.rank_before, "after": move.rank_after},
                "score": {"before": move.score_before, "after": move.score_after},
            }
            for move in moves.moved
        ],
        "null_reasons": {} if moves is not None else dict.fromkeys(_MOVES, why),
    }


_MOVES: Final = ("n_compared", "n_moved", "moved")
