"""Calibration is tested by redrawing what a calibrated model would answer."""

import numpy as np
import pytest

from app.scoring.assess import assess
from app.scoring.calibration_test import calibration_test, calibration_test_of
from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame, Outcome
from app.scoring.levels import levels_of_profile
from app.scoring.metrics.binning import ece_levels
from app.scoring.profile import pack_profile, profile_of
from app.scoring.seeded import generator_for
from tests.confidences import confidences


def grades_of(slots: list[tuple[Outcome, int]], samples: int = 1) -> Grades:
    return Grades(
        outcome=np.array([outcome for outcome, _ in slots], dtype=np.uint8),
        confidence=confidences([confidence for _, confidence in slots]),
        samples=samples,
    )


def answers(n: int, *, seed: int, shift: float = 0.0) -> Grades:
    """n answers at eleven levels, right with the chance stated plus `shift`."""
    draw = np.random.default_rng(seed)
    confidence = draw.integers(0, 11, n) * 1000
    right = draw.random(n) < confidence / 10_000 + shift
    return Grades(
        outcome=np.where(right, Outcome.CORRECT, Outcome.WRONG).astype(np.uint8),
        confidence=confidences(confidence),
    )


def test_the_generator_is_a_function_of_the_bytes() -> None:
    profile = profile_of(answers(50, seed=1))
    same, again = (generator_for(pack_profile(profile)).integers(0, 2**62, 4) for _ in range(2))
    assert same.tolist() == again.tolist()
    assert generator_for(b"other").integers(0, 2**62, 4).tolist() != same.tolist()
    assert generator_for(b"").integers(0, 2**32) == 3386682658


def test_partial_credit_is_not_tested() -> None:
    grades = Grades(
        outcome=np.array([Outcome.PARTIAL, Outcome.CORRECT, Outcome.PARTIAL], dtype=np.uint8),
        confidence=confidences([5000, 9000, 9000]),
        credit=np.array([2500, 0, 7500], dtype=np.int16),
    )
    assert (
        calibration_test_of(assess(grades, ItemFrame(3)), ece_levels, generator=generator_for(b""))
        is None
    )


def test_calibrated_answers_pass_and_overconfident_ones_do_not() -> None:
    good = calibration_test(
        levels_of_profile(profile_of(answers(400, seed=4))),
        ece_levels,
        generator=generator_for(b"seed"),
    )
    bad = calibration_test(
        levels_of_profile(profile_of(answers(400, seed=4, shift=-0.15))),
        ece_levels,
        generator=generator_for(b"seed"),
    )
    assert good is not None
    assert bad is not None
    assert good.p_value > 0.05
    assert good.value == pytest.approx(good.expected, rel=0.5)
    assert bad.p_value == 1 / 2001


def test_what_calibration_would_show_is_the_mean_of_the_draws_and_nothing_more() -> None:
    levels = levels_of_profile(
        profile_of(
            Grades(
                np.array([Outcome.CORRECT, Outcome.WRONG], np.uint8),
                confidences([6_000, 7_000]),
            )
        )
    )
    same = calibration_test(
        levels,
        lambda drawn: np.full(drawn.mass.shape[:-1], 0.25),
        generator=np.random.default_rng(0),
        draws=8,
    )
    assert same is not None
    assert (same.expected, same.p_value) == (0.25, 1.0)


def test_p_values_of_calibrated_answers_are_spread_evenly() -> None:
    """Of 200 tests at 5 %, at most 18 reject a true hypothesis (99 %)."""
    low = sum(
        found is not None and found.p_value <= 0.05
        for found in (
            calibration_test(
                levels_of_profile(profile_of(answers(60, seed=seed))),
                ece_levels,
                generator=generator_for(bytes([seed])),
                draws=100,
            )
            for seed in range(200)
        )
    )
    assert low <= 18


def test_without_a_stated_confidence_there_is_nothing_to_test() -> None:
    loose = grades_of([(Outcome.CORRECT, NO_CONFIDENCE)] * 3)
    a = assess(loose, ItemFrame(3))
    assert calibration_test_of(a, ece_levels, generator=generator_for(b"")) is None
    undefined = levels_of_profile(profile_of(loose))
    assert calibration_test(undefined, ece_levels, generator=generator_for(b"")) is None
