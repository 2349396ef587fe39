"""The audit trail: who did what, when; only ever added to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import CompoundSelect, insert, select, union_all

from app.reply_fields import NEVER, Doc, Sent
from app.storage.database.rows import named_rows, public_id
from app.storage.database.session import ReadSession, WriteSession
from app.storage.database.tables import (
    api_key,
    audit_event,
    benchmark,
    gone_submission,
    invitation,
    submission,
)


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One act: by whom and with which key, upon what; never a secret or an answer."""

    id: Annotated[int, NEVER]
    public_id: Annotated[str, Sent(name="id"), Doc("The entry's id, `evt_…`.")]
    at: Annotated[datetime, Doc("When it was done, UTC.")]
    actor: Annotated[str, Doc("The owner who did it, or `candor`, the service itself.")]
    key: Annotated[str | None, Doc("The id of the key it was done with; null without one.")]
    action: Annotated[str, Doc("What was done, such as `key.issue`.")]
    subject: Annotated[str, Doc("The id of what it was done to.")]
    detail: Annotated[dict[str, Any], Doc("What else is known of it, by action.")]
    request_id: Annotated[str | None, Doc("`X-Request-Id` of the reply; null without a request.")]


def add_event(
    session: WriteSession,
    *,
    at: datetime,
    actor: str,
    key: str | None,
    action: str,
    subject: str,
    detail: dict[str, Any],
    request_id: str | None,
) -> None:
    """Adds an event in the transaction of the act itself: both are stored or neither."""
    session.run(
        insert(audit_event).values(
            public_id=public_id("evt"),
            at=at,
            actor=actor,
            key=key,
            action=action,
            subject=subject,
            detail=detail,
            request_id=request_id,
        )
    )


def list_events(
    session: ReadSession,
    *,
    limit: int,
    after: int | None = None,
    owner_id: int | None = None,
    benchmark_id: int | None = None,
) -> list[AuditEvent]:
    """Events, newest first; `after` is the id of the last one seen.

    With `owner_id` only what happened to that owner's benchmarks: they themselves, their
    submissions, their invitations and the keys bound to them; with `benchmark_id` only to that
    one.
    """
    statement = select(audit_event).order_by(audit_event.c.id.desc()).limit(limit)
    if owner_id is not None or benchmark_id is not None:
        statement = statement.where(audit_event.c.subject.in_(_subjects(owner_id, benchmark_id)))
    if after is not None:
        statement = statement.where(audit_event.c.id < after)
    return [AuditEvent(**row) for row in named_rows(session.run(statement))]


def _subjects(owner_id: int | None, benchmark_id: int | None) -> CompoundSelect[Any]:
    """The public ids of benchmarks, their submissions, their invitations and the keys bound to
    them."""
    wanted = [
        *([] if owner_id is None else [benchmark.c.owner_id == owner_id]),
        *([] if benchmark_id is None else [benchmark.c.id == benchmark_id]),
    ]
    return union_all(
        select(benchmark.c.public_id).where(*wanted),
        select(submission.c.public_id)
        .join(benchmark, benchmark.c.id == submission.c.benchmark_id)
        .where(*wanted),
        select(gone_submission.c.public_id)
        .join(benchmark, benchmark.c.id == gone_submission.c.benchmark_id)
        .where(*wanted),
        select(api_key.c.public_id)
        .join(benchmark, benchmark.c.id == api_key.c.benchmark_id)
        .where(*wanted),
        select(invitation.c.public_id)
        .join(benchmark, benchmark.c.id == invitation.c.benchmark_id)
        .where(*wanted),
    )
