"""The board page as values: everything the template prints, spelled and drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from app.services.board import Leaderboard, Standing, Unranked
from app.services.rank import View
from app.storage.benchmarks import Benchmark
from app.web import words
from app.web.charts import (
    BROAD,
    NARROW,
    PAPER,
    Tally,
    both,
    outcome_bar,
    scatter_chart,
    score_bar,
    value_chart,
)
from app.web.story import story

PRESETS = ("0", "0.5", "0.75", "0.9")
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One model's row; `below` says that silence stands above it, `unsure` that its interval
    holds zero."""

    standing: Standing
    moved: str
    direction: str
    score: str
    reach: str
    bar: Markup
    outcomes: Markup
    right: str
    wrong: str
    silent: str
    rest: str
    accuracy: str
    selective: str
    calibration: str
    below: bool
    unsure: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A link that sets one thing and keeps the others."""

    label: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class BoardPage:
    """Everything on the page."""

    benchmark: Benchmark
    board: Leaderboard
    story: list[tuple[str, str]]
    rows: list[Row]
    silence_after: int
    presets: list[Link]
    modes: list[Link]
    price: str
    pays: str
    value_chart: Markup | None
    scatter_chart: Markup | None
    tallies: list[Tally]
    always_answer: str | None
    unranked: list[tuple[Unranked, str]]
    exports: list[Link]
    more: str | None


def board_page(benchmark: Benchmark, board: Leaderboard, view: View) -> BoardPage:
    """The page of one board under one view."""
    rows = _rows(board)
    tallies = _tallies(board.standings)
    target = board.target or 0.0
    answer = next((ref.score for ref in board.references if ref.name == "always-answer"), None)
    here = f"/benchmarks/{benchmark.slug}"
    data = f"/api/v1{here}/leaderboard"
    return BoardPage(
        benchmark=benchmark,
        board=board,
        story=story(board),
        rows=rows,
        silence_after=sum((row.score.value or 0) >= 0 for row in board.standings),
        presets=_presets(here, board, view),
        modes=_modes(here, board, view),
        price=words.penalty(board.penalty or 0.0),
        pays=_pays(board),
        value_chart=both(lambda size: value_chart(tallies, target=target, size=size), BROAD, NARROW)
        if tallies
        else None,
        scatter_chart=both(
            lambda size: scatter_chart(tallies, target=target, size=size), PAPER, NARROW
        )
        if tallies
        else None,
        tallies=tallies,
        always_answer=None if answer is None else words.points(answer),
        unranked=[(row, words.reason(row.reason)) for row in board.unranked],
        exports=[
            Link(label, f"{data}?{_query(board, view)}&format={name}", chosen=False)
            for label, name in (("JSON", "json"), ("CSV", "csv"), ("Markdown", "markdown"))
        ],
        more=_more(here, board, view),
    )


def _more(here: str, board: Leaderboard, view: View) -> str | None:
    if len(board.standings) >= board.total:
        return None
    return f"{here}?{_query(board, view)}&limit=1000"


def _query(board: Leaderboard, view: View, **changes: str) -> str:
    fields: dict[str, str] = {"rule": board.rule, "mode": board.mode}
    if board.rule == "target":
        fields["target"] = words.target(view.target.value)
    if view.category is not None:
        fields["category"] = view.category
    fields |= changes
    if fields["rule"] != "target":
        fields.pop("target", None)
    return urlencode(fields)


def _presets(here: str, board: Leaderboard, view: View) -> list[Link]:
    at = words.target(view.target.value) if board.rule in {"target", "binary"} else ""
    links = [
        Link(
            "Binary" if preset == "0" else preset,
            f"{here}?{_query(board, view, rule='target', target=preset)}",
            chosen=at == preset,
        )
        for preset in PRESETS
    ]
    chosen = board.rule == "quadratic"
    all_targets = f"{here}?{_query(board, view, rule='quadratic')}"
    return [*links, Link("All thresholds", all_targets, chosen=chosen)]


def _modes(here: str, board: Leaderboard, view: View) -> list[Link]:
    labels = (("as answered", "declared"), ("when confidence ≤ t", "threshold"))
    return [
        Link(label, f"{here}?{_query(board, view, mode=mode)}", chosen=board.mode == mode)
        for label, mode in labels
    ]


def _pays(board: Leaderboard) -> str:
    if board.rule == "quadratic":
        return "Every target at once: saying how sure one is pays best."
    if board.rule == "bas":
        return "Every target at once, equally; false certainty costs most."
    if not board.target:
        return "A wrong answer costs nothing, so guessing always pays."
    return f"Answering pays only when you are more than {board.target * 100:g} % sure."


def _rows(board: Leaderboard) -> list[Row]:
    values = [row.score.value or 0.0 for row in board.standings]
    top = max([0.1, *(_high(row) for row in board.standings)])
    floor = min([-0.05, *(value for value in values if value > -1.5)])
    # Bars below the floor run off it: one very bad model must not flatten the others.
    floor = max(floor * 1.1, -1.5)
    return [_row(standing, floor=floor, top=top) for standing in board.standings]


def _high(row: Standing) -> float:
    interval = row.score.interval
    return (row.score.value or 0.0) if interval is None else interval.high


def _row(standing: Standing, *, floor: float, top: float) -> Row:
    score = standing.score
    value, interval = score.value or 0.0, score.interval
    low, high = (value, value) if interval is None else (interval.low, interval.high)
    shares = outcome_shares(standing)
    rest = [f"{kind} {words.share(share)}" for kind, share in shares[3:] if share > 0]
    moved, direction = _movement(standing)
    return Row(
        standing=standing,
        moved=moved,
        direction=direction,
        score=words.points(score.value),
        reach=words.reach(score),
        bar=score_bar(value, low, high, floor=floor, top=top),
        outcomes=outcome_bar(shares),
        right=words.share(shares[0][1]),
        wrong=words.share(shares[1][1]),
        silent=words.share(shares[2][1]),
        rest=", ".join(rest),
        accuracy=words.percent(standing.accuracy.value),
        selective=words.percent(standing.selective_accuracy),
        calibration=_two(standing.ece_levels),
        below=value < 0,
        unsure=low < 0 < high,
    )


def outcome_shares(standing: Standing) -> list[tuple[str, float]]:
    """Right, wrong, abstained, then partial, missing and ungraded, as shares of all slots."""
    if standing.counts is None:
        shares = standing.shares or {}
        right, wrong = shares.get("correct", 0.0), shares.get("wrong", 0.0)
        silent = shares.get("abstained", 0.0)
        rest = max(1 - right - wrong - silent, 0.0)
        return [("correct", right), ("wrong", wrong), ("abstained", silent), ("missing", rest)]
    counts = standing.counts
    total = max(
        counts.correct + counts.wrong + counts.partial + counts.abstained + counts.missing
        + counts.ungraded, 1,
    )  # fmt: skip
    return [
        ("correct", counts.correct / total),
        ("wrong", counts.wrong / total),
        ("abstained", counts.abstained / total),
        ("partial", counts.partial / total),
        ("missing", counts.missing / total),
        ("ungraded", counts.ungraded / total),
    ]


def _movement(standing: Standing) -> tuple[str, str]:
    change = standing.rank_change
    if change == 0:
        return "same", "same"
    return f"{abs(change)}", "up" if change > 0 else "down"


def _two(value: float | None) -> str:
    return words.DASH if value is None else f"{value:.2f}"


def _tallies(standings: Sequence[Standing]) -> list[Tally]:
    """Right and wrong of every model, with a number for those that lead at some target."""
    points = []
    for standing in standings:
        shares = dict(outcome_shares(standing))
        points.append((standing.model.name, shares["correct"], shares["wrong"]))
    leading: dict[int, int] = {}
    for step in range(100):
        t = step / 100
        scores = [(1 - t) * right - t * wrong for _, right, wrong in points]
        best = max(range(len(points)), key=scores.__getitem__, default=-1)
        if best >= 0 and scores[best] > 0 and best not in leading and len(leading) < 7:
            leading[best] = len(leading) + 1
    return [
        Tally(name, right, wrong, leading.get(place, 0))
        for place, (name, right, wrong) in enumerate(points)
    ]
