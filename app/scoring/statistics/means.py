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

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ItemMeans:
    """A weighted mean over `n` graded items; `se` is None where it is undefined (one item, one
    cluster), `df` its degrees of freedom, `method` the name of its interval. `n_eff` is Kish's."""

    mean: float
    n: int
    se: float | None
    df: int
    method: str
    n_eff: float


def item_means(points: Floats, grades: Grades, items: ItemFrame) -> ItemMeans:
    """The mean of `points` (one a slot): first over an item's graded slots, then over items.

    An item all of whose slots are ungraded leaves N.
    """
    shape = (grades.n_items, grades.samples)
    graded = (grades.outcome != Outcome.UNGRADED).reshape(shape)
    slots = graded.sum(axis=1)
    kept = slots > 0
    if not kept.any():
        return ItemMeans(0.0, 0, None, 0, "t", 0.0)
    x = np.where(graded, points.reshape(shape), 0.0).sum(axis=1)[kept] / slots[kept]
    v = np.ones(len(x)) if items.weight is None else items.weight[kept]
    code = np.arange(len(x)) if items.cluster is None else items.cluster[kept]
    # Sorted by content, terms are summed in an order that the items' own cannot change.
    order = np.lexsort((x, v)) if items.cluster is None else np.lexsort((x, v, code))
    x, v, code = x[order], v[order], code[order]
    total = float(np.sum(np.sort(v)))
    mean = float(np.sum(np.sort(v * x))) / total
    spread = v * (x - mean)
    n = len(x)
    n_eff = total * total / float(np.sum(np.sort(v * v)))
    if items.cluster is None:
        se = float(np.sqrt(n / (n - 1) * (spread**2).sum())) / total if n > 1 else None
        return ItemMeans(mean, n, se, n - 1, "t", n_eff)
    starts = np.flatnonzero(np.r_[True, code[1:] != code[:-1]])
    sums = np.sort(np.add.reduceat(spread, starts))
    g = len(sums)
    se = float(np.sqrt(g / (g - 1) * (sums**2).sum())) / total if g > 1 else None
    return ItemMeans(mean, n, se, g - 1, "t-cluster", n_eff)


def ratio_of_means(
    above: Floats, below: Floats, grades: Grades, items: ItemFrame
) -> ItemMeans | None:
    """mean of `above` / mean of `below`, both one number a slot, with the linearised error.

    None where `below` is 0 everywhere: the ratio is undefined.
    """
    share = item_means(below, grades, items)
    if share.n == 0 or share.mean == 0:
        return None
    ratio = item_means(above, grades, items).mean / share.mean
    spread = item_means(above - ratio * below, grades, items)
    se = None if spread.se is None else spread.se / share.mean
    return ItemMeans(ratio, share.n, se, spread.df, spread.method, share.n_eff)
