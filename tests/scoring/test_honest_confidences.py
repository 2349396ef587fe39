"""Honest confidences: what recalibrated confidences would score, out of fold."""

from dataclasses import replace

import numpy as np
import pytest

from app.scoring.assess import Assessed, assess, quadratic_score, threshold_score
from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame, Outcome
from app.scoring.levels import levels_of
from app.scoring.metrics.honest_confidences import (
    GRID,
    HonestConfidences,
    honest_confidences,
    why_not_recalibrated,
)
from app.scoring.targets import CONFIDENCE_UNITS, Target


def submission(
    stated: np.ndarray, right: np.ndarray, samples: int = 1, **frame: np.ndarray
) -> Assessed:
    outcome = np.where(right, Outcome.CORRECT, Outcome.WRONG).astype(np.uint8)
    units = np.rint(stated * CONFIDENCE_UNITS).astype(np.int32)
    grades = Grades(outcome, units, None, samples)
    return assess(grades, ItemFrame(grades.n_items, **frame))


def found(a: Assessed, *targets: Target) -> HonestConfidences:
    columns = honest_confidences(a, levels_of(a), targets)
    assert columns is not None
    return columns


def answers(n: int, *, seed: int, sure: float) -> tuple[np.ndarray, np.ndarray]:
    """Right with chance q, stated as q to the power of 1 / sure: 1 is calibrated."""
    draw = np.random.default_rng(seed)
    chance = draw.beta(4, 1.2, n)
    return np.round(chance ** (1 / sure), 3), draw.random(n) < chance


KINDS = {
    "plain": {},
    "weights": {"weight": np.random.default_rng(1).lognormal(0, 0.5, 400)},
    "clusters": {"cluster": np.arange(400) // 8},
    "both": {
        "weight": np.random.default_rng(2).lognormal(0, 0.5, 400),
        "cluster": np.arange(400) // 8,
    },
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_score_is_the_threshold_score_and_the_parts_add_up(kind: str) -> None:
    a = submission(*answers(400, seed=3, sure=2), **KINDS[kind])
    columns = found(a, Target(3_333), Target(7_500))
    told = sorted({*GRID, Target(3_333)})
    assert columns.target.tolist() == [target.value for target in told]
    for place, target in enumerate(told):
        stated = threshold_score(a, target, "threshold").value
        assert columns.score[place] == pytest.approx(stated, abs=1e-12)
    whole = columns.score + columns.lost_to_miscalibration + columns.lost_to_not_knowing
    assert whole == pytest.approx(np.ones(len(told)), abs=1e-9)
    assert columns.honest_score[0] == columns.score[0]
    over = columns.over_all_targets
    assert over.score == pytest.approx(quadratic_score(a).value, abs=1e-12)
    parts = over.score + over.lost_to_miscalibration + over.lost_to_not_knowing
    assert parts == pytest.approx(1.0)


def test_samples_and_credit() -> None:
    stated, right = answers(400, seed=4, sure=2)
    a = submission(stated, right, samples=2)
    columns = found(a)
    assert columns.score[15] == pytest.approx(
        threshold_score(a, Target(7_500), "threshold").value, abs=1e-12
    )
    grades = replace(
        a.item_grades,
        outcome=np.where(np.arange(400) % 3 == 0, Outcome.PARTIAL, a.item_grades.outcome).astype(
            np.uint8
        ),
        credit=np.full(400, 5_000, np.int16),
        samples=1,
    )
    partly = assess(grades, ItemFrame(400))
    assert found(partly).score[10] == pytest.approx(
        threshold_score(partly, Target(5_000), "threshold").value, abs=1e-12
    )


def test_of_a_calibrated_model_little_is_lost_to_miscalibration() -> None:
    """Averaged over 12 draws of 1,000 answers; recalibration itself costs a little."""
    lost = np.mean(
        [
            found(submission(*answers(1_000, seed=seed, sure=1))).lost_to_miscalibration
            for seed in range(12)
        ],
        axis=0,
    )
    at = {target.value: place for place, target in enumerate(GRID)}
    for t in (0.25, 0.5, 0.75, 0.9):
        assert -0.03 < lost[at[t]] < 0.005, t


def test_of_an_overconfident_model_recalibration_wins_back_what_the_truth_would() -> None:
    """Stated q^(1/3): with q itself it would score as much as with honest confidences, nearly."""
    draw = np.random.default_rng(9)
    chance = draw.beta(4, 1.2, 20_000)
    right, stated = draw.random(20_000) < chance, np.round(chance ** (1 / 3), 4)
    columns = found(submission(stated, right))
    for target in (Target(7_500), Target(9_000)):
        place = GRID.index(target)
        given = chance > target.value
        known = float((right[given] - target.penalty * ~right[given]).sum()) / 20_000
        assert columns.honest_score[place] == pytest.approx(known, abs=0.015)
        assert columns.lost_to_miscalibration[place] > 0.1


def test_a_model_that_is_turned_round_is_told_nothing_by_its_confidences() -> None:
    """Surest where it is wrong: recalibrated, all its confidences are its accuracy."""
    draw = np.random.default_rng(5)
    chance = draw.beta(3, 3, 4_000)
    columns = found(submission(np.round(1 - chance, 2), draw.random(4_000) < chance))
    place = GRID.index(Target(7_500))
    assert columns.honest_score[place] == 0
    assert columns.lost_to_not_knowing[place] == 1
    assert columns.lost_to_miscalibration[place] > 0.2


@pytest.mark.parametrize("kind", ["plain", "weights", "clusters"])
def test_the_order_of_rows_changes_nothing(kind: str) -> None:
    stated, right = answers(400, seed=6, sure=2)
    turned = np.random.default_rng(0).permutation(400)
    one = found(submission(stated, right, **KINDS[kind]))
    frame = {name: values[turned] for name, values in KINDS[kind].items()}
    other = found(submission(stated[turned], right[turned], **frame))
    assert one.honest_score == pytest.approx(other.honest_score, abs=1e-12)


def test_clusters_are_never_split() -> None:
    """Ten clusters, each of one outcome at a confidence of its own, 2 right of 10: by answers of
    its own cluster each would know itself; by the others' none is worth 0.75."""
    cluster = np.arange(200) // 20
    stated, right = cluster / 20 + 0.05, np.isin(cluster, (3, 8))
    whole = found(submission(stated, right, cluster=cluster))
    split = found(submission(stated, right))
    place = GRID.index(Target(7_500))
    assert whole.honest_score[place] <= 0
    assert split.honest_score[place] >= whole.honest_score[place]
    low = GRID.index(Target(1_000))
    assert split.honest_score[low] > whole.honest_score[low]


def test_a_few_right_answers_are_not_certain() -> None:
    """Laplace's rule: of ten right answers at one level, eight in four folds, none is worth more
    than 9 of 10."""
    columns = found(submission(np.full(10, 0.99), np.ones(10, bool)))
    assert columns.honest_score[GRID.index(Target(8_500))] == pytest.approx(1)
    assert columns.honest_score[GRID.index(Target(9_000))] == 0


def test_where_there_are_none_a_reason_is_given() -> None:
    one = submission(np.array([0.5]), np.array([True]))
    assert honest_confidences(one, levels_of(one), ()) is None
    assert why_not_recalibrated(one.profile) == "one-answer"
    unstated = assess(
        Grades(np.array([3, 2], np.uint8), np.array([NO_CONFIDENCE, 5], np.int32)), ItemFrame(2)
    )
    assert honest_confidences(unstated, levels_of(unstated), ()) is None
    assert why_not_recalibrated(unstated.profile) == "confidence-missing"
    silent = assess(Grades(np.array([1, 1], np.uint8), np.array([-1, -1], np.int32)), ItemFrame(2))
    assert honest_confidences(silent, levels_of(silent), ()) is None
    assert why_not_recalibrated(silent.profile) == "no-answers"
