"""Gradings: what we judged, one for each submission and revision, packed and checked.

Totals are columns, the profile and the item-aligned grades are packed bytes with a CRC-32 each: a
damaged byte is noticed when it is read, and never becomes a score.
"""

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import insert, select

from app.problem import Problem
from app.scoring.grades import Grades
from app.storage.database.session import ReadSession, WriteSession
from app.storage.database.tables import grading, model, owner, revision, submission
from app.storage.models import COLUMNS, ModelRow, model_of
from app.storage.packed_grades import unpack_grades

FORMAT: Final = 1
"""The version of how a grading's blobs are laid out."""


class Counts(NamedTuple):
    """Slots by outcome."""

    correct: int
    wrong: int
    partial: int
    abstained: int
    missing: int
    ungraded: int


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
            format=FORMAT,
            grader=grader,
            created_at=created_at,
        )
    )


_COUNTS = (
    grading.c.n_correct,
    grading.c.n_wrong,
    grading.c.n_partial,
    grading.c.n_abstained,
    grading.c.n_missing,
    grading.c.n_ungraded,
)


def load_grading(session: ReadSession, submission_id: int, revision_id: int) -> Grading:
    """The grading of a submission under a revision. Raises `not-found`, or `corrupt`."""
    row = session.run(
        select(*_COUNTS, grading.c.n_invalid, grading.c.vector, grading.c.vector_crc).where(
            grading.c.submission_id == submission_id, grading.c.revision_id == revision_id
        )
    ).first()
    if row is None:
        raise Problem("not-found", "The submission was not graded under that revision.")
    *counts, n_invalid, vector, crc = row
    return Grading(Counts(*counts), n_invalid, unpack_grades(_whole(vector, crc)))


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
        for submission_id, vector, crc in rows:
            grades[submission_id] = unpack_grades(_whole(vector, crc))
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
            *_COUNTS,
            grading.c.profile,
            grading.c.profile_crc,
            *COLUMNS,
        )
        .join(grading, grading.c.submission_id == columns.id)
        .join(model, model.c.id == columns.model_id)
        .join(owner, owner.c.id == columns.owner_id)
        .where(grading.c.revision_id == revision_id, columns.changed > since)
        .order_by(columns.id)
    )
    return [_board_row(tuple(row)) for row in session.run(statement)]


def _board_row(row: Any) -> BoardRow:
    facts, counts, (profile, crc), named = row[:12], row[12:18], row[18:20], row[20:]
    withdrawn, superseded, erased = (mark is not None for mark in facts[8:11])
    marks = (withdrawn, superseded, erased, facts[11])
    held: Any = (*facts[:8], *marks, Counts(*counts), _whole(profile, crc), model_of(named))
    return BoardRow(*held)


def _whole(blob: bytes, crc: int) -> bytes:
    if zlib.crc32(blob) != crc:
        raise Problem("corrupt", "A stored grading failed its checksum; restore a backup.")
    return bytes(blob)
