"""Two submissions over HTTP: paired difference, exact test, outcome table, curve, parted items."""

import math
from typing import Any

import pytest
from scipy import stats

from app.services.comparisons.schemas import PairedComparison
from tests.conforming import assert_conforms
from tests.served import Served

ITEMS = [
    {
        "key": f"q{n}",
        "question": f"Question {n}?",
        "accepted": [f"a{n}"],
        "category": "even" if n % 2 == 0 else "odd",
    }
    for n in range(10)
]


def said(pattern: str, *, confidence: float | None = None) -> list[dict[str, Any]]:
    """One row an item: `+` right, `-` wrong, `.` abstained."""
    rows: list[dict[str, Any]] = []
    for n, mark in enumerate(pattern):
        if mark == ".":
            rows.append({"item": f"q{n}", "abstained": True})
            continue
        row = {"item": f"q{n}", "answer": f"a{n}" if mark == "+" else "no"}
        rows.append(row if confidence is None else row | {"confidence": confidence})
    return rows


def pair(served: Served, left: str, right: str, **wanted: Any) -> tuple[str, str]:
    served.publish(**({"items": ITEMS} | wanted))
    ids = [
        served.submit(said(pattern, confidence=0.8), model=name).json()["id"]
        for name, pattern in (("guesser", left), ("humble", right))
    ]
    return ids[0], ids[1]


def test_the_story_paired(served: Served) -> None:
    a, b = pair(served, "++++++----", "+++++.....")
    found = served.read("/compare", a=a, b=b, target="0.75")
    assert_conforms(PairedComparison, found)
    assert found["a"]["score"]["value"] == pytest.approx(-0.6)
    assert found["b"]["score"]["value"] == pytest.approx(0.5)
    assert found["difference"]["value"] == pytest.approx(-1.1)
    assert found["difference"]["interval"]["method"] == "adjusted-paired-t"
    assert found["outcomes"]["order"] == ["correct", "wrong", "not_attempted"]
    assert found["outcomes"]["table"] == [[5, 0, 1], [0, 0, 4], [0, 0, 0]]
    # Five differences, one of +1 and four of -3: |sum| >= 11 in 4 of 32 sign patterns.
    assert found["exchange_test"] == "sign-flip-exact"
    assert found["exchange_p_value"] == pytest.approx(4 / 32)
    # Two items are added that differ by 4, the most, one in each direction.
    se = found["difference"]["se"]
    adjusted = math.hypot(se, math.sqrt(2) * 4 / 10)
    assert found["test"] == "adjusted-paired-t"
    assert found["p_value"] == pytest.approx(2 * stats.t.sf(1.1 / adjusted, 9))
    assert found["difference"]["interval"]["high"] == pytest.approx(
        -1.1 + stats.t.ppf(0.975, 9) * adjusted
    )
    assert found["minimum_detectable_difference"] == pytest.approx(
        stats.t.ppf(0.975, 9) * adjusted + stats.norm.ppf(0.8) * se
    )
    assert [plan["difference"] for plan in found["plans"]] == [0.01, 0.02, 0.05, 0.1]
    powers = [plan["power"] for plan in found["plans"]]
    assert powers == sorted(powers)
    assert all(
        0 <= power <= 1 and plan["items"] > 10
        for power, plan in zip(powers, found["plans"], strict=True)
    )
    assert found["items"]["total"] == 5
    assert (found["items"]["a_better"], found["items"]["b_better"]) == (1, 4)
    assert found["null_reasons"] == {}


def test_at_target_0_it_is_mcnemar(served: Served) -> None:
    a, b = pair(served, "++++++++--", "--------+.")
    found = served.read("/compare", a=a, b=b, rule="binary")
    assert found["exchange_p_value"] == pytest.approx(stats.binomtest(1, 9).pvalue, rel=1e-12)
    assert 0 < found["p_value"] < 0.05 < found["difference"]["interval"]["low"]
    assert found["target"] == 0
    assert found["difference"]["value"] == pytest.approx(0.7)


def test_a_and_b_change_places(served: Served) -> None:
    a, b = pair(served, "++++++----", "+++++.....")
    for query in ({"target": "0.75"}, {"rule": "quadratic"}, {"rule": "bas"}):
        there = served.read("/compare", a=a, b=b, **query)
        back = served.read("/compare", a=b, b=a, **query)
        assert there["difference"]["value"] == -back["difference"]["value"]
        assert there["p_value"] == back["p_value"]
        assert 0 < there["p_value"] <= 1


@pytest.mark.parametrize("mode", ["declared", "threshold"])
def test_the_curve_meets_the_difference_at_every_target(served: Served, mode: str) -> None:
    served.publish(items=ITEMS)
    low = served.submit(said("++++++----", confidence=0.6), model="low").json()["id"]
    high = served.submit(said("++--++.++.", confidence=0.9), model="high").json()["id"]
    curve = served.read("/compare", a=low, b=high, mode=mode)["curve"]
    assert len(curve["targets"]) == 100
    for place in (0, 1, 59, 60, 75, 89, 90, 99):
        target = curve["targets"][place]
        one = served.read("/compare", a=low, b=high, mode=mode, target=f"{target:g}")
        assert curve["difference"][place] == pytest.approx(one["difference"]["value"], abs=1e-12)
        assert curve["low"][place] == pytest.approx(one["difference"]["interval"]["low"])
        assert curve["high"][place] == pytest.approx(one["difference"]["interval"]["high"])


def test_by_category(served: Served) -> None:
    a, b = pair(served, "+-+-+-+-+-", "++++++++++")
    found = served.read("/compare", a=a, b=b, target="0.5")
    even, odd = found["categories"]
    assert (even["category"], even["n_items"], even["difference"]["value"]) == ("even", 5, 0)
    assert (odd["category"], odd["difference"]["value"]) == ("odd", -2)
    assert odd["a"]["value"] == -1


def test_parted_items_come_in_pages(served: Served) -> None:
    a, b = pair(served, "++++++----", "----------")
    first = served.read("/compare", a=a, b=b, rule="binary", limit=4)["items"]
    assert [one["item"] for one in first["data"]] == ["q0", "q1", "q2", "q3"]
    rest = served.read("/compare", a=a, b=b, rule="binary", limit=4, cursor=first["next_cursor"])
    assert [one["item"] for one in rest["items"]["data"]] == ["q4", "q5"]
    assert rest["items"]["next_cursor"] is None
    assert first["data"][0]["a"] == {"outcome": "correct", "confidence": 0.8, "points": 1.0}
    assert first["data"][0]["difference"] == 1.0


def test_clusters_and_samples_have_no_table_but_a_test(served: Served) -> None:
    clustered = [item | {"cluster": f"c{n // 2}"} for n, item in enumerate(ITEMS)]
    a, b = pair(served, "++++++++--", "+-+-+-+---", items=clustered)
    found = served.read("/compare", a=a, b=b, target="0.5")
    assert_conforms(PairedComparison, found)
    assert found["outcomes"] is None
    assert found["null_reasons"]["outcomes"] == "not-plain"
    assert found["difference"]["interval"]["method"] == "adjusted-paired-t-cluster"
    assert found["test"] == "adjusted-paired-t-cluster"
    assert found["exchange_test"] == "sign-flip"
    assert found["curve"]["difference"][50] == pytest.approx(found["difference"]["value"])


def test_bas_without_every_confidence_is_null_with_the_reason(served: Served) -> None:
    served.publish()
    a = served.submit(said("+++++-----"), model="silent").json()["id"]
    b = served.submit(said("+++++-----", confidence=0.5), model="loud").json()["id"]
    found = served.read("/compare", a=a, b=b, rule="bas")
    assert_conforms(PairedComparison, found)
    assert found["difference"]["value"] is None
    assert found["difference"]["reason"] == "confidence-missing"
    assert found["null_reasons"]["p_value"] == "confidence-missing"


def test_two_benchmarks_cannot_be_compared(served: Served) -> None:
    a, _ = pair(served, "++++++----", "----------")
    served.publish(slug="other")
    other = served.submit(said("++++++++++"), slug="other").json()["id"]
    reply = served.client.get("/api/v1/compare", params={"a": a, "b": other})
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid-request")
    assert "ten" in reply.json()["detail"]
    assert "other" in reply.json()["detail"]


def test_a_revision_that_was_not_graded_is_a_conflict(served: Served) -> None:
    a, b = pair(served, "++++++----", "----------")
    reply = served.client.get("/api/v1/compare", params={"a": a, "b": b, "revision": 7})
    assert (reply.status_code, reply.json()["code"]) == (409, "conflict")


def test_two_are_read_under_one_revision(served: Served) -> None:
    a, b = pair(served, "++++++----", "----------")
    # q9 was right all along, and q10 is new: missing for both.
    change = {"items": [{"key": "q9", "accepted": ["no"]}, {"key": "q10", "accepted": ["x"]}]}
    reply = served.request("POST", "/benchmarks/ten/revisions", json=change)
    assert reply.json()["state"] == "complete", reply.text
    new = served.read("/compare", a=a, b=b, rule="binary")
    assert new["revision"] == 2
    assert new["outcomes"]["table"] == [[1, 6, 0], [0, 3, 0], [0, 0, 1]]
    old = served.read("/compare", a=a, b=b, rule="binary", revision=1)
    assert old["outcomes"]["table"] == [[0, 6, 0], [0, 4, 0], [0, 0, 0]]
    assert old["items"]["total"] == 6


def test_a_private_benchmark_is_not_there_for_strangers(served: Served) -> None:
    a, b = pair(served, "++++++----", "----------", visibility="private")
    assert served.client.get("/api/v1/compare", params={"a": a, "b": b}).status_code == 404
    assert served.request("GET", f"/compare?a={a}&b={b}").status_code == 200


def test_a_hidden_benchmark_tells_what_its_shares_tell(served: Served) -> None:
    a, b = pair(served, "++++++----", "+++++.....", mode="hidden")
    found = served.read("/compare", a=a, b=b, target="0.8")
    assert_conforms(PairedComparison, found)
    assert found["difference"] == {
        "value": pytest.approx(-1.5),
        "se": None,
        "interval": None,
        "n_items": 10,
    }
    for name in ("p_value", "test", "outcomes", "categories", "items"):
        assert found[name] is None
        assert found["null_reasons"][name] == "hidden"
    assert found["curve"]["difference"][80] == pytest.approx(-1.5)
    assert set(found["curve"]["low"]) == {None}
    for query in ({"rule": "bas"}, {"mode": "threshold", "target": "0.8"}):
        reply = served.client.get("/api/v1/compare", params={"a": a, "b": b} | query)
        assert reply.status_code in {403, 422}
    fixed = served.read("/compare", a=a, b=b, mode="threshold", target="0.9")
    assert fixed["null_reasons"]["curve"] == "hidden"
