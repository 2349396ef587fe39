"""Exactly once: a retry stores nothing new, and a 201 is never a lie."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.http.dependencies import AppContext
from tests.served import Served

ROWS = [{"item": f"q{n}", "answer": f"a{n}", "confidence": 0.9} for n in range(10)]


def stored(served: Served) -> int:
    return len(served.read("/benchmarks/ten/submissions")["data"])


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "run-17"}])
def test_a_retry_is_the_same_submission(served: Served, headers: dict[str, str]) -> None:
    served.publish()
    first = served.submit(ROWS, headers=headers)
    again = served.submit(ROWS, headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert again.json() == first.json() | {"warnings": []}
    assert stored(served) == 1


def test_the_same_key_with_another_body_is_refused(served: Served) -> None:
    served.publish()
    headers = {"Idempotency-Key": "run-17"}
    assert served.submit(ROWS, headers=headers).status_code == 201
    other = served.submit(ROWS[:9], headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-mismatch")
    assert stored(served) == 1


def test_forty_at_once_store_one(served: Served) -> None:
    served.publish()
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: served.submit(ROWS), range(40)))
    codes = sorted(reply.status_code for reply in replies)
    assert codes == [200] * 39 + [201]
    assert len({reply.json()["id"] for reply in replies}) == 1
    assert stored(served) == 1


def test_a_commit_that_fails_is_never_a_201(served: Served) -> None:
    served.publish()
    app: Any = served.client.app
    context: AppContext = app.state.context
    engine = context.app_state.database.engine

    def fail(_: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("the disk went away"))

    event.listen(engine, "commit", fail)
    try:
        reply = served.submit(ROWS)
    finally:
        event.remove(engine, "commit", fail)
    assert reply.status_code == 503
    assert reply.json()["code"] == "unavailable"
    assert int(reply.headers["retry-after"]) > 0
    assert stored(served) == 0
    assert served.submit(ROWS).status_code == 201


def test_a_newer_run_supersedes_the_one_with_its_external_id(served: Served) -> None:
    served.publish()
    first = served.submit(ROWS, external_id="task-1").json()
    second = served.submit(ROWS[::-1], external_id="task-1").json()
    board = served.read("/benchmarks/ten/leaderboard")
    assert [row["submission"] for row in board["data"]] == [second["id"]]
    assert {"submission": first["id"], "reason": "superseded"}.items() <= board["unranked"][
        0
    ].items()


def test_writes_a_minute_are_limited(served: Served) -> None:
    app: Any = served.client.app
    context: AppContext = app.state.context
    object.__setattr__(context.app_state, "writes_per_minute", 3)
    served.publish()
    codes = [served.submit(ROWS, model=f"m{n}").status_code for n in range(6)]
    # The publication was the first write; a new minute may begin anywhere in between.
    assert 429 in codes
    assert stored(served) == codes.count(201)


def test_all_that_one_key_does_at_once_is_done(served: Served) -> None:
    """Submitting, withdrawing and revising take the same locks in the same order."""
    served.publish()
    sent = [served.submit(ROWS, model=f"w{n}").json()["id"] for n in range(8)]

    def act(n: int) -> int:
        if n % 2:
            reply = served.request("POST", f"/submissions/{sent[n // 2]}/withdraw", json={})
        else:
            reply = served.submit(ROWS, model=f"m{n}")
        return int(reply.status_code)

    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(act, range(16)))
    assert sorted(set(codes)) == [200, 201]
