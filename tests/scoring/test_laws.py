"""The eleven laws of the core, each on submissions nobody chose.

Law 11, that SQL counts equal a naive loop, is told of the packed profile here and of the database
in `tests/storage`.
"""

import itertools
import math
import random
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from app.scoring.assess import (
    Assessed,
    accuracy,
    assess,
    assess_profile,
    bas,
    coverage,
    quadratic_score,
    selective_accuracy,
    threshold_score,
)
from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame, Outcome
from app.scoring.levels import levels_of
from app.scoring.metrics.confidence import conditional_score, figures
from app.scoring.metrics.curves import reliability, risk_coverage, spread_evenly
from app.scoring.profile import pack_profile, profile_of, unpack_profile
from app.scoring.rules import EPSILON, Mode, attempted, is_attempted
from app.scoring.scorecard import scorecard
from app.scoring.targets import CONFIDENCE_STEP, CONFIDENCE_UNITS, UNITS, Target
from tests.scoring.test_scorecard import figures_of

OUTCOMES = (
    Outcome.CORRECT,
    Outcome.WRONG,
    Outcome.ABSTAINED,
    Outcome.MISSING,
    Outcome.PARTIAL,
    Outcome.UNGRADED,
)
COARSE = [0, 1, 3_333, 5_000, 7_500, 7_501, 9_000, 9_900, 10_000]
"""Confidences in the units of targets, as they are stated in words."""
FINE = [1, 333_333_333, 749_999_999, 750_000_001, 900_000_001, 999_999_999]
"""Confidences in their own units, next to a target or an end among them."""
CONFIDENCES = st.one_of(
    st.sampled_from([units * CONFIDENCE_STEP for units in COARSE]),
    st.sampled_from(FINE),
    st.integers(0, CONFIDENCE_UNITS),
)
TARGETS = st.integers(0, 9_900).map(Target)
MODES: st.SearchStrategy[Mode] = st.sampled_from(["declared", "threshold"])


@dataclass(frozen=True)
class Slot:
    outcome: Outcome
    confidence: int
    credit: int


def slots(*outcomes: Outcome, stated: bool = False) -> st.SearchStrategy[list[Slot]]:
    said = CONFIDENCES if stated else st.one_of(st.just(NO_CONFIDENCE), CONFIDENCES)
    one = st.builds(Slot, st.sampled_from(outcomes), said, st.integers(1, UNITS - 1))
    return st.lists(one, min_size=1, max_size=40)


ANY = slots(*OUTCOMES)
WHOLE = slots(Outcome.CORRECT, Outcome.WRONG, Outcome.ABSTAINED, Outcome.MISSING)
STATED = slots(Outcome.CORRECT, Outcome.WRONG, Outcome.ABSTAINED, Outcome.MISSING, stated=True)
GRADED = slots(
    Outcome.CORRECT,
    Outcome.WRONG,
    Outcome.ABSTAINED,
    Outcome.MISSING,
    Outcome.PARTIAL,
    stated=True,
)


def grades_of(rows: list[Slot]) -> Grades:
    partial = any(row.outcome == Outcome.PARTIAL for row in rows)
    return Grades(
        np.array([row.outcome for row in rows], np.uint8),
        np.array([row.confidence for row in rows], np.int32),
        np.array([row.credit if row.outcome == Outcome.PARTIAL else 0 for row in rows], np.int16)
        if partial
        else None,
    )


def assessed(rows: list[Slot]) -> Assessed:
    return assess(grades_of(rows), ItemFrame(len(rows)))


def figure(a: Assessed, name: str) -> float | None:
    return conditional_score(a, figures()[name]).value


def naive_points(rows: list[Slot], target: Target, mode: Mode) -> list[float]:
    """One item at a time, in the words of the paper."""
    points = []
    for row in rows:
        if row.outcome == Outcome.UNGRADED:
            continue
        answered = row.outcome in {Outcome.CORRECT, Outcome.WRONG, Outcome.PARTIAL}
        sure = (
            mode == "declared"
            or target.units == 0
            or row.confidence == NO_CONFIDENCE
            or row.confidence > target.confidence
        )
        g = {Outcome.CORRECT: 1.0, Outcome.PARTIAL: row.credit / UNITS}.get(row.outcome, 0.0)
        points.append(g - target.penalty * (1 - g) if answered and sure else 0.0)
    return points


@given(WHOLE, MODES)
def test_1_at_t_0_the_score_is_accuracy_to_the_last_digit(rows: list[Slot], mode: Mode) -> None:
    a = assessed(rows)
    right = sum(row.outcome == Outcome.CORRECT for row in rows)
    assert threshold_score(a, Target(0), mode) == accuracy(a)
    assert accuracy(a).value == right / len(rows)


@given(st.integers(1, 50), st.one_of(st.just(NO_CONFIDENCE), CONFIDENCES), TARGETS, MODES)
def test_2_all_abstained_scores_0_everywhere(
    n: int, confidence: int, target: Target, mode: Mode
) -> None:
    a = assessed([Slot(Outcome.ABSTAINED, confidence, 1)] * n)
    assert threshold_score(a, target, mode).value == 0
    assert quadratic_score(a).value == 0
    assert bas(a).value == 0


@given(st.integers(0, 100), TARGETS)
def test_3_answering_pays_exactly_where_the_chance_reaches_the_target(
    right: int, target: Target
) -> None:
    """A hundred answers of which q percent are right: the mean is the expectation at q."""
    rows = [Slot(Outcome.CORRECT, NO_CONFIDENCE, 1)] * right
    rows += [Slot(Outcome.WRONG, NO_CONFIDENCE, 1)] * (100 - right)
    value = threshold_score(assessed(rows), target, "declared").value
    assert value is not None
    assert (value >= 0) == (100 * right >= target.units)


@given(ANY, TARGETS, TARGETS)
def test_4_raising_t_never_raises_coverage(rows: list[Slot], one: Target, two: Target) -> None:
    low, high = sorted((one, two))
    a = assessed(rows)
    below, above = (coverage(a, t, "threshold").value for t in (low, high))
    assert (below is None) == (above is None)
    assert below is None or above is None or below >= above
    assert threshold_score(a, low, "declared").n_items == len(rows) - a.profile.ungraded


@given(ANY, st.randoms(use_true_random=False), MODES)
@settings(max_examples=25)
def test_5_row_order_leaves_every_number_bit_identical(
    rows: list[Slot], draw: random.Random, mode: Mode
) -> None:
    shuffled = draw.sample(rows, len(rows))
    weight = {row: 1.0 + row.confidence % 3 for row in rows}
    for weighted in (False, True):
        cards = [
            scorecard(
                grades_of(order),
                ItemFrame(
                    len(order),
                    weight=np.array([weight[row] for row in order]) if weighted else None,
                ),
                targets=(Target(0), Target(7_500)),
                mode=mode,
                resamples=20,
            )
            for order in (rows, shuffled)
        ]
        one, two = (figures_of(card) for card in cards)
        assert one == two


@given(WHOLE, st.integers(0, 40), MODES)
@settings(max_examples=25)
def test_5_shards_add_to_the_same_card(rows: list[Slot], cut: int, mode: Mode) -> None:
    """Profiles of two shards are the profile of all, bit by bit, and so is all that follows."""
    parts = [profile_of(grades_of(part)) for part in (rows[:cut], rows[cut:]) if part]
    added = parts[0] if len(parts) == 1 else parts[0] + parts[1]
    whole = profile_of(grades_of(rows))
    assert pack_profile(added) == pack_profile(whole)
    one, two = (assess_profile(p, ItemFrame(len(rows))) for p in (added, whole))
    assert quadratic_score(one) == quadratic_score(two)
    assert threshold_score(one, Target(7_500), mode) == threshold_score(two, Target(7_500), mode)
    for each in figures().values():
        assert conditional_score(one, each) == conditional_score(two, each)


@given(ANY, TARGETS, MODES)
def test_6_the_standard_error_is_the_textbook_one(
    rows: list[Slot], target: Target, mode: Mode
) -> None:
    points = naive_points(rows, target, mode)
    score = threshold_score(assessed(rows), target, mode)
    if not points:
        assert score.value is None
        return
    size = 1 + target.penalty
    assert score.value == pytest.approx(sum(points) / len(points), abs=1e-12 * size)
    if len(points) < 2:
        assert score.se is None
        return
    textbook = np.std(points, ddof=1) / math.sqrt(len(points))
    assert score.se == pytest.approx(textbook, abs=1e-7 * size)


@given(STATED)
def test_7_the_risk_coverage_curve_ends_at_the_submission(rows: list[Slot]) -> None:
    a = assessed(rows)
    curve = risk_coverage(levels_of(a))
    answered = coverage(a).value
    if not answered:
        assert len(curve.risk) == 0
        return
    assert curve.coverage[-1] == 1
    assert curve.coverage_of_items[-1] == answered
    assert curve.risk[-1] == pytest.approx(1 - (selective_accuracy(a).value or 0), abs=1e-15)


@given(GRADED)
def test_8_quadratic_is_coverage_times_selective_accuracy_less_brier(rows: list[Slot]) -> None:
    """With partial credit the integral is 2pg - p^2, so g^2 takes the place of g in Brier."""
    a = assessed(rows)
    levels = levels_of(a)
    share, brier = coverage(a).value, figure(a, "brier")
    if not share or brier is None:
        assert quadratic_score(a).value == 0
        return
    squares = float(levels.squares.sum() / levels.n)
    assert quadratic_score(a).value == pytest.approx(share * (squares - brier), abs=1e-12)


@given(WHOLE)
def test_8_an_unstated_confidence_counts_as_1(rows: list[Slot]) -> None:
    sure = [
        Slot(
            row.outcome,
            CONFIDENCE_UNITS if row.confidence == NO_CONFIDENCE else row.confidence,
            row.credit,
        )
        for row in rows
    ]
    one, two = quadratic_score(assessed(rows)), quadratic_score(assessed(sure))
    assert replace(one, interval=None) == replace(two, interval=None)
    assert (one.interval is None) == (two.interval is None)
    if one.interval is not None and two.interval is not None:
        ends = (two.interval.low, two.interval.high)
        assert (one.interval.low, one.interval.high) == pytest.approx(ends, abs=1e-12)


@given(STATED)
@settings(max_examples=30)
def test_8_quadratic_and_bas_are_integrals_of_the_threshold_score(rows: list[Slot]) -> None:
    """With weight 2(1 - t), and with weight 1 up to 1 - epsilon; piece by piece between levels."""
    edges = sorted({0.0, 1 - EPSILON, 1.0, *(row.confidence / CONFIDENCE_UNITS for row in rows)})

    def score(t: float) -> float:
        """The threshold score of the paper at any t, which the service takes in steps."""
        penalty = t / (1 - t)
        points = 0.0
        for row in rows:
            if row.confidence / CONFIDENCE_UNITS > t and row.outcome in {
                Outcome.CORRECT,
                Outcome.WRONG,
            }:
                points += 1.0 if row.outcome == Outcome.CORRECT else -penalty
        return points / len(rows)

    def integral(weighted: object, pieces: list[float]) -> float:
        return math.fsum(
            integrate.quad(weighted, low, high, epsabs=1e-12, limit=200)[0]
            for low, high in itertools.pairwise(pieces)
        )

    a = assessed(rows)
    uniform = integral(score, [edge for edge in edges if edge <= 1 - EPSILON])
    falling = integral(lambda t: 2 * (1 - t) * score(t), edges)
    assert quadratic_score(a).value == pytest.approx(falling, abs=1e-8)
    assert bas(a).value == pytest.approx(uniform, abs=1e-7)


@given(GRADED)
def test_9_augrc_follows_from_auroc(rows: list[Slot]) -> None:
    a = assessed(rows)
    right = selective_accuracy(a).value
    area, found = figure(a, "auroc"), figure(a, "augrc")
    if right is None:
        assert found is None
        return
    expected = (1 - (area or 0)) * right * (1 - right) + (1 - right) ** 2 / 2
    assert found == pytest.approx(expected, abs=1e-12)


@given(GRADED)
def test_10_brier_is_made_of_three_parts(rows: list[Slot]) -> None:
    """By recalibration (CORP) and by level (Murphy); the third part is the same."""
    a = assessed(rows)
    brier = figure(a, "brier")
    if brier is None:
        return
    levels = levels_of(a)
    if any(row.outcome == Outcome.PARTIAL for row in rows):
        within = float((levels.squares - levels.mass * levels.share**2).sum() / levels.n)
        binary = float((levels.right - levels.mass * levels.share**2).sum() / levels.n)
        assert binary >= within - 1e-12
    uncertainty = figure(a, "brier_uncertainty") or 0.0
    for less, more in (("miscalibration", "discrimination"), MURPHY):
        saved, gained = (float(figures()[name].compute(levels)) for name in (less, more))
        assert brier == pytest.approx(saved - gained + uncertainty, abs=1e-12)
        assert 0 <= saved <= 1
        assert 0 <= gained <= 0.25 + 1e-12
    assert figure(a, "miscalibration") == float(figures()["miscalibration"].compute(levels))
    reliability = float(figures()["brier_reliability"].compute(levels))
    assert (figure(a, "miscalibration") or 0.0) <= reliability + 1e-12


MURPHY = ("brier_reliability", "brier_resolution")


@given(ANY)
def test_11_the_profile_counts_as_a_naive_loop_does(rows: list[Slot]) -> None:
    profile = unpack_profile(pack_profile(profile_of(grades_of(rows))))
    for outcome, count in (
        (Outcome.CORRECT, profile.n_correct),
        (Outcome.WRONG, profile.n_wrong),
        (Outcome.PARTIAL, profile.n_partial),
        (Outcome.ABSTAINED, profile.abstained),
        (Outcome.MISSING, profile.missing),
        (Outcome.UNGRADED, profile.ungraded),
    ):
        assert count == sum(row.outcome == outcome for row in rows)
    cells = zip(profile.levels.tolist(), profile.correct.tolist(), strict=True)
    for level, correct in cells:
        assert correct == sum(
            (row.outcome, row.confidence) == (Outcome.CORRECT, level) for row in rows
        )
    credit = sum(row.credit for row in rows if row.outcome == Outcome.PARTIAL)
    assert int(profile.credit.sum()) + profile.unstated_credit == credit


def test_the_story_that_must_always_be_true() -> None:
    """A guesser answers all ten and gets six; a humble model answers five, all right."""
    guesser = assessed(
        [Slot(Outcome.CORRECT, NO_CONFIDENCE, 1)] * 6 + [Slot(Outcome.WRONG, NO_CONFIDENCE, 1)] * 4
    )
    humble = assessed(
        [Slot(Outcome.CORRECT, NO_CONFIDENCE, 1)] * 5
        + [Slot(Outcome.ABSTAINED, NO_CONFIDENCE, 1)] * 5
    )
    told = [
        tuple(threshold_score(a, Target(t), "declared").value for a in (guesser, humble))
        for t in (0, 5_000, 7_500)
    ]
    assert told == [(0.6, 0.5), (0.2, 0.5), (-0.6, 0.5)]


@given(
    st.one_of(st.none(), CONFIDENCES),
    st.one_of(st.integers(0, 9_900), st.sampled_from([0, 7_500, 9_000])),
    st.sampled_from(["declared", "threshold"]),
)
def test_one_answer_is_attempted_as_among_many(units: int | None, at: int, mode: Mode) -> None:
    confidence = NO_CONFIDENCE if units is None else units
    answers = Grades(np.full(3, Outcome.WRONG, np.uint8), np.full(3, confidence, np.int32))
    told = is_attempted(None if units is None else units / CONFIDENCE_UNITS, Target(at), mode)
    assert attempted(answers, Target(at), mode).tolist() == [told] * 3


@given(ANY, st.sampled_from([1, 2, 5]))
def test_a_profile_by_hundredths_counts_the_same_above_each(
    rows: list[Slot], hundredths: int
) -> None:
    """What replies tell of many levels gives every score at a hundredth."""
    profile = profile_of(grades_of(rows))
    coarse = profile.at_steps(hundredths * CONFIDENCE_UNITS // 100)
    assert len(coarse.levels) <= 100 // hundredths + 1
    for t in range(0, 100, hundredths):
        target = Target(100 * t)
        assert coarse.attempted(target, "threshold") == profile.attempted(target, "threshold")
    assert int(coarse.credit.sum()) == int(profile.credit.sum())


@given(st.lists(st.integers(1, 50), min_size=1, max_size=900), st.integers(2, 300))
def test_thinned_curves_keep_their_ends_and_spread(sizes: list[int], most: int) -> None:
    running = np.cumsum(sizes)
    places = spread_evenly(running, most)
    assert len(places) <= max(most, 1)
    assert (places[0], places[-1]) == (0, len(sizes) - 1)
    assert (np.diff(places) > 0).all()
    if len(sizes) > most:
        # No gap is wider than a step of the sum and the largest tie.
        step = (running[-1] - running[0]) / (most - 1)
        assert np.diff(running[places]).max() <= step + max(sizes)
    else:
        assert len(places) == len(sizes)


def test_groups_of_levels_hold_all_answers() -> None:
    draw = np.random.default_rng(1)
    stated = draw.integers(0, CONFIDENCE_UNITS, 5_000).astype(np.int32)
    outcome = np.where(draw.random(5_000) < stated / CONFIDENCE_UNITS, 3, 2).astype(np.uint8)
    levels = levels_of(assess(Grades(outcome, stated), ItemFrame(5_000)))
    curve = reliability(levels)
    assert len(curve.confidence) == 200
    assert curve.answers.sum() == 5_000
    assert curve.answers.max() <= 26
    assert (curve.answers * curve.right).sum() == pytest.approx((outcome == 3).sum())
    assert (np.diff(curve.confidence) > 0).all()
    assert ((curve.low <= curve.right) & (curve.right <= curve.high)).all()
    whole, thin = risk_coverage(levels, most=5_000), risk_coverage(levels)
    assert len(thin.risk) == 200
    assert set(zip(thin.coverage.tolist(), thin.risk.tolist(), strict=True)) <= set(
        zip(whole.coverage.tolist(), whole.risk.tolist(), strict=True)
    )
    assert (thin.coverage[-1], thin.risk[-1]) == (1, whole.risk[-1])
