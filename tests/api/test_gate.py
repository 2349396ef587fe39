"""The gate over HTTP: pass, fail, cannot tell; stored candidates and rows that are not stored."""

import json
from typing import Any

import pytest

from app.services.comparisons.schemas import GateReport
from tests.conforming import assert_conforms
from tests.served import Served

N = 400


def said(right: int, wrong: int) -> list[dict[str, Any]]:
    answers = [f"a{n}" for n in range(right)] + ["no"] * wrong
    rows: list[dict[str, Any]] = [{"item": f"q{n}", "answer": one} for n, one in enumerate(answers)]
    return rows + [{"item": f"q{n}", "abstained": True} for n in range(right + wrong, N)]


def baseline(served: Served, **wanted: Any) -> str:
    items = [{"key": f"q{n}", "accepted": [f"a{n}"]} for n in range(N)]
    served.publish(**({"items": items} | wanted))
    identity: str = served.submit(said(300, 20), model="base").json()["id"]
    return identity


def gate(served: Served, **wanted: Any) -> Any:
    reply = served.client.post("/api/v1/gate", json=wanted)
    assert reply.status_code == 200, reply.text
    assert_conforms(GateReport, reply.json())
    return reply.json()


def test_an_equal_candidate_passes_and_a_worse_one_fails(served: Served) -> None:
    base = baseline(served)
    twin = served.submit(said(300, 20), model="twin").json()["id"]
    same = gate(served, baseline=base, candidate=twin, largest_loss=0.05, target=0.5)
    assert same["decision"] == "pass"
    assert same["difference"]["value"] == 0
    assert same["low"] > -0.05
    assert same["says"] == "Pass: a loss of more than 5 points per 100 is ruled out at 95 %."
    worse = served.submit(said(200, 120), model="worse").json()["id"]
    lost = gate(served, baseline=base, candidate=worse, largest_loss=0.05, target=0.5)
    assert lost["decision"] == "fail"
    assert lost["difference"]["value"] == pytest.approx(-0.5)
    assert lost["high"] < -0.05
    assert lost["candidate"]["submission"]["model"]["name"] == "worse"
    assert lost["says"].startswith("Fail: the loss is larger than 5 points per 100,")


def test_it_says_when_it_cannot_tell_and_how_many_items_would(served: Served) -> None:
    base = baseline(served)
    close = served.submit(said(296, 24), model="close").json()["id"]
    found = gate(served, baseline=base, candidate=close, largest_loss=0.02, target=0.5)
    assert found["decision"] == "cannot-tell"
    assert 0 < found["power"] < 0.8
    assert found["items_needed"] > N
    assert f"{found['items_needed']:,} items are needed" in found["says"]
    assert f"{found['detectable_loss'] * 100:.1f} points per 100" in found["says"]
    assert found["chances"][0]["loss"] == 0


def test_rows_in_the_request_are_graded_and_not_stored(served: Served) -> None:
    base = baseline(served)
    found = gate(served, baseline=base, predictions=said(300, 20), largest_loss=0.05, target=0.5)
    assert found["decision"] == "pass"
    assert found["candidate"]["submission"] is None
    assert found["candidate"]["counts"]["correct"] == 300
    lines = "\n".join(json.dumps(row) for row in said(200, 120))
    streamed = served.client.post(
        f"/api/v1/gate?baseline={base}&largest_loss=0.05&target=0.5",
        content=lines,
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert streamed.json()["decision"] == "fail"
    assert len(served.read("/benchmarks/ten/submissions")["data"]) == 1


def test_bad_rows_are_named(served: Served) -> None:
    base = baseline(served)
    reply = served.client.post(
        "/api/v1/gate",
        json={"baseline": base, "largest_loss": 0, "predictions": [{"item": "zz", "answer": "x"}]},
    )
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid-predictions")
    assert reply.json()["errors"][0]["code"] == "unknown-item"


BAD: dict[str, dict[str, Any]] = {
    "two candidates": {"candidate": "sub_x", "predictions": [{"item": "q0", "answer": "x"}]},
    "no candidate": {},
    "negative loss": {"candidate": "sub_x", "largest_loss": -0.1},
    "loss of words": {"candidate": "sub_x", "largest_loss": "a little"},
    "target too high": {"candidate": "sub_x", "target": 1},
    "target with binary": {"rule": "binary", "target": 0.5},
    "unknown field": {"candidate": "sub_x", "loss": 1},
    "a key that no header holds": {"candidate": "sub_x", "candidate_key": "a\0b"},
    "two baselines": {"candidate": "sub_x", "baseline_model": "base"},
    "best of a submission": {"candidate": "sub_x", "against": "best"},
    "a candidate twice": {"candidate": "sub_x", "candidate_model": "base"},
    "bas without confidence": {"rule": "bas"},
}


@pytest.mark.parametrize("name", BAD)
def test_bad_requests_are_refused(served: Served, name: str) -> None:
    base = baseline(served)
    wanted = {"baseline": base, "largest_loss": 0.1} | BAD[name]
    if name in {"target with binary", "bas without confidence"}:
        wanted["candidate"] = served.submit(said(300, 20), model="twin").json()["id"]
    reply = served.client.post("/api/v1/gate", json=wanted)
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid-request"), reply.text


def test_an_unknown_baseline_is_not_found(served: Served) -> None:
    wanted = {"baseline": "sub_none", "candidate": "sub_other", "largest_loss": 0}
    assert served.client.post("/api/v1/gate", json=wanted).status_code == 404


def test_a_hidden_benchmark_has_no_gate(served: Served) -> None:
    base = baseline(served, mode="hidden")
    twin = served.submit(said(300, 20), model="twin").json()["id"]
    for candidate in (
        {"candidate": twin},
        {"candidate_model": "twin"},
        {"predictions": said(300, 20)},
    ):
        reply = served.client.post(
            "/api/v1/gate", json={"baseline": base, "largest_loss": 0.1} | candidate
        )
        assert (reply.status_code, reply.json()["code"]) == (403, "hidden-gold")


def test_a_private_benchmark_is_not_there_for_strangers(served: Served) -> None:
    base = baseline(served, visibility="private")
    twin = served.submit(said(300, 20), model="twin").json()["id"]
    wanted = {"baseline": base, "candidate": twin, "largest_loss": 0.1}
    assert served.client.post("/api/v1/gate", json=wanted).status_code == 404
    assert served.request("POST", "/gate", json=wanted).status_code == 200
