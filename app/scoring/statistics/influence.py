"""Influence of each item on a mean score, the basis of paired and clustered standard errors.

A score is S = sum v x / sum v over graded items. Item i moves it by psi_i = v_i (x_i - S) / sum v,
and with n items SE^2 = n / (n - 1) sum psi_i^2. Clustered items move it together: psi is summed
within each of G clusters first, and G takes the place of n. Two scores of the same items have
cov = n / (n - 1) sum psi_i psi'_i, hence the standard error of a paired difference.

Miller (2024), Adding Error Bars to Evals, with the finite-cluster factor G / (G - 1).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PRIOR_CORRELATION: Final = 0.15
"""The correlation of items of one cluster that is assumed for outcomes that were not seen."""


@dataclass(frozen=True, slots=True)
class Influence:
    """The mean of each of p submissions and what moves it.

    `mean` has p entries, NaN where nothing is graded. `psi` has a row for each unit (item, or
    cluster of items) and a column for each submission. `n_items` counts the rows graded for
    at least one submission. `effective_units` is Kish's effective number of units, n_units where
    all weigh the same. `effective_items` is that of items, over the design effect that clusters of
    their size have at a correlation of PRIOR_CORRELATION.
    """

    mean: Floats
    psi: Floats
    n_items: int
    effective_units: float
    effective_items: float

    @property
    def n_units(self) -> int:
        """Independent units: items, or clusters where items come in clusters."""
        return len(self.psi)

    def covariance(self) -> Floats:
        """The p x p covariance of the means; NaN with fewer than two units."""
        if self.n_units < 2:
            return np.full((len(self.mean), len(self.mean)), np.nan)
        factor = self.n_units / (self.n_units - 1)
        product: Floats = factor * (self.psi.T @ self.psi)
        return product


def influence(
    scores: Floats, *, weight: Floats | None = None, cluster: NDArray[np.int64] | None = None
) -> Influence:
    """The means of `scores` (n_items x p, NaN where ungraded) and the influence of each unit.

    `weight` > 0 and `cluster` codes have n_items entries. The result is the same to the last bit
    in whatever order the items come, as sums are taken over rows sorted by content.
    """
    v = np.ones(len(scores)) if weight is None else weight
    code = np.arange(len(scores)) if cluster is None else cluster
    kept = ~np.isnan(scores).all(axis=1) if len(scores) else np.zeros(0, dtype=np.bool_)
    rows = np.column_stack([scores[kept] + 0.0, v[kept]])
    order = canonical_order(rows)
    rows, code = rows[order], code[kept][order]
    x, v = rows[:, :-1], rows[:, -1:]
    graded = ~np.isnan(x)
    total = np.sum(v * graded, axis=0)
    with np.errstate(invalid="ignore"):
        mean = np.sum(np.where(graded, v * x, 0.0), axis=0) / total
        psi = np.where(graded, v * (x - mean) / total, 0.0)
    units = items = kish(v[:, 0])
    if cluster is not None:
        psi = sums_by(code, psi)
        psi = psi[canonical_order(psi)]
        units = kish(sums_by(code, v)[:, 0])
        size = items / max(units, 1.0)
        items /= 1 + (size - 1) * PRIOR_CORRELATION
    return Influence(
        mean=mean,
        psi=psi,
        n_items=int(kept.sum()),
        effective_units=units,
        effective_items=items,
    )


def kish(weights: Floats) -> float:
    """Kish's effective number of units, (sum v)^2 / sum v^2; 0 without any."""
    v = np.sort(weights)
    return float(v.sum() ** 2 / np.sum(v * v)) if len(v) else 0.0


def sums_by(code: NDArray[np.int64], rows: Floats) -> Floats:
    """The sum of the rows of each code, a row for each code present, in order of code."""
    if len(code) == 0:
        return rows
    order = np.argsort(code, kind="stable")
    sorted_codes = code[order]
    starts = np.flatnonzero(np.r_[True, sorted_codes[1:] != sorted_codes[:-1]])
    return np.add.reduceat(rows[order], starts, axis=0)


def canonical_order(rows: Floats) -> NDArray[np.int64]:
    """An order of the rows that depends on their contents only, equal rows being alike."""
    packed = np.ascontiguousarray(rows)
    if packed.size == 0:
        return np.arange(len(packed), dtype=np.int64)
    whole = packed.view(np.dtype((np.void, packed.dtype.itemsize * packed.shape[1]))).ravel()
    return np.argsort(whole, kind="stable").astype(np.int64, copy=False)
