"""Several processes on one database: what an owner changes or deletes in one, all of them know."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.process import ask, serving
from tests.served import first_key
from tests.waiting import CEILING

ASKED = 12
"""Exchanges over connections of their own, so that each process gets some."""

PATHS = (
    "/api/v1/benchmarks/ten",
    "/api/v1/benchmarks/ten/items",
    "/api/v1/benchmarks/ten/leaderboard",
    "/benchmarks/ten",
    "/benchmarks/ten/badge.svg",
    "/benchmarks/ten/dial.json",
)


@pytest.fixture
def running(database_url: str, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A server's address and its admin key; as many processes as its database takes."""
    key = first_key(database_url)
    many = "2" if database_url.startswith("sqlite") else "3"
    rates = {"writes_per_minute": "100000", "reads_per_minute": "100000"}
    with serving(tmp_path, database_url, workers=many, **rates) as (address, _):
        yield address, key


def act(address: str, method: str, path: str, key: str, body: Any = None) -> int:
    """The status of a write."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(
        f"{address}/api/v1{path}", method=method, data=data, headers=headers
    )
    with urllib.request.urlopen(request, timeout=CEILING) as reply:
        status: int = reply.status
        return status


def statuses(address: str) -> set[int]:
    """What strangers are answered, over all addresses and processes."""
    found = set()
    for _ in range(ASKED):
        for path in PATHS:
            try:
                with urllib.request.urlopen(address + path, timeout=CEILING) as reply:
                    found.add(reply.status)
            except urllib.error.HTTPError as refused:
                found.add(refused.code)
    return found


def test_every_process_knows_what_an_owner_did(running: tuple[str, str]) -> None:
    address, key = running
    items = [{"key": f"q{n}", "accepted": [str(n)]} for n in range(10)]
    policy = {"slug": "ten", "matcher": "text", "missing_limit": 0.5}
    assert ask(address, "/benchmarks", key=key, body=policy | {"items": items})[0] == 201
    for model, n in (("whole", 10), ("part", 6)):
        rows = [{"item": f"q{k}", "answer": str(k)} for k in range(n)]
        body = {"model": {"name": model}, "predictions": rows}
        assert ask(address, "/benchmarks/ten/submissions", key=key, body=body)[0] == 201
    assert statuses(address) == {200}
    assert act(address, "PATCH", "/benchmarks/ten", key, {"missing_limit": 0}) == 200
    for _ in range(ASKED):
        board = ask(address, "/benchmarks/ten/leaderboard")[1]
        assert [row["model"]["name"] for row in board["data"]] == ["whole"]
    assert act(address, "PATCH", "/benchmarks/ten", key, {"visibility": "private"}) == 200
    assert statuses(address) == {404}
    assert act(address, "PATCH", "/benchmarks/ten", key, {"visibility": "public"}) == 200
    assert statuses(address) == {200}
    part = next(
        one["id"]
        for one in ask(address, "/benchmarks/ten/submissions")[1]["data"]
        if one["model"]["name"] == "part"
    )
    assert act(address, "POST", f"/submissions/{part}/erase", key, {}) == 200
    for _ in range(ASKED):
        board = ask(address, "/benchmarks/ten/leaderboard")[1]
        assert [one["reason"] for one in board["unranked"]] == ["erased"]
        assert ask(address, f"/submissions/{part}/predictions")[0] == 410
    assert act(address, "DELETE", "/benchmarks/ten?reason=test", key) in {202, 204}
    assert statuses(address) == {410}
