"""Columns of a body: one list or array a field, rows in the order sent."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.grading.responses import Verdict
from app.scoring.options import OptionProbs


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionColumns:
    """Predictions. `sample` is 1-based; `confidence` in units of 1e-9, -1 where unstated;
    `verdict` holds `Verdict` codes; `has_verdict` says where the row carried the field.

    `digest` is the SHA-256 of the decoded body. `options` are the option probabilities by row.
    """

    item: list[str]
    sample: NDArray[np.int32]
    answer: list[str | None]
    confidence: NDArray[np.int32]
    verdict: NDArray[np.int16]
    has_verdict: NDArray[np.bool_]
    digest: bytes
    options: OptionProbs | None = None

    @property
    def n_rows(self) -> int:
        """Rows sent."""
        return len(self.item)


def prediction_columns(
    *,
    item: list[str],
    answer: list[str | None],
    confidence: NDArray[np.int32],
    digest: bytes,
    sample: NDArray[np.int32] | None = None,
    verdict: NDArray[np.int16] | None = None,
) -> PredictionColumns:
    """Columns built from values in memory: one sample an item and no verdicts unless given."""
    n = len(item)
    codes = np.zeros(n, dtype=np.int16) if verdict is None else verdict
    graded_elsewhere = np.isin(codes, (Verdict.CORRECT, Verdict.WRONG))
    return PredictionColumns(
        item=item,
        sample=np.ones(n, dtype=np.int32) if sample is None else sample,
        answer=answer,
        confidence=confidence,
        verdict=codes,
        has_verdict=graded_elsewhere | (codes >= Verdict.PARTIAL_ZERO),
        digest=digest,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemColumns:
    """Items of a benchmark to publish or to change.

    `given` names the fields that each item was sent with; None where all count as sent.
    """

    key: list[str]
    question: list[str | None]
    accepted: list[list[str]]
    choices: list[list[str] | None]
    category: list[str | None]
    cluster: list[str | None]
    weight: list[float]
    answerable: list[bool]
    tags: list[dict[str, Any]]
    occurrences: list[int | None]
    digest: bytes
    given: list[frozenset[str]] | None = None

    @property
    def n_items(self) -> int:
        """Items sent."""
        return len(self.key)
