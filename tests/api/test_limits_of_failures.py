"""Who sends wrong keys is limited, and nobody else: neither behind one address nor at the form."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import event

from app.http.dependencies import AppContext
from app.services.access.tokens import new_token
from tests.served import Served, serve
from tests.web.manage import HTML, Visit, visit

FAILURES = 20


@pytest.fixture
def limited(database_url: str, tmp_path: Path) -> Iterator[Served]:
    with serve(database_url, tmp_path, key_failures_per_minute=FAILURES) as served:
        yield served


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def read(served: Served, token: str | None) -> httpx2.Response:
    return served.client.get("/api/v1/benchmarks", headers={} if token is None else bearer(token))


def statements(served: Served) -> list[str]:
    """What is said to the database from here on."""
    app: Any = served.client.app
    context: AppContext = app.state.context
    said: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        said.append(statement)

    with context.app_state.database.reading() as session:
        reader = session.connection.engine
    for engine in {reader, context.app_state.database.engine}:
        event.listen(engine, "before_cursor_execute", note)
    return said


def wrong_secret(token: str) -> str:
    """A well-formed token with the id of another one."""
    from app.services.access import tokens  # noqa: PLC0415  reaches for the CRC, which nobody else needs

    key_id, secret = token[4:16], new_token()[17:60]
    return f"{token[:4]}{key_id}_{secret}{tokens._crc(key_id + secret)}"


WRONG: dict[str, Callable[[Served], str]] = {
    "garbage": lambda served: "cdr_bad",
    "unknown": lambda served: new_token(),
    "wrong secret": lambda served: wrong_secret(served.admin),
    "basic": lambda served: "",
}


@pytest.mark.parametrize("kind", sorted(WRONG))
def test_wrong_keys_lock_out_nobody_else(limited: Served, kind: str) -> None:
    codes = Counter(read(limited, WRONG[kind](limited)).status_code for _ in range(FAILURES + 5))
    assert codes == {401: FAILURES, 429: 5}
    # From the same address, in the same minute, with the same key id even.
    assert read(limited, limited.admin).status_code == 200
    assert read(limited, None).status_code == 200
    browser = Visit(limited)
    assert browser.get("/session").status_code == 200
    assert browser.sign_in(limited.admin).status_code == 303
    assert browser.get("/desk").status_code == 200
    assert Visit(limited).sign_in("cdr_bad").status_code == 429


def test_the_refused_one_is_told_when_to_come_back(limited: Served) -> None:
    for _ in range(FAILURES):
        assert "retry-after" not in read(limited, "cdr_bad").headers
    reply = read(limited, "cdr_bad")
    assert (reply.status_code, reply.json()["code"]) == (429, "rate-limited")
    assert 1 <= int(reply.headers["retry-after"]) <= 60
    assert f"Wait {reply.headers['retry-after']} s." in reply.json()["detail"]


def test_wrong_secrets_for_one_key_are_counted_over_all_addresses(
    limited: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    callers = iter(range(10_000))
    monkeypatch.setattr("app.http.dependencies.address_of", lambda _: f"192.0.2.{next(callers)}")
    codes = [read(limited, wrong_secret(limited.admin)).status_code for _ in range(FAILURES + 2)]
    assert codes == [401] * FAILURES + [429] * 2
    # The key itself is served, and another wrong one is answered as ever.
    assert read(limited, limited.admin).status_code == 200
    assert read(limited, new_token()).status_code == 401


def test_garbage_costs_no_look_at_the_database(limited: Served) -> None:
    said = statements(limited)
    for token in ("cdr_bad", limited.admin[:-1] + "!", "x" * 4_000, new_token("cdi"), ""):
        assert read(limited, token).status_code == 401
        assert Visit(limited).sign_in(token[:80]).status_code == 401
    reply = limited.client.post("/api/v1/invitations/accept", json={"token": "cdi_bad"})
    assert reply.status_code == 404
    assert said == []
    assert read(limited, new_token()).status_code == 401
    assert any("api_key" in statement for statement in said)


def test_a_wrong_key_at_the_form_never_takes_the_session_that_writes(limited: Served) -> None:
    app: Any = limited.client.app
    writer = app.state.context.app_state.database.engine
    begun: list[object] = []
    event.listen(writer, "begin", begun.append)
    assert Visit(limited).sign_in(new_token()).status_code == 401
    assert (
        limited.client.post(
            "/session/end",
            headers=HTML | {"Origin": "http://testserver", "Cookie": f"candor={'x' * 43}"},
            follow_redirects=False,
        ).status_code
        == 303
    )
    if limited.database_url.startswith("sqlite"):
        assert begun == []


def test_guessed_invitations_are_counted_as_wrong_keys_are(limited: Served) -> None:
    limited.publish()
    good = limited.request("POST", "/benchmarks/ten/invitations", json={}).json()["token"]

    def accept(token: str, owner: str = "ada") -> int:
        reply = limited.client.post(
            "/api/v1/invitations/accept", json={"token": token, "owner": owner}
        )
        return int(reply.status_code)

    codes = Counter(accept(new_token("cdi")) for _ in range(FAILURES + 5))
    assert codes == {404: FAILURES, 429: 5}
    assert read(limited, limited.admin).status_code == 200
    browser = Visit(limited)
    wrong = browser.post("/desk/invitation", token=new_token("cdi"), owner="ada")
    assert (wrong.status_code, "retry-after" in wrong.headers) == (429, True)
    assert accept(good) == 201


def test_strangers_who_read_too_much_stop_strangers_alone(
    database_url: str, tmp_path: Path
) -> None:
    with serve(database_url, tmp_path, reads_per_minute=12) as served:
        served.publish()
        good = served.request("POST", "/benchmarks/ten/invitations", json={}).json()["token"]
        key = served.new_key("acme", "submit")
        browser = visit(served, served.new_key("house", "maintain"))
        while read(served, None).status_code == 200:
            pass
        refused = read(served, None)
        assert (refused.status_code, int(refused.headers["retry-after"]) <= 60) == (429, True)
        assert read(served, key).status_code == 200
        assert browser.get("/").status_code == 200
        assert browser.get("/desk").status_code == 200
        newcomer = Visit(served)
        assert newcomer.get("/session").status_code == 200
        assert newcomer.get("/desk/invitation").status_code == 200
        assert newcomer.post("/session", key=key).status_code == 303
        accepted = served.client.post(
            "/api/v1/invitations/accept", json={"token": good, "owner": "ada"}
        )
        assert accepted.status_code == 201
        # A key that reads too much stops itself.
        while read(served, key).status_code == 200:
            pass
        assert read(served, key).status_code == 429
        assert browser.get("/desk").status_code == 200
