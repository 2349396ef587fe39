"""Proper scores of the stated confidences: Brier with its exact parts, log loss, their tests.

    brier = sum n_k/n (p_k - y_k)^2  -  sum n_k/n (y_k - A)^2  +  (mean g^2 - A^2)
            reliability                 resolution                uncertainty = A (1 - A)

Exact, as levels are never binned. Brier (1950); Murphy (1973); Spiegelhalter (1986).
"""

import math

import numpy as np
from numpy.typing import NDArray

from app.scoring.levels import Levels, ratio
from app.scoring.rules import EPSILON, sum_of_worth
from app.scoring.targets import CONFIDENCE_UNITS

Floats = NDArray[np.float64]


def brier(levels: Levels) -> Floats:
    """Mean (p - g)^2, in [0, 1], down; the same as scikit-learn's."""
    exact = _brier_of_whole_answers(levels)
    if exact is not None:
        return np.asarray(exact)
    p, q = levels.p, 1 - levels.p
    parts = levels.right * (q * q) + levels.wrong * (p * p) + (levels.squares - levels.right)
    return ratio(parts.sum(axis=-1), levels.n)


def _brier_of_whole_answers(levels: Levels) -> float | None:
    """One division of integers for one set of right and wrong answers, so that equal rationals are
    equal doubles; None for several sets, weights and partial credit."""
    n = float(levels.n) if levels.mass.ndim == 1 else 0.0
    if not levels.whole or n == 0 or not np.array_equal(levels.squares, levels.right):
        return None
    right, wrong = levels.right.astype(np.int64), levels.wrong.astype(np.int64)
    far = CONFIDENCE_UNITS - levels.units
    total = sum_of_worth(right, far * far) + sum_of_worth(wrong, levels.units**2)
    return total / (int(n) * CONFIDENCE_UNITS**2)


def brier_reliability(levels: Levels) -> Floats:
    """Mean squared gap between confidence and accuracy by level, down."""
    gap = levels.mass * levels.p - levels.right
    parts = ratio(gap * gap, levels.mass, empty=0.0)
    return ratio(parts.sum(axis=-1), levels.n)


def brier_resolution(levels: Levels) -> Floats:
    """How far the accuracy of levels spreads around the whole, up."""
    spread = ratio(levels.right, levels.mass, empty=0.0) - levels.accuracy[..., None]
    return ratio((levels.mass * spread * spread).sum(axis=-1), levels.n)


def brier_uncertainty(levels: Levels) -> Floats:
    """The variance of the grades, A (1 - A) for right and wrong."""
    a = levels.accuracy
    return ratio(levels.squares.sum(axis=-1), levels.n) - a * a


def brier_skill_score(levels: Levels) -> Floats:
    """1 - brier / uncertainty, (-inf, 1], up; NaN where all grades are the same."""
    spread = levels.n * levels.squares.sum(axis=-1) - levels.n_right**2
    return 1 - ratio(brier(levels), np.where(spread > 0, brier_uncertainty(levels), 0.0))


def log_loss(levels: Levels, *, epsilon: float = EPSILON) -> Floats:
    """-mean ln of the probability of the outcome, clipped to [epsilon, 1 - epsilon]; down."""
    least, most = math.log(epsilon), math.log1p(-epsilon)
    gain = levels.right * np.clip(levels.log_p, least, most)
    loss = levels.wrong * np.clip(levels.log_q, least, most)
    return ratio(-(gain + loss).sum(axis=-1), levels.n)


def log_loss_unclipped(levels: Levels) -> Floats:
    """The same without clipping; NaN where it is infinite: a wrong answer at p = 1, or a right
    one at p = 0."""
    right, wrong = levels.right, levels.wrong
    gain = np.multiply(right, levels.log_p, out=np.zeros_like(right), where=right > 0)
    loss = np.multiply(wrong, levels.log_q, out=np.zeros_like(wrong), where=wrong > 0)
    total = -(gain + loss).sum(axis=-1)
    return ratio(np.where(np.isfinite(total), total, np.nan), levels.n)


def mean_confidence(levels: Levels) -> Floats:
    """Mean p."""
    return ratio((levels.mass * levels.units).sum(axis=-1), levels.n * CONFIDENCE_UNITS)


def overconfidence(levels: Levels) -> Floats:
    """Mean p - A: calibration in the large; 0 is best, above 0 overconfident."""
    gap = levels.mass * levels.units - CONFIDENCE_UNITS * levels.right
    return ratio(gap.sum(axis=-1), levels.n * CONFIDENCE_UNITS)


def spiegelhalter_z(levels: Levels) -> Floats:
    """sum (c - p)(1 - 2p) / sqrt(sum (1 - 2p)^2 p (1 - p)): N(0, 1) if calibrated.

    NaN where every p is 0, 1/2 or 1: these have no variance.
    """
    p, tilt = levels.p, 1 - 2 * levels.p
    above = ((levels.right - levels.mass * p) * tilt).sum(axis=-1)
    below = (levels.mass * tilt * tilt * p * (1 - p)).sum(axis=-1)
    return ratio(above, np.sqrt(below))
