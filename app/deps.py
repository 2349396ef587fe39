"""What the doors share: the desk, a session, the caller and what it may do.

Every route declares who may call it by taking one of `Anyone`, `Submitter`, `Maintainer`,
`Admin`; `main.create_app` refuses to start with a route that declares nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import Annotated, Any, Final

import limits
from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.concurrency import run_in_threadpool

from app.intake.limits import Limits
from app.problem import Problem
from app.services.access import require_scope
from app.services.callers import Caller
from app.services.desk import Desk
from app.services.keys import authenticate
from app.services.write_rate import spend_write
from app.storage.session import Conflict, Probe, ReadSession, WriteSession


@dataclass(frozen=True, slots=True)
class Front:
    """What the roof hands to the doors. `base_url` is used for links that leave the page,
    `start_id` is one for all processes of a start."""

    desk: Desk
    limits: Limits
    pepper: bytes | None
    base_url: str | None
    reads: "ReadLimiter"
    start_id: str
    probe: Probe


class ReadLimiter:
    """Counts reads and failed sign-ins in this process; writes are counted in the database."""

    def __init__(self, *, reads_per_minute: int, failures_per_minute: int) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._reads = limits.RateLimitItemPerMinute(reads_per_minute)
        self._failures = limits.RateLimitItemPerMinute(failures_per_minute)

    @property
    def reads_per_minute(self) -> int:
        """Reads that one address, or one key, may make in a minute."""
        return int(self._reads.amount)

    def read(self, who: str) -> None:
        """Raises `rate-limited` when `who` has read too often this minute."""
        if not self._limiter.hit(self._reads, "read", who):
            raise self._too_many(f"At most {self._reads.amount} reads a minute are served.")

    def may_sign_in(self, address: str) -> None:
        """Raises `rate-limited` when too many keys from `address` were wrong this minute."""
        if not self._limiter.test(self._failures, "failure", address):
            raise self._too_many("Too many invalid keys came from this address.")

    def failed(self, address: str) -> None:
        """Remembers one wrong key."""
        self._limiter.hit(self._failures, "failure", address)

    @staticmethod
    def _too_many(detail: str) -> Problem:
        return Problem("rate-limited", f"{detail} Wait a minute.", retry_after=60)


def front_of(request: Request) -> Front:
    """The front that the roof built."""
    front: Front = request.app.state.front
    return front


def desk_of(request: Request) -> Desk:
    """The desk that the roof built."""
    return front_of(request).desk


def address_of(request: Request) -> str:
    """Where a request came from, for counting: of IPv6 the network, which one household holds whole
    and could otherwise walk through."""
    host = request.client.host if request.client else "local"
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if address.version == 4:
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address.packed[:8] + bytes(8), 64)))


async def current_caller(request: Request) -> Caller | None:
    """The caller named by `Authorization: Bearer`, or None for a stranger.

    Raises `unauthenticated` for a key that is wrong, revoked or expired, and `malformed` for one
    in the address, where logs and histories would keep it.
    """
    front = front_of(request)
    address = address_of(request)
    if b"cdr_" in (request.scope.get("query_string") or b""):
        raise Problem("malformed", "A key stood in the address; send it as Authorization: Bearer.")
    header = request.headers.get("authorization")
    if header is None:
        front.reads.read(address)
        return None
    front.reads.may_sign_in(address)
    scheme, _, token = header.partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise Problem("unauthenticated", "Send the key as Authorization: Bearer <key>.")
        caller = await run_in_threadpool(
            _authenticate, front, token.strip(), str(request.scope.get("candor.request_id", ""))
        )
    except Problem as problem:
        if problem.code == "unauthenticated":
            front.reads.failed(address)
        raise
    front.reads.read(caller.key)
    return caller


def _authenticate(front: Front, token: str, request_id: str) -> Caller:
    with front.desk.database.reading() as session:
        return authenticate(
            session, token, now=datetime.now(UTC), pepper=front.pepper, request_id=request_id
        )


def caller_with(scope: str) -> Callable[..., Any]:
    """A dependency that admits keys with `scope` (admin carries every scope)."""

    async def admitted(caller: Annotated[Caller | None, Depends(current_caller)]) -> Caller:
        if caller is None:
            raise Problem("unauthenticated", "This needs a key: Authorization: Bearer <key>.")
        require_scope(caller, scope)
        return caller

    return admitted


Anyone = Annotated[Caller | None, Depends(current_caller)]
_SUBMIT, _MAINTAIN, _ADMIN = caller_with("submit"), caller_with("maintain"), caller_with("admin")
Submitter = Annotated[Caller, Depends(_SUBMIT)]
Maintainer = Annotated[Caller, Depends(_MAINTAIN)]
Admin = Annotated[Caller, Depends(_ADMIN)]
ACCESS: Final = frozenset({current_caller, _SUBMIT, _MAINTAIN, _ADMIN})
"""One of these must stand behind every route."""


def all_dependencies(dependant: Dependant) -> Iterator[Dependant]:
    """A route's dependencies and theirs: what stands between a request and its endpoint."""
    yield dependant
    for child in dependant.dependencies:
        yield from all_dependencies(child)


TheDesk = Annotated[Desk, Depends(desk_of)]
TheFront = Annotated[Front, Depends(front_of)]


def reading(desk: TheDesk) -> Iterator[ReadSession]:
    """A read session for the length of the endpoint."""
    with desk.database.reading() as session:
        yield session


def writing(desk: TheDesk) -> Iterator[WriteSession]:
    """A write session: committed when the endpoint has returned, before the answer leaves."""
    with desk.database.writing() as session:
        yield session


# scope="function": commit before the answer leaves, or a 201 could be a lie.
Reading = Annotated[ReadSession, Depends(reading, scope="function")]
Writing = Annotated[WriteSession, Depends(writing, scope="function")]


@contextmanager
def counted_write(desk: Desk, caller: Caller) -> Iterator[WriteSession]:
    """A write transaction that counts against the key's writes a minute.

    Counted last, so that callers with the same key do not wait for each other's work.
    Raises `unavailable` where somebody stored the same name in the same moment.
    """
    try:
        with desk.database.writing() as session:
            yield session
            spend_write(session, desk, caller)
    except Conflict:
        raise Problem(
            "unavailable", "Somebody stored the same in this moment; try again.", retry_after=1
        ) from None
