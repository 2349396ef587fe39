"""Owners: the names that keys are issued for and that boards show beside a model."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select

from app.storage.ids import public_id
from app.storage.session import ReadSession, WriteSession
from app.storage.tables import owner


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who publishes or submits."""

    id: int
    public_id: str
    name: str
    created_at: datetime


def find_owner(session: ReadSession, name: str) -> Owner | None:
    """The owner of that name, or None."""
    row = session.run(select(owner).where(owner.c.name == name)).first()
    return None if row is None else Owner(*row)


def ensure_owner(session: WriteSession, name: str) -> Owner:
    """The owner of that name, made if need be. Raises `Conflict` when two make it at once."""
    found = find_owner(session, name)
    if found is None:
        session.run(
            insert(owner).values(
                public_id=public_id("own"), name=name, created_at=datetime.now(UTC)
            )
        )
        found = find_owner(session, name)
    assert found is not None
    return found
