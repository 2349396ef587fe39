"""Categories: each scored alone, then averaged by item and by category, worked out by hand."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from app.scoring.assess import accuracy, assess, threshold_score
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.metrics.strata import Strata, strata
from app.scoring.statistics.intervals import normal_quantile
from app.scoring.targets import Target
from tests.confidences import confidences

HALF = Target(5_000)
C, W, A, U = Outcome.CORRECT, Outcome.WRONG, Outcome.ABSTAINED, Outcome.UNGRADED


def scored(
    outcomes: Sequence[int],
    categories: list[int],
    names: tuple[str, ...],
    weight: NDArray[np.float64] | None = None,
) -> Strata:
    n = len(outcomes)
    grades = Grades(np.array(outcomes, np.uint8), confidences([8_000] * n))
    items = ItemFrame(n, category=np.array(categories), category_names=names, weight=weight)
    found = strata(grades, items, targets=(HALF,), mode="declared")
    assert found is not None
    return found


def test_a_benchmark_without_categories_has_none() -> None:
    grades = Grades(np.array([C], np.uint8), confidences([-1]))
    assert strata(grades, ItemFrame(1), targets=(HALF,), mode="declared") is None


def test_every_category_is_a_submission_of_its_own() -> None:
    outcomes, categories = [C, W, C, C, A, W, C], [1, 1, 0, 0, 0, -1, 0]
    found = scored(outcomes, categories, ("law", "art"))
    assert [(one.name, one.n_items, one.weight) for one in found.strata] == [
        (None, 1, 1.0),
        ("law", 4, 4.0),
        ("art", 2, 2.0),
    ]
    law = assess(Grades(np.array([C, C, A, C], np.uint8), confidences([8_000] * 4)), ItemFrame(4))
    assert found.strata[1].scores["accuracy"] == accuracy(law)
    assert found.strata[1].scores["threshold_score"] == {
        "0.5": threshold_score(law, HALF, "declared")
    }


def test_micro_counts_items_and_macro_categories() -> None:
    found = scored([C, W, C, C, A, W, C], [1, 1, 0, 0, 0, -1, 0], ("law", "art"))
    assert found.micro["accuracy"].value == pytest.approx(4 / 7)
    assert found.macro["accuracy"].value == pytest.approx((3 / 4 + 1 / 2) / 2)
    assert found.micro["coverage"].value == pytest.approx(6 / 7)
    assert found.micro["threshold_score"]["0.5"].value == pytest.approx((4 - 2) / 7)
    assert found.macro["threshold_score"]["0.5"].value == pytest.approx((3 / 4 + 0) / 2)
    assert (found.micro["accuracy"].n_items, found.macro["accuracy"].n_items) == (7, 6)


def test_the_error_is_that_of_a_stratified_sample() -> None:
    found = scored([C, W, C, C, A, W, C, W], [1, 1, 0, 0, 0, 1, 0, 1], ("law", "art"))
    errors = [one.scores["accuracy"].se for one in found.strata]
    assert all(se is not None for se in errors)
    se = math.sqrt(sum((4 * (one or 0.0)) ** 2 for one in errors)) / 8
    micro = found.micro["accuracy"]
    assert micro.se == pytest.approx(se)
    assert micro.interval is not None
    assert micro.value is not None
    reach = normal_quantile(0.95) * se
    assert micro.interval.low == pytest.approx(micro.value - reach)
    assert micro.interval.high == pytest.approx(micro.value + reach)
    assert (micro.interval.level, micro.interval.method) == (0.95, "stratified-normal")


def test_weights_count_in_micro_only() -> None:
    weight = np.array([3.0, 1.0, 1.0, 1.0])
    found = scored([C, W, W, W], [0, 0, 1, 1], ("a", "b"), weight=weight)
    assert found.micro["accuracy"].value == pytest.approx(0.5)
    assert found.macro["accuracy"].value == pytest.approx(0.375)


def test_a_category_without_a_grade_has_no_part() -> None:
    found = scored([C, W, U, U], [0, 0, 1, 1], ("a", "b"))
    assert found.strata[1].weight == 0.0
    assert found.micro["accuracy"].value == found.macro["accuracy"].value == 0.5
    nothing = scored([U, U], [0, 1], ("a", "b"))
    assert nothing.micro["accuracy"].value is None
    assert nothing.micro["accuracy"].reason == "no-graded-items"
