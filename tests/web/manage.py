"""A browser's part at the desk: signs in with a key, sends forms the way a page of ours does."""

import re
from typing import Any

import httpx2
from starlette.testclient import TestClient

from tests.served import Served

OWN = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
HTML = {"Accept": "text/html"}


class Visit:
    """One browser with its own cookies; redirects are shown, not followed."""

    def __init__(self, served: Served) -> None:
        self.http = TestClient(
            served.client.app, follow_redirects=False, raise_server_exceptions=False
        )
        self.form_token = ""

    def sign_in(self, key: str, *, to: str = "/desk") -> httpx2.Response:
        reply = self.post("/session", key=key, next=to)
        if reply.status_code == 303:
            page = self.get("/desk").text
            self.form_token = token_in(self.get("/desk/publish").text) or token_in(page)
        return reply

    def get(self, path: str) -> httpx2.Response:
        return self.http.get(path, headers=HTML)

    def post(
        self, path: str, *, headers: dict[str, str] | None = None, **fields: str
    ) -> httpx2.Response:
        body = {"form_token": self.form_token} | fields
        return self.http.post(path, data=body, headers=HTML | OWN | (headers or {}))

    def send(self, path: str, body: bytes, kind: str, **headers: str) -> httpx2.Response:
        sent = OWN | {"Content-Type": kind, "X-Form-Token": self.form_token} | headers
        return self.http.post(path, content=body, headers=sent)


def token_in(page: str) -> str:
    found = re.search(r'(?:name="form_token" value|data-token)="([0-9a-f]{64})"', page)
    return "" if found is None else found[1]


def visit(served: Served, key: str | None = None, **wanted: Any) -> Visit:
    """A browser, signed in where a key is given."""
    browser = Visit(served)
    if key is not None:
        assert browser.sign_in(key, **wanted).status_code == 303
    return browser
