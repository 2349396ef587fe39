"""Scores by how often an item's fact occurred in training data.

Items may carry the number of times their fact occurred in training data. Theorem 2 predicts the
errors on facts seen once; each bucket is scored like a submission of its own.

Kalai, Nachum, Vempala, Zhang (2025), section 3.3.1; Miao and Kearns (2025), arXiv 2502.08666.
"""

from dataclasses import dataclass
from typing import Annotated, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from app.reply_fields import Doc
from app.scoring.assess import assess, selective_accuracy, threshold_score
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.metrics.rates import outcome_rate
from app.scoring.rules import Mode
from app.scoring.score import Score
from app.scoring.targets import Target

BucketName = Literal["0", "1", "2-5", "6-20", "21+"]
BUCKETS: Final[tuple[BucketName, ...]] = get_args(BucketName)

_LOWEST: Final = np.array([0, 1, 2, 6, 21])

NOTE: Final = (
    "The share of benchmark items that occurred once is not the singleton rate of the theorem, "
    "which counts training examples."
)


@dataclass(frozen=True, slots=True)
class Bucket:
    """Items whose fact occurred so often in training data, scored as a submission of its own."""

    bucket: Annotated[BucketName, Doc("Occurrences of the fact in training data.")]
    n_items: Annotated[int, Doc("Items of the bucket.")]
    error_rate: Annotated[Score, Doc("Share wrong, as declared.")]
    abstention_rate: Annotated[Score, Doc("Share abstained, as declared.")]
    selective_accuracy: Annotated[Score, Doc("Share right among the answered, as declared.")]
    threshold_score: Annotated[dict[Target, Score], Doc("S_t by target.")]


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Scores by how often an item's fact occurred in training data."""

    note: Annotated[str, Doc("What these shares are not.")]
    buckets: Annotated[tuple[Bucket, ...], Doc("Buckets that have items, rarest first.")]


def bucket_of(occurrences: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place in BUCKETS of each count; -1 where it is unknown (any negative number)."""
    return np.searchsorted(_LOWEST, occurrences, side="right").astype(np.int64) - 1


def by_occurrence(
    grades: Grades, items: ItemFrame, *, targets: tuple[Target, ...], mode: Mode
) -> Occurrences | None:
    """A row for every bucket that has items; None where the benchmark does not say.

    Rates and selective accuracy are over the bucket's graded items as declared, with Wilson
    intervals for plain outcomes; S_t is at the targets and mode given.
    """
    if items.occurrences is None or not targets:
        return None
    bucket = bucket_of(items.occurrences)
    rows = []
    for place, name in enumerate(BUCKETS):
        chosen = np.flatnonzero(bucket == place)
        if len(chosen) == 0:
            continue
        part = assess(grades.only(chosen), items.only(chosen))
        rows.append(
            Bucket(
                bucket=name,
                n_items=len(chosen),
                error_rate=outcome_rate(part, Outcome.WRONG),
                abstention_rate=outcome_rate(part, Outcome.ABSTAINED),
                selective_accuracy=selective_accuracy(part),
                threshold_score={t: threshold_score(part, t, mode) for t in targets},
            )
        )
    return Occurrences(NOTE, tuple(rows))
