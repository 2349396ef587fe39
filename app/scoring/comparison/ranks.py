"""Simultaneous rank intervals of the submissions on a board.

A rank range holds every rank that a simultaneous paired test does not reject:

    T_jk = (S_j - S_k) / e_jk            e_jk the adjusted error of the paired difference
    low  = 1 + how many are significantly better
    high = p - how many are significantly worse

where T_jk is significant beyond the 1 - alpha quantile of max |T*| over all pairs, T* drawn from
N(0, Sigma) over its own errors and divided by chi_df / sqrt(df) (Student's t with one shared
spread). The adjusted error (`app/scoring/statistics/pair_error.py`) is that of intervals, p-values
and the gate: without it models of equal score, one bold and one careful, are told apart on 78 % of
boards of 50 items at t = 0.9, with it on at most 5 %, at every t (`bench.coverage`).

Mogstad, Romano, Shaikh, Wilhelm (2024), Inference for Ranks, doi 10.1093/restud/rdad006.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from app.scoring.statistics.influence import influence
from app.scoring.statistics.multiplier import gaussian_draws, largest_gap
from app.scoring.statistics.pair_error import adjusted_errors

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

DRAWS: Final = 10_000

_NO_VARIANCE: Final = 1e-12
"""A difference whose variance is below this share of its parts' is constant, but for rounding."""


def competition_ranks(values: Floats) -> Ints:
    """1 + the number of strictly greater values: 1, 2, 2, 4. NaN is unranked: 0.

    Ties are exact: two scores share a place iff they are the same double.
    """
    order = np.argsort(-values)
    sorted_values = values[order]
    first = np.empty(len(values), dtype=np.bool_)
    first[:1] = True
    np.not_equal(sorted_values[1:], sorted_values[:-1], out=first[1:])
    rank = np.arange(1, len(values) + 1, dtype=np.int64)
    ranks = np.empty(len(values), dtype=np.int64)
    ranks[order] = np.maximum.accumulate(np.where(first, rank, 1))
    ranks[np.isnan(values)] = 0
    return ranks


@dataclass(frozen=True, slots=True, kw_only=True)
class RankRanges:
    """Rank intervals of p submissions, at one confidence level.

    `mean` are the scores compared; `low` and `high` bound each place, 1 the best; `better[j, k]`
    says that j is significantly better than k; `group` numbers the tie groups from the top (see
    `tie_groups`). `bootstrap_first_share` is the share of parametric bootstrap draws in which
    a submission comes first, split evenly among identical ones: in [0, 1], sums to 1. It is not
    the chance of being best. `critical_value` is 0 where nothing was compared.
    """

    mean: Floats
    low: Ints
    high: Ints
    better: Flags
    group: Ints
    bootstrap_first_share: Floats
    critical_value: float
    n_items: int
    level: float

    def tied_with(self, j: int) -> Ints:
        """Indices of the others that do not differ significantly from j, in either direction."""
        told_apart = self.better[j] | self.better[:, j]
        return np.flatnonzero(~told_apart & (np.arange(len(self.mean)) != j))


def rank_ranges(
    scores: Floats,
    *,
    widest: float,
    generator: np.random.Generator,
    draws: int = DRAWS,
    level: float = 0.95,
    weight: Floats | None = None,
    cluster: Ints | None = None,
) -> RankRanges:
    """Simultaneous rank ranges, tie groups and the share of draws in which each comes first.

    `scores` is n_items x p, in points, NaN where ungraded; columns in order of submission; every
    column must have a graded item. `widest` is the most by which two can differ on one item.
    Submissions with the same score on every item are ties. With fewer than two units (items, or
    clusters) no pair is separated. The order of the items does not matter.
    """
    board = _compare_all(scores, widest=widest, weight=weight, cluster=cluster)
    noise = gaussian_draws(board.covariance, generator=generator, draws=draws)
    gaps = largest_gap(noise, board.sample_error)
    spread = np.sqrt(generator.chisquare(board.df, draws) / board.df)
    critical = _quantile(gaps / spread, level)
    better_one = board.statistic > np.maximum(critical, board.least(1 - level))
    better = better_one[np.ix_(board.column, board.column)]
    low, high = _places(better)
    mean = board.mean[board.column]
    return RankRanges(
        mean=mean,
        low=low,
        high=high,
        better=better,
        group=tie_groups(mean, better),
        bootstrap_first_share=_first_shares(board, noise),
        critical_value=critical,
        n_items=board.n_items,
        level=level,
    )


def ranks_at(theta: Floats, covariance: Floats, critical_value: float) -> tuple[Ints, Ints]:
    """Lowest and highest place of each at a given critical value (single step).

    A pair whose difference has no variance is a tie here.
    """
    return _places(_statistic(theta, difference_errors(covariance)) > critical_value)


def difference_errors(covariance: Floats) -> Floats:
    """se_jk of every paired difference, p x p; exactly 0 where the difference is constant."""
    variance = np.diag(covariance)
    together = variance[:, None] + variance[None, :]
    squared = together - 2 * covariance
    return np.sqrt(np.where(squared > _NO_VARIANCE * together, squared, 0.0))


def tie_groups(mean: Floats, better: Flags) -> Ints:
    """Tie groups, numbered from 1 at the top.

    The best opens a group; those after it, in order of score, join while they are not told apart
    from the one who opened it; the next opens a new group. Computed once for a whole board, so
    that showing fewer rows changes no group.
    """
    group = np.zeros(len(mean), dtype=np.int64)
    opener, number = -1, 0
    for j in np.argsort(-np.round(mean, 12), kind="stable"):
        if opener < 0 or better[opener, j]:
            opener, number = j, number + 1
        group[j] = number
    return group


@dataclass(frozen=True, slots=True)
class _Board:
    """The distinct submissions of a board compared; `column` maps each submission to its own."""

    mean: Floats
    covariance: Floats
    sample_error: Floats
    statistic: Floats
    column: Ints
    n_items: int
    df: float

    def least(self, alpha: float) -> Floats:
        """The critical value of a pair that has no sample error, hence no say in the draws: it
        leads by the same margin on every item. Student's t, by Bonferroni over all pairs."""
        pairs = max(1, len(self.mean) * (len(self.mean) - 1) // 2)
        critical = float(stats.t.isf(alpha / 2 / pairs, self.df))
        return np.where(self.sample_error == 0, critical, 0.0)


def _compare_all(
    scores: Floats, *, widest: float, weight: Floats | None, cluster: Ints | None
) -> _Board:
    distinct, column = _distinct_columns(scores)
    moved = influence(distinct, weight=weight, cluster=cluster)
    covariance = moved.covariance()
    statistic = np.zeros_like(covariance)
    if moved.n_units < 2:
        covariance = np.zeros_like(covariance)
    sample_error = difference_errors(covariance)
    if moved.n_units >= 2:
        error = adjusted_errors(sample_error, moved.effective_items, widest)
        statistic = _statistic(moved.mean, error)
    return _Board(
        mean=moved.mean,
        covariance=covariance,
        sample_error=sample_error,
        statistic=statistic,
        column=column,
        n_items=moved.n_items,
        df=max(moved.effective_units - 1, 1.0),
    )


def _distinct_columns(scores: Floats) -> tuple[Floats, Ints]:
    """The columns that differ, in order of first appearance, and where each column went."""
    seen: dict[bytes, int] = {}
    column = [seen.setdefault(row.tobytes(), len(seen)) for row in scores.T + 0.0]
    places = np.array(column, dtype=np.int64)
    first = np.unique(places, return_index=True)[1]
    return scores[:, first], places


def _statistic(theta: Floats, error: Floats) -> Floats:
    margin = theta[:, None] - theta[None, :]
    return np.divide(margin, error, out=np.zeros_like(error), where=error > 0)


def _places(better: Flags) -> tuple[Ints, Ints]:
    low = 1 + better.sum(axis=0, dtype=np.int64)
    high = len(better) - better.sum(axis=1, dtype=np.int64)
    return low, high


def _quantile(gaps: Floats, level: float) -> float:
    return float(np.quantile(gaps, level, method="higher"))


def _first_shares(board: _Board, noise: Floats) -> Floats:
    leader = np.argmax(board.mean[:, None] + noise, axis=0)
    wins = np.bincount(leader, minlength=len(board.mean)) / noise.shape[1]
    twins = np.bincount(board.column, minlength=len(board.mean))
    share: Floats = (wins / twins)[board.column]
    return share
