"""Baselines by a model's name: what came before the candidate, counted, and never itself."""

from typing import Any

import pytest

from tests.api.test_gate import N, gate, said
from tests.served import Served

ITEMS = [{"key": f"q{n}", "question": f"Question {n}?", "accepted": [f"a{n}"]} for n in range(N)]


def nightly(served: Served, right: int, **wanted: Any) -> str:
    """One more run of the model `nightly`; the id of its submission."""
    wanted = {"model": "nightly"} | wanted
    reply = served.submit(said(right, N - right), **wanted)
    assert reply.status_code == 201, reply.text
    identity: str = reply.json()["id"]
    return identity


def picked(served: Served, **wanted: Any) -> str:
    """The baseline that a gate of `nightly` picks."""
    asked = {"benchmark": "ten", "baseline_model": "nightly", "target": 0} | wanted
    found = served.request("POST", "/gate", json=asked)
    assert found.status_code == 200, found.text
    identity: str = found.json()["baseline"]["submission"]["id"]
    return identity


def refused(served: Served, status: int, code: str, **wanted: Any) -> str:
    reply = served.request("POST", "/gate", json=wanted)
    assert (reply.status_code, reply.json()["code"]) == (status, code), reply.text
    detail: str = reply.json()["detail"]
    return detail


def test_a_submission_is_never_compared_with_itself(served: Served) -> None:
    served.publish(items=ITEMS)
    only = nightly(served, 300)
    said_no = refused(served, 422, "same-submission", baseline=only, candidate=only)
    assert "same submission" in said_no
    by_name = {"benchmark": "ten", "candidate_model": "nightly"}
    refused(served, 422, "same-submission", **by_name, baseline=only)
    named = refused(served, 404, "no-baseline", **by_name, baseline_model="nightly")
    assert "before the candidate" in named
    refused(served, 404, "no-baseline", benchmark="ten", candidate=only, baseline_model="nightly")


def test_a_name_is_the_newest_counted_submission_before_the_candidate(served: Served) -> None:
    served.publish(items=ITEMS, missing_limit=0.1)
    first, second = nightly(served, 300), nightly(served, 200)
    third = nightly(served, 299)
    assert picked(served, candidate=third) == second
    assert picked(served, candidate=second) == first
    assert picked(served, candidate_model="nightly") == second
    assert picked(served, predictions=said(300, 100)) == third
    worse = gate(served, benchmark="ten", candidate=second, baseline_model="nightly", target=0)
    assert worse["decision"] == "fail"
    assert worse["largest_loss"] == 0.02
    # What does not count is no baseline, and no candidate by name either.
    withdrawn = nightly(served, 298)
    served.request("POST", f"/submissions/{withdrawn}/withdraw", json={"reason": "a bad run"})
    crashed = served.submit(said(50, 50)[:100], model="nightly")
    assert crashed.json()["rank"] is None
    last = nightly(served, 297)
    assert picked(served, candidate=last) == third
    served.request("POST", f"/submissions/{last}/withdraw", json={"reason": "a bad run"})
    assert picked(served, candidate_model="nightly") == second


def test_a_retry_is_not_compared_with_the_run_that_it_replaces(served: Served) -> None:
    served.publish(items=ITEMS)
    before = nightly(served, 300)
    nightly(served, 100, external_id="run-7")
    assert picked(served, predictions=said(300, 100), external_id="run-7") == before
    retried = nightly(served, 299, external_id="run-7")
    assert picked(served, candidate=retried) == before


def test_rows_that_are_stored_already_meet_what_came_before_them(served: Served) -> None:
    served.publish(items=ITEMS)
    before = nightly(served, 300)
    nightly(served, 200, headers={"Idempotency-Key": "candor-1"})
    nightly(served, 100)
    rows = said(200, 200)
    assert picked(served, predictions=rows, candidate_key="candor-1") == before


def test_stated_targets_are_compared_with_their_like(served: Served) -> None:
    served.publish(items=ITEMS)
    at_half = nightly(served, 300, stated_target=0.5)
    at_nine = nightly(served, 250, stated_target=0.9)
    assert picked(served, predictions=said(300, 100), stated_target=0.5) == at_half
    last = nightly(served, 290, stated_target=0.5)
    assert picked(served, candidate=last) == at_half
    # No run without a stated target: the one that a board at the gate's target shows.
    assert picked(served, predictions=said(300, 100), target=0.9) == at_nine


def test_the_best_so_far_stops_a_slow_slide(served: Served) -> None:
    served.publish(items=ITEMS)
    best = nightly(served, 360)
    # Ten points lower than the best, each step two: every step passes against the newest.
    for right in range(352, 300, -8):
        newest = gate(
            served,
            benchmark="ten",
            baseline_model="nightly",
            predictions=said(right, N - right),
            largest_loss=0.05,
            target=0,
        )
        assert newest["decision"] == "pass", right
        last = nightly(served, right)
    asked = {"candidate": last, "against": "best"}
    assert picked(served, **asked) == best
    found = gate(served, benchmark="ten", baseline_model="nightly", largest_loss=0.05, target=0,
                 **asked)  # fmt: skip
    assert found["decision"] == "fail"


def test_a_strangers_model_of_the_same_name_is_no_baseline(served: Served) -> None:
    served.publish(items=ITEMS)
    own = nightly(served, 300)
    stranger = served.new_key("stranger", "submit")
    theirs = nightly(served, 10, key=stranger)
    assert picked(served, predictions=said(300, 100)) == own
    asked = {"benchmark": "ten", "baseline_model": "nightly", "predictions": said(300, 100)}
    seen = served.request("POST", "/gate", key=stranger, json=asked).json()
    assert seen["baseline"]["submission"]["id"] == theirs
    assert "stranger" in served.client.post("/api/v1/gate", json=asked).json()["detail"]


def test_names_need_their_benchmark(served: Served) -> None:
    served.publish(items=ITEMS)
    served.publish(items=ITEMS, slug="eleven")
    first = nightly(served, 300)
    rows = said(300, 100)
    refused(served, 422, "invalid-request", baseline_model="nightly", predictions=rows)
    refused(served, 422, "invalid-request", predictions=rows)
    asked = {"benchmark": "eleven", "predictions": rows}
    assert "was sent to ten" in refused(served, 422, "invalid-request", **asked, baseline=first)
    nobody = refused(served, 404, "no-baseline", **asked, baseline_model="nobody")
    assert "'nobody'" in nobody
    by_name = {"benchmark": "ten", "candidate_model": "nobody", "baseline_model": "nightly"}
    refused(served, 404, "no-candidate", **by_name)
    jobs = served.submit(said(300, 100), model="later").json()["id"]
    before = {"benchmark": "ten", "candidate": first, "baseline_model": "later"}
    assert f"{jobs}, came later" in refused(served, 404, "no-baseline", **before)
    there = {"benchmark": "ten", "predictions": rows, "baseline_model": "nobody"}
    assert "It has submissions of later, nightly." in refused(served, 404, "no-baseline", **there)


def test_the_worst_lost_items_are_named(served: Served) -> None:
    items = [{**item, "weight": 3 if n == 5 else 1} for n, item in enumerate(ITEMS)]
    served.publish(items=items)
    base = served.submit(said(300, 0), model="base").json()["id"]
    rows = said(300, 0)
    for n in (3, 5, 7):
        rows[n] = {"item": f"q{n}", "answer": "no", "confidence": 0.9}
    rows[9] = {"item": "q9", "abstained": True}
    rows[350] = {"item": "q350", "answer": "a350"}
    found = gate(served, baseline=base, predictions=rows, target=0.75)
    assert (found["items"]["lost"], found["items"]["gained"]) == (4, 1)
    worst = found["items"]["worst"]
    assert [one["item"] for one in worst] == ["q5", "q3", "q7", "q9"]
    assert worst[0]["question"] == "Question 5?"
    assert worst[0]["baseline"]["outcome"] == "correct"
    assert worst[0]["candidate"] == {"outcome": "wrong", "confidence": 0.9, "points": -3}
    assert worst[0]["difference"] == pytest.approx(-4)
    assert worst[0]["cost"] == pytest.approx(-4 * 3 / (N + 2))
    assert worst[3]["cost"] == pytest.approx(-1 / (N + 2))


def test_a_key_bound_elsewhere_knows_nothing_of_what_its_owner_stored(served: Served) -> None:
    """It is a stranger here: what its owner stored under an idempotency key is no copy of its."""
    for slug in ("ten", "other"):
        served.publish(slug=slug, items=ITEMS)
    alice = served.new_key("alice", "submit")
    bound = served.new_key("alice", "submit", benchmark="other")
    sent = {"key": alice, "headers": {"Idempotency-Key": "tonight"}}
    first = nightly(served, 300, key=alice)
    second = nightly(served, 200, **sent)
    asked = {"benchmark": "ten", "baseline_model": "nightly", "target": 0}
    asked |= {"predictions": said(200, N - 200), "candidate_key": "tonight"}

    def baseline(key: str) -> str:
        reply = served.request("POST", "/gate", key=key, json=asked)
        assert reply.status_code == 200, reply.text
        return str(reply.json()["baseline"]["submission"]["id"])

    assert baseline(alice) == first
    assert baseline(bound) == second
