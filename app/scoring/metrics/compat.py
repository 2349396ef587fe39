"""Compat: metrics exactly as other libraries define them, for comparison with their values.

None of them ranks. Where another library breaks ties by the order of rows, whole levels are taken
at once here, which is the same where no confidence occurs twice.

BAS authors' function, arXiv 2604.03216; fd-shifts; torch-uncertainty.
"""

import math

import numpy as np
from numpy.typing import NDArray

from app.scoring.levels import Levels, ratio
from app.scoring.rules import EPSILON

Floats = NDArray[np.float64]


def bas_peer(levels: Levels, *, epsilon: float = EPSILON) -> Floats:
    """BAS as its authors compute it: p clipped at both ends, so that 0 and right earns epsilon."""
    s, log = _clipped(levels, epsilon)
    return _mean(levels, s, s + log)


def bas_linear_peer(levels: Levels, *, epsilon: float = EPSILON) -> Floats:
    """The same with weight 2t on the targets: harsher on the confident."""
    s, log = _clipped(levels, epsilon)
    return _mean(levels, s * s, s * s + 2 * s + 2 * log)


def bas_quadratic_peer(levels: Levels, *, epsilon: float = EPSILON) -> Floats:
    """The same with weight 3t^2, "safety critical"."""
    s, log = _clipped(levels, epsilon)
    square, cube = s * s, s * s * s
    return _mean(levels, cube, cube + 1.5 * square + 3 * s + 3 * log)


def aurc_fdshifts(levels: Levels) -> Floats:
    """Trapezoid of (coverage, risk) at level boundaries, the first risk held down to coverage 0."""
    coverage, risk = _curve(levels)
    start = np.zeros((*coverage.shape[:-1], 1))
    return _defined(levels, _trapezoid(_join(start, coverage), _join(risk[..., :1], risk)))


def aurc_torch_uncertainty(levels: Levels) -> Floats:
    """Trapezoid over coverage 1/n..1, divided by its length."""
    coverage, risk = _curve(levels)
    return ratio(_trapezoid(coverage, risk), _length(coverage))


def augrc_torch_uncertainty(levels: Levels) -> Floats:
    """The same for errors / n."""
    coverage, risk = _curve(levels)
    return ratio(_trapezoid(coverage, risk * coverage), _length(coverage))


def _clipped(levels: Levels, epsilon: float) -> tuple[Floats, Floats]:
    """s = p clipped to [epsilon, 1 - epsilon], and ln(1 - s)."""
    log = np.clip(levels.log_q, math.log(epsilon), math.log1p(-epsilon))
    return np.clip(levels.p, epsilon, 1 - epsilon), log


def _mean(levels: Levels, gain: Floats, loss: Floats) -> Floats:
    return ratio((levels.right * gain + levels.wrong * loss).sum(axis=-1), levels.n)


def _curve(levels: Levels) -> tuple[Floats, Floats]:
    """Coverage of the answers and risk at the boundaries of levels, by descending confidence.

    Where a resampled set has no answers at its highest levels, these take the first level's values.
    """
    kept, errors = levels.kept, levels.errors
    if kept.shape[-1]:
        first = np.argmax(kept > 0, axis=-1)[..., None]
        kept = np.maximum(kept, np.take_along_axis(kept, first, axis=-1))
        errors = np.maximum(errors, np.take_along_axis(errors, first, axis=-1))
    return ratio(kept, levels.n[..., None], empty=0.0), ratio(errors, kept, empty=0.0)


def _join(first: Floats, rest: Floats) -> Floats:
    return np.concatenate([first, rest], axis=-1)


def _trapezoid(x: Floats, y: Floats) -> Floats:
    area: Floats = (np.diff(x, axis=-1) * (y[..., 1:] + y[..., :-1])).sum(axis=-1) / 2
    return area


def _length(coverage: Floats) -> Floats:
    first = np.min(np.where(coverage > 0, coverage, np.inf), axis=-1, initial=np.inf)
    return np.where(np.isfinite(first), 1 - first, 0.0)


def _defined(levels: Levels, value: Floats) -> Floats:
    return np.where(levels.n > 0, value, np.nan)
