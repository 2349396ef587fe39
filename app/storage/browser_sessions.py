"""Browser sessions; only a hash of the token is stored."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from app.storage.database.session import ReadSession, WriteSession
from app.storage.database.tables import sign_in


@dataclass(frozen=True, slots=True)
class SignIn:
    """One browser's stay: which key it came with, and until when it lasts."""

    key_row: int
    expires_at: datetime


def add_sign_in(
    session: WriteSession, *, token_hash: bytes, key_row: int, at: datetime, expires_at: datetime
) -> None:
    """Stores a sign-in, and clears away all that have ended."""
    session.run(delete(sign_in).where(sign_in.c.expires_at <= at))
    session.run(
        insert(sign_in).values(
            token_hash=token_hash, api_key_id=key_row, created_at=at, expires_at=expires_at
        )
    )


def find_sign_in(session: ReadSession, token_hash: bytes) -> SignIn | None:
    """The sign-in with that hash, ended ones included until they are cleared away."""
    row = session.run(
        select(sign_in.c.api_key_id.label("key_row"), sign_in.c.expires_at).where(
            sign_in.c.token_hash == token_hash
        )
    ).first()
    return None if row is None else SignIn(**row._asdict())


def end_sign_in(session: WriteSession, token_hash: bytes) -> None:
    """Forgets a sign-in."""
    session.run(delete(sign_in).where(sign_in.c.token_hash == token_hash))
