"""Grades: the outcome, confidence and credit of every slot of a submission.

A slot is one attempt at one item: slot = ordinal * K + sample - 1, with K samples an item. The
arrays are aligned with the items of a revision, so two submissions can be compared slot by slot.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.scoring.targets import CONFIDENCE_STEP

NO_CONFIDENCE: Final = -1
"""The confidence of a slot that stated none."""


def in_target_units(confidence: NDArray[np.int32]) -> NDArray[np.int16] | None:
    """Confidences in units of 1e-4, NO_CONFIDENCE kept, where all of them are whole such units, as
    those are that models state in words; None otherwise."""
    coarse = confidence // CONFIDENCE_STEP
    # Floor division takes NO_CONFIDENCE, -1, to -1.
    whole = coarse * CONFIDENCE_STEP == confidence
    whole |= confidence == NO_CONFIDENCE
    return coarse.astype(np.int16) if bool(whole.all()) else None


class Outcome(IntEnum):
    """The outcome of a slot; exactly one a slot."""

    MISSING = 0
    ABSTAINED = 1
    WRONG = 2
    CORRECT = 3
    PARTIAL = 4
    UNGRADED = 5


@dataclass(frozen=True, slots=True)
class Grades:
    """The item-aligned grades of one submission; every array has n_items * samples entries.

    `outcome` holds `Outcome` codes (uint8). `confidence` is in units of 1e-9 (int32), NO_CONFIDENCE
    where unstated; an abstention may carry one, which no figure uses. `credit` is in units of 1e-4
    (int16) and is what PARTIAL slots earn; None when no slot is PARTIAL.
    """

    outcome: NDArray[np.uint8]
    confidence: NDArray[np.int32]
    credit: NDArray[np.int16] | None = None
    samples: int = 1

    @property
    def n_items(self) -> int:
        """Items, each with `samples` slots."""
        return len(self.outcome) // self.samples

    def only(self, items: NDArray[np.int64]) -> "Grades":
        """The grades of some items, in their order."""
        slots = (items[:, None] * self.samples + np.arange(self.samples)).ravel()
        credit = None if self.credit is None else self.credit[slots]
        return Grades(self.outcome[slots], self.confidence[slots], credit, self.samples)


@dataclass(frozen=True, slots=True)
class ItemFrame:
    """The items of a revision as scoring needs them, in order of ordinal; None means "all alike".

    `weight` > 0 (float64), `cluster` and `category` codes (int64, 0-based), `answerable` (bool),
    `occurrences` of the fact in training data (int64, -1 unknown).
    """

    n_items: int
    weight: NDArray[np.float64] | None = None
    cluster: NDArray[np.int64] | None = None
    category: NDArray[np.int64] | None = None
    category_names: tuple[str, ...] = ()
    answerable: NDArray[np.bool_] | None = None
    occurrences: NDArray[np.int64] | None = None

    @property
    def uniform(self) -> bool:
        """Whether items have neither weights nor clusters."""
        return self.weight is None and self.cluster is None

    def only(self, items: NDArray[np.int64]) -> "ItemFrame":
        """The frame of some items, in their order; arrays are kept even if all entries are now
        alike."""
        return ItemFrame(
            n_items=len(items),
            weight=None if self.weight is None else self.weight[items],
            cluster=None if self.cluster is None else self.cluster[items],
            category=None if self.category is None else self.category[items],
            category_names=self.category_names,
            answerable=None if self.answerable is None else self.answerable[items],
            occurrences=None if self.occurrences is None else self.occurrences[items],
        )
