"""Answerable items and items that have no answer, each class scored as a submission of its own.

On an item that has no answer any answer is wrong and abstaining is right; what it earns there
is the benchmark's policy: 0 under the paper's rule, 1 under `credit_correct_abstention`.

How abstentions meet the items that have no answer:

    precision   of the abstentions, how many were on items that have no answer
    recall      of the items that have no answer, how many were abstained on
    f1          their harmonic mean, 2 both / (abstained + unanswerable)

Under the paper's rule abstaining is worth 0 everywhere and answering an unanswerable item is
wrong. SQuAD 2.0 gives a point for a correct abstention instead: a policy of its own, by name.

Kirichenko and others (2025), AbstentionBench; Rajpurkar, Jia, Liang (2018), SQuAD 2.0.
"""

import math
from dataclasses import dataclass
from typing import Annotated, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.reply_fields import Doc, Sent
from app.scoring.assess import (
    CONFIDENCE_MISSING,
    Assessed,
    accuracy,
    assess,
    coverage,
)
from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame, Outcome
from app.scoring.item_scores import mean_difference, round_value
from app.scoring.metrics.confidence import WEIGHTED
from app.scoring.metrics.rates import outcome_rate
from app.scoring.rules import Mode, answered, attempted, credit_of, points_of
from app.scoring.score import NO_ITEMS, Score
from app.scoring.statistics.effective import Units
from app.scoring.statistics.influence import influence
from app.scoring.statistics.intervals import mover_wilson
from app.scoring.statistics.shares import share_interval
from app.scoring.targets import CONFIDENCE_UNITS, Target

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
SEVERAL_SAMPLES: Final = "several-samples"


class AbstentionScores(NamedTuple):
    """Precision, recall and F1 of abstaining, each in [0, 1], up."""

    precision: Score
    recall: Score
    f1: Score


def abstention_scores(grades: Grades, items: ItemFrame) -> AbstentionScores:
    """Precision, recall and F1 of abstentions as detections of unanswerable items.

    An item of K samples counts by the share of them that abstained. Ungraded answers are answers
    here: only abstentions are judged. Null where nothing was abstained on ("no-abstention")
    or nothing is unanswerable ("no-unanswerable-item"); F1 needs either. Wilson intervals, of
    effective counts where items are weighted, clustered or sampled, and for F1.
    """
    silent = abstained_share(grades)
    should = unanswerable(items).astype(np.float64)
    both = silent * should
    precision = _ratio(both, silent, items, "no-abstention")
    recall = _ratio(both, should, items, "no-unanswerable-item")
    f1 = _ratio(2 * both, silent + should, items, "no-abstention")
    return AbstentionScores(precision, recall, f1)


def credited_threshold_score(
    grades: Grades, items: ItemFrame, *, target: Target, mode: Mode
) -> Score:
    """S_t under the policy credit_correct_abstention: abstaining where there is no answer earns 1.

    In [-L, 1], up. Counted as abstained is an abstention, or in threshold mode an answer with p <=
    t; a missing item is not. At t = 0, declared, this is SQuAD 2.0's exact score. MOVER-Wilson.
    """
    silent = grades.outcome == Outcome.ABSTAINED
    silent |= answered(grades) & ~attempted(grades, target, mode)
    credited = silent & np.repeat(unanswerable(items), grades.samples)
    a = assess(grades, items)
    if not a.plain:
        tried, g = attempted(grades, target, mode), credit_of(grades)
        return mean_difference(
            grades,
            items,
            np.where(tried, g, 0.0) + credited,
            np.where(tried, 1 - g, 0.0),
            target.penalty,
        )
    n = a.profile.n_graded
    if n == 0:
        return Score(None, n_items=0, reason=NO_ITEMS)
    right, wrong = a.profile.attempted(target, mode)
    right += int(credited.sum())
    value = points_of(right, wrong, target.penalty) / n
    square = (right + target.penalty**2 * wrong) / n
    se = math.sqrt(max(square - value * value, 0.0) / (n - 1)) if n > 1 else None
    return Score(value, n_items=n, se=se, interval=mover_wilson(right, wrong, n, target.penalty))


def abstained_share(grades: Grades) -> Floats:
    """The share of each item's samples that were abstained on."""
    silent = (grades.outcome == Outcome.ABSTAINED).reshape(-1, grades.samples)
    share: Floats = silent.sum(axis=1) / grades.samples
    return share


def unanswerable(items: ItemFrame) -> Flags:
    """Which items have no answer; none if the benchmark declares none."""
    if items.answerable is None:
        return np.zeros(items.n_items, dtype=np.bool_)
    return ~items.answerable


@dataclass(frozen=True, slots=True)
class OracleThreshold:
    """The best threshold on the no-answer probability, tuned on the very labels it is scored on.

    `value`, in [0, 1], is the mean score with every item above `threshold` left unanswered:
    optimistic, a diagnostic, never a rank key.
    """

    value: float
    threshold: float


def oracle_best_threshold(
    *,
    has_answer: Flags,
    no_answer_prob: Floats,
    score: Floats,
    predicted: Flags | None = None,
) -> OracleThreshold:
    """SQuAD 2.0's best exact (or F1) score over thresholds.

    Starting from abstaining on everything, worth the share of unanswerable items, items are
    answered by rising no-answer probability: `score` for one that has an answer, -1 for one that
    has none and a text `predicted` (by default, always). Items of equal probability are answered
    together, as any threshold would; the official script walks them one by one in file order.
    Raises ValueError without items.
    """
    n = len(has_answer)
    if n == 0:
        raise ValueError("the best threshold needs at least one item")
    text = np.ones(n, dtype=np.bool_) if predicted is None else predicted
    gain = np.where(has_answer, score, np.where(text, -1.0, 0.0))
    order = np.lexsort((gain, no_answer_prob))
    thresholds, last = np.unique(no_answer_prob[order][::-1], return_index=True)
    totals = np.cumsum(gain[order])[n - 1 - last]
    best = int(np.argmax(totals))
    silent = int(np.sum(~has_answer))
    if totals[best] <= 0:
        return OracleThreshold(silent / n, 0.0)
    return OracleThreshold(float((silent + totals[best]) / n), float(thresholds[best]))


@dataclass(frozen=True, slots=True, kw_only=True)
class BestThreshold(Score):
    """The best score that any threshold on the stated confidence would have given.

    The threshold is chosen on the very answers that are scored with it: optimistic, a diagnostic,
    never what a board ranks by.
    """

    confidence: Annotated[
        float | None,
        Doc(
            "The least that still answers; null where abstaining throughout is as good, or where "
            "the value is null."
        ),
    ]


def best_threshold(grades: Grades, items: ItemFrame) -> BestThreshold:
    """`oracle_best_threshold` of a submission: answers below a confidence count as abstained.

    A correct abstention earns a point, a missing item nothing; ungraded items are left out. Null
    under weights, with several samples an item, and where an answer states no confidence.
    """
    graded = grades.outcome != Outcome.UNGRADED
    tried = answered(grades) & graded
    n = int(graded.sum())
    reason = None
    if grades.samples > 1:
        reason = SEVERAL_SAMPLES
    elif items.weight is not None:
        reason = WEIGHTED
    elif n == 0:
        reason = NO_ITEMS
    elif (grades.confidence[tried] == NO_CONFIDENCE).any():
        reason = CONFIDENCE_MISSING
    if reason is not None:
        n_items = 0 if grades.samples > 1 else n
        return BestThreshold(None, n_items=n_items, reason=reason, confidence=None)
    # A missing item is not an abstention, so it is no item without an answer here.
    without = unanswerable(items) & (grades.outcome != Outcome.MISSING)
    unsure = np.where(
        tried, CONFIDENCE_UNITS - grades.confidence.astype(np.int64), CONFIDENCE_UNITS
    )
    best = oracle_best_threshold(
        has_answer=~without[graded],
        no_answer_prob=unsure[graded].astype(np.float64),
        score=credit_of(grades)[graded],
        predicted=tried[graded],
    )
    silent = float(without[graded].sum() / n)
    confidence = (
        None if best.value == silent else (CONFIDENCE_UNITS - best.threshold) / CONFIDENCE_UNITS
    )
    return BestThreshold(best.value, n_items=n, confidence=confidence)


def _ratio(above: Floats, below: Floats, items: ItemFrame, reason: str) -> Score:
    """sum above / sum below over items, with Wilson's interval of effective counts.

    A ratio of sums is the mean of above / below weighted by below.
    """
    counted = below > 0
    n_items = int(counted.sum())
    if n_items == 0:
        return Score(value=None, n_items=0, reason=reason)
    x = above[counted] / below[counted]
    weight = (below if items.weight is None else below * items.weight)[counted]
    cluster = None if items.cluster is None else items.cluster[counted]
    moved = influence(x[:, None], weight=weight, cluster=cluster)
    value = float(moved.mean[0])
    se = math.sqrt(float(moved.covariance()[0, 0])) if moved.n_units > 1 else None
    interval = round_value(share_interval(x, Units(weight, cluster)), value)
    return Score(value=value, n_items=n_items, se=se, interval=interval)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemClass:
    """Items that have an answer, or items that have none, with the rates on them as declared."""

    n_items: Annotated[int, Doc("Items of the class.")]
    accuracy: Annotated[Score, Doc("Share right.")]
    error_rate: Annotated[Score, Doc("Share wrong.")]
    abstention_rate: Annotated[Score, Doc("Share abstained.")]
    coverage: Annotated[Score, Doc("Share answered.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerability:
    """How abstentions meet the items that have no answer."""

    answerable: Annotated[ItemClass, Doc("Items that have an answer.")]
    should_abstain: Annotated[ItemClass, Doc("Items that have none.")]
    abstention_precision: Annotated[Score, Doc("Share of the abstentions on items without one.")]
    abstention_recall: Annotated[Score, Doc("Share of the items without one abstained on.")]
    abstention_f1: Annotated[Score, Doc("The harmonic mean of precision and recall.")]
    credited_threshold_score: Annotated[
        dict[Target, Score],
        Doc("By target, with a point for a correct abstention, as SQuAD 2.0 does."),
    ]
    best_threshold: Annotated[
        BestThreshold,
        Sent(name="oracle_best_threshold"),
        Doc("Tuned on the answers it is scored on, with a point for a correct abstention."),
    ]


def answerability(
    grades: Grades, items: ItemFrame, *, targets: tuple[Target, ...], mode: Mode
) -> Answerability | None:
    """Scores by class; None where every item has an answer."""
    without = unanswerable(items)
    if not without.any():
        return None
    answerable, should_abstain = (
        _class(grades, items, np.flatnonzero(kept)) for kept in (~without, without)
    )
    precision, recall, f1 = abstention_scores(grades, items)
    return Answerability(
        answerable=answerable,
        should_abstain=should_abstain,
        abstention_precision=precision,
        abstention_recall=recall,
        abstention_f1=f1,
        credited_threshold_score={
            t: credited_threshold_score(grades, items, target=t, mode=mode) for t in targets
        },
        best_threshold=best_threshold(grades, items),
    )


def _class(grades: Grades, items: ItemFrame, chosen: NDArray[np.int64]) -> ItemClass:
    part: Assessed = assess(grades.only(chosen), items.only(chosen))
    return ItemClass(
        n_items=len(chosen),
        accuracy=accuracy(part),
        error_rate=outcome_rate(part, Outcome.WRONG),
        abstention_rate=outcome_rate(part, Outcome.ABSTAINED),
        coverage=coverage(part),
    )
