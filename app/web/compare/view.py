"""The view model of the comparison page: verdict, charts, 3 x 3 table, discordant items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from app.http.urls import url
from app.scoring.rules import ScoringView
from app.scoring.score import Score
from app.services.access.public_view import PublicBenchmark, PublicView
from app.services.board.schemas import Leaderboard
from app.services.comparisons.schemas import (
    CategoryPair,
    DifferenceCurve,
    DiscordantItem,
    ItemResult,
    PairedComparison,
)
from app.services.submissions.schemas import SubmissionRow
from app.storage.benchmarks import Benchmark
from app.storage.items import Item
from app.web.board.scoring_view import BoardRef, ReportDial, at_words, dial_of, query_of
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

    benchmark: PublicBenchmark
    left: SubmissionRow
    right: SubmissionRow
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
    terms: ScoringView,
    *,
    benchmark: Benchmark,
    board: Leaderboard,
    items: Mapping[str, Item],
    answers: Mapping[tuple[str, str], str | None],
    offset: int,
    a_page: int,
    board_ref: BoardRef,
) -> ComparePage:
    """The page of two submissions compared."""
    left, right = pair.a.submission, pair.b.submission
    ids = {"a": left.id, "b": right.id}
    query = query_of(terms, board_ref)
    gaps = _gaps(pair.curve)
    names = names_of(left, right)
    charts = _charts(pair, terms, gaps, names)
    discordant = pair.items
    here = url(f"/compare?a={left.id}&b={right.id}&{query}")
    return ComparePage(
        benchmark=PublicBenchmark.of(benchmark),
        left=left,
        right=right,
        dial=dial_of(url("/compare"), benchmark, terms, kept=ids | board_ref.fields()),
        query=query,
        swap=url(f"/compare?a={right.id}&b={left.id}&{query}"),
        options=_options(board, left, right),
        n_items=pair.difference.n_items,
        verdict=verdict(pair, terms, names),
        more=under_the_verdict(pair, gaps, names),
        chart=charts[0],
        table=charts[1],
        chart_says=chart_says(benchmark),
        category_chart=charts[2],
        category_table=charts[3],
        nine=_nine(pair, terms),
        parted=[_parted(pair, terms, item, items, answers, query) for item in discordant.data]
        if discordant
        else [],
        parted_says=parted_says(pair, names),
        further=None
        if discordant is None or discordant.next_offset is None
        else f"{here}&after={discordant.next_offset}#parted",
        back=f"{here}&after={max(offset - a_page, 0)}#parted" if offset else None,
        at=at_words(terms),
        hidden=not PublicView.of(benchmark).answers,
    )


def _options(board: Leaderboard, left: SubmissionRow, right: SubmissionRow) -> list[Option]:
    """The ranked submissions, and the two compared where they are not ranked."""
    names = {row.submission: row.model.name for row in board.standings}
    for submission in (left, right):
        names.setdefault(submission.id, f"{submission.model.name}, attempt {submission.attempt}")
    return [Option(value, label) for value, label in names.items()]


def options_of(board: Leaderboard) -> list[Option]:
    """The standing submissions, best first."""
    return [Option(row.submission, row.model.name) for row in board.standings]


def _gaps(curve: DifferenceCurve | None) -> list[Gap]:
    if curve is None:
        return []
    rows = zip(curve.targets, curve.difference, curve.low, curve.high, strict=True)
    return [Gap(target, value, low, high) for target, value, low, high in rows if value is not None]


def _charts(
    pair: PairedComparison, terms: ScoringView, gaps: Sequence[Gap], names: tuple[str, str]
) -> tuple[Markup | None, Table | None, Markup | None, Table | None]:
    chart = table = category_chart = category_table = None
    target = terms.target.value
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
        title = f"Paired difference by category {at_words(terms)}"
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


def _nine(pair: PairedComparison, terms: ScoringView) -> list[tuple[str, list[Cell]]]:
    """Counts by both standings; a cell favours the one whose standing earns more."""
    if pair.outcomes is None:
        return []
    worth = (1.0, -terms.target.penalty, 0.0)
    rows = []
    for i, counts in enumerate(pair.outcomes.table):
        cells = []
        for j, count in enumerate(counts):
            side = "a" if worth[i] > worth[j] else "b" if worth[i] < worth[j] else "same"
            cells.append(Cell(f"{count:,}", side))
        rows.append((_STANDS[i], cells))
    return rows


def _parted(
    pair: PairedComparison,
    terms: ScoringView,
    one: DiscordantItem,
    items: Mapping[str, Item],
    answers: Mapping[tuple[str, str], str | None],
    query: str,
) -> PartedRow:
    item = items.get(one.item)
    left, right = pair.a.submission, pair.b.submission
    return PartedRow(
        key=one.item,
        question=None if item is None else item.question,
        category=one.category,
        left_href=item_href(left.id, one.item, query),
        right_href=item_href(right.id, one.item, query),
        left=_call(one.a, answers.get((left.id, one.item)), terms),
        right=_call(one.b, answers.get((right.id, one.item)), terms),
    )


def _call(result: ItemResult, answer: str | None, terms: ScoringView) -> Call:
    confidence = "" if result.confidence is None else words.confidence(result.confidence)
    if result.outcome is None:
        points = words.points(result.points)
        return Call("sampled", f"{points} over its samples", "")
    kind = result.outcome.name.lower()
    given = kind in {"correct", "wrong"}
    if given and result.points == 0 and terms.mode == "threshold" and terms.target.units:
        kind = "held back"
    return Call(kind, answer, confidence)
