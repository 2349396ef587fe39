"""The difference of two submissions at every confidence target, with its paired error.

For plain outcomes one count suffices: each item falls into a cell of (left's outcome, the last
target of the grid at which left attempts it, likewise for right), and the 3 x 3 table of any target
is a sum over cells. What is not plain (credit, weights, clusters, samples) is taken from its item
scores, target by target, on a coarser grid where the items are many.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.scoring.comparison.paired import paired_difference
from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame, Outcome
from app.scoring.points import item_points
from app.scoring.rules import Mode, ScoringView, answered
from app.scoring.statistics.intervals import LEVEL, t_quantile
from app.scoring.statistics.pair_error import adjusted_errors
from app.scoring.targets import CONFIDENCE_STEP, HIGHEST_TARGET, UNITS, Target

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STEP: Final = 100
"""The grid of targets: 0, 0.01, …, 0.99, in units of 1e-4."""

COARSE: Final = 900
"""The grid of many items that are not plain: 0, 0.09, …, 0.99."""

MANY: Final = 20_000

GRID: Final = np.arange(0, HIGHEST_TARGET + 1, STEP, dtype=np.int64)
PENALTY: Final = GRID / (UNITS - GRID)
"""L at each target of the grid."""


@dataclass(frozen=True, slots=True)
class DifferenceCurve:
    """Left minus right, in points an item, at each target of `targets` (units of 1e-4, rising).

    `low` and `high` are the pointwise paired 95 % limits of the adjusted error; NaN where there is
    no error to have.
    """

    targets: Ints
    difference: Floats
    low: Floats
    high: Floats


def difference_curve(
    left: Grades, right: Grades, items: ItemFrame, *, mode: Mode
) -> DifferenceCurve:
    """The curve over the items that are graded in both; NaN throughout where there are none."""
    plain = items.uniform and all(_is_plain(grades) for grades in (left, right))
    if plain:
        return _from_counts(left, right, mode)
    step = STEP if items.n_items <= MANY else COARSE
    return _from_points(left, right, items, mode, GRID[:: step // STEP])


def curve_of_shares(more_right: float, more_wrong: float) -> DifferenceCurve:
    """The curve that follows from by how much left's shares right and wrong exceed right's, with
    no limits: those need the items."""
    unknown = np.full(len(GRID), np.nan)
    return DifferenceCurve(GRID, more_right - PENALTY * more_wrong, unknown, unknown)


def _is_plain(grades: Grades) -> bool:
    return grades.samples == 1 and not bool(np.any(grades.outcome == Outcome.PARTIAL))


def _from_counts(left: Grades, right: Grades, mode: Mode) -> DifferenceCurve:
    both = (left.outcome != Outcome.UNGRADED) & (right.outcome != Outcome.UNGRADED)
    n, width = int(both.sum()), 2 * len(GRID) + 1
    if n == 0:
        nothing = np.full(len(GRID), np.nan)
        return DifferenceCurve(GRID, nothing, nothing, nothing)
    cell = _cells(left, mode)[both] * width + _cells(right, mode)[both]
    counts = np.bincount(cell, minlength=width * width).reshape(width, width)
    stands = _standing_of_cell()
    tables = stands @ counts @ stands.transpose(0, 2, 1)
    points = np.stack([np.ones(len(GRID)), -PENALTY, np.zeros(len(GRID))], axis=1)
    size = points[:, :, None] - points[:, None, :]
    mean = (tables * size).sum(axis=(1, 2)) / n
    square = (tables * (size - mean[:, None, None]) ** 2).sum(axis=(1, 2))
    if n < 2:
        nothing = np.full(len(GRID), np.nan)
        return DifferenceCurve(GRID, mean, nothing, nothing)
    widest = 1 + PENALTY
    error = adjusted_errors(np.sqrt(square / (n - 1) / n), n, widest)
    reach = t_quantile(LEVEL, n - 1) * error
    low, high = np.maximum(mean - reach, -widest), np.minimum(mean + reach, widest)
    return DifferenceCurve(GRID, mean, low, high)


def _cells(grades: Grades, mode: Mode) -> Ints:
    """0 where nothing was answered; else how many targets of the grid attempt it, wrong ones
    behind all right ones."""
    given = answered(grades)
    tried = np.full(len(grades.outcome), len(GRID), dtype=np.int64)
    if mode == "threshold":
        stated = grades.confidence != NO_CONFIDENCE
        # Attempted iff p > t, and at t = 0 whatever p.
        above = np.maximum(
            np.searchsorted(GRID * CONFIDENCE_STEP, grades.confidence, side="left"), 1
        )
        tried = np.where(stated, above, tried)
    tried = np.where(grades.outcome == Outcome.WRONG, tried + len(GRID), tried)
    return np.where(given, tried, 0)


def _standing_of_cell() -> Floats:
    """For each target a 3 x cells matrix of ones: correct, wrong, not attempted."""
    n = len(GRID)
    at = np.arange(n)[:, None]
    tried = np.arange(1, n + 1)[None, :] > at
    stands = np.zeros((n, 3, 2 * n + 1))
    stands[:, 0, 1 : n + 1] = tried
    stands[:, 1, n + 1 :] = tried
    stands[:, 2, :] = 1 - stands[:, 0, :] - stands[:, 1, :]
    return stands


def _from_points(
    left: Grades, right: Grades, items: ItemFrame, mode: Mode, targets: Ints
) -> DifferenceCurve:
    difference, low, high = (np.full(len(targets), np.nan) for _ in range(3))
    for step, units in enumerate(targets.tolist()):
        x, y = (
            item_points(grades, ScoringView(target=Target(units), mode=mode))
            for grades in (left, right)
        )
        score = paired_difference(
            x,
            y,
            widest=1 + Target(units).penalty,
            weight=items.weight,
            cluster=items.cluster,
        )
        if score.value is None:
            break
        difference[step] = score.value
        if score.interval is not None:
            low[step], high[step] = score.interval.low, score.interval.high
    return DifferenceCurve(targets, difference, low, high)
