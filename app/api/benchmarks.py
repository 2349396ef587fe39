"""Benchmarks: publish, list, read, hand out the questions and the instruction to answer them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from msgspec import UNSET
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from app.api.openapi.request_bodies import BENCHMARK, ITEM, rows_of
from app.api.openapi.schema import reply
from app.api.paging import Cursor, Limit, NextCursor, cursor_of, next_page, number_of, position_of
from app.http.bodies import metadata_of, new_benchmark, received, validated
from app.http.content_negotiation import wants
from app.http.dependencies import Anyone, AppContext, ContextDep, Maintainer, Reading, counted_write
from app.http.encode import json_lines, json_response
from app.http.query_params import AskedPenalty, RevisionQuery, SlugPath, target_of
from app.http.requests.benchmarks import BenchmarkIn, benchmark_from_query
from app.http.urls import url
from app.intake.columns import ItemColumns
from app.intake.items import ItemReader
from app.reply_fields import Doc
from app.scoring.targets import Target
from app.services.access.callers import Caller
from app.services.access.managed_benchmarks import readable_benchmarks
from app.services.access.permissions import readable_benchmark
from app.services.access.public_view import PublicView
from app.services.benchmarks.key_warnings import ItemWarning, warnings_about_new
from app.services.benchmarks.prompt import prompt_for
from app.services.benchmarks.publish import NewBenchmark, publish
from app.services.benchmarks.revise import version_tag
from app.services.benchmarks.schemas import Benchmark, Item
from app.services.submissions.quota import QuotaLeft, quotas_left
from app.storage import benchmarks as stored
from app.storage.items import read_items

router = APIRouter(tags=["benchmarks"])
_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class BenchmarkPage:
    """A page of benchmarks."""

    data: Annotated[list[Benchmark], Doc("By slug.")]
    next_cursor: NextCursor


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A page of questions."""

    data: Annotated[list[Item], Doc("In the order of the benchmark.")]
    next_cursor: NextCursor


@router.post(
    "/benchmarks",
    operation_id="publishBenchmark",
    status_code=201,
    responses={201: reply(Benchmark, "The benchmark as stored.")},
    openapi_extra=rows_of(BenchmarkIn, example=BENCHMARK, row=ITEM, member="items"),
)
async def publish_benchmark(request: Request, context: ContextDep, caller: Maintainer) -> Response:
    """Publishes a benchmark: policy, items, accepted answers.

    As JSON the items stand in the document; as NDJSON or CSV the body is the items and the policy
    stands in the query string. All or nothing; `warnings` tell what may be meant otherwise.
    """
    reader = await received(request, ItemReader, limits=context.limits)
    benchmark, left, warnings = await run_in_threadpool(
        _publish, context, caller, reader, request.query_params.multi_items()
    )
    body = Benchmark.of(benchmark, quota_left=left, warnings=warnings or UNSET)
    return json_response(body, 201, {"Location": url(f"/api/v1/benchmarks/{benchmark.slug}")})


def _publish(
    context: AppContext, caller: Caller, reader: ItemReader, query: list[tuple[str, str]]
) -> tuple[stored.Benchmark, QuotaLeft | None, tuple[ItemWarning, ...]]:
    document, items = reader.finish()
    wanted = validated(BenchmarkIn, metadata_of(document, query, from_query=benchmark_from_query))
    new = new_benchmark(wanted)
    benchmark, left = _store(context, caller, new, items)
    return benchmark, left, warnings_about_new(new, items)


def _store(
    context: AppContext, caller: Caller, new: NewBenchmark, items: ItemColumns
) -> tuple[stored.Benchmark, QuotaLeft | None]:
    with counted_write(context.app_state, caller) as session:
        benchmark = publish(session, caller, new, items)
        return benchmark, quotas_left(session, caller, [benchmark]).get(benchmark.id)


@router.get(
    "/benchmarks",
    operation_id="listBenchmarks",
    responses={200: reply(BenchmarkPage, "Benchmarks by slug.")},
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
    benchmarks = readable_benchmarks(
        session, caller, limit=limit + 1, after=position_of(cursor), archived=archived
    )
    shown, after = next_page(benchmarks, limit, position=lambda benchmark: benchmark.slug)
    left = quotas_left(session, caller, shown)
    return json_response(
        BenchmarkPage(
            [Benchmark.of(benchmark, quota_left=left.get(benchmark.id)) for benchmark in shown],
            after,
        )
    )


@router.get(
    "/benchmarks/{slug}",
    operation_id="readBenchmark",
    responses={200: reply(Benchmark, "The benchmark's facts and policy.")},
)
def read_benchmark(session: Reading, caller: Anyone, slug: SlugPath) -> Response:
    """One benchmark: facts and policy, never the answers.

    The ETag names its version, which every submission raises; `If-Match` takes it when the
    benchmark is changed or revised.
    """
    benchmark = readable_benchmark(session, caller, slug)
    headers = {"ETag": version_tag(benchmark.version)}
    left = quotas_left(session, caller, [benchmark]).get(benchmark.id)
    return json_response(Benchmark.of(benchmark, quota_left=left), headers=headers)


@router.get(
    "/benchmarks/{slug}/items",
    operation_id="listItems",
    responses={
        200: reply(
            ItemPage,
            "Questions in order; `application/x-ndjson` streams them all.",
            content={"application/x-ndjson": {"schema": {"type": "string"}}},
        )
    },
)
def read_benchmark_items(
    request: Request,
    session: Reading,
    context: ContextDep,
    caller: Anyone,
    slug: SlugPath,
    limit: Limit = 100,
    cursor: Cursor = None,
    revision: RevisionQuery = None,
) -> Response:
    """The questions, for a pipeline to answer; accepted answers where the benchmark is open."""
    benchmark = readable_benchmark(session, caller, slug, revision=revision)
    if wants(request, ("application/json", "application/x-ndjson")) == "application/x-ndjson":
        return StreamingResponse(_lines(context, benchmark), media_type="application/x-ndjson")
    start = number_of(cursor) or 0
    items = read_items(session, benchmark.revision_id, start=start, limit=limit)
    end = start + len(items)
    after = cursor_of(str(end)) if items and end < benchmark.n_items else None
    return json_response(
        ItemPage(
            [Item.of(item, with_answers=PublicView.of(benchmark).answers) for item in items], after
        )
    )


def _lines(context: AppContext, benchmark: stored.Benchmark) -> Iterator[bytes]:
    """All items as NDJSON, read page by page: a revision never changes under the reader."""
    for start in range(0, benchmark.n_items, _PAGE):
        with context.app_state.database.reading() as session:
            page = read_items(session, benchmark.revision_id, start=start, limit=_PAGE)
        yield json_lines(
            [Item.of(item, with_answers=PublicView.of(benchmark).answers) for item in page]
        )


@router.get(
    "/benchmarks/{slug}/prompt",
    operation_id="readPrompt",
    responses={
        200: {
            "content": {"text/plain": {"schema": {"type": "string"}}},
            "description": "The instruction to append.",
        }
    },
    response_class=Response,
)
def read_prompt(
    session: Reading,
    caller: Anyone,
    slug: SlugPath,
    target: Annotated[
        str | None,
        Query(
            max_length=32,
            description="The target to announce, 0 to 0.99; the benchmark's where absent.",
        ),
    ] = None,
    penalty: AskedPenalty = None,
) -> Response:
    """The instruction to append to a question: the price, how to abstain, the form of a reply."""
    benchmark = readable_benchmark(session, caller, slug)
    stated = target_of(target, penalty) or Target(benchmark.default_target)
    return Response(prompt_for(benchmark, stated), media_type="text/plain; charset=utf-8")
