"""Guaranteed thresholds over HTTP: for any risk, and not where answers are hidden."""

import pytest

from app.scoring.metrics.guaranteed import GuaranteedThreshold
from tests.conforming import assert_conforms
from tests.served import Served

ITEMS = [{"key": f"q{n}", "accepted": [f"a{n}"]} for n in range(400)]


def rows() -> list[dict[str, object]]:
    """The first 200 at 0.9 and right, the others at 0.5 and every third wrong."""
    return [
        {
            "item": f"q{n}",
            "answer": f"a{n}" if n < 200 or n % 3 else "no",
            "confidence": 0.9 if n < 200 else 0.5,
        }
        for n in range(400)
    ]


def test_a_threshold_for_any_risk(served: Served) -> None:
    served.publish(items=ITEMS)
    name = served.submit(rows()).json()["id"]
    found = served.read(f"/submissions/{name}/threshold", risk=0.05)
    assert_conforms(GuaranteedThreshold, found)
    assert (found["risk"], found["level"], found["confidence"]) == (0.05, 0.95, 0.9)
    assert found["coverage"] == pytest.approx(0.5, abs=0.1)
    assert found["selective_risk"] == 0
    assert 0 < found["upper_limit"] <= 0.05
    assert served.read(f"/submissions/{name}/threshold", risk=0.3)["confidence"] == 0.5
    strict = served.read(f"/submissions/{name}/threshold", risk=0.001)
    assert (strict["confidence"], strict["reason"]) == (None, "unattainable")
    card = served.read(f"/submissions/{name}")["guaranteed_thresholds"]
    assert list(card) == ["0.01", "0.05", "0.1", "0.2"]
    assert card["0.05"] == found
    for risk in ("0", "1", "-1", "x", "nan"):
        reply = served.client.get(f"/api/v1/submissions/{name}/threshold", params={"risk": risk})
        assert reply.status_code == 422, risk
        assert reply.json()["errors"][0]["pointer"] == "/risk"


def test_hidden_answers_and_erased_ones_have_none(served: Served) -> None:
    served.publish(items=ITEMS, mode="hidden")
    name = served.submit(rows()).json()["id"]
    reply = served.client.get(f"/api/v1/submissions/{name}/threshold")
    assert (reply.status_code, reply.json()["code"]) == (403, "hidden-gold")


def test_scored_rows_have_it_too(served: Served) -> None:
    body = {
        "resamples": 0,
        "predictions": [{"verdict": "correct", "confidence": 0.9} for _ in range(200)],
    }
    card = served.request("POST", "/score", json=body).json()["guaranteed_thresholds"]
    assert card["0.05"]["confidence"] == 0.9
    assert card["0.01"]["reason"] == "unattainable"
