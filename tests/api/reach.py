"""What a key reaches: every operation of the OpenAPI document and every page, at every object.

Nothing is listed by hand but how a parameter is filled and what a body says, so that a new
operation is looked at as soon as it exists, or fails for want of a body.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import httpx2
from fastapi.routing import APIRoute, iter_route_contexts

from app.services.access.keys import issue_first
from app.services.access.tokens import new_token
from app.storage.database.session import open_database
from tests.served import Served

API: Final = "/api/v1"
SECRETS: Final = ("private", "theirs")
"""The private benchmarks; `theirs` is another owner's, and hides its answers."""

BODIES: Final[dict[str, dict[str, Any]]] = {
    "publishBenchmark": {"matcher": "text", "items": [{"key": "q0", "accepted": ["a"]}]},
    "submitPredictions": {
        "model": {"name": "probe"},
        "predictions": [{"item": "q0", "answer": "x"}],
    },
    "reviseBenchmark": {"items": [{"key": "q0", "accepted": ["z"]}]},
    "withdrawSubmission": {},
    "eraseSubmission": {"reason": "a test"},
    "changeBenchmark": {"description": "changed"},
    "archiveBenchmark": {},
    "createKey": {"scopes": ["submit"], "benchmark": "{slug}"},
    "createInvitation": {},
    "acceptInvitation": {"token": new_token("cdi"), "owner": "nobody yet"},
    "decideGate": {
        "baseline": "{submission_id}",
        "candidate": "{rival_id}",
        "largest_loss": 0.1,
    },
    "scorePredictions": {"predictions": [{"verdict": "correct"}], "resamples": 0},
}
QUERIES: Final = {"compareSubmissions": "?a={submission_id}&b={rival_id}"}
PAGE_QUERIES: Final = {
    "/compare": "?a={submission_id}&b={rival_id}",
    "/submissions/{public_id}/items": "?item=q0",
}
REFUSED: Final = frozenset({401, 403, 404})


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, or one page (`page`); `address` has the names of its parameters."""

    name: str
    method: str
    address: str
    body: dict[str, Any] | None = None
    page: bool = False

    @property
    def aimed(self) -> bool:
        """Whether it is about an object that it names."""
        return re.search(r"\{[a-z_]+\}", self.address + json.dumps(self.body)) is not None


@dataclass(slots=True)
class World:
    """Benchmarks with something to find in each, and everybody who might look."""

    served: Served
    operations: list[Operation]
    objects: dict[str, dict[str, str]] = field(default_factory=dict)
    keys: dict[str, str | None] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    published: int = 0

    def send(self, one: Operation, slug: str, token: str | None) -> httpx2.Response:
        """The operation at the objects of a benchmark."""
        names = self.objects[slug]
        address = one.address
        body = json.dumps(one.body) if one.body is not None else None
        for name, value in names.items():
            address = address.replace(f"{{{name}}}", value)
            body = None if body is None else body.replace(f"{{{name}}}", value)
        headers = {"Accept": "text/html"} if one.page else {"If-Match": '"never"'}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if one.name == "publishBenchmark":
            self.published += 1
            body = json.dumps((one.body or {}) | {"slug": f"made-{self.published}"})
        if body is not None:
            headers["Content-Type"] = "application/json"
        return self.served.client.request(
            one.method, address, headers=headers, content=body, follow_redirects=False
        )

    def without_names(self, reply: httpx2.Response, slug: str) -> tuple[int, str, list[str]]:
        """Status, body and names of headers, without what names the object."""
        text = re.sub(r"req_\w+", "req", reply.text)
        for name, value in sorted(self.objects[slug].items(), key=lambda one: -len(one[1])):
            if name not in {"number", "item"}:
                text = text.replace(value, f"<{name}>")
        return reply.status_code, text, sorted(reply.headers.keys())

    def reach(self, token: str, owner: str) -> set[tuple[str, ...]]:
        """What a key may read and write, and what it gets to see on the way."""
        cells: set[tuple[str, ...]] = set()
        for one in self.operations:
            for slug in ("public", *SECRETS) if one.aimed else ("public",):
                reply = self.send(one, slug, token)
                if reply.status_code in REFUSED:
                    continue
                assert reply.status_code < 500, (one.name, slug, reply.text)
                place = slug if one.aimed else ""
                if one.method == "GET":
                    cells.add(("read", one.name, place))
                else:
                    cells.add(("write", one.name, place, owner))
                for secret in SECRETS:
                    for kind in ("GOLD", "SAID", "TITLE", "LABEL"):
                        if f"{kind}-{secret}" in reply.text:
                            cells.add(("see", one.name, f"{kind}-{secret}"))
        return cells


def operations_of(served: Served) -> list[Operation]:
    """Every operation of the OpenAPI document."""
    document = served.client.get(f"{API}/openapi.json").json()
    found = []
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            name = said["operationId"]
            body = None
            if "requestBody" in said:
                assert name in BODIES, f"say in BODIES what {name} is sent"
                body = BODIES[name]
            asked = [one["name"] for one in said.get("parameters", []) if one.get("required")]
            spare = [one for one in asked if f"{{{one}}}" not in path]
            assert not spare or name in QUERIES, f"say in QUERIES how {name} gets {spare}"
            address = path + QUERIES.get(name, "")
            if name == "eraseSubmission":
                # One that nobody else asks for: afterwards there is nothing to read of it.
                address = address.replace("{submission_id}", "{spare_id}")
            found.append(Operation(name, method.upper(), address, body))
    return found


def pages_of(served: Served) -> Iterator[Operation]:
    """Every page that is read."""
    for context in iter_route_contexts(served.client.app.routes):  # type: ignore[attr-defined]
        route = context.original_route
        if not isinstance(route, APIRoute) or route.include_in_schema:
            continue
        if "GET" in (route.methods or ()):
            path = context.path.replace("{item:path}", "{item}")
            yield Operation(path, "GET", path + PAGE_QUERIES.get(context.path, ""), page=True)


def build(served: Served) -> World:
    """The world: owners, benchmarks that strangers see and do not see, and keys of every kind."""
    world = World(served, operations_of(served))
    house, other = ["maintain", "submit"], ["maintain", "submit"]
    _key(world, "house maintain", "house", *house)
    _key(world, "other maintain", "other", *other)
    for slug, key, facts in (
        ("public", "house maintain", {}),
        ("private", "house maintain", {"visibility": "private"}),
        ("theirs", "other maintain", {"visibility": "private", "mode": "hidden"}),
    ):
        _benchmark(world, slug, str(world.keys[key]), facts)
    world.objects["absent"] = {
        "slug": "absent",
        "submission_id": "sub_01KAJ3M8V9Q2W3E4R5T6Y7U8I9",
        "public_id": "sub_01KAJ3M8V9Q2W3E4R5T6Y7U8I9",
        "rival_id": "sub_01KAJ3M8V9Q2W3E4R5T6Y7U8I8",
        "spare_id": "sub_01KAJ3M8V9Q2W3E4R5T6Y7U8I7",
        "key_id": "key_01KAJ3M8V9Q2W3E4R5T6Y7U8I9",
        "invitation_id": "inv_01KAJ3M8V9Q2W3E4R5T6Y7U8I9",
        "number": "1",
        "item": "q0",
    }
    _key(world, "house submit", "house", "submit")
    _key(world, "house bound to public", "house", *house, benchmark="public")
    _key(world, "other submit", "other", "submit")
    _key(world, "other bound to public", "other", "submit", benchmark="public")
    _key(world, "guest bound to private", "guest", "submit", benchmark="private")
    _key(world, "admin bound to public", "admin", "admin", benchmark="public")
    world.keys |= {"nobody": None, "wrong": new_token(), "garbage": "cdr_nonsense"}
    world.keys |= dict(zip(("revoked", "expired"), _ended(served), strict=True))
    world.keys["admin"], world.owners["admin"] = served.admin, "admin"
    return world


def _key(world: World, name: str, owner: str, *scopes: str, benchmark: str | None = None) -> None:
    world.keys[name] = world.served.new_key(owner, *scopes, benchmark=benchmark)
    world.owners[name] = owner


def _benchmark(world: World, slug: str, key: str, facts: dict[str, str]) -> None:
    served = world.served
    body = {
        "slug": slug,
        "title": f"TITLE-{slug}",
        "matcher": "text",
        "missing_limit": 1,
        "items": [{"key": f"q{n}", "accepted": [f"GOLD-{slug}"]} for n in range(2)],
    }
    made = served.request("POST", "/benchmarks", key=key, json=body | facts)
    assert made.status_code == 201, made.text
    rows = [{"item": f"q{n}", "answer": f"SAID-{slug}"} for n in range(2)]
    sent, rival, erased = (
        served.submit(rows, slug=slug, key=key, model=f"TITLE-{slug}-{n}").json()["id"]
        for n in range(3)
    )
    spare = {"owner": "spare", "scopes": ["submit"], "benchmark": slug, "label": f"LABEL-{slug}"}
    invited = {"label": f"LABEL-{slug}"}
    world.objects[slug] = {
        "slug": slug,
        "submission_id": sent,
        "public_id": sent,
        "rival_id": rival,
        "spare_id": erased,
        "key_id": served.request("POST", "/keys", json=spare).json()["id"],
        "invitation_id": served.request(
            "POST", f"/benchmarks/{slug}/invitations", json=invited, key=key
        ).json()["id"],
        "number": "1",
        "item": "q0",
    }


def _ended(served: Served) -> tuple[str, str]:
    """A revoked and an expired key of the house."""
    body = {"owner": "house", "scopes": ["maintain", "submit"]}
    revoked = served.request("POST", "/keys", json=body).json()
    assert served.request("DELETE", f"/keys/{revoked['id']}").status_code == 204
    database = open_database(served.database_url)
    try:
        with database.writing() as session:
            expired = issue_first(
                session,
                pepper=None,
                owner="house",
                scopes=("maintain", "submit"),
                lifetime=timedelta(seconds=-1),
            )
    finally:
        database.dispose()
    return revoked["token"], expired.token
