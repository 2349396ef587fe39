"""Closed-form 95 % intervals of shares and of their differences: Wilson and MOVER-Wilson.

Wilson (1927) for proportions, MOVER with Wilson limits (Zou and Donner 2008) for the threshold
score; of counts, or of effective counts where items have weights, samples, credit or clusters
(`effective`). Wilson's limit beside a handful of events is too close: with a rare event it covers
as little as 84 %. There the exact one-sided limit takes its place (Brown, Cai, DasGupta 2001); that
is what `wilson` means throughout. None leaves the range of its score, and none has zero width.
"""

import math
from functools import cache, lru_cache
from statistics import NormalDist
from types import ModuleType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.scoring.score import Interval

LEVEL: Final = 0.95
Range = tuple[float, float]
SIGNED: Final[Range] = (-1.0, 1.0)
Floats = NDArray[np.float64]
Numbers = NDArray[np.float64] | NDArray[np.int64] | float


@cache
def _special() -> ModuleType:
    """scipy's functions, loaded by the first figure that needs one: half a second of start-up."""
    from scipy import special  # noqa: PLC0415

    return special


@cache
def normal_quantile(level: float) -> float:
    """z with P(-z < Z < z) = level."""
    return NormalDist().inv_cdf(0.5 + level / 2)


@lru_cache(maxsize=4096)
def t_quantile(level: float, df: float) -> float:
    """Student's t with P(-t < T < t) = level."""
    return float(_special().stdtrit(df, 0.5 + level / 2))


def quantile(level: float, df: int | None) -> float:
    """Student's t, or the normal quantile where `df` is None."""
    return normal_quantile(level) if df is None else t_quantile(level, df)


def harmonic(n: Numbers) -> Floats:
    """H(n) = 1 + 1/2 + ... + 1/n, elementwise; 0 for 0."""
    digamma = _special().digamma
    values: Floats = digamma(np.asarray(n, dtype=np.float64) + 1) - digamma(1.0)
    return values


def wilson_limits(
    x: Numbers, n: Numbers, *, level: float = LEVEL, df: int | None = None
) -> tuple[Floats, Floats]:
    """Wilson limits of x successes in n trials, elementwise; NaN where n is 0.

    Counts may be fractional (an effective n); with `df` the quantile is Student's. The limits of 0
    and of n successes are exact. Beside few successes (failures) the limit lies no nearer than the
    exact one-sided one.
    """
    z = quantile(level, df)
    x, n = np.asarray(x, dtype=np.float64), np.asarray(n, dtype=np.float64)
    x, n = (
        np.broadcast_to(x, np.broadcast(x, n).shape),
        np.broadcast_to(n, np.broadcast(x, n).shape),
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        share = x / n
        centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        failures: Floats = n - x
        low = np.minimum(centre - half, _one_sided(x, n, z))
        high = np.maximum(centre + half, 1 - _one_sided(failures, n, z))
    low, high = np.where(x <= 0, 0.0, low), np.where(x >= n, 1.0, high)
    empty = n <= 0
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)


def _one_sided(x: Floats, n: Floats, z: float) -> Floats:
    """The exact lower limit that errs on one side alone as often as z does on both; 1 where x is
    too large for it to lie below Wilson's."""
    out = np.ones(x.shape)
    few = (x > 0) & (x < n) & (x <= _few(z))
    out[few] = _special().betaincinv(x[few], n[few] - x[few] + 1, _tails(z))
    return out


@cache
def _tails(z: float) -> float:
    """The chance of a normal variable outside -z to z."""
    return 2 * NormalDist().cdf(-z)


def _few(z: float) -> float:
    """Up to as many events Wilson's limit is too close at 95 %: elsewhere it covers. Of the wider
    quantiles of few clusters it is not known where it does not."""
    return 4.0 if z <= normal_quantile(LEVEL) else math.inf


def wilson(
    x: float, n: float, *, level: float = LEVEL, df: int | None = None, method: str = "wilson"
) -> Interval | None:
    """Wilson interval of a proportion; None where n is 0."""
    if n <= 0:
        return None
    low, high = _wilson_pair(x, n, quantile(level, df))
    return Interval(low, high, level, method)


def _wilson_pair(x: float, n: float, z: float) -> tuple[float, float]:
    """`wilson_limits` of one proportion, to the same bit: an array of one costs ten times this."""
    share = x / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if x <= 0 else min(centre - half, _one_sided_limit(x, n, z))
    high = 1.0 if x >= n else max(centre + half, 1 - _one_sided_limit(n - x, n, z))
    return low, high


@lru_cache(maxsize=1 << 14)
def _one_sided_limit(x: float, n: float, z: float) -> float:
    """`_one_sided` of one proportion; kept, as the rows of a board share their n."""
    if not 0 < x < n or x > _few(z):
        return 1.0
    return float(_special().betaincinv(x, n - x + 1, _tails(z)))


def mover_wilson(
    correct: float, wrong: float, n: float, penalty: float, *, level: float = LEVEL
) -> Interval | None:
    """MOVER-Wilson interval of a threshold score; None where n is 0."""
    if n <= 0:
        return None
    low, high = _mover_pair(correct, wrong, n, penalty, level)
    return Interval(low, high, level, "mover-wilson")


def _mover_pair(
    correct: float, wrong: float, n: float, penalty: float, level: float
) -> tuple[float, float]:
    """The two shares come from one multinomial, so that their errors are correlated by
    r = -sqrt(xy / ((1-x)(1-y))), taken as 0 where a share is 0 or 1."""
    x, y, z = correct / n, wrong / n, normal_quantile(level)
    of_right, of_wrong = _wilson_pair(correct, n, z), _wilson_pair(wrong, n, z)
    inside = 0 < x < 1 and 0 < y < 1
    r = -math.sqrt(x * y / ((1 - x) * (1 - y))) if inside else 0.0
    return difference_pair(x, y, of_right, of_wrong, penalty, r)


def mover_limits(
    correct: Numbers, wrong: Numbers, n: Numbers, penalty: float
) -> tuple[Floats, Floats]:
    """Limits of `mover_wilson` (of `wilson` where the penalty is 0), elementwise and to the same
    bit; NaN where n is 0."""
    correct, wrong, n = (np.asarray(part, dtype=np.float64) for part in (correct, wrong, n))
    low, high = wilson_limits(correct, n)
    if penalty == 0:
        return low, high
    wrong_low, wrong_high = wilson_limits(wrong, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        x, y = correct / n, wrong / n
        inside = (x > 0) & (x < 1) & (y > 0) & (y < 1)
        r = np.where(inside, -np.sqrt(x * y / ((1 - x) * (1 - y))), 0.0)
        score = x - penalty * y
        below, above = x - low, high - x
        more, less = penalty * (wrong_high - y), penalty * (y - wrong_low)
        down = np.sqrt(np.maximum(below * below + more * more - 2 * r * below * more, 0.0))
        up = np.sqrt(np.maximum(above * above + less * less - 2 * r * above * less, 0.0))
    return score - down, score + up


def difference_pair(
    x: float,
    y: float,
    of_x: tuple[float, float],
    of_y: tuple[float, float],
    penalty: float,
    r: float,
) -> tuple[float, float]:
    """MOVER: limits of x - penalty * y from the limits of x and of y, whose errors correlate by
    r."""
    score = x - penalty * y
    below, above = x - of_x[0], of_x[1] - x
    more, less = penalty * (of_y[1] - y), penalty * (y - of_y[0])
    # Of |r| = 1 and equal reaches the square may round to just below 0.
    low = score - math.sqrt(max(below * below + more * more - 2 * r * below * more, 0.0))
    high = score + math.sqrt(max(above * above + less * less - 2 * r * above * less, 0.0))
    return low, high
