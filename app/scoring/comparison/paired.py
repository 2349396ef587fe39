"""Paired comparison of two submissions: difference, standard error, p-value and power.

    d_i = x_Ai - x_Bi        SE_d = sd(d) / sqrt(N) = sqrt(SE_A^2 + SE_B^2 - 2 cov)

Items that both answered alike cancel, so a paired error is far smaller than two single ones
suggest. The p-value is the sign-flip test's. Miller (2024), Adding Error Bars to Evals.
"""

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.points import item_points
from app.scoring.rules import Mode, Rule, attempted
from app.scoring.score import Score
from app.scoring.statistics.influence import influence
from app.scoring.statistics.intervals import normal_quantile, t_interval
from app.scoring.statistics.sign_flip import DRAWS, exact_sign_flip, sign_flip
from app.scoring.targets import Target

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

POWER: Final = 0.8
"""The power at which differences are called detectable."""

CORRECT, WRONG, NOT_ATTEMPTED, UNGRADED = 0, 1, 2, -1
"""Where a submission stands on an item at a target: the rows and columns of the 3 x 3 table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two submissions compared under one rule on the items that both have a grade on.

    `difference` is left minus right, in points an item. `p_value` is two-sided, for "equally
    good", by `test`; None without items. `table[i, j]` counts items by left's and right's
    standing (correct, wrong, not attempted), None where items are more than an outcome (partial
    credit, several samples, a rule that reads the confidence). `minimum_detectable` is the
    difference that this many items show with 80 % power.
    """

    difference: Score
    p_value: float | None
    test: Literal["sign-flip-exact", "sign-flip"]
    table: Ints | None
    minimum_detectable: float | None


def compare(
    left: Grades,
    right: Grades,
    items: ItemFrame,
    *,
    rule: Rule,
    target: Target,
    mode: Mode,
    generator: np.random.Generator,
    level: float = 0.95,
) -> Comparison:
    """Compares two submissions of the same items under a rule: exactly where outcomes allow it.

    Items graded in both count. Raises ValueError for BAS where an answer states no confidence.
    """
    if rule in ("binary", "target") and items.uniform and _plain(left) and _plain(right):
        at = target if rule == "target" else Target(0)
        return compare_standings(
            standings(left, at, mode), standings(right, at, mode), at, level=level
        )
    x, y = (item_points(grades, rule=rule, target=target, mode=mode) for grades in (left, right))
    return compare_points(
        x, y, generator=generator, level=level, weight=items.weight, cluster=items.cluster
    )


def compare_standings(
    left: NDArray[np.int8], right: NDArray[np.int8], target: Target, *, level: float = 0.95
) -> Comparison:
    """Compares two plain submissions at a target from the standing of each on every item.

    `left` and `right` hold CORRECT, WRONG, NOT_ATTEMPTED (missing ones too) or UNGRADED.
    """
    table = outcome_table(left, right)
    points = np.array([1.0, -target.penalty, 0.0, math.nan])
    difference = paired_difference(points[left], points[right], level=level)
    return Comparison(
        difference=difference,
        p_value=exact_sign_flip(table, target) if difference.n_items else None,
        test="sign-flip-exact",
        table=table,
        minimum_detectable=minimum_detectable_difference(difference.se, level=level),
    )


def compare_points(
    left: Floats,
    right: Floats,
    *,
    generator: np.random.Generator,
    draws: int = DRAWS,
    level: float = 0.95,
    weight: Floats | None = None,
    cluster: Ints | None = None,
) -> Comparison:
    """Compares item scores of any rule; NaN where ungraded. Weighted items flip by weight."""
    difference = paired_difference(left, right, level=level, weight=weight, cluster=cluster)
    d = (left - right) * (1.0 if weight is None else weight)
    tested = difference.n_items > 0
    return Comparison(
        difference=difference,
        p_value=sign_flip(d, generator=generator, draws=draws, cluster=cluster) if tested else None,
        test="sign-flip",
        table=None,
        minimum_detectable=minimum_detectable_difference(difference.se, level=level),
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


def paired_difference(
    left: Floats,
    right: Floats,
    *,
    level: float = 0.95,
    weight: Floats | None = None,
    cluster: Ints | None = None,
) -> Score:
    """Mean of left - right in points an item, with its paired t interval; positive favours left.

    Items without a grade in either (NaN) are left out. The interval has n - 1 degrees of freedom,
    or one less than the clusters. Null without items; no error with fewer than two units.
    """
    moved = influence((left - right)[:, None], weight=weight, cluster=cluster)
    if moved.n_items == 0:
        return Score(value=None, n_items=0, reason="no-common-items")
    value = float(moved.mean[0])
    if moved.n_units < 2:
        return Score(value=value, n_items=moved.n_items)
    se = math.sqrt(float(moved.covariance()[0, 0]))
    method = "paired-t" if cluster is None else "paired-t-cluster"
    interval = t_interval(value, se, moved.n_units - 1, method=method, level=level)
    return Score(value=value, n_items=moved.n_items, se=se, interval=interval)


def minimum_detectable_difference(
    se: float | None, *, level: float = 0.95, power: float = POWER
) -> float | None:
    """(z_level + z_power) SE_d, that is (1.96 + 0.84) omega / sqrt(N), in points; for planning.

    A true difference of this size is found significant with the given power. None without an SE.
    """
    if se is None:
        return None
    return (normal_quantile(level) + float(stats.norm.ppf(power))) * se


def power_of_difference(difference: float, se: float, *, level: float = 0.95) -> float:
    """The chance that a two-sided test finds a true difference; in [1 - level, 1].

    With no error at all, 1 for any difference and 1 - level for none.
    """
    if se == 0:
        return 1.0 if difference else 1 - level
    critical = normal_quantile(level)
    shift = abs(difference) / se
    return float(stats.norm.sf(critical - shift) + stats.norm.cdf(-critical - shift))


def items_to_detect(
    difference: float, se: float, n_items: int, *, level: float = 0.95, power: float = POWER
) -> int | None:
    """How many such items find a true difference with the given power; None for a difference 0."""
    if difference == 0:
        return None
    needed = minimum_detectable_difference(se, level=level, power=power)
    return math.ceil(n_items * ((needed or 0.0) / difference) ** 2) if needed else 2
