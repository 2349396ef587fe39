"""Behind a proxy: which scheme and which client a request really had, and under which prefix.

Only what a trusted proxy says is believed (CANDOR_TRUSTED_PROXIES; this machine's own by default),
because anybody can send these headers. Pure ASGI, outside everything else, so that redirects,
cookies, limits and logs see the public side of the proxy.
"""

import re
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any, Final, cast

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.http.urls import FORWARDED_HOST, serve_under

_SCHEMES: Final = frozenset({"http", "https"})
_PROTO: Final = re.compile(r'(?:^|;)\s*proto="?(https?)"?\s*(?:;|$)', re.IGNORECASE)
_FOR: Final = re.compile(r'(?:^|[;,])\s*for="?([^";,\s]+)', re.IGNORECASE)
_MOST_TOLD: Final = 8

log = structlog.get_logger("candor.proxy")


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
        self._place(scope)
        peer = scope["client"][0] if scope.get("client") else ""
        said = _said_by(scope)
        if peer not in self._known.trusted_hosts:
            if said.get("scheme") == "https" and scope["scheme"] == "http":
                self._tell(peer)
            await self._app(scope, receive, send)
            return
        if "scheme" in said:
            scope["scheme"] = said["scheme"]
        if "host" in said:
            scope[FORWARDED_HOST] = said["host"]
        if "for" in said:
            host, port = self._known.trusted_hosts.get_trusted_client_address(said["for"])
            if _is_address(host):
                scope["client"] = (host, port)
        await self._app(scope, receive, send)

    def _place(self, scope: Scope) -> None:
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
        log.warning(
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


def _said_by(scope: Scope) -> dict[str, str]:
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
    said = {
        "scheme": proto if proto in _SCHEMES else "",
        "host": whole.get("x-forwarded-host", "").partition(",")[0].strip(),
        "for": whole.get("x-forwarded-for", "") or ", ".join(_FOR.findall(standard)),
    }
    return {name: value for name, value in said.items() if value}
