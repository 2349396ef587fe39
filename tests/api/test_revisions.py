"""Revisions over HTTP: a corrected key, graded again, beside the old board."""

import json
from typing import Any

import pytest

from app.api import revisions
from app.api.openapi.request_bodies import REVISION
from app.api.revisions import RevisionPage
from app.services.benchmarks.schemas import Revision
from tests.conforming import assert_conforms
from tests.served import Served
from tests.waiting import wait_until

PATH = "/benchmarks/ten/revisions"


def said(right: int, *, first: int = 0) -> list[dict[str, Any]]:
    """`right` right answers from item `first` on, the others wrong in the same way."""
    return [
        {"item": f"q{n}", "answer": f"a{n}" if first <= n < first + right else f"b{n}"}
        for n in range(10)
    ]


def revise(served: Served, *, key: str | None = None, **wanted: Any) -> Any:
    headers = wanted.pop("headers", {})
    return served.request("POST", PATH, json=wanted, key=key, headers=headers)


def revised(served: Served, **wanted: Any) -> Any:
    """A revision that must succeed and, on so small a benchmark, be complete at once."""
    reply = revise(served, **wanted)
    assert reply.status_code == 201, reply.text
    body = reply.json()
    assert body["state"] == "complete"
    return body


def ranks(served: Served, **view: Any) -> dict[str, tuple[int, float]]:
    board = served.read("/benchmarks/ten/leaderboard", rule="binary", **view)
    return {row["model"]["name"]: (row["rank"], row["score"]["value"]) for row in board["data"]}


def test_a_corrected_key_grades_everything_again(served: Served) -> None:
    served.publish()
    early = served.submit(said(6), model="early").json()["id"]
    late = served.submit(said(5, first=5), model="late").json()["id"]
    assert ranks(served) == {"early": (1, 0.6), "late": (2, 0.5)}
    corrected = [{"key": f"q{n}", "accepted": [f"b{n}"]} for n in (0, 1)]
    body = revised(served, note="Two keys were wrong.", items=corrected)
    assert_conforms(Revision, body)
    assert (body["revision"], body["graded"], body["submissions"]) == (2, 2, 2)
    assert (body["n_compared"], body["n_moved"]) == (2, 2)
    assert {move["submission"]: (move["rank"], move["score"]) for move in body["moved"]} == {
        early: (
            {"before": 1, "after": 2},
            {"before": pytest.approx(0.6 - 3 * 0.4), "after": pytest.approx(0.4 - 3 * 0.6)},
        ),
        late: (
            {"before": 2, "after": 1},
            {"before": pytest.approx(0.5 - 3 * 0.5), "after": pytest.approx(0.7 - 3 * 0.3)},
        ),
    }
    assert ranks(served) == {"late": (1, 0.7), "early": (2, 0.4)}
    assert ranks(served, revision=1) == {"early": (1, 0.6), "late": (2, 0.5)}
    assert served.read("/benchmarks/ten")["revision"] == 2
    listed = served.read(PATH)
    assert_conforms(RevisionPage, listed)
    assert [(one["revision"], one["state"]) for one in listed["data"]] == [
        (1, "complete"),
        (2, "complete"),
    ]
    assert served.read(f"{PATH}/2") == body
    first = served.read(f"{PATH}/1")
    assert first["null_reasons"] == dict.fromkeys(
        ("n_compared", "n_moved", "moved"), "first-revision"
    )
    assert served.read(f"/submissions/{early}")["scores"]["accuracy"]["value"] == 0.4
    actions = [event["action"] for event in served.request("GET", "/audit").json()["data"]]
    assert actions[:2] == ["revision.complete", "benchmark.revise"]


def test_what_comes_after_is_on_the_new_board_alone(served: Served) -> None:
    served.publish()
    served.submit(said(6), model="early")
    revised(served, items=[{"key": "q0", "accepted": ["b0"]}])
    receipt = served.submit(said(10), model="later").json()
    assert receipt["revision"] == 2
    assert ranks(served) == {"later": (1, 0.9), "early": (2, 0.5)}
    assert ranks(served, revision=1) == {"early": (1, 0.6)}
    # A newcomer moves nobody: both sides hold the same submissions.
    assert served.read(f"{PATH}/2")["n_compared"] == 1
    replay = served.submit(said(6), model="early")
    assert (replay.status_code, replay.json()["scores"]["accuracy"]["value"]) == (200, 0.5)


def test_a_changed_item_keeps_what_is_not_sent(served: Served) -> None:
    served.publish(items=[{"key": "q0", "question": "Why?", "accepted": ["a"], "category": "odd",
                           "weight": 2}])  # fmt: skip
    revised(served, items=[{"key": "q0", "accepted": ["b"]}])
    item = served.read("/benchmarks/ten/items")["data"][0]
    assert (item["question"], item["category"], item["weight"]) == ("Why?", "odd", 2)
    assert item["accepted"] == ["b"]
    assert served.read("/benchmarks/ten/items", revision=1)["data"][0]["accepted"] == ["a"]


def test_items_come_and_go_and_keep_their_places(served: Served) -> None:
    served.publish(missing_limit=0.5)
    sent = served.submit(said(10), model="old").json()["id"]
    revised(served, removed=["q0", "q4"], items=[{"key": "q10", "accepted": ["a10"]}])
    board = served.read("/benchmarks/ten/leaderboard")
    row = board["data"][0]
    assert board["n_items"] == 9
    assert row["counts"] | {"correct": 8, "missing": 1} == row["counts"]
    answers = served.read(f"/submissions/{sent}/predictions")["data"]
    known = {one["item"]: one["outcome"] for one in answers}
    assert known["q1"] == known["q9"] == "correct"
    # A removed item is in no outcome; what was said of it is still told.
    assert len(answers) == 10
    served.submit([{"item": f"q{n}", "answer": f"a{n}"} for n in range(1, 11) if n != 4], model="n")
    assert ranks(served)["n"] == (1, 1.0)
    # An item that comes back is the one that it was.
    revised(served, items=[{"key": "q0", "accepted": ["a0"]}])
    row = served.read("/benchmarks/ten/leaderboard")["data"]
    assert {one["model"]["name"]: one["counts"]["correct"] for one in row} == {"old": 9, "n": 9}
    assert [len(served.read("/benchmarks/ten/items", revision=n)["data"]) for n in (1, 2, 3)] == [
        10,
        9,
        10,
    ]


def test_missing_new_items_can_unrank(served: Served) -> None:
    served.publish()
    sent = served.submit(said(10)).json()["id"]
    body = revised(served, items=[{"key": "q10", "accepted": ["a10"]}])
    move = body["moved"][0]
    assert (move["submission"], move["rank"]) == (sent, {"before": 1, "after": None})
    assert served.read("/benchmarks/ten/leaderboard")["unranked"][0]["reason"] == "missing"


def test_whole_sets_and_rows_alone(served: Served) -> None:
    served.publish()
    served.submit(said(10))
    kept = [{"key": f"q{n}", "accepted": [f"a{n}"]} for n in range(3)]
    assert revised(served, items_are="whole", items=kept)["n_items"] == 3
    lines = "\n".join(json.dumps({"key": f"q{n}", "accepted": ["c"]}) for n in (0, 5)).encode()
    reply = served.request(
        "POST",
        f"{PATH}?note=rows",
        content=lines,
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert (reply.status_code, reply.json()["n_items"]) == (201, 4)
    table = b'key,accepted\r\nq5,"[""a5""]"\r\n'
    reply = served.request(
        "POST", f"{PATH}?removed=q1&removed=q2", content=table, headers={"Content-Type": "text/csv"}
    )
    assert (reply.status_code, reply.json()["n_items"]) == (201, 2)
    assert ranks(served) == {"quill": (1, 0.5)}


def test_a_matcher_can_be_corrected(served: Served) -> None:
    served.publish(matcher="exact", items=[{"key": "q0", "accepted": ["Lima"]}])
    served.submit([{"item": "q0", "answer": " lima. "}])
    assert ranks(served) == {"quill": (1, 0.0)}
    assert revised(served, matcher="text")["matcher"] == "text"
    assert ranks(served) == {"quill": (1, 1.0)}
    revised(served, abstention_phrases=["lima"])
    assert served.read("/benchmarks/ten/leaderboard")["data"][0]["counts"]["abstained"] == 1


def test_verdicts_are_kept(served: Served) -> None:
    items = [{"key": f"q{n}", "accepted": []} for n in range(4)]
    served.publish(matcher="verdicts", items=items)
    said = [
        {"item": f"q{n}", "verdict": v} for n, v in enumerate(["correct", "wrong", "abstained"])
    ]
    served.submit([*said, {"item": "q3", "verdict": "partial", "credit": 0.5}])
    revised(served, removed=["q1"])
    row = served.read("/benchmarks/ten/leaderboard")["data"][0]
    assert row["counts"] | {"correct": 1, "partial": 1, "abstained": 1, "wrong": 0} == row["counts"]
    assert revise(served, matcher="text").status_code == 422


def test_if_match_names_the_state_that_was_seen(served: Served) -> None:
    served.publish()
    seen = served.client.get("/api/v1/benchmarks/ten").headers["etag"]
    served.submit(said(6))
    change: dict[str, Any] = {"items": [{"key": "q0", "accepted": ["b0"]}]}
    stale = revise(served, **change, headers={"If-Match": seen})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert "version 1" in stale.json()["detail"]
    fresh = served.client.get("/api/v1/benchmarks/ten").headers["etag"]
    assert revise(served, **change, headers={"If-Match": f'"x", {fresh}'}).status_code == 201
    of_list = served.client.get(f"/api/v1{PATH}").headers["etag"]
    served.submit(said(7), model="b")
    change = {"items": [{"key": "q1", "accepted": ["b1"]}]}
    again = revise(served, **change, headers={"If-Match": of_list})
    assert again.status_code == 201
    assert again.headers["etag"] != of_list
    assert revise(served, **change, headers={"If-Match": of_list}).status_code == 412
    change = {"removed": ["q2"]}
    assert revise(served, **change, headers={"If-Match": "*"}).status_code == 201


def test_a_correction_sent_twice_is_one_revision(served: Served) -> None:
    served.publish()
    change: dict[str, Any] = {"items": [{"key": "q0", "accepted": ["b0"]}], "matcher": "exact"}
    assert revise(served, **change).status_code == 201
    again = revise(served, **change)
    assert again.status_code == 422
    assert "revision 2 says all this already" in again.json()["detail"]
    assert len(served.read(PATH)["data"]) == 2


def test_only_its_maintainer_revises(served: Served) -> None:
    served.publish()
    change = {"items": [{"key": "q0", "accepted": ["b0"]}]}
    assert served.client.post(f"/api/v1{PATH}", json=change).status_code == 401
    submitter, other = served.new_key("a", "submit"), served.new_key("b", "submit", "maintain")
    assert revise(served, key=submitter, **change).status_code == 403
    assert revise(served, key=other, **change).status_code == 403
    served.publish(slug="closed", visibility="private")
    path = "/benchmarks/closed/revisions"
    assert served.request("POST", path, key=other, json=change).status_code == 404
    for at in (path, f"{path}/1"):
        assert served.client.get(f"/api/v1{at}").status_code == 404
        assert served.request("GET", at, key=other).status_code == 404
    assert len(served.read(PATH)["data"]) == 1


BAD: list[tuple[dict[str, Any], int, str]] = [
    ({}, 422, ""),
    ({"items": []}, 422, ""),
    ({"note": "only"}, 422, ""),
    ({"items": "q0"}, 422, ""),
    ({"items": [{"accepted": ["x"]}]}, 422, "/key"),
    ({"items": [{"key": "q0", "accepted": []}]}, 422, "/accepted"),
    ({"items": [{"key": "new"}]}, 422, "/accepted"),
    ({"items": [{"key": "q0", "accepted": ["x"]}] * 2}, 422, "/key"),
    ({"removed": ["q77"]}, 422, "/removed"),
    ({"removed": [f"q{n}" for n in range(10)]}, 422, "/removed"),
    ({"removed": ["q0"], "items": [{"key": "q0", "accepted": ["x"]}]}, 422, "/removed"),
    ({"items_are": "whole", "removed": ["q0"]}, 422, "/removed"),
    ({"items_are": "whole"}, 422, "/items"),
    ({"items_are": "some"}, 422, "/items_are"),
    ({"matcher": "number"}, 422, "/accepted/0"),
    ({"matcher": "verdicts"}, 422, "/matcher"),
    ({"tolerance": 1}, 422, "/tolerance"),
    ({"colour": "red"}, 422, "/colour"),
    ({"note": "a\x00b", "matcher": "exact"}, 422, "/note"),
    ({"removed": ["\x00"]}, 422, "/removed"),
    ({"removed": [7]}, 422, "/removed/0"),
]


def test_bad_revisions_change_nothing(served: Served) -> None:
    served.publish()
    for body, status, pointer in BAD:
        reply = revise(served, **body)
        assert reply.status_code == status, (body, reply.text)
        problem = reply.json()
        if pointer:
            assert problem["errors"][0]["pointer"] == pointer, (body, problem)
    cut = {"content": b"{", "headers": {"Content-Type": "application/json"}}
    assert served.request("POST", PATH, **cut).status_code == 400
    assert served.read(f"{PATH}")["data"][-1]["revision"] == 1
    for number in (0, 2**31, "x"):
        assert served.client.get(f"/api/v1{PATH}/{number}").status_code == 422
    assert served.client.get(f"/api/v1{PATH}/2").status_code == 404


def test_an_item_that_is_not_sent_must_suit_a_new_matcher(served: Served) -> None:
    served.publish(matcher="exact")
    reply = revise(served, matcher="number", items=[{"key": "q3", "accepted": ["x3"]}])
    rows = {one["item"]: one["row"] for one in reply.json()["errors"]}
    assert (rows["q3"], rows["q4"]) == (0, None)


def test_a_board_is_not_shown_before_it_is_whole(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.publish()
    served.submit(said(6), model="early")
    monkeypatch.setattr(revisions, "ask_regrade", lambda *_: None)
    monkeypatch.setattr("app.services.benchmarks.revisions.ask_regrade", lambda *_: None)
    body = revise(served, items=[{"key": "q0", "accepted": ["b0"]}]).json()
    assert (body["state"], body["graded"], body["submissions"]) == ("grading", 0, 1)
    assert body["null_reasons"]["moved"] == "grading"
    second = revise(served, items=[{"key": "q1", "accepted": ["b1"]}])
    assert (second.status_code, second.json()["code"]) == (409, "conflict")
    meanwhile = served.submit(said(7), model="meanwhile").json()
    assert meanwhile["revision"] == 1
    assert ranks(served) == {"meanwhile": (1, 0.7), "early": (2, 0.6)}
    for path in ("/leaderboard", "/items"):
        absent = served.client.get(f"/api/v1/benchmarks/ten{path}", params={"revision": 2})
        assert absent.status_code == 404
    monkeypatch.undo()
    # A reader of the revision takes its grading up again.
    assert served.read(f"{PATH}/2")["state"] in {"grading", "complete"}
    wait_until(lambda: served.read(f"{PATH}/2")["state"] == "complete", "the end of the grading")
    assert ranks(served) == {"meanwhile": (1, 0.6), "early": (2, 0.5)}
    assert ranks(served, revision=1) == {"meanwhile": (1, 0.7), "early": (2, 0.6)}


def test_a_hidden_board_moves_by_its_shares(served: Served) -> None:
    items = [{"key": f"q{n}", "accepted": [f"a{n}"]} for n in range(7)]
    served.publish(mode="hidden", items=items)
    served.submit([{"item": f"q{n}", "answer": f"a{n}"} for n in range(7)])
    body = revised(served, items=[{"key": "q0", "accepted": ["b0"]}])
    score = body["moved"][0]["score"]
    assert score == {"before": 1.0, "after": pytest.approx(0.857 - 3 * 0.143)}
    guess = [{"key": "q1", "accepted": ["q1"]}]
    assert revise(served, items=guess).status_code == 422


def test_the_documented_example_is_legal(served: Served) -> None:
    served.publish()
    assert revise(served, **REVISION).status_code == 201
