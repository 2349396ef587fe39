"""Sign-flip tests of two submissions: exact and by resampling.

If two submissions are interchangeable, each item's difference d_i is as likely +|d_i| as -|d_i|.
This is another hypothesis than equal means: at t > 0 a model that errs rarely and one that abstains
can have equal scores and yet differ mostly in one direction, by little (Janssen 1997; Chung and
Romano 2013). The two-sided p-value is the chance that |sum of +-|d_i|| reaches the observed
|sum d_i|.

At a fixed target an item's difference is one of 0, 1, L, 1 + L in size, so the null law is the
convolution of three binomials read off the 3 x 3 table of outcomes. At t = 0 it is the exact
McNemar test. Fisher (1935), The Design of Experiments; McNemar (1947).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from app.scoring.targets import Target

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DRAWS: Final = 10_000

_LONG: Final = 20_000
_LARGEST: Final = 2_000
"""Of more than so many differences, so many flip one by one. The others are many and small beside
them: their sum is normal to far below the noise of the draws."""

_COUNTABLE: Final = 40
"""Flips up to which rounding cannot reach the next whole number of sign patterns."""

_BLOCK: Final = 1 << 20
"""Signs drawn at once: a few megabytes."""


def exact_sign_flip(table: Ints, target: Target) -> float:
    """Two-sided p of the exact sign-flip test at a target; in [0, 1].

    `table[i, j]` counts the items with standing i of one submission and j of the other, in the
    order correct, wrong, not attempted. Scores are compared as integers, in the
    units of `Target.ratio`, so that no tie depends on rounding; 1 where no item differs. Chances
    are doubles, good to 12 digits down to 1e-20; outcomes rarer than that together are left out.
    """
    lost, won = target.ratio
    points = np.array([won, -lost, 0], dtype=np.int64)
    size = points[:, None] - points[None, :]
    total = abs(int(np.sum(table * size)))
    groups: dict[int, int] = {}
    for magnitude, count in zip(np.abs(size).ravel().tolist(), table.ravel().tolist(), strict=True):
        if magnitude > 0 and count > 0:
            groups[magnitude] = groups.get(magnitude, 0) + count
    return _two_sided(sorted(groups.items(), key=lambda group: group[::-1]), total)


def sign_flip(
    differences: Floats,
    *,
    generator: np.random.Generator,
    draws: int = DRAWS,
    cluster: Ints | None = None,
) -> float:
    """Two-sided p of a sign-flip test on any differences, by `draws` random flips; in (0, 1].

    p = (1 + draws at least as extreme) / (1 + draws). NaN (ungraded) is left out; clustered items
    flip together; the order of items does not matter. Beyond 20,000 differences all but the largest
    2,000 are summed by their normal limit.
    """
    graded = ~np.isnan(differences)
    d = differences[graded]
    if cluster is not None:
        d = _cluster_sums(d, cluster[graded])
    sizes = np.sort(np.abs(d[d != 0]))
    if len(sizes) == 0:
        return 1.0
    observed = abs(float(np.sum(np.sort(d))))
    flipped = np.abs(_flipped_sums(sizes, generator, draws))
    # Sums that are equal in exact arithmetic may differ in their last bits.
    extreme = int(np.sum(flipped >= observed - 1e-11 * float(np.sum(sizes))))
    return (1 + extreme) / (1 + draws)


def _two_sided(groups: list[tuple[int, int]], total: int) -> float:
    """P(|sum over groups of size x (2 Bin(count, 1/2) - count)| >= total); largest group last."""
    if total == 0 or not groups:
        return 1.0
    flips = sum(n for _, n in groups)
    (first, n_first), (second, n_second), (size, count) = [(0, 0)] * (3 - len(groups)) + groups
    # Upper tail of the last group by the number k of its plus signs: tail[k] = P(plus >= k).
    tail = stats.binom.sf(np.arange(-1, count + 1), count, 0.5)
    heads, others = _likely(n_first), _likely(n_second)
    chance, other_chance = (
        stats.binom.pmf(heads, n_first, 0.5),
        stats.binom.pmf(others, n_second, 0.5),
    )
    upper = 0.0
    for k, weight in zip(heads.tolist(), chance.tolist(), strict=True):
        missing = total - first * (2 * k - n_first) - second * (2 * others - n_second)
        plus = np.clip(-(-(missing + size * count) // (2 * size)), 0, count + 1)
        upper += weight * float(other_chance @ tail[plus])
    if flips <= _COUNTABLE:
        # The chance is a whole number of 2^flips patterns, which doubles hold exactly.
        upper = round(upper * 2.0**flips) / 2.0**flips
    return min(1.0, 2 * upper)


def _likely(n: int) -> Ints:
    """The numbers of heads in n throws, without those rarer than 1e-22 together."""
    reach = min(n / 2, 5 * np.sqrt(n) + 20)
    return np.arange(int(np.floor(n / 2 - reach)), int(np.ceil(n / 2 + reach)) + 1, dtype=np.int64)


def _cluster_sums(d: Floats, cluster: Ints) -> Floats:
    order = np.lexsort((d, cluster))
    starts = np.flatnonzero(np.r_[True, np.diff(cluster[order]) != 0])
    return np.add.reduceat(d[order], starts) if len(d) else d


def _flipped_sums(sizes: Floats, generator: np.random.Generator, draws: int) -> Floats:
    """`draws` sums of randomly signed sizes, given in ascending order."""
    total = np.zeros(draws)
    if len(sizes) > _LONG:
        rest, sizes = sizes[:-_LARGEST], sizes[-_LARGEST:]
        total += np.sqrt(np.sum(rest**2)) * generator.standard_normal(draws)
    width = -(-len(sizes) // 8)
    step = max(1, _BLOCK // len(sizes))
    for start in range(0, draws, step):
        here = min(step, draws - start)
        octets = np.frombuffer(generator.bytes(here * width), dtype=np.uint8).reshape(here, width)
        plus = np.unpackbits(octets, axis=1, count=len(sizes))
        total[start : start + here] += 2 * (plus @ sizes) - np.sum(sizes)
    return total
