"""The list of benchmarks: who leads each when guessing is free, and at its own price."""

from dataclasses import dataclass, replace

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from app.deps import Reading, TheDesk
from app.scoring.targets import Target
from app.services.board import Leaderboard
from app.services.desk import Desk
from app.services.rank import View, leaderboard
from app.storage.benchmarks import Benchmark, list_benchmarks
from app.storage.session import ReadSession
from app.web.render import page
from app.web.visitor import Visitor

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@dataclass(frozen=True, slots=True)
class Entry:
    """One benchmark in the list."""

    benchmark: Benchmark
    submissions: int
    binary: Leaderboard
    priced: Leaderboard


@router.get("/")
def show_list(session: Reading, desk: TheDesk, caller: Visitor) -> Response:
    """All benchmarks that the reader may see."""
    owner_id = None if caller is None else caller.owner_id
    found = list_benchmarks(session, owner_id=owner_id, limit=200)
    entries = [_entry(session, desk, benchmark) for benchmark in found]
    return page("list.html", entries=entries)


def _entry(session: ReadSession, desk: Desk, benchmark: Benchmark) -> Entry:
    def board(view: View) -> Leaderboard:
        return leaderboard(session, desk, benchmark, view)

    view = View(target=Target(benchmark.default_target), mode=benchmark.default_mode, limit=1)
    binary = board(replace(view, target=Target(0), rule="binary"))
    return Entry(benchmark, binary.total, binary, board(view))
