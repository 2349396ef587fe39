"""Rates over weighted, repeated and partly right answers, against the formula written out."""

import numpy as np
import pytest

from app.scoring.assess import assess
from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame, Outcome
from app.scoring.metrics.rates import rates
from app.scoring.metrics.thresholds import threshold_scores
from app.scoring.targets import Target
from tests.confidences import confidences

C, W, A, M, P, U = (
    Outcome.CORRECT,
    Outcome.WRONG,
    Outcome.ABSTAINED,
    Outcome.MISSING,
    Outcome.PARTIAL,
    Outcome.UNGRADED,
)


def given(*outcomes: Outcome, samples: int = 1) -> Grades:
    n = len(outcomes)
    credit = np.full(n, 2_500, np.int16) if P in outcomes else None
    return Grades(np.array(outcomes, np.uint8), confidences([NO_CONFIDENCE] * n), credit, samples)


def test_weights_weigh_every_rate() -> None:
    weight = np.array([4.0, 2.0, 1.0, 1.0, 2.0])
    found = rates(assess(given(C, W, W, A, M), ItemFrame(5, weight=weight)))
    values = {name: score.value for name, score in found.items()}
    assert values == pytest.approx(
        {
            "accuracy": 0.4,
            "strict_accuracy": 0.4,
            "error_rate": 0.3,
            "abstention_rate": 0.1,
            "missing_rate": 0.2,
            "coverage": 0.7,
            "selective_accuracy": 4 / 7,
            "selective_risk": 3 / 7,
            "simpleqa_f1": 2 * 4 / (10 + 7),
            "hallucination_rate": 3 / 6,
            "omniscience_index": 10.0,
        }
    )
    assert all(score.interval is not None for score in found.values())


def test_equal_weights_change_no_value() -> None:
    grades = given(C, C, W, A, M, W, C)
    plain = rates(assess(grades, ItemFrame(7)))
    weighted = rates(assess(grades, ItemFrame(7, weight=np.full(7, 3.0))))
    # A ratio of two means has a linearised error, which takes its denominator as drawn too.
    for name, score in plain.items():
        assert weighted[name].value == pytest.approx(score.value)
        if name not in {"selective_accuracy", "selective_risk", "hallucination_rate"}:
            assert weighted[name].se == pytest.approx(score.se, rel=1e-9), name


def test_samples_are_averaged_item_by_item() -> None:
    """An item with one graded sample counts as much as one with two."""
    found = rates(assess(given(C, U, W, A, samples=2), ItemFrame(2)))
    assert found["accuracy"].value == 0.5
    assert found["error_rate"].value == 0.25
    assert found["simpleqa_f1"].value == pytest.approx(2 * 0.5 / (1 + 0.75))
    assert found["hallucination_rate"].value == pytest.approx(0.25 / 0.5)


def test_partial_credit_is_in_accuracy_and_in_n_only_elsewhere() -> None:
    found = rates(assess(given(C, P, W, A), ItemFrame(4)))
    assert found["accuracy"].value == pytest.approx(1.25 / 4)
    assert found["strict_accuracy"].value == 0.25
    assert found["omniscience_index"].value == pytest.approx(0.0)
    assert found["hallucination_rate"].value == pytest.approx(1 / 3)
    assert found["selective_accuracy"].value == pytest.approx(1.25 / 3)


def test_all_right_leaves_no_room_to_hallucinate() -> None:
    for items in (ItemFrame(2), ItemFrame(2, weight=np.array([1.0, 2.0]))):
        score = rates(assess(given(C, C), items))["hallucination_rate"]
        assert (score.value, score.reason) == (None, "all-correct")


def test_a_target_shows_its_figures_side_by_side() -> None:
    grades = Grades(
        np.array([C, C, W, W, A, C], np.uint8),
        confidences([9_000, 7_500, 7_500, 8_000, 9_900, 5_000]),
    )
    at = threshold_scores(assess(grades, ItemFrame(6)), Target(7_500), "threshold")
    assert at.threshold_score.value == pytest.approx((1 - 3) / 6)
    assert at.normalised_threshold_score.value == pytest.approx((1 - 3) / 24)
    assert at.attempted_rate.value == pytest.approx(2 / 6)
    assert at.selective_accuracy.value == 0.5
    assert at.error_rate.value == pytest.approx(1 / 6)
    assert (at.n_at_threshold, at.below_target, at.design_effect) == (2, None, None)
    told = threshold_scores(assess(grades, ItemFrame(6)), Target(7_500), "declared")
    assert told.below_target is False
    many = given(*[C] * 20, *[W] * 40)
    assert threshold_scores(assess(many, ItemFrame(60)), Target(9_000), "declared").below_target


def test_clusters_that_agree_multiply_the_variance() -> None:
    """Two copies of every item: the design effect is 2, but for the finite-sample factors."""
    grades = given(*[C, C, W, W] * 50)
    items = ItemFrame(200, cluster=np.arange(200) // 2)
    at = threshold_scores(assess(grades, items), Target(0), "declared")
    assert at.design_effect == pytest.approx(2 * (100 / 99) / (200 / 199))
