"""Compat: metrics exactly as other libraries define them, for comparison with their values.

None of them ranks. Where another library breaks ties by the order of rows, whole levels are taken
at once here, which is the same where no confidence occurs twice.

BAS authors' function, arXiv 2604.03216; fd-shifts; torch-uncertainty; and the headline figures of
Humanity's Last Exam, with the original's known flaws:

    accuracy    round(100 C / N, 2), missing and abstained counted wrong
    half width  round(1.96 sqrt(acc (100 - acc) / N), 2), Wald, from the rounded accuracy
    calibration sqrt of sum n_b / n (mean p - mean c)^2 over bins of 100 by confidence

Its calibration error drops the last, most confident bin, always; the remainder is merged into it,
so 100 to 199 items score 0 whatever the data, and fewer crash the original (null here). Ties are
taken in order of item, where the original takes them in any. An unstated confidence counts as 1,
as in its judge's prompt. `rms_calibration_error_adaptive` is the same with every bin.

Phan and others (2025), arXiv 2501.14249; hendrycks/outlier-exposure, calib_err.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.scoring.grades import NO_CONFIDENCE, Grades, Outcome, in_target_units
from app.scoring.levels import Levels, ratio
from app.scoring.rules import EPSILON
from app.scoring.score import Score
from app.scoring.targets import CONFIDENCE_UNITS

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


def bas_peer_worth(p: Floats, g: Floats, *, epsilon: float = EPSILON) -> Floats:
    """What an answer of grade g adds to `bas_peer`."""
    s = np.clip(p, epsilon, 1 - epsilon)
    return np.asarray(s + (1 - g) * np.log1p(-s))


def bas_linear_peer_worth(p: Floats, g: Floats, *, epsilon: float = EPSILON) -> Floats:
    """What an answer of grade g adds to `bas_linear_peer`."""
    s = np.clip(p, epsilon, 1 - epsilon)
    return np.asarray(s * s + (1 - g) * (2 * s + 2 * np.log1p(-s)))


def bas_quadratic_peer_worth(p: Floats, g: Floats, *, epsilon: float = EPSILON) -> Floats:
    """What an answer of grade g adds to `bas_quadratic_peer`."""
    s = np.clip(p, epsilon, 1 - epsilon)
    return np.asarray(s * s * s + (1 - g) * (1.5 * s * s + 3 * s + 3 * np.log1p(-s)))


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


Ints = NDArray[np.int64]

BIN: Final = 100
_Z: Final = 1.96
TOO_FEW: Final = "fewer-than-100-judged"


@dataclass(frozen=True, slots=True)
class AdaptiveBins:
    """Bins of 100 judged items by ascending confidence, the remainder in the last: their sizes
    and the gap mean p - mean c of each."""

    sizes: Ints
    gaps: Floats

    @property
    def n(self) -> int:
        """Judged items."""
        return int(self.sizes.sum())


def adaptive_bins(grades: Grades) -> AdaptiveBins:
    """The bins over right and wrong answers, tied ones in order of item."""
    judged = (grades.outcome == Outcome.CORRECT) | (grades.outcome == Outcome.WRONG)
    right = grades.outcome[judged] == Outcome.CORRECT
    confidence = grades.confidence[judged]
    confidence[confidence == NO_CONFIDENCE] = CONFIDENCE_UNITS
    n = len(confidence)
    if n == 0:
        return AdaptiveBins(np.zeros(0, dtype=np.int64), np.zeros(0))
    # Of 16-bit integers this is a radix sort.
    coarse = in_target_units(confidence)
    order = np.argsort(confidence if coarse is None else coarse, kind="stable")
    gap = confidence[order] - CONFIDENCE_UNITS * right[order].astype(np.int64)
    starts = np.arange(max(n // BIN, 1)) * BIN
    sizes = np.diff(np.append(starts, n))
    return AdaptiveBins(sizes, np.add.reduceat(gap, starts) / (sizes * CONFIDENCE_UNITS))


def hle_calibration_error(bins: AdaptiveBins) -> float | None:
    """Root of the mean squared gap, without the most confident bin; None under 100 items."""
    return None if bins.n < BIN else _norm(bins.sizes[:-1], bins.gaps[:-1], bins.n)


def rms_calibration_error_adaptive(bins: AdaptiveBins) -> float | None:
    """The same over all bins; None without a judged item."""
    return _norm(bins.sizes, bins.gaps, bins.n) if bins.n else None


def accuracy_percent(correct: int, total: int) -> float:
    """100 C / N to two decimals."""
    return round(100 * correct / total, 2)


def half_width_percent(accuracy: float, total: int) -> float:
    """Wald's 95 % half width of an accuracy in percent, from its rounded value."""
    return round(_Z * math.sqrt(accuracy * (100 - accuracy) / total), 2)


def hle_scores(grades: Grades) -> dict[str, Score]:
    """The figures by id, of one sample an item and whole outcomes; percent where the id says so."""
    outcome = grades.outcome
    total = int((outcome != Outcome.UNGRADED).sum())
    if total == 0:
        return dict.fromkeys(IDS, Score(None, n_items=0, reason="no-graded-items"))
    accuracy = accuracy_percent(int((outcome == Outcome.CORRECT).sum()), total)
    half = half_width_percent(accuracy, total)
    bins = adaptive_bins(grades)
    dropped, whole = hle_calibration_error(bins), rms_calibration_error_adaptive(bins)
    percent = None if dropped is None else 100 * round(dropped, 2)
    few, none = TOO_FEW if dropped is None else None, None if bins.n else "no-answers"
    return {
        "hle_accuracy_percent": Score(accuracy, n_items=total, se=None),
        "hle_half_width_percent": Score(half, n_items=total),
        "hle_calibration_error": Score(dropped, n_items=bins.n, reason=few),
        "hle_calibration_error_percent": Score(percent, n_items=bins.n, reason=few),
        "rms_calibration_error_adaptive": Score(whole, n_items=bins.n, reason=none),
    }


def no_hle_scores(n_items: int, reason: str) -> dict[str, Score]:
    """The same where they are not defined: weights, partial credit, several samples an item."""
    return dict.fromkeys(IDS, Score(None, n_items=n_items, reason=reason))


IDS: Final = (
    "hle_accuracy_percent",
    "hle_half_width_percent",
    "hle_calibration_error",
    "hle_calibration_error_percent",
    "rms_calibration_error_adaptive",
)


def _norm(sizes: Ints, gaps: Floats, n: int) -> float:
    return math.sqrt(math.fsum((sizes * gaps * gaps).tolist()) / n)
