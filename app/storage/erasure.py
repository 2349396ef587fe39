"""Erasing: what a deleted benchmark or an erased submission held, taken out of the tables.

In steps of at most `ROWS` rows, each a transaction of its own, so that writers wait for a moment
only; what a step has done stays done, and another process can go on. SQLite overwrites deleted
rows with zeros (`secure_delete`); PostgreSQL's vacuum reuses their space.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Table, delete, exists, func, insert, literal, select, update

from app.storage.database.session import Database, ReadSession, WriteSession
from app.storage.database.tables import (
    Moment,
    api_key,
    benchmark,
    gone_submission,
    grading,
    invitation,
    item,
    model,
    option_probs,
    prediction,
    revision,
    revision_item,
    submission,
    submission_count,
)

ROWS: Final = 20_000
"""Rows of predictions or items that one transaction deletes at most."""

SUBMISSIONS: Final = 100
"""Submissions that one transaction deletes at most."""


@dataclass(frozen=True, slots=True)
class ErasedGrading:
    """A grading that an erased submission had: its revision, and how many items that has."""

    revision_id: int
    n_items: int


def foreign_submissions(session: ReadSession, benchmark_id: int, owner_id: int) -> int:
    """How many submissions to a benchmark are not its owner's, marked ones included."""
    statement = select(func.count()).where(
        submission.c.benchmark_id == benchmark_id, submission.c.owner_id != owner_id
    )
    return int(session.run(statement).scalar_one())


def mark_deleted(session: WriteSession, benchmark_id: int, *, at: datetime, reason: str) -> None:
    """Makes a benchmark a tombstone: nothing finds it any more, its keys are revoked, and the words
    of its owner are gone. Holds the board until the transaction ends."""
    session.run(
        update(benchmark)
        .where(benchmark.c.id == benchmark_id)
        .values(
            deleted_at=at,
            deleted_reason=reason,
            title="",
            description="",
            source="",
            quota=None,
            training=None,
            archived_reason=None,
            version=benchmark.c.version + 1,
        )
    )
    session.run(delete(submission_count).where(submission_count.c.benchmark_id == benchmark_id))
    session.run(
        update(api_key)
        .where(api_key.c.benchmark_id == benchmark_id, api_key.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    session.run(
        update(invitation)
        .where(invitation.c.benchmark_id == benchmark_id, invitation.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def mark_erased(
    session: WriteSession, submission_id: int, *, at: datetime, version: int
) -> list[ErasedGrading]:
    """Marks a submission erased and withdrawn at a version of its board, and forgets what was said
    of the run. Takes its gradings away; which they were, so that others can be put there."""
    session.run(
        update(submission)
        .where(submission.c.id == submission_id)
        .values(
            erased_at=at,
            withdrawn_at=func.coalesce(submission.c.withdrawn_at, literal(at, Moment)),
            changed=version,
            run={},
            reported=None,
            external_id=None,
        )
    )
    session.run(delete(option_probs).where(option_probs.c.submission_id == submission_id))
    rows = session.run(
        select(grading.c.revision_id, revision.c.n_items)
        .join(revision, revision.c.id == grading.c.revision_id)
        .where(grading.c.submission_id == submission_id)
    )
    gradings = [ErasedGrading(**row._asdict()) for row in rows]
    session.run(delete(grading).where(grading.c.submission_id == submission_id))
    return gradings


def erase_answers(session: WriteSession, submission_id: int) -> bool:
    """Deletes some of a submission's rows; whether there were any."""
    return _delete_some(session, prediction, prediction.c.submission_id, submission_id, "slot")


def erase_some(session: WriteSession, benchmark_id: int) -> bool:
    """Deletes some of what a deleted benchmark held; whether there was anything."""
    submissions = session.run(
        select(submission.c.id, submission.c.n_rows)
        .where(submission.c.benchmark_id == benchmark_id)
        .order_by(submission.c.id.desc())
        .limit(SUBMISSIONS)
    ).all()
    left = ROWS
    for stored in submissions:
        if stored.n_rows <= left:
            # Small ones go together.
            session.run(delete(prediction).where(prediction.c.submission_id == stored.id))
            _drop_submission(session, benchmark_id, stored.id)
            left -= stored.n_rows
            continue
        if left == ROWS and not erase_answers(session, stored.id):
            _drop_submission(session, benchmark_id, stored.id)
        break
    if submissions:
        return True
    number = session.run(
        select(revision.c.id).where(revision.c.benchmark_id == benchmark_id).limit(1)
    ).scalar()
    if number is not None:
        if not _delete_some(session, revision_item, revision_item.c.revision_id, number, "ordinal"):
            session.run(delete(revision).where(revision.c.id == number))
        return True
    return _delete_some(session, item, item.c.benchmark_id, benchmark_id, "ordinal")


def _drop_submission(session: WriteSession, benchmark_id: int, submission_id: int) -> None:
    """Deletes a submission whose rows are gone, and its model where no other submission names it;
    its address is remembered."""
    row = session.run(
        select(submission.c.public_id, submission.c.model_id).where(
            submission.c.id == submission_id
        )
    ).first()
    if row is None:
        # Another process that does the same was quicker.
        return
    session.run(
        update(submission)
        .where(submission.c.benchmark_id == benchmark_id)
        .where(submission.c.superseded_by == submission_id)
        .values(superseded_by=None)
    )
    session.run(delete(grading).where(grading.c.submission_id == submission_id))
    session.run(delete(option_probs).where(option_probs.c.submission_id == submission_id))
    session.run(delete(submission).where(submission.c.id == submission_id))
    session.run(insert(gone_submission).values(public_id=row.public_id, benchmark_id=benchmark_id))
    used = exists().where(submission.c.model_id == row.model_id)
    session.run(delete(model).where(model.c.id == row.model_id, ~used))


def _delete_some(
    session: WriteSession, table: Table, owner: Column[Any], value: int, order: str
) -> bool:
    """Deletes the first `ROWS` rows of `owner` by `order`; whether there were any."""
    column = table.c[order]
    some = select(column).where(owner == value).order_by(column).limit(ROWS).subquery()
    last = session.run(select(func.max(some.c[order]))).scalar()
    if last is None:
        return False
    session.run(delete(table).where(owner == value, column <= last))
    return True


def deleted_with_contents(session: ReadSession) -> list[int]:
    """The deleted benchmarks some of whose contents are still to be erased."""
    left = exists().where(revision.c.benchmark_id == benchmark.c.id)
    items = exists().where(item.c.benchmark_id == benchmark.c.id)
    statement = select(benchmark.c.id).where(benchmark.c.deleted_at.is_not(None), left | items)
    return list(session.run(statement).scalars())


def erased_with_answers(session: ReadSession) -> list[int]:
    """The erased submissions some of whose answers are still to be erased."""
    left = exists().where(prediction.c.submission_id == submission.c.id)
    statement = select(submission.c.id).where(submission.c.erased_at.is_not(None), left)
    return list(session.run(statement).scalars())


def flush_deleted(database: Database) -> bool:
    """Takes deleted rows out of SQLite's write-ahead log too; False while readers hold it.

    Does not wait for them: writers would have to wait as well.
    """
    if database.dialect != "sqlite":
        return True
    with database.engine.connect() as connection:
        # A checkpoint is refused inside a transaction, which this connection would begin.
        driver: Any = connection.connection.driver_connection
        (patience,) = driver.execute("PRAGMA busy_timeout").fetchone()
        driver.execute("PRAGMA busy_timeout=0")
        try:
            busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            driver.execute(f"PRAGMA busy_timeout={patience}")
    return not busy
