"""FastAPI dependencies: app state, database session, caller, permissions.

Every route declares who may call it by taking one of `Anyone`, `Unproven`, `AnyKey`, `Submitter`,
`Maintainer`, `Admin`; `main.create_app` refuses to start with a route that declares nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from starlette.concurrency import run_in_threadpool

from app.http.read_limiter import ReadLimiter
from app.intake.limits import Limits
from app.problem import Problem
from app.services.access.callers import Caller, spend_write
from app.services.access.keys import authenticate, note_use, presented
from app.services.access.permissions import require_scope
from app.services.access.tokens import PREFIXES, Token
from app.services.state.app_state import AppState
from app.storage.database.session import Conflict, Probe, ReadSession, WriteSession


@dataclass(frozen=True, slots=True)
class AppContext:
    """State built once at start and given to routes.

    `base_url` is used for links that leave the page; `start_id` is the same in all processes of a
    start.
    """

    app_state: AppState
    limits: Limits
    pepper: bytes | None
    base_url: str | None
    reads: ReadLimiter
    start_id: str
    probe: Probe


def context_of(request: Request) -> AppContext:
    """What `create_app` built for routes."""
    context: AppContext = request.app.state.context
    return context


def app_state_of(request: Request) -> AppState:
    """The state that `create_app` built."""
    return context_of(request).app_state


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
    caller = await keyed_caller(request)
    if caller is None:
        count_stranger(request)
    return caller


def count_stranger(request: Request, *, what: str = "") -> None:
    """Counts a request that came with no key, by its address. Raises `rate-limited`."""
    context_of(request).reads.read(f"{what}{address_of(request)}")


async def keyed_caller(request: Request) -> Caller | None:
    """As `current_caller`, but a stranger is not counted: it may turn out to be signed in."""
    query = request.scope.get("query_string") or b""
    if any(prefix.encode() in query for prefix in PREFIXES):
        raise Problem(
            "malformed",
            "Do not put API keys or invitations in the URL: send a key as Authorization: Bearer, "
            "an invitation in the body.",
        )
    header = request.headers.get("authorization")
    if header is None:
        return None
    context = context_of(request)
    scheme, _, credentials = header.partition(" ")
    token: Token | None = None
    try:
        if scheme.lower() != "bearer":
            raise Problem("unauthenticated", "Send the key as Authorization: Bearer <key>.")
        token = presented(credentials.strip())
        caller = await run_in_threadpool(_authenticate, context, token, request_id_of(request))
    except Problem as problem:
        if problem.code != "unauthenticated":
            raise
        raise context.reads.refusal(problem, address=address_of(request), token=token) from None
    context.reads.read(caller.key)
    return caller


def request_id_of(request: Request) -> str:
    """The name that the edge gave the request."""
    return str(request.scope.get("candor.request_id", ""))


def _authenticate(context: AppContext, token: Token, request_id: str) -> Caller:
    now = datetime.now(UTC)
    with context.app_state.database.reading() as session:
        caller = authenticate(session, token, now=now, pepper=context.pepper, request_id=request_id)
    note_use(context.app_state, caller, now=now)
    return caller


def caller_with(scope: str | None) -> Callable[..., Any]:
    """A dependency that admits keys with `scope` (admin carries every scope); None: any key."""

    async def admitted(caller: Annotated[Caller | None, Depends(current_caller)]) -> Caller:
        if caller is None:
            raise Problem("unauthenticated", "This needs a key: Authorization: Bearer <key>.")
        if scope is not None:
            require_scope(caller, scope)
        return caller

    return admitted


Anyone = Annotated[Caller | None, Depends(current_caller)]
Unproven = Annotated[Caller | None, Depends(keyed_caller)]
"""Anyone whose body may yet prove something; the route counts who does not."""
_KEY, _SUBMIT = caller_with(None), caller_with("submit")
_MAINTAIN, _ADMIN = caller_with("maintain"), caller_with("admin")
AnyKey = Annotated[Caller, Depends(_KEY)]
Submitter = Annotated[Caller, Depends(_SUBMIT)]
Maintainer = Annotated[Caller, Depends(_MAINTAIN)]
Admin = Annotated[Caller, Depends(_ADMIN)]
OPEN: Final = frozenset({current_caller, keyed_caller})
ACCESS: Final = OPEN | {_KEY, _SUBMIT, _MAINTAIN, _ADMIN}
"""One of these must stand behind every route."""


def all_dependencies(dependant: Dependant) -> Iterator[Dependant]:
    """A route's dependencies and theirs: what stands between a request and its endpoint."""
    yield dependant
    for child in dependant.dependencies:
        yield from all_dependencies(child)


StateDep = Annotated[AppState, Depends(app_state_of)]
ContextDep = Annotated[AppContext, Depends(context_of)]


def reading(app_state: StateDep) -> Iterator[ReadSession]:
    """A read session for the length of the endpoint."""
    with app_state.database.reading() as session:
        yield session


# scope="function": the session ends when the endpoint has returned, not after the reply is sent.
Reading = Annotated[ReadSession, Depends(reading, scope="function")]


@contextmanager
def counted_write(app_state: AppState, caller: Caller) -> Iterator[WriteSession]:
    """A write transaction that counts against the key's writes a minute.

    Counted last, so that callers with the same key do not wait for each other's work.
    Raises `unavailable` if another request stored the same name at the same time.
    """
    try:
        with app_state.database.writing() as session:
            yield session
            spend_write(session, app_state, caller)
    except Conflict:
        raise Problem(
            "unavailable", "Another request stored this at the same time. Retry.", retry_after=1
        ) from None
