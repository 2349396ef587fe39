"""When a key was last used: set by use, seldom, and never at a request's expense."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from app.services.access.keys import STEP, authenticate, issue_first, note_use, presented
from app.services.state.app_state import AppState
from app.storage.database.session import Database
from app.storage.database.tables import api_key
from app.storage.keys import find_key, touch_key
from tests.served import Served
from tests.waiting import CEILING
from tests.web.manage import visit

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def app_state_of(served: Served) -> AppState:
    app: Any = served.client.app
    app_state: AppState = app.state.context.app_state
    return app_state


def last_used(served: Served, owner: str) -> str | None:
    assert app_state_of(served).uses.settle(seconds=CEILING)
    keys = served.request("GET", "/keys").json()["data"]
    (found,) = [key["last_used_at"] for key in keys if key["owner"] == owner]
    return None if found is None else str(found)


def by_reading(served: Served, key: str) -> None:
    assert served.request("GET", "/benchmarks", key=key).status_code == 200


def by_writing(served: Served, key: str) -> None:
    row = [{"item": "q0", "answer": "a0"}]
    assert served.submit(row, key=key).status_code == 201


def at_the_desk(served: Served, key: str) -> None:
    assert visit(served, key).get("/desk").status_code == 200


@pytest.mark.parametrize("use", [by_reading, by_writing, at_the_desk])
def test_a_use_is_remembered(served: Served, use: Callable[[Served, str], None]) -> None:
    served.publish(missing_limit=1)
    key = served.new_key("acme", "submit")
    assert last_used(served, "acme") is None
    use(served, key)
    kept = last_used(served, "acme")
    assert kept is not None
    age = datetime.now(UTC) - datetime.fromisoformat(kept)
    assert timedelta() <= age < STEP
    for _ in range(3):
        use_again = served.request("GET", "/benchmarks", key=key)
        assert use_again.status_code == 200
    assert last_used(served, "acme") == kept


def test_the_keys_page_tells_it(served: Served) -> None:
    served.new_key("acme", "submit")
    browser = visit(served, served.admin)
    assert app_state_of(served).uses.settle(seconds=CEILING)
    page = browser.get("/desk/keys").text
    assert "never used" in page
    assert "last used" in page


def test_a_wrong_key_is_no_use(served: Served) -> None:
    body = {"owner": "acme", "scopes": ["submit"]}
    made = served.request("POST", "/keys", json=body).json()
    served.request("DELETE", f"/keys/{made['id']}")
    assert served.request("GET", "/benchmarks", key=made["token"]).status_code == 401
    assert last_used(served, "acme") is None


def test_a_database_that_takes_no_writes_still_serves_reads(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = served.new_key("acme", "submit")
    tried: list[int] = []

    def full(_: object, key_row: int, *__: object, **___: object) -> None:
        tried.append(key_row)
        raise OperationalError("UPDATE", {}, Exception("database or disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr("app.services.access.keys.touch_key", full)
        for _ in range(8):
            assert served.request("GET", "/benchmarks", key=key).status_code == 200
            assert app_state_of(served).uses.settle(seconds=CEILING)
        assert last_used(served, "acme") is None
    # Not once a request: a full disk is not asked again before the next ten minutes begin.
    assert 1 <= tried.count(tried[0]) <= 2


def test_two_processes_write_it_once(database: Database) -> None:
    """What one has stored the other does not store again; nor an older moment over a newer."""
    with database.writing() as session:
        issued = issue_first(session, pepper=None, scopes=("submit",))

    def touch(at: datetime) -> datetime | None:
        with database.writing() as session:
            touch_key(session, issued.key.id, at, step=STEP)
            stored = find_key(session, issued.key.key_id)
        assert stored is not None
        return stored.last_used_at

    assert touch(NOW) == NOW
    assert touch(NOW + STEP / 2) == NOW
    assert touch(NOW - STEP / 2) == NOW
    assert touch(NOW + STEP) == NOW + STEP
    # A clock that ran ahead does not leave a moment that nothing can correct.
    assert touch(NOW - timedelta(days=400)) == NOW - timedelta(days=400)


def test_a_recent_use_is_not_even_asked_for(served: Served) -> None:
    key = served.new_key("acme", "submit")
    app_state = app_state_of(served)
    now = datetime.now(UTC)
    with app_state.database.writing() as session:
        session.run(update(api_key).values(last_used_at=now))
    with app_state.database.reading() as session:
        caller = authenticate(session, presented(key), now=now, pepper=None)
    asked: list[object] = []
    app_state.uses.ask = lambda *work: asked.append(work)  # type: ignore[method-assign,assignment]
    note_use(app_state, caller, now=now + STEP / 2)
    assert asked == []
    note_use(app_state, caller, now=now + STEP)
    assert len(asked) == 1
