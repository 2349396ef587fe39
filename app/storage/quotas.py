"""Quotas: how many submissions an owner may make to a benchmark, and how many are stored.

One row per owner and benchmark counts the stored submissions. It is written in the transaction
that stores the submission, and holds its lock until the commit, so that two requests, in whatever
thread or process, never both take the last place.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import case, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.reply_fields import Doc
from app.storage.database.session import ReadSession, WriteSession
from app.storage.database.tables import benchmark, submission_count

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Quota:
    """How many submissions each owner may make to a benchmark.

    Every stored submission of the owner counts, withdrawn and superseded ones too; a repeated
    request that finds what it stored before, and a refused one, do not. At least one limit is set.
    """

    total: Annotated[int | None, Doc("In all; null is no limit.")]
    per_day: Annotated[int | None, Doc("In one UTC day; null is no limit.")]


@dataclass(frozen=True, slots=True)
class SubmissionCount:
    """Submissions of an owner to a benchmark, withdrawn ones included: all, and those of a day."""

    total: int = 0
    today: int = 0


def quota_to_json(quota: Quota | None) -> dict[str, int | None] | None:
    """A quota as it is stored."""
    return None if quota is None else asdict(quota)


def quota_from_json(stored: Any) -> Quota | None:
    """A stored quota."""
    return None if stored is None else Quota(stored["total"], stored["per_day"])


def current_quota(session: WriteSession, benchmark_id: int) -> Quota | None:
    """The quota of a benchmark as this transaction sees it."""
    return quota_from_json(
        session.run(select(benchmark.c.quota).where(benchmark.c.id == benchmark_id)).scalar_one()
    )


def count_submission(
    session: WriteSession, *, benchmark_id: int, owner_id: int, at: datetime
) -> SubmissionCount:
    """Counts one more submission; how many there are now, this one included.

    Counted only if the transaction commits. Holds the counter's row until then, so call it late.
    """
    columns = submission_count.c
    insert = postgresql_insert if session.dialect == "postgresql" else sqlite_insert
    statement = insert(submission_count).values(
        benchmark_id=benchmark_id, owner_id=owner_id, total=1, day=day_of(at), today=1
    )
    new = statement.excluded
    # The clock of another process may still be on the day before: that goes to the newer day. A day
    # further back is a clock that was set, and counts as a day of its own.
    other_day = or_(new.day > columns.day, new.day < columns.day - 1)
    counted = statement.on_conflict_do_update(
        index_elements=["benchmark_id", "owner_id"],
        set_={
            "total": columns.total + 1,
            "today": case((other_day, 1), else_=columns.today + 1),
            "day": case((other_day, new.day), else_=columns.day),
        },
    ).returning(columns.total, columns.today)
    return SubmissionCount(**session.run(counted).one()._asdict())


def submission_counts(
    session: ReadSession, benchmark_ids: Sequence[int], *, owner_id: int, at: datetime
) -> dict[int, SubmissionCount]:
    """How many submissions an owner has made, by benchmark; none where it made none."""
    columns = submission_count.c
    rows = session.run(
        select(columns.benchmark_id, columns.total, columns.day, columns.today).where(
            columns.owner_id == owner_id, columns.benchmark_id.in_(benchmark_ids)
        )
    )
    day = day_of(at)
    return {
        row.benchmark_id: SubmissionCount(row.total, row.today if row.day in {day, day + 1} else 0)
        for row in rows
    }


def day_of(at: datetime) -> int:
    """The UTC day of a moment, counted from 1970."""
    return int(at.timestamp()) // _DAY
