"""Guaranteed thresholds: the promise holds over samples, in any order of rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from app.scoring.assess import assess
from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame, Outcome
from app.scoring.levels import levels_of
from app.scoring.metrics.guaranteed import (
    GuaranteedThreshold,
    _halves,
    guaranteed_threshold,
    upper_limits,
)
from app.scoring.targets import CONFIDENCE_UNITS

NINE_TENTHS = 9 * CONFIDENCE_UNITS // 10
LEVELS = np.array([5, 6, 7, 8, 9])
"""Stated confidences, in tenths."""


def submission(draw: np.random.Generator, n: int, right: np.ndarray) -> Grades:
    """n answers at LEVELS, right with the chance of their level."""
    level = draw.integers(0, len(LEVELS), n)
    correct = draw.random(n) < right[level]
    outcome = np.where(correct, Outcome.CORRECT, Outcome.WRONG).astype(np.uint8)
    return Grades(outcome, (LEVELS[level] * (CONFIDENCE_UNITS // 10)).astype(np.int32))


def threshold(grades: Grades, risk: float, items: ItemFrame | None = None) -> GuaranteedThreshold:
    return guaranteed_threshold(assess(grades, items or ItemFrame(grades.n_items)), risk)


@pytest.mark.parametrize("risk", [0.1, 0.2])
@pytest.mark.parametrize("n", [100, 400])
def test_the_true_risk_is_seldom_above_what_was_promised(risk: float, n: int) -> None:
    """500 samples of a model whose risk lies just above r at most boundaries (99 % bound)."""
    draw = np.random.default_rng(7)
    right = 1 - risk * np.array([1.6, 1.3, 1.1, 1.05, 1.02])
    broken = 0
    for _ in range(500):
        found = threshold(submission(draw, n, right), risk)
        if found.confidence is not None:
            given_up = found.confidence - 1e-9 <= LEVELS / 10
            broken += float(np.mean(1 - right[given_up])) > risk
    assert broken <= stats.binom.ppf(0.99, 500, 0.05)


def test_the_best_boundary_of_the_same_data_breaks_the_promise() -> None:
    """The planted method: the boundary with the most answers whose own risk is at most r."""
    draw = np.random.default_rng(7)
    right = 1 - 0.1 * np.array([1.6, 1.3, 1.1, 1.05, 1.02])
    broken = 0
    for _ in range(500):
        levels = levels_of(assess(submission(draw, 400, right), ItemFrame(400)))
        kept, wrong = levels.kept, np.cumsum(levels.wrong[::-1])
        allowed = np.flatnonzero(wrong <= 0.1 * kept)
        if len(allowed):
            broken += float(np.mean(1 - right[::-1][: allowed[-1] + 1])) > 0.1
    assert broken > stats.binom.ppf(0.99, 500, 0.05)


def test_a_good_model_is_let_speak() -> None:
    draw = np.random.default_rng(8)
    found = threshold(submission(draw, 4_000, np.array([0.3, 0.4, 0.5, 0.995, 0.999])), 0.05)
    assert found.confidence == pytest.approx(0.8)
    assert found.coverage == pytest.approx(0.4, abs=0.05)
    assert found.selective_risk is not None
    assert found.upper_limit is not None
    assert found.selective_risk < found.upper_limit <= 0.05
    assert (found.n_items, found.reason) == (2_000, None)


def test_few_items_promise_nothing() -> None:
    """Ten answers, all right: with 95 % the risk may still be 26 %."""
    right = Grades(np.full(20, Outcome.CORRECT, np.uint8), np.full(20, NINE_TENTHS, np.int32))
    assert threshold(right, 0.2).reason == "unattainable"
    assert threshold(right, 0.3).upper_limit == pytest.approx(1 - 0.05**0.1)


@given(st.integers(0, 30), st.integers(0, 30))
def test_the_limit_is_clopper_and_pearsons(wrong: int, more: int) -> None:
    answers = wrong + more
    limit = float(upper_limits(np.array([wrong]), np.array([answers]))[0])
    if wrong == answers:
        assert limit == 1
    else:
        exact = stats.binomtest(wrong, answers, alternative="less").proportion_ci(0.95, "exact")
        assert limit == pytest.approx(exact.high, rel=1e-9)


@given(st.integers(0, 2**32 - 1))
def test_the_order_of_the_items_changes_nothing(seed: int) -> None:
    grades = submission(np.random.default_rng(3), 200, np.array([0.5, 0.7, 0.9, 0.95, 1.0]))
    shuffle = np.random.default_rng(seed).permutation(200)
    other = Grades(grades.outcome[shuffle], grades.confidence[shuffle])
    assert threshold(grades, 0.2) == threshold(other, 0.2)


def test_the_halves_part_the_items() -> None:
    grades = submission(np.random.default_rng(4), 301, np.full(5, 0.8))
    silent = Grades(
        np.append(grades.outcome, [Outcome.ABSTAINED, Outcome.MISSING]).astype(np.uint8),
        np.append(grades.confidence, [NO_CONFIDENCE] * 2).astype(grades.confidence.dtype),
    )
    chosen, held = _halves(assess(silent, ItemFrame(303)))
    assert (chosen.n_items, held.n_items) == (151, 152)
    levels = levels_of(assess(silent, ItemFrame(303)))
    assert (chosen.answers + held.answers).tolist() == levels.kept.tolist()
    assert (chosen.wrong + held.wrong).tolist() == np.cumsum(levels.wrong[::-1]).tolist()


def test_what_has_no_threshold_says_why() -> None:
    answered = Grades(np.full(4, Outcome.CORRECT, np.uint8), np.full(4, NINE_TENTHS, np.int32))
    silent = Grades(np.full(4, Outcome.ABSTAINED, np.uint8), np.full(4, -1, np.int32))
    unstated = Grades(answered.outcome, silent.confidence)
    partly = Grades(
        np.full(4, Outcome.PARTIAL, np.uint8), answered.confidence, np.full(4, 5_000, np.int16)
    )
    twice = Grades(answered.outcome, answered.confidence, samples=2)
    assert threshold(silent, 0.1).reason == "no-answers"
    assert threshold(unstated, 0.1).reason == "confidence-missing"
    assert threshold(partly, 0.1).reason == "partial-credit"
    assert threshold(answered, 0.1, ItemFrame(4, weight=np.ones(4))).reason == "weighted"
    clustered = ItemFrame(4, cluster=np.arange(4))
    assert threshold(answered, 0.1, clustered).reason == "answers-not-independent"
    assert threshold(twice, 0.1).reason == "answers-not-independent"
    assert threshold(answered, 0.1).confidence is None
