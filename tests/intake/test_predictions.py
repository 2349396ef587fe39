"""Intake: one meaning in every media type, every fault counted, only problems for garbage."""

import gzip
import io
import json
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from app.grading.responses import Verdict
from app.intake.columns import PredictionColumns
from app.intake.limits import Limits
from app.intake.predictions import PredictionReader
from app.intake.rows import confidence_units
from app.intake.slots import by_slot
from app.problem import Problem

NDJSON = "application/x-ndjson"


def read(
    body: bytes,
    media: str = NDJSON,
    *,
    coding: str | None = None,
    step: int = 1 << 20,
    **wanted: Any,
) -> PredictionColumns:
    reader = PredictionReader(media, content_encoding=coding, **wanted)
    for start in range(0, len(body), step):
        reader.feed(body[start : start + step])
    return reader.finish()[1]


def refusal(body: bytes, media: str = NDJSON, **wanted: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        read(body, media, **wanted)
    return caught.value


def lines(*rows: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


keys = st.text("abcdefghijklmnopqrstuvwxyz0123456789é/ №", min_size=1, max_size=12).filter(
    lambda key: key.strip() == key
)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
rows = st.lists(
    st.tuples(keys, texts | st.none(), st.none() | st.floats(0, 1)),
    min_size=1,
    max_size=40,
    unique_by=lambda row: row[0],
)


@given(rows=rows, step=st.integers(1, 400), data=st.data())
@settings(max_examples=60, deadline=None)
def test_every_media_type_means_the_same(
    rows: list[tuple[str, str | None, float | None]], step: int, data: st.DataObject
) -> None:
    fields = [
        {"item": key}
        | ({"answer": text} if text is not None else {"abstained": True})
        | ({"confidence": share} if share is not None else {})
        for key, text, share in rows
    ]
    columnar = {
        "item": [key for key, _, _ in rows],
        "answer": [text for _, text, _ in rows],
        "confidence": [share for _, _, share in rows],
    }
    table = io.BytesIO()
    pq.write_table(pa.table(columnar | {"abstained": [text is None for _, text, _ in rows]}), table)
    bodies = {
        NDJSON: lines(*fields),
        "application/json": json.dumps({"model": {}, "predictions": fields}).encode(),
        "application/json; charset=utf-8": json.dumps({"predictions": columnar}).encode(),
        "text/csv": csv_of(fields),
    }
    media = data.draw(st.sampled_from(sorted(bodies)))
    coding = data.draw(st.sampled_from([None, "gzip", "zstd"]))
    body = bodies[media]
    if coding == "gzip":
        body = gzip.compress(body)
    elif coding == "zstd":
        body = zstandard.compress(body)
    found = read(body, media, coding=coding, step=step)
    plain = read(bodies[NDJSON])
    assert (found.item, found.answer) == (plain.item, plain.answer)
    assert (found.confidence == plain.confidence).all()
    silent = [verdict == Verdict.ABSTAINED for verdict in plain.verdict]
    assert silent == [text is None for _, text, _ in rows]


def csv_of(fields: list[dict[str, Any]]) -> bytes:
    out = ["item,answer,abstained,confidence"]
    for row in fields:
        cells = [row["item"], row.get("answer", ""), str(row.get("abstained", "")).lower()]
        cells.append("" if row.get("confidence") is None else repr(row["confidence"]))
        out.append(",".join('"' + cell.replace('"', '""') + '"' for cell in cells))
    return "\r\n".join(out).encode()


def test_parquet_is_read() -> None:
    table = io.BytesIO()
    pq.write_table(pa.table({"item": ["a", "b"], "answer": ["x", None]}), table)
    problem = refusal(table.getvalue(), "application/vnd.apache.parquet")
    assert problem.rows[0].code == "missing-field"
    table = io.BytesIO()
    said = {"item": ["a", "b"], "answer": ["x", None], "abstained": [None, True]}
    pq.write_table(pa.table(said), table)
    found = read(table.getvalue(), "application/vnd.apache.parquet")
    assert found.answer == ["x", None]


SAYS: list[tuple[dict[str, Any], int]] = [
    ({"answer": "x"}, Verdict.NONE),
    ({"abstained": True}, Verdict.ABSTAINED),
    ({"answer": None}, Verdict.NONE),
    ({"abstained": True, "answer": None, "confidence": 0.3}, Verdict.ABSTAINED),
    ({"abstained": False}, Verdict.INVALID),
    ({"abstained": False, "answer": ""}, Verdict.INVALID),
    ({"status": "ungraded"}, Verdict.UNGRADED),
    ({"verdict": "correct"}, Verdict.CORRECT),
    ({"verdict": "wrong", "answer": "x"}, Verdict.WRONG),
    ({"verdict": "incorrect"}, Verdict.WRONG),
    ({"verdict": "abstained"}, Verdict.ABSTAINED),
    ({"verdict": "ungraded"}, Verdict.UNGRADED),
    ({"verdict": "partial", "credit": 0.25}, Verdict.PARTIAL_ZERO + 2_500),
]


@pytest.mark.parametrize(("fields", "verdict"), SAYS)
def test_what_a_row_may_say(fields: dict[str, Any], verdict: int) -> None:
    assert read(lines({"item": "a"} | fields)).verdict.tolist() == [verdict]


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"answer": "x", "confidence": 85}, "/confidence", "out-of-range"),
    ({"answer": "x", "confidence": -0.1}, "/confidence", "out-of-range"),
    ({"answer": "x", "confidence": True}, "/confidence", "wrong-type"),
    ({"answer": "x", "confidence": "0.5"}, "/confidence", "wrong-type"),
    ({"answer": "x", "confidence": 2**63}, "/confidence", "out-of-range"),
    ({"answer": 42}, "/answer", "wrong-type"),
    ({"answer": ""}, "/answer", "too-short"),
    ({"answer": "a\0b"}, "/answer", "malformed"),
    ({"answer": "x" * 9_000}, "/answer", "too-long"),
    ({"answer": "x", "abstained": True}, "/answer", "not-allowed"),
    ({"abstained": "yes"}, "/abstained", "wrong-type"),
    ({}, "/answer", "missing-field"),
    ({"answer": "x", "sample": 0}, "/sample", "out-of-range"),
    ({"answer": "x", "sample": 1.5}, "/sample", "wrong-type"),
    ({"answer": "x", "rank": 1}, "/rank", "unknown-field"),
    ({"status": "error"}, "/status", "not-allowed"),
    ({"verdict": "right"}, "/verdict", "not-allowed"),
    ({"verdict": "partial"}, "/credit", "missing-field"),
    ({"verdict": "partial", "credit": 1.5}, "/credit", "out-of-range"),
    ({"verdict": "correct", "credit": 1}, "/credit", "not-allowed"),
    ({"verdict": "correct", "abstained": True}, "/abstained", "not-allowed"),
    ({"answer": "x", "item": "a\u202eb"}, "/item", "malformed"),
    ({"answer": "x", "item": "e\u0301"}, "/item", "malformed"),
    ({"answer": "x", "item": "x" * 257}, "/item", "malformed"),
    ({"answer": "x", "item": None}, "/item", "missing-field"),
]


@pytest.mark.parametrize(("fields", "pointer", "code"), WRONG)
def test_what_a_row_may_not_say(fields: dict[str, Any], pointer: str, code: str) -> None:
    good = {"item": "good", "answer": "x"}
    problem = refusal(lines(good, {"item": "a"} | fields))
    assert (problem.code, problem.total) == ("invalid-predictions", 1)
    row = problem.rows[0]
    assert (row.row, row.pointer, row.code) == (1, pointer, code)
    assert row.detail.endswith(".")


def test_faults_of_all_chunks_are_counted_with_their_rows() -> None:
    body = lines(*({"item": f"q{n}", "answer": "x", "confidence": 2} for n in range(500)))
    problem = refusal(body, step=1_000)
    assert problem.total == 500
    assert [row.row for row in problem.rows] == list(range(100))


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (b'{"item": "a", "answer": "x", "confidence": NaN}', NDJSON),
        (b'{"item": "a", "answer": "x", "confidence": 1e400}', NDJSON),
        (b'{"item": "a", "answer": "\\ud800"}', NDJSON),
        (b'{"item": "a", "answer": "\xff"}', NDJSON),
        (b'["a"]', NDJSON),
        (b"[" * 100_000, "application/json"),
        (b'{"predictions": []} x', "application/json"),
        (b'item,answer\n"a', "text/csv"),
        (b"item,answer\na,x,y\n", "text/csv"),
        (b"item,answer\na,\xff\n", "text/csv"),
        (b"PAR1", "application/vnd.apache.parquet"),
    ],
)
def test_what_cannot_be_read_is_malformed(body: bytes, media: str) -> None:
    assert refusal(body, media).code == "malformed"


def test_blank_lines_crlf_and_no_last_break_are_fine() -> None:
    assert read(b'\n{"item":"a","answer":"x"}\r\n\r\n{"item":"b","answer":"y"}').item == ["a", "b"]


def test_percent_may_be_declared() -> None:
    body = lines({"item": "a", "answer": "x", "confidence": 85})
    assert read(body, confidence_unit="percent").confidence.tolist() == [850_000_000]
    document = {"confidence_unit": "percent", "predictions": [{"item": "a", "answer": "x",
                "confidence": 150}]}  # fmt: skip
    problem = refusal(json.dumps(document).encode(), "application/json")
    assert "from 0 to 100" in problem.rows[0].detail


def test_limits_hold_for_the_decoded_stream() -> None:
    small = Limits(decoded_bytes=10_000)
    body = gzip.compress(lines(*({"item": f"q{n}", "answer": "x"} for n in range(2_000))))
    assert refusal(body, coding="gzip", limits=small).code == "too-large"
    assert refusal(lines({"item": "a", "answer": "x"}) * 3, limits=Limits(rows=2)).code == (
        "too-large"
    )


@given(body=st.binary(max_size=300), media=st.sampled_from([NDJSON, "application/json",
       "text/csv"]), coding=st.sampled_from([None, "gzip", "zstd"]))  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_garbage_is_a_problem_and_nothing_else(body: bytes, media: str, coding: str | None) -> None:
    try:
        read(body, media, coding=coding)
    except Problem as problem:
        assert problem.detail  # noqa: PT017


@given(st.lists(st.floats(0, 1), max_size=50))
def test_units_are_half_even_of_the_double(shares: list[float]) -> None:
    found = confidence_units(np.asarray(shares, dtype=np.float64))
    assert found.tolist() == [round(Fraction(share) * 10**9) for share in shares]


@given(st.lists(st.integers(0, 2 * 10**9), max_size=50))
def test_units_at_the_middle(halves: list[int]) -> None:
    """Shares with ten decimals, every other one halfway between two units."""
    shares = [0.5e-9, 1.5e-9, 0.5, 1.0, -0.0, *(half / (2 * 10**9) for half in halves)]
    assert confidence_units(np.asarray(shares)).tolist() == [
        round(Fraction(share) * 10**9) for share in shares
    ]


@given(st.integers(0, 10**9))
def test_a_decimal_of_nine_places_is_kept_to_the_digit(digits: int) -> None:
    text = f"{digits // 10**9}.{digits % 10**9:09d}"
    found = int(confidence_units(np.array([float(text)]))[0])
    assert found == digits
    assert Decimal(str(found / 10**9)) == Decimal(text)


def test_what_is_a_hair_outside_is_the_end() -> None:
    shares = [1.0000000000000002, 1.000001, -1e-17, -1e-6, math.nan]
    assert confidence_units(np.array(shares)).tolist() == [10**9, 10**9, 0, 0, -1]


@given(st.permutations(range(12)), st.integers(1, 3))
def test_slots_forget_the_order_sent(order: list[int], samples: int) -> None:
    sent = [
        {"item": f"q{n}", "sample": sample, "answer": f"{n}.{sample}"}
        for n in order
        for sample in range(1, samples + 1)
    ]
    keys = [f"q{n}" for n in range(12)]
    said = by_slot(read(lines(*sent)), positions={key: n for n, key in enumerate(keys)}, keys=keys)
    assert said.answer == [f"{n}.{s}" for n in range(12) for s in range(1, samples + 1)]
    assert said.present.all()


def test_a_duplicate_names_both_rows() -> None:
    columns = read(lines(*({"item": key, "answer": "x"} for key in "abca")))
    with pytest.raises(Problem) as caught:
        by_slot(columns, positions={"a": 0, "b": 1, "c": 2}, keys=["a", "b", "c"])
    row = caught.value.rows[0]
    assert (row.row, row.code) == (3, "duplicate")
    assert "Row 0" in row.detail


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_body_in_countless_compressed_parts_is_refused(coding: str) -> None:
    pack = gzip.compress if coding == "gzip" else zstandard.compress
    row, empty = pack(lines({"item": "a", "answer": "b"})), pack(b"")
    few = read(row + empty * 100 + pack(lines({"item": "c", "answer": "d"})), coding=coding)
    assert few.item == ["a", "c"]
    assert refusal(row + empty * 20_000, coding=coding).code == "too-large"


def test_a_csv_row_ends_somewhere() -> None:
    csv = "text/csv"
    assert refusal(b"," * 700_000, csv).code == "too-large"
    assert refusal(b"item,answer\n" + b"," * 700_000, csv).code == "too-large"
    many_lines = b'item,answer\n"' + b'","\n' * 200_000 + b'"\n'
    assert refusal(many_lines, csv).code == "too-large"
    assert refusal(b"item,answer\na," + b"x" * 9_000 + b"\n", csv).code == "invalid-predictions"
    assert refusal(b"item,answer\na,b\n\xff,c\n", csv).code == "malformed"
    broken = read(b'item,answer\r\na,"two\r\nlines"\r\nb,one\r\n', csv)
    assert broken.answer == ["two\r\nlines", "one"]
