"""Agreement of two rules on the order of models: Kendall's tau-b and significant flips.

    tau_b = (P - Q) / sqrt((P + Q + T_x) (P + Q + T_y))

P and Q count the pairs that two rules order alike and unlike; T_x, T_y those tied under one rule
only. A pair has flipped if each rule, tested simultaneously for all pairs, separates it, in
opposite directions. Kendall (1945), The Treatment of Ties in Ranking Problems.
"""

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from app.scoring.comparison.ranks import RankRanges
from app.scoring.score import Interval, Score
from app.scoring.statistics.influence import canonical_order, sums_by
from app.scoring.statistics.intervals import normal_quantile

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DRAWS: Final = 2_000

_CHUNK: Final = 100
_DIGITS: Final = 11
"""Means of resampled items are equal when they agree to this many decimals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A pair on whose order the two rules disagree beyond noise, by index.

    `binary_lead` > 0 is by how many points an item `ahead_binary` leads at t = 0; `target_lead` > 0
    is by how many the other, `ahead_target`, leads at the target.
    """

    ahead_binary: int
    ahead_target: int
    binary_lead: float
    target_lead: float


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where two submissions with fixed answers change places.

    Below the target t (penalty L) `ahead_below` leads, above it the other, `ahead_above`.
    """

    penalty: float
    target: float
    ahead_below: Literal["left", "right"]
    ahead_above: Literal["left", "right"]


def crossing(
    *, left_correct: float, left_wrong: float, right_correct: float, right_wrong: float
) -> Crossing | None:
    """The target at which c - L w is the same for both, from shares or counts of the same items.

    L = (c_left - c_right) / (w_left - w_right), t = L / (1 + L). None where one leads at every
    target, or they never differ: the one that is right more often must also be wrong more often.
    """
    more_right, more_wrong = left_correct - right_correct, left_wrong - right_wrong
    if more_right * more_wrong <= 0:
        return None
    penalty = more_right / more_wrong
    left_first = more_right > 0
    return Crossing(
        penalty=penalty,
        target=penalty / (1 + penalty),
        ahead_below="left" if left_first else "right",
        ahead_above="right" if left_first else "left",
    )


def tau_b(x: Floats, y: Floats) -> float | None:
    """Kendall's tau-b of two score vectors: 1 same order, -1 reversed; None if one is all ties."""
    value = float(_taus(x[None, :], y[None, :])[0])
    return None if math.isnan(value) else value


def order_agreement(
    binary: Floats,
    target: Floats,
    *,
    generator: np.random.Generator,
    draws: int = DRAWS,
    level: float = 0.95,
    weight: Floats | None = None,
    cluster: Ints | None = None,
) -> Score:
    """tau-b between the orders of p submissions under two rules, with an interval over items.

    `binary` and `target` are n_items x p item scores, NaN where ungraded. Items (clusters where
    there are) are resampled `draws` times, the same ones for both rules. The interval is the
    value +- z times the spread of the draws, within [-1, 1]: a percentile interval would lie too
    low, as resampling adds noise to both orders and so disagreement to every draw. Null, reason
    "all-tied", where a rule ties all submissions; the order of the items does not matter.
    """
    p = binary.shape[1]
    above, below = _sums(np.column_stack([binary, target]), weight=weight, cluster=cluster)
    n_items = int(np.sum(~np.isnan(binary).all(axis=1)))
    mean = np.round(above.sum(axis=0) / below.sum(axis=0), _DIGITS)
    value = tau_b(mean[:p], mean[p:])
    if value is None:
        return Score(value=None, n_items=n_items, reason="all-tied")
    taus = np.concatenate(
        [
            _taus(means[:, :p], means[:, p:])
            for means in _resampled_means(above, below, generator=generator, draws=draws)
        ]
    )
    se = float(np.nanstd(taus, ddof=1)) if np.sum(~np.isnan(taus)) > 1 else 0.0
    half = normal_quantile(level) * se
    low, high = max(-1.0, value - half), min(1.0, value + half)
    interval = Interval(low=low, high=high, level=level, method="bootstrap-normal")
    return Score(value=value, n_items=n_items, se=se, interval=interval)


def order_flips(binary: RankRanges, target: RankRanges) -> tuple[Flip, ...]:
    """The pairs that both rules separate significantly, in opposite directions; widest target lead
    first."""
    pairs = np.argwhere(binary.better & target.better.T)
    flips = [
        Flip(
            ahead_binary=int(j),
            ahead_target=int(k),
            binary_lead=float(binary.mean[j] - binary.mean[k]),
            target_lead=float(target.mean[k] - target.mean[j]),
        )
        for j, k in pairs
    ]
    return tuple(sorted(flips, key=lambda f: (-f.target_lead, f.ahead_binary, f.ahead_target)))


def _sums(x: Floats, *, weight: Floats | None, cluster: Ints | None) -> tuple[Floats, Floats]:
    """Weighted scores and weights of each unit, in an order that depends on contents only."""
    v = np.ones((len(x), 1)) if weight is None else weight[:, None]
    graded = ~np.isnan(x)
    both = np.column_stack([np.where(graded, v * x, 0.0) + 0.0, v * graded])
    order = canonical_order(both)
    both = both[order]
    if cluster is not None:
        both = sums_by(cluster[order], both)
        both = both[canonical_order(both)]
    return both[:, : x.shape[1]], both[:, x.shape[1] :]


def _resampled_means(
    above: Floats, below: Floats, *, generator: np.random.Generator, draws: int
) -> list[Floats]:
    n = len(above)
    means = []
    for start in range(0, draws, _CHUNK):
        here = min(_CHUNK, draws - start)
        picks = generator.integers(0, n, size=(here, n))
        times = np.array([np.bincount(row, minlength=n) for row in picks], dtype=np.float64)
        with np.errstate(invalid="ignore"):
            means.append(np.round((times @ above) / (times @ below), _DIGITS))
    return means


def _taus(x: Floats, y: Floats) -> Floats:
    """tau-b of each row of x with the same row of y; NaN where a row is all ties."""
    left, right = np.triu_indices(x.shape[1], k=1)
    sx = np.sign(x[:, left] - x[:, right])
    sy = np.sign(y[:, left] - y[:, right])
    agreeing = np.einsum("ij,ij->i", sx, sy)
    untied = np.count_nonzero(sx, axis=1) * np.count_nonzero(sy, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        tau: Floats = np.where(untied > 0, agreeing / np.sqrt(untied), np.nan)
    return tau
