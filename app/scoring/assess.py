"""Closed-form scores of a submission, each with an interval and its method.

Plain submissions (one sample an item, nothing partial, weighted or clustered) are scored from
their profile by counting. All others are scored from one number an item, x_i: the mean of its
slots' points, weighted by v_i. Intervals are the same for both, of counts there and of effective
counts here (`docs/scoring.md`, "Uncertainty"). Ungraded slots leave N; `bounds` grade them both
ways.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.scoring import rules
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.item_scores import (
    mean_difference,
    mean_score,
    mean_share,
    ratio_share,
    round_value,
)
from app.scoring.profile import ScoreProfile, profile_of
from app.scoring.rules import EPSILON, Mode
from app.scoring.score import NO_ITEMS, Bounds, Interval, Score
from app.scoring.statistics.effective import Effective
from app.scoring.statistics.intervals import SIGNED, Range, mover_wilson, wilson
from app.scoring.statistics.means import item_means
from app.scoring.statistics.pseudo_answers import Moments, adjusted_interval
from app.scoring.targets import CONFIDENCE_UNITS, Target

Floats = NDArray[np.float64]
BINARY: Final = Target(0)
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

    Interval: MOVER-Wilson (Wilson at t = 0), of effective counts where the submission is not plain.
    """
    bounds = _bounds(a, target, mode)
    if not a.plain:
        return _item_score(a, target, mode, bounds)
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
    """Mean of 2pg - p^2 over graded items, unstated p as 1; in [-1, 1], up; adjusted t interval."""
    bounds = _wide_bounds(a, quadratic_score, low=-1.0, high=1.0)
    profile, n = a.profile, a.profile.n_graded
    if not a.plain:
        earned, pseudo = rules.quadratic_points(a.item_grades), quadratic_pseudo(profile)
        return mean_score(a.item_grades, a.items, earned, pseudo, bounds, within=SIGNED)
    if n == 0:
        return Score(None, n_items=0, reason=NO_ITEMS, bounds=bounds)
    gain, loss = rules.quadratic_worth(profile.levels)
    points = rules.sum_of_worth(profile.correct, gain) + rules.sum_of_worth(profile.wrong, loss)
    points += (profile.unstated_correct - profile.unstated_wrong) * CONFIDENCE_UNITS**2
    square = rules.sum_of_squares(profile.correct, gain) + rules.sum_of_squares(profile.wrong, loss)
    square += (profile.unstated_correct + profile.unstated_wrong) * CONFIDENCE_UNITS**4
    whole = n * CONFIDENCE_UNITS**2
    return _counted_mean(
        points / whole,
        square / (whole * CONFIDENCE_UNITS**2),
        n,
        quadratic_pseudo(profile),
        bounds,
        within=SIGNED,
    )


def bas(a: Assessed, *, epsilon: float = EPSILON) -> Score:
    """Mean of m + (1 - g) ln(1 - m), m = min(p, 1 - epsilon), over graded items; up; adjusted t
    interval.

    Null with `confidence-missing` where any answer states no confidence.
    """
    if a.profile.n_unstated:
        return Score(None, n_items=a.profile.n_graded, reason=CONFIDENCE_MISSING)
    within = bas_range(epsilon)
    bounds = _wide_bounds(a, bas, low=within[0], high=within[1])
    if not a.plain:
        points = rules.bas_points(a.item_grades, epsilon=epsilon)
        pseudo = bas_pseudo(a.profile, epsilon=epsilon)
        return mean_score(a.item_grades, a.items, points, pseudo, bounds, within=within)
    n = a.profile.n_graded
    if n == 0:
        return Score(None, n_items=0, reason=NO_ITEMS, bounds=bounds)
    right, wrong = a.profile.correct, a.profile.wrong
    gain, loss = rules.bas_worth(a.profile.levels, epsilon=epsilon)
    total = float(np.sum(right * gain + wrong * loss))
    square = float(np.sum(right * gain**2 + wrong * loss**2))
    pseudo = _bas_pseudo(a.profile, gain, loss, epsilon)
    return _counted_mean(total / n, square / n, n, pseudo, bounds, within=within)


def range_at(target: Target) -> Range:
    """From all wrong, -L, to all right, 1."""
    return -target.penalty, 1.0


def bas_range(epsilon: float = EPSILON) -> Range:
    """From wrong with full confidence to right with it."""
    return float(rules.bas_worth(CONFIDENCE_UNITS, epsilon=epsilon)[1]), 1 - epsilon


def coverage(a: Assessed, target: Target = BINARY, mode: Mode = "declared") -> Score:
    """Share of graded items attempted, in [0, 1]; null without graded items."""
    if not a.plain:
        return mean_share(
            a.item_grades, a.items, rules.attempted(a.item_grades, target, mode).astype(np.float64)
        )
    right, wrong = a.profile.attempted(target, mode)
    return share_of(right + wrong, a.profile.n_graded, NO_ITEMS)


def selective_accuracy(a: Assessed, target: Target = BINARY, mode: Mode = "declared") -> Score:
    """Mean grade among the attempted, in [0, 1], up; null where nothing was attempted."""
    if not a.plain:
        tried = rules.attempted(a.item_grades, target, mode)
        given = tried.astype(np.float64)
        earned = given * rules.credit_of(a.item_grades)
        return ratio_share(
            a.item_grades, a.items, earned, given, NO_ANSWERS, n_items=int(tried.sum())
        )
    right, wrong = a.profile.attempted(target, mode)
    return share_of(right, right + wrong, NO_ANSWERS)


def attempted_shares(a: Assessed, target: Target, mode: Mode) -> tuple[float, float]:
    """Shares of graded items attempted and right, attempted and wrong, by weight."""
    if not a.plain:
        return _shares(a, target, mode)
    n = max(a.profile.n_graded, 1)
    right, wrong = a.profile.attempted(target, mode)
    return right / n, wrong / n


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
    value: float, square: float, n: int, pseudo: Moments, bounds: Bounds | None, *, within: Range
) -> Score:
    seen = Moments(value, max(square - value * value, 0.0))
    interval = None
    if n > 1:
        interval = adjusted_interval(seen, pseudo, Effective(float(n), None), within)
    se = _standard_error(value, square, n)
    return Score(value, n_items=n, se=se, interval=interval, bounds=bounds)


def quadratic_pseudo(profile: ScoreProfile) -> Moments:
    """What pseudo-answers add to the quadratic score; an unstated confidence counts as 1."""
    p = profile.levels / CONFIDENCE_UNITS
    square = p * p
    return _pseudo(profile, p - square, square * (2 - 2 * p + square), ends=SIGNED)


def bas_pseudo(profile: ScoreProfile, *, epsilon: float = EPSILON) -> Moments:
    """What pseudo-answers add to BAS."""
    gain, loss = rules.bas_worth(profile.levels, epsilon=epsilon)
    return _bas_pseudo(profile, gain, loss, epsilon)


def _bas_pseudo(profile: ScoreProfile, gain: Floats, loss: Floats, epsilon: float) -> Moments:
    mean, square = (gain + loss) / 2, (gain * gain + loss * loss) / 2
    return _pseudo(profile, mean, square, ends=bas_range(epsilon))


def _pseudo(profile: ScoreProfile, mean: Floats, square: Floats, *, ends: Range) -> Moments:
    """Pseudo-answers, half right and half wrong, at the confidences of the answers, from the mean
    and mean square of such a pair at each; at the `ends` of the range where an answer states none,
    or there is none."""
    mass = profile.correct + profile.wrong
    if profile.n_partial:
        mass = mass + profile.partial
    n, unstated = profile.n_answered, profile.n_unstated
    extra = unstated / n if n else 1.0
    whole = max(n, 1)
    first = float(mass @ mean) / whole + extra * (ends[0] + ends[1]) / 2
    second = float(mass @ square) / whole + extra * (ends[0] ** 2 + ends[1] ** 2) / 2
    return Moments(first, max(second - first * first, 0.0))


def _count_interval(right: float, wrong: float, n: float, target: Target) -> Interval | None:
    if target.units == 0:
        return wilson(right, n)
    return mover_wilson(right, wrong, n, target.penalty)


def _item_score(a: Assessed, target: Target, mode: Mode, bounds: Bounds | None) -> Score:
    """S_t of one number an item. Where outcomes are plain and merely not independent the value is
    that of the counts, to the last digit."""
    tried = rules.attempted(a.item_grades, target, mode).astype(np.float64)
    g = rules.credit_of(a.item_grades)
    score = mean_difference(
        a.item_grades, a.items, tried * g, tried * (1 - g), target.penalty, bounds
    )
    whole = a.item_grades.samples == 1 and not a.profile.n_partial and a.items.weight is None
    if score.value is None or not whole:
        return score
    value = threshold_score(Assessed(a.profile, a.items, None), target, mode).value
    assert value is not None
    return replace(score, value=value, interval=round_value(score.interval, value))


def _shares(a: Assessed, target: Target, mode: Mode) -> tuple[float, float]:
    grades = a.item_grades
    tried = rules.attempted(grades, target, mode)
    g = rules.credit_of(grades)
    right, wrong = (
        item_means(np.where(tried, part, 0.0), grades, a.items).mean for part in (g, 1 - g)
    )
    return right, wrong


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
