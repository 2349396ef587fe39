"""Invitations: who may make one, who may take it, how often, and what comes of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from app.services.access.tokens import new_token
from tests.served import Served

ROW = [{"item": "q0", "answer": "a0"}]


@pytest.fixture
def house(served: Served) -> str:
    """A maintainer with the benchmark `own`, private, and the benchmark `open`."""
    key = served.new_key("house", "maintain", "submit")
    items = [{"key": "q0", "accepted": ["a0"]}]
    for slug, visibility in (("own", "private"), ("open", "public")):
        body = {"slug": slug, "matcher": "text", "visibility": visibility, "items": items}
        assert served.request("POST", "/benchmarks", key=key, json=body).status_code == 201
    return key


def invite(served: Served, key: str, slug: str = "own", **wanted: Any) -> Any:
    reply = served.request("POST", f"/benchmarks/{slug}/invitations", key=key, json=wanted)
    assert reply.status_code == 201, reply.text
    assert reply.headers["cache-control"] == "no-store"
    return reply.json()


def accept(
    served: Served, token: str, *, key: str | None = None, owner: str | None = None
) -> httpx2.Response:
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    body = {"token": token} | ({} if owner is None else {"owner": owner})
    return served.client.post("/api/v1/invitations/accept", headers=headers, json=body)


def listed(served: Served, key: str, slug: str = "own") -> list[Any]:
    found: list[Any] = served.request("GET", f"/benchmarks/{slug}/invitations", key=key).json()[
        "data"
    ]
    return found


def test_who_has_no_key_gets_one_for_a_new_owner(served: Served, house: str) -> None:
    invited = invite(served, house, label="for Ada")
    assert (invited["state"], invited["owner"], invited["benchmark"]) == ("open", None, "own")
    reply = accept(served, invited["token"], owner="ada")
    assert reply.status_code == 201, reply.text
    made = reply.json()
    assert (made["owner"], made["scopes"], made["benchmark"]) == ("ada", ["submit"], "own")
    assert made["label"] == "for Ada"
    assert served.submit(ROW, slug="own", key=made["token"]).status_code == 201
    assert served.submit(ROW, slug="open", key=made["token"]).status_code == 403
    (kept,) = listed(served, house)
    assert (kept["state"], kept["owner"], kept["key"]) == ("accepted", "ada", made["id"])
    assert "token" not in kept


def test_who_has_a_key_gets_another_for_its_own_owner(served: Served, house: str) -> None:
    mine = served.new_key("ada", "submit")
    assert served.submit(ROW, slug="own", key=mine).status_code == 404
    token = invite(served, house)["token"]
    named = accept(served, token, key=mine, owner="house")
    assert (named.status_code, named.json()["code"]) == (422, "invalid-request")
    made = accept(served, token, key=mine).json()
    assert (made["owner"], made["benchmark"]) == ("ada", "own")
    assert served.submit(ROW, slug="own", key=made["token"]).status_code == 201
    # The other key is what it was.
    assert served.submit(ROW, slug="own", key=mine).status_code == 404


def test_a_bound_key_takes_nothing_outside_its_binding(served: Served, house: str) -> None:
    bound = served.new_key("ada", "submit", benchmark="open")
    token = invite(served, house)["token"]
    reply = accept(served, token, key=bound)
    assert (reply.status_code, reply.json()["code"]) == (403, "forbidden")
    other = served.new_key("ada", "maintain")
    assert accept(served, token, key=other).status_code == 403
    # Neither spent it.
    assert accept(served, token, owner="eve").status_code == 201


def test_it_works_once(served: Served, house: str) -> None:
    token = invite(served, house)["token"]
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda n: accept(served, token, owner=f"ada {n}"), range(8)))
    assert sorted(reply.status_code for reply in replies) == [201] + [404] * 7
    keys = served.request("GET", "/keys", key=house).json()["data"]
    assert sum(key["owner"].startswith("ada") for key in keys) == 1


def test_every_fault_is_refused_in_the_same_words(served: Served, house: str) -> None:
    spent, revoked = invite(served, house), invite(served, house)
    assert accept(served, spent["token"], owner="ada").status_code == 201
    path = f"/benchmarks/own/invitations/{revoked['id']}"
    for _ in range(2):
        assert served.request("DELETE", path, key=house).status_code == 204
    good = invite(served, house)["token"]
    said = {
        (reply.status_code, reply.json()["detail"])
        for reply in (
            accept(served, token, owner="eve")
            for token in (
                "",
                "cdi_nonsense",
                served.admin,
                new_token("cdi"),
                good[:-1],
                spent["token"],
                revoked["token"],
            )
        )
    }
    assert len(said) == 1
    assert said.pop()[0] == 404
    assert [one["state"] for one in listed(served, house)] == ["open", "revoked", "accepted"]
    assert accept(served, good, owner="eve").status_code == 201


def test_it_ends_with_the_key_that_made_it(served: Served, house: str) -> None:
    body = {"scopes": ["maintain"]}
    second = served.request("POST", "/keys", key=house, json=body).json()
    token = invite(served, second["token"])["token"]
    assert served.request("DELETE", f"/keys/{second['id']}", key=house).status_code == 204
    assert accept(served, token, owner="ada").status_code == 404
    assert listed(served, house)[0]["state"] == "revoked"


def test_it_ends_by_itself(served: Served, house: str) -> None:
    def asked(**ahead: float) -> dict[str, str]:
        return {"expires_at": (datetime.now(UTC) + timedelta(**ahead)).isoformat()}

    path = "/benchmarks/own/invitations"
    for body in (asked(seconds=-1), asked(days=91)):
        reply = served.request("POST", path, key=house, json=body)
        assert (reply.status_code, reply.json()["code"]) == (422, "invalid-request")
    assert invite(served, house, **asked(days=89))["state"] == "open"
    made = invite(served, house)
    ahead = datetime.fromisoformat(made["expires_at"]) - datetime.fromisoformat(made["created_at"])
    assert ahead == timedelta(days=7)


@pytest.mark.parametrize(
    "name", ["house", "House", " h o u s e ", "hоuse", "admin", "Admin", "candor-demo", "h0use"]
)
def test_a_name_that_is_taken_or_looks_so_is_refused(served: Served, house: str, name: str) -> None:
    token = invite(served, house)["token"]
    reply = accept(served, token, owner=name)
    assert (reply.status_code, reply.json()["code"]) == (409, "conflict")
    assert "9 tries left" in reply.json()["detail"]
    assert accept(served, token, owner="ada").status_code == 201


def test_guessing_names_ends_the_invitation(served: Served, house: str) -> None:
    token = invite(served, house)["token"]
    codes = [accept(served, token, owner="house").status_code for _ in range(11)]
    assert codes == [409] * 10 + [404]
    assert accept(served, token, owner="ada").status_code == 404
    assert listed(served, house)[0]["state"] == "revoked"


@pytest.mark.parametrize("owner", [None, "!?", "\u202eada", ""])
def test_a_name_is_needed_and_must_be_one(served: Served, house: str, owner: str | None) -> None:
    token = invite(served, house)["token"]
    assert accept(served, token, owner=owner).status_code == 422
    assert accept(served, token, owner="ada").status_code == 201


def test_only_who_maintains_it_invites(served: Served, house: str) -> None:
    """Others are told what they are told of everything else there."""
    other = served.new_key("other", "maintain", "submit")
    bound = served.new_key("house", "maintain", benchmark="open")
    submit = served.new_key("house", "submit")
    made = invite(served, house)
    for key, own, public in ((other, 404, 403), (bound, 404, 201), (submit, 403, 403)):
        for slug, status in (("own", own), ("open", public)):
            path = f"/benchmarks/{slug}/invitations"
            reply = served.request("POST", path, key=key, json={})
            assert reply.status_code == status
            reads = served.request("GET", path, key=key).status_code
            assert reads == (200 if status == 201 else status)
        there = f"/benchmarks/own/invitations/{made['id']}"
        assert served.request("DELETE", there, key=key).status_code == own
    elsewhere = f"/benchmarks/open/invitations/{made['id']}"
    assert served.request("DELETE", elsewhere, key=house).status_code == 404
    assert accept(served, made["token"], owner="ada").status_code == 201


def test_the_trail_tells_who_invited_and_who_came(served: Served, house: str) -> None:
    first, second = invite(served, house), invite(served, house)
    accept(served, first["token"], owner="ada")
    served.request("DELETE", f"/benchmarks/own/invitations/{second['id']}", key=house)
    events = served.request("GET", "/audit").json()["data"]
    told = [(event["action"], event["actor"], event["subject"]) for event in events]
    assert told[:4] == [
        ("invitation.revoke", "house", second["id"]),
        ("invitation.accept", "ada", first["id"]),
        ("invitation.issue", "house", second["id"]),
        ("invitation.issue", "house", first["id"]),
    ]
    assert events[1]["detail"]["new_owner"] is True
    assert first["token"][17:] not in str(events)


def test_an_invitation_in_the_address_is_refused(served: Served, house: str) -> None:
    token = invite(served, house)["token"]
    reply = served.client.post(f"/api/v1/invitations/accept?token={token}", json={})
    assert (reply.status_code, reply.json()["code"]) == (400, "malformed")


def test_pages_of_invitations(served: Served, house: str) -> None:
    made = [invite(served, house)["id"] for _ in range(3)]
    path = "/benchmarks/own/invitations?limit=2"
    first = served.request("GET", path, key=house).json()
    rest = served.request("GET", f"{path}&cursor={first['next_cursor']}", key=house).json()
    assert [one["id"] for one in first["data"] + rest["data"]] == made[::-1]
    assert rest["next_cursor"] is None
