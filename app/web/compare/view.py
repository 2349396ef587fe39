"""The view model of the comparison page: verdict, charts, 3 x 3 table, discordant items."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from app.http.urls import url
from app.scoring.comparison.difference import DifferenceCurve
from app.scoring.score import Score
from app.scoring.targets import UNITS
from app.services.access.public_view import PublicView
from app.services.board.schemas import Leaderboard
from app.services.comparisons.paired_comparison import (
    CategoryPair,
    DiscordantItem,
    PairedComparison,
    Stand,
    Terms,
)
from app.storage.benchmarks import Benchmark
from app.storage.items import Item
from app.storage.submissions import Submission
from app.web.board.scoring_view import ReportDial, at_words, dial_of, query_of
from app.web.board.summary import Pieces
from app.web.charts import (
    NARROW,
    Gap,
    Reach,
    Size,
    Table,
    both,
    categories_chart,
    categories_table,
    difference_chart,
    difference_table,
)
from app.web.charts.categories import PAPER as CATEGORY_PAPER
from app.web.compare.sentences import (
    chart_says,
    names_of,
    parted_says,
    under_the_verdict,
    verdict,
)
from app.web.rendering import format as words
from app.web.rendering.untrusted import item_href

DIFFERENCE_PAPER: Final = Size("wide", 720, 400)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the 3 x 3 table: its items, and which side they favour ("a", "b" or "same")."""

    count: str
    side: str


@dataclass(frozen=True, slots=True)
class Call:
    """The response of one side to an item; `kind` is the outcome."""

    kind: str
    answer: str | None
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartedRow:
    """A question on which the two earn different points."""

    key: str
    question: str | None
    category: str | None
    left_href: str
    right_href: str
    left: Call
    right: Call


@dataclass(frozen=True, slots=True)
class Option:
    """A submission that may be picked."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage:
    """Everything on the page."""

    benchmark: Benchmark
    left: Submission
    right: Submission
    dial: ReportDial
    query: str
    swap: str
    options: list[Option]
    n_items: int
    verdict: Pieces
    more: list[str]
    chart: Markup | None
    table: Table | None
    chart_says: str
    category_chart: Markup | None
    category_table: Table | None
    nine: list[tuple[str, list[Cell]]]
    parted: list[PartedRow]
    parted_says: str
    further: str | None
    back: str | None
    at: str
    hidden: bool


def compare_page(
    pair: PairedComparison,
    *,
    board: Leaderboard,
    items: Mapping[str, Item],
    answers: Mapping[tuple[int, str], str | None],
    offset: int,
    a_page: int,
) -> ComparePage:
    """The page of two submissions compared."""
    left, right = pair.left.submission, pair.right.submission
    ids = {"a": left.public_id, "b": right.public_id}
    query = query_of(pair.terms)
    gaps = _gaps(pair.curve)
    names = names_of(left, right)
    charts = _charts(pair, gaps, names)
    parted = pair.parted
    here = url(f"/compare?a={left.public_id}&b={right.public_id}&{query}")
    return ComparePage(
        benchmark=pair.benchmark,
        left=left,
        right=right,
        dial=dial_of(url("/compare"), pair.benchmark, pair.terms, kept=ids),
        query=query,
        swap=url(f"/compare?a={right.public_id}&b={left.public_id}&{query}"),
        options=_options(board, left, right),
        n_items=pair.difference.n_items,
        verdict=verdict(pair, names),
        more=under_the_verdict(pair, gaps, names),
        chart=charts[0],
        table=charts[1],
        chart_says=chart_says(pair),
        category_chart=charts[2],
        category_table=charts[3],
        nine=_nine(pair),
        parted=[_parted(pair, item, items, answers) for item in parted.items] if parted else [],
        parted_says=parted_says(pair, names),
        further=None
        if parted is None or parted.next_offset is None
        else f"{here}&after={parted.next_offset}#parted",
        back=f"{here}&after={max(offset - a_page, 0)}#parted" if offset else None,
        at=at_words(pair.terms),
        hidden=not PublicView.of(pair.benchmark).answers,
    )


def _options(board: Leaderboard, left: Submission, right: Submission) -> list[Option]:
    """The ranked submissions, and the two compared where they are not ranked."""
    names = {row.submission: row.model.name for row in board.standings}
    for submission in (left, right):
        names.setdefault(
            submission.public_id, f"{submission.model.name}, attempt {submission.attempt}"
        )
    return [Option(value, label) for value, label in names.items()]


def options_of(board: Leaderboard) -> list[Option]:
    """The standing submissions, best first."""
    return [Option(row.submission, row.model.name) for row in board.standings]


def _gaps(curve: DifferenceCurve | None) -> list[Gap]:
    if curve is None:
        return []
    rows = zip(
        curve.targets.tolist(),
        curve.difference.tolist(),
        curve.low.tolist(),
        curve.high.tolist(),
        strict=True,
    )
    return [
        Gap(units / UNITS, value, _or_none(low), _or_none(high))
        for units, value, low, high in rows
        if not math.isnan(value)
    ]


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value


def _charts(
    pair: PairedComparison, gaps: Sequence[Gap], names: tuple[str, str]
) -> tuple[Markup | None, Table | None, Markup | None, Table | None]:
    chart = table = category_chart = category_table = None
    target = pair.terms.target.value
    if gaps:
        chart = both(
            lambda size: difference_chart(
                gaps, left=names[0], right=names[1], target=target, size=size
            ),
            DIFFERENCE_PAPER,
            NARROW,
        )
        table = difference_table(gaps)
    reaches = [
        reach for category in pair.categories or () if (reach := _reach(category)) is not None
    ]
    whole = _whole(pair)
    if reaches and whole is not None:
        title = f"Paired difference by category {at_words(pair.terms)}"
        category_chart = both(
            lambda size: categories_chart(reaches, whole=whole, title=title, size=size),
            CATEGORY_PAPER,
            NARROW,
        )
        category_table = categories_table(reaches, whole=whole, caption=title)
    return chart, table, category_chart, category_table


def _reach(category: CategoryPair) -> Reach | None:
    return _reach_of(category.category, category.difference)


def _whole(pair: PairedComparison) -> Reach | None:
    return _reach_of("All", pair.difference)


def _reach_of(name: str, score: Score) -> Reach | None:
    if score.value is None:
        return None
    interval = score.interval
    return Reach(
        name=name,
        n_items=score.n_items,
        value=score.value,
        low=None if interval is None else interval.low,
        high=None if interval is None else interval.high,
    )


_STANDS: Final = ("right", "wrong", "don’t know")


def _nine(pair: PairedComparison) -> list[tuple[str, list[Cell]]]:
    """Counts by both standings; a cell favours the one whose standing earns more."""
    if pair.table is None:
        return []
    worth = (1.0, -pair.terms.target.penalty, 0.0)
    rows = []
    for i, counts in enumerate(pair.table):
        cells = []
        for j, count in enumerate(counts):
            side = "a" if worth[i] > worth[j] else "b" if worth[i] < worth[j] else "same"
            cells.append(Cell(f"{count:,}", side))
        rows.append((_STANDS[i], cells))
    return rows


def _parted(
    pair: PairedComparison,
    one: DiscordantItem,
    items: Mapping[str, Item],
    answers: Mapping[tuple[int, str], str | None],
) -> PartedRow:
    item = items.get(one.item)
    left, right = pair.left.submission, pair.right.submission
    return PartedRow(
        key=one.item,
        question=None if item is None else item.question,
        category=one.category,
        left_href=item_href(left.public_id, one.item),
        right_href=item_href(right.public_id, one.item),
        left=_call(one.left, answers.get((left.id, one.item)), pair.terms),
        right=_call(one.right, answers.get((right.id, one.item)), pair.terms),
    )


def _call(stand: Stand, answer: str | None, terms: Terms) -> Call:
    confidence = "" if stand.confidence is None else f"{stand.confidence * 100:.4g} %"
    if stand.outcome is None:
        points = words.points(stand.points)
        return Call("sampled", f"{points} over its samples", "")
    kind = stand.outcome.name.lower()
    given = kind in {"correct", "wrong"}
    if given and stand.points == 0 and terms.mode == "threshold" and terms.target.units:
        kind = "held back"
    return Call(kind, answer, confidence)
