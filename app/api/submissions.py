"""Submissions: one call in, graded and scored; read back, listed, withdrawn."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.api.described import SUBMISSION, rows_of
from app.api.negotiate import wants
from app.api.paging import Cursor, Limit, cursor_of, number_of
from app.api.replies import json_response
from app.api.shapes import PredictionPage, ReceiptOut, SubmissionOut, SubmissionPage
from app.api.submission_replies import prediction_body, receipt_body, submission_body, view_body
from app.bodies import body_of, metadata_of, read_small, slices, validated
from app.deps import Anyone, Front, Reading, Submitter, TheDesk, TheFront, counted_write
from app.intake.predictions import PredictionReader
from app.problem import Problem
from app.services.access import readable_benchmark, readable_submission
from app.services.board import ModelName
from app.services.callers import Caller
from app.services.describe import describe_submission, read_answers
from app.services.rank import standing_of
from app.services.submit import NewSubmission, submit
from app.services.withdraw import withdraw
from app.storage.submissions import list_submissions
from app.wire import SubmissionIn, WithdrawIn, submission_from_query

router = APIRouter(tags=["submissions"])


@router.post(
    "/benchmarks/{slug}/submissions",
    operation_id="submitPredictions",
    status_code=201,
    responses={
        201: {"model": ReceiptOut, "description": "Stored, graded and scored."},
        200: {"model": ReceiptOut, "description": "This request was stored before."},
    },
    openapi_extra=rows_of(SubmissionIn, example=SUBMISSION),
)
async def submit_predictions(
    request: Request, front: TheFront, caller: Submitter, slug: str
) -> Response:
    """All predictions of one model in one call: stored whole with their scores, or not at all.

    JSON carries metadata and predictions (objects or columns); NDJSON, CSV and Parquet carry the
    predictions alone, with the metadata in the query string. gzip and zstd are read.
    """
    key = _idempotency_key(request)
    reader = PredictionReader(
        request.headers.get("content-type"),
        content_encoding=request.headers.get("content-encoding"),
        limits=front.limits,
        confidence_unit=request.query_params.get("confidence_unit", "share"),
    )
    async for piece in slices(request):
        await run_in_threadpool(reader.feed, piece)
    return await run_in_threadpool(
        _submit, front, caller, slug, reader, request.query_params.multi_items(), key
    )


def _submit(
    front: Front,
    caller: Caller,
    slug: str,
    reader: PredictionReader,
    query: list[tuple[str, str]],
    key: str | None,
) -> Response:
    document, columns = reader.finish()
    wanted = validated(SubmissionIn, metadata_of(document, query, from_query=submission_from_query))
    model = wanted.model
    new = NewSubmission(
        model=ModelName(
            model.name, model.provider, model.version, model.organisation, tuple(model.tags)
        ),
        stated_target=wanted.stated_target,
        confidence_source=wanted.confidence_source,
        external_id=wanted.external_id,
        run=wanted.run,
        reported=None if wanted.reported is None else wanted.reported.model_dump(),
        idempotency_key=key,
    )
    desk = front.desk
    receipt = submit(desk, caller, slug, new, columns)
    with desk.database.reading() as session:
        rank = standing_of(session, desk, receipt.benchmark, receipt.submission)
    headers = {"Location": f"/api/v1/submissions/{receipt.submission.public_id}"}
    if receipt.replayed:
        headers["Idempotency-Replayed"] = "true"
    return json_response(receipt_body(receipt, rank), 200 if receipt.replayed else 201, headers)


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
    responses={200: {"model": SubmissionPage, "description": "Submissions, newest first."}},
)
def read_submissions(
    session: Reading,
    caller: Anyone,
    slug: str,
    model: Annotated[str | None, Query(max_length=120)] = None,
    owner: Annotated[str | None, Query(max_length=120)] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Every submission to a benchmark, withdrawn and superseded ones marked."""
    benchmark = readable_benchmark(session, caller, slug)
    found = list_submissions(
        session,
        benchmark_id=benchmark.id,
        model=model,
        owner=owner,
        limit=limit + 1,
        after=number_of(cursor),
    )
    more = len(found) > limit
    return json_response(
        {
            "data": [submission_body(submission) for submission in found[:limit]],
            "next_cursor": cursor_of(str(found[limit - 1].id)) if more else None,
        }
    )


@router.get(
    "/submissions/{submission_id}",
    operation_id="readSubmission",
    responses={200: {"model": SubmissionOut, "description": "Facts, counts, scores, profile."}},
)
def read_submission(
    session: Reading, desk: TheDesk, caller: Anyone, submission_id: str
) -> Response:
    """One submission: facts, counts, every score with its interval, the profile."""
    submission, benchmark = readable_submission(session, caller, submission_id)
    return json_response(view_body(describe_submission(session, desk, benchmark, submission)))


@router.get(
    "/submissions/{submission_id}/predictions",
    operation_id="listPredictions",
    responses={200: {"model": PredictionPage, "description": "What the model said, by item."}},
)
def read_submission_predictions(
    request: Request,
    session: Reading,
    desk: TheDesk,
    caller: Anyone,
    submission_id: str,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """What the model said, slot by slot, with the outcome where the benchmark is open.

    On a hidden benchmark only the submission's own owner reads its answers, and no outcome.
    """
    submission, benchmark = readable_submission(session, caller, submission_id)
    kind = wants(request, ("application/json", "application/x-ndjson"))
    page = read_answers(
        session, desk, caller, benchmark, submission, start=number_of(cursor) or 0, limit=limit
    )
    rows = [prediction_body(answer) for answer in page.answers]
    if kind == "application/x-ndjson":
        return Response(msgspec.json.Encoder().encode_lines(rows), media_type=kind)
    after = None if page.next_slot is None else cursor_of(str(page.next_slot))
    return json_response({"data": rows, "next_cursor": after})


@router.post(
    "/submissions/{submission_id}/withdraw",
    operation_id="withdrawSubmission",
    responses={200: {"model": SubmissionOut, "description": "The submission, now marked."}},
    openapi_extra=body_of(WithdrawIn),
)
async def withdraw_submission(
    request: Request, front: TheFront, caller: Submitter, submission_id: str
) -> Response:
    """Takes a submission off its board; it stays listed, counted and marked."""
    wanted = await read_small(request, WithdrawIn)
    return await run_in_threadpool(_withdraw, front, caller, submission_id, wanted.reason)


def _withdraw(front: Front, caller: Caller, submission_id: str, reason: str) -> Response:
    with counted_write(front.desk, caller) as session:
        withdraw(session, caller, submission_id, reason=reason)
    with front.desk.database.reading() as reader:
        submission, benchmark = readable_submission(reader, caller, submission_id)
        view = describe_submission(reader, front.desk, benchmark, submission)
    return json_response(view_body(view))
