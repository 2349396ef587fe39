"""Rules and limits over HTTP: the whole catalogue, and every limit that a client can meet."""

from fractions import Fraction
from typing import Any

import pytest

from app.api.rules import Rules, ServiceLimits
from app.intake.limits import Limits
from app.scoring.catalogue.metrics import CATALOGUE
from tests.conforming import assert_conforms
from tests.served import Served


def test_every_figure_is_explained(served: Served) -> None:
    found = served.read("/rules")
    assert_conforms(Rules, found)
    assert [one["id"] for one in found["data"]] == [metric.id for metric in CATALOGUE]
    assert [one["id"] for one in found["rules"]] == ["binary", "target", "quadratic", "bas"]


def test_the_rules_say_what_the_service_does(served: Served) -> None:
    """The formulas in words are worked out and held against POST /score."""
    rules = {one["id"]: one for one in served.read("/rules")["rules"]}
    for verdict in ("correct", "wrong"):
        reply = served.client.post(
            "/api/v1/score",
            json={
                "predictions": [{"verdict": verdict, "confidence": 0.8}],
                "targets": [0.75],
                "resamples": 0,
            },
        )
        scores = reply.json()["scores"]
        assert worth(rules["binary"][verdict]) == scores["accuracy"]["value"]
        assert worth(rules["target"][verdict]) == scores["threshold_score"]["0.75"]["value"]
        assert worth(rules["quadratic"][verdict]) == pytest.approx(
            scores["quadratic_score"]["value"]
        )
    assert rules["bas"]["wrong"] == "m + ln(1 - m)"


def worth(words: str) -> float:
    t, p = Fraction(3, 4), Fraction(4, 5)
    meaning = {"1": 1, "0": 0, "-t / (1 - t)": -t / (1 - t), "2p - p^2": 2 * p - p * p}
    return float((meaning | {"-p^2": -p * p})[words])


def test_every_limit_is_told(served: Served) -> None:
    found: dict[str, Any] = served.read("/limits")
    assert_conforms(ServiceLimits, found)
    assert found["rows"] == Limits().rows
    assert found["writes_per_minute"] == 100_000
    assert found["reads_per_minute"] == 100_000


def test_the_limits_hold_as_told(served: Served) -> None:
    limits = served.read("/limits")
    served.publish()
    row = {"item": "q0", "answer": "a0"}
    assert served.submit([row | {"sample": limits["samples"] + 1}]).status_code == 422
    assert (
        served.submit([row | {"answer": "x" * (limits["answer_characters"] + 1)}]).status_code
        == 422
    )
    many = [1 / (limits["options"] + 1)] * (limits["options"] + 1)
    assert served.submit([row | {"option_probs": many}]).status_code == 422
    too_many = {"predictions": [{"verdict": "correct"}], "missing": limits["missing"] + 1}
    assert served.client.post("/api/v1/score", json=too_many).status_code == 422
    page = served.client.get("/api/v1/benchmarks", params={"limit": limits["page_rows"] + 1})
    assert page.status_code == 422
