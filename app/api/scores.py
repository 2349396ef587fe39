"""Scoring without storing: rows in, every figure out."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.api.openapi.request_bodies import SCORE, SCORED_ROW, rows_of
from app.api.openapi.schema import reply
from app.grading.options import newest_rules
from app.http.bodies import metadata_of, received_rows, validated
from app.http.dependencies import Anyone, AppContext, ContextDep
from app.http.encode import json_response
from app.http.requests.scoring import ScoreIn, score_from_query
from app.intake.limits import Limits
from app.intake.scored import ScoredReader
from app.services.submissions.score import ScoredPredictions, Scoring, score

router = APIRouter(tags=["scores"])


@router.post(
    "/score",
    operation_id="scorePredictions",
    responses={200: reply(ScoredPredictions, "Every figure, under its id.")},
    openapi_extra=rows_of(ScoreIn, example=SCORE, row=SCORED_ROW),
)
async def score_predictions(request: Request, context: ContextDep, caller: Anyone) -> Response:
    """Scores rows that carry verdicts, or answers with what is accepted, and stores nothing.

    As JSON the rows stand in `predictions` (objects or columns) beside the fields; as NDJSON or
    CSV (or Parquet, where `/limits` names it) the body is the rows and the fields stand in the
    query string. Rows of one item are its samples; a row without an item is an item of its own.
    Limits are those of a submission.
    """
    reader = await received_rows(request, ScoredReader, limits=context.limits)
    return await run_in_threadpool(_score, context, reader, request.query_params.multi_items())


def _score(context: AppContext, reader: ScoredReader, query: list[tuple[str, str]]) -> Response:
    with context.app_state.heavy_work.acquire():
        return json_response(scored(reader, query, limits=context.limits))


def scored(
    reader: ScoredReader, query: list[tuple[str, str]], *, limits: Limits
) -> ScoredPredictions:
    """The figures of rows that were read. Raises a `Problem` where they cannot be scored."""
    document, columns = reader.finish()
    wanted = validated(ScoreIn, metadata_of(document, query, from_query=score_from_query))
    scoring = Scoring(
        matcher=wanted.matcher,
        tolerance=wanted.tolerance,
        abstention_phrases=tuple(wanted.abstention_phrases),
        missing=wanted.missing,
        targets=tuple(sorted(set(wanted.targets))),
        mode=wanted.mode,
        epsilon=wanted.epsilon,
        bins=wanted.bins,
        resamples=wanted.resamples,
        rules=newest_rules(wanted.options(), matcher=wanted.matcher),
        training=None if wanted.training is None else wanted.training.as_facts(),
    )
    return score(columns, scoring, limits=limits)
