"""Intervals of one figure are those of a board, bit by bit, and behave at the edges."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from app.scoring.statistics.effective import Units
from app.scoring.statistics.intervals import (
    harmonic,
    mover_wilson,
    wilson,
    wilson_limits,
)
from app.scoring.statistics.shares import share_interval

COUNTS = st.tuples(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400)).filter(
    lambda counts: sum(counts) > 0
)


@example((0, 5, 5), 3.0)
@example((5, 0, 5), 3.0)
@example((5, 0, 0), 3.0)
@example((0, 5, 0), 3.0)
@given(COUNTS, st.sampled_from([0.0, 1.0, 3.0, 9.0, 99.0, 0.25]))
def test_one_share_has_the_interval_of_many(counts: tuple[int, int, int], penalty: float) -> None:
    right, wrong, rest = counts
    n = right + wrong + rest
    one = mover_wilson(right, wrong, n, penalty)
    assert one is not None
    share = wilson(right, n)
    low, high = wilson_limits(np.array([right]), np.array([n]))
    assert share is not None
    assert (share.low, share.high) == (low[0], high[0])
    score = right / n - penalty * wrong / n
    assert one.low - 1e-9 <= score <= one.high + 1e-9


@given(st.integers(0, 50), st.integers(1, 50))
def test_without_a_penalty_it_is_wilson_s(right: int, rest: int) -> None:
    one, share = mover_wilson(right, rest, right + rest, 0.0), wilson(right, right + rest)
    assert one is not None
    assert share is not None
    assert (one.low, one.high) == pytest.approx((share.low, share.high), abs=1e-14)


def test_limits_of_none_and_of_all_are_exact() -> None:
    none, every = wilson(0, 10), wilson(10, 10)
    assert none is not None
    assert every is not None
    assert none.low == 0
    assert every.high == 1
    assert 0 < none.high == pytest.approx(1 - every.low)
    assert wilson(0, 0) is None
    assert mover_wilson(0, 0, 0, 1.0) is None


def test_harmonic_numbers() -> None:
    assert harmonic(np.array([0, 1, 2, 4])) == pytest.approx([0, 1, 1.5, 25 / 12], abs=1e-15)
    assert harmonic(1_000) == pytest.approx(sum(1 / k for k in range(1, 1_001)), abs=1e-13)


def test_a_rare_event_is_covered_where_wilson_s_own_limit_is_too_close() -> None:
    """0.5 % of 35 items: one event, in 15 % of samples, would rule the truth out."""
    n, rate = 35, 0.005
    held = 0.0
    for x in range(n + 1):
        found = wilson(x, n)
        assert found is not None
        if found.low <= rate <= found.high:
            held += stats.binom.pmf(x, n, rate)
    assert held > 0.95
    own = stats.binomtest(1, n).proportion_ci(0.95, method="wilson")
    assert own.low > rate


@given(st.integers(1, 60), st.floats(0.01, 0.99))
def test_few_clusters_reach_further(n: int, share: float) -> None:
    normal, few = wilson(share * n, n), wilson(share * n, n, df=4)
    assert normal is not None
    assert few is not None
    assert few.low <= normal.low < normal.high <= few.high


def test_errors_one_by_one_do_not_rule_bad_clusters_out() -> None:
    """Nine errors in nine of 50 clusters of 20: a 50th of the clusters may still fail as a whole,
    which the next draw would show (with 3 % of such clusters this is the draw of one in five)."""
    wrong = np.zeros((50, 20))
    wrong[:9, 0] = 1.0
    units = Units(np.ones(1_000), np.repeat(np.arange(50), 20))
    found, alone = share_interval(wrong.ravel(), units), wilson(9, 1_000)
    assert found is not None
    assert alone is not None
    assert alone.high < 0.02
    assert found.high > 0.045
    # Where every second answer is wrong, many clusters show that they do not fail as a whole.
    half = np.random.default_rng(1).integers(0, 2, 1_000).astype(np.float64)
    often = share_interval(half, units)
    assert often is not None
    assert often.high - often.low < 0.12
