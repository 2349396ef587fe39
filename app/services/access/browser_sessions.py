"""Browser sessions: signing in with an API key, signing out, and the forms' token.

The token is not the key and cannot be turned into it; what is stored is its SHA-256, so a stolen
database grants no access. Revoking a key ends its sessions immediately.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.services.access.callers import Caller, spend_write
from app.services.access.keys import STEP, authenticate, caller_of, in_force
from app.services.access.tokens import Token
from app.services.state.app_state import AppState
from app.storage.audit_log import add_event
from app.storage.browser_sessions import add_sign_in, end_sign_in, find_sign_in
from app.storage.database.rows import present
from app.storage.database.session import ReadSession
from app.storage.keys import find_key_by_row, touch_key

LONGEST_STAY: Final = timedelta(hours=12)
_TOKEN_CHARACTERS: Final = 43


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the caller, the token for the browser's cookie, and the time of expiry."""

    caller: Caller
    token: str
    expires_at: datetime


def sign_in(
    app_state: AppState, key: Token, *, now: datetime, pepper: bytes | None, request_id: str | None
) -> SignedIn:
    """Starts a session of at most twelve hours. Raises `unauthenticated`, `rate-limited`."""
    # Checked in a read-only transaction, so that a wrong key never takes the write lock.
    with app_state.database.reading() as reader:
        authenticate(reader, key, now=now, pepper=pepper)
    with app_state.database.writing() as session:
        caller = authenticate(session, key, now=now, pepper=pepper, request_id=request_id)
        stored = present(find_key_by_row(session, caller.key_row), "The key that signs in")
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
        spend_write(session, app_state, caller)
    return SignedIn(caller, token, until)


def signed_in_caller(
    session: ReadSession, token: str, *, now: datetime, request_id: str | None
) -> Caller | None:
    """The caller whose browser holds the token; None once it or its key has ended."""
    if len(token) != _TOKEN_CHARACTERS or not token.isascii():
        return None
    browser_session = find_sign_in(session, _hash(token))
    if browser_session is None or browser_session.expires_at <= now:
        return None
    key = find_key_by_row(session, browser_session.key_row)
    if key is None or not in_force(key, now):
        return None
    return caller_of(key, request_id=request_id)


def sign_out(app_state: AppState, token: str) -> None:
    """Ends a session; ending one twice changes nothing."""
    with app_state.database.reading() as reader:
        if find_sign_in(reader, _hash(token)) is None:
            return
    with app_state.database.writing() as session:
        end_sign_in(session, _hash(token))


def form_token(token: str) -> str:
    """The CSRF token of a session's forms."""
    return hashlib.sha256(b"candor form " + token.encode()).hexdigest()


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
