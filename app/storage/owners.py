"""Owners: the names that keys are issued for and that boards show beside a model."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import insert, select, text

from app.storage.database.rows import present, public_id
from app.storage.database.session import ReadSession, WriteSession
from app.storage.database.tables import owner

_NAMES: Final = 0x6F776E657273
"""The advisory lock of owners' names on PostgreSQL ("owners")."""


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
    return None if row is None else Owner(**row._asdict())


def lock_owner_names(session: WriteSession) -> None:
    """Lets nobody else give out an owner's name by invitation until the transaction ends, so that
    a name may be compared with all others first. On SQLite every writer has that already."""
    if session.dialect == "postgresql":
        session.run(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _NAMES})


def owner_names(session: ReadSession) -> Iterator[str]:
    """The name of every owner."""
    return iter(session.run(select(owner.c.name)).scalars())


def ensure_owner(session: WriteSession, name: str) -> Owner:
    """The owner of that name, made if need be. Raises `Conflict` when two make it at once."""
    stored = find_owner(session, name)
    if stored is None:
        session.run(
            insert(owner).values(
                public_id=public_id("own"), name=name, created_at=datetime.now(UTC)
            )
        )
        stored = find_owner(session, name)
    return present(stored, f"The owner {name}")
