"""Weighted means over items with their standard errors, clustered where items are.

    S = sum v x / sum v
    SE^2 = n/(n-1) sum v^2 (x - S)^2 / (sum v)^2                       items on their own
    SE^2 = G/(G-1) sum_g (sum_{i in g} v (x - S))^2 / (sum v)^2        G clusters

The clustered form is Miller's (arXiv 2411.00640) with the finite-cluster factor G/(G-1).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.statistics.effective import Units, sorted_sum

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ItemMeans:
    """A weighted mean over `n` graded items; `se` is None where it is undefined (one item, one
    cluster). `n_eff` is Kish's."""

    mean: float
    n: int
    se: float | None
    n_eff: float


def graded_items(grades: Grades, items: ItemFrame) -> tuple[NDArray[np.bool_], Units]:
    """Which items have a graded slot, and those as units with the weights of the benchmark."""
    kept = (grades.outcome != Outcome.UNGRADED).reshape(-1, grades.samples).any(axis=1)
    weight = np.ones(int(kept.sum())) if items.weight is None else items.weight[kept]
    return kept, Units(weight, None if items.cluster is None else items.cluster[kept])


def per_item(points: Floats, grades: Grades) -> Floats:
    """The mean of `points` (one a slot) over each item's graded slots; 0 for an item without."""
    graded = (grades.outcome != Outcome.UNGRADED).reshape(-1, grades.samples)
    total = np.where(graded, points.reshape(graded.shape), 0.0).sum(axis=1)
    slots = graded.sum(axis=1)
    mean: Floats = np.divide(total, slots, out=np.zeros(len(total)), where=slots > 0)
    return mean


def item_means(points: Floats, grades: Grades, items: ItemFrame) -> ItemMeans:
    """The mean of `points` (one a slot): first over an item's graded slots, then over items.

    An item all of whose slots are ungraded leaves N.
    """
    kept, units = graded_items(grades, items)
    if not kept.any():
        return ItemMeans(0.0, 0, None, 0.0)
    x, v = per_item(points, grades)[kept], units.weight
    code = np.arange(len(x)) if units.cluster is None else units.cluster
    # Sorted by content, terms are summed in an order that the items' own cannot change.
    order = np.lexsort((x, v)) if units.cluster is None else np.lexsort((x, v, code))
    x, v, code = x[order], v[order], code[order]
    total = sorted_sum(v)
    mean = sorted_sum(v * x) / total
    spread = v * (x - mean)
    n = len(x)
    n_eff = total * total / sorted_sum(v * v)
    if units.cluster is None:
        se = float(np.sqrt(n / (n - 1) * (spread**2).sum())) / total if n > 1 else None
        return ItemMeans(mean, n, se, n_eff)
    starts = np.flatnonzero(np.r_[True, code[1:] != code[:-1]])
    sums = np.sort(np.add.reduceat(spread, starts))
    g = len(sums)
    se = float(np.sqrt(g / (g - 1) * (sums**2).sum())) / total if g > 1 else None
    return ItemMeans(mean, n, se, n_eff)


@dataclass(frozen=True, slots=True)
class ItemRatio:
    """mean of `above` / mean of `below` over items: the mean of `x` = above / below over `units`
    of weight v below, with the linearised error. `n` graded items."""

    mean: float
    n: int
    se: float | None
    x: Floats
    units: Units


def ratio_of_means(
    above: Floats, below: Floats, grades: Grades, items: ItemFrame
) -> ItemRatio | None:
    """mean of `above` / mean of `below`, both one number a slot, with the linearised error.

    None where `below` is 0 everywhere: the ratio is undefined.
    """
    share = item_means(below, grades, items)
    if share.n == 0 or share.mean == 0:
        return None
    ratio = item_means(above, grades, items).mean / share.mean
    spread = item_means(above - ratio * below, grades, items)
    se = None if spread.se is None else spread.se / share.mean
    kept, units = graded_items(grades, items)
    part, whole = per_item(above, grades)[kept], per_item(below, grades)[kept]
    held = whole > 0
    own = Units(
        units.weight[held] * whole[held],
        None if units.cluster is None else units.cluster[held],
    )
    return ItemRatio(ratio, share.n, se, part[held] / whole[held], own)
