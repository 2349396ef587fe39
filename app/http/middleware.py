"""Middleware: request ids, size limits, security and cache headers, HEAD, metrics; proxies.

Pure ASGI, because a function-style middleware costs as much as a whole small request. The proxy's
part tells which scheme, client and prefix a request really had. Only what a trusted proxy says is
believed (CANDOR_TRUSTED_PROXIES; this machine's own by default), because anybody can send these
headers. It lies outside everything else, so that redirects, cookies, limits and logs see the
public side of the proxy.
"""

import re
import time
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any, Final, cast

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from ulid import ULID
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.http.problem_responses import problem_response
from app.http.request_metrics import count_request
from app.http.urls import FORWARDED_HOST, own_path, serve_under, url
from app.problem import Problem

CONTENT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)

SECURITY_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}

_SAFE_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_LONGEST_ADDRESS: Final = 4096
_MOST_HEADERS: Final = 64
_MOST_HEADER_BYTES: Final = 16 * 1024
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

log = structlog.get_logger("candor.request")


class RequestMiddleware:
    """Wraps the application; holds nothing but it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked_head = scope["method"] == "HEAD"
        if asked_head:
            # What a GET would say, without its body: no route has to know.
            scope = dict(scope, method="GET")
        request_id = _request_id(scope)
        scope["candor.request_id"] = request_id
        started = time.perf_counter()
        status = 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                _keep_to_caller(headers, scope)
                _stay_here(headers)
            elif asked_head:
                message = dict(message, body=b"")
            await send(message)

        refusal = _refusal(scope)
        if refusal is not None:
            # Not the path: it is what is too long.
            response = problem_response(refusal, instance=url("/"), request_id=request_id)
            await response(scope, receive, send_with_headers)
            return
        try:
            await self.app(scope, receive, send_with_headers)
        finally:
            _note(scope, request_id, status, time.perf_counter() - started)


def _note(scope: Scope, request_id: str, status: int, seconds: float) -> None:
    """One line and two figures a request. The route is the template, never the address as sent:
    addresses may carry what people typed, and would make a series each."""
    route = getattr(scope.get("route"), "path", None)
    method = scope["method"] if scope["method"] in _METHODS else "other"
    count_request(method=method, route=route or "none", status=status, seconds=seconds)
    ms = round(seconds * 1000, 2)
    log.info("request", request_id=request_id, method=method, route=route, status=status, ms=ms)


def _keep_to_caller(headers: MutableHeaders, scope: Scope) -> None:
    """What a key or a sign-in was needed for, or might have been, is kept by nobody in between."""
    if headers.get("cache-control", "no-cache") == "no-cache":
        headers["Cache-Control"] = "private, no-store" if _is_personal(scope) else "no-cache"
    if (
        own_path(scope["path"]).startswith("/api/")
        and "authorization" not in headers.get("vary", "").lower()
    ):
        headers.add_vary_header("Authorization")


def _is_personal(scope: Scope) -> bool:
    return any(
        name == b"authorization" or (name == b"cookie" and b"candor=" in value)
        for name, value in scope["headers"]
    )


def _stay_here(headers: MutableHeaders) -> None:
    """Redirects name a path: an address made from the request's Host would lead anywhere."""
    parts = headers.get("location", "").split("/", 3)
    if len(parts) == 4 and parts[0] in {"http:", "https:"}:
        headers["Location"] = "/" + parts[3].lstrip("/\\")


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _SAFE_ID.fullmatch(value):
            return str(value.decode("ascii"))
    return f"req_{ULID()}"


def _refusal(scope: Scope) -> Problem | None:
    address = len(scope.get("raw_path") or b"") + len(scope.get("query_string") or b"")
    if address > _LONGEST_ADDRESS:
        return Problem("uri-too-long", f"The address is longer than {_LONGEST_ADDRESS} bytes.")
    # No database stores NUL, so nothing can stand at an address that holds one.
    if "\0" in scope["path"]:
        return Problem("not-found", "Not found: no resource has this address.")
    if b"%00" in (scope.get("query_string") or b""):
        return Problem("malformed", "The address holds a NUL character; remove it.")
    headers = scope["headers"]
    if len(headers) > _MOST_HEADERS or sum(len(n) + len(v) for n, v in headers) > (
        _MOST_HEADER_BYTES
    ):
        return Problem(
            "headers-too-large",
            f"At most {_MOST_HEADERS} headers of {_MOST_HEADER_BYTES} bytes together are read.",
        )
    return None


_SCHEMES: Final = frozenset({"http", "https"})
_PROTO: Final = re.compile(r'(?:^|;)\s*proto="?(https?)"?\s*(?:;|$)', re.IGNORECASE)
_FOR: Final = re.compile(r'(?:^|[;,])\s*for="?([^";,\s]+)', re.IGNORECASE)
_MOST_TOLD: Final = 8

proxy_log = structlog.get_logger("candor.proxy")


class BehindProxy:
    """Wraps the application: `trusted` are addresses and networks, `root_path` is the prefix."""

    def __init__(self, app: ASGIApp, *, trusted: Sequence[str], root_path: str) -> None:
        self._app = app
        # The chain of X-Forwarded-For is walked by uvicorn's own middleware.
        self._known = ProxyHeadersMiddleware(cast("Any", app), trusted_hosts=list(trusted))
        self._root_path = root_path
        self._told: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._apply_root_path(scope)
        peer = scope["client"][0] if scope.get("client") else ""
        forwarded = _forwarded_of(scope)
        if peer not in self._known.trusted_hosts:
            if forwarded.get("scheme") == "https" and scope["scheme"] == "http":
                self._tell(peer)
            await self._app(scope, receive, send)
            return
        if "scheme" in forwarded:
            scope["scheme"] = forwarded["scheme"]
        if "host" in forwarded:
            scope[FORWARDED_HOST] = forwarded["host"]
        if "for" in forwarded:
            host, port = self._known.trusted_hosts.get_trusted_client_address(forwarded["for"])
            if _is_address(host):
                scope["client"] = (host, port)
        await self._app(scope, receive, send)

    def _apply_root_path(self, scope: Scope) -> None:
        """Makes path and prefix one form, whether the proxy passes the prefix on or takes it off:
        ASGI has the prefix in both `root_path` and `path`."""
        root = self._root_path or str(scope.get("root_path", "")).rstrip("/")
        serve_under(root)
        if not root:
            return
        path = scope["path"]
        if path == root:
            path = f"{root}/"
        elif not path.startswith(f"{root}/"):
            path = root + path
        scope["root_path"], scope["path"] = root, path

    def _tell(self, peer: str) -> None:
        """Says once an address that its forwarded https is not believed; strangers cannot fill the
        log with it."""
        if peer in self._told or len(self._told) >= _MOST_TOLD:
            return
        self._told.add(peer)
        proxy_log.warning(
            "forwarded https is not believed, so cookies are sent without Secure; "
            "if this address is your proxy, add it to CANDOR_TRUSTED_PROXIES",
            address=peer,
        )


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _forwarded_of(scope: Scope) -> dict[str, str]:
    """What forwarding headers say of the request as it was first made: scheme, host and the chain
    of addresses. The X-Forwarded ones win over RFC 7239's, which fewer proxies set."""
    sent: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        if name.startswith((b"x-forwarded-", b"forwarded")):
            sent.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1").strip())
    if not sent:
        return {}
    whole = {name: ", ".join(values) for name, values in sent.items()}
    standard = whole.get("forwarded", "")
    proto = whole.get("x-forwarded-proto", "").partition(",")[0].strip().lower()
    if "x-forwarded-proto" not in whole:
        first = _PROTO.search(standard.partition(",")[0])
        proto = first[1].lower() if first else ""
    forwarded = {
        "scheme": proto if proto in _SCHEMES else "",
        "host": whole.get("x-forwarded-host", "").partition(",")[0].strip(),
        "for": whole.get("x-forwarded-for", "") or ", ".join(_FOR.findall(standard)),
    }
    return {name: value for name, value in forwarded.items() if value}
