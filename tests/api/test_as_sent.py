"""Confidences, option probabilities and credits over HTTP, in the digits that were sent."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.scoring.options import misses_one
from tests.served import Served

Rows = list[dict[str, Any]]


def as_rows(rows: Rows) -> tuple[bytes, str]:
    return json.dumps({"predictions": rows}).encode(), "application/json"


def as_columns(rows: Rows) -> tuple[bytes, str]:
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return json.dumps({"predictions": columns}).encode(), "application/json"


def as_lines(rows: Rows) -> tuple[bytes, str]:
    return "\n".join(map(json.dumps, rows)).encode(), "application/x-ndjson"


def as_csv(rows: Rows) -> tuple[bytes, str]:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(), "text/csv"


def as_parquet(rows: Rows) -> tuple[bytes, str]:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue(), "application/vnd.apache.parquet"


EVERY_BODY = pytest.mark.parametrize("body", [as_rows, as_columns, as_lines, as_csv, as_parquet])
Body = Callable[[Rows], tuple[bytes, str]]


def sent(served: Served, body: Body, shares: list[float], **query: Any) -> Any:
    """A submission of answers with these confidences, or percentages."""
    rows = [{"item": f"q{n}", "answer": f"a{n}", "confidence": p} for n, p in enumerate(shares)]
    content, media = body(rows)
    params = {"model": "quill"} | query
    if media == "application/json":
        document = json.loads(content) | query | {"model": {"name": "quill"}}
        content, params = json.dumps(document).encode(), {}
    return served.request(
        "POST",
        "/benchmarks/ten/submissions",
        params=params,
        content=content,
        headers={"Content-Type": media},
    )


def told(served: Served, submission: str) -> list[float]:
    rows = served.read(f"/submissions/{submission}/predictions")["data"]
    return [row["confidence"] for row in rows]


@EVERY_BODY
def test_a_hair_outside_is_the_end_and_the_rest_is_kept(served: Served, body: Body) -> None:
    served.publish(missing_limit=1)
    shares = [1.0000000000000002, 1.000001, -1e-17, -1e-6, 0.123456789, 0.90004, 0.999999999]
    reply = sent(served, body, shares)
    assert reply.status_code == 201, reply.text
    assert told(served, reply.json()["id"]) == [1, 1, 0, 0, 0.123456789, 0.90004, 0.999999999]


@EVERY_BODY
def test_beyond_it_the_error_says_the_number_that_was_sent(served: Served, body: Body) -> None:
    served.publish(missing_limit=1)
    reply = sent(served, body, [1.0000025, -0.0000011, 85.0])
    assert [one["detail"] for one in reply.json()["errors"]] == [
        "confidence is 1.0000025; it must be from 0 to 1.",
        "confidence is -1.1e-06; it must be from 0 to 1.",
        "confidence is 85; it must be from 0 to 1. Divide percentages by 100.",
    ]


@EVERY_BODY
def test_percentages_have_the_same_slack(served: Served, body: Body) -> None:
    served.publish(missing_limit=1)
    reply = sent(served, body, [100.00001, 12.3456789, 90.0], confidence_unit="percent")
    assert reply.status_code == 201, reply.text
    assert told(served, reply.json()["id"]) == [1, 0.123456789, 0.9]
    reply = sent(served, body, [100.001], confidence_unit="percent")
    assert "confidence is 100.001; it must be from 0 to 100." in reply.text


def test_numbers_of_32_bits_are_what_they_print(served: Served) -> None:
    """0.8 in 32 bits is a double above 0.8: at t = 0.8 it would be attempted."""
    served.publish(missing_limit=1)
    shares = np.array([0.8, 0.7, 0.1, 0.99999994], dtype=np.float32)
    table = pa.table(
        {
            "item": [f"q{n}" for n in range(4)],
            "answer": [f"a{n}" for n in range(4)],
            "confidence": shares,
        }
    )
    out = io.BytesIO()
    pq.write_table(table, out)
    reply = sent(served, lambda _: (out.getvalue(), "application/vnd.apache.parquet"), [])
    assert told(served, reply.json()["id"]) == [0.8, 0.7, 0.1, 0.99999994]


def scored(served: Served, rows: Rows, **query: Any) -> Any:
    body = {"resamples": 0, "predictions": rows} | query
    reply = served.client.post("/api/v1/score", json=body)
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_what_is_above_a_target_by_a_little_is_attempted(served: Served) -> None:
    rows = [{"verdict": "wrong", "confidence": p} for p in (0.9, 0.90004, 0.900000001)]
    found = scored(served, rows, targets=[0.9], mode="threshold")["thresholds"]["0.9"]
    assert found["n_at_threshold"] == 1
    assert found["attempted_rate"]["value"] == pytest.approx(2 / 3)


def test_order_and_loss_near_one_are_those_of_the_numbers_sent(served: Served) -> None:
    rows = [
        {"verdict": "correct", "confidence": 0.99999},
        {"verdict": "wrong", "confidence": 0.99996},
    ]
    scores = scored(served, rows)["scores"]
    assert scores["auroc"]["value"] == 1
    loss = -(np.log(0.99999) + np.log1p(-0.99996)) / 2
    assert scores["log_loss_unclipped"]["value"] == pytest.approx(loss, abs=1e-9)


def test_all_of_the_credit_is_correct_and_none_of_it_wrong(served: Served) -> None:
    earned = [0, 1, 0.00004, 0.99996, 0.5, -1e-9, 1.0000001]
    found = scored(served, [{"verdict": "partial", "credit": one} for one in earned])
    assert found["counts"] | {"partial": 1, "correct": 3, "wrong": 3} == found["counts"]
    assert found["scores"]["strict_accuracy"]["value"] == pytest.approx(3 / 7)
    assert found["scores"]["error_rate"]["value"] == pytest.approx(3 / 7)


def options(draw: np.random.Generator, n: int, *, peaked: bool) -> list[float]:
    """A random row of probabilities rounded to four decimals, as decision models print them."""
    shares = draw.dirichlet(np.full(n, 0.1 if peaked else 1.0))
    return [round(float(one), 4) for one in shares]


@pytest.mark.parametrize("n", [2, 3, 5, 10, 20, 50, 77, 100, 255])
@pytest.mark.parametrize("peaked", [False, True])
def test_rounded_option_probabilities_are_taken(n: int, *, peaked: bool) -> None:
    draw = np.random.default_rng(n)
    rows = [options(draw, n, peaked=peaked) for _ in range(200)]
    assert sum(misses_one(row) for row in rows) == 0
    assert not misses_one([round(1 / n, 2 + len(str(n)))] * n)


@pytest.mark.parametrize(
    ("row", "bad"),
    [
        ([0.33, 0.33, 0.33], False),
        ([0.3, 0.3, 0.3], True),
        ([0.5, 0.4899], True),
        ([0.3333, 0.3333, 0.3331], True),
        ([1 / 3, 1 / 3, 1 / 3 - 2e-4], True),
        ([1 / 3, 1 / 3, 1 / 3 - 0.9e-4], False),
        ([0.004] * 253, True),
    ],
)
def test_what_rounding_does_not_explain_is_refused(row: list[float], bad: bool) -> None:
    assert misses_one(row) is bad


def test_as_many_options_as_decision_models_have(served: Served) -> None:
    choices = [f"option {n}" for n in range(255)]
    served.publish(
        slug="wide",
        matcher="choice",
        items=[{"key": "q0", "question": "Which?", "accepted": ["option 7"], "choices": choices}],
    )
    probs = options(np.random.default_rng(1), 255, peaked=False)
    row = {"item": "q0", "answer": "option 7", "confidence": 0.5, "option_probs": probs}
    reply = served.submit([row], slug="wide")
    assert reply.status_code == 201, reply.text
    reply = served.submit([row | {"option_probs": [*probs, 0.0]}], slug="wide")
    assert "option_probs has 2 to 255 numbers." in reply.text
    tiny = row | {"option_probs": [1.0000000000000002, -1e-17] + [0.0] * 253}
    assert served.submit([tiny], slug="wide", model="sure").status_code == 201


def test_no_reply_says_negative_zero(served: Served) -> None:
    """Every reply of these tests is looked through (`tests/served.py`); these held one before."""
    rows = [{"verdict": "wrong", "confidence": 0.0}] * 3
    body = scored(served, rows, targets=[0, 0.5], mode="threshold")
    assert body["scores"]["accuracy"]["value"] == 0
    scored(served, [{"verdict": "partial", "credit": one} for one in (0, 0.5, 0)])
    served.publish(matcher="verdicts", missing_limit=1)
    for model in ("a", "b"):
        made = served.submit([{"item": f"q{n}", **rows[0]} for n in range(10)], model=model)
        assert made.status_code == 201, made.text
        for path in ("", "/predictions"):
            served.read(f"/submissions/{made.json()['id']}{path}")
    for accept in ("application/json", "text/csv", "text/markdown"):
        for target in (0, 0.5, 0.9):
            served.client.get(
                "/api/v1/benchmarks/ten/leaderboard",
                params={"target": target, "mode": "threshold"},
                headers={"Accept": accept},
            )
