"""The bootstrap of a profile is the bootstrap of its items; calibration is tested by redrawing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.assess import assess
from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame, Outcome
from app.scoring.profile import ScoreProfile, pack_profile, profile_of
from app.scoring.resample import (
    bootstrap_intervals,
    calibration_test,
    generator_for,
    resampled,
    resampled_grades,
    resampled_profiles,
)

SLOTS = st.lists(
    st.tuples(
        st.sampled_from([o for o in Outcome if o != Outcome.PARTIAL]),
        st.sampled_from([NO_CONFIDENCE, 0, 5000, 9000, 10_000]),
    ),
    max_size=40,
)


def grades_of(slots: list[tuple[Outcome, int]], samples: int = 1) -> Grades:
    return Grades(
        outcome=np.array([outcome for outcome, _ in slots], dtype=np.uint8),
        confidence=np.array([confidence for _, confidence in slots], dtype=np.int16),
        samples=samples,
    )


def answers(n: int, *, seed: int, shift: float = 0.0) -> Grades:
    """n answers at eleven levels, right with the chance stated plus `shift`."""
    draw = np.random.default_rng(seed)
    confidence = draw.integers(0, 11, n) * 1000
    right = draw.random(n) < confidence / 10_000 + shift
    return Grades(
        outcome=np.where(right, Outcome.CORRECT, Outcome.WRONG).astype(np.uint8),
        confidence=confidence.astype(np.int16),
    )


def accuracy(profile: ScoreProfile) -> float | None:
    return profile.n_correct / profile.n_graded if profile.n_graded else None


def selective(profile: ScoreProfile) -> float | None:
    answered = profile.n_correct + profile.n_wrong
    return profile.n_correct / answered if answered else None


def level_gap(profile: ScoreProfile) -> float | None:
    """The mean gap between confidence and accuracy, level by level."""
    n = profile.correct + profile.wrong
    if n.sum() == 0:
        return None
    gap = np.abs(profile.correct / n - profile.levels / 10_000)
    return float(np.sum(n * gap) / n.sum())


def test_the_generator_is_a_function_of_the_bytes() -> None:
    profile = profile_of(answers(50, seed=1))
    same, again = (generator_for(pack_profile(profile)).integers(0, 2**62, 4) for _ in range(2))
    assert same.tolist() == again.tolist()
    assert generator_for(b"other").integers(0, 2**62, 4).tolist() != same.tolist()
    assert generator_for(b"").integers(0, 2**32) == 3386682658


@given(SLOTS)
def test_a_resampled_profile_has_as_many_graded_items_and_no_new_cell(
    slots: list[tuple[Outcome, int]],
) -> None:
    profile = profile_of(grades_of(slots))
    drawn = list(resampled_profiles(profile, generator=generator_for(b"seed"), draws=5))
    assert len(drawn) == (5 if profile.n_graded else 0)
    for one in drawn:
        assert (one.n_graded, one.ungraded) == (profile.n_graded, 0)
        assert set(one.levels) <= set(profile.levels)
        assert np.all(one.correct + one.wrong > 0)
        for name in ("unstated_correct", "unstated_wrong", "abstained", "missing"):
            assert getattr(one, name) == 0 or getattr(profile, name) > 0


@given(SLOTS, st.randoms(use_true_random=False))
def test_row_order_changes_no_draw(slots: list[tuple[Outcome, int]], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = random.sample(slots, len(slots))
    one, two = (
        list(resampled_grades(grades_of(rows), generator=generator_for(b"seed"), draws=3))
        for rows in (slots, shuffled)
    )
    assert one == two
    one, two = (
        list(
            resampled_profiles(profile_of(grades_of(rows)), generator=generator_for(b"s"), draws=3)
        )
        for rows in (slots, shuffled)
    )
    assert one == two


def test_the_spread_of_the_draws_is_the_standard_error() -> None:
    profile = profile_of(answers(275, seed=2))
    a = accuracy(profile)
    assert a is not None
    drawn = [accuracy(p) for p in resampled_profiles(profile, generator=generator_for(b"seed"))]
    assert np.std(drawn) == pytest.approx(np.sqrt(a * (1 - a) / 275), rel=0.06)


def test_profile_and_grades_draw_from_the_same_law() -> None:
    grades = answers(200, seed=3)
    one = bootstrap_intervals(
        resampled_profiles(profile_of(grades), generator=generator_for(b"one")),
        {"gap": level_gap},
    )["gap"]
    two = bootstrap_intervals(
        resampled_grades(grades, generator=generator_for(b"two")), {"gap": level_gap}
    )["gap"]
    assert one is not None
    assert two is not None
    assert (one.low, one.high) == pytest.approx((two.low, two.high), abs=0.01)
    assert one.method == "bootstrap"


def test_samples_and_clusters_are_drawn_whole() -> None:
    """Items that agree inside: the spread is that of the items, not of the slots."""
    right = np.repeat(np.arange(50) % 2, 8).astype(bool)
    outcome = np.where(right, Outcome.CORRECT, Outcome.WRONG).astype(np.uint8)
    confidence = np.full(400, 5000, dtype=np.int16)
    sampled = Grades(outcome, confidence, samples=8)
    loose = Grades(outcome, confidence)
    spread = {
        name: np.std([accuracy(p) for p in drawn])
        for name, drawn in {
            "samples": resampled_grades(sampled, generator=generator_for(b"a")),
            "cluster": resampled_grades(
                loose, generator=generator_for(b"b"), cluster=np.repeat(np.arange(50), 8)
            ),
            "slots": resampled_grades(loose, generator=generator_for(b"c")),
        }.items()
    }
    assert spread["samples"] == pytest.approx(0.5 / np.sqrt(50), rel=0.06)
    assert spread["cluster"] == pytest.approx(0.5 / np.sqrt(50), rel=0.06)
    assert spread["slots"] == pytest.approx(0.5 / np.sqrt(400), rel=0.06)


def test_a_submission_is_resampled_as_its_items_allow() -> None:
    grades = answers(30, seed=1)
    plain = assess(grades, ItemFrame(30))
    cluster = np.arange(30) // 3
    clustered = assess(grades, ItemFrame(30, cluster=cluster))
    assert list(resampled(plain, generator=generator_for(b"s"), draws=3)) == list(
        resampled_profiles(profile_of(grades), generator=generator_for(b"s"), draws=3)
    )
    assert list(resampled(clustered, generator=generator_for(b"s"), draws=3)) == list(
        resampled_grades(grades, generator=generator_for(b"s"), draws=3, cluster=cluster)
    )


def test_partial_credit_is_drawn_from_the_grades_only() -> None:
    grades = Grades(
        outcome=np.array([Outcome.PARTIAL, Outcome.CORRECT, Outcome.PARTIAL], dtype=np.uint8),
        confidence=np.array([NO_CONFIDENCE, 9000, 9000], dtype=np.int16),
        credit=np.array([2500, 0, 7500], dtype=np.int16),
    )
    with pytest.raises(ValueError, match="resample its grades"):
        next(resampled_profiles(profile_of(grades), generator=generator_for(b"")))
    for one in resampled_grades(grades, generator=generator_for(b"seed"), draws=20):
        assert one.n_graded == 3
        assert one.unstated_credit == 2500 * one.unstated_partial
        assert one.credit_squares.sum() == 7500**2 * one.partial.sum()
    assert calibration_test(profile_of(grades), level_gap, generator=generator_for(b"")) is None


def test_an_interval_needs_a_metric_that_is_nearly_always_defined() -> None:
    rare = grades_of([(Outcome.CORRECT, 9000)] + [(Outcome.ABSTAINED, NO_CONFIDENCE)] * 20)
    drawn = resampled_profiles(profile_of(rare), generator=generator_for(b"seed"))
    intervals = bootstrap_intervals(drawn, {"accuracy": accuracy, "selective": selective})
    assert intervals["accuracy"] is not None
    assert intervals["selective"] is None
    assert bootstrap_intervals([], {"accuracy": accuracy}) == {"accuracy": None}


def test_calibrated_answers_pass_and_overconfident_ones_do_not() -> None:
    good = calibration_test(
        profile_of(answers(400, seed=4)), level_gap, generator=generator_for(b"seed")
    )
    bad = calibration_test(
        profile_of(answers(400, seed=4, shift=-0.15)), level_gap, generator=generator_for(b"seed")
    )
    assert good is not None
    assert bad is not None
    assert good.p_value > 0.05
    assert good.value == pytest.approx(good.expected, rel=0.5)
    assert bad.p_value == 1 / 2001


def test_p_values_of_calibrated_answers_are_spread_evenly() -> None:
    """Of 200 tests at 5 %, at most 18 reject a true hypothesis (99 %)."""
    low = sum(
        found is not None and found.p_value <= 0.05
        for found in (
            calibration_test(
                profile_of(answers(60, seed=seed)),
                level_gap,
                generator=generator_for(bytes([seed])),
                draws=100,
            )
            for seed in range(200)
        )
    )
    assert low <= 18


def test_without_a_stated_confidence_there_is_nothing_to_test() -> None:
    loose = profile_of(grades_of([(Outcome.CORRECT, NO_CONFIDENCE)] * 3))
    assert calibration_test(loose, level_gap, generator=generator_for(b"")) is None
    assert (
        calibration_test(
            profile_of(answers(5, seed=1)), lambda _: None, generator=generator_for(b"")
        )
        is None
    )
