"""What tests under a prefix share: Candor at /candor behind a proxy of either kind, and a browser's
part that finds every address in what it is given."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import httpx2
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.web.manage import token_in

ROOT = "/candor"
Proxy = Literal["takes it off", "passes it on"]
OWN_PAGE = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}


class Prefixed:
    """A proxy that serves the application under /candor and has nothing else on its host."""

    def __init__(self, app: ASGIApp, kind: Proxy) -> None:
        self._app, self._kind = app, kind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path != ROOT and not path.startswith(f"{ROOT}/"):
            await PlainTextResponse(f"outside: {path}", 404)(scope, receive, send)
            return
        if self._kind == "takes it off":
            scope = dict(scope) | {
                "path": path.removeprefix(ROOT) or "/",
                "raw_path": scope["raw_path"].removeprefix(ROOT.encode()) or b"/",
            }
        await self._app(scope, receive, send)


@dataclass(slots=True)
class Browser:
    """One browser with its own cookies; redirects are shown, not followed."""

    http: TestClient
    form_token: str = ""

    def get(self, address: str, **headers: str) -> httpx2.Response:
        """Opens an address of the host."""
        return self.http.get(address, headers={"Accept": "text/html,*/*;q=0.5"} | headers)

    def post(self, address: str, **fields: str) -> httpx2.Response:
        """Sends a form the way a page of ours does."""
        body = {"form_token": self.form_token} | fields
        return self.http.post(address, data=body, headers={"Accept": "text/html"} | OWN_PAGE)

    def send(self, address: str, body: str) -> httpx2.Response:
        """Sends a file of CSV the way a page of ours does."""
        headers = OWN_PAGE | {"Content-Type": "text/csv", "X-Form-Token": self.form_token}
        return self.http.post(address, content=body.encode(), headers=headers)

    def sign_in(self, key: str) -> httpx2.Response:
        """Signs in, and learns the token of its forms."""
        reply = self.post(f"{ROOT}/session", key=key, next="/desk")
        self.form_token = token_in(self.get(f"{ROOT}/desk/publish").text)
        return reply


def browser_behind(app: Any, kind: Proxy) -> Browser:
    """A browser before a proxy before `app`."""
    http = TestClient(Prefixed(app, kind), follow_redirects=False, raise_server_exceptions=False)
    return Browser(http)


@dataclass(slots=True)
class _Attributes(HTMLParser):
    found: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(name, value or "") for name, value in attrs]


_LINKS = {"href", "src", "action", "formaction", "poster"}


def addresses_in(reply: httpx2.Response) -> Iterator[str]:
    """Every address on our host that a reply names, as a path with its query."""
    here = str(reply.url)
    if "location" in reply.headers:
        yield _path(urljoin(here, reply.headers["location"]))
    kind = reply.headers.get("content-type", "")
    text = reply.text if "text" in kind or "json" in kind or "svg" in kind else ""
    if "html" in kind:
        parser = _Attributes()
        parser.feed(text)
        for name, value in parser.found:
            if name in _LINKS:
                there = urljoin(here, value)
                if urlsplit(there).netloc == "testserver":
                    yield _path(there)
            elif re.match(r"/[a-z]", value):
                yield value
        if urlsplit(here).path.endswith("/docs"):
            return  # It names operations as the OpenAPI document does, under its server.
        text = unescape(re.sub(r"<[^>]*>", " ", text))
        yield from re.findall(r"(?<![\w.])/(?:api/v1|benchmarks|submissions|desk)/[\w./-]+", text)
    elif "json" in kind:
        yield from (one for one in _strings(json.loads(text)) if re.match(r"/[a-z]+/?", one))
    elif "css" in kind:
        yield from (_path(urljoin(here, one)) for one in re.findall(r'url\("?([^")]+)', text))
    elif "javascript" in kind:
        for one in re.findall(r'\bfrom "([^"]+)"|\bimport "([^"]+)"', text):
            yield _path(urljoin(here, "".join(one)))
    for one in re.findall(r"https?://testserver(/[^\s\"'<>)]*|)", text):
        yield one or "/"


def _path(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
