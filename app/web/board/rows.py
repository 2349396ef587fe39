"""The rows of a board's table: formatted, drawn, sorted and filtered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from app.scoring.rules import Mode
from app.scoring.targets import parse_target
from app.services.access.public_view import STEPS as THOUSANDTHS
from app.services.board.schemas import Standing
from app.services.state.background_jobs import PENDING
from app.web.board.scale import Scale, scale_of
from app.web.charts import outcome_bar, score_bar
from app.web.rendering import format as words

HATCHED_ON: Final = ("abstained", "partial", "missing", "ungraded")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One model's row. `unsure`: its interval holds zero or is missing. `shares`: right, wrong,
    abstained, partial, missing and ungraded of all items. `chance`: the miscalibration that a
    calibrated model would show."""

    standing: Standing
    note: str
    shares: tuple[float, ...]
    range: str
    moved: str
    direction: str
    score: str
    reach: str
    bar: Markup
    outcomes: Markup
    rest: str
    accuracy: str
    selective: str
    calibration: str
    chance: str
    unsure: bool


Figure = Callable[[Standing, tuple[float, ...]], float | None]

SORTS: Final[dict[str, tuple[str, Figure, bool]]] = {
    "score": ("Score", lambda one, _: one.score.value, True),
    "change": ("vs binary", lambda one, _: one.rank_change, True),
    "right": ("right", lambda _, shares: shares[0], True),
    "wrong": ("wrong", lambda _, shares: shares[1], False),
    "silent": ("don’t know", lambda _, shares: shares[2], True),
    "accuracy": ("Binary accuracy", lambda one, _: one.accuracy.value, True),
    "selective": ("Right when it answers", lambda one, _: one.selective_accuracy, True),
    "calibration": ("Miscalibration", lambda one, _: one.excess_miscalibration, False),
}
"""What a board can be sorted by: its name, the figure, and whether the most comes first."""


def rows_of(standings: Sequence[Standing], *, mode: Mode) -> tuple[list[TableRow], Scale]:
    """The rows in the order given, on one common scale."""
    scale = scale_of(
        [_span(standing)[0] for standing in standings],
        [_span(standing)[1] for standing in standings],
    )
    return [_row(standing, scale, mode) for standing in standings], scale


def chosen(
    standings: Sequence[Standing], *, mode: Mode, find: str | None, sort: str
) -> list[Standing]:
    """Standings whose name or note holds `find`, in order of a figure; `-` turns the order round.

    Undefined figures come last, equals keep the order of rank.
    """
    matching = list(standings)
    if find:
        text = find.lower()
        matching = [
            standing
            for standing in matching
            if text in f"{standing.model.name} {note_of(standing)}".lower()
        ]
    name = sort.removeprefix("-")
    _, figure, most_first = SORTS[name]
    if sort == "score":
        return matching
    falling = most_first != sort.startswith("-")

    def key(standing: Standing) -> tuple[bool, float]:
        value = figure(standing, shares_of(standing, mode))
        return value is None, 0.0 if value is None else -value if falling else value

    return sorted(matching, key=key)


def _row(standing: Standing, scale: Scale, mode: Mode) -> TableRow:
    low, high = _span(standing)
    shares = shares_of(standing, mode)
    floor, top = scale.floor / 100, scale.top / 100
    rest = zip(HATCHED_ON[1:], shares[3:], strict=True)
    return TableRow(
        standing=standing,
        note=note_of(standing),
        shares=shares,
        range=_range_of(standing),
        moved=str(abs(standing.rank_change)),
        direction="same"
        if not standing.rank_change
        else "up"
        if standing.rank_change > 0
        else "down",
        score=words.points(standing.score.value),
        reach=words.reach(standing.score),
        bar=score_bar(standing.score.value or 0.0, low, high, floor=floor, top=top),
        outcomes=outcome_bar(list(zip(("correct", "wrong", *HATCHED_ON), shares, strict=True))),
        rest=", ".join(f"{kind} {words.share(share)}" for kind, share in rest if share > 0),
        accuracy=words.percent(standing.accuracy.value),
        selective=words.percent(standing.selective_accuracy),
        calibration=words.thousandths(standing.excess_miscalibration),
        chance=""
        if standing.miscalibration_expected is None
        else f"chance {words.thousandths(standing.miscalibration_expected)}",
        unsure=standing.score.side == 0,
    )


def _range_of(standing: Standing) -> str:
    if standing.null_reasons.get("rank_range") == PENDING:
        return words.ELLIPSIS
    return words.rank_range(standing.rank_range)


def _span(standing: Standing) -> tuple[float, float]:
    interval = standing.score.interval
    value = standing.score.value or 0.0
    return (value, value) if interval is None else (interval.low, interval.high)


def note_of(one: Standing) -> str:
    """The small line under the name."""
    return words.standing_note(
        organisation=one.model.organisation,
        owner=one.owner,
        version=one.model.version,
        tags=one.model.tags,
        self_reported=one.self_reported,
        provisional=one.provisional,
        attempt=one.attempt,
        attempts=one.attempts,
        stated_target=None if one.stated_target is None else parse_target(one.stated_target),
    )


def shares_of(standing: Standing, mode: Mode) -> tuple[float, ...]:
    """Right, wrong, abstained, partial, missing and ungraded, as shares of all items.

    In threshold mode answers at or under the target count as "don't know", as they do in the score.
    """
    if standing.counts is None:
        return _public_shares(standing, mode)
    counts = standing.counts
    slots = [
        counts.correct, counts.wrong, counts.abstained, counts.partial, counts.missing,
        counts.ungraded,
    ]  # fmt: skip
    total = max(sum(slots), 1)
    if mode == "threshold" and standing.attempted is not None:
        graded = total - counts.ungraded
        right, wrong = standing.attempted["correct"], standing.attempted["wrong"]
        partly = 0.0
        if counts.partial:
            partly = max(round((standing.coverage or 0.0) * graded) - right - wrong, 0)
        held_back = counts.correct + counts.wrong + counts.partial - right - wrong - partly
        return tuple(
            part / total
            for part in (
                right, wrong, counts.abstained + held_back, partly, counts.missing, counts.ungraded,
            )
        )  # fmt: skip
    return tuple(slot / total for slot in slots)


def _public_shares(standing: Standing, mode: Mode) -> tuple[float, ...]:
    """A hidden benchmark's thousandths; counted as integers, so that nothing is left of nothing."""
    shares = standing.shares or {}
    right, wrong, silent = (
        round(shares.get(name, 0.0) * THOUSANDTHS) for name in ("correct", "wrong", "abstained")
    )
    missing = max(THOUSANDTHS - right - wrong - silent, 0)
    if mode == "threshold":
        answered = round((standing.coverage or 0.0) * THOUSANDTHS)
        tried = round((standing.selective_accuracy or 0.0) * answered)
        silent += right + wrong - answered
        right, wrong = tried, answered - tried
    return tuple(part / THOUSANDTHS for part in (right, wrong, silent, 0, missing, 0))
