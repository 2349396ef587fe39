"""API keys: what is kept of them, which is never the secret.

How often a key wrote this minute, counted where all processes see it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, String, cast, delete, exists, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.storage.database.rows import present, public_id
from app.storage.database.session import ReadSession, WriteSession
from app.storage.database.tables import api_key, benchmark, owner, write_window


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as stored. `key_id` is the part that finds it, `secret_hash` the part that proves it;
    `benchmark` is the slug where the key is bound to one, `benchmark_owner_id` its owner.
    `last_used_at` is coarse: it lags by up to ten minutes."""

    id: int
    public_id: str
    key_id: str
    secret_hash: bytes
    owner_id: int
    owner: str
    scopes: tuple[str, ...]
    benchmark_id: int | None
    benchmark: str | None
    benchmark_owner_id: int | None
    label: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


def add_key(
    session: WriteSession,
    *,
    key_id: str,
    secret_hash: bytes,
    owner_id: int,
    scopes: tuple[str, ...],
    created_at: datetime,
    benchmark_id: int | None = None,
    label: str = "",
    expires_at: datetime | None = None,
) -> ApiKey:
    """Stores a new key."""
    session.run(
        insert(api_key).values(
            public_id=public_id("key"),
            key_id=key_id,
            secret_hash=secret_hash,
            owner_id=owner_id,
            scopes=list(scopes),
            benchmark_id=benchmark_id,
            label=label,
            created_at=created_at,
            expires_at=expires_at,
        )
    )
    return present(find_key(session, key_id), "The new key")


def find_key(session: ReadSession, key_id: str) -> ApiKey | None:
    """The key with that id, revoked ones included."""
    return _first(session, _keys().where(api_key.c.key_id == key_id))


def find_key_by_row(session: ReadSession, row_id: int) -> ApiKey | None:
    """The key in that row, revoked ones included."""
    return _first(session, _keys().where(api_key.c.id == row_id))


def find_key_by_public_id(session: ReadSession, wanted: str) -> ApiKey | None:
    """The key with that public id, revoked ones included."""
    return _first(session, _keys().where(api_key.c.public_id == wanted))


def list_keys(
    session: ReadSession,
    *,
    limit: int,
    owner_id: int | None = None,
    benchmark_id: int | None = None,
    after: int | None = None,
) -> list[ApiKey]:
    """Keys in order of issue: all, or an owner's own and those bound to its benchmarks, or only
    those bound to one benchmark."""
    statement = _keys().where(api_key.c.id > (after or 0)).order_by(api_key.c.id).limit(limit)
    if owner_id is not None:
        statement = statement.where(
            or_(api_key.c.owner_id == owner_id, benchmark.c.owner_id == owner_id)
        )
    if benchmark_id is not None:
        statement = statement.where(api_key.c.benchmark_id == benchmark_id)
    return [_key(row) for row in session.run(statement)]


def revoke_key(session: WriteSession, row_id: int, at: datetime) -> None:
    """Revokes a key; one that is revoked keeps its first moment."""
    session.run(
        update(api_key)
        .where(api_key.c.id == row_id, api_key.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def touch_key(session: WriteSession, row_id: int, at: datetime, *, step: timedelta) -> None:
    """Remembers when a key was last used, unless a moment less than `step` from `at` is stored:
    another process may have been first."""
    used = api_key.c.last_used_at
    due = or_(used.is_(None), used <= at - step, used >= at + step)
    session.run(update(api_key).where(api_key.c.id == row_id, due).values(last_used_at=at))


def any_admin_key(session: ReadSession) -> bool:
    """Whether a key with the scope `admin` was ever issued."""
    admins = exists().where(cast(api_key.c.scopes, String).contains('"admin"', autoescape=True))
    return bool(session.run(select(admins)).scalar_one())


def _keys() -> Select[Any]:
    return (
        select(
            api_key.c.id,
            api_key.c.public_id,
            api_key.c.key_id,
            api_key.c.secret_hash,
            api_key.c.owner_id,
            owner.c.name.label("owner"),
            api_key.c.scopes,
            api_key.c.benchmark_id,
            benchmark.c.slug.label("benchmark"),
            benchmark.c.owner_id.label("benchmark_owner_id"),
            api_key.c.label,
            api_key.c.created_at,
            api_key.c.expires_at,
            api_key.c.revoked_at,
            api_key.c.last_used_at,
        )
        .join(owner, owner.c.id == api_key.c.owner_id)
        .outerjoin(benchmark, benchmark.c.id == api_key.c.benchmark_id)
    )


def _first(session: ReadSession, statement: Select[Any]) -> ApiKey | None:
    row = session.run(statement).first()
    return None if row is None else _key(row)


def _key(row: Row[Any]) -> ApiKey:
    values = row._asdict() | {"scopes": tuple(row.scopes)}
    return ApiKey(**values)


def count_write(session: WriteSession, key_row: int, now: datetime) -> int:
    """Counts one write of a key; how many it made in the current minute, this one included.

    Counted only if the transaction commits. Holds the counter's row until then, so call it late.
    """
    minute = int(now.timestamp()) // 60
    insert = postgresql_insert if session.dialect == "postgresql" else sqlite_insert
    statement = (
        insert(write_window)
        .values(api_key_id=key_row, minute=minute, n=1)
        .on_conflict_do_update(
            index_elements=["api_key_id", "minute"], set_={"n": write_window.c.n + 1}
        )
        .returning(write_window.c.n)
    )
    n = int(session.run(statement).scalar_one())
    if n == 1:
        # The first write of a minute clears away what no longer counts.
        session.run(
            delete(write_window).where(
                write_window.c.api_key_id == key_row, write_window.c.minute < minute
            )
        )
    return n
