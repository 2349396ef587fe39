"""Embeds for a README: a badge, a chart and a picture of the board, each a standalone SVG.

They are fetched by other sites' image proxies: no script, nothing fetched, a content policy of
their own, and cross-origin reading allowed for these files only.
"""

import hashlib
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.http.content_negotiation import is_current
from app.http.dependencies import Reading, StateDep
from app.http.query_params import BoardParams
from app.problem import Problem
from app.services.access.callers import Caller
from app.services.access.permissions import readable_benchmark
from app.services.access.public_view import PublicView
from app.services.board.leaderboard import leaderboard
from app.services.board.schemas import Leaderboard
from app.services.state.app_state import AppState
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession
from app.web.board.summary import board_summary, sentences
from app.web.board.tallies import declared_tallies
from app.web.charts import BROAD, PAPER, Size, rank_chart, scatter_chart, value_chart
from app.web.current_user import Visitor
from app.web.embed.standalone_svg import POLICY, card_svg, standalone_svg
from app.web.embed.view import HEIGHT, WIDTH, badge, share_picture

router = APIRouter(include_in_schema=False)
KEPT_SECONDS = 300
MOST = 1_000

Kind = Annotated[Literal["value", "rank", "scatter"], Query(description="Which chart.")]


@router.get("/benchmarks/{slug}/badge.svg")
def show_badge(
    request: Request,
    session: Reading,
    app_state: StateDep,
    caller: Visitor,
    slug: str,
    asked: BoardParams,
) -> Response:
    """Who leads at the target, as a label."""
    benchmark, board = _board(session, app_state, caller, slug, asked, limit=1)
    drawn, width, height = badge(board)
    return _file(request, benchmark, standalone_svg(drawn, width=width, height=height))


@router.get("/benchmarks/{slug}/share.svg")
def show_share_picture(
    request: Request,
    session: Reading,
    app_state: StateDep,
    caller: Visitor,
    slug: str,
    asked: BoardParams,
) -> Response:
    """The board as a picture of 1200 by 630."""
    benchmark, board = _board(session, app_state, caller, slug, asked, limit=MOST)
    drawn = share_picture(board, sentences(board_summary(board)))
    return _file(request, benchmark, standalone_svg(drawn, width=WIDTH, height=HEIGHT))


@router.get("/benchmarks/{slug}/chart.svg")
def show_chart(
    request: Request,
    session: Reading,
    app_state: StateDep,
    caller: Visitor,
    slug: str,
    asked: BoardParams,
    chart: Kind = "value",
) -> Response:
    """The board's models as answered: their value or rank at every target, or right over wrong."""
    benchmark, board = _board(session, app_state, caller, slug, asked, limit=MOST)
    tallies, target = declared_tallies(board), board.target or 0.0
    size: Size = PAPER if chart == "scatter" else BROAD
    if chart == "value":
        drawn = value_chart(tallies, target=target, size=size)
    elif chart == "rank":
        drawn = rank_chart(tallies, target=target, size=size)
    else:
        drawn = scatter_chart(tallies, target=target, size=size)
    width, height = _paper(str(drawn))
    return _file(request, benchmark, card_svg(drawn, width=width, height=height))


def _paper(drawn: str) -> tuple[float, float]:
    """The size that the chart took: a rank chart is as high as it has lines."""
    box = drawn.split('viewBox="', 1)[1].split('"', 1)[0].split()
    return float(box[2]), float(box[3])


def _board(
    session: ReadSession,
    app_state: AppState,
    caller: Caller | None,
    slug: str,
    asked: BoardParams,
    *,
    limit: int,
) -> tuple[Benchmark, Leaderboard]:
    benchmark = readable_benchmark(session, caller, slug, revision=asked.revision)
    wanted = asked.view(benchmark)
    if wanted.rule not in {"target", "binary"}:
        raise Problem("invalid-request", "An embed shows one target: take rule=target or binary.")
    view = replace(wanted, ranges="usual", limit=limit)
    return benchmark, leaderboard(session, app_state, benchmark, view)


def _file(request: Request, benchmark: Benchmark, text: str) -> Response:
    """The file, or 304 where the reader has it; private boards are not cached by proxies."""
    body = text.encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    public = PublicView.of(benchmark).everyone
    headers = {
        "Cache-Control": f"public, max-age={KEPT_SECONDS}" if public else "private, no-cache",
        "ETag": tag,
        "Content-Security-Policy": POLICY,
        "Vary": "Authorization, Cookie",
    }
    if public:
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        headers["Access-Control-Allow-Origin"] = "*"
    if is_current(request, tag):
        return Response(None, 304, headers)
    return Response(body, 200, headers, media_type="image/svg+xml")
