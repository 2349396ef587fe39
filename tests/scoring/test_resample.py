"""The bootstrap of a profile is the bootstrap of its items; calibration is tested by redrawing."""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.scoring.assess import assess, threshold_score
from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame, Outcome
from app.scoring.levels import Levels, levels_of_profile, ratio
from app.scoring.metrics.binning import ece_levels
from app.scoring.profile import pack_profile, profile_of
from app.scoring.resampling.bootstrap import (
    bootstrap_intervals,
    calibration_test,
    calibration_test_of,
    generator_for,
    resampled,
    resampled_grades,
    resampled_profile,
)
from app.scoring.targets import Target
from tests.confidences import confidences

Floats = NDArray[np.float64]
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


def accuracy(levels: Levels) -> Floats:
    return levels.right.sum(axis=-1) / levels.total


def selective(levels: Levels) -> Floats:
    return ratio(levels.right.sum(axis=-1), levels.n)


def drawn_from(blocks: Iterable[Levels]) -> Levels:
    """The blocks as one."""
    held = list(blocks)
    return Levels(
        units=held[0].units,
        mass=np.concatenate([one.mass for one in held]),
        right=np.concatenate([one.right for one in held]),
        squares=np.concatenate([one.squares for one in held]),
        total=held[0].total,
    )


def same(one: list[Levels], two: list[Levels]) -> bool:
    return len(one) == len(two) and all(
        np.array_equal(x.mass, y.mass)
        and np.array_equal(x.right, y.right)
        and np.array_equal(x.squares, y.squares)
        for x, y in zip(one, two, strict=True)
    )


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
    blocks = list(resampled_profile(profile, generator=generator_for(b"seed"), draws=5))
    assert sum(len(one.mass) for one in blocks) == (5 if profile.n_graded else 0)
    for one in blocks:
        assert np.array_equal(one.units, profile.levels)
        assert one.total == profile.n_graded
        assert np.all(one.n <= profile.n_graded)
        assert np.all(one.right[:, profile.correct == 0] == 0)
        assert np.all(one.wrong[:, profile.wrong == 0] == 0)


@given(SLOTS, st.randoms(use_true_random=False))
def test_row_order_changes_no_draw(slots: list[tuple[Outcome, int]], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = random.sample(slots, len(slots))
    frame = ItemFrame(len(slots))
    one, two = (
        list(resampled_grades(grades_of(rows), frame, generator=generator_for(b"seed"), draws=3))
        for rows in (slots, shuffled)
    )
    assert same(one, two)
    one, two = (
        list(resampled_profile(profile_of(grades_of(rows)), generator=generator_for(b"s"), draws=3))
        for rows in (slots, shuffled)
    )
    assert same(one, two)


def test_the_spread_of_the_draws_is_the_standard_error() -> None:
    profile = profile_of(answers(275, seed=2))
    a = profile.n_correct / 275
    drawn = drawn_from(resampled_profile(profile, generator=generator_for(b"seed")))
    assert np.std(accuracy(drawn)) == pytest.approx(np.sqrt(a * (1 - a) / 275), rel=0.06)


def test_profile_and_grades_draw_from_the_same_law() -> None:
    grades = answers(200, seed=3)
    one = bootstrap_intervals(
        resampled_profile(profile_of(grades), generator=generator_for(b"one")),
        {"gap": ece_levels},
    )["gap"]
    two = bootstrap_intervals(
        resampled_grades(grades, ItemFrame(200), generator=generator_for(b"two")),
        {"gap": ece_levels},
    )["gap"]
    assert one is not None
    assert two is not None
    assert (one.low, one.high) == pytest.approx((two.low, two.high), abs=0.01)
    assert one.method == "bootstrap"


def test_samples_and_clusters_are_drawn_whole() -> None:
    """Items that agree inside: the spread is that of the items, not of the slots."""
    right = np.repeat(np.arange(50) % 2, 8).astype(bool)
    outcome = np.where(right, Outcome.CORRECT, Outcome.WRONG).astype(np.uint8)
    confidence = confidences([5000] * 400)
    loose = Grades(outcome, confidence)
    cases = {
        "samples": (Grades(outcome, confidence, samples=8), ItemFrame(50)),
        "cluster": (loose, ItemFrame(400, cluster=np.repeat(np.arange(50), 8))),
        "slots": (loose, ItemFrame(400)),
    }
    spread = {
        name: np.std(selective(drawn_from(resampled_grades(*case, generator=generator_for(b"a")))))
        for name, case in cases.items()
    }
    assert spread["samples"] == pytest.approx(0.5 / np.sqrt(50), rel=0.06)
    assert spread["cluster"] == pytest.approx(0.5 / np.sqrt(50), rel=0.06)
    assert spread["slots"] == pytest.approx(0.5 / np.sqrt(400), rel=0.06)


def test_weighted_items_are_drawn_with_their_weights() -> None:
    """The spread of a weighted share is its linearised standard error."""
    grades, weight = answers(300, seed=9), np.where(np.arange(300) % 3 == 0, 4.0, 1.0)
    items = ItemFrame(300, weight=weight)
    drawn = drawn_from(resampled_grades(grades, items, generator=generator_for(b"w")))
    se = threshold_score(assess(grades, items), Target(0), "declared").se
    assert np.std(selective(drawn)) == pytest.approx(se, rel=0.06)


def test_a_submission_is_resampled_as_its_items_allow() -> None:
    grades = answers(30, seed=1)
    items = ItemFrame(30, cluster=np.arange(30) // 3)
    assert same(
        list(resampled(assess(grades, ItemFrame(30)), generator=generator_for(b"s"), draws=3)),
        list(resampled_profile(profile_of(grades), generator=generator_for(b"s"), draws=3)),
    )
    assert same(
        list(resampled(assess(grades, items), generator=generator_for(b"s"), draws=3)),
        list(resampled_grades(grades, items, generator=generator_for(b"s"), draws=3)),
    )


def test_partial_credit_is_drawn_from_the_grades_only() -> None:
    grades = Grades(
        outcome=np.array([Outcome.PARTIAL, Outcome.CORRECT, Outcome.PARTIAL], dtype=np.uint8),
        confidence=confidences([NO_CONFIDENCE, 9000, 9000]),
        credit=np.array([2500, 0, 7500], dtype=np.int16),
    )
    with pytest.raises(ValueError, match="resample its grades"):
        next(resampled_profile(profile_of(grades), generator=generator_for(b"")))
    drawn = drawn_from(
        resampled_grades(grades, ItemFrame(3), generator=generator_for(b"seed"), draws=20)
    )
    assert set(drawn.n.tolist()) <= {0.0, 1.0, 2.0, 3.0}
    whole = drawn.right - 0.75 * (drawn.mass - drawn.right) / 0.25
    assert np.allclose(drawn.squares, whole + 0.75 * (drawn.right - whole))
    assert (
        calibration_test_of(assess(grades, ItemFrame(3)), ece_levels, generator=generator_for(b""))
        is None
    )


def test_an_interval_needs_a_metric_that_is_nearly_always_defined() -> None:
    rare = grades_of([(Outcome.CORRECT, 9000)] + [(Outcome.ABSTAINED, NO_CONFIDENCE)] * 20)
    drawn = resampled_profile(profile_of(rare), generator=generator_for(b"seed"))
    intervals = bootstrap_intervals(drawn, {"accuracy": accuracy, "selective": selective})
    assert intervals["accuracy"] is not None
    assert intervals["selective"] is None
    assert bootstrap_intervals([], {"accuracy": accuracy}) == {"accuracy": None}


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
