"""Who may do what: keys, scopes, owners, private benchmarks."""

from pathlib import Path

import pytest
from fastapi import APIRouter

from app.api import rules
from app.main import create_app
from app.settings import Settings
from tests.served import Served
from tests.web.manage import visit

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


@pytest.mark.parametrize("victim", ["alice", "admin"])
@pytest.mark.parametrize("bound", ["mine", None, "alice-open"])
def test_nobody_gets_a_key_in_anothers_name(served: Served, victim: str, bound: str | None) -> None:
    """A maintainer asked for a key of another owner by its name, and read that owner's answers."""
    alice = served.admin if victim == "admin" else served.new_key("alice", "maintain", "submit")
    mallory = served.new_key("mallory", "maintain", "submit")
    items = [{"key": "q0", "accepted": ["GOLD"]}]
    for slug, key, facts in (
        ("alice-open", alice, {"visibility": "private"}),
        ("alice-hidden", alice, {"visibility": "private", "mode": "hidden"}),
        ("mine", mallory, {}),
    ):
        body = {"slug": slug, "matcher": "text", "items": items} | facts
        assert served.request("POST", "/benchmarks", key=key, json=body).status_code == 201
    sent = served.submit(ROW, slug="alice-hidden", key=alice, model="flagship").json()["id"]
    before = served.request("GET", "/keys").json()["data"]
    for scopes in (["submit"], ["maintain"], ["submit", "maintain"]):
        body = {"owner": victim, "scopes": scopes, "benchmark": bound}
        forged = served.request("POST", "/keys", key=mallory, json=body)
        assert (forged.status_code, forged.json()["code"]) == (403, "forbidden")
        assert "invitation" in forged.json()["detail"]
        at_the_desk = visit(served, mallory).post(
            "/desk/keys", owner=victim, benchmark=bound or "", **dict.fromkeys(scopes, "on")
        )
        assert at_the_desk.status_code == 422
        assert "cdr_" not in at_the_desk.text.partition("fresh")[2].partition("</section>")[0]
    assert len(served.request("GET", "/keys").json()["data"]) == len(before)
    for path in (
        "/benchmarks/alice-open/items",
        "/benchmarks/alice-hidden/items",
        f"/submissions/{sent}/predictions",
    ):
        assert served.request("GET", path, key=mallory).status_code == 404


def test_a_bound_key_of_the_owner_is_a_stranger_elsewhere(served: Served) -> None:
    """The key that the attack got was bound to the attacker's benchmark, and read the owner's."""
    alice = served.new_key("alice", "maintain", "submit")
    items = [{"key": "q0", "question": "?", "accepted": ["GOLD"]}]
    for slug, facts in (
        ("open", {"visibility": "private"}),
        ("hidden", {"visibility": "private", "mode": "hidden"}),
        ("shown", {"mode": "hidden"}),
    ):
        body = {"slug": slug, "matcher": "text", "items": items} | facts
        assert served.request("POST", "/benchmarks", key=alice, json=body).status_code == 201
    served.publish(slug="elsewhere", missing_limit=1)
    sent = {
        slug: served.submit(ROW, slug=slug, key=alice).json()["id"]
        for slug in ("open", "hidden", "shown")
    }
    bound = served.new_key("alice", "submit", "maintain", benchmark="elsewhere")
    for path in (
        "/benchmarks/open/items",
        "/benchmarks/hidden",
        f"/submissions/{sent['open']}",
        f"/submissions/{sent['hidden']}/predictions",
        f"/compare?a={sent['open']}&b={sent['open']}",
    ):
        assert served.request("GET", path, key=bound).status_code == 404, path
    # On a public benchmark that hides its answers it is no submitter, in the API and on the page.
    answers = served.request("GET", f"/submissions/{sent['shown']}/predictions", key=bound)
    assert (answers.status_code, answers.json()["code"]) == (403, "hidden-gold")
    browser = visit(served, bound)
    assert browser.get(f"/submissions/{sent['shown']}/items/q0").status_code == 403
    assert visit(served, alice).get(f"/submissions/{sent['shown']}/items/q0").status_code == 200
    listed = served.request("GET", "/benchmarks", key=bound).json()["data"]
    assert {one["slug"] for one in listed} == {"shown", "elsewhere"}
    app_state = browser.get("/desk").text
    assert not any(id_ in app_state for id_ in sent.values())
    for id_ in sent.values():
        reply = served.request("POST", f"/submissions/{id_}/withdraw", key=bound, json={})
        assert reply.status_code in {403, 404}


def test_a_bound_key_neither_takes_nor_reads_idempotency_keys_elsewhere(served: Served) -> None:
    for slug in ("ten", "mine"):
        served.publish(slug=slug, missing_limit=1)
    alice = served.new_key("alice", "submit")
    bound = served.new_key("alice", "submit", benchmark="mine")
    once = {"Idempotency-Key": "tonight"}
    taken = served.submit(ROW, slug="mine", key=bound, headers=once)
    assert taken.status_code == 201
    own = served.submit(ROW, slug="ten", key=alice, headers=once)
    assert own.status_code == 201, own.text
    other = served.submit([{"item": "q1", "answer": "a1"}], slug="ten", key=alice, headers=once)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-mismatch")
    # Of the key that alice used on `ten` the bound one learns nothing, whatever it sends.
    jobs = {"Idempotency-Key": "tomorrow"}
    assert served.submit(ROW, slug="ten", key=alice, model="b", headers=jobs).status_code == 201
    again = served.submit(ROW, slug="mine", key=bound, model="b", headers=jobs)
    assert again.status_code == 201
    assert again.json()["benchmark"] == "mine"


def test_a_bound_key_changes_no_facts_of_a_model_that_others_show(served: Served) -> None:
    for slug in ("ten", "mine"):
        served.publish(slug=slug, missing_limit=1)

    def shown(slug: str) -> tuple[str | None, list[str]]:
        (row,) = served.read(f"/benchmarks/{slug}/leaderboard")["data"]
        return row["model"]["organisation"], row["model"]["tags"]

    def send(key: str, slug: str, tag: str) -> None:
        model = {"name": "quill", "organisation": tag, "tags": [tag]}
        answer = [{"item": "q0", "answer": tag}]
        body = {"model": model, "predictions": answer}
        reply = served.request("POST", f"/benchmarks/{slug}/submissions", key=key, json=body)
        assert reply.status_code == 201, reply.text

    alice = served.new_key("alice", "submit")
    bound = served.new_key("alice", "submit", benchmark="mine")
    send(bound, "mine", "first")
    send(bound, "mine", "second")
    assert shown("mine") == ("second", ["second"])
    send(alice, "ten", "true")
    send(bound, "mine", "forged")
    assert shown("ten") == shown("mine") == ("true", ["true"])
    send(alice, "ten", "newer")
    assert shown("ten") == ("newer", ["newer"])


def test_lists_hold_what_may_be_read(served: Served) -> None:
    house = served.new_key("house", "maintain", "submit")
    for slug in ("a", "b"):
        body = {"slug": slug, "matcher": "verdicts", "visibility": "private"}
        body |= {"items": [{"key": "q0"}]}  # type: ignore[dict-item]
        assert served.request("POST", "/benchmarks", key=house, json=body).status_code == 201
    served.publish()
    keys = {
        "house": house,
        "bound": served.new_key("house", "maintain", benchmark="a"),
        "guest": served.new_key("guest", "submit", benchmark="b"),
        "stranger": served.new_key("stranger", "maintain"),
        "admin": served.admin,
        "bound admin": served.new_key("admin", "admin", benchmark="b"),
    }
    seen = {
        "house": {"a", "b", "ten"},
        "bound": {"a", "ten"},
        "guest": {"b", "ten"},
        "stranger": {"ten"},
        "admin": {"a", "b", "ten"},
        "bound admin": {"b", "ten"},
    }
    for name, key in keys.items():
        listed = served.request("GET", "/benchmarks", key=key).json()["data"]
        assert {one["slug"] for one in listed} == seen[name], name
        page = visit(served, key).get("/").text
        assert {slug for slug in ("a", "b", "ten") if f'href="/benchmarks/{slug}"' in page} == (
            seen[name]
        ), name
        for slug in ("a", "b", "ten"):
            status = served.request("GET", f"/benchmarks/{slug}", key=key).status_code
            assert status == (200 if slug in seen[name] else 404), (name, slug)


def test_an_admin_key_that_is_bound_administers_its_benchmark(served: Served) -> None:
    served.publish(slug="a", visibility="private")
    served.publish(slug="b", visibility="private")
    bound = served.new_key("admin", "admin", benchmark="a")
    trail = served.request("GET", "/audit", key=bound).text
    assert '"slug":"a"' in trail or '"a"' in trail
    assert "benchmark.publish" in trail
    assert '"b"' not in trail
    keys = served.request("GET", "/keys", key=bound).json()["data"]
    assert {key["benchmark"] for key in keys} == {"a"}
    proxied = {"X-Forwarded-For": "192.0.2.1", "Authorization": f"Bearer {bound}"}
    assert served.client.get("/metrics", headers=proxied).status_code == 403


def test_every_key_may_end_itself_and_list_what_its_owner_has(served: Served) -> None:
    body = {"owner": "acme", "scopes": ["submit"]}
    made = served.request("POST", "/keys", json=body).json()
    other = served.request("POST", "/keys", json=body).json()
    there = f"/keys/{other['id']}"
    assert served.request("DELETE", there, key=made["token"]).status_code == 404
    assert served.request("DELETE", f"/keys/{made['id']}", key=made["token"]).status_code == 204
    assert served.request("GET", "/benchmarks", key=made["token"]).status_code == 401
    acme = served.new_key("acme", "maintain")
    listed = served.request("GET", "/keys", key=acme).json()["data"]
    assert len(listed) == 3
    assert {key["owner"] for key in listed} == {"acme"}


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
