"""CORP: recalibration, the parts of the Brier score, and what chance shows of them."""

import numpy as np
import pytest

from app.scoring.assess import Assessed, assess
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.levels import Levels, levels_of
from app.scoring.metrics.confidence import CALIBRATION, EXCESS, THIN, calibration_of, figures
from app.scoring.metrics.recalibration import (
    excess_miscalibration,
    expected_miscalibration,
    miscalibration,
    recalibrated,
)
from app.scoring.scorecard import scorecard
from app.scoring.targets import CONFIDENCE_UNITS
from tests.simulated import DIGITS, MODELS, Simulated, order_of_truth, simulated


def submission(stated: np.ndarray, right: np.ndarray, **frame: np.ndarray) -> Assessed:
    outcome = np.where(right, Outcome.CORRECT, Outcome.WRONG).astype(np.uint8)
    units = np.rint(stated * CONFIDENCE_UNITS).astype(np.int32)
    return assess(Grades(outcome, units), ItemFrame(len(stated), **frame))


def levels(mass: np.ndarray, right: np.ndarray) -> Levels:
    units = np.arange(1, len(mass) + 1, dtype=np.int64) * (CONFIDENCE_UNITS // (len(mass) + 1))
    return Levels(units=units, mass=mass, right=right, squares=right, total=float(mass.sum()))


@pytest.mark.parametrize("seed", range(5))
def test_recalibrated_is_the_greatest_of_the_least_means(seed: int) -> None:
    """x_k = max over i <= k of min over j >= k of the mean of levels i to j (Barlow and others)."""
    draw = np.random.default_rng(seed)
    mass = draw.uniform(0.5, 9, 12)
    own = levels(mass, mass * draw.random(12))

    def mean(i: int, j: int) -> float:
        return float(own.right[i : j + 1].sum() / own.mass[i : j + 1].sum())

    expected = [max(min(mean(i, j) for j in range(k, 12)) for i in range(k + 1)) for k in range(12)]
    assert recalibrated(own) == pytest.approx(expected, abs=1e-12)
    saved = own.mass * ((own.p - own.share) ** 2 - (np.asarray(expected) - own.share) ** 2)
    assert float(miscalibration(own)) == pytest.approx(saved.sum() / own.mass.sum(), abs=1e-12)


def test_by_hand() -> None:
    """0.25 right of 4, 0.5 right of 2, 0.9 right of 2: the last two levels are pooled to 3 of 4."""
    units = np.array([250_000_000, 500_000_000, 900_000_000], np.int64)
    right, mass = np.array([1.0, 2.0, 1.0]), np.array([4.0, 2.0, 2.0])
    own = Levels(units=units, mass=mass, right=right, squares=right, total=8.0)
    assert recalibrated(own).tolist() == [0.25, 0.75, 0.75]
    saved = 2 * (0.5**2 - 0.25**2) + 2 * (0.4**2 - 0.25**2)
    assert float(miscalibration(own)) == pytest.approx(saved / 8)


def test_chance_is_what_redraws_of_calibrated_answers_show() -> None:
    draw = np.random.default_rng(3)
    for digits in DIGITS:
        stated = np.round(draw.beta(4, 1.2, 400), digits)
        own = levels_of(submission(stated, np.ones(400, bool)))
        seen = [
            float(miscalibration(levels_of(submission(stated, draw.random(400) < stated))))
            for _ in range(200)
        ]
        told = float(expected_miscalibration(own))
        assert told == pytest.approx(np.mean(seen), rel=0.2), digits
        assert told == float(expected_miscalibration(own))


def test_chance_under_weights_and_credit() -> None:
    draw = np.random.default_rng(4)
    stated, weight = np.round(draw.beta(4, 1.2, 300), 2), draw.lognormal(0, 0.8, 300)
    known = figures()

    def credited() -> Assessed:
        """Each answer earns half or nothing, the half with chance 2p where p allows it."""
        partly = draw.random(300) < np.minimum(2 * stated, 1)
        outcome = np.where(partly, Outcome.PARTIAL, Outcome.WRONG).astype(np.uint8)
        credit = np.where(partly, 5_000, 0).astype(np.int16)
        units = np.rint(stated * CONFIDENCE_UNITS).astype(np.int32)
        return assess(Grades(outcome, units, credit), ItemFrame(300))

    def weighted() -> Assessed:
        return submission(stated, draw.random(300) < stated, weight=weight)

    for drawn in (weighted, credited):
        ones = [levels_of(drawn()) for _ in range(120)]
        told = float(known["miscalibration_expected"].compute(ones[0]))
        if drawn is weighted:
            seen = float(np.mean([miscalibration(one) for one in ones]))
            assert told == pytest.approx(seen, rel=0.25)
        assert 0 < told < 0.5


def test_chance_knows_only_the_confidences_and_not_the_order_of_rows() -> None:
    draw = np.random.default_rng(5)
    stated, right = np.round(draw.random(200), 2), draw.random(200) < 0.5
    turned = draw.permutation(200)
    one, other = (
        calibration_of(submission(stated[rows], right[rows])) for rows in (np.arange(200), turned)
    )
    assert one == other
    again = calibration_of(submission(stated, ~right))
    told = "miscalibration_expected"
    assert again[told] == one[told]
    assert again["miscalibration"] != one["miscalibration"]


@pytest.mark.parametrize(("n", "value"), [(199, False), (200, True)])
def test_figures_by_level_need_twenty_answers_a_level(n: int, value: bool) -> None:
    stated = np.resize(np.arange(10) / 10, n)
    a = submission(stated, np.resize([True, False, True], n))
    units = np.rint(stated * CONFIDENCE_UNITS).astype(np.int32)
    outcome = np.resize([Outcome.CORRECT, Outcome.WRONG, Outcome.CORRECT], n).astype(np.uint8)
    card = scorecard(
        Grades(outcome, units), ItemFrame(n), targets=(), mode="threshold", resamples=50
    )
    by_level = [name for name, figure in figures().items() if figure.by_level]
    assert by_level == [
        "brier_reliability", "brier_resolution", "ece_levels", "rmsce_levels",
        "rmsce_levels_debiased", "mce",
    ]  # fmt: skip
    for name in by_level:
        score = card.scores[name]
        assert (score.value is not None, score.reason) == (value, None if value else THIN), name
    assert ("ece_levels" in card.calibration_test) == value
    assert card.calibration_test["miscalibration"].value == card.scores["miscalibration"].value
    found = calibration_of(a)
    assert tuple(found) == CALIBRATION
    assert found == {name: card.scores[name] for name in CALIBRATION}


def test_the_excess_orders_models_by_true_miscalibration_whatever_their_digits() -> None:
    """Ten models of 1, 2, 4 and 9 digits: those further off are further down, and calibrated ones
    are all about 0; the ECE by level orders by digits instead."""
    found = [simulated(model, 4_000, seed=7 + place) for place, model in enumerate(MODELS)]
    excess = [_excess(one) for one in found]
    assert order_of_truth(excess)
    calibrated = [value for value, model in zip(excess, MODELS, strict=True) if model.truth == 0]
    assert max(map(abs, calibrated)) < 0.002
    by_level = figures()["ece_levels"].compute
    assert not order_of_truth(
        [float(by_level(levels_of(submission(one.stated, one.right)))) for one in found]
    )


def test_one_model_shows_the_same_however_many_digits_it_prints() -> None:
    """Of 1,000 answers, averaged over 20 draws: raw miscalibration is three times as large with
    nine digits as with one, the excess is 0 with either."""
    shown = {}
    for digits in (1, 9):
        values = []
        for seed in range(20):
            draw = np.random.default_rng(seed)
            stated = np.round(draw.beta(4, 1.2, 1_000), digits)
            own = levels_of(submission(stated, draw.random(1_000) < stated))
            values.append((float(miscalibration(own)), float(excess_miscalibration(own))))
        shown[digits] = np.mean(values, axis=0)
    assert shown[9][0] > 2 * shown[1][0]
    assert abs(shown[1][1]) < 0.0006
    assert abs(shown[9][1]) < 0.0006


def _excess(one: Simulated) -> float:
    value = calibration_of(submission(one.stated, one.right))[EXCESS].value
    assert value is not None
    return value
