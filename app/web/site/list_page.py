"""The list of benchmarks, with the leader of each under binary grading and at its target."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Query
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from app.http.dependencies import Reading, StateDep
from app.scoring.targets import Target
from app.services.access.managed_benchmarks import readable_benchmarks
from app.services.access.public_view import PublicBenchmark, PublicView
from app.services.board.leaderboard import View, leaderboard
from app.services.board.schemas import Leaderboard
from app.services.board.threshold_sweep import TARGETS, sweep_for
from app.services.state.app_state import AppState
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession
from app.web.board.lines import ribbon_of
from app.web.board.ribbon import ribbon
from app.web.current_user import Visitor
from app.web.rendering.render import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
Archived = Annotated[bool, Query(description="The archived benchmarks instead.")]


@dataclass(frozen=True, slots=True)
class BenchmarkEntry:
    """One benchmark in the list."""

    benchmark: PublicBenchmark
    submissions: int
    binary: Leaderboard
    priced: Leaderboard
    ribbon: Markup | None


@router.get("/")
def show_list(
    session: Reading, app_state: StateDep, caller: Visitor, archived: Archived = False
) -> Response:
    """All benchmarks in use that the reader may see, or the archived ones."""
    benchmarks = readable_benchmarks(session, caller, limit=200, archived=archived)
    entries = [_entry(session, app_state, benchmark) for benchmark in benchmarks]
    some = not archived and bool(readable_benchmarks(session, caller, limit=1, archived=True))
    return page("list.html", entries=entries, archived=archived, some_archived=some)


def _entry(session: ReadSession, app_state: AppState, benchmark: Benchmark) -> BenchmarkEntry:
    def board(view: View) -> Leaderboard:
        return leaderboard(session, app_state, benchmark, view)

    view = View(target=Target(benchmark.default_target), mode=benchmark.default_mode, limit=1)
    binary = board(replace(view, target=Target(0), rule="binary"))
    return BenchmarkEntry(
        benchmark=PublicBenchmark.of(benchmark),
        submissions=binary.total,
        binary=binary,
        priced=board(view),
        ribbon=_ribbon(session, app_state, benchmark, view),
    )


def _ribbon(
    session: ReadSession, app_state: AppState, benchmark: Benchmark, view: View
) -> Markup | None:
    """Who leads at each target; where the default mode has no line between targets, as answered."""
    board = app_state.boards.current(session, app_state.revision_cache, benchmark)
    swept = view
    if board.special or not PublicView.of(benchmark).exact_figures:
        swept = replace(view, mode="declared")
    sweep = sweep_for(app_state.sweeps, board, benchmark, swept)
    return ribbon(ribbon_of(board, sweep), steps=len(TARGETS)) if len(sweep.indices) else None
