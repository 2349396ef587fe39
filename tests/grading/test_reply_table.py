"""Answers as models write them, graded as a careful reader grades them."""

from collections import Counter

import pytest

from tests.grading.reply_table import Row, rows, verdict_of

ROWS = list(rows())

KNOWN: dict[str, str] = {}
"""Kinds of rows in which a wrong answer may be graded right, each with its reason."""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.kind}: {row.answer[:40]!r}")
def test_the_verdict_is_the_readers(row: Row) -> None:
    assert verdict_of(row) == row.verdict


def test_there_are_enough_rows_of_every_kind() -> None:
    counts = Counter(row.kind for row in ROWS)
    assert len(ROWS) >= 400
    assert min(counts.values()) >= 10, counts


def test_no_wrong_answer_is_graded_right() -> None:
    lenient = {
        (row.kind, row.answer)
        for row in ROWS
        if row.verdict != "right" and verdict_of(row) == "right" and row.kind not in KNOWN
    }
    assert not lenient
