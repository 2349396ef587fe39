"""Route of the submission page: scores, calibration, mistakes."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import HTMLResponse, Response

from app.http.dependencies import Reading, StateDep
from app.http.query_params import PairParams
from app.services.access.permissions import graded_submission, require_unerased
from app.services.access.public_view import PublicBenchmark
from app.services.comparisons.submission_context import attempts_of_model, submission_context
from app.services.submissions.describe import describe_submission
from app.services.submissions.item_detail import confident_mistakes
from app.storage.gradings import load_grading
from app.web.board.scoring_view import BoardRefParams, query_of
from app.web.current_user import Visitor
from app.web.rendering.render import page
from app.web.submission.rows import attempt_rows, mistake_rows
from app.web.submission.view import submission_page, subtitle_of

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
A_PAGE = 50

SubmissionPath = Annotated[str, Path(max_length=64)]


@router.get("/submissions/{public_id}")
def show_submission(
    session: Reading,
    app_state: StateDep,
    caller: Visitor,
    asked: PairParams,
    board_ref: BoardRefParams,
    public_id: SubmissionPath,
) -> Response:
    """The page of a submission, under the rule, target and mode of the address."""
    submission, benchmark = graded_submission(
        session, caller, public_id, revision=board_ref.revision
    )
    if submission.erased_at is not None:
        return page(
            "erased.html",
            benchmark=PublicBenchmark.of(benchmark),
            submission=submission,
            subtitle=subtitle_of(submission),
            attempts=attempt_rows(
                submission,
                attempts_of_model(session, benchmark, submission),
                query_of(asked.terms(benchmark), board_ref),
            ),
        )
    terms = asked.terms(benchmark)
    grading = load_grading(session, submission.id, benchmark.revision_id)
    portrait = submission_context(session, app_state, benchmark, submission, terms, grading.grades)
    mistakes = confident_mistakes(session, app_state, benchmark, submission, grading.grades)
    view = describe_submission(
        session,
        app_state,
        benchmark,
        submission,
        grading=grading,
        mode=terms.mode,
        targets=(terms.target,),
    )
    shown = submission_page(benchmark, submission, view, portrait, mistakes, board_ref)
    return page("submission.html", page=shown)


@router.get("/submissions/{public_id}/mistakes")
def show_mistakes(
    session: Reading,
    app_state: StateDep,
    caller: Visitor,
    asked: PairParams,
    board_ref: BoardRefParams,
    public_id: SubmissionPath,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> Response:
    """All wrong answers, most confident first, fifty a page; open benchmarks only."""
    submission, benchmark = graded_submission(
        session, caller, public_id, revision=board_ref.revision
    )
    require_unerased(submission)
    terms = asked.terms(benchmark)
    grades = load_grading(session, submission.id, benchmark.revision_id).grades
    portrait = submission_context(session, app_state, benchmark, submission, terms, grades)
    mistakes = confident_mistakes(
        session,
        app_state,
        benchmark,
        submission,
        grades,
        limit=A_PAGE,
        offset=after,
    )
    query = query_of(terms, board_ref)
    rows = [] if mistakes is None else mistake_rows(submission, portrait, mistakes, query)
    return page(
        "mistakes.html",
        benchmark=PublicBenchmark.of(benchmark),
        submission=submission,
        rows=rows,
        total=None if mistakes is None else mistakes.total,
        after=after,
        a_page=A_PAGE,
        query=query,
    )
