"""Single items, clusters and printed chances: figures at the edge of having an error."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from app.scoring.assess import assess, bas, selective_accuracy, threshold_score
from app.scoring.comparison.gate import LOSSES, decide
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.metrics.compat import accuracy_percent, half_width_percent
from app.scoring.metrics.confidence import conditional_score, figures
from app.scoring.metrics.rates import omniscience_index, rates
from app.scoring.rules import bas_worth
from app.scoring.statistics.effective import Units, effective, residuals
from app.scoring.targets import Target
from app.scoring.theory.singletons import singleton_bound
from tests.confidences import confidences

C, W, A, M = Outcome.CORRECT, Outcome.WRONG, Outcome.ABSTAINED, Outcome.MISSING
HALF = Target(5_000)


def graded(*outcomes: int, confidence: int = 8_000) -> Grades:
    return Grades(np.array(outcomes, np.uint8), confidences([confidence] * len(outcomes)))


def test_clustered_counts_are_worth_fewer_independent_ones() -> None:
    grades = graded(C, C, C, W, W, W, A, C, C, W, W, A)
    cluster = np.array([0, 0, 0, 1, 1, 1, 2, 3, 3, 4, 4, 5])
    clustered = threshold_score(assess(grades, ItemFrame(12, cluster=cluster)), HALF, "declared")
    alone = threshold_score(assess(grades, ItemFrame(12)), HALF, "declared")
    assert clustered.se is not None
    assert alone.se is not None
    assert clustered.se > alone.se
    assert clustered.interval is not None
    assert alone.interval is not None
    assert clustered.interval.low < alone.interval.low
    assert alone.interval.high < clustered.interval.high
    assert clustered.interval.method == "mover-wilson-cluster"
    assert clustered.value == alone.value == 0


def test_effective_counts_by_hand() -> None:
    """12 of 20 right in five clusters of four: (0, 0, 4, 4, 4), all of one kind inside."""
    x = np.repeat([0.0, 0.0, 1.0, 1.0, 1.0], 4)
    units = Units(np.ones(20), np.repeat(np.arange(5), 4))
    mean, moved = residuals(x, units)
    found = effective(moved, units, mean * (1 - mean))
    assert found is not None
    # DEFF seen 4 * 5/4; its units are worth (sum s^2)^2 / sum s^4 clusters; prior 1 + 3/2 of four.
    sums = np.array([-0.6, -0.6, 0.4, 0.4, 0.4])
    events = (sums**2).sum() ** 2 / (sums**4).sum()
    ratio = (4 * 2.5 + events * 5) / (4 + events)
    assert (found.n, found.df) == (pytest.approx(20 / ratio), 4)


def test_equal_weights_are_none() -> None:
    grades = graded(C, C, W, A, C, W, C, C)
    plain, weighted = (
        threshold_score(assess(grades, ItemFrame(8, weight=weight)), HALF, "declared")
        for weight in (None, np.full(8, 2.5))
    )
    assert plain.interval is not None
    assert weighted.interval is not None
    assert (weighted.interval.low, weighted.interval.high) == pytest.approx(
        (plain.interval.low, plain.interval.high)
    )


@pytest.mark.parametrize("kind", ["weights", "samples", "clusters", "credit"])
def test_forty_of_forty_right_is_not_certain(kind: str) -> None:
    n = 40
    outcome = np.full(n * (2 if kind == "samples" else 1), C, np.uint8)
    confidence, credit = confidences([9_000] * len(outcome)), None
    if kind == "credit":
        outcome[0], credit = Outcome.PARTIAL, np.zeros(n, np.int16)
        credit[0] = 9_999
    frame = ItemFrame(
        n,
        weight=1.0 + np.arange(n) % 3 if kind == "weights" else None,
        cluster=np.arange(n) // 4 if kind == "clusters" else None,
    )
    a = assess(Grades(outcome, confidence, credit, 2 if kind == "samples" else 1), frame)
    found = rates(a)
    assert found["accuracy"].interval is not None
    assert 0.7 < found["accuracy"].interval.low < 0.96
    assert found["error_rate"].interval is not None
    assert 0.04 < found["error_rate"].interval.high < 0.3
    score = threshold_score(a, Target(9_000), "declared")
    assert score.interval is not None
    assert score.interval.low < 0.6
    for name in ("brier", "log_loss", "overconfidence", "mean_confidence"):
        reach = conditional_score(a, figures()[name]).interval
        assert reach is not None
        assert reach.low < reach.high


def test_weighted_selective_accuracy_counts_its_answers() -> None:
    weight = np.array([3.0, 1.0, 1.0, 1.0])
    score = selective_accuracy(assess(graded(C, W, W, A), ItemFrame(4, weight=weight)))
    assert (score.value, score.n_items) == (pytest.approx(3 / 5), 3)


def test_the_error_of_bas_is_the_textbook_one() -> None:
    grades = graded(C, C, W, A, M)
    gain, loss = (float(one) for one in bas_worth(confidences([8_000])[0]))
    points = [gain, gain, loss, 0.0, 0.0]
    score = bas(assess(grades, ItemFrame(5)))
    assert score.value == pytest.approx(np.mean(points))
    assert score.se == pytest.approx(stats.sem(points))


def test_one_item_has_a_value_and_no_error() -> None:
    for items in (ItemFrame(1), ItemFrame(1, weight=np.array([2.0]))):
        one = assess(graded(C), items)
        score = bas(one)
        assert score.value == pytest.approx(0.8)
        assert (score.n_items, score.se) == (1, None)
        assert conditional_score(one, figures()["brier"]).value == pytest.approx(0.04)
        assert {name: rates(one)[name].value for name in ("simpleqa_f1", "omniscience_index")} == {
            "simpleqa_f1": 1.0,
            "omniscience_index": 100.0,
        }


def test_the_chances_of_a_gate_are_those_of_student_s_t() -> None:
    draw = np.random.default_rng(8)
    candidate, baseline = draw.random(60).round(), draw.random(60).round()
    gate = decide(candidate, baseline, largest_loss=0.2, most_an_item_can_differ=1.0)
    assert gate.difference.se is not None
    se = gate.difference.se
    reach = stats.t.isf(0.05, 59) * np.hypot(se, np.sqrt(2) / 60)
    assert [chance.loss for chance in gate.chances] == sorted({*LOSSES, 0.2, 0.4})
    for chance in gate.chances:
        room = 0.2 - chance.loss
        assert chance.passes == pytest.approx(stats.t.sf((reach - room) / se, 59))
        assert chance.fails == pytest.approx(stats.t.sf((reach + room) / se, 59))


def test_percentages_have_two_decimals() -> None:
    assert accuracy_percent(1, 3) == 33.33
    assert half_width_percent(33.33, 300) == round(1.96 * (33.33 * 66.67 / 300) ** 0.5, 2)


def test_an_error_set_of_one_is_the_smallest() -> None:
    assert singleton_bound(n_train=10, n_singleton=1, min_error_set=1).singleton_rate == 0.1
    with pytest.raises(ValueError, match="error set"):
        singleton_bound(n_train=10, n_singleton=1, min_error_set=0)


def test_the_omniscience_index_is_a_hundred_scores() -> None:
    submission = assess(graded(C, C, W, A, M), ItemFrame(5))
    score = threshold_score(submission, HALF, "declared")
    index = omniscience_index(submission)
    assert score.interval is not None
    assert index.interval is not None
    assert index.interval.low == pytest.approx(100 * score.interval.low)
    assert index.interval.high == pytest.approx(100 * score.interval.high)
    assert score.se is not None
    assert index.se == pytest.approx(100 * score.se)


@pytest.mark.parametrize("weight", [None, np.array([1.0, 2.0])])
def test_a_figure_of_nothing_is_of_no_items(weight: NDArray[np.float64] | None) -> None:
    ungraded = graded(Outcome.UNGRADED, Outcome.UNGRADED)
    nothing = assess(ungraded, ItemFrame(2, weight=weight))
    scores = [bas(nothing), *rates(nothing).values()]
    scores += [conditional_score(nothing, figure) for figure in figures().values()]
    assert {(score.value, score.n_items) for score in scores} == {(None, 0)}


def test_an_ungraded_answer_may_yet_earn_all_that_bas_pays_and_no_more() -> None:
    grades = Grades(
        np.array([Outcome.CORRECT, Outcome.UNGRADED], np.uint8), confidences([9_000, 9_000])
    )
    worst, best = math.log(1e-4) + 1 - 1e-4, 1 - 1e-4
    for cluster in (None, np.array([0, 1])):
        score = bas(assess(grades, ItemFrame(2, cluster=cluster)))
        assert score.bounds is not None
        assert score.bounds.low == pytest.approx((0.9 + worst) / 2, abs=1e-12)
        assert score.bounds.high == pytest.approx((0.9 + best) / 2, abs=1e-12)
