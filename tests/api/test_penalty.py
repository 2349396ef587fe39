"""A price of a wrong answer beside the target: wherever one is taken, and the same thing."""

from typing import Any

import pytest

from tests.served import Served

TWO = 2 / 3
ROWS = [
    {"verdict": "correct", "confidence": 0.9},
    {"verdict": "correct", "confidence": 0.8},
    {"verdict": "wrong", "confidence": 0.7},
    {"verdict": "wrong", "confidence": TWO},
]


def rows(right: int, wrong: int) -> list[dict[str, Any]]:
    said = [{"item": f"q{n}", "answer": f"a{n}"} for n in range(right)]
    said += [{"item": f"q{n}", "answer": "no"} for n in range(right, right + wrong)]
    return said + [{"item": f"q{n}", "abstained": True} for n in range(right + wrong, 10)]


def detail(reply: Any) -> str:
    assert reply.status_code == 422, reply.text
    return str(reply.json()["detail"])


def test_score_takes_penalties(served: Served) -> None:
    body = {"predictions": ROWS, "resamples": 0, "mode": "threshold"}
    found = served.client.post("/api/v1/score", json=body | {"penalties": [2]}).json()
    at = found["thresholds"]["0.666666667"]
    assert (at["target"], at["penalty"]) == (TWO, 2.0)
    # Two right, one wrong at 2, and the one at exactly t is not attempted.
    assert at["threshold_score"]["value"] == 0.0
    assert at["n_at_threshold"] == 1
    assert list(found["thresholds"]) == ["0.666666667"]
    both = body | {"targets": [0.5], "penalties": [2, 3]}
    found = served.client.post("/api/v1/score", json=both).json()
    assert list(found["thresholds"]) == ["0.5", "0.666666667", "0.75"]
    lines = b'{"verdict": "correct"}\n'
    reply = served.client.post(
        "/api/v1/score?resamples=0&penalties=2&penalties=0.5",
        content=lines,
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert list(reply.json()["thresholds"]) == ["0.333333333", "0.666666667"]
    for bad, says in (([2.0005], "3 decimals"), ([100], "0 to 99"), (["x"], "0 to 99")):
        reply = served.client.post("/api/v1/score", json=body | {"penalties": bad})
        assert reply.status_code == 422
        assert says in reply.text


def test_a_board_at_a_penalty(served: Served) -> None:
    served.publish()
    left = served.submit(rows(6, 3), model="bold").json()["id"]
    right = served.submit(rows(4, 0), model="careful").json()["id"]
    board = served.read("/benchmarks/ten/leaderboard", penalty="2")
    assert (board["target"], board["penalty"]) == (TWO, 2.0)
    scores = {row["model"]["name"]: row["score"]["value"] for row in board["data"]}
    assert scores == {"bold": 0.0, "careful": 0.4}
    for same in ({"target": str(TWO)}, {"target": "0.666666667"}, {"penalty": "2.000"}):
        again = served.read("/benchmarks/ten/leaderboard", **same)
        assert [row["score"] for row in again["data"]] == [row["score"] for row in board["data"]]
    three = served.read("/benchmarks/ten/leaderboard", penalty=3)
    assert (three["target"], three["penalty"]) == (0.75, 3.0)
    pair = served.read("/compare", a=left, b=right, penalty=2)
    assert (pair["penalty"], pair["difference"]["value"]) == (2.0, -0.4)
    assert served.read(f"/submissions/{left}", penalty=[2, 1])["thresholds"].keys() >= {
        "0.5", "0.666666667",
    }  # fmt: skip
    gate = {"baseline": left, "candidate": right, "penalty": 2}
    decided = served.request("POST", "/gate", json=gate)
    assert decided.status_code == 200, decided.text
    assert (decided.json()["penalty"], decided.json()["difference"]["value"]) == (2.0, 0.4)
    prompt = served.client.get("/api/v1/benchmarks/ten/prompt?penalty=2").text
    assert "more than 66.67% sure" in prompt
    assert "a wrong answer costs 2 points" in prompt


def test_a_target_and_a_penalty_are_one_too_many(served: Served) -> None:
    served.publish()
    name = served.submit(rows(6, 3)).json()["id"]
    asked = "target=0.75&penalty=3"
    for path in (
        f"/benchmarks/ten/leaderboard?{asked}",
        f"/compare?a={name}&b={name}&{asked}",
        f"/benchmarks/ten/prompt?{asked}",
    ):
        assert "give target or penalty, not both" in detail(served.client.get(f"/api/v1{path}"))
    gate = {"baseline": name, "candidate": name, "target": 0.75, "penalty": 3}
    assert "target or penalty, not both" in detail(served.request("POST", "/gate", json=gate))
    twice = served.submit(rows(6, 3), stated_target=0.75, stated_penalty=3)
    assert "stated_target or stated_penalty" in detail(twice)
    new = {"slug": "twice", "matcher": "text", "items": [{"key": "q", "accepted": ["a"]}]}
    new |= {"default_target": 0.75, "default_penalty": 3}
    reply = served.request("POST", "/benchmarks", json=new)
    assert "default_target or default_penalty" in detail(reply)
    assert "rule=target" in detail(
        served.client.get("/api/v1/benchmarks/ten/leaderboard?rule=quadratic&penalty=2")
    )


@pytest.mark.parametrize("mode", ["open", "hidden"])
def test_a_benchmark_that_lives_at_a_penalty(served: Served, mode: str) -> None:
    made = served.publish(
        mode=mode, default_penalty=2, fixed_targets=[0.5], fixed_penalties=[2, 4],
        default_mode="threshold",
    )  # fmt: skip
    assert made["default_target"] == TWO
    assert made["fixed_targets"] == [0.5, TWO, 0.8]
    said = [row | {"confidence": TWO if n < 5 else 0.67} for n, row in enumerate(rows(7, 3))]
    receipt = served.submit(said, stated_penalty=2).json()
    assert receipt["rank_at"] == {"target": TWO, "mode": "threshold"}
    found = receipt["scores"]["threshold_score"]
    assert {"0.5", "0.666666667", "0.8"} <= found.keys()
    if mode == "open":
        # Above 2/3 lie two right and three wrong answers.
        assert found["0.666666667"]["value"] == pytest.approx((2 - 2 * 3) / 10)
    board = served.read("/benchmarks/ten/leaderboard")
    assert (board["target"], board["penalty"]) == (TWO, 2.0)
    assert board["data"][0]["stated_target"] == TWO
    served.submit(rows(2, 0), stated_target=0.9)
    # The run that was told the board's own price stands for the model there.
    assert served.read("/benchmarks/ten/leaderboard")["data"] == board["data"]
    told = served.read("/benchmarks/ten/behaviour")["data"][0]["targets"]
    assert [one["target"] for one in told] == [TWO, 0.9]
    changed = served.request("PATCH", "/benchmarks/ten", json={"default_penalty": 4})
    assert changed.json()["default_target"] == 0.8
    if mode == "open":
        changed = served.request("PATCH", "/benchmarks/ten", json={"fixed_penalties": [0.25]})
        assert changed.json()["fixed_targets"] == [0.2]
        event = served.request("GET", "/audit").json()["data"][0]["detail"]
        assert event["after"] == {"fixed_targets": [0.2]}


def test_pages_say_the_penalty(served: Served) -> None:
    served.publish(fixed_penalties=[2], default_penalty=2)
    left = served.submit(rows(6, 3), model="bold", stated_penalty=2).json()["id"]
    right = served.submit(rows(4, 0), model="careful").json()["id"]
    client = served.client
    board = client.get("/benchmarks/ten?penalty=2")
    assert board.status_code == 200
    assert "target=0.666666667" in board.text
    assert "target=0.6667" not in board.text
    assert "−2.00" in board.text
    assert "told penalty 2" in board.text
    assert ">penalty 2</a>" in board.text
    report = client.get(f"/submissions/{left}?penalty=2").text
    assert "at penalty 2" in report
    compared = client.get(f"/compare?a={left}&b={right}&penalty=2").text
    assert "penalty 2" in compared
    about = client.get("/benchmarks/ten/about?penalty=2").text
    assert "a wrong answer costs 2 points" in about
    assert "penalty 2" in client.get("/").text
    for embed in ("badge", "chart", "share"):
        assert client.get(f"/benchmarks/ten/{embed}.svg?penalty=2").status_code == 200
    assert "penalty 2" in client.get("/benchmarks/ten/badge.svg?penalty=2").text
    for page in ("/benchmarks/ten", f"/submissions/{left}", "/benchmarks/ten/about"):
        assert client.get(f"{page}?target=0.5&penalty=1").status_code == 422
