"""Scores of one number an item: of items with weights, samples, partial credit or clusters.

Each item scores the mean of its graded slots; items without one leave N. Intervals are those of
counts (`assess`), at effective counts.
"""

import numpy as np
from numpy.typing import NDArray

from app.scoring.grades import Grades, ItemFrame
from app.scoring.score import NO_ITEMS, Bounds, Interval, Score
from app.scoring.statistics.effective import Units, effective, residuals, sorted_sum
from app.scoring.statistics.intervals import Range
from app.scoring.statistics.means import graded_items, item_means, per_item, ratio_of_means
from app.scoring.statistics.pseudo_answers import Moments, adjusted_interval
from app.scoring.statistics.shares import difference_interval, share_interval

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def mean_share(grades: Grades, items: ItemFrame, points: Floats) -> Score:
    """Mean over graded items of one number in [0, 1] a slot; Wilson's interval."""
    means = item_means(points, grades, items)
    if means.n == 0:
        return Score(None, n_items=0, reason=NO_ITEMS)
    kept, units = graded_items(grades, items)
    interval = share_interval(per_item(points, grades)[kept], units)
    return Score(
        means.mean, n_items=means.n, se=means.se, interval=round_value(interval, means.mean)
    )


def mean_difference(
    grades: Grades,
    items: ItemFrame,
    right: Floats,
    wrong: Floats,
    penalty: float,
    bounds: Bounds | None = None,
) -> Score:
    """Mean of right - penalty * wrong over graded items, both one number in [0, 1] a slot;
    MOVER-Wilson interval, Wilson's without a penalty."""
    means = item_means(right - penalty * wrong, grades, items)
    if means.n == 0:
        return Score(None, n_items=0, reason=NO_ITEMS, bounds=bounds)
    kept, units = graded_items(grades, items)
    x, y = (per_item(points, grades)[kept] for points in (right, wrong))
    interval = difference_interval(x, y, units, penalty) if penalty else share_interval(x, units)
    return Score(
        means.mean,
        n_items=means.n,
        se=means.se,
        interval=round_value(interval, means.mean),
        bounds=bounds,
    )


def ratio_share(
    grades: Grades,
    items: ItemFrame,
    above: Floats,
    below: Floats,
    reason: str,
    *,
    n_items: int | None = None,
) -> Score:
    """A share that is a ratio of means over items, of one number a slot each; Wilson's interval.
    Null with `reason` where it is over nothing."""
    ratio = ratio_of_means(above, below, grades, items)
    if ratio is None:
        return Score(None, n_items=0, reason=reason)
    interval = round_value(share_interval(ratio.x, ratio.units), ratio.mean)
    n = ratio.n if n_items is None else n_items
    return Score(ratio.mean, n_items=n, se=ratio.se, interval=interval)


def round_value(interval: Interval | None, value: float) -> Interval | None:
    """The interval, with the value inside where rounding left it a last digit outside."""
    if interval is None or interval.low <= value <= interval.high:
        return interval
    low, high = min(interval.low, value), max(interval.high, value)
    return Interval(low, high, interval.level, interval.method)


def mean_score(
    grades: Grades,
    items: ItemFrame,
    points: Floats,
    pseudo: Moments,
    bounds: Bounds | None,
    *,
    within: Range,
) -> Score:
    """Mean over graded items of one number a slot, with an adjusted t interval; `pseudo` are the
    moments of the pseudo-answers."""
    means = item_means(points, grades, items)
    if means.n == 0:
        return Score(None, n_items=0, reason=NO_ITEMS, bounds=bounds)
    interval = None
    if means.se is not None:
        kept, units = graded_items(grades, items)
        interval = mean_interval(points, grades, kept, units, pseudo, within)
    return Score(
        means.mean,
        n_items=means.n,
        se=means.se,
        interval=round_value(interval, means.mean),
        bounds=bounds,
    )


def mean_interval(
    points: Floats,
    grades: Grades,
    kept: Flags,
    units: Units,
    pseudo: Moments,
    within: Range,
) -> Interval | None:
    """The adjusted t interval of a mean over the items `kept`, which `units` are; None with one
    cluster."""
    mean, moved = residuals(per_item(points, grades)[kept], units)
    squares = per_item((points - mean) ** 2, grades)[kept]
    variance = sorted_sum(units.weight * squares) / sorted_sum(units.weight)
    answers = effective(moved, units, variance)
    if answers is None:
        return None
    return adjusted_interval(Moments(mean, variance), pseudo, answers, within)
