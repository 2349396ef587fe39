"""Revisions: immutable states of a benchmark's items and accepted answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from app.storage.session import ReadSession, WriteSession
from app.storage.tables import benchmark, revision


@dataclass(frozen=True, slots=True)
class Revision:
    """One state; shown once `complete`, that is when every submission was graded under it."""

    id: int
    benchmark_id: int
    number: int
    n_items: int
    matcher: str
    tolerance: str | None
    abstention_phrases: tuple[str, ...]
    note: str
    complete: bool
    created_at: datetime


def add_revision(
    session: WriteSession,
    *,
    benchmark_id: int,
    matcher: str,
    tolerance: str | None,
    abstention_phrases: tuple[str, ...],
    note: str,
    n_items: int,
    complete: bool,
    created_at: datetime,
) -> Revision:
    """Stores the next revision. Raises `Conflict` when two add one at once."""
    last = session.run(
        select(func.max(revision.c.number)).where(revision.c.benchmark_id == benchmark_id)
    ).scalar_one()
    row = session.run(
        insert(revision)
        .values(
            benchmark_id=benchmark_id,
            number=(last or 0) + 1,
            n_items=n_items,
            matcher=matcher,
            tolerance=tolerance,
            abstention_phrases=list(abstention_phrases),
            note=note,
            complete=complete,
            created_at=created_at,
        )
        .returning(revision)
    ).one()
    return _revision(row)


def complete_revision(session: WriteSession, revision_id: int, *, benchmark_id: int) -> int:
    """Shows a revision whose grading is finished; the board's new version."""
    session.run(update(revision).where(revision.c.id == revision_id).values(complete=True))
    statement = (
        update(benchmark)
        .where(benchmark.c.id == benchmark_id)
        .values(version=benchmark.c.version + 1)
        .returning(benchmark.c.version)
    )
    return int(session.run(statement).scalar_one())


def list_revisions(session: ReadSession, benchmark_id: int) -> list[Revision]:
    """All revisions of a benchmark, oldest first."""
    statement = (
        select(revision).where(revision.c.benchmark_id == benchmark_id).order_by(revision.c.number)
    )
    return [_revision(row) for row in session.run(statement)]


def _revision(row: Any) -> Revision:
    values = list(row)
    values[6] = tuple(values[6])
    return Revision(*values)
