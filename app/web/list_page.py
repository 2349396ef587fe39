"""The list of benchmarks: who leads each when guessing is free, and at its own price."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Query
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from app.deps import Reading, TheDesk
from app.scoring.targets import Target
from app.services.board import Leaderboard
from app.services.desk import Desk
from app.services.oversee import readable_benchmarks
from app.services.rank import View, leaderboard
from app.services.sweep import TARGETS
from app.storage.benchmarks import Benchmark
from app.storage.session import ReadSession
from app.web.board_lines import ribbon_of
from app.web.render import page
from app.web.ribbon import ribbon
from app.web.visitor import Visitor

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
Archived = Annotated[bool, Query(description="The archived benchmarks instead.")]


@dataclass(frozen=True, slots=True)
class Entry:
    """One benchmark in the list."""

    benchmark: Benchmark
    submissions: int
    binary: Leaderboard
    priced: Leaderboard
    ribbon: Markup | None


@router.get("/")
def show_list(
    session: Reading, desk: TheDesk, caller: Visitor, archived: Archived = False
) -> Response:
    """All benchmarks in use that the reader may see, or the archived ones."""
    found = readable_benchmarks(session, caller, limit=200, archived=archived)
    entries = [_entry(session, desk, benchmark) for benchmark in found]
    some = not archived and bool(readable_benchmarks(session, caller, limit=1, archived=True))
    return page("list.html", entries=entries, archived=archived, some_archived=some)


def _entry(session: ReadSession, desk: Desk, benchmark: Benchmark) -> Entry:
    def board(view: View) -> Leaderboard:
        return leaderboard(session, desk, benchmark, view)

    view = View(target=Target(benchmark.default_target), mode=benchmark.default_mode, limit=1)
    binary = board(replace(view, target=Target(0), rule="binary"))
    return Entry(
        benchmark, binary.total, binary, board(view), _ribbon(session, desk, benchmark, view)
    )


def _ribbon(session: ReadSession, desk: Desk, benchmark: Benchmark, view: View) -> Markup | None:
    """Who leads at each target; where the default mode has no line between targets, as answered."""
    board = desk.boards.current(session, desk.sheets, benchmark)
    swept = view
    if board.special or benchmark.mode == "hidden":
        swept = replace(view, mode="declared")
    sweep = desk.sweeps.of(board, benchmark, swept)
    return ribbon(ribbon_of(board, sweep), steps=len(TARGETS)) if len(sweep.places) else None
