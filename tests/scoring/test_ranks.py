"""Places and rank ranges: exact ties, pairing, simultaneity, and no say for the order of items."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from app.scoring.comparison.ranks import (
    competition_ranks,
    difference_errors,
    rank_ranges,
    ranks_at,
    tie_groups,
)
from app.scoring.comparison.unpaired import unpaired_rank_ranges
from app.scoring.statistics.influence import influence


def generator(seed: int = 7) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=seed))


def items(seed: int, *, n: int = 300, p: int = 6) -> np.ndarray:
    """Correlated right (1), abstained (0) and wrong (-3) items of p models of rising skill."""
    draw = np.random.default_rng(seed)
    ease = draw.normal(size=(n, 1))
    skill = np.linspace(-0.8, 0.8, p)
    right = ease + draw.normal(size=(n, p)) + skill > 0
    return np.where(right, 1.0, np.where(draw.random((n, p)) < 0.5, 0.0, -3.0))


scores = hnp.arrays(
    np.float64,
    st.integers(0, 40),
    elements=st.one_of(st.sampled_from([0.0, -0.0, 0.5, 1.0, np.nan]), st.floats(-9, 1)),
)


@given(scores)
def test_a_place_is_one_more_than_those_strictly_better(values: np.ndarray) -> None:
    expected = [0 if np.isnan(v) else 1 + int(np.sum(values > v)) for v in values]
    assert competition_ranks(values).tolist() == expected


def test_one_two_two_four() -> None:
    assert competition_ranks(np.array([0.2, 0.5, 0.9, 0.5])).tolist() == [4, 2, 1, 2]


def test_the_critical_value_of_independent_models_is_tukeys() -> None:
    """Three models, equal independent variances: q(0.95; 3, inf) / sqrt 2 = 2.3437."""
    draws = np.random.default_rng(3).choice([-1.0, 1.0], size=(3, 20_000))
    board = rank_ranges(draws.T, widest=4, generator=generator(), draws=200_000)
    assert board.critical_value == pytest.approx(
        stats.studentized_range.ppf(0.95, 3, np.inf) / np.sqrt(2), abs=0.01
    )


def test_the_covariance_is_the_textbook_one() -> None:
    x = items(1)
    moved = influence(x)
    assert moved.mean == pytest.approx(x.mean(axis=0), abs=1e-14)
    assert moved.covariance() == pytest.approx(np.cov(x.T) / len(x), abs=1e-15)
    d = x[:, 0] - x[:, 1]
    assert difference_errors(moved.covariance())[0, 1] == pytest.approx(
        d.std(ddof=1) / np.sqrt(len(d)), rel=1e-12
    )


def test_clustered_and_weighted_errors() -> None:
    """The clustered error of the specification and, with equal weights, no change at all."""
    x = items(2)[:, :1]
    cluster = np.arange(len(x)) // 7
    mean, count = x.mean(), len(np.unique(cluster))
    sums = np.bincount(cluster, weights=x[:, 0] - mean)
    expected = count / (count - 1) * np.sum(sums**2) / len(x) ** 2
    assert influence(x, cluster=cluster).covariance()[0, 0] == pytest.approx(expected, rel=1e-12)
    v = np.random.default_rng(4).uniform(0.5, 3, len(x))
    s = np.sum(v * x[:, 0]) / v.sum()
    n = len(x)
    weighted = n / (n - 1) * np.sum((v * (x[:, 0] - s)) ** 2) / v.sum() ** 2
    assert influence(x, weight=v).covariance()[0, 0] == pytest.approx(weighted, rel=1e-12)


def test_ranges_hold_the_place_and_pairing_narrows_them() -> None:
    x = items(5)
    board = rank_ranges(x, widest=4, generator=generator())
    place = competition_ranks(board.mean)
    assert np.all(board.low <= place)
    assert np.all(place <= board.high)
    assert board.bootstrap_first_share.sum() == pytest.approx(1)
    apart = np.column_stack([np.random.default_rng(j).permutation(x[:, j]) for j in range(6)])
    unpaired = rank_ranges(apart, widest=4, generator=generator())
    assert np.all(board.high - board.low <= unpaired.high - unpaired.low)
    assert np.sum(board.high - board.low) < np.sum(unpaired.high - unpaired.low)


@given(st.integers(0, 2**32 - 1))
def test_the_order_of_the_items_changes_no_bit(seed: int) -> None:
    x = items(8, n=40, p=4)
    x[3, 1] = np.nan
    cluster = np.arange(40) // 3
    weight = np.linspace(1, 2, 40)
    shuffle = np.random.default_rng(seed).permutation(40)
    one = rank_ranges(x, widest=4, generator=generator(), draws=200, weight=weight, cluster=cluster)
    two = rank_ranges(
        x[shuffle],
        widest=4,
        generator=generator(),
        draws=200,
        weight=weight[shuffle],
        cluster=cluster[shuffle],
    )
    for name in (
        "mean",
        "low",
        "high",
        "better",
        "group",
        "bootstrap_first_share",
        "critical_value",
    ):
        assert np.array_equal(getattr(one, name), getattr(two, name)), name


def test_twins_tie_and_share_the_top() -> None:
    x = items(9, p=3)
    board = rank_ranges(np.column_stack([x, x[:, 2]]), widest=4, generator=generator())
    assert board.low[2] == board.low[3]
    assert board.high[2] == board.high[3]
    assert board.bootstrap_first_share[2] == board.bootstrap_first_share[3] > 0.4
    assert 3 in board.tied_with(2).tolist()
    assert board.group[2] == board.group[3]


def test_a_single_item_tells_nobody_apart() -> None:
    board = rank_ranges(np.array([[1.0, 0.0, -3.0]]), widest=4, generator=generator(), draws=100)
    assert board.low.tolist() == [1, 1, 1]
    assert board.high.tolist() == [3, 3, 3]
    assert board.tied_with(0).tolist() == [1, 2]


def test_one_model_alone_has_the_first_place() -> None:
    board = rank_ranges(items(3)[:, :1], widest=4, generator=generator(), draws=100)
    assert (board.low[0], board.high[0], board.bootstrap_first_share[0]) == (1, 1, 1.0)


def test_simultaneous_ranges_cover_the_truth() -> None:
    """Four equally good models: nobody may be told apart in more than 5 % of boards (300, 99 %)."""
    draw = np.random.default_rng(12)
    wrong = 0
    for _ in range(300):
        x = (draw.random((150, 4)) < draw.beta(2, 2, size=(150, 1))).astype(np.float64)
        wrong += bool(rank_ranges(x, widest=1, generator=generator(), draws=1_000).better.any())
    assert wrong <= stats.binom.ppf(0.99, 300, 0.05)


@pytest.mark.parametrize(("target", "n"), [(0.75, 50), (0.9, 50), (0.9, 300), (0.95, 100)])
def test_bold_and_careful_models_of_equal_score_are_seldom_told_apart(
    target: float, n: int
) -> None:
    """Three that err in 2 % of items and three that answer less and never err: 200 boards, 99 %.

    With the sample error alone somebody is told apart on 15 to 80 % of such boards.
    """
    penalty = target / (1 - target)
    draw = np.random.default_rng(20)
    wrong = plain = 0
    for _ in range(200):
        ease = draw.normal(size=(n, 1))
        z = np.sqrt(0.5) * (ease + draw.normal(size=(n, 6)))
        right = np.array([0.9] * 3 + [0.9 - penalty * 0.02] * 3)
        x = np.where(z > stats.norm.ppf(1 - right), 1.0, 0.0)
        x[:, :3][z[:, :3] < stats.norm.ppf(0.02)] = -penalty
        tested = rank_ranges(x, widest=1 + penalty, generator=generator(), draws=500)
        wrong += bool(tested.better.any())
        plain += bool(rank_ranges(x, widest=0, generator=generator(), draws=500).better.any())
    assert wrong <= stats.binom.ppf(0.99, 200, 0.05)
    # The planted method, without anything added, fails where errors are rare.
    assert n > 100 or plain > stats.binom.ppf(0.99, 200, 0.05)


def test_a_lead_on_every_item_counts_once_luck_is_ruled_out() -> None:
    """No sample error: by as much as an item can differ on three items, and on twenty."""
    for n, expected in ((3, [2, 2]), (20, [1, 2])):
        x = np.tile([1.0, 0.0], (n, 1))
        board = rank_ranges(x, widest=1, generator=generator(), draws=100)
        assert board.high.tolist() == expected


def test_tie_groups_open_at_the_top() -> None:
    better = np.zeros((4, 4), dtype=np.bool_)
    better[0, 2] = better[0, 3] = better[1, 3] = True
    assert tie_groups(np.array([0.9, 0.8, 0.7, 0.6]), better).tolist() == [1, 1, 2, 2]


def test_a_constant_difference_is_a_tie_at_a_given_critical_value() -> None:
    low, high = ranks_at(np.array([0.9, 0.2]), np.full((2, 2), 0.01), 2.0)
    assert low.tolist() == [1, 1]
    assert high.tolist() == [2, 2]


def test_real_boards_leave_places_open(shared: Path) -> None:
    """Eleven models on SciQ: ranges hold every place and the groups follow the scores."""
    folder = shared / "data" / "lifeeval-sciq"
    runs = sorted((folder / "predictions").iterdir())
    columns = []
    for run in runs:
        rows = [json.loads(line) for line in run.read_text(encoding="utf-8").splitlines()]
        columns.append({row["item_id"]: row.get("correct") for row in rows})
    keys = sorted(set.union(*(set(column) for column in columns)))
    value = {True: 1.0, False: 0.0, None: np.nan}
    x = np.array([[value[column.get(key)] for column in columns] for key in keys])
    board = rank_ranges(x, widest=4, generator=generator())
    place = competition_ranks(board.mean)
    assert np.all((board.low <= place) & (place <= board.high))
    assert np.any(board.high > board.low)
    assert np.all(np.diff(board.group[np.argsort(-board.mean)]) >= 0)


def test_two_published_scores_are_told_apart_at_1_96_errors() -> None:
    se = np.array([0.1, 0.2])
    for reach, apart in [(1.86, False), (2.06, True)]:
        mean = np.array([0.5, 0.5 - reach * np.hypot(0.1, 0.2)])
        board = unpaired_rank_ranges(mean, se, n_items=100, generator=generator())
        assert bool(board.better[0, 1]) is apart
        assert board.critical_value == pytest.approx(1.96, abs=0.05)
        assert board.low.tolist() == [1, 2 if apart else 1]
        assert board.bootstrap_first_share[0] == pytest.approx(stats.norm.cdf(reach), abs=0.01)
