"""File uploads of the management pages: bodies streamed by a script, as to the API.

No multipart: the file is the body, its policy is in the query string, and errors are the same
problems as the API's.
"""

from typing import Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from app.http.bodies import metadata_of, new_benchmark, new_revision, received, validated
from app.http.dependencies import AppContext, ContextDep, counted_write
from app.http.requests.benchmarks import (
    BenchmarkIn,
    RevisionIn,
    benchmark_from_query,
    revision_from_query,
)
from app.http.urls import url
from app.intake.items import ItemReader
from app.services.benchmarks.key_warnings import ItemWarning, warnings_about_new
from app.services.benchmarks.publish import publish
from app.services.benchmarks.regrade import ask_regrade
from app.services.benchmarks.revise import revise
from app.storage.benchmarks import Benchmark
from app.web.current_user import BrowserSession, SignedMaintainer

router = APIRouter(include_in_schema=False)
_WAIT_SECONDS: Final = 2
"""Small benchmarks are graded by then, and the page that follows shows who moved at once."""


@router.post("/desk/benchmarks")
async def publish_file(
    request: Request, context: ContextDep, browser_session: SignedMaintainer
) -> Response:
    """Publishes a benchmark: the file is the body, the policy is in the query string."""
    reader = await received(request, ItemReader, limits=context.limits, fewest=1)
    benchmark, warnings = await run_in_threadpool(
        _publish, context, browser_session, reader, request.query_params.multi_items()
    )
    there = url(f"/benchmarks/{benchmark.slug}")
    return JSONResponse(
        {
            "address": there,
            "slug": benchmark.slug,
            "title": benchmark.title,
            "n_items": benchmark.n_items,
            "visibility": benchmark.visibility,
            "warnings": [{"item": warning.item, "detail": warning.detail} for warning in warnings],
        },
        201,
        {"Location": there, "Cache-Control": "no-store"},
    )


@router.post("/desk/benchmarks/{slug}/revisions")
async def revise_from_file(
    request: Request, context: ContextDep, browser_session: SignedMaintainer, slug: str
) -> Response:
    """Corrects a benchmark: the items that change are the body, the rest is in the query string."""
    reader = await received(request, ItemReader, limits=context.limits, fewest=0)
    number = await run_in_threadpool(
        _revise, context, browser_session, slug, reader, request.query_params.multi_items()
    )
    there = url(f"/desk/benchmarks/{slug}/revisions/{number}")
    return JSONResponse(
        {"address": there, "revision": number},
        201,
        {"Location": there, "Cache-Control": "no-store"},
    )


def _publish(
    context: AppContext,
    browser_session: BrowserSession,
    reader: ItemReader,
    query: list[tuple[str, str]],
) -> tuple[Benchmark, tuple[ItemWarning, ...]]:
    document, items = reader.finish()
    request_body = validated(
        BenchmarkIn, metadata_of(document, query, from_query=benchmark_from_query)
    )
    new = new_benchmark(request_body)
    with counted_write(context.app_state, browser_session.caller) as session:
        benchmark = publish(session, browser_session.caller, new, items)
    return benchmark, warnings_about_new(new, items)


def _revise(
    context: AppContext,
    browser_session: BrowserSession,
    slug: str,
    reader: ItemReader,
    query: list[tuple[str, str]],
) -> int:
    document, items = reader.finish()
    request_body = validated(
        RevisionIn, metadata_of(document, query, from_query=revision_from_query)
    )
    app_state = context.app_state
    _, revision = revise(app_state, browser_session.caller, slug, new_revision(request_body), items)
    ask_regrade(app_state, revision.id)
    app_state.regrades.wait(revision.id, seconds=_WAIT_SECONDS)
    return revision.number
