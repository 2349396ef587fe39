"""Option probabilities and training facts over HTTP: every way in, and what is refused."""

import io
import json
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.served import Served

ITEMS = [
    {"key": f"q{n}", "accepted": ["a"], "choices": ["a", "b", "c"] if n < 3 else ["a", "b"]}
    for n in range(4)
]
ROWS: list[dict[str, Any]] = [
    {"item": f"q{n}", "answer": "a", "option_probs": [0.5, 0.25, 0.25] if n < 3 else [0.9, 0.1]}
    for n in range(4)
]


def publish(served: Served, **wanted: Any) -> Any:
    return served.publish(**({"matcher": "choice", "items": ITEMS} | wanted))


def send(served: Served, media: str, content: bytes) -> Any:
    return served.request(
        "POST",
        "/benchmarks/ten/submissions?model=quill",
        content=content,
        headers={"Content-Type": media},
    )


def test_every_kind_of_body_carries_them(served: Served) -> None:
    publish(served)
    columns = {name: [row[name] for row in ROWS] for name in ROWS[0]}
    held = io.BytesIO()
    parquet.write_table(pa.table(columns), held)
    lines = "\n".join(json.dumps(row) for row in ROWS).encode()
    cells = "item,answer,option_probs\n" + "".join(
        f'{row["item"]},a,"{row["option_probs"]}"\n' for row in ROWS
    )
    for reply in (
        served.submit(ROWS),
        served.submit(columns, model="columns"),
        send(served, "application/x-ndjson", lines),
        send(served, "text/csv", cells.encode()),
        send(served, "application/vnd.apache.parquet", held.getvalue()),
    ):
        assert reply.status_code == 201, reply.text


BAD: dict[str, tuple[Any, str, str]] = {
    "text": ("half", "wrong-type", "one for each choice"),
    "flags": ([True, False, False], "wrong-type", "one for each choice"),
    "one": ([1.0], "out-of-range", "2 to 255"),
    "logits": ([-0.5, 1.0, 0.5], "out-of-range", "not logits"),
    "sum": ([0.5, 0.25, 0.2], "out-of-range", "sum to 0.95"),
    "too few": ([0.5, 0.5], "out-of-range", "3 choices"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_ones_are_refused_with_the_fix(served: Served, name: str) -> None:
    publish(served)
    value, code, says = BAD[name]
    reply = served.submit([{"item": "q0", "answer": "a", "option_probs": value}, *ROWS[1:]])
    problem = reply.json()
    assert (reply.status_code, problem["code"]) == (422, "invalid-predictions"), problem
    error = problem["errors"][0]
    assert (error["row"], error["item"], error["pointer"]) == (0, "q0", "/option_probs")
    assert error["code"] == code
    assert says in error["detail"]
    assert served.read("/benchmarks/ten/submissions")["data"] == []


def test_an_item_without_choices_takes_none(served: Served) -> None:
    served.publish()
    reply = served.submit([{"item": "q0", "answer": "a0", "option_probs": [0.5, 0.5]}])
    assert reply.json()["errors"][0]["code"] == "not-allowed"


TRAINING = {"n_examples": 1_000_000, "n_singletons": 200_000, "min_error_set": 10}


def test_training_facts_are_kept_and_shown(served: Served) -> None:
    made = publish(served, training=TRAINING | {"max_error_set": 50})
    assert made["training"] == TRAINING | {"max_error_set": 50}
    assert served.read("/benchmarks/ten")["training"]["n_examples"] == 1_000_000
    assert served.publish(slug="plain")["training"] is None


@pytest.mark.parametrize(
    "change",
    [
        {"n_singletons": 2_000_000},
        {"n_examples": 0},
        {"min_error_set": 0},
        {"max_error_set": 3},
        {"n_examples": 1e6},
        {"n_examples": 10**30},
        {"delta": 0.1},
    ],
)
def test_training_facts_that_cannot_be_are_refused(served: Served, change: Any) -> None:
    body = {"slug": "bad", "matcher": "choice", "items": ITEMS, "training": TRAINING | change}
    reply = served.request("POST", "/benchmarks", json=body)
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid-request")


def test_probabilities_alone_are_an_answer_and_a_confidence(served: Served) -> None:
    """The most probable option at its probability; of equal ones the first, and that is told."""
    publish(served)
    rows = [
        {"item": "q0", "option_probs": [0.5, 0.25, 0.25]},
        {"item": "q1", "option_probs": [0.25, 0.5, 0.25]},
        {"item": "q2", "option_probs": [0.25, 0.375, 0.375]},
        {"item": "q3", "answer": None, "option_probs": [0.9, 0.1]},
    ]
    receipt = served.submit(rows).json()
    assert receipt["counts"]["correct"] == 1
    assert (receipt["counts"]["wrong"], receipt["counts"]["abstained"]) == (2, 1)
    assert receipt["warnings"] == [
        (
            "3 rows give option_probs alone: the most probable option is the answer, its "
            "probability the confidence; in 1 several are equal and the first counts."
        )
    ]
    said = served.read(f"/submissions/{receipt['id']}/predictions")["data"]
    assert [row["answer"] for row in said] == ["a", "b", "b", None]
    assert [row["confidence"] for row in said] == [0.5, 0.5, 0.375, None]


def test_an_answer_takes_its_probability_and_disagreement_is_counted(served: Served) -> None:
    publish(served)
    probs = [0.7, 0.2, 0.1]
    rows = [
        {"item": "q0", "answer": "a", "option_probs": probs},
        {"item": "q1", "answer": "b", "option_probs": probs},
        {"item": "q2", "answer": "A", "confidence": 0.6, "option_probs": probs},
        {"item": "q3", "answer": "a", "confidence": 0.9, "option_probs": [0.9, 0.1]},
    ]
    receipt = served.submit(rows).json()
    assert receipt["warnings"] == [
        "2 answers state no confidence: the probability that option_probs gives the answer counts.",
        "1 answer is not the most probable option of its option_probs; the answer counts.",
        (
            "1 confidence differs from the probability that option_probs gives the answer; the "
            "stated confidence counts."
        ),
    ]
    said = served.read(f"/submissions/{receipt['id']}/predictions")["data"]
    assert [row["confidence"] for row in said] == [0.7, 0.2, 0.6, 0.9]


def test_a_spread_measure_is_named(served: Served) -> None:
    """(N p - 1) / (N - 1) of N probabilities, as some tools call their confidence."""
    publish(served)
    rows = [
        {"item": f"q{n}", "answer": "a", "confidence": 0.55, "option_probs": [0.7, 0.2, 0.1]}
        for n in range(3)
    ]
    told = served.submit(rows).json()["warnings"]
    assert any("how peaked N probabilities are" in one for one in told)


def test_confidences_saturated_at_one_are_told(served: Served) -> None:
    items = [{"key": f"q{n}", "accepted": ["a"]} for n in range(30)]
    served.publish(items=items)
    rows = [
        {"item": f"q{n}", "answer": "a", "confidence": 1.0 if n < 20 else 0.8} for n in range(30)
    ]
    told = served.submit(rows).json()["warnings"]
    assert told == [
        (
            "20 of 30 confidences are exactly 1: they tell no answer from another. Send token "
            "probabilities with all of their digits."
        )
    ]
    rows = [row | {"confidence": 0.9} for row in rows]
    assert served.submit(rows, model="fine").json()["warnings"] == []


def test_without_a_matcher_probabilities_are_no_answer(served: Served) -> None:
    publish(served, matcher="verdicts")
    reply = served.submit([{"item": "q0", "option_probs": [0.5, 0.25, 0.25]}])
    error = reply.json()["errors"][0]
    assert (reply.status_code, error["row"], error["pointer"]) == (422, 0, "/verdict")


def test_whole_vectors_are_scored(served: Served) -> None:
    publish(served)
    rows = [{"item": f"q{n}", "option_probs": [0.5, 0.25, 0.25]} for n in range(3)]
    detail = served.read(f"/submissions/{served.submit(rows).json()['id']}")
    scores = detail["option_scores"]
    assert scores["n_items"] == 3
    assert scores["brier"] == pytest.approx(0.25 + 2 * 0.0625)
    assert scores["ranked_probability_score"] == pytest.approx(0.25 + 0.0625)
    assert scores["accuracy"] == 1
    plain = served.read(f"/submissions/{served.submit(said_a(), model='plain').json()['id']}")
    assert plain["option_scores"] is None
    assert plain["null_reasons"]["option_scores"] == "not-stated"


def said_a() -> list[dict[str, Any]]:
    return [{"item": f"q{n}", "answer": "a"} for n in range(4)]


def test_training_facts_of_rows_that_are_not_stored(served: Served) -> None:
    """As JSON, and as JSON text in the query beside rows alone."""
    training = {"n_examples": 100_000_000, "n_singletons": 20_000_000, "min_error_set": 100}
    rows = [{"verdict": "correct"}, {"verdict": "wrong"}]
    body = {"resamples": 0, "predictions": rows}
    told = served.request("POST", "/score", json=body | {"training": training}).json()
    assert told["singletons"]["singleton_rate"] == 0.2
    lines = "\n".join(json.dumps(row) for row in rows)
    beside = served.client.post(
        "/api/v1/score",
        params={"resamples": 0, "training": json.dumps(training)},
        content=lines,
        headers={"Content-Type": "application/x-ndjson"},
    ).json()
    assert beside["singletons"] == told["singletons"]
    plain = served.request("POST", "/score", json=body).json()
    assert plain["singletons"] is None
    assert plain["null_reasons"]["singletons"] == "no-training-facts"
    bad = served.request(
        "POST", "/score", json=body | {"training": training | {"n_singletons": 200_000_000}}
    )
    assert bad.status_code == 422
