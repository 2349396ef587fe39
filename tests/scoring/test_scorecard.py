"""The scorecard: whole, null with a reason, cheap where asked, and the same in any row order."""

import dataclasses
import math

import numpy as np
import pytest

from app.scoring.catalogue.metrics import CATALOGUE
from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame, Outcome
from app.scoring.scorecard import Scorecard, scorecard
from app.scoring.targets import Target
from tests.confidences import confidences

TARGETS = (Target(0), Target(5_000), Target(7_500), Target(9_000))


def drawn(n: int, *, seed: int, samples: int = 1, unstated: bool = False) -> Grades:
    """Answers at tenths, an eighth abstained, a few missing."""
    draw = np.random.default_rng(seed)
    confidence = confidences(draw.integers(0, 11, n) * 1000)
    outcome = np.where(draw.random(n) < confidence / 10_000, Outcome.CORRECT, Outcome.WRONG)
    outcome = np.where(draw.random(n) < 0.12, Outcome.ABSTAINED, outcome)
    outcome = np.where(draw.random(n) < 0.05, Outcome.MISSING, outcome)
    if unstated:
        confidence = np.where(draw.random(n) < 0.2, NO_CONFIDENCE, confidence)
    return Grades(outcome.astype(np.uint8), confidence, samples=samples)


def card(grades: Grades, items: ItemFrame | None = None, **wanted: object) -> Scorecard:
    frame = ItemFrame(grades.n_items) if items is None else items
    settings: dict[str, object] = {"targets": TARGETS, "mode": "threshold", "resamples": 0}
    return scorecard(grades, frame, **(settings | wanted))  # type: ignore[arg-type]


def test_every_figure_has_a_value_or_a_reason_and_an_interval_where_the_catalogue_says_so() -> None:
    whole = card(drawn(400, seed=1), resamples=200)
    words = {metric.id: metric.interval for metric in CATALOGUE}
    for name, score in whole.scores.items():
        assert (score.value is None) == (score.reason is not None), name
        if score.value is None:
            continue
        assert math.isfinite(score.value), name
        assert (score.interval is None) == words[name].startswith("none"), name
        if score.interval is not None:
            assert score.interval.low < score.interval.high, name
    assert whole.calibration_test.keys() == {"miscalibration", "ece_levels", "smooth_ece"}


def test_redraws_are_for_the_calibration_tests_alone() -> None:
    bare, whole = card(drawn(400, seed=1)), card(drawn(400, seed=1), resamples=50)
    assert bare.calibration_test == {}
    assert bare.scores == whole.scores


def test_few_clusters_are_flagged() -> None:
    grades = drawn(76, seed=4)
    for size, flags in ((4, ("few_clusters",)), (2, ())):
        assert card(grades, ItemFrame(76, cluster=np.arange(76) // size)).flags == flags


def test_only_what_was_asked_for_is_scored() -> None:
    some = card(drawn(50, seed=2), only=frozenset({"brier", "accuracy", "bas"}))
    assert set(some.scores) == {"brier", "accuracy", "bas"}


def test_an_unstated_confidence_is_imputed_for_one_score_and_nulls_the_rest() -> None:
    loose = card(drawn(80, seed=3, unstated=True))
    assert loose.flags == ("confidence_imputed",)
    assert loose.scores["quadratic_score"].value is not None
    for name in ("bas", "brier", "ece_levels", "auroc", "aurc", "log_loss", "bas_peer"):
        assert (loose.scores[name].value, loose.scores[name].reason) == (
            None,
            "confidence-missing",
        )


def test_nothing_answered_is_null_and_scores_nothing() -> None:
    silent = card(Grades(np.full(5, Outcome.ABSTAINED, np.uint8), confidences([9_000] * 5)))
    assert silent.scores["quadratic_score"].value == 0
    assert silent.scores["brier"].reason == "no-answers"
    assert all(at.threshold_score.value == 0 for at in silent.thresholds.values())
    assert all(at.selective_accuracy.value is None for at in silent.thresholds.values())
    assert len(silent.curves.risk_coverage.risk) == 0


def test_nobody_is_left_without_a_card() -> None:
    empty = card(Grades(np.zeros(0, np.uint8), confidences([])), resamples=10)
    assert all(score.value is None for score in empty.scores.values())
    ungraded = Grades(np.full(3, Outcome.UNGRADED, np.uint8), confidences([5_000] * 3))
    assert card(ungraded, resamples=10).flags == ("provisional",)


@pytest.mark.parametrize("resamples", [0, 60])
def test_row_order_leaves_every_number_as_it_is(resamples: int) -> None:
    n = 120
    draw = np.random.default_rng(5)
    grades = drawn(n, seed=6)
    items = ItemFrame(
        n,
        category=draw.integers(0, 3, n),
        category_names=("a", "b", "c"),
        answerable=draw.random(n) < 0.8,
        occurrences=draw.integers(0, 30, n),
    )
    order = draw.permutation(n)
    one = card(grades, items, resamples=resamples)
    two = card(grades.only(order), items.only(order), resamples=resamples)
    assert figures_of(one) == figures_of(two)


def figures_of(value: object) -> object:
    """A card as plain values to compare, without the two figures that follow the items' order."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        named = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
        return {name: figures_of(one) for name, one in named.items()}
    if isinstance(value, dict):
        return {
            name: figures_of(one)
            for name, one in value.items()
            if name not in {"hle_calibration_error", "hle_calibration_error_percent"}
            and name != "rms_calibration_error_adaptive"
        }
    if isinstance(value, tuple):
        return [figures_of(one) for one in value]
    return value.tobytes() if isinstance(value, np.ndarray) else value
