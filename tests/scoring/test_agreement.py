"""Do two rules order models alike: tau-b, its interval over items, and flips beyond noise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from app.scoring.comparison.agreement import Crossing, crossing, order_agreement, order_flips, tau_b
from app.scoring.comparison.ranks import rank_ranges


def generator(seed: int = 7) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=seed))


pairs = st.integers(2, 12).flatmap(
    lambda p: st.tuples(
        *[hnp.arrays(np.float64, p, elements=st.sampled_from([-1.0, 0.0, 0.5, 1.0]))] * 2
    )
)


@given(pairs)
def test_tau_b_is_scipys(pair: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = pair
    ours = tau_b(x, y)
    if len(set(x)) == 1 or len(set(y)) == 1:
        assert ours is None
    else:
        assert ours == pytest.approx(stats.kendalltau(x, y).statistic, abs=1e-12)


def board(n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """A guesser (60 % right, never abstains), a humble model (50 % right, abstains) and a weak one.

    Returns item scores under binary grading and at t = 0.75.
    """
    place = np.arange(n) % 10
    right = np.column_stack([place < 6, place < 5, place < 2])
    wrong = np.column_stack([place >= 6, np.zeros(n, dtype=np.bool_), place >= 7])
    return right.astype(np.float64), right - 3.0 * wrong


def test_the_guesser_and_the_humble_model_flip() -> None:
    binary, target = board()
    flips = order_flips(
        rank_ranges(binary, widest=1, generator=generator()),
        rank_ranges(target, widest=4, generator=generator()),
    )
    assert [(f.ahead_binary, f.ahead_target) for f in flips] == [(0, 1)]
    assert flips[0].binary_lead == pytest.approx(0.1)
    assert flips[0].target_lead == pytest.approx(1.1)


def test_a_flip_within_noise_is_not_called() -> None:
    binary, target = board(n=20)
    flips = order_flips(
        rank_ranges(binary, widest=1, generator=generator()),
        rank_ranges(target, widest=4, generator=generator()),
    )
    assert flips == ()


def test_agreement_of_a_rule_with_itself_is_one() -> None:
    binary, _ = board()
    score = order_agreement(binary, binary, generator=generator(), draws=50)
    assert score.value == 1
    assert score.interval is not None
    assert score.interval.high == 1
    assert score.interval.method == "bootstrap-normal"


def test_the_interval_holds_the_value_and_narrows_with_items() -> None:
    draw = np.random.default_rng(4)
    skill = np.linspace(0.3, 0.7, 8)
    widths = []
    for n in (100, 6_400):
        right = draw.random((n, 8)) < skill
        sure = draw.random((n, 8)) < skill[::-1]
        score = order_agreement(
            right.astype(np.float64),
            np.where(right, 1.0, np.where(sure, 0.0, -3.0)),
            generator=generator(),
            draws=400,
        )
        assert score.value is not None
        assert score.interval is not None
        assert score.interval.low <= score.value <= score.interval.high
        widths.append(score.interval.high - score.interval.low)
    assert widths[1] < 0.7 * widths[0]


@given(st.integers(0, 2**32 - 1))
def test_the_order_of_the_items_changes_no_bit(seed: int) -> None:
    draw = np.random.default_rng(1)
    binary = (draw.random((40, 4)) < 0.5).astype(np.float64)
    binary[3, 2] = np.nan
    target = np.where(binary == 0, -3.0, binary)
    cluster, weight = np.arange(40) // 3, np.linspace(1, 2, 40)
    shuffle = np.random.default_rng(seed).permutation(40)
    one = order_agreement(
        binary, target, generator=generator(), draws=50, weight=weight, cluster=cluster
    )
    two = order_agreement(
        binary[shuffle],
        target[shuffle],
        generator=generator(),
        draws=50,
        weight=weight[shuffle],
        cluster=cluster[shuffle],
    )
    assert one == two


def test_all_tied_is_null_with_a_reason() -> None:
    score = order_agreement(np.ones((5, 3)), np.zeros((5, 3)), generator=generator())
    assert (score.value, score.reason, score.n_items) == (None, "all-tied", 5)


def test_the_guesser_leads_until_an_error_costs_a_quarter_point() -> None:
    place = crossing(left_correct=6, left_wrong=4, right_correct=5, right_wrong=0)
    assert place == Crossing(0.25, 0.2, "left", "right")
    swapped = crossing(left_correct=5, left_wrong=0, right_correct=6, right_wrong=4)
    assert swapped == Crossing(0.25, 0.2, "right", "left")


@pytest.mark.parametrize(("correct", "wrong"), [(5, 5), (7, 3), (6, 3), (6, 4), (7, 4)])
def test_one_may_lead_at_every_target(correct: int, wrong: int) -> None:
    assert crossing(left_correct=6, left_wrong=4, right_correct=correct, right_wrong=wrong) is None


def test_the_interval_ends_at_full_agreement() -> None:
    draw = np.random.default_rng(5)
    right = (draw.random((60, 4)) < [0.3, 0.45, 0.6, 0.75]).astype(np.float64)
    score = order_agreement(right, right + (right - 1), generator=generator(), draws=300)
    noisy = order_agreement(
        right, np.where(right > 0, 1.0, -draw.random((60, 4))), generator=generator(), draws=300
    )
    assert score.value == noisy.value == 1.0
    assert noisy.interval is not None
    assert noisy.se is not None
    assert noisy.se > 0
    assert noisy.interval.high == 1.0
    against = order_agreement(
        right, np.where(right > 0, -draw.random((60, 4)), 1.0), generator=generator(), draws=300
    )
    assert against.value == -1.0
    assert against.interval is not None
    assert against.interval.low == -1.0


def test_ungraded_items_have_no_say() -> None:
    draw = np.random.default_rng(6)
    binary, target = draw.integers(-3, 2, size=(2, 30, 5)).astype(np.float64)
    for scores in (binary, target):
        scores[draw.random(scores.shape) < 0.4] = np.nan
    score = order_agreement(binary, target, generator=generator(), draws=50)
    assert score.value == tau_b(np.nanmean(binary, axis=0), np.nanmean(target, axis=0))
