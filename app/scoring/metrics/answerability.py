"""Answerable items and items that have no answer, each class scored as a submission of its own.

On an item that has no answer any answer is wrong and abstaining is right; what it earns there
is the benchmark's policy: 0 under the paper's rule, 1 under `credit_correct_abstention`.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from app.reply_fields import Doc, Sent
from app.scoring.assess import Assessed, accuracy, assess, coverage
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.metrics.rates import outcome_rate
from app.scoring.metrics.unanswerable import (
    BestThreshold,
    abstention_scores,
    best_threshold,
    credited_threshold_score,
    unanswerable,
)
from app.scoring.rules import Mode
from app.scoring.score import Score
from app.scoring.targets import Target


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
