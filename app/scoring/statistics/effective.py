"""Effective counts: how many independent answers of equal weight a set of answers is worth.

Wilson's and the other intervals of counts hold for independent answers that weigh alike. Weights,
several samples an item, partial credit and clusters change the variance of a figure by a ratio

    rho = sum moved^2 / (variance * k),        k = sum b^2 / (sum b)^2 (Kish 1965)

with b the weight of an item, `moved` how far an item (cluster) moves the figure, `variance` that of
one answer. The answers are then worth 1 / (rho k) (Korn and Graubard 1998). Where hardly an event
was seen rho is hardly known, so it is drawn towards a prior: 1 for items, 1 + (m - 1) / 2 for
clusters of m, which counts as three items and four clusters that had an event. An event of one
item is the m-th part of a cluster's: errors that come one by one tell little of whether there are
clusters that fail as a whole, as long as none was seen. Clusters take Student's quantile with
G - 1 degrees of freedom besides. Chosen by simulation: ADR 20.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEW_CLUSTERS: Final = 20
"""Under as many clusters intervals rest on the prior as much as on the data."""


@dataclass(frozen=True, slots=True)
class Units:
    """What a figure is over: items of weight b > 0, their clusters, and strata whose means are
    fixed; None where all are alike."""

    weight: Floats
    cluster: Ints | None = None
    stratum: Ints | None = None

    @property
    def suffix(self) -> str:
        """What the name of a method ends with."""
        return "" if self.cluster is None else "-cluster"

    @property
    def n(self) -> int:
        """Independent units."""
        return len(self.weight if self.cluster is None else np.unique(self.cluster))


@dataclass(frozen=True, slots=True)
class Effective:
    """Independent answers, and the degrees of freedom of Student's quantile (None: normal)."""

    n: float
    df: int | None


def sorted_sum(values: Floats) -> float:
    """A sum that does not depend on the order of its terms."""
    return float(np.sort(values).sum())


def residuals(x: Floats, units: Units) -> tuple[float, Floats]:
    """The weighted mean of x, and how far each item moves it: b (x - mean) / sum b.

    With strata the mean is that of the item's stratum, and the residual sqrt(n / (n - 1)) as large.
    """
    b = units.weight
    total = sorted_sum(b)
    mean = sorted_sum(b * x) / total
    if units.stratum is None:
        return mean, b * (x - mean) / total
    moved = np.empty(len(x))
    for code in np.unique(units.stratum):
        own = units.stratum == code
        n = int(own.sum())
        centre = sorted_sum(b[own] * x[own]) / sorted_sum(b[own]) if n > 1 else mean
        moved[own] = b[own] * (x[own] - centre) / total * (n / max(n - 1, 1)) ** 0.5
    return mean, moved


@dataclass(frozen=True, slots=True)
class Prior:
    """What is taken for granted of a ratio of variances: as if seen in so many items with an event
    that it is 1, and in so many clusters that answers inside correlate so much."""

    items: float = 3.0
    clusters: float = 4.0
    correlation: float = 0.5


PRIOR: Final = Prior()


def effective(
    moved: Floats, units: Units, variance: float, *, prior: Prior = PRIOR
) -> Effective | None:
    """What the items are worth; `variance` is of one independent answer. None with one cluster."""
    b = units.weight
    total = sorted_sum(b)
    kish = sorted_sum((b / total) ** 2)
    ratio = _shrunk(moved, variance * kish, towards=1.0, prior=prior.items)
    if units.cluster is None:
        return Effective(1 / (kish * ratio), None)
    sums, sizes = _by_cluster(moved, b / total, units.cluster)
    g = len(sums)
    if g < 2:
        return None
    size = sorted_sum(sizes**2) / kish
    clustered = _shrunk(
        sums * (g / (g - 1)) ** 0.5,
        variance * kish,
        towards=1 + prior.correlation * (size - 1),
        prior=prior.clusters,
        most=_events(moved) / size,
    )
    return Effective(1 / (kish * max(ratio, clustered)), g - 1)


def correlation(x: Floats, y: Floats, units: Units) -> float:
    """The correlation of two figures' errors, from how far each unit moves them; 0 where one of
    them does not move."""
    if units.cluster is not None:
        (x, _), (y, _) = (_by_cluster(moved, moved, units.cluster, keep=True) for moved in (x, y))
    spread = sorted_sum(x * x) * sorted_sum(y * y)
    return max(-1.0, min(1.0, sorted_sum(x * y) / spread**0.5)) if spread > 0 else 0.0


def variance_ratio(
    square: float,
    fourth: float,
    independent: float,
    *,
    towards: float = 1.0,
    prior: float,
    most: float = math.inf,
) -> float:
    """The ratio of a variance to the one of independent answers, drawn towards a prior by how few
    units it rests on, at `most` so many; `square` and `fourth` are sums of powers of what moves the
    figure."""
    if independent <= 0 or fourth <= 0:
        return towards
    events = min(square * square / fourth, most)
    return (prior * towards + events * square / independent) / (prior + events)


def _shrunk(
    moved: Floats, independent: float, *, towards: float, prior: float, most: float = math.inf
) -> float:
    square, fourth = _powers(moved)
    return variance_ratio(square, fourth, independent, towards=towards, prior=prior, most=most)


def _events(moved: Floats) -> float:
    """How many units would have the variance if each moved the figure alike."""
    square, fourth = _powers(moved)
    return square * square / fourth if fourth > 0 else 0.0


def _powers(moved: Floats) -> tuple[float, float]:
    return sorted_sum(moved**2), sorted_sum(moved**4)


def _by_cluster(
    moved: Floats, weight: Floats, cluster: Ints, *, keep: bool = False
) -> tuple[Floats, Floats]:
    """Sums over clusters; in an order of contents, or of clusters where they must stay aligned."""
    order = np.lexsort((weight, moved, cluster))
    code = cluster[order]
    starts = np.flatnonzero(np.r_[True, code[1:] != code[:-1]])
    sums = np.add.reduceat(moved[order], starts)
    return sums, sums if keep else np.add.reduceat(weight[order], starts)
