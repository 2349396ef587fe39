"""The audit trail: who did what, when; only ever added to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from app.storage.ids import public_id
from app.storage.session import ReadSession, WriteSession
from app.storage.tables import audit_event


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One act: by whom and with which key, upon what; never a secret or an answer."""

    id: int
    public_id: str
    at: datetime
    actor: str
    key: str | None
    action: str
    subject: str
    detail: dict[str, Any]
    request_id: str | None


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


def list_events(session: ReadSession, *, limit: int, after: int | None = None) -> list[AuditEvent]:
    """Events, newest first; `after` is the id of the last one seen."""
    statement = select(audit_event).order_by(audit_event.c.id.desc()).limit(limit)
    if after is not None:
        statement = statement.where(audit_event.c.id < after)
    return [AuditEvent(*row) for row in session.run(statement)]
