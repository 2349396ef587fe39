"""Who may do what: keys, scopes, owners, private benchmarks."""

from pathlib import Path

import pytest
from fastapi import APIRouter

from app.api import rules
from app.main import create_app
from app.settings import Settings
from tests.served import Served

ROW = [{"item": "q0", "answer": "a0"}]
WRITES = [
    ("POST", "/benchmarks"),
    ("POST", "/benchmarks/ten/submissions"),
    ("POST", "/submissions/sub_x/withdraw"),
    ("POST", "/keys"),
    ("GET", "/keys"),
    ("DELETE", "/keys/key_x"),
    ("GET", "/audit"),
]


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_strangers_may_not(served: Served, method: str, path: str) -> None:
    served.publish()
    reply = served.client.request(method, f"/api/v1{path}")
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"].startswith("Bearer")


def test_a_submitter_may_submit_and_no_more(served: Served) -> None:
    served.publish(missing_limit=1)
    key = served.new_key("acme", "submit")
    assert served.submit(ROW, key=key).status_code == 201
    assert served.request("POST", "/benchmarks", key=key, json={}).status_code == 403
    assert served.request("GET", "/audit", key=key).status_code == 403
    assert served.request("POST", "/keys", key=key, json={}).status_code == 403


def test_a_bound_key_is_good_for_its_benchmark_alone(served: Served) -> None:
    served.publish(missing_limit=1)
    served.publish(slug="other", missing_limit=1)
    key = served.new_key("acme", "submit", benchmark="other")
    assert served.submit(ROW, key=key).status_code == 403
    assert served.submit(ROW, key=key, slug="other").status_code == 201


def test_a_private_benchmark_is_not_there_for_strangers(served: Served) -> None:
    served.publish(visibility="private")
    stranger = served.new_key("stranger", "submit", "maintain")
    for path in ("/benchmarks/ten", "/benchmarks/ten/items", "/benchmarks/ten/leaderboard"):
        absent = served.client.get(f"/api/v1{path.replace('ten', 'none')}")
        hidden = served.client.get(f"/api/v1{path}")
        assert hidden.status_code == 404
        assert hidden.json()["detail"] == absent.json()["detail"]
        assert served.request("GET", path, key=stranger).status_code == 404
        assert served.request("GET", path).status_code == 200
    assert served.submit(ROW, key=stranger).status_code == 404
    assert served.client.get("/benchmarks/ten").status_code == 404


def test_only_the_submitter_or_the_maintainer_withdraws(served: Served) -> None:
    maintainer = served.new_key("house", "maintain", "submit")
    body = {"slug": "own", "matcher": "text", "items": [{"key": "q0", "accepted": ["a0"]}]}
    assert served.request("POST", "/benchmarks", key=maintainer, json=body).status_code == 201
    alice, bob = served.new_key("alice", "submit"), served.new_key("bob", "submit")
    sent = served.submit(ROW, slug="own", key=alice).json()["id"]
    path = f"/submissions/{sent}/withdraw"
    assert served.request("POST", path, key=bob, json={}).status_code == 403
    assert served.request("POST", path, key=maintainer, json={}).status_code == 200
    assert served.request("POST", path, key=alice, json={}).status_code == 200


def test_a_revoked_key_is_refused_at_once(served: Served) -> None:
    served.publish(missing_limit=1)
    made = served.request("POST", "/keys", json={"owner": "acme", "scopes": ["submit"]}).json()
    assert served.submit(ROW, key=made["token"]).status_code == 201
    assert served.request("DELETE", f"/keys/{made['id']}").status_code == 204
    assert served.submit(ROW, key=made["token"], model="b").status_code == 401


def test_equal_names_of_two_owners_are_two_rows(served: Served) -> None:
    served.publish(missing_limit=1)
    for owner in ("alice", "bob"):
        served.submit(ROW, key=served.new_key(owner, "submit"))
    board = served.read("/benchmarks/ten/leaderboard")
    assert {row["owner"] for row in board["data"]} == {"alice", "bob"}
    assert [row["attempts"] for row in board["data"]] == [1, 1]


def test_keys_and_their_secrets_leave_no_trace(served: Served) -> None:
    served.publish()
    listed = served.request("GET", "/keys").text + served.request("GET", "/audit").text
    assert served.admin[17:] not in listed
    leaked = served.client.get(f"/api/v1/benchmarks?cursor={served.admin}")
    assert leaked.status_code == 400


def test_every_write_is_in_the_audit_trail(served: Served) -> None:
    served.publish(missing_limit=1)
    served.submit(ROW)
    actions = [event["action"] for event in served.request("GET", "/audit").json()["data"]]
    assert actions[:2] == ["submission.submit", "benchmark.publish"]


def test_a_route_that_declares_nobody_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def show_all() -> dict[str, str]:
        return {}

    planted = APIRouter()
    planted.add_api_route("/everything", show_all)
    monkeypatch.setattr(rules, "router", planted)
    with pytest.raises(RuntimeError, match="/api/v1/everything does not declare"):
        create_app(Settings(data_dir=tmp_path))
