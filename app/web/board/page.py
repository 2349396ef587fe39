"""Route of the board page: one benchmark under the rule, target and mode of the address."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.http.dependencies import Reading, StateDep
from app.http.query_params import BoardParams, BoardQuery
from app.http.urls import url
from app.problem import Problem
from app.scoring.rules import ScoringView
from app.services.access.permissions import readable_benchmark
from app.services.access.public_view import PublicView, check_public_view
from app.services.board.leaderboard import leaderboard_of, open_board
from app.services.board.ranking import View
from app.services.board.threshold_sweep import field_of, sweep_for, tallies_at
from app.services.state.app_state import AppState
from app.services.state.board_cache import Board
from app.services.state.results import Sweep
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession
from app.web.board.choices import Address, nearest_shown
from app.web.board.dial_data import dial_reply
from app.web.board.lines import lines_of
from app.web.board.rows import SORTS
from app.web.board.view import COLUMNS, SHOWN, Asked, Shown, board_page, board_query
from app.web.current_user import Visitor
from app.web.rendering.render import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@dataclass(frozen=True, slots=True)
class PageQuery:
    """Query parameters of the page beside the board's own."""

    q: Annotated[str, Query(max_length=100)] = ""
    sort: Annotated[str, Query(max_length=20)] = "score"
    col: Annotated[list[str], Query(max_length=12)] = ()  # type: ignore[assignment]
    pick: Annotated[list[str], Query(max_length=8)] = ()  # type: ignore[assignment]
    chart: Literal["value", "rank"] = "value"

    def asked(self) -> Asked:
        """The same as a value. Raises `invalid-request` for a figure that no board has."""
        if self.sort.removeprefix("-") not in SORTS:
            known = ", ".join(SORTS)
            raise Problem("invalid-request", f"sort must be one of {known}; `-` turns it round.")
        return Asked(
            find=self.q.strip(),
            sort=self.sort,
            columns=tuple(self.col),
            picked=tuple(self.pick),
            chart=self.chart,
        )


AskedPage = Annotated[PageQuery, Depends()]


@router.get("/benchmarks/{slug}")
def show_board(
    session: Reading,
    app_state: StateDep,
    caller: Visitor,
    slug: str,
    query: BoardParams,
    wanted: AskedPage,
) -> Response:
    """A board, under the rule, target and mode of the address.

    Where a hidden benchmark shows nothing there, the nearest view that it does show.
    """
    query = _cleaned(query)
    latest = readable_benchmark(session, caller, slug)
    benchmark = latest
    if query.revision is not None:
        benchmark = readable_benchmark(session, caller, slug, revision=query.revision)
    view, asked = query.view(benchmark), wanted.asked()
    address = Address(url(f"/benchmarks/{slug}"), _params(query, benchmark, wanted))
    nearest = nearest_shown(benchmark, view.target)
    if view.rule == "target" and view.mode == "threshold" and nearest != view.target:
        return RedirectResponse(address.href(target=str(nearest)), status_code=303)
    if view.limit == 100:
        view = replace(view, limit=SHOWN)
    query_string = board_query(view, address)
    shown = _shown(session, app_state, benchmark, latest.revision, view, asked, query_string)
    return page(
        "board.html",
        page=board_page(shown, view, asked, address),
        categories=_categories(session, app_state, benchmark),
        columns=_columns(benchmark),
    )


@router.get("/benchmarks/{slug}/dial.json")
def show_dial(
    session: Reading, app_state: StateDep, caller: Visitor, slug: str, query: BoardParams
) -> Response:
    """The counts from which the browser scores every step of the dial."""
    query = _cleaned(query)
    benchmark = readable_benchmark(session, caller, slug, revision=query.revision)
    view = query.view(benchmark)
    check_public_view(benchmark, ScoringView(target=view.target, mode=view.mode))
    board = app_state.boards.current(
        session, app_state.revision_cache, benchmark, category=view.category
    )
    sweep = _sweep(app_state, board, benchmark, view)
    if sweep is None or not sweep.exact:
        raise Problem("not-found", "This board is scored by the server alone, step by step.")
    headers = {"Cache-Control": "no-cache", "Vary": "Authorization, Cookie"}
    return Response(
        dial_reply(board, benchmark, sweep), headers=headers, media_type="application/json"
    )


def _shown(
    session: ReadSession,
    app_state: AppState,
    benchmark: Benchmark,
    latest: int,
    view: View,
    asked: Asked,
    query: str,
) -> Shown:
    opened = open_board(session, app_state, benchmark, view)
    board = opened.board
    # Another order than by rank, or a search, needs every row before it can show the first.
    everyone = asked.find or asked.sort != "score"
    wanted = replace(view, limit=len(board.rows) if everyone else view.limit)
    field = field_of(board, benchmark, view)
    sweep = _sweep(app_state, board, benchmark, view)
    return Shown(
        benchmark=benchmark,
        latest=latest,
        leaderboard=leaderboard_of(opened, benchmark, wanted),
        board=board,
        field=field,
        sweep=sweep,
        lines=lines_of(
            board,
            field,
            sweep,
            tallies_at(board, benchmark, view.target, view.mode),
            view=view,
            picked=asked.picked,
            query=query,
        ),
    )


def _sweep(app_state: AppState, board: Board, benchmark: Benchmark, view: View) -> Sweep | None:
    if not PublicView.of(benchmark).every_target(view.mode):
        return None
    return sweep_for(app_state.sweeps, board, benchmark, view)


def _cleaned(query: BoardQuery) -> BoardQuery:
    """A form sends an empty category for "all of them"."""
    return replace(query, category=query.category or None)


def _params(
    query: BoardQuery, benchmark: Benchmark, wanted: PageQuery
) -> dict[str, str | list[str] | None]:
    """The parameters of the address, without defaults."""
    target = None if query.asked_target is None else str(query.asked_target)
    return {
        "rule": None if query.rule == "target" else query.rule,
        "target": target,
        "mode": query.mode,
        "category": query.category,
        "tag": list(query.tag),
        "revision": None if query.revision is None else str(query.revision),
        "as_of": None if query.as_of is None else query.as_of.isoformat(),
        "limit": None if query.limit == 100 else str(query.limit),
        "q": wanted.q or None,
        "sort": None if wanted.sort == "score" else wanted.sort,
        "col": list(wanted.col),
        "pick": list(wanted.pick),
        "chart": None if wanted.chart == "value" else wanted.chart,
    }


def _columns(benchmark: Benchmark) -> dict[str, str]:
    """The columns to choose from; a hidden benchmark has no calibration to show."""
    kept_back = set() if PublicView.of(benchmark).calibration else {"calibration"}
    return {name: label for name, label in COLUMNS.items() if name not in kept_back}


def _categories(session: ReadSession, app_state: AppState, benchmark: Benchmark) -> tuple[str, ...]:
    """The categories to filter by; none for a hidden benchmark."""
    if not PublicView.of(benchmark).categories:
        return ()
    return app_state.revision_cache.of(session, benchmark).frame.category_names
