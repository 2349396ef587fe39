"""Sign in: a browser proves a key once and carries a random token of its own from then on.

The token is not the key and cannot be turned into it; what is stored is its SHA-256, so a stolen
database opens nothing. Whoever revokes the key ends every stay that began with it, at once.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.services.callers import Caller
from app.services.desk import Desk
from app.services.keys import authenticate, caller_of, in_force
from app.services.tokens import Token
from app.services.uses import STEP
from app.services.write_rate import spend_write
from app.storage.audit import add_event
from app.storage.keys import find_key_by_row, touch_key
from app.storage.session import ReadSession
from app.storage.sign_ins import add_sign_in, end_sign_in, find_sign_in

LONGEST_STAY: Final = timedelta(hours=12)
_TOKEN_CHARACTERS: Final = 43


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh stay: who, the token that the browser keeps, and until when it is good."""

    caller: Caller
    token: str
    expires_at: datetime


def sign_in(
    desk: Desk, key: Token, *, now: datetime, pepper: bytes | None, request_id: str | None
) -> SignedIn:
    """Begins a stay of at most twelve hours. Raises `unauthenticated`, `rate-limited`."""
    # Looked at in a session that only reads, so that a wrong key never holds the one that writes.
    with desk.database.reading() as reader:
        authenticate(reader, key, now=now, pepper=pepper)
    with desk.database.writing() as session:
        caller = authenticate(session, key, now=now, pepper=pepper, request_id=request_id)
        stored = find_key_by_row(session, caller.key_row)
        assert stored is not None
        until = now + LONGEST_STAY
        if stored.expires_at is not None:
            until = min(until, stored.expires_at)
        token = secrets.token_urlsafe(32)
        add_sign_in(
            session, token_hash=_hash(token), key_row=caller.key_row, at=now, expires_at=until
        )
        touch_key(session, caller.key_row, now, step=STEP)
        add_event(
            session,
            at=now,
            actor=caller.owner,
            key=caller.key,
            action="key.sign_in",
            subject=caller.key,
            detail={},
            request_id=request_id,
        )
        spend_write(session, desk, caller)
    return SignedIn(caller, token, until)


def signed_in_caller(
    session: ReadSession, token: str, *, now: datetime, request_id: str | None
) -> Caller | None:
    """The caller whose browser holds the token; None once it or its key has ended."""
    if len(token) != _TOKEN_CHARACTERS or not token.isascii():
        return None
    stay = find_sign_in(session, _hash(token))
    if stay is None or stay.expires_at <= now:
        return None
    key = find_key_by_row(session, stay.key_row)
    if key is None or not in_force(key, now):
        return None
    return caller_of(key, request_id=request_id)


def sign_out(desk: Desk, token: str) -> None:
    """Ends a stay; ending one twice changes nothing."""
    with desk.database.reading() as reader:
        if find_sign_in(reader, _hash(token)) is None:
            return
    with desk.database.writing() as session:
        end_sign_in(session, _hash(token))


def form_token(token: str) -> str:
    """What the forms of one stay carry, so that only pages made for it can write."""
    return hashlib.sha256(b"candor form " + token.encode()).hexdigest()


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
