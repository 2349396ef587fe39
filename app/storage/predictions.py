"""Predictions: what the model said, one narrow row a slot, written in bulk and read by page.

Option probabilities on the shelf: one packed blob a submission, with a CRC-32.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Exists, exists, insert, select

from app.grading.responses import Responses, Verdict
from app.problem import Problem
from app.scoring.grades import NO_CONFIDENCE
from app.scoring.options import FORMAT, OptionProbs, pack_options, unpack_options
from app.storage.database.bulk import write_rows
from app.storage.database.rows import named_columns, named_rows
from app.storage.database.session import ReadSession, WriteSession
from app.storage.database.tables import option_probs, prediction, submission


@dataclass(frozen=True, slots=True)
class Prediction:
    """One row: confidence in units of 1e-9 or None, verdict a `Verdict` code or None."""

    slot: int
    answer: str | None
    confidence: int | None
    verdict: int | None


def write_predictions(
    session: WriteSession, submission_id: int, responses: Responses, *, ordinals: NDArray[np.int64]
) -> None:
    """Writes the slots that are present; `ordinals` says where each of the revision's items
    stands in its benchmark, which is what stored slots count from."""
    write_rows(
        session,
        "prediction",
        {
            "submission_id": "int8",
            "slot": "int4",
            "confidence": "int4",
            "verdict": "int2",
            "answer": "text",
        },
        _rows(submission_id, responses, ordinals),
    )


def _rows(
    submission_id: int, responses: Responses, ordinals: NDArray[np.int64]
) -> Iterator[tuple[Any, ...]]:
    samples = np.arange(responses.samples)
    slots = (ordinals[:, None] * responses.samples + samples).ravel()
    present = np.flatnonzero(responses.present)
    confidence = [None if units < 0 else units for units in responses.confidence[present].tolist()]
    verdict = [code or None for code in responses.verdict[present].tolist()]
    answers = responses.answer
    for slot, stated, code, position in zip(
        slots[present].tolist(), confidence, verdict, present.tolist(), strict=True
    ):
        yield submission_id, slot, stated, code, answers[position]


def _erased(submission_id: Any) -> Exists:
    """Whether that submission is marked as erased: its rows are shown to nobody any more."""
    return exists().where(submission.c.id == submission_id, submission.c.erased_at.is_not(None))


def read_predictions(
    session: ReadSession, submission_id: int, *, start_slot: int, limit: int
) -> list[Prediction]:
    """Rows from `start_slot` on, by slot."""
    statement = (
        select(
            prediction.c.slot, prediction.c.answer, prediction.c.confidence, prediction.c.verdict
        )
        .where(
            prediction.c.submission_id == submission_id,
            prediction.c.slot >= start_slot,
            ~_erased(submission_id),
        )
        .order_by(prediction.c.slot)
        .limit(limit)
    )
    return [Prediction(**row) for row in named_rows(session.run(statement))]


def predictions_at(
    session: ReadSession, submission_ids: Sequence[int], slots: Sequence[int]
) -> dict[tuple[int, int], Prediction]:
    """What some submissions said at some slots, by submission and slot; at most 1,000 of each."""
    if not submission_ids or not slots:
        return {}
    columns = prediction.c
    statement = select(
        columns.submission_id, columns.slot, columns.answer, columns.confidence, columns.verdict
    ).where(
        columns.submission_id.in_(submission_ids),
        columns.slot.in_(slots),
        ~_erased(columns.submission_id),
    )
    rows = named_rows(session.run(statement))
    return {(row.pop("submission_id"), row["slot"]): Prediction(**row) for row in rows}


def load_responses(
    session: ReadSession, submission_id: int, *, ordinals: NDArray[np.int64], samples: int
) -> Responses:
    """Everything a submission said about the items at `ordinals`, slot by slot in their order;
    nothing of one whose answers are erased, though some rows may still be there."""
    position_of = {int(ordinal): position for position, ordinal in enumerate(ordinals)}
    n_slots = len(ordinals) * samples
    answer: list[str | None] = [None] * n_slots
    confidence = np.full(n_slots, NO_CONFIDENCE, dtype=np.int32)
    verdict = np.full(n_slots, Verdict.NONE, dtype=np.int16)
    present = np.zeros(n_slots, dtype=np.bool_)
    statement = select(
        prediction.c.slot, prediction.c.answer, prediction.c.confidence, prediction.c.verdict
    ).where(prediction.c.submission_id == submission_id, ~_erased(submission_id))
    columns = named_columns(session.run(statement))
    for slot, text, stated, code in zip(
        columns["slot"], columns["answer"], columns["confidence"], columns["verdict"], strict=True
    ):
        ordinal, sample = divmod(slot, samples)
        position = position_of.get(ordinal)
        if position is None:
            continue
        at = position * samples + sample
        present[at], answer[at] = True, text
        confidence[at] = NO_CONFIDENCE if stated is None else stated
        verdict[at] = Verdict.NONE if code is None else code
    return Responses(answer, confidence, verdict, present, samples)


def add_options(
    session: WriteSession,
    submission_id: int,
    options: OptionProbs,
    *,
    ordinals: NDArray[np.int64],
    samples: int,
) -> None:
    """Stores the rows; slots are counted from the benchmark's items, as those of predictions."""
    position, sample = np.divmod(options.slot, samples)
    body = pack_options(replace(options, slot=ordinals[position] * samples + sample))
    session.run(
        insert(option_probs).values(
            submission_id=submission_id, body=body, body_crc=zlib.crc32(body), format=FORMAT
        )
    )


def load_options(
    session: ReadSession, submission_id: int, *, ordinals: NDArray[np.int64], samples: int
) -> OptionProbs | None:
    """The rows by slot of a revision whose items stand at `ordinals`; None where none were sent.

    Raises `corrupt`.
    """
    row = session.run(
        select(option_probs.c.body, option_probs.c.body_crc).where(
            option_probs.c.submission_id == submission_id
        )
    ).first()
    if row is None:
        return None
    if zlib.crc32(row.body) != row.body_crc:
        raise Problem("corrupt", "Stored probabilities failed their checksum; restore a backup.")
    options = unpack_options(bytes(row.body))
    ordinal, sample = np.divmod(options.slot, samples)
    position_of = np.full(int(max(ordinal.max(initial=0), ordinals.max(initial=0))) + 1, -1)
    position_of[ordinals] = np.arange(len(ordinals))
    position = position_of[ordinal]
    return options.at(np.where(position < 0, -1, position * samples + sample))
