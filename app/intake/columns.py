"""Columns of a body: one list or array a field, rows in the order sent."""

import json
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.grading.responses import Verdict
from app.problem import RowProblem
from app.scoring.options import OptionProbs


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionColumns:
    """Predictions. `sample` is 1-based; `confidence` in units of 1e-9, -1 where unstated;
    `verdict` holds `Verdict` codes; `has_verdict` says where the row carried the field.

    `digest` is the SHA-256 of the decoded body. `options` are the option probabilities by row.
    Rows that could not be read are not here: `faults` says what is wrong with them (`n_faults` in
    all), and `row_numbers` is the number of each row here in the body as sent.
    """

    item: list[str]
    sample: NDArray[np.int32]
    answer: list[str | None]
    confidence: NDArray[np.int32]
    verdict: NDArray[np.int16]
    has_verdict: NDArray[np.bool_]
    digest: bytes
    options: OptionProbs | None = None
    faults: tuple[RowProblem, ...] = ()
    n_faults: int = 0
    n_bad_rows: int = 0
    row_numbers: NDArray[np.int64] | None = None

    @property
    def n_rows(self) -> int:
        """Rows that could be read: all that were sent, where there are no faults."""
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


class AcceptedCell(list[str]):
    """Accepted answers from one cell of a table that holds a JSON list; `cell` is its text.

    Such a list is several answers, or one that is a list itself: the matcher decides.
    """

    __slots__ = ("cell",)

    def __init__(self, answers: list[str], cell: str) -> None:
        super().__init__(answers)
        self.cell = cell


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


def read_by_matcher(items: ItemColumns, matcher: str) -> ItemColumns:
    """Items with the accepted answers of table cells read as a matcher reads them: for `set` a list
    of strings is one set, and a list of lists several; for others it is several answers."""
    if matcher != "set" or not any(isinstance(part, AcceptedCell) for part in items.accepted):
        return items
    accepted = [_sets(part) if isinstance(part, AcceptedCell) else part for part in items.accepted]
    return replace(items, accepted=accepted)


def _sets(cell: AcceptedCell) -> list[str]:
    value = json.loads(cell.cell)
    if value and all(isinstance(part, list) for part in value):
        return [json.dumps(part, ensure_ascii=False) for part in value]
    if value and all(isinstance(part, str) and part.lstrip().startswith("[") for part in value):
        return list(cell)
    return [cell.cell]
