"""Honest confidences: what a submission would score had each confidence been worth what it says.

    score         S_t as stated, an answer given where p > t
    honest_score  the same with recalibrated confidences, an answer given where x > t
    1 = score + (honest_score - score) + (1 - honest_score)
              lost to miscalibration    lost to not knowing

x is cross-fitted: the items (whole clusters where they come in them) are dealt into five folds, and
an answer's x comes from pool-adjacent-violators on the four other folds, straight between their
levels. The share of each pool counts one right and one wrong answer more (Laplace's rule of
succession), as else a pool of a few right answers would be certain. Averaged over four deals, of
more than 20,000 answers over one. Deals are keyed by the profile and by content, so that the order
of rows changes nothing.

Zadrozny and Elkan (2002) for isotonic recalibration; Dimitriadis, Gneiting, Jordan (2021).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from app.reply_fields import Doc
from app.scoring import rules
from app.scoring.assess import CONFIDENCE_MISSING, NO_ANSWERS, Assessed
from app.scoring.levels import Levels, slot_weights, sums_of_sorted
from app.scoring.metrics.figure_intervals import answers_of
from app.scoring.profile import ScoreProfile, pack_profile
from app.scoring.seeded import generator_for
from app.scoring.targets import CONFIDENCE_UNITS, Target

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ONE_ANSWER: Final = "one-answer"
"""The reason where there is no other answer, or no other cluster, to recalibrate by."""

FOLDS: Final = 5
DEALS: Final = 4
_MANY: Final = 20_000
"""Of more answers one deal is enough."""

GRID: Final = tuple(Target(units) for units in (*range(0, 10_000, 500), 9_900))
"""The targets that are always told of: 0, 0.05, … 0.95, 0.99."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostPoints:
    """Points an item, averaged over all targets with weight 2(1 - t), as the quadratic score."""

    score: Annotated[float, Doc("The quadratic score of the confidences as stated.")]
    honest_score: Annotated[float, Doc("That of the recalibrated ones, cross-fitted.")]
    lost_to_miscalibration: Annotated[float, Doc("`honest_score` less `score`.")]
    lost_to_not_knowing: Annotated[float, Doc("1 less `honest_score`.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class HonestConfidences:
    """What a submission would score with honest (recalibrated) confidences, whatever its mode:
    columns, one entry a target in rising order, in points an item. `score`,
    `lost_to_miscalibration` and `lost_to_not_knowing` add up to 1, all that could be earned."""

    target: Annotated[Floats, Doc("0, 0.05, … 0.95, 0.99, the benchmark's own and those asked.")]
    score: Annotated[Floats, Doc("The threshold score as stated: answers with p > t count.")]
    honest_score: Annotated[
        Floats, Doc("The threshold score of recalibrated confidences, cross-fitted in five folds.")
    ]
    lost_to_miscalibration: Annotated[
        Floats, Doc("`honest_score` less `score`; below 0 by chance where there is little to lose.")
    ]
    lost_to_not_knowing: Annotated[Floats, Doc("1 less `honest_score`.")]
    over_all_targets: Annotated[LostPoints, Doc("The same for the quadratic score.")]


@dataclass(frozen=True, slots=True)
class _Answers:
    """Stated answers: level, weight and grade of each, and the place of its unit, which is dealt as
    a whole, among `units`. `whole` is the weight of all that was graded."""

    p: Floats
    level: Ints
    weight: Floats
    grade: Floats
    unit: Ints
    units: int
    whole: float


def honest_confidences(
    a: Assessed, levels: Levels, targets: Sequence[Target]
) -> HonestConfidences | None:
    """The columns at GRID and `targets`; None where an answer states no confidence, and without two
    items, or two clusters, to deal."""
    if a.profile.n_unstated or not a.profile.n_answered:
        return None
    answers = _plain(a, levels) if a.plain else _of_items(a, levels)
    if answers.units < 2:
        return None
    told = sorted({*GRID, *targets})
    score, quadratic = _as_stated(answers, told)
    deals = DEALS if len(answers.level) <= _MANY else 1
    honest, honest_quadratic = np.zeros(len(told)), 0.0
    for fold in _folds(a, answers, deals):
        here = _fold(answers, fold, told)
        honest, honest_quadratic = honest + here[0], honest_quadratic + here[1]
    honest, honest_quadratic = honest / deals, honest_quadratic / deals
    # At t = 0 every answer is given, whatever it states: equal to the last digit.
    honest[0] = score[0]
    return HonestConfidences(
        target=np.asarray([target.value for target in told]),
        score=score,
        honest_score=honest,
        lost_to_miscalibration=honest - score,
        lost_to_not_knowing=1 - honest,
        over_all_targets=LostPoints(
            score=quadratic,
            honest_score=honest_quadratic,
            lost_to_miscalibration=honest_quadratic - quadratic,
            lost_to_not_knowing=1 - honest_quadratic,
        ),
    )


def why_not_recalibrated(profile: ScoreProfile) -> str:
    """The reason where there are no honest confidences."""
    if profile.n_unstated:
        return CONFIDENCE_MISSING
    return ONE_ANSWER if profile.n_answered else NO_ANSWERS


def _plain(a: Assessed, levels: Levels) -> _Answers:
    """Each answer a unit, by level and outcome: those alike are exchangeable."""
    right, wrong = levels.right.astype(np.int64), levels.wrong.astype(np.int64)
    numbers = np.arange(len(levels.units))
    level = np.concatenate([np.repeat(numbers, right), np.repeat(numbers, wrong)])
    n = len(level)
    grade = (np.arange(n) < int(right.sum())).astype(np.float64)
    return _Answers(levels.p, level, np.ones(n), grade, np.arange(n), n, float(a.profile.n_graded))


def _of_items(a: Assessed, levels: Levels) -> _Answers:
    """Items, or clusters of them, as units in an order of their content."""
    slots = answers_of(a, levels)
    unit = slots.item if slots.units.cluster is None else slots.units.cluster[slots.item]
    _, unit = np.unique(unit, return_inverse=True)
    # Sums over answers in an order of their own are the same whatever the order of rows.
    order = np.lexsort((slots.weight, slots.grade, slots.level))
    unit, level, weight = unit[order], slots.level[order], slots.weight[order]
    p, grade = slots.p[order], slots.grade[order]
    content = [
        np.bincount(unit, weights=weight * part)
        for part in (p * p * grade, p * p, p * grade, p, grade, np.ones(len(unit)))
    ]
    rank = np.empty(len(content[0]), dtype=np.int64)
    rank[np.lexsort(content)] = np.arange(len(rank))
    whole = sums_of_sorted(slot_weights(a.item_grades, a.items).ravel())
    return _Answers(levels.p, level, weight, grade, rank[unit], len(rank), whole)


def _folds(a: Assessed, answers: _Answers, deals: int) -> Iterator[NDArray[np.bool_]]:
    """Which answers are in each fold of each deal."""
    generator = generator_for(b"honest confidences" + pack_profile(a.profile))
    folds = min(FOLDS, answers.units)
    for _ in range(deals):
        dealt = (generator.permutation(answers.units) % folds)[answers.unit]
        for fold in range(folds):
            yield dealt == fold


def _fold(
    answers: _Answers, here: NDArray[np.bool_], told: Sequence[Target]
) -> tuple[Floats, float]:
    """What the answers of a fold add to the scores and the quadratic score, with confidences from
    the answers of the others."""

    def sums(chosen: NDArray[np.bool_], values: Floats) -> Floats:
        return _sums(answers.level[chosen], values[chosen], len(answers.p))

    weight, right = answers.weight, answers.weight * answers.grade
    others = ~here
    x = _recalibrated(
        answers.p, sums(others, weight), sums(others, right), sums(others, weight * weight)
    )
    return _scores(x, sums(here, weight), sums(here, right), answers.whole, told)


def _as_stated(answers: _Answers, told: Sequence[Target]) -> tuple[Floats, float]:
    mass, right = (
        _sums(answers.level, part, len(answers.p))
        for part in (answers.weight, answers.weight * answers.grade)
    )
    return _scores(answers.p, mass, right, answers.whole, told)


def _scores(
    x: Floats, mass: Floats, right: Floats, whole: float, told: Sequence[Target]
) -> tuple[Floats, float]:
    """S_t at each target and the quadratic score of levels with the rising confidences x."""
    stated = np.rint(x * CONFIDENCE_UNITS)
    least = [-1 if target.units == 0 else target.confidence for target in told]
    first = np.searchsorted(stated, least, side="right")
    given, earned = (np.append(np.cumsum(part[::-1])[::-1], 0.0)[first] for part in (mass, right))
    points = [
        rules.score_of(c, w, whole, target)
        for c, w, target in zip(earned.tolist(), (given - earned).tolist(), told, strict=True)
    ]
    return np.asarray(points), float((2 * x * right - x * x * mass).sum() / whole)


def _recalibrated(p: Floats, mass: Floats, right: Floats, squared_weights: Floats) -> Floats:
    """What the confidences p are worth by the answers of other folds; rising."""
    held = mass > 0
    fitted = isotonic_regression(right[held] / mass[held], weights=mass[held])
    starts = fitted.blocks[:-1]
    pooled, earned, squares = (
        np.add.reduceat(part[held], starts) for part in (mass, right, squared_weights)
    )
    answers = pooled * pooled / squares
    share = (earned / pooled * answers + 1) / (answers + 2)
    x = np.repeat(np.maximum.accumulate(share), np.diff(fitted.blocks))
    between: Floats = np.interp(p, p[held], x)
    return between


def _sums(group: Ints, values: Floats, size: int) -> Floats:
    return np.bincount(group, weights=values, minlength=size).astype(np.float64)
