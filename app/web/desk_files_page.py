"""Files at the desk: a body that a script of our own page streams, as it would to the API.

No multipart anywhere: the file is the body, its policy stands in the address, and what is wrong
with it comes back as the same problem that the API gives.
"""

from typing import Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from app.bodies import metadata_of, new_benchmark, new_revision, received, validated
from app.deps import Front, TheFront, counted_write
from app.intake.items import ItemReader
from app.services.publish import publish
from app.services.regrade import ask_regrade
from app.services.revise import revise
from app.storage.benchmarks import Benchmark
from app.urls import url
from app.web.visitor import SignedMaintainer, Stay
from app.wire import BenchmarkIn, RevisionIn, benchmark_from_query, revision_from_query

router = APIRouter(include_in_schema=False)
_WAIT_SECONDS: Final = 2
"""Small benchmarks are graded by then, and the page that follows shows who moved at once."""


@router.post("/desk/benchmarks")
async def publish_file(request: Request, front: TheFront, stay: SignedMaintainer) -> Response:
    """Publishes a benchmark: the file is the body, the policy stands in the query string."""
    reader = await received(request, ItemReader, limits=front.limits, fewest=1)
    benchmark = await run_in_threadpool(
        _publish, front, stay, reader, request.query_params.multi_items()
    )
    there = url(f"/benchmarks/{benchmark.slug}")
    return JSONResponse(
        {
            "address": there,
            "slug": benchmark.slug,
            "title": benchmark.title,
            "n_items": benchmark.n_items,
            "visibility": benchmark.visibility,
        },
        201,
        {"Location": there, "Cache-Control": "no-store"},
    )


@router.post("/desk/benchmarks/{slug}/revisions")
async def revise_from_file(
    request: Request, front: TheFront, stay: SignedMaintainer, slug: str
) -> Response:
    """Corrects a benchmark: the items that change are the body, the rest stands in the address."""
    reader = await received(request, ItemReader, limits=front.limits, fewest=0)
    number = await run_in_threadpool(
        _revise, front, stay, slug, reader, request.query_params.multi_items()
    )
    there = url(f"/desk/benchmarks/{slug}/revisions/{number}")
    return JSONResponse(
        {"address": there, "revision": number},
        201,
        {"Location": there, "Cache-Control": "no-store"},
    )


def _publish(
    front: Front, stay: Stay, reader: ItemReader, query: list[tuple[str, str]]
) -> Benchmark:
    document, items = reader.finish()
    wanted = validated(BenchmarkIn, metadata_of(document, query, from_query=benchmark_from_query))
    with counted_write(front.desk, stay.caller) as session:
        return publish(session, stay.caller, new_benchmark(wanted), items)


def _revise(
    front: Front, stay: Stay, slug: str, reader: ItemReader, query: list[tuple[str, str]]
) -> int:
    document, items = reader.finish()
    wanted = validated(RevisionIn, metadata_of(document, query, from_query=revision_from_query))
    desk = front.desk
    _, revision = revise(desk, stay.caller, slug, new_revision(wanted), items)
    ask_regrade(desk, revision.id)
    desk.regrades.wait(revision.id, seconds=_WAIT_SECONDS)
    return revision.number
