"""Closed-form scores of a submission, each with an interval and its method.

Plain submissions (one sample an item, nothing partial, weighted or clustered) are scored from
their profile by counting. All others are scored from one number an item, x_i: the mean of its
slots' points, weighted by v_i, with a standard error that knows weights and clusters
(`docs/scoring.md`, sections 1.10 and 3). Ungraded slots leave N; `bounds` grade them both ways.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.scoring import rules
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.profile import ScoreProfile, profile_of
from app.scoring.rules import EPSILON, Mode
from app.scoring.score import Bounds, Interval, Score
from app.scoring.statistics.intervals import SHARE, SIGNED, Range, mover_wilson, t_interval, wilson
from app.scoring.statistics.means import ItemMeans, item_means, ratio_of_means
from app.scoring.targets import CONFIDENCE_UNITS, Target

Floats = NDArray[np.float64]
BINARY: Final = Target(0)
NO_ITEMS: Final = "no-graded-items"
NO_ANSWERS: Final = "no-answers"
CONFIDENCE_MISSING: Final = "confidence-missing"


@dataclass(frozen=True, slots=True)
class Assessed:
    """A submission ready to be scored; `grades` is None if the profile is sufficient."""

    profile: ScoreProfile
    items: ItemFrame
    grades: Grades | None

    @property
    def plain(self) -> bool:
        """Whether the profile's counts are sufficient."""
        return self.grades is None

    @property
    def item_grades(self) -> Grades:
        """The grades of a submission that is not plain."""
        assert self.grades is not None
        return self.grades


def assess(grades: Grades, items: ItemFrame) -> Assessed:
    """Grades of a submission with the items they belong to."""
    profile = profile_of(grades)
    plain = grades.samples == 1 and not profile.n_partial and items.uniform
    return Assessed(profile, items, None if plain else grades)


def assess_profile(profile: ScoreProfile, items: ItemFrame) -> Assessed:
    """A plain submission from its profile alone."""
    return Assessed(profile, items, None)


def accuracy(a: Assessed) -> Score:
    """Mean grade over graded items, in [0, 1], up; null without graded items."""
    return threshold_score(a, BINARY, "declared")


def threshold_score(a: Assessed, target: Target, mode: Mode) -> Score:
    """S_t = (c_t - L w_t) / N, in [-L, 1], up; null without graded items.

    Interval: MOVER-Wilson for plain outcomes (Wilson at t = 0), with N / max(1, DEFF) under
    clusters; Student's t for partial credit, weights and several samples.
    """
    bounds = _bounds(a, target, mode)
    if not a.plain:
        means = _means(a, rules.threshold_points(a.item_grades, target, mode))
        if _only_clustered(a):
            return _clustered_score(a, means, target, mode, bounds)
        return _mean_score(means, bounds, within=range_at(target))
    n = a.profile.n_graded
    if n == 0:
        return Score(None, n_items=0, reason=NO_ITEMS, bounds=bounds)
    right, wrong = a.profile.attempted(target, mode)
    value = rules.score_of(right, wrong, n, target)
    square = (right + target.penalty**2 * wrong) / n
    interval = _count_interval(right, wrong, n, target)
    return Score(
        value, n_items=n, se=_standard_error(value, square, n), interval=interval, bounds=bounds
    )


def quadratic_score(a: Assessed) -> Score:
    """Mean of 2pg - p^2 over graded items, unstated p as 1; in [-1, 1], up; Student's interval."""
    bounds = _wide_bounds(a, quadratic_score, low=-1.0, high=1.0)
    if not a.plain:
        return _mean_score(_means(a, rules.quadratic_points(a.item_grades)), bounds, within=SIGNED)
    profile, n = a.profile, a.profile.n_graded
    if n == 0:
        return Score(None, n_items=0, reason=NO_ITEMS, bounds=bounds)
    gain, loss = rules.quadratic_worth(profile.levels)
    points = rules.sum_of_worth(profile.correct, gain) + rules.sum_of_worth(profile.wrong, loss)
    points += (profile.unstated_correct - profile.unstated_wrong) * CONFIDENCE_UNITS**2
    square = rules.sum_of_squares(profile.correct, gain) + rules.sum_of_squares(profile.wrong, loss)
    square += (profile.unstated_correct + profile.unstated_wrong) * CONFIDENCE_UNITS**4
    whole = n * CONFIDENCE_UNITS**2
    return _counted_mean(
        points / whole, square / (whole * CONFIDENCE_UNITS**2), n, bounds, within=SIGNED
    )


def bas(a: Assessed, *, epsilon: float = EPSILON) -> Score:
    """Mean of m + (1 - g) ln(1 - m), m = min(p, 1 - epsilon), over graded items; up.

    Null with `confidence-missing` where any answer states no confidence.
    """
    if a.profile.n_unstated:
        return Score(None, n_items=a.profile.n_graded, reason=CONFIDENCE_MISSING)
    within = bas_range(epsilon)
    bounds = _wide_bounds(a, bas, low=within[0], high=within[1])
    if not a.plain:
        points = rules.bas_points(a.item_grades, epsilon=epsilon)
        return _mean_score(_means(a, points), bounds, within=within)
    n = a.profile.n_graded
    if n == 0:
        return Score(None, n_items=0, reason=NO_ITEMS, bounds=bounds)
    right, wrong = a.profile.correct, a.profile.wrong
    gain, loss = rules.bas_worth(a.profile.levels, epsilon=epsilon)
    total = float(np.sum(right * gain + wrong * loss))
    square = float(np.sum(right * gain**2 + wrong * loss**2))
    return _counted_mean(total / n, square / n, n, bounds, within=within)


def range_at(target: Target) -> Range:
    """From all wrong, -L, to all right, 1."""
    return -target.penalty, 1.0


def bas_range(epsilon: float = EPSILON) -> Range:
    """From wrong with full confidence to right with it."""
    return float(rules.bas_worth(CONFIDENCE_UNITS, epsilon=epsilon)[1]), 1 - epsilon


def coverage(a: Assessed, target: Target = BINARY, mode: Mode = "declared") -> Score:
    """Share of graded items attempted, in [0, 1]; null without graded items."""
    if not a.plain:
        tried = rules.attempted(a.item_grades, target, mode).astype(np.float64)
        return _mean_score(_means(a, tried), None, within=SHARE)
    right, wrong = a.profile.attempted(target, mode)
    return share_of(right + wrong, a.profile.n_graded, NO_ITEMS)


def selective_accuracy(a: Assessed, target: Target = BINARY, mode: Mode = "declared") -> Score:
    """Mean grade among the attempted, in [0, 1], up; null where nothing was attempted."""
    if not a.plain:
        return _attempted_ratio(a, target, mode)
    right, wrong = a.profile.attempted(target, mode)
    return share_of(right, right + wrong, NO_ANSWERS)


def attempted_shares(a: Assessed, target: Target, mode: Mode) -> tuple[float, float]:
    """Shares of graded items attempted and right, attempted and wrong, by weight."""
    if not a.plain:
        return _shares(a, target, mode)
    n = max(a.profile.n_graded, 1)
    right, wrong = a.profile.attempted(target, mode)
    return right / n, wrong / n


def mean_of(a: Assessed, points: Floats, *, within: Range = SHARE) -> Score:
    """Mean over graded items of one number a slot, for submissions that are not plain; t
    interval."""
    return _mean_score(_means(a, points), None, within=within)


def share_of(part: int, whole: int, reason: str) -> Score:
    """A proportion with Wilson's interval; null with `reason` where the whole is empty."""
    if whole == 0:
        return Score(None, n_items=0, reason=reason)
    share = part / whole
    se = (share * (1 - share) / (whole - 1)) ** 0.5 if whole > 1 else None
    return Score(share, n_items=whole, se=se, interval=wilson(part, whole))


def _standard_error(mean: float, square: float, n: int) -> float | None:
    """sqrt((mean of squares - square of the mean) / (n - 1)); undefined for one item."""
    return (max(square - mean * mean, 0.0) / (n - 1)) ** 0.5 if n > 1 else None


def _counted_mean(
    value: float, square: float, n: int, bounds: Bounds | None, *, within: Range
) -> Score:
    se = _standard_error(value, square, n)
    return Score(
        value, n_items=n, se=se, interval=t_interval(value, se, n - 1, within=within), bounds=bounds
    )


def _means(a: Assessed, points: Floats) -> ItemMeans:
    return item_means(points, a.item_grades, a.items)


def _mean_score(means: ItemMeans, bounds: Bounds | None, *, within: Range) -> Score:
    if means.n == 0:
        return Score(None, n_items=0, reason=NO_ITEMS, bounds=bounds)
    interval = t_interval(means.mean, means.se, means.df, within=within, method=means.method)
    return Score(means.mean, n_items=means.n, se=means.se, interval=interval, bounds=bounds)


def _count_interval(right: float, wrong: float, n: float, target: Target) -> Interval | None:
    if target.units == 0:
        return wilson(right, n)
    return mover_wilson(right, wrong, n, target.penalty)


def _only_clustered(a: Assessed) -> bool:
    """Plain outcomes whose items are merely not independent."""
    return a.item_grades.samples == 1 and not a.profile.n_partial and a.items.weight is None


def _clustered_score(
    a: Assessed,
    means: ItemMeans,
    target: Target,
    mode: Mode,
    bounds: Bounds | None,
) -> Score:
    """Counts worth N / max(1, DEFF) independent items, DEFF = (SE clustered / SE)^2."""
    n = a.profile.n_graded
    if n == 0:
        return Score(None, n_items=0, reason=NO_ITEMS, bounds=bounds)
    right, wrong = a.profile.attempted(target, mode)
    standalone_svg = threshold_score(Assessed(a.profile, a.items, None), target, mode)
    effect = 1.0
    if means.se is not None and standalone_svg.se:
        effect = max(1.0, (means.se / standalone_svg.se) ** 2)
    interval = _count_interval(right / effect, wrong / effect, n / effect, target)
    return Score(standalone_svg.value, n_items=n, se=means.se, interval=interval, bounds=bounds)


def _shares(a: Assessed, target: Target, mode: Mode) -> tuple[float, float]:
    grades = a.item_grades
    tried = rules.attempted(grades, target, mode)
    g = rules.credit_of(grades)
    right, wrong = _means(a, np.where(tried, g, 0.0)), _means(a, np.where(tried, 1 - g, 0.0))
    return right.mean, wrong.mean


def _attempted_ratio(a: Assessed, target: Target, mode: Mode) -> Score:
    """Sum of v g over sum of v among the attempted, with the linearised ratio's error."""
    grades = a.item_grades
    tried = rules.attempted(grades, target, mode).astype(np.float64)
    right = ratio_of_means(tried * rules.credit_of(grades), tried, grades, a.items)
    if right is None:
        return Score(None, n_items=0, reason=NO_ANSWERS)
    interval = t_interval(right.mean, right.se, right.df, within=SHARE, method=right.method)
    return Score(right.mean, n_items=int((tried > 0).sum()), se=right.se, interval=interval)


def _bounds(a: Assessed, target: Target, mode: Mode) -> Bounds | None:
    """S_t over all items with the ungraded all wrong, and all right."""
    low, high = range_at(target)
    return _wide_bounds(
        a, lambda assessed: threshold_score(assessed, target, mode), low=low, high=high
    )


def _wide_bounds(
    a: Assessed, score: Callable[[Assessed], Score], *, low: float, high: float
) -> Bounds | None:
    """The score over all items if every ungraded slot earned the least, or the most."""
    hidden = a.profile.ungraded
    if not hidden:
        return None
    if a.plain:
        graded = score(_without_ungraded(a)).value or 0.0
        n = a.profile.n_slots
        known = graded * a.profile.n_graded
        return Bounds((known + low * hidden) / n, (known + high * hidden) / n)
    share, known_share = _ungraded_share(a), score(_as_missing(a)).value or 0.0
    return Bounds(known_share + low * share, known_share + high * share)


def _without_ungraded(a: Assessed) -> Assessed:
    profile = a.profile
    values = {name: getattr(profile, name) for name in profile.__dataclass_fields__}
    return Assessed(ScoreProfile(**(values | {"ungraded": 0})), a.items, None)


def _as_missing(a: Assessed) -> Assessed:
    """The same with ungraded slots earning nothing, over all items."""
    grades = a.item_grades
    outcome = np.where(grades.outcome == Outcome.UNGRADED, Outcome.MISSING, grades.outcome)
    regraded = Grades(outcome.astype(np.uint8), grades.confidence, grades.credit, grades.samples)
    return Assessed(profile_of(regraded), a.items, regraded)


def _ungraded_share(a: Assessed) -> float:
    lost = (a.item_grades.outcome == Outcome.UNGRADED).astype(np.float64)
    regraded = _as_missing(a)
    return item_means(lost, regraded.item_grades, regraded.items).mean
