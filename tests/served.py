"""A running Candor inside the test process: the real application on a real database."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.http.dependencies import AppContext
from app.main import _lifespan as lifespan_of
from app.main import build_context, create_app
from app.services.access.keys import issue_first
from app.settings import Settings
from app.storage.database.session import Database, open_database
from tests.waiting import CEILING


@dataclass(frozen=True, slots=True)
class Served:
    """The application with an admin's key; `client` sends none unless told."""

    client: TestClient
    admin: str
    database_url: str

    def request(
        self, method: str, path: str, *, key: str | None = None, **wanted: Any
    ) -> httpx2.Response:
        """A request with the admin's key, or with `key`."""
        headers = {"Authorization": f"Bearer {key or self.admin}", **wanted.pop("headers", {})}
        return self.client.request(method, f"/api/v1{path}", headers=headers, **wanted)

    def read(self, path: str, **params: Any) -> Any:
        """The JSON of a public GET."""
        reply = self.client.get(f"/api/v1{path}", params=params)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def publish(self, **wanted: Any) -> Any:
        """Publishes a benchmark; ten text items q0…q9 with answers a0…a9 unless told."""
        body = {
            "slug": "ten",
            "matcher": "text",
            "items": [
                {"key": f"q{n}", "question": f"Question {n}?", "accepted": [f"a{n}"]}
                for n in range(10)
            ],
        } | wanted
        reply = self.request("POST", "/benchmarks", json=body)
        assert reply.status_code == 201, reply.text
        return reply.json()

    def submit(
        self, predictions: Any, *, slug: str = "ten", model: str = "quill", **wanted: Any
    ) -> httpx2.Response:
        """Submits predictions as JSON; returns the reply whatever it is."""
        headers = wanted.pop("headers", {})
        key = wanted.pop("key", None)
        body = {"model": {"name": model}, "predictions": predictions} | wanted
        return self.request(
            "POST", f"/benchmarks/{slug}/submissions", json=body, headers=headers, key=key
        )

    def new_key(self, owner: str, *scopes: str, benchmark: str | None = None) -> str:
        """A fresh key for an owner."""
        body = {"owner": owner, "scopes": list(scopes), "benchmark": benchmark}
        reply = self.request("POST", "/keys", json=body)
        assert reply.status_code == 201, reply.text
        token: str = reply.json()["token"]
        return token

    def settle(self) -> None:
        """Waits until the rank ranges that were asked for have come."""
        app: Any = self.client.app
        context: AppContext = app.state.context
        assert context.app_state.ranges.settle(seconds=CEILING)


_NEGATIVE_ZERO: Final = {
    "json": re.compile(rb"[:\[,]-0(\.0+)?[,\]}]"),
    "csv": re.compile(rb"(^|,)-0(\.0+)?(,|\r|$)", re.M),
    "markdown": re.compile(r"(?:-|−)0(\.0+)?[ |]".encode()),
    "html": re.compile(r">\s*(?:-|−)0(\.0+)?\s*[%<]".encode()),
}
"""How a negative zero would stand in a reply, by a word of its content type."""


def refuse_negative_zeros(reply: httpx2.Response) -> None:
    """No reply that any test meets says -0.0."""
    kind = reply.headers.get("Content-Type", "")
    for name, pattern in _NEGATIVE_ZERO.items():
        if name in kind:
            found = pattern.search(reply.read())
            assert found is None, (str(reply.url), found)


@contextmanager
def serve(database_url: str, folder: Path, **settings: Any) -> Iterator[Served]:
    """The application on `database_url` (migrated, empty) with its first admin key."""
    with_defaults: dict[str, Any] = {
        "writes_per_minute": 100_000,
        "reads_per_minute": 100_000,
        **settings,
    }
    wanted = Settings(database_url=database_url, data_dir=folder, **with_defaults)
    with (
        application(wanted) as app,
        TestClient(app, raise_server_exceptions=False) as client,
    ):
        client.event_hooks["response"].append(refuse_negative_zeros)
        yield Served(client, first_key(database_url), database_url)


_IDLE: list[tuple[dict[str, Any], FastAPI]] = []
"""Applications that no test uses, with the settings that they were made for."""


@contextmanager
def application(settings: Settings) -> Iterator[FastAPI]:
    """The application for `settings`, as `create_app` makes it; its routes may be another's.

    To declare eighty routes costs more than most tests; they are the same in every application.
    What holds state, the front, the middleware and what starts and ends with it, is made anew.
    """
    shape = settings.model_dump(exclude={"database_url", "data_dir"})
    idle = next((one for one in _IDLE if one[0] == shape), None)
    if idle is None:
        app = create_app(settings)
    else:
        _IDLE.remove(idle)
        app = idle[1]
        context = build_context(open_database(settings.url), settings)
        app.state.context = context
        app.router.lifespan_context = lifespan_of(context.app_state)
        app.middleware_stack = None
    yield app
    _IDLE.append((shape, app))


def first_key(database_url: str) -> str:
    """An admin's token, made the way the command line makes it."""
    database: Database = open_database(database_url)
    try:
        with database.writing() as session:
            return issue_first(session, pepper=None).token
    finally:
        database.dispose()
