"""API keys: `cdr_<id, 12>_<secret, 43 base62><crc, 6>`, shown once and stored hashed.

The id finds the key, the secret proves it, and the CRC lets a scanner or this door refuse garbage
without a look at the database. A secret of 256 random bits needs no slow hash: SHA-256, keyed with
the pepper where one is configured.
"""

import hashlib
import hmac
import re
import secrets
import string
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from app.problem import Problem
from app.services.access import readable_benchmark
from app.services.callers import Caller
from app.storage.audit import add_event
from app.storage.benchmarks import Benchmark, find_benchmark
from app.storage.keys import (
    ApiKey,
    add_key,
    find_key,
    find_key_by_public_id,
    list_keys,
    revoke_key,
)
from app.storage.owners import ensure_owner, find_owner
from app.storage.session import ReadSession, WriteSession

_ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SHAPE: Final = re.compile(r"cdr_([0-9A-Za-z]{12})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})")
_NOBODY: Final = b"\0" * 32
FIRST_OWNER: Final = "admin"
DEMO_OWNER: Final = "candor-demo"


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key with its token, which is kept nowhere else."""

    key: ApiKey
    token: str


def new_token() -> str:
    """A fresh token."""
    key_id, secret = _random(12), _random(43)
    return f"cdr_{key_id}_{secret}{_crc(key_id + secret)}"


def hash_of(secret: str, pepper: bytes | None) -> bytes:
    """What is stored of a secret."""
    if pepper is None:
        return hashlib.sha256(secret.encode()).digest()
    return hmac.new(pepper, secret.encode(), hashlib.sha256).digest()


def authenticate(
    session: ReadSession,
    token: str,
    *,
    now: datetime,
    pepper: bytes | None,
    request_id: str | None = None,
) -> Caller:
    """The caller behind a token. Raises `unauthenticated`, in the same words for every fault."""
    shape = _SHAPE.fullmatch(token)
    if shape is None or _crc(shape[1] + shape[2]) != shape[3]:
        raise _refused()
    key = find_key(session, shape[1])
    # Compared even where no key was found, so that time does not tell which ids exist.
    known = _NOBODY if key is None else key.secret_hash
    proven = hmac.compare_digest(known, hash_of(shape[2], pepper))
    if key is None or not proven or not in_force(key, now):
        raise _refused()
    return caller_of(key, request_id=request_id)


def in_force(key: ApiKey, now: datetime) -> bool:
    """Whether a key is neither revoked nor expired."""
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now)


def caller_of(key: ApiKey, *, request_id: str | None) -> Caller:
    """The caller that a proven key stands for."""
    return Caller(
        owner_id=key.owner_id,
        owner=key.owner,
        scopes=frozenset(key.scopes),
        key_row=key.id,
        key=key.public_id,
        benchmark_id=key.benchmark_id,
        request_id=request_id,
    )


def issue(
    session: WriteSession,
    caller: Caller,
    *,
    owner: str,
    scopes: tuple[str, ...],
    benchmark: str | None,
    label: str,
    expires_at: datetime | None,
    now: datetime,
    pepper: bytes | None,
) -> IssuedKey:
    """Issues a key. Admins issue any; others `submit` keys for a benchmark of their own.

    Raises `forbidden`, `not-found` (benchmark), `invalid-request` (expiry in the past).
    """
    if expires_at is not None:
        expires_at = expires_at.astimezone(UTC)
        if expires_at <= now:
            raise Problem("invalid-request", "expires_at lies in the past.")
    # One that the caller may not see is not there: what is refused must not tell what exists.
    bound = None if benchmark is None else readable_benchmark(session, caller, benchmark)
    if "admin" not in caller.scopes and not _may_issue(caller, scopes, bound):
        raise Problem(
            "forbidden", "Without the scope admin, only submit keys for an own benchmark."
        )
    issued = _store(
        session,
        owner=owner,
        scopes=scopes,
        benchmark_id=None if bound is None else bound.id,
        label=label,
        expires_at=expires_at,
        now=now,
        pepper=pepper,
    )
    _audit(session, caller, "key.issue", issued.key, now)
    return issued


def issue_first(
    session: WriteSession,
    *,
    pepper: bytes | None,
    owner: str = FIRST_OWNER,
    scopes: tuple[str, ...] = ("admin",),
    label: str = "made on the command line",
    benchmark: str | None = None,
    lifetime: timedelta | None = None,
) -> IssuedKey:
    """Issues a key for one who holds the host itself: the first, and any from the command line.

    It never expires unless a `lifetime` is given. Raises `not-found` (benchmark).
    """
    now = datetime.now(UTC)
    bound = None if benchmark is None else find_benchmark(session, benchmark)
    if benchmark is not None and bound is None:
        raise Problem("not-found", "There is no benchmark with that slug.")
    issued = _store(
        session,
        owner=owner,
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
    if key is None:
        raise Problem("not-found", "There is no key at this address.")
    if "admin" not in caller.scopes and key.owner_id != caller.owner_id:
        bound = None if key.benchmark is None else find_benchmark(session, key.benchmark)
        if not _may_issue(caller, key.scopes, bound):
            raise Problem("not-found", "There is no key at this address.")
    revoke_key(session, key.id, now)
    _audit(session, caller, "key.revoke", key, now)


def revoke_by_host(session: WriteSession, public_id: str) -> None:
    """Revokes a key for one who holds the host itself. Raises `not-found`."""
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
    """The caller that loads the demo: a key that nobody ever holds, revoked as it is made."""
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


def _may_issue(caller: Caller, scopes: tuple[str, ...], bound: Benchmark | None) -> bool:
    if bound is None or set(scopes) != {"submit"} or caller.benchmark_id not in {None, bound.id}:
        return False
    return "maintain" in caller.scopes and bound.owner_id == caller.owner_id


def _store(
    session: WriteSession,
    *,
    owner: str,
    scopes: tuple[str, ...],
    benchmark_id: int | None,
    label: str,
    expires_at: datetime | None,
    now: datetime,
    pepper: bytes | None,
) -> IssuedKey:
    token = new_token()
    shape = _SHAPE.fullmatch(token)
    assert shape is not None
    key = add_key(
        session,
        key_id=shape[1],
        secret_hash=hash_of(shape[2], pepper),
        owner_id=ensure_owner(session, owner).id,
        scopes=tuple(sorted(set(scopes))),
        benchmark_id=benchmark_id,
        label=label,
        expires_at=expires_at,
        created_at=now,
    )
    return IssuedKey(key, token)


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


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _crc(text: str) -> str:
    number, digits = zlib.crc32(text.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits = _ALPHABET[digit] + digits
    return digits
