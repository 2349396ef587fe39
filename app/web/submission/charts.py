"""The charts of a submission: each drawn twice, with its heading, a line on how to read it, and
the same numbers as a table.

A score profile as the points of charts: groups, piles and steps of stated confidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from markupsafe import Markup

from app.http.urls import url
from app.scoring.metrics.curves import Reliability, spread_evenly
from app.scoring.profile import ScoreProfile
from app.scoring.rules import value_of
from app.scoring.targets import CONFIDENCE_UNITS, UNITS, Target
from app.services.board.schemas import Leaderboard, Standing
from app.services.comparisons.submission_context import SubmissionContext
from app.web.board.tallies import declared_tally_of
from app.web.charts import (
    HALF,
    NARROW,
    Group,
    Pile,
    Reached,
    Recalibration,
    Table,
    Tally,
    both,
    confidence_chart,
    confidence_table,
    coverage_chart,
    coverage_table,
    reliability_chart,
    reliability_table,
    single_chart,
    single_table,
)
from app.web.charts.frame import Point
from app.web.charts.single import others_drawn
from app.web.rendering import format as words


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart on a page; `chart` is None where there is nothing to draw: then `says` is the reason
    and `points` what a submission needs for it."""

    heading: str
    says: str
    chart: Markup | None = None
    table: Table | None = None
    points: tuple[str, ...] = ()


WITH_CONFIDENCES: Final = Drawing(
    "What confidences would add",
    "No answer states a confidence. With one in each row, this page also shows:",
    points=(
        "whether a stated 80 % is right 80 times in 100, and its miscalibration",
        "what it would gain by withholding its least confident answers",
        "its score at every target from this one run, by “I don’t know” when confidence ≤ t",
        "its most confident mistakes first, and what each costs",
        "a fair score over all thresholds: an answer without a confidence counts as fully sure",
    ),
)


def _kept_back(targets: Sequence[int]) -> Drawing:
    at = words.at_targets([Target(units) for units in targets])
    return Drawing(
        "What is hidden here",
        "The answers of this benchmark are hidden, so its public figures are few and coarse.",
        points=(
            "shown: the shares of right, wrong and “I don’t know”, to three decimals",
            "shown: every score that follows from them, as answered, at any target",
            f"shown: by confidence, the score at {at}" if at else "shown: nothing by confidence",
            "hidden: the stated confidences, and so calibration and risk",
            "hidden: single questions, mistakes and categories",
        ),
    )


def states_confidences(portrait: SubmissionContext) -> bool:
    """Whether some answer states a confidence; False on hidden benchmarks."""
    return portrait.profile is None or len(portrait.profile.levels) > 0


def drawings(
    name: str,
    portrait: SubmissionContext,
    curve: Reliability | None,
    *,
    fixed_targets: Sequence[int],
    query: str,
) -> list[Drawing]:
    """Score at every target, and where confidences may be seen the three charts about them.

    `curve` is that of the card, None on a hidden benchmark; `fixed_targets` are its targets, in
    units; links to other models carry `query`.
    """
    single = _single(name, portrait, query)
    profile = portrait.profile
    if profile is None or curve is None:
        return [single, _kept_back(fixed_targets)]
    if not states_confidences(portrait):
        return [single, WITH_CONFIDENCES]
    target = portrait.terms.target
    return [_reliability(profile, curve), single, _coverage(profile, target), _use(profile, target)]


def _reliability(profile: ScoreProfile, curve: Reliability) -> Drawing:
    groups, drawn = groups_of(profile, curve), recalibration_of(curve)
    band = "; in the band, 95 %, it would lie if the model were calibrated" if drawn.band else ""
    return Drawing(
        "Does confidence mean what it says?",
        f"The line is what a stated confidence is worth, recalibrated{band}. Dots are answers, by "
        "their share right; a dot’s area is their number, hollow under 10.",
        both(lambda size: reliability_chart(groups, drawn, size=size), HALF, NARROW),
        reliability_table(groups),
    )


def recalibration_of(curve: Reliability) -> Recalibration:
    """The line and the band of a reliability curve, without empty levels."""
    held = curve.answers > 0
    stated, line = curve.confidence[held], curve.recalibrated[held]
    low, high = curve.calibrated_low[held], curve.calibrated_high[held]
    known = bool(len(low)) and not np.isnan(low).any()
    return Recalibration(
        line=list(zip(stated.tolist(), line.tolist(), strict=True)),
        band=list(zip(stated.tolist(), low.tolist(), high.tolist(), strict=True)) if known else [],
    )


def _single(name: str, portrait: SubmissionContext, query: str) -> Drawing:
    profile = portrait.profile
    above = None
    others = _others(portrait.board, query, but=portrait.standing)
    grey = f"Grey: {others_drawn(len(others))}. Drawn is the score times (1 − t)." if others else ""
    says = f"The answers it gave, from binary grading on. {grey}"
    if profile is None:
        row = portrait.standing
        declared = Tally(name, *portrait.shares, 0) if row is None else declared_tally_of(row)
    else:
        declared = declared_tally(name, profile)
    if profile is not None and len(profile.levels):
        above = threshold_tally(name, profile)
        says = (
            "Solid: the answers it gave. Dashed: had it answered only when its stated confidence "
            f"was above t. {grey}"
        )
    return Drawing(
        "What answering is worth at every target",
        says.rstrip(),
        both(
            lambda size: single_chart(
                declared,
                above=above,
                others=others,
                target=portrait.terms.target.value,
                size=size,
            ),
            HALF,
            NARROW,
        ),
        single_table(declared, above),
    )


def _others(board: Leaderboard, query: str, *, but: Standing | None) -> list[Tally]:
    """The other models of the board as they answered."""
    return [
        replace(declared_tally_of(row), href=url(f"/submissions/{row.submission}?{query}"))
        for row in board.standings
        if but is None or row.submission != but.submission
    ]


def _coverage(profile: ScoreProfile, target: Target) -> Drawing:
    steps = steps_of(profile)
    spot = step_at(profile, target)
    return Drawing(
        "Risk–coverage",
        "Answering the most confident questions first, how often is it wrong? Dotted: a perfect "
        "ordering.",
        both(lambda size: coverage_chart(steps, at_target=spot, size=size), HALF, NARROW),
        coverage_table(steps),
    )


def _use(profile: ScoreProfile, target: Target) -> Drawing:
    piles = piles_of(profile)
    return Drawing(
        "How it used confidence",
        "Right below, wrong on top. Answers left of the marker are not above the target.",
        both(lambda size: confidence_chart(piles, target=target.value, size=size), HALF, NARROW),
        confidence_table(piles),
    )


FEW_LEVELS: Final = 12
"""Up to this many stated levels each is a group of its own; more are grouped by tenths."""
_PILES: Final = 20
MOST_STEPS: Final = 100
"""Points of a risk-coverage curve, of which each is a row of the table too."""

_FINE: Final = 400
"""Up to this many levels a curve over the target steps at each; more are joined at 400 targets."""


def groups_of(profile: ScoreProfile, curve: Reliability) -> list[Group]:
    """Answers by stated confidence: by level where these are few, else by tenths (lo, hi], with the
    curve at their mean."""
    drawn = recalibration_of(curve)
    held = _held(profile)
    earned = profile.correct + profile.credit / UNITS
    if len(profile.levels) <= FEW_LEVELS:
        place = np.arange(len(profile.levels))
    else:
        place = np.maximum((profile.levels * 10 - 1) // CONFIDENCE_UNITS, 0)
    groups = []
    for number in np.unique(place).tolist():
        here = place == number
        n, right = int(held[here].sum()), float(earned[here].sum())
        if n == 0:
            continue  # a level that nobody stated
        stated = float((held[here] * profile.levels[here]).sum()) / (n * CONFIDENCE_UNITS)
        low, high = (_at(stated, drawn.band, limit) for limit in (1, 2))
        groups.append(
            Group(
                stated=stated,
                actual=right / n,
                n=n,
                recalibrated=_at(stated, drawn.line, 1) or 0.0,
                low=low,
                high=high,
            )
        )
    return groups


def _at(stated: float, points: Sequence[tuple[float, ...]], column: int) -> float | None:
    """A column of points over stated confidence, straight between them; None without points."""
    if not points:
        return None
    xs, ys = [point[0] for point in points], [point[column] for point in points]
    return float(np.interp(stated, xs, ys))


def piles_of(profile: ScoreProfile) -> list[Pile]:
    """Answers in twenty piles of five points, (lo, hi], the first closed at 0."""
    place = np.maximum((profile.levels * _PILES - 1) // CONFIDENCE_UNITS, 0)

    def count(kind: np.ndarray) -> list[int]:
        found: list[int] = np.bincount(place, weights=kind, minlength=_PILES).astype(int).tolist()
        return found

    counts = zip(count(profile.correct), count(profile.wrong), count(profile.partial), strict=True)
    return [
        Pile(start=number / _PILES, right=right, wrong=wrong, partial=partial)
        for number, (right, wrong, partial) in enumerate(counts)
    ]


def steps_of(profile: ScoreProfile) -> list[Reached]:
    """Coverage and risk down to stated levels, by descending confidence: to every one where they
    are few, else to MOST_STEPS of them that spread evenly over the coverage."""
    answered, wrong = _down_to(profile)
    n = max(profile.n_graded, 1)
    levels = profile.levels[::-1]
    return [
        Reached(
            int(levels[place]) / CONFIDENCE_UNITS,
            answered[place] / n,
            wrong[place] / answered[place],
        )
        for place in spread_evenly(answered, MOST_STEPS).tolist()
    ]


def step_at(profile: ScoreProfile, target: Target) -> Reached | None:
    """Coverage and risk of the answers above the target; None where there are none."""
    least = -1 if target.units == 0 else target.confidence
    above = len(profile.levels) - int(np.searchsorted(profile.levels, least, side="right"))
    if above == 0:
        return None
    answered, wrong = (row[above - 1] for row in _down_to(profile))
    level = int(profile.levels[-above]) / CONFIDENCE_UNITS
    return Reached(
        level, float(answered) / max(profile.n_graded, 1), float(wrong) / float(answered)
    )


def _down_to(profile: ScoreProfile) -> tuple[np.ndarray, np.ndarray]:
    """Answers, and how many of them are wrong, down to each level by descending confidence."""
    held = _held(profile)
    lost = held - profile.correct - profile.credit / UNITS
    return np.cumsum(held[::-1]), np.cumsum(lost[::-1])


def declared_tally(name: str, profile: ScoreProfile) -> Tally:
    """The model as it answered."""
    right, wrong, n = _from_level_up(profile)
    return Tally(name, right[0] / n, wrong[0] / n, 0)


def threshold_tally(name: str, profile: ScoreProfile) -> Tally:
    """The model had it answered only above the target: a curve that steps at every level, or where
    levels are many is joined at even targets."""
    right, wrong, n = _from_level_up(profile)
    curve: list[Point] = [(0.0, right[0] / n)]
    for t, first in _corners(profile.levels):
        curve.append((t, value_of(right[first] / n, wrong[first] / n, t)))
    at_one = int(np.searchsorted(profile.levels, CONFIDENCE_UNITS))
    curve.append((1.0, 0.0 - wrong[at_one] / n))
    return Tally(name, right[0] / n, wrong[0] / n, 0, tuple(curve))


def _corners(levels: np.ndarray) -> list[tuple[float, int]]:
    """Targets below 1, and the place of the first level that is attempted there."""
    if len(levels) > _FINE:
        at = np.arange(1, _FINE) * (CONFIDENCE_UNITS // _FINE)
        first = np.searchsorted(levels, at, side="right")
        return [(0.0, int(np.searchsorted(levels, 0, side="right")))] + [
            (units / CONFIDENCE_UNITS, place)
            for units, place in zip(at.tolist(), first.tolist(), strict=True)
        ]
    below_one = levels[levels < CONFIDENCE_UNITS].tolist()
    return [
        (units / CONFIDENCE_UNITS, first)
        for place, units in enumerate(below_one)
        for first in (place, place + 1)
    ]


def _from_level_up(profile: ScoreProfile) -> tuple[list[float], list[float], int]:
    """Right and wrong answers from each level up, and from none, the unstated among them; N."""
    earned = profile.correct + profile.credit / UNITS
    unstated = profile.unstated_correct + profile.unstated_credit / UNITS

    def up(kind: np.ndarray, without: float) -> list[float]:
        sums: list[float] = (np.append(np.cumsum(kind[::-1])[::-1], 0) + without).tolist()
        return sums

    return (
        up(earned, unstated),
        up(_held(profile) - earned, profile.n_unstated - unstated),
        max(profile.n_graded, 1),
    )


def _held(profile: ScoreProfile) -> np.ndarray:
    return profile.correct + profile.wrong + profile.partial
