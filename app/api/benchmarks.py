"""Benchmarks: publish, list, read, hand out the questions and the instruction to answer them."""

from collections.abc import Iterator
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from app.api.described import BENCHMARK, ITEM, rows_of
from app.api.negotiate import wants
from app.api.paging import Cursor, Limit, cursor_of, number_of, place_of
from app.api.replies import benchmark_body, item_body, json_response
from app.api.shapes import BenchmarkOut, BenchmarkPage, ItemPage
from app.asked import target_of
from app.bodies import metadata_of, new_benchmark, received, validated
from app.deps import Anyone, Front, Maintainer, Reading, TheFront, counted_write
from app.intake.columns import ItemColumns
from app.intake.items import ItemReader
from app.scoring.targets import Target
from app.services.access import readable_benchmark
from app.services.callers import Caller
from app.services.oversee import readable_benchmarks
from app.services.prompt import prompt_for
from app.services.publish import NewBenchmark, publish
from app.services.revise import version_tag
from app.services.submission_quota import QuotaLeft, quotas_left
from app.storage.benchmarks import Benchmark
from app.storage.items import read_items
from app.urls import url
from app.wire import BenchmarkIn, benchmark_from_query

router = APIRouter(tags=["benchmarks"])
_PAGE = 1_000


@router.post(
    "/benchmarks",
    operation_id="publishBenchmark",
    status_code=201,
    responses={201: {"model": BenchmarkOut, "description": "The benchmark as stored."}},
    openapi_extra=rows_of(BenchmarkIn, example=BENCHMARK, row=ITEM, member="items"),
)
async def publish_benchmark(request: Request, front: TheFront, caller: Maintainer) -> Response:
    """Publishes a benchmark: policy, items, accepted answers.

    As JSON the items stand in the document; as NDJSON or CSV the body is the items and the policy
    stands in the query string. All or nothing.
    """
    reader = await received(request, ItemReader, limits=front.limits)
    benchmark, left = await run_in_threadpool(
        _publish, front, caller, reader, request.query_params.multi_items()
    )
    body = benchmark_body(benchmark, quota_left=left)
    return json_response(body, 201, {"Location": url(f"/api/v1/benchmarks/{benchmark.slug}")})


def _publish(
    front: Front, caller: Caller, reader: ItemReader, query: list[tuple[str, str]]
) -> tuple[Benchmark, QuotaLeft | None]:
    document, items = reader.finish()
    wanted = validated(BenchmarkIn, metadata_of(document, query, from_query=benchmark_from_query))
    return _store(front, caller, new_benchmark(wanted), items)


def _store(
    front: Front, caller: Caller, new: NewBenchmark, items: ItemColumns
) -> tuple[Benchmark, QuotaLeft | None]:
    with counted_write(front.desk, caller) as session:
        benchmark = publish(session, caller, new, items)
        return benchmark, quotas_left(session, caller, [benchmark]).get(benchmark.id)


@router.get(
    "/benchmarks",
    operation_id="listBenchmarks",
    responses={200: {"model": BenchmarkPage, "description": "Benchmarks by slug."}},
)
def read_benchmarks(
    session: Reading,
    caller: Anyone,
    archived: Annotated[
        bool, Query(description="The archived benchmarks instead of those in use.")
    ] = False,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Lists the benchmarks that the caller may read: the public ones, its owner's (of a bound key:
    its benchmark), an admin's all; archived ones only with `archived`."""
    found = readable_benchmarks(
        session, caller, limit=limit + 1, after=place_of(cursor), archived=archived
    )
    more = len(found) > limit
    left = quotas_left(session, caller, found[:limit])
    return json_response(
        {
            "data": [benchmark_body(one, quota_left=left.get(one.id)) for one in found[:limit]],
            "next_cursor": cursor_of(found[limit - 1].slug) if more else None,
        }
    )


@router.get(
    "/benchmarks/{slug}",
    operation_id="readBenchmark",
    responses={200: {"model": BenchmarkOut, "description": "The benchmark's facts and policy."}},
)
def read_benchmark(session: Reading, caller: Anyone, slug: str) -> Response:
    """One benchmark: facts and policy, never the answers.

    The ETag names its version, which every submission raises; `If-Match` takes it when the
    benchmark is changed or revised.
    """
    benchmark = readable_benchmark(session, caller, slug)
    headers = {"ETag": version_tag(benchmark.version)}
    left = quotas_left(session, caller, [benchmark]).get(benchmark.id)
    return json_response(benchmark_body(benchmark, quota_left=left), headers=headers)


@router.get(
    "/benchmarks/{slug}/items",
    operation_id="listItems",
    responses={
        200: {
            "model": ItemPage,
            "description": "Questions in order; `application/x-ndjson` streams them all.",
        }
    },
)
def read_benchmark_items(
    request: Request,
    session: Reading,
    front: TheFront,
    caller: Anyone,
    slug: str,
    limit: Limit = 100,
    cursor: Cursor = None,
    revision: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """The questions, for a pipeline to answer; accepted answers where the benchmark is open."""
    benchmark = readable_benchmark(session, caller, slug, revision=revision)
    if wants(request, ("application/json", "application/x-ndjson")) == "application/x-ndjson":
        return StreamingResponse(_lines(front, benchmark), media_type="application/x-ndjson")
    start = number_of(cursor) or 0
    found = read_items(session, benchmark.revision_id, start=start, limit=limit)
    end = start + len(found)
    body = {
        "data": [item_body(item, with_answers=benchmark.mode == "open") for item in found],
        "next_cursor": cursor_of(str(end)) if found and end < benchmark.n_items else None,
    }
    return json_response(body)


def _lines(front: Front, benchmark: Benchmark) -> Iterator[bytes]:
    """All items as NDJSON, read page by page: a revision never changes under the reader."""
    encoder = msgspec.json.Encoder()
    for start in range(0, benchmark.n_items, _PAGE):
        with front.desk.database.reading() as session:
            page = read_items(session, benchmark.revision_id, start=start, limit=_PAGE)
        yield encoder.encode_lines(
            [item_body(item, with_answers=benchmark.mode == "open") for item in page]
        )


@router.get(
    "/benchmarks/{slug}/prompt",
    operation_id="readPrompt",
    responses={200: {"content": {"text/plain": {}}, "description": "The instruction to append."}},
    response_class=Response,
)
def read_prompt(
    session: Reading,
    caller: Anyone,
    slug: str,
    target: Annotated[str | None, Query(max_length=32, description="0 to 0.99")] = None,
) -> Response:
    """The instruction to append to a question: the price, how to abstain, the form of a reply."""
    benchmark = readable_benchmark(session, caller, slug)
    stated = Target(benchmark.default_target) if target is None else target_of(target)
    return Response(prompt_for(benchmark, stated), media_type="text/plain; charset=utf-8")
