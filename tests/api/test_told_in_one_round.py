"""All that is wrong with a body is told in one reply: rows, syntax, unknown items, duplicates; and
what spreadsheets and editors write is read, or named with its fix."""

import gzip
import json
from typing import Any

import pytest
import zstandard

from tests.served import Served

NDJSON = "application/x-ndjson"


def send(served: Served, body: bytes, media: str = NDJSON, **headers: str) -> Any:
    """A body of rows for the benchmark `ten`."""
    return served.request(
        "POST",
        "/benchmarks/ten/submissions",
        params={} if media == "application/json" else {"model": "quill"},
        headers={"Content-Type": media, **headers},
        content=body,
    )


def told(reply: Any) -> list[tuple[int, str]]:
    """Rows and codes of the faults."""
    return [(error["row"], error["code"]) for error in reply.json()["errors"]]


def test_rows_syntax_unknown_items_and_duplicates_in_one_reply(served: Served) -> None:
    served.publish()
    lines = [
        '{"item": "q0", "answer": "x", "confidence": 85}',
        '{"item": "q1", "answer": "x"',
        '{"item": "Q-2", "answer": "x"}',
        '{"item": "q3", "answer": "x"}',
        '{"item": "q3", "answer": "y"}',
        '{"item": "q4", "answer": "x", "answer": "y"}',
        '{"item": "q5", "answer": "x", "verdict": "correct"}',
    ]
    reply = send(served, "\n".join(lines).encode())
    assert reply.status_code == 400
    assert told(reply) == [
        (0, "out-of-range"), (1, "malformed"), (2, "unknown-item"), (4, "duplicate"),
        (5, "malformed"), (6, "not-allowed"),
    ]  # fmt: skip
    problem = reply.json()
    assert problem["error_count"] == 6
    details = {error["row"]: error["detail"] for error in problem["errors"]}
    assert details[2].endswith("nearest: q2.")
    assert details[4].startswith("Row 3 has the same item")
    assert "'answer' twice" in details[5]
    without = [lines[0], *lines[2:5]]
    reply = send(served, "\n".join(without).encode())
    assert (reply.status_code, reply.json()["detail"]) == (422, "3 of 4 predictions are invalid.")
    assert served.read("/benchmarks/ten/submissions")["data"] == []


@pytest.mark.parametrize("sent", ["Q1", "q-1", "q_01", "q01", "Q 1"])
def test_an_unknown_item_names_the_key_that_was_meant(served: Served, sent: str) -> None:
    served.publish()
    reply = send(served, json.dumps({"item": sent, "answer": "x"}).encode())
    assert "nearest: q1." in reply.json()["errors"][0]["detail"]


def test_csv_rows_with_other_faults_are_told_together(served: Served) -> None:
    served.publish()
    body = b"item,answer,confidence\nq0,Lima, Peru,0.9\nzz,x,0.5\nq1,y,0,5\nq2,z,85%\n"
    reply = send(served, body, "text/csv")
    assert told(reply) == [
        (0, "malformed"),
        (1, "unknown-item"),
        (2, "malformed"),
        (3, "wrong-type"),
    ]


@pytest.mark.parametrize(
    ("cell", "says"),
    [("85%", "leave the sign out"), ('"0,85"', "with a point"), ("sure", "a number from 0 to 1")],
)
def test_a_number_of_a_spreadsheet_is_named_with_its_fix(
    served: Served, cell: str, says: str
) -> None:
    served.publish()
    reply = send(served, f"item,answer,confidence\nq0,x,{cell}\n".encode(), "text/csv")
    assert reply.status_code == 422
    assert says in reply.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbfItem,ANSWER, Confidence \r\nq0,a0,0.9\r\n",
        b"item,answer,confidence\nq0,a0,0.9\n,,\n,,\n",
        b"item,answer,confidence,\nq0,a0,0.9,\n",
    ],
    ids=["capitals", "empty rows", "empty column"],
)
def test_what_spreadsheets_leave_behind_is_passed_over(served: Served, body: bytes) -> None:
    served.publish()
    assert send(served, body, "text/csv").status_code == 201


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_another_separator_is_named(served: Served, mark: str) -> None:
    served.publish()
    reply = send(served, f"item{mark}answer\nq0{mark}x\n".encode(), "text/csv")
    named = {";": "semicolons", "\t": "tabs", "|": "bars"}[mark]
    assert f"separated by {named}" in reply.json()["detail"]


def test_a_byte_order_mark_is_passed_over(served: Served) -> None:
    served.publish()
    row = b'\xef\xbb\xbf{"item": "q0", "answer": "a0"}\n'
    assert send(served, row).status_code == 201
    document = {"model": {"name": "m"}, "predictions": [{"item": "q0", "answer": "a0"}]}
    body = b"\xef\xbb\xbf" + json.dumps(document).encode()
    assert send(served, body, "application/json").status_code == 201


def test_a_member_twice_is_refused_in_every_form(served: Served) -> None:
    served.publish()
    row = b'{"item": "q0", "answer": "Lima", "answer": "Quito"}'
    for body, media in (
        (row, NDJSON),
        (b'{"model": {"name": "m"}, "predictions": [' + row + b"]}", "application/json"),
        (b'{"item": "q0", "confidence": 0.1, "confidence": 0.9, "answer": "x"}', NDJSON),
    ):
        reply = send(served, body, media)
        assert reply.status_code == 400, reply.text
        assert "twice" in reply.text
    # The name of a member as a value is no member.
    assert send(served, b'{"item": "q0", "answer": "answer"}\n').status_code == 201


def test_uniform_rows_may_compress_well(served: Served) -> None:
    served.publish()
    rows = b'{"item": "q0", "answer": "a0", "confidence": 0.95}\n' * 40_000
    reply = send(served, gzip.compress(rows, 9), **{"Content-Encoding": "gzip"})
    assert len(rows) > 100 * len(gzip.compress(rows, 9))
    assert reply.json()["errors"][0]["code"] == "duplicate"
    window = zstandard.ZstdCompressionParameters.from_level(3, window_log=27)
    stream = zstandard.ZstdCompressor(compression_params=window).compressobj()
    reply = send(served, stream.compress(rows) + stream.flush(), **{"Content-Encoding": "zstd"})
    assert "window" in reply.json()["detail"]


def test_a_set_in_a_csv_cell_is_one_answer(served: Served) -> None:
    for slug, matcher, cell in (
        ("sets", "set", '"[""red"",""blue""]"'),
        ("lists", "set", '"[""[\\""red\\"", \\""blue\\""]""]"'),
        ("texts", "text", '"[1, 2]"'),
        ("several", "text", '"[""Lima"", ""Ciudad""]"'),
    ):
        reply = served.request(
            "POST",
            "/benchmarks",
            params={"slug": slug, "matcher": matcher},
            headers={"Content-Type": "text/csv"},
            content=f"key,accepted\nq1,{cell}\n".encode(),
        )
        assert reply.status_code == 201, (slug, reply.text)
        wanted = {
            "sets": 1, "lists": 1, "texts": 1, "several": 2,
        }[slug]  # fmt: skip
        (item,) = served.read(f"/benchmarks/{slug}/items")["data"]
        assert len(item["accepted"]) == wanted


def test_the_same_rows_after_a_withdrawal_say_so(served: Served) -> None:
    served.publish()
    rows = [{"item": "q0", "answer": "a0"}]
    first = served.submit(rows).json()
    again = served.submit(rows)
    assert (again.status_code, again.json()["warnings"]) == (200, [])
    assert served.request("POST", f"/submissions/{first['id']}/withdraw").status_code == 200
    again = served.submit(rows)
    assert again.status_code == 200
    assert "is withdrawn" in again.json()["warnings"][0]
    assert served.submit(rows, external_id="anew").status_code == 201


def test_names_that_look_the_same_are_one_model(served: Served) -> None:
    served.publish()
    for number, name in enumerate(("Modèle  x", "Mode\u0300le x", " Modèle x ")):
        assert served.submit([{"item": f"q{number}", "answer": "x"}], model=name).status_code == 201
    submissions = served.read("/benchmarks/ten/submissions")["data"]
    assert len(submissions) == 3
    assert {row["model"]["name"] for row in submissions} == {"Modèle x"}


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        ("20261130", 200),
        ("2026-11-30", 200),
        ("2026-11-30T10:00:00 01:00", 200),
        ("0", 422),
        ("2026", 422),
        ("1764460800", 422),
    ],
)
def test_a_moment_is_a_date_and_no_number(served: Served, moment: str, status: int) -> None:
    served.publish()
    reply = served.request("GET", "/benchmarks/ten/leaderboard", params={"as_of": moment})
    assert reply.status_code == status, reply.text


def test_a_headline_in_percent_agrees(served: Served) -> None:
    served.publish()
    rows = [{"item": f"q{n}", "answer": f"a{n % 5}"} for n in range(10)]
    for value, agrees, reason in ((50.0, True, "percent"), (0.5, True, None), (60.0, False, None)):
        reported = {"metric": "accuracy", "value": value}
        receipt = served.submit(rows, reported=reported).json()
        parity = served.read(f"/submissions/{receipt['id']}")["parity"]
        assert (parity["agrees"], parity["reason"]) == (agrees, reason)
