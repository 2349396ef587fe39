"""Behavioural calibration over HTTP: each stated target against what the model did with it."""

from typing import Any

import pytest

from app.api.behaviour import BehaviourPage
from app.scoring.statistics.intervals import wilson
from tests.conforming import assert_conforms
from tests.served import Served

PATH = "/benchmarks/forty/behaviour"


def rows(right: int, wrong: int, n: int = 40) -> list[dict[str, Any]]:
    answers = [f"a{at}" for at in range(right)] + ["no"] * wrong
    said: list[dict[str, Any]] = [
        {"item": f"q{at}", "answer": answer} for at, answer in enumerate(answers)
    ]
    return said + [{"item": f"q{at}", "abstained": True} for at in range(right + wrong, n)]


def publish(served: Served, **policy: Any) -> None:
    items = [{"key": f"q{n}", "accepted": [f"a{n}"]} for n in range(40)]
    served.publish(slug="forty", items=items, **policy)


def send(served: Served, model: str, t: float | None, right: int, wrong: int) -> str:
    reply = served.submit(rows(right, wrong), slug="forty", model=model, stated_target=t)
    assert reply.status_code == 201, reply.text
    name: str = reply.json()["id"]
    return name


def test_a_model_is_held_to_every_target_it_was_told(served: Served) -> None:
    publish(served)
    ids = [send(served, "heeds", t, *did) for t, did in
           ((0.0, (24, 16)), (0.5, (22, 8)), (0.9, (15, 0)))]  # fmt: skip
    send(served, "heeds", None, 40, 0)
    send(served, "deaf", 0.5, 20, 20)
    send(served, "deaf", 0.9, 21, 19)
    send(served, "once", 0.75, 0, 0)
    send(served, "never told", None, 10, 0)
    page = served.read(PATH)
    assert_conforms(BehaviourPage, page)
    deaf, heeds, once = page["data"]
    assert [row["target"] for row in heeds["targets"]] == [0.0, 0.5, 0.9]
    assert [row["submission"] for row in heeds["targets"]] == ids
    assert heeds["answers_less_as_price_rises"] is True
    assert [row["coverage"]["value"] for row in heeds["targets"]] == [1.0, 0.75, 0.375]
    half = heeds["targets"][1]["selective_accuracy"]
    limits = wilson(22, 30)
    assert limits is not None
    assert half["value"] == pytest.approx(22 / 30)
    assert half["interval"] == {
        "low": pytest.approx(limits.low),
        "high": pytest.approx(limits.high),
        "level": 0.95,
        "method": "wilson",
    }
    assert not any(row["below_target"] for row in heeds["targets"])
    assert deaf["answers_less_as_price_rises"] is None
    assert deaf["null_reasons"] == {"answers_less_as_price_rises": "within-noise"}
    assert deaf["overall"]["difference"]["value"] == 0.0
    step = heeds["steps"][0]
    assert (step["lower"], step["higher"], step["difference"]["value"]) == (0.0, 0.5, -0.25)
    assert step["difference"]["interval"]["method"] == "adjusted-paired-t"
    assert step["difference"]["interval"]["level"] == 0.975
    assert heeds["overall"]["difference"]["value"] == -0.625
    assert [row["below_target"] for row in deaf["targets"]] == [False, True]
    assert deaf["targets"][1]["shortfall"] == pytest.approx(0.9 - 21 / 40)
    assert once["targets"][0]["below_target"] is None
    assert once["targets"][0]["selective_accuracy"]["reason"] == "no-answers"
    assert once["null_reasons"] == {"answers_less_as_price_rises": "one-target"}


def test_a_step_on_which_coverage_rises_is_named(served: Served) -> None:
    publish(served)
    for t, answered in ((0.5, 20), (0.75, 30), (0.9, 10)):
        send(served, "odd", t, answered, 0)
    found = served.read(PATH)["data"][0]
    assert (found["answers_less_as_price_rises"], found["rises"]) == (False, [[0.5, 0.75]])


def test_a_rise_within_noise_is_not_named(served: Served) -> None:
    publish(served)
    for t, answered in ((0.5, 20), (0.75, 22), (0.9, 21)):
        send(served, "steady", t, answered, 0)
    found = served.read(PATH)["data"][0]
    assert (found["answers_less_as_price_rises"], found["rises"]) == (None, [])
    interval = found["steps"][0]["difference"]["interval"]
    assert interval["low"] < 0 < interval["high"]


def test_a_hidden_benchmark_does_not_compare_items(served: Served) -> None:
    publish(served, mode="hidden")
    for t, answered in ((0.5, 40), (0.9, 8)):
        send(served, "heeds", t, answered, 0)
    found = served.read(PATH)["data"][0]
    assert found["answers_less_as_price_rises"] is None
    assert found["null_reasons"] == {"answers_less_as_price_rises": "hidden"}
    difference = found["steps"][0]["difference"]
    assert (difference["value"], difference["interval"]) == (-0.8, None)


def test_the_attempt_that_counts_is_audited(served: Served) -> None:
    publish(served)
    gone = send(served, "m", 0.5, 30, 0)
    kept = send(served, "m", 0.5, 20, 5)
    last = send(served, "m", 0.5, 10, 5)
    served.request("POST", f"/submissions/{last}/withdraw", json={})
    assert served.read(PATH)["data"][0]["targets"][0]["submission"] == kept
    assert gone != kept
    served.request("POST", f"/submissions/{kept}/withdraw", json={})
    served.request("POST", f"/submissions/{gone}/withdraw", json={})
    assert served.read(PATH)["data"] == []


def test_pages_revisions_and_strangers(served: Served) -> None:
    publish(served)
    for name in ("a", "b", "c"):
        send(served, name, 0.5, 10, 10)
    first = served.read(PATH, limit=2)
    rest = served.read(PATH, limit=2, cursor=first["next_cursor"])
    assert [one["model"]["name"] for one in first["data"] + rest["data"]] == ["a", "b", "c"]
    assert rest["next_cursor"] is None
    change = {"items": [{"key": f"q{n}", "accepted": ["no"]} for n in range(10, 20)]}
    assert served.request("POST", "/benchmarks/forty/revisions", json=change).status_code == 201
    new, old = served.read(PATH), served.read(PATH, revision=1)
    right = [one["data"][0]["targets"][0]["selective_accuracy"]["value"] for one in (new, old)]
    assert right == [1.0, 0.5]
    served.publish(slug="closed", visibility="private")
    assert served.client.get("/api/v1/benchmarks/closed/behaviour").status_code == 404


def test_a_hidden_board_tells_it_from_its_shares(served: Served) -> None:
    items = [{"key": f"q{n}", "accepted": [f"a{n}"]} for n in range(7)]
    served.publish(slug="forty", items=items, mode="hidden")
    served.submit(rows(4, 1, n=7), slug="forty", model="m", stated_target=0.5)
    row = served.read(PATH)["data"][0]["targets"][0]
    assert row["selective_accuracy"]["value"] == pytest.approx(0.571 / (0.571 + 0.143))
    assert row["coverage"]["value"] == pytest.approx(0.714)
    limits = wilson(0.571 * 7, 0.714 * 7)
    assert limits is not None
    assert row["selective_accuracy"]["interval"]["high"] == pytest.approx(limits.high)
