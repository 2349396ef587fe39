"""Answerable items and items that have no answer, each class scored as a submission of its own.

On an item that has no answer any answer is wrong and abstaining is right; what it earns there
is the benchmark's policy: 0 under the paper's rule, 1 under `credit_correct_abstention`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.scoring.assess import Assessed, accuracy, assess, coverage
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.metrics.rates import outcome_rate
from app.scoring.metrics.unanswerable import (
    AbstentionScores,
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
    """One class of items: how many, and the rates on them as declared."""

    n_items: int
    accuracy: Score
    error_rate: Score
    abstention_rate: Score
    coverage: Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerability:
    """Both classes, abstention precision, recall and F1, and S_t with credit for abstentions.

    `best_threshold` is tuned on the answers that it is scored on: a diagnostic, never a rank key.
    """

    answerable: ItemClass
    should_abstain: ItemClass
    abstention: AbstentionScores
    credited_threshold_score: dict[Target, Score]
    best_threshold: BestThreshold


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
    return Answerability(
        answerable=answerable,
        should_abstain=should_abstain,
        abstention=abstention_scores(grades, items),
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
