"""Route of the comparison page of two submissions."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import HTMLResponse, Response

from app.http.dependencies import Reading, StateDep
from app.http.query_params import PairParams
from app.scoring.targets import Target
from app.services.access.callers import Caller
from app.services.access.permissions import graded_submission, readable_benchmark
from app.services.access.public_view import PublicBenchmark
from app.services.board.leaderboard import View, leaderboard
from app.services.board.schemas import Leaderboard
from app.services.comparisons.compare import align, compare_submissions
from app.services.state.app_state import AppState
from app.services.submissions.item_detail import answers_to, items_named
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession
from app.web.board.scoring_view import BoardRefParams
from app.web.compare.view import compare_page, options_of
from app.web.current_user import Visitor
from app.web.rendering.render import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
A_PAGE = 10
PICKABLE = 200

Id = Annotated[str, Query(max_length=64)]


@dataclass(frozen=True, slots=True)
class ComparisonQuery:
    """Which two, by their ids; or the benchmark to pick from. `after` pages through questions."""

    a: Id = ""
    b: Id = ""
    benchmark: Id = ""
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0


@router.get("/compare")
def show_comparison(
    session: Reading,
    app_state: StateDep,
    caller: Visitor,
    asked: PairParams,
    board_ref: BoardRefParams,
    query: Annotated[ComparisonQuery, Depends()],
) -> Response:
    """The comparison of `a` and `b`; with one or none, the choice of the other."""
    if not (query.a and query.b):
        chosen = query.a or query.b
        return _choice(session, app_state, caller, chosen=chosen, slug=query.benchmark)
    aligned = align(session, caller, query.a, query.b, revision=board_ref.revision)
    terms = asked.terms(aligned.benchmark)
    after = query.after
    pair = compare_submissions(session, app_state, aligned, terms, offset=after, limit=A_PAGE)
    items, answers = {}, {}
    if pair.items is not None:
        keys = [discordant.item for discordant in pair.items.data]
        items = items_named(session, app_state, aligned.benchmark, keys)
        plain = [
            submission for submission in (aligned.left, aligned.right) if submission.samples == 1
        ]
        answers = answers_to(session, aligned.benchmark, plain, list(items.values()))
    view = View.of(terms, limit=PICKABLE)
    board = leaderboard(session, app_state, aligned.benchmark, view)
    return page(
        "compare.html",
        page=compare_page(
            pair,
            terms,
            benchmark=aligned.benchmark,
            board=board,
            items=items,
            answers=answers,
            offset=after,
            a_page=A_PAGE,
            board_ref=board_ref,
        ),
    )


def _choice(
    session: ReadSession, app_state: AppState, caller: Caller | None, *, chosen: str, slug: str
) -> Response:
    """A form that picks two of a benchmark's models; without a benchmark, the way to the list."""
    if chosen:
        submission, benchmark = graded_submission(session, caller, chosen)
        return _form(benchmark, _board(session, app_state, benchmark), submission.public_id)
    if slug:
        benchmark = readable_benchmark(session, caller, slug)
        return _form(benchmark, _board(session, app_state, benchmark), "")
    return page("compare_choice.html", benchmark=None, options=[], chosen="")


def _board(session: ReadSession, app_state: AppState, benchmark: Benchmark) -> Leaderboard:
    view = View(
        target=Target(benchmark.default_target), mode=benchmark.default_mode, limit=PICKABLE
    )
    return leaderboard(session, app_state, benchmark, view)


def _form(benchmark: Benchmark, board: Leaderboard, chosen: str) -> Response:
    return page(
        "compare_choice.html",
        benchmark=PublicBenchmark.of(benchmark),
        options=options_of(board),
        chosen=chosen,
    )
