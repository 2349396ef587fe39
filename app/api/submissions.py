"""Submissions: one call in, graded and scored; read back, listed, withdrawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from app.api.openapi.headers import IDEMPOTENCY_KEY
from app.api.openapi.request_bodies import SUBMISSION, rows_of
from app.api.openapi.schema import reply
from app.api.paging import Cursor, Limit, NextCursor, cursor_of, next_page, number_of, row_of
from app.http.bodies import body_of, metadata_of, read_small, received_rows, validated
from app.http.content_negotiation import wants
from app.http.dependencies import (
    Anyone,
    AppContext,
    ContextDep,
    Reading,
    StateDep,
    Submitter,
    counted_write,
)
from app.http.encode import json_lines, json_response
from app.http.query_params import SlugPath, SubmissionPath, targets_of
from app.http.requests.submissions import EraseIn, SubmissionIn, WithdrawIn, submission_from_query
from app.http.urls import url
from app.intake.predictions import PredictionReader
from app.problem import Problem
from app.reply_fields import Doc
from app.scoring.grades import Outcome
from app.scoring.metrics.guaranteed import GuaranteedThreshold
from app.scoring.rules import Mode
from app.services.access.callers import Caller
from app.services.access.permissions import graded_submission, readable_benchmark
from app.services.benchmarks.delete import erase_submission
from app.services.board.leaderboard import standing_of
from app.services.board.schemas import Model
from app.services.submissions.describe import describe_submission, describe_threshold
from app.services.submissions.predictions import (
    AnswerBook,
    Prediction,
    Wanted,
    open_answers,
    read_answers,
)
from app.services.submissions.schemas import Receipt, SubmissionDetail, SubmissionRow
from app.services.submissions.submit import NewSubmission, submit
from app.services.submissions.withdraw import withdraw
from app.storage.submissions import list_submissions

router = APIRouter(tags=["submissions"])
_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class SubmissionPage:
    """A page of submissions."""

    data: Annotated[list[SubmissionRow], Doc("The newest first.")]
    next_cursor: NextCursor


@dataclass(frozen=True, slots=True)
class PredictionPage:
    """A page of predictions."""

    data: Annotated[list[Prediction], Doc("In the order that was asked for.")]
    next_cursor: NextCursor


@router.post(
    "/benchmarks/{slug}/submissions",
    operation_id="submitPredictions",
    status_code=201,
    responses={
        201: reply(Receipt, "Stored, graded and scored."),
        200: reply(Receipt, "This request was stored before."),
    },
    openapi_extra=rows_of(SubmissionIn, example=SUBMISSION, headers=(IDEMPOTENCY_KEY,)),
)
async def submit_predictions(
    request: Request, context: ContextDep, caller: Submitter, slug: SlugPath
) -> Response:
    """All predictions of one model in one call: stored whole with their scores, or not at all.

    JSON carries metadata and predictions (objects or columns); NDJSON and CSV (and Parquet,
    where `/limits` names it) carry the predictions alone, with the metadata in the query string.
    gzip and zstd are read.
    """
    key = _idempotency_key(request)
    reader = await received_rows(request, PredictionReader, limits=context.limits)
    return await run_in_threadpool(
        _submit, context, caller, slug, reader, request.query_params.multi_items(), key
    )


def _submit(
    context: AppContext,
    caller: Caller,
    slug: str,
    reader: PredictionReader,
    query: list[tuple[str, str]],
    key: str | None,
) -> Response:
    document, columns = reader.finish_collecting()
    wanted = validated(SubmissionIn, metadata_of(document, query, from_query=submission_from_query))
    model = wanted.model
    new = NewSubmission(
        model=Model(
            model.name, model.provider, model.version, model.organisation, tuple(model.tags)
        ),
        stated_target=wanted.stated_target,
        confidence_source=wanted.confidence_source,
        external_id=wanted.external_id,
        run=wanted.run,
        reported=None
        if wanted.reported is None
        else wanted.reported.model_dump(exclude_defaults=True),
        idempotency_key=key,
    )
    app_state = context.app_state
    receipt = submit(app_state, caller, slug, new, columns)
    with app_state.database.reading() as session:
        rank = standing_of(session, app_state, receipt.benchmark, receipt.submission)
    headers = {"Location": url(f"/api/v1/submissions/{receipt.submission.public_id}")}
    if receipt.replayed:
        headers["Idempotency-Replayed"] = "true"
    return json_response(Receipt.of(receipt, rank), 200 if receipt.replayed else 201, headers)


def _idempotency_key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 1 <= len(key) <= 255 or not all("!" <= char <= "~" for char in key):
        raise Problem(
            "malformed", "Idempotency-Key must be 1 to 255 visible ASCII characters, no spaces."
        )
    return key


@router.get(
    "/benchmarks/{slug}/submissions",
    operation_id="listSubmissions",
    responses={200: reply(SubmissionPage, "Submissions, newest first.")},
)
def read_submissions(
    session: Reading,
    caller: Anyone,
    slug: SlugPath,
    model: Annotated[
        str | None, Query(max_length=120, description="Only of the model of this name.")
    ] = None,
    owner: Annotated[str | None, Query(max_length=120, description="Only of this owner.")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Every submission to a benchmark, withdrawn and superseded ones marked."""
    benchmark = readable_benchmark(session, caller, slug)
    submissions = list_submissions(
        session,
        benchmark_id=benchmark.id,
        model=model,
        owner=owner,
        limit=limit + 1,
        after=row_of(cursor),
    )
    shown, after = next_page(submissions, limit, position=lambda submission: submission.id)
    return json_response(
        SubmissionPage([SubmissionRow.of(submission) for submission in shown], after)
    )


Revision = Annotated[
    int | None,
    Query(ge=1, le=2**31 - 1, description="The newest that graded the submission where absent."),
]

PATIENCE: Final = 1.0
"""Seconds that a reader waits for intervals that take redraws; later they are just there."""


@router.get(
    "/submissions/{submission_id}",
    operation_id="readSubmission",
    responses={200: reply(SubmissionDetail, "Facts, counts, every score.")},
)
def read_submission(
    session: Reading,
    app_state: StateDep,
    caller: Anyone,
    submission_id: SubmissionPath,
    target: Annotated[
        list[str],
        Query(max_length=8, description="Targets to tell of besides the benchmark's own."),
    ] = [],  # noqa: B006  FastAPI copies defaults
    penalty: Annotated[
        list[str],
        Query(max_length=8, description="The same by what a wrong answer costs, 0 to 99 points."),
    ] = [],  # noqa: B006
    mode: Annotated[
        Mode | None,
        Query(description="The benchmark's default where absent."),
    ] = None,
    revision: Revision = None,
) -> Response:
    """One submission: facts, counts, every score with its interval, curves, profile, self-checks.

    Calibration tests, which take redraws, may come a little later: until then they are null, and
    `null_reasons.calibration_test` is `pending`. On a hidden benchmark only its public figures are
    told, and `target` and `mode` change nothing.
    """
    submission, benchmark = graded_submission(session, caller, submission_id, revision=revision)
    view = describe_submission(
        session,
        app_state,
        benchmark,
        submission,
        mode=mode,
        targets=targets_of(target, penalty),
        patience=PATIENCE,
    )
    return json_response(view)


@router.get(
    "/submissions/{submission_id}/threshold",
    operation_id="readGuaranteedThreshold",
    responses={200: reply(GuaranteedThreshold, "The threshold, or why there is none.")},
)
def read_guaranteed_threshold(
    session: Reading,
    app_state: StateDep,
    caller: Anyone,
    submission_id: SubmissionPath,
    risk: Annotated[
        float,
        Query(gt=0, lt=1, description="r: the largest share wrong among the answers given."),
    ] = 0.05,
    revision: Revision = None,
) -> Response:
    """From which stated confidence on may this submission's model answer, if at most a share
    `risk` of its answers may be wrong?

    Chosen on one random half of the items and held on the other: a threshold whose true risk is
    above `risk` is given in at most 5 % of samples. Null, with `reason`, where no confidence is
    safe enough on so many items. Open benchmarks only.
    """
    submission, benchmark = graded_submission(session, caller, submission_id, revision=revision)
    threshold = describe_threshold(session, app_state, benchmark, submission, risk=risk)
    return json_response(threshold)


@router.get(
    "/submissions/{submission_id}/predictions",
    operation_id="listPredictions",
    responses={
        200: reply(
            PredictionPage,
            "What the model said, by item; `application/x-ndjson` streams it all.",
            content={"application/x-ndjson": {"schema": {"type": "string"}}},
        )
    },
)
def read_submission_predictions(
    request: Request,
    session: Reading,
    context: ContextDep,
    caller: Anyone,
    submission_id: SubmissionPath,
    item: Annotated[str | None, Query(max_length=256, description="One item's key.")] = None,
    outcome: Annotated[
        Literal["correct", "wrong", "partial", "abstained", "ungraded"] | None,
        Query(description="Only answers with this outcome; open benchmarks only."),
    ] = None,
    order: Annotated[
        Literal["item", "confidence"],
        Query(description="As the benchmark has them, or by falling confidence."),
    ] = "item",
    revision: Revision = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """What the model said, with the outcome where the benchmark is open.

    On a hidden benchmark only the submitter and the maintainer read it, and no outcome.
    """
    submission, benchmark = graded_submission(session, caller, submission_id, revision=revision)
    kind = wants(request, ("application/json", "application/x-ndjson"))
    wanted = Wanted(
        item=item,
        outcome=None if outcome is None else Outcome[outcome.upper()],
        order=order,
    )
    book = open_answers(session, context.app_state, caller, benchmark, submission, wanted)
    start = number_of(cursor) or 0
    if kind == "application/x-ndjson":
        return StreamingResponse(_lines(context, book, start), media_type=kind)
    page = read_answers(session, book, start=start, limit=limit)
    after = None if page.following is None else cursor_of(str(page.following))
    return json_response(PredictionPage(page.answers, after))


def _lines(context: AppContext, book: AnswerBook, start: int) -> Iterator[bytes]:
    """The wanted answers from `start` on, read page by page: they never change."""
    following: int | None = start
    while following is not None:
        with context.app_state.database.reading() as session:
            page = read_answers(session, book, start=following, limit=_PAGE)
        yield json_lines(page.answers)
        following = page.following


@router.post(
    "/submissions/{submission_id}/withdraw",
    operation_id="withdrawSubmission",
    responses={200: reply(SubmissionDetail, "The submission, now marked.")},
    openapi_extra=body_of(WithdrawIn),
)
async def withdraw_submission(
    request: Request, context: ContextDep, caller: Submitter, submission_id: SubmissionPath
) -> Response:
    """Takes a submission off its board; it stays listed, counted and marked."""
    wanted = await read_small(request, WithdrawIn)
    return await run_in_threadpool(_withdraw, context, caller, submission_id, wanted.reason)


@router.post(
    "/submissions/{submission_id}/erase",
    operation_id="eraseSubmission",
    responses={200: reply(SubmissionRow, "What is left of the submission.")},
    openapi_extra=body_of(EraseIn),
)
async def erase_answers(
    request: Request, context: ContextDep, caller: Submitter, submission_id: SubmissionPath
) -> Response:
    """Erases what a model said: answers, confidences, grades and the facts of its run, for good.

    Its submitter may, and an admin with a reason. Its row stays with model, time and attempt, is
    marked with `erased_at` and withdrawn, and ranks nowhere. Withdrawing keeps the answers.
    """
    wanted = await read_small(request, EraseIn)
    submission = await run_in_threadpool(
        erase_submission, context.app_state, caller, submission_id, reason=wanted.reason
    )
    return json_response(SubmissionRow.of(submission))


def _withdraw(context: AppContext, caller: Caller, submission_id: str, reason: str) -> Response:
    with counted_write(context.app_state, caller) as session:
        withdraw(session, caller, submission_id, reason=reason)
    with context.app_state.database.reading() as reader:
        submission, benchmark = graded_submission(reader, caller, submission_id)
        view = describe_submission(reader, context.app_state, benchmark, submission)
    return json_response(view)
