"""Paired comparison of two submissions: difference, interval, p-value and planning.

    d_i = x_Ai - x_Bi        SE_d = sd(d) / sqrt(N) = sqrt(SE_A^2 + SE_B^2 - 2 cov)

Items that both answered alike cancel, so a paired error is far smaller than two single ones
suggest. Interval and p-value come from one adjusted error (`app/scoring/statistics/pair_error.py`)
and so agree: p < 0.05 exactly where the 95 % interval leaves 0 out. Beside them stands the
sign-flip test, whose question is another one: whether the two are interchangeable.
Miller (2024), Adding Error Bars to Evals.
"""

import math
from dataclasses import dataclass
from typing import Annotated, Final, Literal

import numpy as np
from numpy.typing import NDArray

from app.reply_fields import Doc
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.points import item_points, widest_difference
from app.scoring.rules import Mode, ScoringView, attempted
from app.scoring.score import Score
from app.scoring.statistics.influence import influence
from app.scoring.statistics.pair_error import PairError
from app.scoring.statistics.sign_flip import DRAWS, exact_sign_flip, sign_flip
from app.scoring.targets import Target

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

POWER: Final = 0.8
"""The power at which differences are called detectable."""

PLANNED: Final = (0.01, 0.02, 0.05, 0.1)
"""True differences, in points an item, for which a comparison prints its power."""

Method = Literal["adjusted-paired-t", "adjusted-paired-t-cluster"]
ExchangeTest = Literal["sign-flip-exact", "sign-flip"]
METHOD: Final = "adjusted-paired-t"
METHOD_CLUSTERED: Final = "adjusted-paired-t-cluster"

CORRECT, WRONG, NOT_ATTEMPTED, UNGRADED = 0, 1, 2, -1
"""Where a submission stands on an item at a target: the rows and columns of the 3 x 3 table."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What these items can show of a true difference, at the spread seen."""

    difference: Annotated[float, Doc("A true difference, in points an item.")]
    power: Annotated[float, Doc("The chance, 0 to 1, that the test finds it with these items.")]
    items: Annotated[int, Doc("How many such items find it with 80 % chance.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two submissions compared under one rule on the items that both have a grade on.

    `difference` is left minus right, in points an item. `p_value` is two-sided, for equal means,
    by `test`; None with fewer than two units. `exchange_p_value` is two-sided, for
    "interchangeable", by `exchange_test`; None without items. `table[i, j]` counts items by left's
    and right's standing (correct, wrong, not attempted), None where items are more than an outcome
    (partial credit, several samples, a rule that reads the confidence). `minimum_detectable` is the
    difference that this many items show with 80 % power; `plans` have the power for others.
    """

    difference: Score
    p_value: float | None
    test: Method | None
    exchange_p_value: float | None
    exchange_test: ExchangeTest
    table: Ints | None
    minimum_detectable: float | None
    plans: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class PairedMean:
    """The mean of item differences, over how many items, and its error; None without items, or
    with fewer than two units."""

    value: float | None
    n_items: int
    error: PairError | None
    clustered: bool

    @property
    def method(self) -> Method:
        """The method of its interval and p-value."""
        return METHOD_CLUSTERED if self.clustered else METHOD

    @property
    def p_value(self) -> float | None:
        """The two-sided p of equal means; None where there is no error."""
        if self.value is None or self.error is None:
            return None
        return self.error.p_value(self.value)

    def score(self, *, level: float = 0.95) -> Score:
        """The mean with its interval; `se` is the sample's, the interval has the adjusted error."""
        if self.value is None:
            return Score(value=None, n_items=0, reason="no-common-items")
        if self.error is None:
            return Score(value=self.value, n_items=self.n_items)
        interval = self.error.interval(self.value, level=level, method=self.method)
        return Score(
            value=self.value, n_items=self.n_items, se=self.error.sample, interval=interval
        )


def compare(
    left: Grades,
    right: Grades,
    items: ItemFrame,
    view: ScoringView,
    *,
    generator: np.random.Generator,
    level: float = 0.95,
) -> Comparison:
    """Compares two submissions of the same items under a rule: exactly where outcomes allow it.

    Items graded in both count. Raises ValueError for BAS where an answer states no confidence.
    """
    rule, mode = view.rule, view.mode
    if rule in ("binary", "target") and items.uniform and _plain(left) and _plain(right):
        at = view.target if rule == "target" else Target(0)
        return compare_standings(
            standings(left, at, mode), standings(right, at, mode), at, level=level
        )
    x, y = (item_points(grades, view) for grades in (left, right))
    return compare_points(
        x,
        y,
        widest=widest_difference(view),
        generator=generator,
        level=level,
        weight=items.weight,
        cluster=items.cluster,
    )


def compare_standings(
    left: NDArray[np.int8], right: NDArray[np.int8], target: Target, *, level: float = 0.95
) -> Comparison:
    """Compares two plain submissions at a target from the standing of each on every item.

    `left` and `right` hold CORRECT, WRONG, NOT_ATTEMPTED (missing ones too) or UNGRADED.
    """
    table = outcome_table(left, right)
    points = np.array([1.0, -target.penalty, 0.0, math.nan])
    mean = paired_mean(points[left], points[right], widest=1 + target.penalty)
    return _comparison(
        mean,
        level=level,
        exchange_p_value=exact_sign_flip(table, target) if mean.n_items else None,
        exchange_test="sign-flip-exact",
        table=table,
    )


def compare_points(
    left: Floats,
    right: Floats,
    *,
    widest: float,
    generator: np.random.Generator,
    draws: int = DRAWS,
    level: float = 0.95,
    weight: Floats | None = None,
    cluster: Ints | None = None,
) -> Comparison:
    """Compares item scores of any rule; NaN where ungraded. Weighted items flip by weight.

    `widest` is the most by which the two can differ on one item.
    """
    mean = paired_mean(left, right, widest=widest, weight=weight, cluster=cluster)
    d = (left - right) * (1.0 if weight is None else weight)
    flipped = sign_flip(d, generator=generator, draws=draws, cluster=cluster)
    return _comparison(
        mean,
        level=level,
        exchange_p_value=flipped if mean.n_items else None,
        exchange_test="sign-flip",
        table=None,
    )


def _comparison(
    mean: PairedMean,
    *,
    level: float,
    exchange_p_value: float | None,
    exchange_test: ExchangeTest,
    table: Ints | None,
) -> Comparison:
    error, p_value = mean.error, mean.p_value
    return Comparison(
        difference=mean.score(level=level),
        p_value=p_value,
        test=None if p_value is None else mean.method,
        exchange_p_value=exchange_p_value,
        exchange_test=exchange_test,
        table=table,
        minimum_detectable=minimum_detectable_difference(error, level=level),
        plans=() if error is None else plans(error, mean.n_items, level=level),
    )


def standings(grades: Grades, target: Target, mode: Mode) -> NDArray[np.int8]:
    """The standing of a plain submission on every item: correct, wrong, not attempted, or ungraded.

    Raises ValueError for several samples an item or partial credit, which no 3 x 3 table holds.
    """
    outcome = grades.outcome
    if not _plain(grades):
        raise ValueError("an item with several samples or partial credit has no single outcome")
    tried = attempted(grades, target, mode)
    stand = np.where(outcome == Outcome.CORRECT, CORRECT, WRONG)
    stand = np.where(tried, stand, NOT_ATTEMPTED)
    return np.where(outcome == Outcome.UNGRADED, UNGRADED, stand).astype(np.int8)


def _plain(grades: Grades) -> bool:
    return grades.samples == 1 and not bool(np.any(grades.outcome == Outcome.PARTIAL))


def outcome_table(left: NDArray[np.int8], right: NDArray[np.int8]) -> Ints:
    """The 3 x 3 counts of two submissions' standings; items ungraded in either are left out."""
    both = (left != UNGRADED) & (right != UNGRADED)
    cell = 3 * left[both].astype(np.int64) + right[both]
    return np.bincount(cell, minlength=9).astype(np.int64).reshape(3, 3)


def paired_mean(
    left: Floats,
    right: Floats,
    *,
    widest: float,
    weight: Floats | None = None,
    cluster: Ints | None = None,
) -> PairedMean:
    """Mean of left - right in points an item; positive favours left.

    Items without a grade in either (NaN) are left out. `widest` is the most by which the two can
    differ on one item. Units are items, or clusters where items come in clusters.
    """
    clustered = cluster is not None
    moved = influence((left - right)[:, None], weight=weight, cluster=cluster)
    if moved.n_items == 0:
        return PairedMean(None, 0, None, clustered)
    error = None
    if moved.n_units >= 2:
        error = PairError(
            sample=math.sqrt(float(moved.covariance()[0, 0])),
            units=moved.effective_units,
            items=moved.effective_items,
            widest=widest,
        )
    return PairedMean(float(moved.mean[0]), moved.n_items, error, clustered)


def paired_difference(
    left: Floats,
    right: Floats,
    *,
    widest: float,
    level: float = 0.95,
    weight: Floats | None = None,
    cluster: Ints | None = None,
) -> Score:
    """`paired_mean` as a score, with its interval of effective units - 1 degrees of freedom.

    Null without items; no error with fewer than two units.
    """
    mean = paired_mean(left, right, widest=widest, weight=weight, cluster=cluster)
    return mean.score(level=level)


def minimum_detectable_difference(
    error: PairError | None, *, level: float = 0.95, power: float = POWER
) -> float | None:
    """The true difference, in points an item, that is found significant with the given power.

    About (1.96 + 0.84) SE_d where errors are not rare; for planning. None without an error.
    """
    return None if error is None else error.detectable(alpha=(1 - level) / 2, power=power)


def plans(
    error: PairError,
    n_items: int,
    *,
    differences: tuple[float, ...] = PLANNED,
    level: float = 0.95,
    power: float = POWER,
) -> tuple[Plan, ...]:
    """The power of the two-sided test for true differences > 0, and the items that give `power`."""
    alpha = (1 - level) / 2
    return tuple(
        Plan(
            difference=true,
            power=error.exceeds(true, at=0, alpha=alpha) + error.exceeds(-true, at=0, alpha=alpha),
            items=error.items_for(true, n_items, alpha=alpha, power=power) or 2,
        )
        for true in differences
    )
