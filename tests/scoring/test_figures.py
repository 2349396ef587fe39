"""Figures of levels against the same figures written out answer by answer."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from app.scoring.assess import assess
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.levels import Levels, levels_of
from app.scoring.metrics import discrimination, selective
from app.scoring.metrics.confidence import (
    accuracy_figure,
    conditional_score,
    coverage_figure,
    figures,
)
from app.scoring.metrics.curves import reliability
from app.scoring.metrics.figure_intervals import newcombe_limits
from app.scoring.metrics.influence import of_augrc, of_aurc, of_auroc, of_eaugrc, of_eaurc
from app.scoring.metrics.smoothing import smooth_ece
from app.scoring.statistics.intervals import wilson
from tests.confidences import confidences

Floats = NDArray[np.float64]
ANSWERS = st.lists(
    st.tuples(st.sampled_from([0, 1_000, 5_000, 9_000, 10_000]), st.booleans()),
    min_size=1,
    max_size=30,
)


def grades_of(answers: list[tuple[int, bool]]) -> Grades:
    return Grades(
        np.array([Outcome.CORRECT if right else Outcome.WRONG for _, right in answers], np.uint8),
        confidences([confidence for confidence, _ in answers]),
    )


def levels(answers: list[tuple[int, bool]]) -> Levels:
    return levels_of(assess(grades_of(answers), ItemFrame(len(answers))))


@given(ANSWERS)
def test_delong_is_the_variance_of_placements(answers: list[tuple[int, bool]]) -> None:
    right = [p for p, correct in answers if correct]
    wrong = [p for p, correct in answers if not correct]
    own = levels(answers)
    if len(right) < 2 or len(wrong) < 2:
        assert discrimination.delong(own, 0.5) is None
        return
    wins = np.array([[(x > y) + (x == y) / 2 for y in wrong] for x in right])
    area = float(discrimination.auroc(own))
    assert area == pytest.approx(wins.mean(), abs=1e-12)
    variance = np.var(wins.mean(axis=1), ddof=1) / len(right)
    variance += np.var(wins.mean(axis=0), ddof=1) / len(wrong)
    assert discrimination.delong(own, area) == pytest.approx(math.sqrt(variance), abs=1e-9)


def test_newcombe_s_limits_are_z_errors_away() -> None:
    """Newcombe (2006), method 5, as he writes it: m and n are 1 more than the mean less 1."""
    area, m, n, z = 0.9, 30.0, 12.0, stats.norm.ppf(0.975)

    def error(x: float) -> float:
        star = (m + n) / 2 - 1
        q = star * (1 - x) / (2 - x) + star * x / (1 + x)
        return math.sqrt(x * (1 - x) * (1 + q) / (m * n))

    low, high = newcombe_limits(area, m, n, 1.0, z)
    assert area - low == pytest.approx(z * error(low))
    assert high - area == pytest.approx(z * error(high))
    perfect = newcombe_limits(1.0, 37.0, 3.0, 1.0, z)
    assert perfect[1] == 1.0
    assert 0.6 < perfect[0] < 0.9


@given(ANSWERS)
def test_means_of_answers_have_the_textbook_error(answers: list[tuple[int, bool]]) -> None:
    a = assess(grades_of(answers), ItemFrame(len(answers)))
    p = np.array([confidence / 10_000 for confidence, _ in answers])
    g = np.array([float(right) for _, right in answers])
    kept = np.clip(p, 1e-4, 1 - 1e-4)
    each = {
        "brier": (p - g) ** 2,
        "log_loss": -(g * np.log(kept) + (1 - g) * np.log1p(-kept)),
        "mean_confidence": p,
        "overconfidence": p - g,
    }
    for name, x in each.items():
        score = conditional_score(a, figures()[name])
        assert score.value == pytest.approx(x.mean(), abs=1e-12), name
        if len(x) < 2:
            assert (score.se, score.interval) == (None, None)
            continue
        se = float(np.std(x, ddof=1)) / math.sqrt(len(x))
        assert score.se == pytest.approx(se, abs=1e-9)
        assert score.interval is not None
        assert score.interval.low < score.interval.high


AREAS = {
    "auroc": (discrimination.auroc, lambda own: of_auroc(own, float(discrimination.auroc(own)))),
    "aurc": (selective.aurc, of_aurc),
    "eaurc": (selective.eaurc, of_eaurc),
    "augrc": (selective.augrc, of_augrc),
    "eaugrc": (selective.eaugrc, of_eaugrc),
}


@pytest.mark.parametrize("name", AREAS)
def test_what_an_answer_moves_is_the_derivative(name: str) -> None:
    """Of many answers, a thousandth more of one kind moves the figure as is said."""
    compute, influence = AREAS[name]
    rng = np.random.default_rng(3)
    mass = rng.random(6) * 1e6
    right = mass * rng.random(6)
    units = confidences([1_000, 2_500, 5_000, 7_000, 9_000, 9_900]).astype(np.int64)

    def levels_at(mass: Floats, right: Floats) -> Levels:
        return Levels(units=units, mass=mass, right=right, squares=right, total=float(mass.sum()))

    own = levels_at(mass, right)
    moved, value, n = influence(own), float(compute(own)), float(mass.sum())
    for level in range(6):
        for grade, said in ((1.0, moved.right[level]), (0.0, moved.wrong[level])):
            more = np.where(np.arange(6) == level, n * 1e-3, 0.0)
            again = float(compute(levels_at(mass + more, right + grade * more)))
            found = (again - value) * (n + n * 1e-3) / (n * 1e-3)
            assert said == pytest.approx(found, abs=0.003)
    mean = float((own.right * moved.right + own.wrong * moved.wrong).sum()) / n
    assert mean == pytest.approx(0.0, abs=1e-5)


@given(ANSWERS, st.sampled_from([0, 500, 2_500, 5_000]), st.sampled_from([1, 5_000, 10_000]))
def test_boundaries_are_read_off_the_curve(
    answers: list[tuple[int, bool]], risk: int, coverage: int
) -> None:
    own, n = levels(answers), len(answers)
    boundaries = []
    for level in sorted({p for p, _ in answers}, reverse=True):
        kept = [right for p, right in answers if p >= level]
        boundaries.append((len(kept), kept.count(False)))
    safe = [k / n for k, e in boundaries if 10_000 * e <= risk * k]
    found = float(selective.coverage_at_risk(own, risk=risk))
    assert math.isnan(found) if not safe else found == pytest.approx(max(safe))
    first = next((k, e) for k, e in boundaries if 10_000 * k >= coverage * n)
    assert float(selective.accuracy_at_coverage(own, coverage=coverage)) == pytest.approx(
        1 - first[1] / first[0]
    )
    total_right = sum(right for _, right in answers)
    total_wrong = n - total_right
    rate = float(discrimination.fpr_at_95_tpr(own))
    if not total_right or not total_wrong:
        assert math.isnan(rate)
        return
    reached = [e / total_wrong for k, e in boundaries if 20 * (k - e) >= 19 * total_right]
    assert rate == pytest.approx(min(reached))


@given(ANSWERS)
def test_aurc_averages_over_orders_of_ties(answers: list[tuple[int, bool]]) -> None:
    """Rank by rank, a tied answer is wrong as often as its level."""
    expected, k, e = 0.0, 0, 0.0
    for level in sorted({p for p, _ in answers}, reverse=True):
        tied = [right for p, right in answers if p == level]
        for _ in tied:
            k, e = k + 1, e + tied.count(False) / len(tied)
            expected += e / k
    own = levels(answers)
    assert float(selective.aurc(own)) == pytest.approx(expected / len(answers), abs=1e-12)
    wrong = sum(not right for _, right in answers)
    best = sum(max(0, j - (len(answers) - wrong)) / j for j in range(1, len(answers) + 1))
    assert float(selective.aurc_optimal(own)) == pytest.approx(best / len(answers), abs=1e-12)


def test_reliability_has_wilson_s_limits_by_level() -> None:
    own = levels([(5_000, True), (5_000, False), (9_000, True)])
    curve = reliability(own)
    assert curve.confidence.tolist() == [0.5, 0.9]
    assert curve.answers.tolist() == [2, 1]
    assert curve.right.tolist() == [0.5, 1.0]
    half = wilson(1, 2)
    assert half is not None
    assert (curve.low[0], curve.high[0]) == (half.low, half.high)
    weighted = ItemFrame(2, weight=np.array([1.0, 3.0]))
    grades = grades_of([(5_000, True), (5_000, False)])
    curve = reliability(levels_of(assess(grades, weighted)))
    assert curve.right.tolist() == [0.25]
    assert np.isnan(curve.low).all()
    assert np.isnan(curve.calibrated_low).all()
    assert curve.recalibrated.tolist() == [0.25]


def test_reliability_has_the_band_of_a_calibrated_submission() -> None:
    """In 95 % of redraws the recalibrated confidence lies in the band, as bench.coverage measures.
    It holds the stated one, never falls, and is null where answers are no independent coins."""
    draw = np.random.default_rng(2)
    stated = draw.integers(1, 20, 600) * 500
    own = levels(
        [(int(p), bool(right)) for p, right in zip(stated, draw.random(600) < 0.5, strict=True)]
    )
    curve = reliability(own)
    assert (np.diff(curve.recalibrated) >= -1e-12).all()
    for limit in (curve.calibrated_low, curve.calibrated_high):
        assert (np.diff(limit) >= -1e-12).all()
    assert (curve.calibrated_low <= curve.confidence).all()
    assert (curve.confidence <= curve.calibrated_high).all()
    assert np.isnan(reliability(own, independent=False).calibrated_high).all()
    # Far under what is stated at the top, over it at the bottom: half of all is right.
    assert curve.recalibrated[-1] < curve.calibrated_low[-1]
    assert curve.recalibrated[0] > curve.calibrated_high[0]


EVERY = {
    **figures(),
    "risk": coverage_figure(risk=500),
    "coverage": accuracy_figure(coverage=5_000),
}


def sets_of(*rows: list[int]) -> Levels:
    """Sets of right answers, five answers at each level but where -1 says none."""
    right = np.array(rows, dtype=np.float64)
    mass = np.where(right < 0, 0.0, 5.0)
    right = np.maximum(right, 0.0)
    units = np.array([1_000, 5_000, 7_000, 9_900])
    return Levels(units=units, mass=mass, right=right, squares=right, total=20.0)


ROWS = [1, 2, 3, 5], [0, 0, 0, 0], [1, -1, 4, 5], [-1, 2, 4, -1], [5, 5, 5, 5], [-1, 4, -1, -1]


@pytest.mark.parametrize("name", EVERY)
def test_many_sets_are_each_as_alone_and_empty_levels_change_nothing(name: str) -> None:
    compute = EVERY[name].compute
    together = compute(sets_of(*ROWS))
    for place, row in enumerate(ROWS):
        standalone_svg = sets_of(row)
        held = standalone_svg.mass[0] > 0
        bare = Levels(
            units=standalone_svg.units[held],
            mass=standalone_svg.mass[0][held],
            right=standalone_svg.right[0][held],
            squares=standalone_svg.squares[0][held],
            total=20.0,
        )
        np.testing.assert_allclose(together[place], compute(bare), atol=1e-9)


@pytest.mark.parametrize("name", EVERY)
def test_without_answers_nothing_is_a_figure(name: str) -> None:
    nothing = np.zeros((3, 0))
    none = Levels(
        units=np.zeros(0, np.int64), mass=nothing, right=nothing, squares=nothing, total=1.0
    )
    found = EVERY[name].compute(none)
    assert found.shape == (3,)
    assert np.isnan(found).all()


def test_the_excess_is_over_the_best_order() -> None:
    """Right, wrong, right from the surest: risks 0, 1/2, 1/3; at best 0, 0, 1/3."""
    own = levels([(9_000, True), (5_000, False), (1_000, True)])
    assert float(selective.eaurc(own)) == pytest.approx((0 + 1 / 2 + 1 / 3) / 3 - 1 / 9)
    assert float(selective.eaugrc(own)) == pytest.approx(0.5 * (2 / 3) * (1 / 3))


def test_confidences_closer_than_the_mesh_are_both_seen() -> None:
    """Smooth ECE knows steps of 1e-3: all right at 0.5001, none at 0.5002 is nearly half at 0.5."""
    near = levels([(5_001, True)] * 10 + [(5_002, False)] * 10)
    same = levels([(5_000, True)] * 10 + [(5_000, False)] * 10)
    assert float(smooth_ece(near)) == pytest.approx(float(smooth_ece(same)), abs=0.01)
