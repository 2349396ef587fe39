"""The view model of the board page: the values that its template prints."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup

from app.http.urls import url
from app.services.access.public_view import PublicBenchmark
from app.services.board.ranking import View
from app.services.board.schemas import Leaderboard, Unranked
from app.services.board.threshold_sweep import Field
from app.services.state.board_cache import Board
from app.services.state.results import Sweep
from app.storage.benchmarks import Benchmark
from app.web.board.choices import Address, Link
from app.web.board.dial import BoardDial, board_dial
from app.web.board.lines import ALL_DRAWN, FIRST, Lines
from app.web.board.rows import SORTS, TableRow, chosen, rows_of
from app.web.board.scale import Scale
from app.web.board.scoring_view import BoardRef, query_of
from app.web.board.summary import Pieces, board_summary, silence_words
from app.web.charts import (
    BROAD,
    NARROW,
    PAPER,
    Table,
    both,
    rank_chart,
    rank_table,
    scatter_chart,
    scatter_table,
    value_chart,
    value_table,
)
from app.web.rendering import format as words

SHOWN: Final = 50
"""Rows of a board before "show all"."""

COLUMNS: Final = {
    "change": "vs binary",
    "bar": "Score as a bar",
    "answers": "Right, wrong, don’t know",
    "accuracy": "Binary accuracy",
    "selective": "Right when it answers",
    "calibration": "Miscalibration",
}
"""Columns that a reader may leave out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Page settings beside the view itself; empty `columns` means all of them."""

    find: str = ""
    sort: str = "score"
    columns: tuple[str, ...] = ()
    picked: tuple[str, ...] = ()
    chart: str = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The results of the services: the leaderboard of the view, all that is ranked, and the
    lines."""

    benchmark: Benchmark
    latest: int
    leaderboard: Leaderboard
    board: Board
    field: Field
    sweep: Sweep | None
    lines: Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Charts:
    """The charts of a board and their numbers; no lines where nothing lies between the targets."""

    value: Markup | None
    rank: Markup | None
    scatter: Markup
    tables: list[Table]
    drawn: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPage:
    """Everything on the page."""

    benchmark: PublicBenchmark
    latest: int
    board: Leaderboard
    asked: Asked
    view: View
    address: Address
    dial: BoardDial
    board_summary: Pieces
    silence_words: dict[bool, str]
    rows: list[TableRow]
    scale: Scale
    silence_at: int | None
    silence_last: bool
    sorts: dict[str, Link]
    sorted_by: str
    direction: str
    tags: list[Link]
    lines: Lines
    charts: Charts
    leads: dict[str, int]
    always_answer: str | None
    query: str
    unranked: list[tuple[Unranked, str]]
    exports: dict[str, str]
    more: str | None
    found: int


def board_page(shown: Shown, view: View, asked: Asked, address: Address) -> BoardPage:
    """The page of one board under one view."""
    board = shown.leaderboard
    matching = chosen(board.standings, mode=board.mode, find=asked.find, sort=asked.sort)
    rows, scale = rows_of(matching[: view.limit], mode=board.mode)
    # By rank the services limit the rows; in another order all are fetched and limited here.
    matches = len(matching) if asked.find else board.total
    everyone = matches <= view.limit
    answer = next((ref.score for ref in board.references if ref.name == "always-answer"), None)
    complete = everyone and not asked.find and len(matching) == board.total
    return BoardPage(
        benchmark=PublicBenchmark.of(shown.benchmark),
        latest=shown.latest,
        board=board,
        asked=asked,
        view=view,
        address=address,
        dial=board_dial(shown.benchmark, board, shown.sweep, shown.lines, view, address),
        board_summary=[*board_summary(board), *_hint(board)],
        silence_words={last: silence_words(last=last) for last in (False, True)},
        rows=rows,
        scale=scale,
        silence_at=_silence_at(rows, complete=complete) if asked.sort == "score" else None,
        silence_last=all((row.standing.score.value or 0) >= 0 for row in rows),
        sorts=_sorts(asked, address),
        sorted_by=asked.sort.removeprefix("-"),
        direction=_direction(asked.sort),
        tags=_tags(board, view, address),
        lines=shown.lines,
        charts=_charts(shown, view.target.value),
        leads=shown.lines.leads,
        query=board_query(view, address),
        always_answer=None if answer is None else words.points(answer),
        unranked=[(row, words.reason(row.reason)) for row in board.unranked],
        exports=_exports(shown.benchmark, board, view),
        more=None if everyone else address.href(limit="1000"),
        found=matches,
    )


def _charts(shown: Shown, target: float) -> Charts:
    tallies, dots, ranks = shown.lines.tallies, shown.lines.dots, shown.lines.ranks
    total = len(dots)
    if total > ALL_DRAWN:
        # Of many dots one drawing does for every screen, at half the bytes.
        scatter = scatter_chart(dots, target=target, size=replace(PAPER, name="any"))
    else:
        scatter = both(lambda size: scatter_chart(dots, target=target, size=size), PAPER, NARROW)
    tables = [scatter_table(dots, target=target)]
    if shown.sweep is None:
        return Charts(value=None, rank=None, scatter=scatter, tables=tables)
    return Charts(
        value=both(
            lambda size: value_chart(tallies, target=target, size=size, total=total), BROAD, NARROW
        ),
        rank=both(
            lambda size: rank_chart(tallies, target=target, size=size, ranks=ranks), BROAD, NARROW
        ),
        scatter=scatter,
        tables=[value_table(tallies), rank_table(tallies, target=target, ranks=ranks), *tables],
        drawn=""
        if len(tallies) == total
        else f"{len(tallies):,} of {total:,} models are drawn: all that lead somewhere, the first "
        f"{FIRST} at this target and those you picked.",
    )


def board_query(view: View, address: Address) -> str:
    """The view as the query of links to its submissions: what they show, and the way back."""
    revision, category = (address.params.get(name) for name in ("revision", "category"))
    of = BoardRef(
        int(revision) if isinstance(revision, str) else None,
        category if isinstance(category, str) else None,
    )
    return query_of(view, of)


def _hint(board: Leaderboard) -> Pieces:
    """Where a wrong answer costs nothing: what to do to see more."""
    if board.total < 2 or (board.rule != "binary" and board.target != 0):
        return []
    return [("plain", "Move the dial to see who leads when wrong answers cost something.")]


def _silence_at(rows: Sequence[TableRow], *, complete: bool) -> int | None:
    """The index of the row before which always abstaining ranks; after the last only if all are
    shown."""
    at = sum((row.standing.score.value or 0) >= 0 for row in rows)
    return at if at < len(rows) or complete else None


def _direction(sort: str) -> str:
    falling = SORTS[sort.removeprefix("-")][2] != sort.startswith("-")
    return "descending" if falling else "ascending"


def _sorts(asked: Asked, address: Address) -> dict[str, Link]:
    """A press sorts by a figure, a second press turns the order round; score is the ranking."""
    links = {}
    for name, (label, _, _) in SORTS.items():
        current = asked.sort.removeprefix("-") == name
        turned = name if asked.sort.startswith("-") or not current else f"-{name}"
        sort = None if turned.removeprefix("-") == "score" else turned
        links[name] = Link(label, address.href(sort=sort), current, name)
    return links


def _tags(board: Leaderboard, view: View, address: Address) -> list[Link]:
    links = []
    for tag in board.all_tags[:6]:
        on = tag in view.tags
        tags = [name for name in view.tags if name != tag] if on else [*view.tags, tag]
        links.append(Link(tag, address.href(tag=tags), on, tag))
    return links


def _exports(benchmark: Benchmark, board: Leaderboard, view: View) -> dict[str, str]:
    data = Address(
        url(f"/api/v1/benchmarks/{benchmark.slug}/leaderboard"), view_params(view, board)
    )
    return {name: data.href(limit="1000", format=name) for name in ("json", "csv", "markdown")}


def view_params(view: View, board: Leaderboard) -> dict[str, str | list[str] | None]:
    """The view as query parameters shared by API and pages, defaults included."""
    return {
        "rule": None if view.rule == "target" else view.rule,
        "target": str(view.target) if view.rule == "target" else None,
        "mode": view.mode,
        "category": view.category,
        "tag": list(view.tags),
        "revision": str(board.revision),
        "as_of": None if view.as_of is None else view.as_of.isoformat(),
    }
