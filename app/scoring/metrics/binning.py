"""Calibration errors (ECE, RMS, maximum) by stated level or by bin.

    ECE = sum over bins  n_b/n |mean g - mean p|

By level there is nothing to choose and the figure is exact. Bins are edged in whole units of
1e-9: in doubles 0.3 lies on either side of its own edge, and libraries disagree in the second
digit. Guo and others (2017); Kumar, Liang, Ma (2019), arXiv 1909.10155.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.scoring.levels import Levels, ratio
from app.scoring.targets import CONFIDENCE_UNITS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BINS: Final = 15
"""The usual number of bins since Guo and others."""


def ece_levels(levels: Levels) -> Floats:
    """sum n_k/n |y_k - p_k|, in [0, 1], down; biased up where levels are thin."""
    return ratio(np.abs(_gaps(levels)).sum(axis=-1), levels.n * CONFIDENCE_UNITS)


def ece_equal_width(levels: Levels, *, bins: int = BINS) -> Floats:
    """Bins (lo, hi] of equal width, the first closed at 0."""
    return _binned(levels, np.maximum((levels.units * bins - 1) // CONFIDENCE_UNITS, 0), bins)


def ece_equal_width_left_closed(levels: Levels, *, bins: int = BINS) -> Floats:
    """Compat: bins [lo, hi), the last closed at 1."""
    return _binned(levels, np.minimum(levels.units * bins // CONFIDENCE_UNITS, bins - 1), bins)


def ece_equal_mass(levels: Levels, *, bins: int = BINS) -> Floats:
    """Bins of n / bins answers by rank; a level is never split: it lies where its mid-rank does."""
    below = np.cumsum(levels.mass, axis=-1) - levels.mass
    rank = ratio((2 * below + levels.mass) * bins, 2 * levels.n[..., None], empty=0.0)
    bin_of_level = np.minimum(rank, bins - 1).astype(np.int64)
    return _binned(levels, bin_of_level, bins)


def rmsce_levels(levels: Levels) -> Floats:
    """sqrt of sum n_k/n (y_k - p_k)^2, in [0, 1], down."""
    gap = _gaps(levels) / CONFIDENCE_UNITS
    parts = ratio(gap * gap, levels.mass, empty=0.0)
    return np.sqrt(ratio(parts.sum(axis=-1), levels.n))


def rmsce_levels_debiased(levels: Levels) -> Floats:
    """The same less what chance adds, var_k / (n_k - 1) inside the sum; at least 0.

    Levels of fewer than two answers are left out of the sum.
    """
    told = levels.mass >= 2
    share = ratio(levels.right, levels.mass, empty=0.0)
    spread = ratio(levels.squares, levels.mass, empty=0.0) - share * share
    chance = np.divide(spread, levels.mass - 1, out=np.zeros_like(spread), where=told)
    gap = share - levels.p
    parts = np.where(told, levels.mass * (gap * gap - chance), 0.0)
    return np.sqrt(np.maximum(ratio(parts.sum(axis=-1), levels.n), 0.0))


def mce(levels: Levels) -> Floats:
    """The largest gap of any level: noisy, a diagnostic."""
    gap = np.abs(ratio(_gaps(levels), levels.mass * CONFIDENCE_UNITS, empty=0.0))
    largest = gap.max(axis=-1) if gap.shape[-1] else np.zeros(gap.shape[:-1])
    return np.where(levels.n > 0, largest, np.nan)


def _gaps(levels: Levels) -> Floats:
    """n_k (y_k - p_k) in units: integers for whole answers."""
    return CONFIDENCE_UNITS * levels.right - levels.mass * levels.units


def _binned(levels: Levels, place: Ints, bins: int) -> Floats:
    """The error over bins; a level lies in the bin `place`, which never falls along the levels."""
    gaps = _gaps(levels)
    if not gaps.shape[-1]:
        return np.full(gaps.shape[:-1], np.nan)
    if place.ndim == 1:
        # The same bins for every set of levels: runs of neighbours.
        starts = np.flatnonzero(np.diff(place, prepend=-1))
        sums = np.add.reduceat(gaps, starts, axis=-1)
        return ratio(np.abs(sums).sum(axis=-1), levels.n * CONFIDENCE_UNITS)
    own = np.arange(len(gaps))[:, None] * bins + place
    sums = np.bincount(own.ravel(), weights=gaps.ravel(), minlength=len(gaps) * bins)
    return ratio(np.abs(sums.reshape(-1, bins)).sum(axis=1), levels.n * CONFIDENCE_UNITS)
