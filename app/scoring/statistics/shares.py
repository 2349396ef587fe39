"""Intervals of shares, and of one share less a penalty times another, of items of every kind.

Wilson's and MOVER's at effective counts (`effective`): the one method of weights, several samples
an item, partial credit, clusters and strata. Of plain counts they are `wilson` and `mover_wilson`.
"""

import math

import numpy as np
from numpy.typing import NDArray

from app.scoring.score import Interval
from app.scoring.statistics.effective import (
    PRIOR,
    Effective,
    Prior,
    Units,
    correlation,
    effective,
    residuals,
)
from app.scoring.statistics.intervals import LEVEL, difference_pair, wilson

Floats = NDArray[np.float64]


def share_interval(x: Floats, units: Units, *, prior: Prior = PRIOR) -> Interval | None:
    """Wilson interval of the weighted mean of x in [0, 1]; None with one cluster."""
    share, moved = _share(x, units)
    answers = effective(moved, units, share * (1 - share), prior=prior)
    return None if answers is None else _wilson(share, answers)


def difference_interval(x: Floats, y: Floats, units: Units, penalty: float) -> Interval | None:
    """MOVER interval of the mean of x less `penalty` times the mean of y, both in [0, 1]; None
    with one cluster."""
    (of_x, x_moved), (of_y, y_moved) = _share(x, units), _share(y, units)
    right = effective(x_moved, units, of_x * (1 - of_x))
    wrong = effective(y_moved, units, of_y * (1 - of_y))
    if right is None or wrong is None:
        return None
    inside = 0 < of_x < 1 and 0 < of_y < 1
    # Of a partly right answer both move at once, which few such say too loudly.
    r = min(correlation(x_moved, y_moved, units), 0.0) if inside else 0.0
    first, second = _wilson(of_x, right), _wilson(of_y, wrong)
    low, high = difference_pair(
        of_x, of_y, (first.low, first.high), (second.low, second.high), penalty, r
    )
    return Interval(low, high, LEVEL, "mover-wilson" + units.suffix)


def _share(x: Floats, units: Units) -> tuple[float, Floats]:
    """The mean, exactly 0 or 1 where all items have it, and how far each item moves it."""
    mean, moved = residuals(x, units)
    if len(x) and float(x.min()) == float(x.max()):
        return float(x[0]), np.zeros(len(x))
    return min(max(mean, math.ulp(0.0)), 1 - math.ulp(0.5)), moved


def _wilson(share: float, answers: Effective) -> Interval:
    method = "wilson" if answers.df is None else "wilson-cluster"
    interval = wilson(share * answers.n, answers.n, df=answers.df, method=method)
    assert interval is not None
    return interval
