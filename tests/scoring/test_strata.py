"""Categories: each scored alone, then averaged by item and by category, worked out by hand."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from app.scoring.assess import accuracy, assess, threshold_score
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.metrics.strata import Strata, strata
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
    assert micro.interval.method == "wilson"


def test_what_differs_between_categories_is_no_error() -> None:
    outcomes = [C] * 9 + [W] + [W] * 9 + [C]
    known = scored(outcomes, [0] * 10 + [1] * 10, ("easy", "hard")).micro["accuracy"].interval
    mixed = scored(outcomes, [0, 1] * 10, ("odd", "even")).micro["accuracy"].interval
    assert known is not None
    assert mixed is not None
    assert mixed.low < known.low < known.high < mixed.high


def test_categories_that_are_right_throughout_are_not_certain() -> None:
    found = scored([C, C, C, C], [0, 0, 1, 1], ("a", "b"))
    for average in (found.micro, found.macro):
        for name in ("accuracy", "coverage", "quadratic_score"):
            interval = average[name].interval
            assert interval is not None
            assert interval.low < interval.high
    at_target = found.macro["threshold_score"]
    assert isinstance(at_target, dict)
    interval = at_target[str(HALF)].interval
    assert interval is not None
    assert interval.low < 0.5


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
