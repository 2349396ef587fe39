"""Figures of levels against the same figures written out answer by answer."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from app.scoring.metrics.smoothing import smooth_ece
from app.scoring.statistics.intervals import normal_quantile, t_quantile, wilson
from tests.confidences import confidences

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
        assert discrimination.delong(own, 0.5) == (None, None)
        return
    wins = np.array([[(x > y) + (x == y) / 2 for y in wrong] for x in right])
    area = float(discrimination.auroc(own))
    assert area == pytest.approx(wins.mean(), abs=1e-12)
    se, interval = discrimination.delong(own, area)
    variance = np.var(wins.mean(axis=1), ddof=1) / len(right)
    variance += np.var(wins.mean(axis=0), ddof=1) / len(wrong)
    assert se == pytest.approx(math.sqrt(variance), abs=1e-9)
    assert interval is not None
    assert se is not None
    reach = normal_quantile(0.95) * se
    assert interval.low == pytest.approx(max(0.0, area - reach))
    assert interval.high == pytest.approx(min(1.0, area + reach))
    assert interval.method == "delong"


@given(ANSWERS)
def test_means_of_answers_have_student_s_interval(answers: list[tuple[int, bool]]) -> None:
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
        reach = t_quantile(0.95, len(x) - 1) * se
        ends = {"log_loss": (-math.log1p(-1e-4), -math.log(1e-4)), "overconfidence": (-1.0, 1.0)}
        least, most = ends.get(name, (0.0, 1.0))
        assert score.interval.high == pytest.approx(min(most, x.mean() + reach), abs=1e-7)
        assert score.interval.low == pytest.approx(max(least, x.mean() - reach), abs=1e-7)


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
