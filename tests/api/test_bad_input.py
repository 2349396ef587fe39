"""Bad input gets a clear problem and changes nothing: each case names what is wrong and the fix."""

import gzip
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.served import Served

GOOD = b'{"item": "q0", "answer": "a0", "confidence": 0.9}\n'


@dataclass(frozen=True, slots=True)
class Case:
    """A body that must be refused: how it is sent, and what the problem must say."""

    body: bytes
    status: int
    code: str
    row_code: str | None = None
    media: str = "application/x-ndjson"
    headers: tuple[tuple[str, str], ...] = ()
    says: str = ""


def row(**fields: Any) -> bytes:
    return GOOD + json.dumps({"item": "q1", **fields}).encode() + b"\n"


def bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    zeros = b" " * (1 << 20)
    return b"".join([*(packer.compress(zeros) for _ in range(64)), packer.flush()])


GZIP = (("Content-Encoding", "gzip"),)
CASES: dict[str, Case] = {
    "percent": Case(row(answer="x", confidence=85), 422, "invalid-predictions", "out-of-range",
                    says="Divide percentages by 100"),
    "nan": Case(GOOD + b'{"item": "q1", "answer": "x", "confidence": NaN}\n', 400, "malformed"),
    "1e400": Case(GOOD + b'{"item": "q1", "answer": "x", "confidence": 1e400}', 400, "malformed"),
    "lone surrogate": Case(GOOD + b'{"item": "q1", "answer": "\\ud800"}', 400, "malformed"),
    "bad utf-8": Case(GOOD + b'{"item": "q1", "answer": "\xff"}', 400, "malformed"),
    "duplicate item": Case(GOOD + GOOD, 422, "invalid-predictions", "duplicate"),
    "unknown item": Case(GOOD + b'{"item": "zz", "answer": "x"}', 422, "invalid-predictions",
                         "unknown-item"),
    "unknown field": Case(row(answer="x", score=1), 422, "invalid-predictions", "unknown-field"),
    "abstained with answer": Case(row(answer="x", abstained=True), 422, "invalid-predictions"),
    "nothing said": Case(row(confidence=0.5), 422, "invalid-predictions"),
    "verdict to a matcher": Case(row(verdict="correct"), 422, "invalid-predictions",
                                 "not-allowed"),
    "truncated gzip": Case(gzip.compress(GOOD * 9)[:-9], 400, "malformed", headers=GZIP),
    "not gzip": Case(GOOD, 400, "malformed", headers=GZIP),
    "bomb": Case(bomb(), 413, "too-large", headers=GZIP),
    "2 MB answer": Case(row(answer="x" * 2_000_000), 413, "too-large"),
    "wrong media type": Case(GOOD, 415, "unsupported-media-type", media="text/plain"),
    "unknown coding": Case(GOOD, 415, "unsupported-media-type",
                           headers=(("Content-Encoding", "br"),)),
    "empty body": Case(b"", 400, "malformed"),
    "json as ndjson": Case(b'{"model": {"name": "x"},\n "predictions": []}', 400, "malformed"),
    "wrong key": Case(GOOD, 401, "unauthenticated", headers=(("Authorization", "Bearer nope"),)),
    "bad idempotency key": Case(GOOD, 400, "malformed", headers=(("Idempotency-Key", "a b"),)),
}  # fmt: skip


def contents(served: Served) -> tuple[int, int]:
    board = served.read("/benchmarks/ten/leaderboard")
    listed = served.read("/benchmarks/ten/submissions")
    return board["version"], len(listed["data"])


@pytest.mark.parametrize("name", CASES)
def test_is_refused_and_changes_nothing(served: Served, name: str) -> None:
    case = CASES[name]
    served.publish()
    before = contents(served)
    reply = served.request(
        "POST",
        "/benchmarks/ten/submissions?model=quill",
        content=case.body,
        headers={"Content-Type": case.media, **dict(case.headers)},
    )
    problem = reply.json()
    assert (reply.status_code, problem["code"]) == (case.status, case.code), problem
    assert reply.headers["content-type"] == "application/problem+json"
    assert problem["request_id"] == reply.headers["x-request-id"]
    assert problem["detail"]
    if case.row_code:
        assert problem["errors"][0]["code"] == case.row_code
        assert problem["error_count"] == 1
    assert case.says in json.dumps(problem)
    assert contents(served) == before


def test_nul_in_an_answer_is_refused(served: Served) -> None:
    served.publish()
    reply = served.submit([{"item": "q0", "answer": "a\x00b"}])
    assert reply.status_code in {400, 422}
    assert contents(served)[1] == 0


@pytest.mark.parametrize(
    "path", ["/benchmarks/%00", "/submissions/%00", "/benchmarks/ten%00/items"]
)
def test_nul_in_an_address_is_not_found(served: Served, path: str) -> None:
    assert served.client.get(f"/api/v1{path}").status_code in {404, 422}


def test_every_bad_row_is_counted_and_a_hundred_are_shown(served: Served) -> None:
    served.publish()
    rows = [{"item": f"q{n % 10}", "answer": "x", "confidence": 2 + n} for n in range(250)]
    problem = served.submit(rows).json()
    assert problem["error_count"] == 250
    assert [error["row"] for error in problem["errors"]] == list(range(100))
    assert problem["errors"][3]["pointer"] == "/confidence"


def test_problem_names_row_item_pointer_and_fix(served: Served) -> None:
    served.publish()
    rows = [{"item": "q0", "answer": "x"}, {"item": "q1", "answer": "x", "confidence": 85}]
    problem = served.submit(rows).json()
    assert problem["errors"] == [
        {
            "row": 1,
            "item": "q1",
            "pointer": "/confidence",
            "code": "out-of-range",
            "detail": "confidence is 85; it must be from 0 to 1. Divide percentages by 100.",
        }
    ]
    assert problem["detail"] == "1 of 2 predictions is invalid."


BAD_METADATA: dict[str, dict[str, Any]] = {
    "no model": {"model": None},
    "unknown field": {"rank": 1},
    "target too high": {"stated_target": 0.995},
    "target too fine": {"stated_target": 0.12345},
    "bidi name": {"model": {"name": "quill\u202e"}},
    "nul name": {"model": {"name": "qu\x00ill"}},
    "long name": {"model": {"name": "x" * 121}},
    "deep run": {"run": {str(n): n for n in range(17)}},
}


@pytest.mark.parametrize("name", BAD_METADATA)
def test_bad_metadata_is_refused(served: Served, name: str) -> None:
    served.publish()
    reply = served.submit([{"item": "q0", "answer": "a0"}], **BAD_METADATA[name])
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid-request"), reply.text
    assert contents(served)[1] == 0


FRAMEWORK: dict[str, Callable[[Served], Any]] = {
    "404": lambda served: served.client.get("/api/v1/nowhere"),
    "405": lambda served: served.client.put("/api/v1/benchmarks"),
    "422": lambda served: served.client.get("/api/v1/benchmarks?limit=0"),
    "406": lambda served: served.client.get(
        "/api/v1/benchmarks/ten/leaderboard", headers={"Accept": "image/png"}
    ),
    "414": lambda served: served.client.get("/api/v1/benchmarks?cursor=" + "x" * 5_000),
}


@pytest.mark.parametrize("status", FRAMEWORK)
def test_the_framework_speaks_the_same_shape(served: Served, status: str) -> None:
    served.publish()
    reply = FRAMEWORK[status](served)
    assert reply.status_code == int(status)
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["status"] == int(status)


def test_a_taken_slug_is_a_conflict(served: Served) -> None:
    served.publish()
    body = {"slug": "ten", "matcher": "text", "items": [{"key": "a", "accepted": ["b"]}]}
    reply = served.request("POST", "/benchmarks", json=body)
    assert reply.status_code == 409, reply.text
    assert reply.json()["code"] == "conflict"
    assert served.read("/benchmarks/ten")["n_items"] == 10


HOSTILE: dict[str, bytes] = {
    "nan": b'{"predictions": [{"item": "q0", "verdict": "correct", "confidence": NaN}]}',
    "1e400": b'{"predictions": [{"item": "q0", "verdict": "correct", "confidence": 1e400}]}',
    "minus infinity": b'{"largest_loss": -Infinity, "predictions": []}',
    "lone surrogate": b'{"predictions": [{"item": "\\ud800", "verdict": "correct"}]}',
    "surrogate elsewhere": b'{"matcher": "\\udfff", "predictions": [{"verdict": "correct"}]}',
    "bad utf-8": b'{"predictions": [{"item": "\xff", "verdict": "correct"}]}',
    "nul": b'{"predictions": [{"item": "a\\u0000b", "verdict": "correct"}]}',
    "nul in a field": b'{"baseline": "a\\u0000b", "predictions": [{"item": "q0", "answer": "x"}]}',
    "huge number": b'{"largest_loss": 1' + b"0" * 400 + b', "predictions": []}',
    "huge row number": b'{"predictions": [{"verdict": "correct", "weight": 1' + b"0" * 400 + b"}]}",
    "rows of numbers": b'{"predictions": [1, 2, 3]}',
    "rows of a number": b'{"predictions": 7}',
    "rows of null": b'{"predictions": null}',
    "ragged columns": b'{"predictions": {"item": ["a"], "verdict": []}}',
    "columns of text": b'{"predictions": {"item": "a", "verdict": "correct"}}',
    "a list": b"[]",
    "nothing": b"",
    "a word": b"verdict",
    "deep": b'{"predictions": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    "option_probs of all kinds": b'{"predictions": [{"verdict": "correct", "choices": ["a", "b"],'
    b' "option_probs": [null, {}, "x", true, 1e308]}]}',
    "facts of all kinds": b'{"predictions": [{"verdict": "correct", "accepted": {"a": 1},'
    b' "choices": 3, "category": [], "cluster": {}, "weight": "x", "answerable": 7,'
    b' "occurrences": 1.5, "sample": 1e300, "credit": "half"}]}',
    "same field twice": b'{"predictions": [{"verdict": "correct"}], "predictions": []}',
}


ROW_ROUTES = ("/score", "/gate", "/benchmarks/ten/submissions")


@pytest.mark.parametrize("path", ROW_ROUTES)
def test_hostile_bodies_are_refused_in_words(served: Served, path: str) -> None:
    served.publish()
    for name, body in HOSTILE.items():
        reply = served.request(
            "POST", path, content=body, headers={"Content-Type": "application/json"}
        )
        assert 400 <= reply.status_code < 500, (name, reply.text)
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.json()["detail"]
    assert contents(served)[1] == 0


ODD = ("NaN", "-1", "1e400", "0.12345", "\u0000", "\U0001f600", "a" * 5_000, "", "0.5,0.6")


@pytest.mark.parametrize("odd", ODD)
def test_odd_values_in_addresses_are_refused_in_words(served: Served, odd: str) -> None:
    served.publish(missing_limit=1)
    sent = served.submit([{"item": "q0", "answer": "a0"}]).json()["id"]
    asked = [
        ("/compare", {"a": sent, "b": sent, "target": odd}),
        ("/compare", {"a": sent, "b": odd}),
        ("/compare", {"a": sent, "b": sent, "mode": odd}),
        ("/compare", {"a": sent, "b": sent, "revision": odd}),
        ("/compare", {"a": sent, "b": sent, "cursor": odd}),
        (f"/submissions/{sent}", {"target": odd}),
        (f"/submissions/{sent}", {"revision": odd}),
        (f"/submissions/{sent}/predictions", {"item": odd}),
        (f"/submissions/{sent}/predictions", {"outcome": odd}),
        (f"/submissions/{sent}/predictions", {"cursor": odd}),
    ]
    for path, params in asked:
        reply = served.client.get(f"/api/v1{path}", params=params)
        # An empty cursor is no cursor.
        assert reply.status_code < 500, (path, params, reply.text)
        if reply.status_code != 200:
            assert reply.headers["content-type"] == "application/problem+json"
            assert reply.json()["detail"]


def test_a_hidden_benchmark_takes_one_sample_an_item(served: Served) -> None:
    """Each further one is a further guess at the same answer."""
    served.publish(mode="hidden", missing_limit=1)
    served.publish(slug="open", missing_limit=1)
    row = {"item": "q0", "answer": "a0"}
    rows = [row, row | {"sample": 2}, {"item": "q1", "sample": 3, "answer": "a1"}]
    assert served.submit(rows, slug="open").status_code == 201
    columns = {name: [one.get(name, 1) for one in rows] for name in ("item", "sample", "answer")}
    for sent in (rows, columns, [row | {"sample": 2}]):
        reply = served.submit(sent)
        problem = reply.json()
        assert (reply.status_code, problem["code"]) == (422, "invalid-predictions")
        assert "one sample an item; send sample 1 alone" in problem["detail"]
        assert {error["pointer"] for error in problem["errors"]} == {"/sample"}
    assert contents(served)[1] == 0
    assert served.submit([row | {"sample": 1}]).status_code == 201


@pytest.mark.parametrize("field", ["run", "reported"])
def test_a_field_that_is_nested_without_end_is_refused(served: Served, field: str) -> None:
    served.publish()
    reply = served.request(
        "POST",
        f"/benchmarks/ten/submissions?model=quill&{field}={'[' * 1_200}",
        content=GOOD,
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid-request")
    assert contents(served)[1] == 0


@pytest.mark.parametrize("field", ["quota", "training"])
def test_a_policy_that_is_nested_without_end_is_refused(served: Served, field: str) -> None:
    reply = served.request(
        "POST",
        f"/benchmarks?slug=deep&matcher=text&{field}={'[' * 1_200}",
        content=b'{"key": "q", "accepted": ["a"]}',
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid-request")


def test_the_detail_alone_names_the_field(served: Served) -> None:
    """A log or a terminal often shows nothing else of a problem."""
    body = {
        "slug": "ten",
        "matcher": "text",
        "items": [{"key": "q", "accepted": ["a"]}],
        "colour": "red",
    }
    problem = served.request("POST", "/benchmarks", json=body).json()
    assert "/colour: This field is not known; remove it." in problem["detail"]
