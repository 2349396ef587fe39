"""Intervals of figures of levels, by kind of figure.

    means of what an answer adds   Student's with pseudo-answers (`pseudo_answers`)
    mean confidence                Wilson's of a share, at its effective count
    AUROC                          Newcombe's method 5, never below the spread seen (DeLong)
    AURC, AUGRC and their excess   Student's with pseudo-answers, from what an answer moves
    accuracy at coverage           Wilson's of the answers kept

All are for submissions of every kind: plain answers are worth their number, others their effective
count. None of fewer than two answers, or of one cluster.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.scoring import rules
from app.scoring.assess import Assessed
from app.scoring.grades import NO_CONFIDENCE
from app.scoring.levels import Levels, slot_weights
from app.scoring.metrics.discrimination import delong
from app.scoring.metrics.influence import Influence, Moved, of_auroc
from app.scoring.score import Interval
from app.scoring.statistics.effective import (
    PRIOR,
    Effective,
    Prior,
    Units,
    effective,
    sorted_sum,
    variance_ratio,
)
from app.scoring.statistics.intervals import LEVEL, Range, quantile, wilson
from app.scoring.statistics.pseudo_answers import (
    METHOD,
    Moments,
    adjusted_interval,
    least_spread,
    student_limits,
)
from app.scoring.statistics.shares import share_interval
from app.scoring.targets import CONFIDENCE_UNITS, UNITS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Worth = Callable[[Floats, Floats], Floats]

PRIOR_CONFIDENCE: Final = Prior(items=2.0)
"""Confidences vary less than outcomes do: the prior of their mean counts as two answers."""

PRIOR_PAIRS: Final = Prior(clusters=4.0, correlation=0.8)
"""Pairs of a right and a wrong answer come from few clusters where one of them is rare."""

AREAS_ADDED: Final = (2.0, 7.0)
"""Pseudo-answers to an area under risk and coverage: of either number, whichever reaches further.
Its average over the few most confident answers is too skewed for z^2 of them."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The graded answers of a submission that is not plain, a slot each: weight, confidence,
    grade, and the item's place in `units`."""

    weight: Floats
    p: Floats
    level: Ints
    grade: Floats
    item: Ints
    units: Units

    def effective(self, moved: Floats) -> Effective | None:
        """What the answers are worth to a figure that each moves by `moved`, about 0."""
        total = sorted_sum(self.weight)
        variance = sorted_sum(self.weight * moved**2) / total
        return effective(self.by_item(self.weight * moved) / total, self.units, variance)

    def by_item(self, values: Floats) -> Floats:
        """Sums over the answers of an item."""
        return _sums(self.item, values, len(self.units.weight))


def answers_of(a: Assessed, levels: Levels) -> Answers:
    """The answers of a submission that is not plain."""
    grades, items = a.item_grades, a.items
    stated = rules.answered(grades) & (grades.confidence != NO_CONFIDENCE)
    weight = slot_weights(grades, items)[stated]
    names, item = np.unique(np.flatnonzero(stated) // grades.samples, return_inverse=True)
    confidence = grades.confidence[stated].astype(np.int64)
    cluster = None if items.cluster is None else items.cluster[names]
    return Answers(
        weight=weight,
        p=confidence / CONFIDENCE_UNITS,
        level=np.searchsorted(levels.units, confidence),
        grade=rules.credit_of(grades)[stated],
        item=item,
        units=Units(_sums(item, weight, len(names)), cluster),
    )


def mean_interval(a: Assessed, levels: Levels, worth: Worth, value: float) -> Interval | None:
    """Of the mean of worth(p, g) over answers, which lies where worth of the four corners does."""
    right, wrong = (worth(levels.p, np.full(len(levels.p), grade)) for grade in (1.0, 0.0))
    if a.plain:
        total = levels.right * (right - value) ** 2 + levels.wrong * (wrong - value) ** 2
        variance, worth_of = float(total.sum() / levels.n), _plain(levels)
    else:
        answers = answers_of(a, levels)
        moved = worth(answers.p, answers.grade) - value
        variance = sorted_sum(answers.weight * moved**2) / sorted_sum(answers.weight)
        worth_of = answers.effective(moved)
    if worth_of is None:
        return None
    share = levels.mass / levels.n
    mean = float((share * (right + wrong)).sum()) / 2
    square = float((share * (right**2 + wrong**2)).sum()) / 2
    pseudo = Moments(mean, max(square - mean * mean, 0.0))
    return adjusted_interval(Moments(value, variance), pseudo, worth_of, range_of(worth))


def range_of(worth: Worth) -> Range:
    """What one answer can add: every worth is extreme where confidence and grade are 0 or 1."""
    corners = worth(np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 0.0, 1.0, 1.0]))
    return float(corners.min()), float(corners.max())


def confidence_interval(a: Assessed, levels: Levels, value: float) -> Interval | None:
    """Of the mean confidence."""
    if not 0 < value < 1:
        found = _plain(levels) if a.plain else answers_of(a, levels).effective(levels.p * 0)
    elif a.plain:
        moved = (levels.p - value) / levels.n
        square, fourth = (float((levels.mass * moved**power).sum()) for power in (2, 4))
        independent = value * (1 - value) / float(levels.n)
        ratio = variance_ratio(square, fourth, independent, prior=PRIOR_CONFIDENCE.items)
        found = None if _plain(levels) is None else Effective(float(levels.n) / ratio, None)
    else:
        answers = answers_of(a, levels)
        total = sorted_sum(answers.weight)
        moved = answers.by_item(answers.weight * (answers.p - value)) / total
        found = effective(moved, answers.units, value * (1 - value), prior=PRIOR_CONFIDENCE)
    if found is None:
        return None
    method = "wilson" if found.df is None else "wilson-cluster"
    return wilson(value * found.n, found.n, df=found.df, method=method)


def area_interval(
    a: Assessed,
    levels: Levels,
    compute: Callable[[Levels], Floats],
    influence: Influence,
    value: float,
    within: Range,
) -> Interval | None:
    """Of an area under risk and coverage."""
    found = _plain(levels) if a.plain else _worth_of(a, levels, influence(levels))
    if found is None:
        return None
    ends = []
    for added in AREAS_ADDED:
        more = _with_pseudo(levels, added * float(levels.n) / found.n)
        spread = max(influence(more).variance(more), least_spread(value, found.n, within))
        centre, total = float(compute(more)), found.n + added
        ends.append(student_limits(value, centre, spread, total, found.df, within))
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    return Interval(low, high, LEVEL, METHOD if found.df is None else METHOD + "-cluster")


def auroc_interval(
    a: Assessed, levels: Levels, value: float
) -> tuple[float | None, Interval | None]:
    """Of the AUROC, with DeLong's standard error; None without a right and a wrong answer."""
    moved = of_auroc(levels, value)
    if a.plain:
        m, n, total = float(levels.n_right), float(levels.n_wrong), float(levels.n)
        square, fourth = (
            float((levels.right * moved.right**power + levels.wrong * moved.wrong**power).sum())
            / total**power
            for power in (2, 4)
        )
        ratio = variance_ratio(square, fourth, _hanley_mcneil(value, m, n), prior=PRIOR.items)
        se = delong(levels, value)
        df = None
    else:
        answers = answers_of(a, levels)
        weight, g = answers.weight, answers.grade
        shift = g * moved.right[answers.level] + (1 - g) * moved.wrong[answers.level]
        by_item = answers.by_item(weight * shift) / sorted_sum(weight)
        m, n = (_kish(answers.by_item(weight * part)) for part in (g, 1 - g))
        kish = 1 / _kish(answers.units.weight)
        found = effective(
            by_item, answers.units, _hanley_mcneil(value, m, n) / kish, prior=PRIOR_PAIRS
        )
        if found is None:
            return None, None
        ratio, df = 1 / (kish * found.n), found.df
        se = _standard_error(by_item, answers.units)
    low, high = newcombe_limits(value, m, n, max(ratio, 1.0), quantile(LEVEL, df))
    method = "newcombe" if df is None else "newcombe-cluster"
    return se, Interval(min(low, value), max(high, value), LEVEL, method)


def newcombe_limits(
    value: float, m: float, n: float, ratio: float, z: float
) -> tuple[float, float]:
    """The areas whose distance from the value is z standard errors, Hanley and McNeil's at that
    area, with (m + n) / 2 - 1 in place of m - 1 and n - 1 (Newcombe 2006, method 5); `ratio` times
    their variance."""

    def inside(area: float) -> bool:
        return (area - value) ** 2 <= z * z * ratio * _hanley_mcneil(area, m, n)

    ends = []
    for end in (0.0, 1.0):
        near, far = value, end
        for _ in range(48):
            middle = (near + far) / 2
            near, far = (middle, far) if inside(middle) else (near, middle)
        ends.append(near if value != end else end)
    return ends[0], ends[1]


def kept_interval(a: Assessed, levels: Levels, coverage: int) -> Interval | None:
    """Of the accuracy of the most confident answers down to the first level that reaches the
    coverage: the level depends on confidences alone, so that the answers kept are a sample."""
    kept, errors = levels.kept, levels.errors
    reached = np.flatnonzero((UNITS * kept >= coverage * levels.n) & (kept > 0))
    if not len(reached):
        return None
    if a.plain:
        k, e = float(kept[reached[0]]), float(errors[reached[0]])
        return wilson(k - e, k)
    answers = answers_of(a, levels)
    chosen = answers.level >= len(levels.units) - 1 - reached[0]
    whole = answers.by_item(np.where(chosen, answers.weight, 0.0))
    right = answers.by_item(np.where(chosen, answers.weight * answers.grade, 0.0))
    held = whole > 0
    cluster = None if answers.units.cluster is None else answers.units.cluster[held]
    return share_interval(right[held] / whole[held], Units(whole[held], cluster))


def _plain(levels: Levels) -> Effective | None:
    n = float(levels.n)
    return Effective(n, None) if n > 1 else None


def _worth_of(a: Assessed, levels: Levels, moved: Moved) -> Effective | None:
    answers = answers_of(a, levels)
    g = answers.grade
    return answers.effective(g * moved.right[answers.level] + (1 - g) * moved.wrong[answers.level])


def _with_pseudo(levels: Levels, added: float) -> Levels:
    """The levels with pseudo-answers in proportion to their own, half right and half wrong."""
    more = levels.mass * (added / float(levels.n))
    return Levels(
        units=levels.units,
        mass=levels.mass + more,
        right=levels.right + more / 2,
        squares=levels.squares + more / 2,
        total=levels.total + added,
        whole=False,
    )


def _hanley_mcneil(area: float, m: float, n: float) -> float:
    """The variance of an AUROC of m right and n wrong answers."""
    more = (m + n) / 2 - 1
    shape = 1 + more * ((1 - area) / (2 - area) + area / (1 + area))
    return area * (1 - area) * shape / (m * n)


def _sums(place: Ints, values: Floats, size: int) -> Floats:
    return np.bincount(place, weights=values, minlength=size).astype(np.float64)


def _kish(weight: Floats) -> float:
    total, square = sorted_sum(weight), sorted_sum(weight * weight)
    return total * total / square if square > 0 else 0.0


def _standard_error(moved: Floats, units: Units) -> float | None:
    """sqrt(n / (n - 1) sum moved^2) over items, or over clusters."""
    if units.cluster is not None:
        order = np.lexsort((moved, units.cluster))
        code = units.cluster[order]
        starts = np.flatnonzero(np.r_[True, code[1:] != code[:-1]])
        moved = np.add.reduceat(moved[order], starts)
    n = len(moved)
    return math.sqrt(n / (n - 1) * sorted_sum(moved * moved)) if n > 1 else None
