"""The board: one benchmark's models under the rule, target and mode of the address."""

from dataclasses import replace

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from app.deps import AskedBoard, Reading, TheDesk
from app.services.access import readable_benchmark
from app.services.rank import leaderboard
from app.web.board_view import SHOWN, board_page
from app.web.render import page
from app.web.visitor import Visitor

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/benchmarks/{slug}")
def show_board(
    session: Reading, desk: TheDesk, caller: Visitor, slug: str, asked: AskedBoard
) -> Response:
    """A board, under the rule, target and mode of the address."""
    benchmark = readable_benchmark(session, caller, slug, revision=asked.revision)
    view = asked.view(benchmark)
    if view.limit == 100:
        view = replace(view, limit=SHOWN)
    board = leaderboard(session, desk, benchmark, view)
    return page("board.html", page=board_page(benchmark, board, view))
