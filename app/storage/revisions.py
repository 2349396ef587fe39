"""Revisions: immutable states of a benchmark's items and accepted answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, func, insert, select, update

from app.grading.options import GradingRules
from app.grading.registry import MatcherName
from app.storage.database.session import ReadSession, WriteSession
from app.storage.database.tables import benchmark, grading, revision, submission


@dataclass(frozen=True, slots=True)
class Revision:
    """One state; shown once `complete`, that is when every submission was graded under it."""

    id: int
    benchmark_id: int
    number: int
    n_items: int
    matcher: MatcherName
    tolerance: str | None
    abstention_phrases: tuple[str, ...]
    grading: GradingRules
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
    grading: GradingRules,
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
            grading=grading.as_json(),
            note=note,
            complete=complete,
            created_at=created_at,
        )
        .returning(revision)
    ).one()
    return _revision(row)


def lock_benchmark(session: WriteSession, benchmark_id: int) -> int:
    """The board's version; others who submit, withdraw or revise wait until the transaction ends.

    Not the strongest lock: rows that refer to the benchmark may still be written meanwhile.
    """
    statement = (
        select(benchmark.c.version)
        .where(benchmark.c.id == benchmark_id)
        .with_for_update(key_share=True)
    )
    return int(session.run(statement).scalar_one())


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


def find_revision(session: ReadSession, revision_id: int) -> Revision | None:
    """The revision of that row."""
    row = session.run(select(revision).where(revision.c.id == revision_id)).first()
    return None if row is None else _revision(row)


def unfinished_revisions(session: ReadSession) -> list[Revision]:
    """The revisions of all benchmarks under which some submission may be still to grade."""
    statement = (
        select(revision)
        .join(benchmark, benchmark.c.id == revision.c.benchmark_id)
        .where(~revision.c.complete, benchmark.c.deleted_at.is_(None))
        .order_by(revision.c.id)
    )
    return [_revision(row) for row in session.run(statement)]


@dataclass(frozen=True, slots=True)
class Ungraded:
    """A submission that a revision is still to grade."""

    submission_id: int
    samples: int


def ungraded_submissions(
    session: ReadSession, made: Revision, *, limit: int | None = None
) -> list[Ungraded]:
    """The submissions of the revision's benchmark that it has not graded, in order of arrival."""
    graded = exists().where(
        grading.c.submission_id == submission.c.id, grading.c.revision_id == made.id
    )
    statement = (
        select(submission.c.id.label("submission_id"), submission.c.samples)
        .join(benchmark, benchmark.c.id == submission.c.benchmark_id)
        .where(
            submission.c.benchmark_id == made.benchmark_id,
            benchmark.c.deleted_at.is_(None),
            ~graded,
        )
        .order_by(submission.c.id)
        .limit(limit)
    )
    return [Ungraded(**row._asdict()) for row in session.run(statement)]


def count_graded(session: ReadSession, made: Revision) -> tuple[int, int]:
    """How many submissions the revision has graded, and how many its benchmark has."""
    graded = select(func.count()).where(grading.c.revision_id == made.id).scalar_subquery()
    every = (
        select(func.count()).where(submission.c.benchmark_id == made.benchmark_id).scalar_subquery()
    )
    row = session.run(select(graded.label("graded"), every.label("every"))).one()
    return int(row.graded), int(row.every)


def _revision(row: Row[Any]) -> Revision:
    values = row._asdict() | {
        "abstention_phrases": tuple(row.abstention_phrases),
        "grading": GradingRules.from_json(row.grading),
    }
    return Revision(**values)
