"""Two submissions on the same items: exact tests against enumeration, errors, and planning."""

import itertools
import math
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from app.scoring.comparison.paired import (
    CORRECT,
    NOT_ATTEMPTED,
    UNGRADED,
    WRONG,
    compare,
    compare_points,
    compare_standings,
    minimum_detectable_difference,
    outcome_table,
    paired_difference,
    paired_mean,
    plans,
    standings,
)
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.points import item_points, widest_difference
from app.scoring.rules import BINARY_VIEW, Rule, ScoringView
from app.scoring.statistics.pair_error import PairError
from app.scoring.statistics.sign_flip import exact_sign_flip, sign_flip
from app.scoring.targets import Target
from tests.confidences import confidences


def generator(seed: int = 7) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=seed))


tables = st.lists(st.integers(0, 2), min_size=9, max_size=9).map(
    lambda cells: np.array(cells, dtype=np.int64).reshape(3, 3)
)
targets = st.one_of(st.sampled_from([0, 5000, 7500, 9000, 9900]), st.integers(0, 9900)).map(Target)


def by_enumeration(table: np.ndarray, target: Target) -> Fraction:
    """The share of all sign patterns whose sum is as far from zero, in integers."""
    points = [10_000 - target.units, -target.units, 0]
    d = [
        points[i] - points[j]
        for i, j in itertools.product(range(3), range(3))
        for _ in range(table[i, j])
    ]
    sums = Counter({0: 1})
    for size in d:
        step: Counter[int] = Counter()
        for total, ways in sums.items():
            step[total + size] += ways
            step[total - size] += ways
        sums = step
    extreme = sum(ways for total, ways in sums.items() if abs(total) >= abs(sum(d)))
    return Fraction(extreme, 2 ** len(d))


@given(tables, targets)
def test_the_convolution_is_the_exhaustive_sign_flip(table: np.ndarray, target: Target) -> None:
    expected = float(by_enumeration(table, target))
    assert exact_sign_flip(table, target) == expected
    assert exact_sign_flip(table.T, target) == exact_sign_flip(table, target)


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 30))
def test_at_target_zero_it_is_mcnemar(only_left: int, only_right: int, both: int) -> None:
    table = np.array([[both, only_left, 0], [only_right, 3, 2], [0, 1, 0]], dtype=np.int64)
    expected = (
        stats.binomtest(only_left, only_left + only_right).pvalue if only_left + only_right else 1.0
    )
    assert exact_sign_flip(table, Target(0)) == pytest.approx(expected, rel=1e-10)


def test_a_large_table_agrees_with_the_normal_limit() -> None:
    table = np.array([[0, 110_000, 105_000], [110_400, 0, 999], [105_100, 1_002, 0]])
    target = Target(7503)
    points = np.array([1, -target.penalty, 0])
    d = points[:, None] - points[None, :]
    z = np.sum(table * d) / math.sqrt(np.sum(table * d**2))
    assert exact_sign_flip(table, target) == pytest.approx(2 * stats.norm.sf(abs(z)), abs=1e-4)


def test_an_impossible_accident_has_a_p_of_nearly_nothing() -> None:
    table = np.array([[0, 0, 2_000], [0, 0, 0], [0, 0, 0]])
    assert 0 <= exact_sign_flip(table, Target(7500)) < 1e-300


@given(tables, targets)
def test_random_flips_agree_with_the_exact_test(table: np.ndarray, target: Target) -> None:
    points = np.array([1, -target.penalty, 0])
    d = np.repeat((points[:, None] - points[None, :]).ravel(), table.ravel())
    drawn = sign_flip(d, generator=generator(), draws=2_000)
    exact = exact_sign_flip(table, target)
    assert drawn == pytest.approx(exact, abs=5 * math.sqrt(exact * (1 - exact) / 2_000) + 2e-3)


@given(st.integers(0, 2**32 - 1))
def test_the_order_of_the_items_changes_no_bit(seed: int) -> None:
    draw = np.random.default_rng(1)
    left, right = draw.normal(size=(2, 60))
    left[4] = np.nan
    cluster, weight = np.arange(60) // 4, np.linspace(1, 2, 60)
    shuffle = np.random.default_rng(seed).permutation(60)
    one = compare_points(
        left, right, widest=10, generator=generator(), draws=100, weight=weight, cluster=cluster
    )
    two = compare_points(
        left[shuffle],
        right[shuffle],
        widest=10,
        generator=generator(),
        draws=100,
        weight=weight[shuffle],
        cluster=cluster[shuffle],
    )
    assert one == two


def test_flips_of_a_long_run_take_the_normal_limit() -> None:
    d = np.random.default_rng(2).normal(0, 1, 30_000)
    # One standard error from 0, where p tells most of the spread.
    d += 0.006 - d.mean()
    z = d.sum() / math.sqrt(np.sum(d**2))
    assert 1 < z < 1.1
    assert sign_flip(d, generator=generator()) == pytest.approx(2 * stats.norm.sf(z), abs=0.02)


def test_clustered_items_flip_together() -> None:
    """Five clusters that agree inside: 2 / 2^5, however many items each has."""
    cluster = np.repeat(np.arange(5), 40)
    p = sign_flip(np.ones(200), generator=generator(), draws=20_000, cluster=cluster)
    assert p == pytest.approx(2 / 32, abs=0.01)
    assert sign_flip(np.ones(200), generator=generator()) < 0.001


def test_no_difference_has_p_one() -> None:
    assert sign_flip(np.zeros(9), generator=generator()) == 1
    assert exact_sign_flip(np.diag([3, 4, 5]), Target(7500)) == 1


def test_a_paired_difference_is_the_textbook_one() -> None:
    draw = np.random.default_rng(3)
    left, right = draw.normal(size=(2, 50))
    score = paired_difference(left, right, widest=0)
    expected = stats.ttest_rel(left, right)
    assert score.value == pytest.approx(np.mean(left - right), abs=1e-15)
    assert score.se == pytest.approx(stats.sem(left - right), rel=1e-12)
    error = paired_mean(left, right, widest=0).error
    assert error is not None
    assert error.p_value(float(np.mean(left - right))) == pytest.approx(expected.pvalue, rel=1e-10)
    reach = error.interval(0.0, level=0.95, method="")
    assert (reach.low, reach.high) == (0, 0)
    wide = PairError(sample=error.sample, units=50, items=50, widest=1e-9)
    assert wide.adjusted == pytest.approx(error.sample, rel=1e-12)


def test_two_items_are_added_to_the_variance() -> None:
    d = np.array([1.0] * 3 + [0.0] * 27)
    error = paired_mean(d, np.zeros(30), widest=4).error
    assert error is not None
    assert error.adjusted**2 == pytest.approx(d.var(ddof=1) / 30 + 2 * (4 / 30) ** 2)
    score = paired_difference(d, np.zeros(30), widest=4)
    assert score.interval is not None
    reach = stats.t.ppf(0.975, 29) * error.adjusted
    assert (score.interval.low, score.interval.high) == pytest.approx((0.1 - reach, 0.1 + reach))
    assert score.interval.method == "adjusted-paired-t"


differences = hnp.arrays(
    np.float64, st.integers(2, 60), elements=st.sampled_from([0.0, 1.0, -1.0, 4.0, -3.0])
)


@given(differences, st.sampled_from([4.0, 10.0]), st.booleans(), st.booleans())
def test_interval_and_p_value_agree(
    d: np.ndarray, widest: float, weighted: bool, clustered: bool
) -> None:
    """p < 0.05 exactly where 0 is outside; no interval of a sample has no width."""
    weight = np.linspace(1, 3, len(d)) if weighted else None
    cluster = np.arange(len(d)) // 2 if clustered else None
    compared = compare_points(
        d,
        np.zeros(len(d)),
        widest=widest,
        generator=generator(),
        draws=10,
        weight=weight,
        cluster=cluster,
    )
    interval, value = compared.difference.interval, compared.difference.value
    if interval is None:
        assert compared.p_value is None
        return
    assert value is not None
    assert compared.p_value is not None
    assert interval.low <= value <= interval.high
    assert interval.high > interval.low
    assert -widest <= interval.low
    assert interval.high <= widest
    outside = interval.low > 0 or interval.high < 0
    assert outside == (compared.p_value < 0.05)


@pytest.mark.parametrize("target", [0.0, 0.5, 0.75, 0.9, 0.95])
def test_p_is_uniform_or_conservative_where_scores_are_equal(target: float) -> None:
    """A bold and a careful model of equal score, 1,000 pairs of 60 items: p <= 0.05 in at most 5 %
    (99 % bound). The sign-flip p, of another hypothesis, is below in up to 40 %."""
    penalty = target / (1 - target)
    draw = np.random.default_rng(9)
    low = 0
    for _ in range(1_000):
        z = np.sqrt(0.5) * (draw.normal(size=(60, 1)) + draw.normal(size=(60, 2)))
        right = stats.norm.ppf([0.1, 0.1 + penalty * 0.02])
        x = np.where(z > right, 1.0, 0.0)
        x[z[:, 0] < stats.norm.ppf(0.02), 0] = -penalty
        error = paired_mean(x[:, 0], x[:, 1], widest=1 + penalty).error
        assert error is not None
        low += error.p_value(float(np.mean(x[:, 0] - x[:, 1]))) <= 0.05
    assert low <= stats.binom.ppf(0.99, 1_000, 0.05)


def test_items_ungraded_in_either_are_left_out() -> None:
    left = np.array([1.0, np.nan, 0.0, 1.0])
    right = np.array([0.0, 1.0, np.nan, 1.0])
    score = paired_difference(left, right, widest=1)
    assert (score.value, score.n_items) == (0.5, 2)
    none = paired_difference(left[1:2], right[1:2], widest=1)
    assert (none.value, none.reason) == (None, "no-common-items")
    single = paired_difference(left[:1], right[:1], widest=1)
    assert (single.value, single.se, single.interval) == (1.0, None, None)


def test_clustering_widens_and_costs_degrees_of_freedom() -> None:
    d = np.repeat(np.random.default_rng(5).normal(size=10), 8)
    plain = paired_difference(d, np.zeros(80), widest=5)
    cluster = np.repeat(np.arange(10), 8)
    clustered = paired_difference(d, np.zeros(80), widest=5, cluster=cluster)
    assert plain.se is not None
    assert clustered.se is not None
    assert clustered.interval is not None
    assert clustered.se > 2 * plain.se
    assert clustered.interval.method == "adjusted-paired-t-cluster"
    half = clustered.interval.high - clustered.interval.low
    # Ten clusters of eight count, for what was not seen, as 80 / (1 + 7 x 0.15) items.
    error = math.hypot(clustered.se, math.sqrt(2) * 5 / (80 / 2.05))
    assert half / 2 == pytest.approx(stats.t.ppf(0.975, 9) * error, rel=1e-12)


def test_standings_fill_the_three_by_three_table() -> None:
    left = np.array([CORRECT, CORRECT, WRONG, NOT_ATTEMPTED, UNGRADED, WRONG], dtype=np.int8)
    right = np.array([CORRECT, WRONG, NOT_ATTEMPTED, UNGRADED, WRONG, WRONG], dtype=np.int8)
    assert outcome_table(left, right).tolist() == [[1, 1, 0], [0, 1, 1], [0, 0, 0]]
    compared = compare_standings(left, right, Target(7500))
    assert compared.difference.value == pytest.approx((4 - 3) / 4)
    table = outcome_table(left, right)
    assert compared.exchange_p_value == exact_sign_flip(table, Target(7500))
    nothing = compare_standings(left[:0], right[:0], Target(7500))
    assert (nothing.p_value, nothing.minimum_detectable) == (None, None)
    assert (nothing.exchange_p_value, nothing.plans) == (None, ())


KINDS = [o for o in Outcome if o != Outcome.PARTIAL]
SLOTS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.sampled_from(KINDS), st.sampled_from([-1, 5000, 9000])),
    min_size=1,
    max_size=14,
)


def pair(slots: list[tuple[Outcome, Outcome, int]], samples: int = 1) -> tuple[Grades, Grades]:
    confidence = confidences([slot[2] for slot in slots])
    left, right = (
        Grades(np.array([slot[k] for slot in slots], dtype=np.uint8), confidence, samples=samples)
        for k in (0, 1)
    )
    return left, right


@given(SLOTS, st.sampled_from([0, 5000, 7500]), st.sampled_from(["declared", "threshold"]))
def test_comparing_grades_is_comparing_their_points(slots, units, mode) -> None:  # type: ignore[no-untyped-def]
    left, right = pair(slots)
    exact = compare(
        left,
        right,
        ItemFrame(len(slots)),
        ScoringView(rule="target", target=Target(units), mode=mode),
        generator=generator(),
    )
    view = ScoringView(target=Target(units), mode=mode)
    points = [item_points(g, view) for g in (left, right)]
    widest = widest_difference(view)
    drawn = compare_points(*points, widest=widest, generator=generator(), draws=1_000)
    assert exact.exchange_test == "sign-flip-exact"
    assert (exact.difference, exact.p_value) == (drawn.difference, drawn.p_value)
    if exact.exchange_p_value is not None:
        assert drawn.exchange_p_value == pytest.approx(exact.exchange_p_value, abs=0.09)


@pytest.mark.parametrize("rule", ["quadratic", "bas", "binary"])
def test_what_has_no_table_is_flipped_at_random(rule: Rule) -> None:
    slots = [(Outcome.CORRECT, Outcome.WRONG, 9000), (Outcome.WRONG, Outcome.UNGRADED, 5000)]
    left, right = pair(slots * 2, samples=2)
    compared = compare(
        left,
        right,
        ItemFrame(2),
        ScoringView(rule=rule, target=Target(7500), mode="declared"),
        generator=generator(),
    )
    assert compared.exchange_test == "sign-flip"
    assert compared.table is None
    assert compared.difference.n_items == 2


def test_bas_needs_every_confidence() -> None:
    left, right = pair([(Outcome.CORRECT, Outcome.WRONG, -1)])
    with pytest.raises(ValueError, match="confidence of every answer"):
        compare(
            left,
            right,
            ItemFrame(1),
            ScoringView(rule="bas", target=Target(0), mode="declared"),
            generator=generator(),
        )


def test_several_samples_have_no_standing() -> None:
    left, _ = pair([(Outcome.CORRECT, Outcome.WRONG, -1)] * 2, samples=2)
    with pytest.raises(ValueError, match="no single outcome"):
        standings(left, Target(0), "declared")


def test_an_item_is_the_mean_of_its_graded_samples() -> None:
    left, right = pair(
        [
            (Outcome.CORRECT, Outcome.UNGRADED, 9000),
            (Outcome.UNGRADED, Outcome.UNGRADED, 9000),
            (Outcome.CORRECT, Outcome.MISSING, 9000),
            (Outcome.WRONG, Outcome.CORRECT, 9000),
        ],
        samples=2,
    )
    at_half = ScoringView(target=Target(5000), mode="declared")
    quadratic = replace(at_half, rule="quadratic")
    assert item_points(left, at_half).tolist() == [1, 0]
    assert np.isnan(item_points(right, BINARY_VIEW)[0])
    assert item_points(right, BINARY_VIEW)[1] == 0.5
    assert item_points(left, quadratic) == pytest.approx([0.99, (0.99 - 0.81) / 2])


def test_the_widest_difference_is_best_minus_worst() -> None:
    at = ScoringView(target=Target(9000), mode="declared")
    assert widest_difference(replace(at, rule="binary")) == 1
    assert widest_difference(replace(at, rule="target")) == 10
    assert widest_difference(replace(at, rule="quadratic")) == 2
    assert widest_difference(replace(at, rule="bas")) == pytest.approx(9.2103, abs=1e-4)


ERROR = PairError(sample=0.02, units=1_000, items=1_000, widest=0)


def test_power_at_the_minimum_detectable_difference_is_four_fifths() -> None:
    detectable = minimum_detectable_difference(ERROR)
    assert detectable == pytest.approx((1.96 + 0.84) * 0.02, rel=2e-3)
    assert detectable is not None
    (plan,) = plans(ERROR, 1_000, differences=(detectable,))
    assert plan.power == pytest.approx(0.8, abs=1e-3)
    assert plan.items == pytest.approx(1_000, abs=1)
    assert minimum_detectable_difference(None) is None


def test_without_a_spread_the_power_is_one_or_none() -> None:
    error = PairError(sample=0, units=100, items=100, widest=1)
    reach = stats.t.ppf(0.975, 99) * math.sqrt(2) / 100
    below, above = plans(error, 100, differences=(reach * 0.99, reach * 1.01))
    assert (below.power, above.power) == (0, 1)


def test_items_grow_with_the_square() -> None:
    few, many = (plans(ERROR, 1_000, differences=(d,))[0].items for d in (0.05, 0.005))
    assert many == pytest.approx(100 * few, rel=0.02)
    assert few == pytest.approx(1_000 * (2.8016 * 0.02 / 0.05) ** 2, rel=0.02)
