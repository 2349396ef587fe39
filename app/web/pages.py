"""The pages: a list of benchmarks and a board, rendered on the server from the same values that
the JSON API gives."""

from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from app.deps import Anyone, AskedBoard, Reading, TheDesk
from app.scoring.targets import Target
from app.services.access import readable_benchmark
from app.services.board import Leaderboard
from app.services.desk import Desk
from app.services.rank import View, leaderboard
from app.storage.benchmarks import Benchmark, list_benchmarks
from app.storage.session import ReadSession
from app.web.board_page import SHOWN, board_page
from app.web.render import HERE, page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


class Assets(StaticFiles):
    """Static files, kept by browsers for an hour."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """A file, with how long it may be kept."""
        reply = super().file_response(*args, **kwargs)
        reply.headers["Cache-Control"] = "public, max-age=3600"
        return reply


def install(app: FastAPI) -> None:
    """Puts the pages and their files into the application."""
    app.include_router(router)
    app.mount("/static", Assets(directory=HERE / "static"), name="static")


@dataclass(frozen=True, slots=True)
class Entry:
    """One benchmark in the list: who leads when guessing is free, and at its own price."""

    benchmark: Benchmark
    submissions: int
    binary: Leaderboard | None
    priced: Leaderboard | None


@router.get("/")
def show_list(session: Reading, desk: TheDesk, caller: Anyone) -> Response:
    """All benchmarks that the reader may see."""
    owner_id = None if caller is None else caller.owner_id
    found = list_benchmarks(session, owner_id=owner_id, limit=200)
    entries = [_entry(session, desk, benchmark) for benchmark in found]
    return page("list.html", entries=entries)


def _entry(session: ReadSession, desk: Desk, benchmark: Benchmark) -> Entry:
    def board(target: Target, rule: str = "target") -> Leaderboard:
        view = View(target=target, mode=benchmark.default_mode, limit=1)
        if rule == "binary":
            view = replace(view, rule="binary")
        return leaderboard(session, desk.boards, desk.sheets, benchmark, view)

    binary, priced = board(Target(0), "binary"), board(Target(benchmark.default_target))
    return Entry(benchmark, binary.total, binary, priced)


@router.get("/benchmarks/{slug}")
def show_board(
    session: Reading, desk: TheDesk, caller: Anyone, slug: str, asked: AskedBoard
) -> Response:
    """A board, under the rule, target and mode of the address."""
    benchmark = readable_benchmark(session, caller, slug, revision=asked.revision)
    view = asked.view(benchmark)
    if view.limit == 100:
        view = replace(view, limit=SHOWN)
    board = leaderboard(session, desk.boards, desk.sheets, benchmark, view)
    return page("board.html", page=board_page(benchmark, board, view))


def error_page(status: int, title: str, detail: str) -> Response:
    """A refusal in words, with a way back."""
    return page("error.html", status, title=title, detail=detail)
