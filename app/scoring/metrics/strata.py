"""Scores by category, and their micro and macro averages.

    micro  the mean over items             SE = sqrt(sum (V_h SE_h)^2) / V
    macro  the mean of the categories      SE = sqrt(sum SE_h^2) / H

with V_h the weight of category h. Categories are taken as fixed: only the items inside are a
sample.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.scoring.assess import (
    Assessed,
    accuracy,
    assess,
    bas,
    bas_range,
    coverage,
    quadratic_score,
    range_at,
    selective_accuracy,
    threshold_score,
)
from app.scoring.grades import Grades, ItemFrame
from app.scoring.levels import slot_weights, sums_of_sorted
from app.scoring.rules import Mode
from app.scoring.score import Score
from app.scoring.statistics.intervals import (
    LEVEL,
    SHARE,
    SIGNED,
    Range,
    normal_quantile,
    symmetric_interval,
)
from app.scoring.targets import Target

MEANS: Final[dict[str, Range]] = {
    "accuracy": SHARE,
    "coverage": SHARE,
    "quadratic_score": SIGNED,
    "bas": bas_range(),
}
"""The figures that are means over N, besides the threshold scores, with their ranges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """One category: its items, their weight (those with a grade), and its scores by id. Items
    that name no category are one without a name, which has no part in macro figures."""

    name: str | None
    n_items: int
    weight: float
    scores: dict[str, Score]
    threshold_score: dict[Target, Score]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strata:
    """All categories, and their averages: of figures that are means over N, by id."""

    strata: tuple[Stratum, ...]
    micro: dict[str, Score]
    macro: dict[str, Score]
    micro_threshold_score: dict[Target, Score]
    macro_threshold_score: dict[Target, Score]


def strata(
    grades: Grades, items: ItemFrame, *, targets: tuple[Target, ...], mode: Mode
) -> Strata | None:
    """Scores by category; None where the benchmark has none."""
    if items.category is None:
        return None
    parts = tuple(_strata(grades, items, targets, mode))
    return Strata(
        strata=parts,
        micro={name: micro(parts, _named(name), within) for name, within in MEANS.items()},
        macro={name: macro(parts, _named(name), within) for name, within in MEANS.items()},
        micro_threshold_score={t: micro(parts, _at(t), range_at(t)) for t in targets},
        macro_threshold_score={t: macro(parts, _at(t), range_at(t)) for t in targets},
    )


def _named(name: str) -> Callable[[Stratum], Score]:
    return lambda stratum: stratum.scores[name]


def _at(target: Target) -> Callable[[Stratum], Score]:
    return lambda stratum: stratum.threshold_score[target]


def micro(parts: tuple[Stratum, ...], score: Callable[[Stratum], Score], within: Range) -> Score:
    """The mean over items, with the error of a stratified sample."""
    return _mean(
        [(stratum.weight, score(stratum)) for stratum in parts if stratum.weight > 0], within
    )


def macro(parts: tuple[Stratum, ...], score: Callable[[Stratum], Score], within: Range) -> Score:
    """The plain mean of the categories that have a graded item."""
    named = [stratum for stratum in parts if stratum.name is not None and stratum.weight > 0]
    return _mean([(1.0, score(stratum)) for stratum in named], within)


def _mean(held: list[tuple[float, Score]], within: Range) -> Score:
    n = sum(score.n_items for _, score in held)
    total = math.fsum(weight for weight, _ in held)
    missing = next((score for _, score in held if score.value is None), None)
    if missing is not None or total == 0:
        return Score(None, n_items=n, reason=missing.reason if missing else "no-graded-items")
    value = math.fsum(weight * (score.value or 0.0) for weight, score in held) / total
    if any(score.se is None for _, score in held):
        return Score(value, n_items=n)
    se = math.sqrt(math.fsum((weight * (score.se or 0.0)) ** 2 for weight, score in held)) / total
    reach = normal_quantile(LEVEL) * se
    interval = symmetric_interval(value, reach, within=within, method="stratified-normal")
    return Score(value, n_items=n, se=se, interval=interval)


def _strata(
    grades: Grades, items: ItemFrame, targets: tuple[Target, ...], mode: Mode
) -> Iterator[Stratum]:
    assert items.category is not None
    weight = slot_weights(grades, items)
    for code in np.unique(items.category).tolist():
        chosen = np.flatnonzero(items.category == code)
        part = assess(grades.only(chosen), items.only(chosen))
        slots = np.repeat(items.category == code, grades.samples)
        yield Stratum(
            name=None if code < 0 else items.category_names[code],
            n_items=len(chosen),
            weight=sums_of_sorted(weight[slots]),
            scores=_scores(part),
            threshold_score={t: threshold_score(part, t, mode) for t in targets},
        )


def _scores(part: Assessed) -> dict[str, Score]:
    return {
        "accuracy": accuracy(part),
        "coverage": coverage(part),
        "selective_accuracy": selective_accuracy(part),
        "quadratic_score": quadratic_score(part),
        "bas": bas(part),
    }
