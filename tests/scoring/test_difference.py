"""The curve of differences is the paired comparison at every target, however it is counted."""

import numpy as np
import pytest

from app.scoring.comparison.difference import (
    COARSE,
    GRID,
    MANY,
    STEP,
    DifferenceCurve,
    difference_curve,
)
from app.scoring.comparison.paired import paired_difference
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.points import item_points
from app.scoring.rules import Mode, ScoringView
from app.scoring.targets import Target
from tests.confidences import confidences


def drawn(n: int, *, seed: int, unstated: float = 0.2, samples: int = 1) -> Grades:
    """Grades of every kind but partial credit; confidences on and off the grid."""
    draw = np.random.default_rng(seed)
    kinds = [Outcome.MISSING, Outcome.ABSTAINED, Outcome.WRONG, Outcome.CORRECT, Outcome.UNGRADED]
    outcome = draw.choice(kinds, n * samples, p=[0.1, 0.1, 0.3, 0.45, 0.05]).astype(np.uint8)
    confidence = draw.choice([0, 1, 99, 100, 101, 5_000, 5_050, 9_900, 9_901, 10_000], n * samples)
    confidence[draw.random(n * samples) < unstated] = -1
    return Grades(outcome, confidences(confidence), samples=samples)


def check(
    curve: DifferenceCurve, left: Grades, right: Grades, items: ItemFrame, mode: Mode
) -> None:
    """Equal to the paired comparison of item points, target by target."""
    for place, units in enumerate(curve.targets.tolist()):
        x, y = (
            item_points(grades, ScoringView(target=Target(units), mode=mode))
            for grades in (left, right)
        )
        score = paired_difference(
            x,
            y,
            widest=1 + Target(units).penalty,
            weight=items.weight,
            cluster=items.cluster,
        )
        assert score.value is not None
        assert score.interval is not None
        assert curve.difference[place] == pytest.approx(score.value, abs=1e-12)
        assert curve.low[place] == pytest.approx(score.interval.low, abs=1e-9)
        assert curve.high[place] == pytest.approx(score.interval.high, abs=1e-9)


@pytest.mark.parametrize("mode", ["declared", "threshold"])
def test_counted_cells_give_the_paired_comparison(mode: Mode) -> None:
    left, right, items = drawn(150, seed=1), drawn(150, seed=2), ItemFrame(150)
    curve = difference_curve(left, right, items, mode=mode)
    assert curve.targets.tolist() == list(range(0, 9_901, 100))
    check(curve, left, right, items, mode)


def test_weights_clusters_and_samples_are_compared_item_by_item() -> None:
    draw = np.random.default_rng(3)
    items = ItemFrame(40, weight=draw.uniform(0.5, 2, 40), cluster=draw.integers(0, 15, 40))
    left, right = drawn(40, seed=4), drawn(40, seed=5)
    check(difference_curve(left, right, items, mode="threshold"), left, right, items, "threshold")
    twice, again = drawn(40, seed=6, samples=2), drawn(40, seed=7, samples=2)
    plain = ItemFrame(40)
    check(difference_curve(twice, again, plain, mode="declared"), twice, again, plain, "declared")


def test_partial_credit_is_no_cell() -> None:
    left, right, items = drawn(30, seed=8), drawn(30, seed=9), ItemFrame(30)
    outcome = left.outcome.copy()
    outcome[:5] = Outcome.PARTIAL
    left = Grades(outcome, left.confidence, np.full(30, 2_500, dtype=np.int16))
    check(difference_curve(left, right, items, mode="declared"), left, right, items, "declared")


def test_a_long_weighted_run_has_a_coarser_grid() -> None:
    assert (STEP, COARSE, MANY) == (100, 900, 20_000)
    for n, targets in [(MANY, GRID.tolist()), (MANY + 1, list(range(0, 9_901, 900)))]:
        right = Grades(np.full(n, Outcome.CORRECT, np.uint8), confidences([-1] * n))
        wrong = Grades(np.full(n, Outcome.WRONG, np.uint8), confidences([-1] * n))
        curve = difference_curve(right, wrong, ItemFrame(n, weight=np.ones(n)), mode="declared")
        assert curve.targets.tolist() == targets
        assert curve.difference[0] == 1.0


def test_one_item_in_common_has_no_error_and_none_no_difference() -> None:
    confidence = confidences([-1, -1])
    left = Grades(np.array([Outcome.CORRECT, Outcome.UNGRADED], np.uint8), confidence)
    right = Grades(np.array([Outcome.ABSTAINED, Outcome.CORRECT], np.uint8), confidence)
    one = difference_curve(left, right, ItemFrame(2), mode="declared")
    assert one.difference.tolist() == [1.0] * 100
    assert np.isnan(one.low).all()
    assert np.isnan(one.high).all()
    other = Grades(np.array([Outcome.UNGRADED, Outcome.CORRECT], np.uint8), confidence)
    for items in (ItemFrame(2), ItemFrame(2, weight=np.ones(2))):
        none = difference_curve(left, other, items, mode="declared")
        assert np.isnan(np.concatenate([none.difference, none.low, none.high])).all()


def test_two_items_in_common_have_an_error() -> None:
    confidence = confidences([-1, -1])
    left = Grades(np.array([Outcome.CORRECT, Outcome.WRONG], np.uint8), confidence)
    right = Grades(np.array([Outcome.ABSTAINED, Outcome.ABSTAINED], np.uint8), confidence)
    curve = difference_curve(left, right, ItemFrame(2), mode="declared")
    check(curve, left, right, ItemFrame(2), "declared")
