"""Invitations to submit to a benchmark: what is kept of them, which is never the secret."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select, update

from app.storage.database.rows import named_rows, present, public_id
from app.storage.database.session import ReadSession, WriteSession
from app.storage.database.tables import api_key, benchmark, invitation, owner


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation as stored. `token_id` finds it, `secret_hash` proves it.

    `inviter` is the public id of the key that made it, with when that ended; `accepted_key` and
    `accepted_owner` say who took it. `names_refused` counts the owner names that were refused to
    its holder.
    """

    id: int
    public_id: str
    token_id: str
    secret_hash: bytes
    benchmark_id: int
    benchmark: str
    label: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    accepted_at: datetime | None
    names_refused: int
    inviter: str
    inviter_revoked_at: datetime | None
    inviter_expires_at: datetime | None
    accepted_key: str | None
    accepted_owner: str | None


def add_invitation(
    session: WriteSession,
    *,
    token_id: str,
    secret_hash: bytes,
    benchmark_id: int,
    key_row: int,
    label: str,
    created_at: datetime,
    expires_at: datetime,
) -> Invitation:
    """Stores a new invitation, made with the key in the row `key_row`."""
    session.run(
        insert(invitation).values(
            public_id=public_id("inv"),
            token_id=token_id,
            secret_hash=secret_hash,
            benchmark_id=benchmark_id,
            api_key_id=key_row,
            label=label,
            created_at=created_at,
            expires_at=expires_at,
            names_refused=0,
        )
    )
    return present(find_invitation_by_token(session, token_id), "The new invitation")


def find_invitation_by_token(session: ReadSession, token_id: str) -> Invitation | None:
    """The invitation that a token names, ended ones included."""
    return _first(session, _invitations().where(invitation.c.token_id == token_id))


def find_invitation(session: ReadSession, benchmark_id: int, wanted: str) -> Invitation | None:
    """The benchmark's invitation of that public id, ended ones included."""
    return _first(
        session,
        _invitations().where(
            invitation.c.public_id == wanted, invitation.c.benchmark_id == benchmark_id
        ),
    )


def list_invitations(
    session: ReadSession, benchmark_ids: list[int], *, limit: int, after: int | None = None
) -> list[Invitation]:
    """The invitations to some benchmarks, newest first; `after` is the id of the last one seen."""
    statement = _invitations().where(invitation.c.benchmark_id.in_(benchmark_ids))
    if after is not None:
        statement = statement.where(invitation.c.id < after)
    rows = session.run(statement.order_by(invitation.c.id.desc()).limit(limit))
    return [Invitation(**row) for row in named_rows(rows)]


def lock_invitation(session: WriteSession, row_id: int) -> bool:
    """Holds an invitation until the transaction ends; whether nobody has taken it or ended it."""
    statement = (
        update(invitation)
        .where(
            invitation.c.id == row_id,
            invitation.c.accepted_at.is_(None),
            invitation.c.revoked_at.is_(None),
        )
        .values(names_refused=invitation.c.names_refused)
        .returning(invitation.c.id)
    )
    return session.run(statement).first() is not None


def take_invitation(session: WriteSession, row_id: int, *, key_row: int, at: datetime) -> None:
    """Marks an invitation that is held as taken, and with which key."""
    session.run(
        update(invitation)
        .where(invitation.c.id == row_id)
        .values(accepted_at=at, accepted_key_id=key_row)
    )


def count_refused_name(session: WriteSession, row_id: int) -> int:
    """Counts one owner name that was refused to an invitation's holder; how many that makes."""
    statement = (
        update(invitation)
        .where(invitation.c.id == row_id)
        .values(names_refused=invitation.c.names_refused + 1)
        .returning(invitation.c.names_refused)
    )
    return int(session.run(statement).scalar_one())


def revoke_invitation(session: WriteSession, row_id: int, at: datetime) -> None:
    """Ends an invitation; one that was ended or taken keeps its first moment."""
    session.run(
        update(invitation)
        .where(
            invitation.c.id == row_id,
            invitation.c.revoked_at.is_(None),
            invitation.c.accepted_at.is_(None),
        )
        .values(revoked_at=at)
    )


_inviter = api_key.alias("inviter")
_taken = api_key.alias("taken")


def _invitations() -> Select[Any]:
    columns = invitation.c
    return (
        select(
            columns.id,
            columns.public_id,
            columns.token_id,
            columns.secret_hash,
            columns.benchmark_id,
            benchmark.c.slug.label("benchmark"),
            columns.label,
            columns.created_at,
            columns.expires_at,
            columns.revoked_at,
            columns.accepted_at,
            columns.names_refused,
            _inviter.c.public_id.label("inviter"),
            _inviter.c.revoked_at.label("inviter_revoked_at"),
            _inviter.c.expires_at.label("inviter_expires_at"),
            _taken.c.public_id.label("accepted_key"),
            owner.c.name.label("accepted_owner"),
        )
        .join(benchmark, benchmark.c.id == columns.benchmark_id)
        .join(_inviter, _inviter.c.id == columns.api_key_id)
        .outerjoin(_taken, _taken.c.id == columns.accepted_key_id)
        .outerjoin(owner, owner.c.id == _taken.c.owner_id)
    )


def _first(session: ReadSession, statement: Select[Any]) -> Invitation | None:
    row = session.run(statement).first()
    return None if row is None else Invitation(**row._asdict())
