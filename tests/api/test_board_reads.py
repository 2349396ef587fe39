"""Reading a board: how many statements it takes, and that revision and as-of go together."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import current_thread
from typing import Any

import pytest
from sqlalchemy import event

from app.http.dependencies import AppContext
from tests.served import Served, serve
from tests.waiting import CEILING

BOARD = "/benchmarks/ten/leaderboard"


def said(right: int) -> list[dict[str, Any]]:
    return [{"item": f"q{n}", "answer": f"a{n}" if n < right else "no"} for n in range(10)]


def app_state(served: Served) -> Any:
    app: Any = served.client.app
    context: AppContext = app.state.context
    return context.app_state


@contextmanager
def selects(served: Served) -> Iterator[list[str]]:
    """The SELECTs that requests make; those of work for later are not the readers'."""
    seen: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT") and current_thread().name != "candor-later":
            seen.append(statement)

    engine = app_state(served).database._engines.reader
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("n", [3, 30])
def test_a_board_takes_as_many_statements_however_many_stand_on_it(
    served: Served, tmp_path: Path, n: int
) -> None:
    served.publish()
    ids = [served.submit(said(at % 11), model=f"m{at}").json()["id"] for at in range(n)]
    for view in ({}, {"target": "0.61"}, {"rule": "quadratic"}, {"limit": 1}):
        with selects(served) as seen:
            served.read(BOARD, **view)
        assert len(seen) == 1, view
    served.request("POST", f"/submissions/{ids[0]}/withdraw", json={})
    with selects(served) as seen:
        assert served.read(BOARD)["total"] == n - 1
    assert len(seen) <= 2
    with serve(served.database_url, tmp_path) as restarted:
        assert app_state(restarted).regrades.settle(seconds=CEILING)
        with selects(restarted) as seen:
            assert restarted.read(BOARD)["total"] == n - 1
        # The benchmark, its items, and every submission at once.
        assert len(seen) == 3


def test_revision_and_as_of_go_together(served: Served) -> None:
    served.publish()
    first = served.submit(said(6), model="a")
    served.submit(said(8), model="b")
    change = {"items": [{"key": "q0", "accepted": ["no"]}]}
    assert served.request("POST", "/benchmarks/ten/revisions", json=change).status_code == 201
    served.submit(said(9), model="c")
    then = served.read(f"/submissions/{first.json()['id']}")["created_at"]
    found = {}
    for revision in (1, 2):
        for as_of in (None, then):
            view = {"revision": revision, "rule": "binary"} | ({"as_of": as_of} if as_of else {})
            board = served.read(BOARD, **view)
            assert board["revision"] == revision
            found[revision, as_of] = {
                row["model"]["name"]: row["score"]["value"] for row in board["data"]
            }
    assert found == {
        (1, None): {"a": 0.6, "b": 0.8},
        (1, then): {"a": 0.6},
        (2, None): {"a": 0.5, "b": 0.7, "c": 0.8},
        (2, then): {"a": 0.5},
    }
    tags = {
        served.client.get(f"/api/v1{BOARD}", params={"revision": revision}).headers["etag"]
        for revision in (1, 2)
    }
    assert len(tags) == 2
