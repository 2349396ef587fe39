"""Scoring without storing, over HTTP: every kind of body, every figure, and bad rows named."""

import io
import json
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from app.services.submissions.score import ScoredPredictions
from tests.conforming import assert_conforms
from tests.served import Served

SPEC = {
    "predictions": [
        {"item": "q1", "verdict": "correct", "confidence": 0.9},
        {"verdict": "wrong", "confidence": 0.4},
        {"verdict": "abstained"},
        {"verdict": "correct"},
    ],
    "missing": 1,
    "targets": [0, 0.5, 0.75, 0.9],
    "mode": "threshold",
    "epsilon": 0.0001,
}


def score(served: Served, **wanted: Any) -> Any:
    reply = served.client.post("/api/v1/score", json={"resamples": 0} | wanted)
    assert reply.status_code == 200, reply.text
    assert_conforms(ScoredPredictions, reply.json())
    return reply.json()


def test_the_example_of_the_contract(served: Served) -> None:
    found = score(served, **SPEC)
    assert found["n_items"] == 5
    assert found["counts"] == {
        "correct": 2, "wrong": 1, "partial": 0, "abstained": 1, "missing": 1, "ungraded": 0,
    }  # fmt: skip
    scores = found["scores"]
    assert scores["accuracy"]["value"] == 0.4
    # At 0.5 the wrong answer (0.4) is not attempted; at 0.9 neither is the right one at 0.9.
    values = {target: one["value"] for target, one in scores["threshold_score"].items()}
    assert values == {"0": 0.4, "0.5": 0.4, "0.75": 0.4, "0.9": 0.2}
    assert scores["bas"] == {
        "value": None, "se": None, "interval": None, "n_items": 5, "reason": "confidence-missing",
    }  # fmt: skip
    assert found["thresholds"]["0.9"]["n_at_threshold"] == 1
    assert found["flags"] == ["confidence_imputed"]


def test_every_kind_of_body_says_the_same(served: Served) -> None:
    rows = [
        {"item": f"q{n}", "verdict": "correct" if n % 3 else "wrong", "confidence": n / 10}
        for n in range(10)
    ]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    held = io.BytesIO()
    parquet.write_table(pa.table(columns), held)
    cells = "item,verdict,confidence\n" + "".join(
        f"{row['item']},{row['verdict']},{row['confidence']}\n" for row in rows
    )
    first = score(served, predictions=rows)
    assert score(served, predictions=columns) == first
    assert score(served, predictions=list(reversed(rows))) == first
    lines = "\n".join(json.dumps(row) for row in rows).encode()
    for media, content in (
        ("application/x-ndjson", lines),
        ("text/csv", cells.encode()),
        ("application/vnd.apache.parquet", held.getvalue()),
    ):
        reply = served.client.post(
            "/api/v1/score?resamples=0", content=content, headers={"Content-Type": media}
        )
        assert reply.json() == first, reply.text


def test_answers_are_graded_by_the_matcher_of_the_request(served: Served) -> None:
    found = score(
        served,
        matcher="number",
        tolerance=0.5,
        abstention_phrases=["no idea"],
        predictions=[
            {"answer": "1,000.4", "accepted": ["1000"]},
            {"answer": "12", "accepted": ["13"]},
            {"answer": "No idea.", "accepted": ["7"]},
            {"answer": "many", "accepted": ["7"]},
            {"answer": "3", "accepted": [], "answerable": False},
        ],
    )
    assert found["counts"]["correct"] == 1
    assert found["counts"]["wrong"] == 3
    assert found["counts"]["abstained"] == 1
    assert found["n_invalid"] == 1
    assert found["answerability"]["should_abstain"]["error_rate"]["value"] == 1


def test_samples_clusters_weights_credit_and_categories(served: Served) -> None:
    rows = [
        {"item": "a", "sample": 1, "verdict": "correct", "category": "x", "weight": 2},
        {"item": "a", "sample": 2, "verdict": "wrong", "category": "x", "weight": 2},
        {"item": "b", "verdict": "partial", "credit": 0.25, "category": "y", "cluster": "k"},
        {"item": "b", "sample": 2, "verdict": "correct"},
        {"item": "c", "verdict": "correct", "category": "y", "cluster": "k"},
        {"item": "c", "sample": 2, "verdict": "correct"},
    ]
    found = score(served, predictions=rows)
    assert found["n_items"] == 3
    # (2 x 0.5 + 0.625 + 1) / 4
    assert found["scores"]["accuracy"]["value"] == pytest.approx(2.625 / 4)
    assert found["n_eff"] == pytest.approx(16 / 6)
    names = [one["category"] for one in found["categories"]["data"]]
    assert names == ["x", "y"]
    assert found["categories"]["macro"]["accuracy"]["value"] == pytest.approx((0.5 + 0.8125) / 2)
    assert found["scores"]["accuracy"]["interval"]["method"] == "wilson-cluster"


def test_calibration_errors_are_over_as_many_bins_as_asked(served: Served) -> None:
    # Right at 0.55 and wrong at 0.65: in one bin of two, apart in ten and in fifteen.
    rows = [{"verdict": "correct", "confidence": 0.55}, {"verdict": "wrong", "confidence": 0.65}]
    usual, two, ten = (
        score(served, predictions=rows, **b) for b in ({}, {"bins": 2}, {"bins": 10})
    )
    assert [found["bins"] for found in (usual, two, ten)] == [15, 2, 10]
    for name in ("ece_equal_width", "ece_equal_width_left_closed"):
        values = [found["scores"][name]["value"] for found in (usual, two, ten)]
        assert values == pytest.approx([0.55, 0.1, 0.55]), name
    assert two["scores"]["ece_equal_mass"]["value"] == pytest.approx(0.55)
    other = {name for name, one in two["scores"].items() if one != ten["scores"][name]}
    assert other == {"ece_equal_width", "ece_equal_width_left_closed"}
    asked = served.client.post(
        "/api/v1/score?resamples=0&bins=10",
        content="\n".join(json.dumps(row) for row in rows),
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert asked.json() == ten


def test_calibration_tests_repeat_to_the_bit(served: Served) -> None:
    rows = [
        {"verdict": "correct" if n % 4 else "wrong", "confidence": (n % 5) / 5} for n in range(100)
    ]
    first = score(served, predictions=rows, resamples=100)
    again = score(served, predictions=rows, resamples=100)
    assert first["scores"]["ece_levels"]["interval"] is None
    assert first == again
    assert set(first["calibration_test"]) == {"miscalibration", "ece_levels", "smooth_ece"}
    one_less = score(served, predictions=rows[1:], resamples=100)
    assert one_less["scores"]["ece_levels"]["reason"] == "levels-too-thin"
    assert set(one_less["calibration_test"]) == {"miscalibration", "smooth_ece"}


def test_option_probabilities_are_checked_against_the_theorems(served: Served) -> None:
    rows = [
        {
            "item": f"q{n}",
            "answer": "b",
            "accepted": ["b"],
            "choices": ["a", "b", "c", "d"],
            "option_probs": [0.1, 0.6, 0.2, 0.1] if n % 2 else [0.4, 0.2, 0.2, 0.2],
        }
        for n in range(10)
    ]
    found = score(served, predictions=rows, matcher="choice")
    check = found["validity"]["check"]
    assert check["n_items"] == 10
    assert check["n_choices"] == 4
    assert check["generation_error"] == pytest.approx(0.6)
    assert check["holds"] is True
    assert check["theorem3_lower_bound"] <= check["generation_error"]
    assert check["theorem1_lower_bound"] <= check["generation_error"]
    assert check["conditions"]
    # The same from verdicts, whose items state the answer by accepted and choices.
    verdicts = [{**row, "verdict": "correct"} for row in rows]
    assert score(served, predictions=verdicts)["validity"]["check"] == check


def test_what_cannot_be_checked_is_said_in_words(served: Served) -> None:
    open_ended = score(served, predictions=[{"verdict": "correct"}])
    assert open_ended["validity"]["check"] is None
    assert "Not computable" in open_ended["validity"]["reason"]
    several = score(
        served,
        matcher="choice",
        predictions=[
            {
                "answer": "a",
                "accepted": ["a", "b"],
                "choices": ["a", "b", "c"],
                "option_probs": [0.5, 0.25, 0.25],
            }
        ],
    )
    assert several["validity"]["left_out"] == 1
    assert "exactly one valid choice" in several["validity"]["reason"]


def test_by_training_occurrence(served: Served) -> None:
    rows = [
        {"verdict": "wrong" if n < 4 else "correct", "occurrences": (0, 1, 3, 50)[n % 4]}
        for n in range(12)
    ]
    found = score(served, predictions=rows)["occurrences"]
    assert [one["bucket"] for one in found["buckets"]] == ["0", "1", "2-5", "21+"]
    assert found["buckets"][0]["error_rate"]["value"] == pytest.approx(1 / 3)
    assert "not the singleton rate" in found["note"]


def test_it_never_looks_at_stored_answers(served: Served) -> None:
    served.publish(mode="hidden")
    found = score(served, predictions=[{"item": "q0", "verdict": "wrong"}])
    assert found["scores"]["accuracy"]["value"] == 0
    reply = served.client.post(
        "/api/v1/score", json={"matcher": "text", "predictions": [{"item": "q0", "answer": "a0"}]}
    )
    assert reply.json()["errors"][0]["pointer"] == "/accepted"


BAD_ROWS: dict[str, tuple[dict[str, Any], str]] = {
    "unknown field": ({"verdict": "correct", "score": 1}, "unknown-field"),
    "no verdict": ({"answer": "x"}, "missing-field"),
    "percent": ({"verdict": "correct", "confidence": 85}, "out-of-range"),
    "weight": ({"verdict": "correct", "weight": 0}, "out-of-range"),
    "credit": ({"verdict": "partial"}, "missing-field"),
    "cluster": ({"verdict": "correct", "cluster": 7}, "wrong-type"),
    "occurrences": ({"verdict": "correct", "occurrences": -1}, "out-of-range"),
    "nul": ({"verdict": "correct", "category": "a\x00"}, "malformed"),
    "options without choices": ({"verdict": "correct", "option_probs": [0.5, 0.5]}, "not-allowed"),
    "not an object": ([], "missing-field"),  # type: ignore[dict-item]
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_bad_rows_are_named(served: Served, name: str) -> None:
    row, code = BAD_ROWS[name]
    rows = [{"verdict": "correct"}, row]
    reply = served.client.post("/api/v1/score", json={"predictions": rows})
    problem = reply.json()
    assert (reply.status_code, problem["code"]) == (422, "invalid-predictions"), problem
    error = problem["errors"][0]
    assert (error["row"], error["code"]) == (1, code), problem
    assert "item" not in error


def test_rows_of_one_item_must_agree_about_it(served: Served) -> None:
    rows = [
        {"item": "q", "verdict": "correct", "category": "x"},
        {"item": "q", "sample": 2, "verdict": "correct", "category": "y"},
    ]
    problem = served.client.post("/api/v1/score", json={"predictions": rows}).json()
    assert problem["errors"][0] == {
        "row": 1,
        "item": "q",
        "pointer": "/category",
        "code": "not-allowed",
        "detail": "category is not what row 0 says of this item; repeat it exactly.",
    }
    twice = [{"item": "q", "verdict": "correct"}] * 2
    problem = served.client.post("/api/v1/score", json={"predictions": twice}).json()
    assert problem["errors"][0]["code"] == "duplicate"


BAD_FIELDS: dict[str, dict[str, Any]] = {
    "unknown": {"bin": 10},
    "target": {"targets": [0.995]},
    "no target": {"targets": []},
    "too many": {"targets": [n / 100 for n in range(40)]},
    "mode": {"mode": "both"},
    "epsilon": {"epsilon": 0},
    "one bin": {"bins": 1},
    "too many bins": {"bins": 101},
    "half a bin": {"bins": 10.5},
    "no number of bins": {"bins": "ten"},
    "missing": {"missing": -1},
    "missing too many": {"missing": 10**7},
    "matcher": {"matcher": "regex"},
}


@pytest.mark.parametrize("name", BAD_FIELDS)
def test_bad_fields_are_refused(served: Served, name: str) -> None:
    body = {"predictions": [{"verdict": "correct"}]} | BAD_FIELDS[name]
    reply = served.client.post("/api/v1/score", json=body)
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid-request"), reply.text
