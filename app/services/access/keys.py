"""API keys: issuing, authenticating, listing and revoking them.

An owner is an identity and not a text: without the scope admin a key is made for the caller's own
owner alone, with no scope that the caller lacks and inside the caller's binding. Other owners are
invited (`invitations.py`).

`last_used_at` of API keys: precise to ten minutes, written after the request.

A request never waits for it and never fails by it: where the database takes no writes, the moment
is not kept and everything else is served as before.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from app.problem import Problem
from app.services.access.callers import Caller
from app.services.access.permissions import readable_benchmark
from app.services.access.tokens import Token, hash_secret, new_token, proves, read_token
from app.services.state.app_state import AppState
from app.storage.audit_log import add_event
from app.storage.benchmarks import find_benchmark
from app.storage.database.session import Conflict, ReadSession, WriteSession
from app.storage.keys import (
    ApiKey,
    add_key,
    find_key,
    find_key_by_public_id,
    list_keys,
    revoke_key,
    touch_key,
)
from app.storage.owners import ensure_owner, find_owner

FIRST_OWNER: Final = "admin"
DEMO_OWNER: Final = "candor-demo"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A new key with its token, which is not stored."""

    key: ApiKey
    token: str


def presented(token: str) -> Token:
    """The parts of a token, without a database read. Raises `unauthenticated` if malformed."""
    read = read_token(token)
    if read is None:
        raise _refused()
    return read


def authenticate(
    session: ReadSession,
    token: Token,
    *,
    now: datetime,
    pepper: bytes | None,
    request_id: str | None = None,
) -> Caller:
    """The caller behind a token. Raises `unauthenticated`, with the same message for every
    cause."""
    key = find_key(session, token.id)
    proven = proves(token.secret, None if key is None else key.secret_hash, pepper)
    if key is None or not proven or not in_force(key, now):
        raise _refused()
    return caller_of(key, request_id=request_id)


def in_force(key: ApiKey, now: datetime) -> bool:
    """Whether a key is neither revoked nor expired."""
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now)


def caller_of(key: ApiKey, *, request_id: str | None) -> Caller:
    """The caller of an authenticated key."""
    return Caller(
        owner_id=key.owner_id,
        owner=key.owner,
        scopes=frozenset(key.scopes),
        key_row=key.id,
        key=key.public_id,
        benchmark_id=key.benchmark_id,
        benchmark=key.benchmark,
        request_id=request_id,
        last_used_at=key.last_used_at,
    )


def issue(
    session: WriteSession,
    caller: Caller,
    *,
    owner: str | None,
    scopes: tuple[str, ...],
    benchmark: str | None,
    label: str,
    expires_at: datetime | None,
    now: datetime,
    pepper: bytes | None,
) -> NewKey:
    """Issues a key for the caller's own owner (None), or by an admin for any.

    Raises `forbidden`, `not-found` (benchmark), `invalid-request` (expiry in the past).
    """
    if expires_at is not None:
        expires_at = expires_at.astimezone(UTC)
        if expires_at <= now:
            raise Problem("invalid-request", "expires_at lies in the past.")
    # Before anything is looked up: the answer is the same whether such an owner exists or not.
    own = owner is None or owner == caller.owner
    if not own and not caller.administers:
        raise Problem(
            "forbidden",
            f"Without the scope admin a key is made for your own owner ({caller.owner}) alone; "
            "leave owner out. To let somebody else submit to a benchmark of yours, send an "
            "invitation (POST /benchmarks/{slug}/invitations).",
        )
    _require_held(caller, scopes)
    # One that the caller may not see is not there: what is refused must not tell what exists.
    bound = None if benchmark is None else readable_benchmark(session, caller, benchmark)
    if caller.benchmark_id is not None and (bound is None or bound.id != caller.benchmark_id):
        raise Problem(
            "forbidden",
            f"This key is bound to {caller.benchmark}, and so is every key that it makes: "
            f'add "benchmark": "{caller.benchmark}".',
        )
    issued = store_key(
        session,
        owner_id=caller.owner_id if own else ensure_owner(session, str(owner)).id,
        scopes=scopes,
        benchmark_id=None if bound is None else bound.id,
        label=label,
        expires_at=expires_at,
        now=now,
        pepper=pepper,
    )
    _audit(session, caller, "key.issue", issued.key, now)
    return issued


def _require_held(caller: Caller, scopes: tuple[str, ...]) -> None:
    """Raises `forbidden` if the caller would grant a scope that it lacks."""
    lacking = ", ".join(sorted(set(scopes) - caller.scopes))
    if lacking and not caller.administers:
        raise Problem(
            "forbidden",
            f"This key lacks the scope {lacking} and cannot give it away; ask an admin.",
        )


def issue_first(
    session: WriteSession,
    *,
    pepper: bytes | None,
    owner: str = FIRST_OWNER,
    scopes: tuple[str, ...] = ("admin",),
    label: str = "made on the command line",
    benchmark: str | None = None,
    lifetime: timedelta | None = None,
) -> NewKey:
    """Issues a key from the command line or at the first start, without a caller.

    It never expires unless a `lifetime` is given. Raises `not-found` (benchmark).
    """
    now = datetime.now(UTC)
    bound = None if benchmark is None else find_benchmark(session, benchmark)
    if benchmark is not None and bound is None:
        raise Problem("not-found", "There is no benchmark with that slug.")
    issued = store_key(
        session,
        owner_id=ensure_owner(session, owner).id,
        scopes=scopes,
        benchmark_id=None if bound is None else bound.id,
        label=label,
        expires_at=None if lifetime is None else now + lifetime,
        now=now,
        pepper=pepper,
    )
    add_event(
        session,
        at=now,
        actor=owner,
        key=None,
        action="key.issue",
        subject=issued.key.public_id,
        detail={"scopes": list(scopes), "by": "command line"},
        request_id=None,
    )
    return issued


def revoke(session: WriteSession, caller: Caller, public_id: str, *, now: datetime) -> None:
    """Revokes a key at once. Raises `not-found` for a key that the caller may not revoke."""
    key = find_key_by_public_id(session, public_id)
    if key is None or not may_revoke(caller, key):
        raise Problem("not-found", "There is no key at this address.")
    revoke_key(session, key.id, now)
    _audit(session, caller, "key.revoke", key, now)


def may_revoke(caller: Caller, key: ApiKey) -> bool:
    """A key may revoke itself; beyond that, inside its binding, an admin any key, and a maintainer
    its owner's keys that hold no more than it does and the `submit` keys of its benchmarks."""
    if key.id == caller.key_row:
        return True
    if not caller.reaches(key.benchmark_id):
        return False
    if caller.administers or "maintain" not in caller.scopes:
        return caller.administers
    if key.owner_id == caller.owner_id:
        return caller.scopes.issuperset(key.scopes)
    return key.benchmark_owner_id == caller.owner_id and set(key.scopes) == {"submit"}


def revoke_by_host(session: WriteSession, public_id: str) -> None:
    """Revokes a key from the command line, without a caller. Raises `not-found`."""
    key = find_key_by_public_id(session, public_id)
    if key is None:
        raise Problem("not-found", f"There is no key {public_id}.")
    now = datetime.now(UTC)
    revoke_key(session, key.id, now)
    add_event(
        session,
        at=now,
        actor=FIRST_OWNER,
        key=None,
        action="key.revoke",
        subject=public_id,
        detail={"by": "command line"},
        request_id=None,
    )


def demo_caller(session: WriteSession) -> Caller:
    """The caller that loads the demo: its key is revoked as it is made and its token discarded."""
    owner = find_owner(session, DEMO_OWNER)
    for key in [] if owner is None else list_keys(session, limit=1_000, owner_id=owner.id):
        if key.owner == DEMO_OWNER and key.label == "demo":
            return caller_of(key, request_id=None)
    issued = issue_first(
        session, pepper=None, owner=DEMO_OWNER, scopes=("maintain", "submit"), label="demo"
    )
    revoke_key(session, issued.key.id, datetime.now(UTC))
    return Caller(
        owner_id=issued.key.owner_id,
        owner=DEMO_OWNER,
        scopes=frozenset(issued.key.scopes),
        key_row=issued.key.id,
        key=issued.key.public_id,
    )


def store_key(
    session: WriteSession,
    *,
    owner_id: int,
    scopes: tuple[str, ...],
    benchmark_id: int | None,
    label: str,
    expires_at: datetime | None,
    now: datetime,
    pepper: bytes | None,
) -> NewKey:
    """Stores a new key. The caller of this function checks that it may be made."""
    token = new_token()
    read = presented(token)
    key = add_key(
        session,
        key_id=read.id,
        secret_hash=hash_secret(read.secret, pepper),
        owner_id=owner_id,
        scopes=tuple(sorted(set(scopes))),
        benchmark_id=benchmark_id,
        label=label,
        expires_at=expires_at,
        created_at=now,
    )
    return NewKey(key, token)


def _audit(session: WriteSession, caller: Caller, action: str, key: ApiKey, now: datetime) -> None:
    add_event(
        session,
        at=now,
        actor=caller.owner,
        key=caller.key,
        action=action,
        subject=key.public_id,
        detail={"owner": key.owner, "scopes": list(key.scopes)},
        request_id=caller.request_id,
    )


def _refused() -> Problem:
    return Problem("unauthenticated", "The key is not valid, or no longer.")


STEP: Final = timedelta(minutes=10)
"""A key that is used all the time is written once in this long, over all processes."""

log = logging.getLogger("candor.uses")


def note_use(app_state: AppState, caller: Caller, *, now: datetime) -> None:
    """Schedules the write of `last_used_at`, unless it is recent."""
    if caller.last_used_at is not None and abs(now - caller.last_used_at) < STEP:
        return
    window = int(now.timestamp() // STEP.total_seconds())
    app_state.uses.ask((caller.key_row, window), lambda: _remember(app_state, caller.key_row, now))


def _remember(app_state: AppState, key_row: int, now: datetime) -> bool:
    """Whether it was stored. A failed write is not retried within ten minutes."""
    try:
        with app_state.database.writing() as session:
            touch_key(session, key_row, now, step=STEP)
    except (Problem, Conflict) as refused:
        log.warning("the last use of a key was not stored: %s", refused)
        return False
    return True
