"""The two theorems made visible: they hold on every upload, and say when they say nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.theory.singletons import singleton_bound
from app.scoring.theory.validity import (
    CONDITIONS,
    UNEQUAL_OPTIONS,
    check_validity,
    err_iiv,
    theorem1_bound,
    theorem3_bound,
)

weights = st.lists(st.integers(0, 9), min_size=2, max_size=6).filter(any)
items = st.lists(st.tuples(weights, st.integers(0, 5)), min_size=1, max_size=12)


def upload(drawn: list[tuple[list[int], int]]) -> tuple[list[list[float]], list[int]]:
    probs = [[w / sum(weight) for w in weight] for weight, _ in drawn]
    return probs, [answer % len(weight) for weight, answer in drawn]


@given(items)
def test_the_theorems_hold_on_every_upload(drawn: list[tuple[list[int], int]]) -> None:
    probs, answers = upload(drawn)
    check = check_validity(probs, answers)
    assert check.holds
    assert 0 <= check.err_iiv_best <= 0.5
    assert check.err_iiv_best <= check.theorem1_err_iiv
    assert check.explained is None or check.explained <= 1 + 1e-9


@given(items)
def test_the_best_threshold_is_the_best_of_all(drawn: list[tuple[list[int], int]]) -> None:
    """A naive walk over every threshold finds no lower error."""
    probs, answers = upload(drawn)
    check = check_validity(probs, answers)
    valid = np.array([row[a] for row, a in zip(probs, answers, strict=True)])
    errors = [
        [p for k, p in enumerate(row) if k != a] for row, a in zip(probs, answers, strict=True)
    ]
    naive = [
        (np.mean(valid <= tau) + np.mean([np.mean(np.array(e) > tau) for e in errors])) / 2
        for tau in {-1.0, *(p for row in probs for p in row)}
    ]
    assert check.err_iiv_best == pytest.approx(min(naive), abs=1e-12)


@settings(max_examples=30)
@given(items, st.randoms(use_true_random=False))
def test_the_order_of_the_items_changes_no_bit(drawn, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = random.sample(drawn, len(drawn))
    assert check_validity(*upload(drawn)) == check_validity(*upload(shuffled))


def test_a_perfect_recogniser_has_no_bound_and_a_blind_one_the_whole() -> None:
    sure = check_validity([[1.0, 0.0], [0.0, 1.0]], [0, 1])
    assert (sure.generation_error, sure.theorem3_lower_bound, sure.explained) == (0, 0, None)
    blind = check_validity([[0.5, 0.5]] * 4, [0, 1, 0, 1])
    assert blind.generation_error == blind.theorem3_lower_bound == 0.5
    assert blind.explained == 1
    # Every threshold is as bad: the lowest is reported, which calls all answers valid.
    assert blind.best_threshold == 0


def test_unequal_numbers_of_options_are_said_in_words() -> None:
    equal = check_validity([[0.5, 0.5], [0.9, 0.1]], [0, 0])
    assert equal.conditions == CONDITIONS
    unequal = check_validity([[0.5, 0.5], [0.5, 0.25, 0.25]], [0, 0])
    assert unequal.conditions == (*CONDITIONS, UNEQUAL_OPTIONS)
    assert (unequal.n_choices, unequal.theorem1_threshold) == (2, 1.0)


def test_sums_off_by_rounding_are_no_breach() -> None:
    assert check_validity([[0.33333, 0.33333, 0.33333]], [0]).holds


@pytest.mark.parametrize(
    ("probs", "answer", "words"),
    [
        ([1.0], 0, "item 1: it needs the probabilities of at least two options"),
        ([0.5, 0.5], 2, "item 1: its answer is option 2, but it has 2 options"),
        ([0.5, 0.5], -1, "item 1: its answer is option -1"),
        ([float("nan"), 0.5], 0, "item 1: a probability is not a number"),
        ([1.5, -0.5], 0, "item 1: a probability is not a number from 0 to 1"),
        ([0.5, 0.4], 0, "item 1: its probabilities sum to 0.9"),
    ],
)
def test_a_defective_item_is_named(probs: list[float], answer: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check_validity([[0.5, 0.5], probs], [0, answer])


def test_an_empty_upload_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one item"):
        check_validity([], [])


def test_the_formulas() -> None:
    assert theorem1_bound(0.4, most_valid=2, fewest_errors=10, delta=0.1) == pytest.approx(0.5)
    assert theorem3_bound(4, 0.25) == pytest.approx(0.375)
    probabilities = np.array([0.7]), np.array([0.2, 0.1]), np.array([0.5, 0.5])
    assert err_iiv(*probabilities, tau=0.15) == 0.25


@pytest.mark.parametrize(
    ("n_train", "correction"),
    [(10**3, 2.42), (10**4, 0.90), (10**5, 0.33), (10**6, 0.118), (10**8, 0.015)],
)
def test_the_correction_of_the_singleton_bound(n_train: int, correction: float) -> None:
    bound = singleton_bound(n_train=n_train, n_singleton=0, min_error_set=10**12)
    assert -bound.lower_bound == pytest.approx(correction, abs=0.005 if correction > 0.3 else 5e-4)
    assert not bound.informative


def test_the_singleton_bound_speaks_from_some_three_hundred_thousand_examples() -> None:
    said = {
        n: singleton_bound(n_train=n, n_singleton=n // 5, min_error_set=10**9).informative
        for n in (200_000, 400_000)
    }
    assert said == {200_000: False, 400_000: True}


def test_the_largest_error_set_moves_only_the_upper_bound() -> None:
    known = {"n_train": 10_000, "n_singleton": 500, "min_error_set": 10}
    same = singleton_bound(**known)
    wider = singleton_bound(**known, max_error_set=1_000)
    assert same.lower_bound == wider.lower_bound
    assert wider.upper_bound_calibrated_algorithm > same.upper_bound_calibrated_algorithm


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_train": 0},
        {"n_singleton": 101},
        {"n_singleton": -1},
        {"min_error_set": 0},
        {"max_error_set": 9},
        {"delta": -0.1},
        {"delta": 1.1},
    ],
)
def test_impossible_counts_are_refused(wrong: dict[str, int]) -> None:
    known = {"n_train": 100, "n_singleton": 10, "min_error_set": 10}
    with pytest.raises(ValueError, match="must"):
        singleton_bound(**(known | wrong))
