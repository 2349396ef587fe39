"""Two submissions: compared item by item, and judged at a gate."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.api.openapi.request_bodies import GATE, rows_of
from app.api.openapi.schema import reply
from app.api.paging import Cursor, Limit, cursor_of, number_of
from app.http.bodies import metadata_of, received_rows, validated
from app.http.dependencies import Anyone, AppContext, ContextDep, Reading, StateDep
from app.http.encode import json_response
from app.http.query_params import PairParams, terms_of
from app.http.requests.scoring import GateIn, gate_from_query
from app.intake.predictions import PredictionReader
from app.problem import Problem
from app.scoring.rules import ScoringView
from app.services.access.callers import Caller
from app.services.comparisons.compare import align, compare_submissions
from app.services.comparisons.gate import decide
from app.services.comparisons.gate_candidates import Asked, contest_of
from app.services.comparisons.schemas import GateReport, PairedComparison
from app.storage.benchmarks import Benchmark

router = APIRouter(tags=["comparisons"])

SubmissionId = Annotated[
    str,
    Query(
        max_length=64,
        description="A submission's id.",
        examples=["sub_01KAJ3M8V9Q2W3E4R5T6Y7U8I9"],
    ),
]
Revision = Annotated[
    int | None, Query(ge=1, le=2**31 - 1, description="The newest common one where absent.")
]


@router.get(
    "/compare",
    operation_id="compareSubmissions",
    responses={200: reply(PairedComparison, "a minus b, in points an item.")},
)
def read_comparison(
    session: Reading,
    app_state: StateDep,
    caller: Anyone,
    asked: PairParams,
    a: SubmissionId,
    b: SubmissionId,
    revision: Revision = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Two submissions to one benchmark, paired item by item: difference, interval, exact p-value,
    3 x 3 outcome table, the difference at every target, and the items where they part.

    `limit` and `cursor` page through those items. Of a hidden benchmark only what follows from its
    public shares is told; the rest is null with the reason `hidden`.
    """
    aligned = align(session, caller, a, b, revision=revision)
    terms = asked.terms(aligned.benchmark)
    pair = compare_submissions(
        session, app_state, aligned, terms, offset=number_of(cursor) or 0, limit=limit
    )
    if pair.items is not None and pair.items.next_offset is not None:
        after = cursor_of(str(pair.items.next_offset))
        pair = replace(pair, items=replace(pair.items, next_cursor=after))
    return json_response(pair)


@router.post(
    "/gate",
    operation_id="decideGate",
    responses={200: reply(GateReport, "pass, fail or cannot-tell, with power.")},
    openapi_extra=rows_of(GateIn, example=GATE),
)
async def decide_gate(request: Request, context: ContextDep, caller: Anyone) -> Response:
    """Decides whether a candidate may replace a baseline, if it may lose at most `largest_loss`.

    The candidate is a stored submission, or `predictions` in the body (as in a submission) that
    are graded against the baseline's open benchmark and not stored; as NDJSON or CSV (or Parquet,
    where `/limits` names it) the body is the rows and the fields stand in the query string. Losses
    are in points an item. The decision is one-sided at 5 % each way: `pass` rules a larger loss
    out, `fail` is beyond noise.

    A baseline by its model's name is the newest, or `against: best` the best, counted submission
    before the candidate; where there is none the reply is 404 `no-baseline`. A submission is never
    compared with itself (422).
    """
    reader = await received_rows(request, PredictionReader, limits=context.limits)
    return await run_in_threadpool(
        _decide, context, caller, reader, request.query_params.multi_items()
    )


def _decide(
    context: AppContext,
    caller: Caller | None,
    reader: PredictionReader,
    query: list[tuple[str, str]],
) -> Response:
    document, columns = reader.finish_either()
    wanted = validated(GateIn, metadata_of(document, query, from_query=gate_from_query))
    named = (wanted.candidate, wanted.candidate_model, columns)
    if named.count(None) != 2:
        raise Problem(
            "invalid-request",
            "Give one candidate: a submission's id, a model's name, or predictions.",
        )

    def terms(benchmark: Benchmark) -> ScoringView:
        return terms_of(benchmark, rule=wanted.rule, target=wanted.target, mode=wanted.mode)

    with context.app_state.database.reading() as session:
        stand = contest_of(session, context.app_state, caller, _asked(wanted), terms)
        report = decide(
            session,
            context.app_state,
            stand,
            terms(stand.benchmark),
            columns,
            largest_loss=wanted.largest_loss,
        )
    return json_response(report)


def _asked(wanted: GateIn) -> Asked:
    return Asked(
        benchmark=wanted.benchmark,
        baseline=wanted.baseline,
        baseline_model=wanted.baseline_model,
        against=wanted.against,
        candidate=wanted.candidate,
        candidate_model=wanted.candidate_model,
        candidate_key=wanted.candidate_key,
        external_id=wanted.external_id,
        stated_target=wanted.stated_target,
        revision=wanted.revision,
    )
