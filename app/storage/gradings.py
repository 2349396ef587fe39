"""Gradings: what we judged, one for each submission and revision, packed and checked.

Totals are columns, the profile and the item-aligned grades are packed bytes with a CRC-32 each: a
damaged byte is noticed when it is read, and never becomes a score.

Packed grades: the item-aligned vector of outcome, confidence and credit as few bytes.

A head (format, flags, samples, slots), then zlib level 1 of the outcomes (one byte a slot), the
confidences and, where any slot is PARTIAL, the credits (16 bits).

    format 1    confidences in units of 1e-4, 16 bits: where all of them are whole such units
    format 2    confidences in units of 1e-9, 32 bits

Of stated percentages format 1 takes about one byte a slot, of token probabilities format 2 takes
3.7: these are noise in all but their first bits.
"""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from sqlalchemy import insert, select

from app.problem import Problem
from app.scoring.grades import NO_CONFIDENCE, Grades, Outcome, in_target_units
from app.scoring.profile import Counts
from app.scoring.targets import CONFIDENCE_STEP
from app.storage.database.rows import named_rows
from app.storage.database.session import ReadSession, WriteSession
from app.storage.database.tables import grading, model, owner, revision, submission
from app.storage.models import MODEL_COLUMNS, ModelRow, model_of

FORMAT: Final = 2
_COARSE: Final = 1
_HEAD: Final = struct.Struct("<BBHI")
_WITH_CREDIT: Final = 1
_CONFIDENCE: Final = {_COARSE: "<i2", FORMAT: "<i4"}


def pack_grades(grades: Grades) -> bytes:
    """The grades as bytes, in the coarsest format that holds them."""
    flags = 0 if grades.credit is None else _WITH_CREDIT
    coarse = in_target_units(grades.confidence)
    version = FORMAT if coarse is None else _COARSE
    confidence = grades.confidence if coarse is None else coarse
    parts = [
        grades.outcome.astype("u1").tobytes(),
        confidence.astype(_CONFIDENCE[version]).tobytes(),
    ]
    if grades.credit is not None:
        parts.append(grades.credit.astype("<i2").tobytes())
    head = _HEAD.pack(version, flags, grades.samples, len(grades.outcome))
    return head + zlib.compress(b"".join(parts), 1)


def unpack_grades(data: bytes) -> Grades:
    """The inverse of `pack_grades`, of both formats. Raises ValueError for other bytes."""
    if len(data) < _HEAD.size:
        raise ValueError("the grades are cut short")
    version, flags, samples, n = _HEAD.unpack_from(data)
    if version not in _CONFIDENCE:
        raise ValueError("the grades have another format or length")
    kind = np.dtype(_CONFIDENCE[version])
    width = 1 + kind.itemsize + (2 if flags & _WITH_CREDIT else 0)
    try:
        body = zlib.decompress(data[_HEAD.size :], bufsize=max(n * width, 1))
    except zlib.error:
        raise ValueError("the grades are damaged") from None
    if samples < 1 or len(body) != n * width:
        raise ValueError("the grades have another format or length")
    outcome = np.frombuffer(body, "u1", n)
    if n and int(outcome.max()) > max(Outcome):
        raise ValueError("the grades hold an outcome that is none")
    credit = None
    if flags & _WITH_CREDIT:
        credit = np.frombuffer(body, "<i2", n, n * (1 + kind.itemsize)).astype(np.int16)
    confidence = np.frombuffer(body, kind, n, n).astype(np.int32)
    if version == _COARSE:
        stated = confidence != NO_CONFIDENCE
        np.multiply(confidence, CONFIDENCE_STEP, out=confidence, where=stated)
    return Grades(outcome.astype(np.uint8), confidence, credit, samples)


@dataclass(frozen=True, slots=True)
class Grading:
    """The grades of one submission under one revision."""

    counts: Counts
    n_invalid: int
    grades: Grades


@dataclass(frozen=True, slots=True)
class BoardRow:
    """What a board keeps of a submission; `profile` is packed and its checksum was right. One
    that is erased is withdrawn too."""

    submission_id: int
    public_id: str
    attempt: int
    stated_target: int | None
    samples: int
    confidence_source: str | None
    self_reported: bool
    created_at: datetime
    withdrawn: bool
    superseded: bool
    erased: bool
    changed: int
    counts: Counts
    profile: bytes
    model: ModelRow

    @property
    def owner(self) -> str:
        """The name of the owner."""
        return self.model.owner


def add_grading(
    session: WriteSession,
    *,
    submission_id: int,
    revision_id: int,
    counts: Counts,
    n_invalid: int,
    profile: bytes,
    vector: bytes,
    grader: str,
    created_at: datetime,
) -> None:
    """Stores a grading. Raises `Conflict` where this revision was graded before."""
    session.run(
        insert(grading).values(
            submission_id=submission_id,
            revision_id=revision_id,
            n_correct=counts.correct,
            n_wrong=counts.wrong,
            n_partial=counts.partial,
            n_abstained=counts.abstained,
            n_missing=counts.missing,
            n_ungraded=counts.ungraded,
            n_invalid=n_invalid,
            profile=profile,
            profile_crc=zlib.crc32(profile),
            vector=vector,
            vector_crc=zlib.crc32(vector),
            format=max(profile[0], vector[0]),
            grader=grader,
            created_at=created_at,
        )
    )


_COUNT_COLUMNS = tuple(grading.c[f"n_{outcome}"] for outcome in Counts.__dataclass_fields__)


def _counts_of(row: Mapping[str, Any]) -> Counts:
    """The counts in a row that holds `_COUNT_COLUMNS`."""
    return Counts(
        correct=row["n_correct"],
        wrong=row["n_wrong"],
        partial=row["n_partial"],
        abstained=row["n_abstained"],
        missing=row["n_missing"],
        ungraded=row["n_ungraded"],
    )


def load_grading(session: ReadSession, submission_id: int, revision_id: int) -> Grading:
    """The grading of a submission under a revision. Raises `not-found`, or `corrupt`."""
    row = session.run(
        select(*_COUNT_COLUMNS, grading.c.n_invalid, grading.c.vector, grading.c.vector_crc).where(
            grading.c.submission_id == submission_id, grading.c.revision_id == revision_id
        )
    ).first()
    if row is None:
        raise Problem("not-found", "The submission was not graded under that revision.")
    return Grading(
        counts=_counts_of(row._asdict()),
        n_invalid=row.n_invalid,
        grades=unpack_grades(_whole(row.vector, row.vector_crc)),
    )


def graded_revisions(session: ReadSession, submission_id: int) -> set[int]:
    """The numbers of the complete revisions that a submission was graded under."""
    statement = (
        select(revision.c.number)
        .join(grading, grading.c.revision_id == revision.c.id)
        .where(grading.c.submission_id == submission_id, revision.c.complete)
    )
    return set(session.run(statement).scalars())


def load_many_grades(
    session: ReadSession, revision_id: int, submission_ids: list[int]
) -> dict[int, Grades]:
    """The grades of several submissions under a revision. Raises `corrupt`."""
    grades: dict[int, Grades] = {}
    for start in range(0, len(submission_ids), 500):
        rows = session.run(
            select(grading.c.submission_id, grading.c.vector, grading.c.vector_crc).where(
                grading.c.revision_id == revision_id,
                grading.c.submission_id.in_(submission_ids[start : start + 500]),
            )
        )
        for row in rows:
            grades[row.submission_id] = unpack_grades(_whole(row.vector, row.vector_crc))
    return grades


def board_rows(session: ReadSession, revision_id: int, *, since: int) -> list[BoardRow]:
    """What changed on the board of a revision after version `since`, in order of arrival.

    One statement, whatever the number of submissions. Raises `corrupt`.
    """
    columns = submission.c
    statement = (
        select(
            columns.id,
            columns.public_id,
            columns.attempt,
            columns.stated_target,
            columns.samples,
            columns.confidence_source,
            columns.self_reported,
            columns.created_at,
            columns.withdrawn_at,
            columns.superseded_by,
            columns.erased_at,
            columns.changed,
            *_COUNT_COLUMNS,
            grading.c.profile,
            grading.c.profile_crc,
            *MODEL_COLUMNS,
        )
        .join(grading, grading.c.submission_id == columns.id)
        .join(model, model.c.id == columns.model_id)
        .join(owner, owner.c.id == columns.owner_id)
        .where(grading.c.revision_id == revision_id, columns.changed > since)
        .order_by(columns.id)
    )
    return [_board_row(row) for row in named_rows(session.run(statement))]


def _board_row(row: Mapping[str, Any]) -> BoardRow:
    return BoardRow(
        submission_id=row["id"],
        public_id=row["public_id"],
        attempt=row["attempt"],
        stated_target=row["stated_target"],
        samples=row["samples"],
        confidence_source=row["confidence_source"],
        self_reported=row["self_reported"],
        created_at=row["created_at"],
        withdrawn=row["withdrawn_at"] is not None,
        superseded=row["superseded_by"] is not None,
        erased=row["erased_at"] is not None,
        changed=row["changed"],
        counts=_counts_of(row),
        profile=_whole(row["profile"], row["profile_crc"]),
        model=model_of(row),
    )


def _whole(blob: bytes, crc: int) -> bytes:
    if zlib.crc32(blob) != crc:
        raise Problem("corrupt", "A stored grading failed its checksum; restore a backup.")
    return bytes(blob)
