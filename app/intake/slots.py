"""Slots: reorders rows from the order sent to the order of the items.

Grading and writing in the order sent would miss the cache at every row and insert at random places
of the tree; in slot order both are sequential. A taken slot is a duplicate, an empty one missing.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from app.grading.responses import Responses
from app.intake.columns import PredictionColumns
from app.intake.limits import Limits
from app.intake.nearest_keys import NearestKeys
from app.problem import SHOWN_ROWS, Problem, RowProblem
from app.scoring.grades import NO_CONFIDENCE
from app.wording import invalid


def by_slot(
    columns: PredictionColumns,
    *,
    positions: Mapping[str, int],
    keys: Sequence[str],
    limits: Limits | None = None,
) -> Responses:
    """Rows by slot; `positions` maps item keys to positions and `keys` is the inverse.

    K is the largest sample sent. Raises `invalid-predictions` for unknown items and duplicates,
    `too-large` for more slots than the limits allow.
    """
    samples = int(columns.sample.max()) if columns.n_rows else 1
    n_slots = len(keys) * samples
    most = (limits or Limits()).slots
    if n_slots > most:
        raise Problem("too-large", f"Items times samples may be at most {most}.")
    # Most pipelines send every item in order: one comparison of lists detects it.
    in_order = samples == 1 and columns.item == list(keys)
    if in_order:
        present = np.ones(n_slots, dtype=np.bool_)
        return Responses(
            columns.answer,
            columns.confidence,
            columns.verdict,
            present,
            options=columns.options,
        )
    slots = _slots_of(columns, positions, samples)
    answer: list[str | None] = [None] * n_slots
    for slot, text in zip(slots.tolist(), columns.answer, strict=True):
        answer[slot] = text
    confidence = np.full(n_slots, NO_CONFIDENCE, dtype=np.int32)
    confidence[slots] = columns.confidence
    verdict = np.zeros(n_slots, dtype=np.int16)
    verdict[slots] = columns.verdict
    present = np.zeros(n_slots, dtype=np.bool_)
    present[slots] = True
    options = columns.options
    if options is not None:
        options = options.at(slots[options.slot])
    return Responses(answer, confidence, verdict, present, samples, options)


def _slots_of(
    columns: PredictionColumns, position_of: Mapping[str, int], samples: int
) -> NDArray[np.int64]:
    """The slot of each row. Raises `invalid-predictions` for unknown items and for duplicates, both
    in one."""
    find = position_of.get
    positions = np.fromiter((find(key, -1) for key in columns.item), np.int64, columns.n_rows)
    slots: NDArray[np.int64] = positions * samples + columns.sample - 1
    unknown = np.flatnonzero(positions < 0)
    known = np.flatnonzero(positions >= 0)
    pairs = _repeated(known, slots[known])
    if len(unknown) or pairs:
        nearest = NearestKeys(position_of)
        problems = [
            RowProblem(row, columns.item[row], "/item", "unknown-item", nearest.detail(item))
            for row in unknown[:SHOWN_ROWS].tolist()
            for item in (columns.item[row],)
        ]
        problems += [
            RowProblem(
                row,
                columns.item[row],
                "/item",
                "duplicate",
                f"Row {_number(columns, earlier)} has the same item and sample; send one, or "
                "number the samples.",
            )
            for row, earlier in pairs[:SHOWN_ROWS]
        ]
        problems.sort(key=lambda problem: problem.row or 0)
        raise _refusal(columns, problems[:SHOWN_ROWS], len(unknown) + len(pairs))
    return slots


def _repeated(rows: NDArray[np.int64], slots: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Rows whose slot an earlier row has taken, with that row."""
    order = np.argsort(slots, kind="stable")
    again = np.flatnonzero(slots[order][1:] == slots[order][:-1]) + 1
    return sorted((int(rows[order[at]]), int(rows[order[at - 1]])) for at in again.tolist())


def _number(columns: PredictionColumns, row: int) -> int:
    return row if columns.row_numbers is None else int(columns.row_numbers[row])


def _refusal(columns: PredictionColumns, rows: list[RowProblem], total: int) -> Problem:
    return Problem(
        "invalid-predictions",
        invalid(total, of=columns.n_rows, noun="prediction"),
        rows=rows,
        total=total,
    )
