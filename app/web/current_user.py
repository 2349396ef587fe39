"""The current user of a page, by a bearer key or by the session cookie.

The cookie is good for pages and for the forms of these pages, never for the API. Every request
that changes something must come from a page of ours: SameSite=Strict keeps the cookie at home, the
browser's Fetch Metadata (or Origin, where a browser sends none) says where the request was made,
and the form carries its session's token.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.http.bodies import small_body
from app.http.dependencies import (
    AppContext,
    address_of,
    context_of,
    count_stranger,
    keyed_caller,
    request_id_of,
)
from app.http.urls import FORWARDED_HOST, own_path, root_path
from app.problem import Problem
from app.services.access.browser_sessions import SignedIn, form_token, signed_in_caller
from app.services.access.callers import Caller
from app.services.access.keys import note_use
from app.services.access.permissions import require_scope
from app.services.access.tokens import Token

FORM: Final = "application/x-www-form-urlencoded"
PLAIN_COOKIE: Final = "candor"
"""The cookie's name where there is no TLS."""
_SAFE: Final = frozenset({"GET", "HEAD"})
_FORM_OF: Final = "form of "


class SignInNeeded(Exception):
    """Raised if a page needs a signed-in user; `path` is the page."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """A signed-in visitor: the caller and what its forms carry."""

    caller: Caller
    form_token: str

    @property
    def maintains(self) -> bool:
        """Whether the key may publish and maintain benchmarks."""
        return not self.caller.scopes.isdisjoint({"maintain", "admin"})

    @property
    def administers(self) -> bool:
        """Whether the key may see and do everything."""
        return self.caller.administers


async def current_visitor(request: Request) -> Caller | None:
    """The caller named by a bearer key, else by the cookie, else None for a stranger."""
    caller = await keyed_caller(request)
    if caller is not None:
        return caller
    browser_session = await _stay_of(request)
    if browser_session is None:
        count_stranger(request)
    return None if browser_session is None else browser_session.caller


async def visitor_of_form(request: Request) -> BrowserSession | None:
    """Who looks at a form that takes a key or an invitation. Strangers are counted apart, so that
    those who read boards behind one address do not keep others there from signing in."""
    await keyed_caller(request)
    browser_session = await _stay_of(request)
    if browser_session is None:
        count_stranger(request, what=_FORM_OF)
    return browser_session


def signed_in_with(scope: str | None) -> Callable[..., Any]:
    """A dependency that admits who is signed in with `scope`; writes from our own pages only."""

    async def admitted(request: Request) -> BrowserSession:
        await keyed_caller(request)
        browser_session = await _stay_of(request)
        if browser_session is None:
            count_stranger(request, what=_FORM_OF)
        if request.method not in _SAFE:
            require_own_page(request)
        if browser_session is None and request.method in _SAFE:
            raise SignInNeeded(own_path(request.url.path))
        if browser_session is None:
            raise Problem("unauthenticated", "You are signed out; open the desk and sign in again.")
        if request.method not in _SAFE:
            await require_form_token(request, browser_session)
        if scope is not None:
            require_scope(browser_session.caller, scope)
        return browser_session

    return admitted


async def from_own_page(request: Request) -> BrowserSession | None:
    """Accepts any form sent from one of our pages; for signing in and out, and for accepting an
    invitation. Who succeeds is not counted; who fails is, by `token_refusal`."""
    await keyed_caller(request)
    try:
        require_own_page(request)
    except Problem:
        count_stranger(request)
        raise
    return await _stay_of(request)


def token_refusal(request: Request, problem: Problem, token: Token | None) -> Problem:
    """The answer to a form with a wrong token: `problem`, or `rate-limited`."""
    return context_of(request).reads.refusal(problem, address=address_of(request), token=token)


Visitor = Annotated[Caller | None, Depends(current_visitor)]
FormVisitor = Annotated[BrowserSession | None, Depends(visitor_of_form)]
_ANY, _MAINTAIN = signed_in_with(None), signed_in_with("maintain")
SignedVisitor = Annotated[BrowserSession, Depends(_ANY)]
SignedMaintainer = Annotated[BrowserSession, Depends(_MAINTAIN)]
OwnPage = Annotated[BrowserSession | None, Depends(from_own_page)]
ACCESS: Final = frozenset({current_visitor, visitor_of_form, from_own_page, _ANY, _MAINTAIN})
"""The dependencies of pages that say who may call; every page has one of them or of
`app/http/dependencies.py`'s ACCESS."""


def require_own_page(request: Request) -> None:
    """Raises `forbidden` unless the request was made by a page of this very origin."""
    headers = request.headers
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    scheme = request.url.scheme
    hosts = [headers.get("host", ""), request.scope.get(FORWARDED_HOST, "")]
    own = {f"{scheme}://{host}" for host in hosts if host}
    base = context_of(request).base_url
    if base is not None:
        own.add("{0.scheme}://{0.netloc}".format(urlsplit(base)))
    if site is not None:
        # Behind a proxy the scheme may be unknown here; the browser has compared it already.
        homes = {_netloc_of(address) for address in own}
        elsewhere = origin is not None and _netloc_of(origin) not in homes
        if site == "same-origin" and (origin == "null" or not elsewhere):
            return
    elif origin in own:
        return
    raise Problem(
        "forbidden",
        "This request did not come from a page of this site; open the page itself. If it did, the "
        "proxy before Candor must pass on Host, or CANDOR_BASE_URL be set.",
    )


def _netloc_of(address: str) -> str:
    """Host and port of an address; empty if invalid."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


async def form_fields(request: Request) -> dict[str, str]:
    """The fields of a plain form. Raises `unsupported-media-type`, `malformed`, `too-large`."""
    parsed: dict[str, str] | None = getattr(request.state, "form_fields", None)
    if parsed is not None:
        return parsed
    if not _is_form(request):
        raise Problem("unsupported-media-type", f"Send this form as {FORM}.")
    try:
        body = (await small_body(request)).decode("utf-8")
        pairs = parse_qsl(body, keep_blank_values=True, errors="strict", max_num_fields=64)
    except (UnicodeDecodeError, ValueError):
        raise Problem("malformed", "The form could not be read; send it as UTF-8.") from None
    fields = {name: value.replace("\r\n", "\n") for name, value in pairs}
    request.state.form_fields = fields
    return fields


def keep_cookie(request: Request, reply: Response, signed: SignedIn, *, now: datetime) -> None:
    """Sets the session cookie, unreadable by scripts and not sent from other sites."""
    name, *others = _cookie_names(request)
    reply.set_cookie(
        name,
        signed.token,
        max_age=int((signed.expires_at - now).total_seconds()),
        path=root_path() or "/",
        secure=_is_secure(request),
        httponly=True,
        samesite="strict",
    )
    _drop(request, reply, [other for other in others if _tokens(request, other)])


def drop_cookie(request: Request, reply: Response) -> None:
    """Deletes the session cookie, also one that was set before the site had TLS."""
    name, *others = _cookie_names(request)
    _drop(
        request,
        reply,
        [name, *(name_of_cookie for name_of_cookie in others if _tokens(request, name_of_cookie))],
    )


def _drop(request: Request, reply: Response, names: list[str]) -> None:
    for name in names:
        reply.delete_cookie(
            name,
            path=root_path() or "/",
            secure=name != PLAIN_COOKIE,
            httponly=True,
            samesite="strict",
        )


def cookie_of(request: Request) -> str | None:
    """The token that the browser holds, if any."""
    tokens = _tokens(request, _secure_cookie())
    # Anybody on the way can plant a cookie without Secure, so a site with TLS reads none.
    if not tokens and not _is_secure(request):
        tokens = _tokens(request, PLAIN_COOKIE)
    return tokens[0] if tokens else None


def all_tokens(request: Request) -> set[str]:
    """Every token that the browser sent, of whatever name; for signing out."""
    return {token for name in _cookie_names(request) for token in _tokens(request, name)}


async def _stay_of(request: Request) -> BrowserSession | None:
    token = cookie_of(request)
    if token is None:
        return None
    context = context_of(request)
    caller = await run_in_threadpool(_caller_of, context, token, request_id_of(request))
    if caller is None:
        return None
    context.reads.read(caller.key)
    return BrowserSession(caller, form_token(token))


def _caller_of(context: AppContext, token: str, request_id: str) -> Caller | None:
    now = datetime.now(UTC)
    with context.app_state.database.reading() as session:
        caller = signed_in_caller(session, token, now=now, request_id=request_id)
    if caller is not None:
        note_use(context.app_state, caller, now=now)
    return caller


async def require_form_token(request: Request, browser_session: BrowserSession) -> None:
    """Checks the CSRF token, in the form or, for file bodies, in a header."""
    token = request.headers.get("x-form-token", "")
    if _is_form(request):
        token = (await form_fields(request)).get("form_token", "")
    if not hmac.compare_digest(token.encode(), browser_session.form_token.encode()):
        raise Problem("forbidden", "This form is from an earlier visit; load the page again.")


def _is_form(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0]
    return kind.strip().lower() == FORM


def _is_secure(request: Request) -> bool:
    """Whether the browser speaks HTTPS: by the connection or a trusted proxy, by the settings, or
    by what the browser itself says of the page that sent a form."""
    base = context_of(request).base_url
    headers = request.headers
    from_https = headers.get("origin", "").startswith("https://")
    return (
        request.url.scheme == "https"
        or (base is not None and base.startswith("https://"))
        or (from_https and headers.get("sec-fetch-site") == "same-origin")
    )


def _cookie_names(request: Request) -> list[str]:
    """The name to use first, then the other, which a browser may hold from before."""
    names = [_secure_cookie(), PLAIN_COOKIE]
    return names if _is_secure(request) else names[::-1]


def _secure_cookie() -> str:
    """`__Host-` binds the cookie to this very host and to the path /; under a prefix `__Secure-`
    does what is left. Browsers take either over HTTPS only."""
    return "__Secure-candor" if root_path() else "__Host-candor"


def _tokens(request: Request, name: str) -> list[str]:
    """The cookies of a name, that of the longest path first, as browsers send them: an
    installation at the root of the host may have one of the same name."""
    pairs = "; ".join(request.headers.getlist("cookie")).split(";")
    split = (pair.strip().partition("=") for pair in pairs)
    return [value.strip('"') for key, _, value in split if key == name and value]
