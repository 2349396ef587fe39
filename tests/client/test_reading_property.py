"""No third thing: a random table is read as it was meant, or the reading stops and says why.

Tables are made from rows whose meaning is known, under headers and spellings that real files use,
with ambiguities planted: a key named `answer`, letters that may be grades, percentages beside
shares, scales to ten, decimal commas, Y and N.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from candor_client import importers
from candor_client.importers.columns import answers, names, verdicts
from candor_client.importers.reading import numbers
from candor_client.importers.reading.numbers import Unit
from candor_client.record import ImportProblem

Outcome = Literal["right", "stopped", "wrong"]

ANSWERS = ("prediction", "pred", "model_answer", "response", "output", "answer", "Model Answer")
KEYS = ("gold", "target", "reference", "answer", "correct", "ground_truth", None)
VERDICTS = ("is_correct", "correct", "verdict", "grade", "score", "result", None)
CONFIDENCES = ("confidence", "conf", "stated_confidence", "Confidence (%)", None)
ITEMS = ("item", "id", "question_id", "task_id")
WORDS = {
    "bool": ("true", "false", "not attempted"),
    "digit": ("1", "0", "abstained"),
    "yes": ("Y", "N", "abstained"),
    "simpleqa": ("A", "B", "C"),
    "inspect": ("C", "I", "N"),
    "true-false": ("T", "F", "abstained"),
    "pass-fail": ("pass", "fail", "refusal"),
}
TEXTS = ("A", "B", "C", "D", "Lima", "Quito", "yes", "no", "42", "N'Djamena")


@dataclass(frozen=True)
class Meant:
    """What a row means: the model's answer, the key, how it went, and its confidence."""

    answer: str
    key: str
    verdict: str
    confidence: float


@dataclass(frozen=True)
class Case:
    """A table as it is written, and what it means."""

    rows: tuple[Meant, ...]
    headers: dict[str, str | None]
    words: str
    unit: str
    style: str

    def write(self, folder: Path) -> Path:
        """The file."""
        cells = [dict(self._cells(number, row)) for number, row in enumerate(self.rows)]
        if self.style == "jsonl":
            path = folder / "table.jsonl"
            path.write_text("".join(json.dumps(row) + "\n" for row in cells))
            return path
        path = folder / "table.csv"
        out = io.StringIO()
        delimiter = ";" if self.style in {"semicolon", "comma decimals"} else ","
        writer = csv.DictWriter(out, list(cells[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(cells)
        path.write_text(out.getvalue())
        return path

    def _cells(self, number: int, row: Meant) -> Iterator[tuple[str, Any]]:
        yield str(self.headers["item"]), f"q{number}"
        if key := self.headers["key"]:
            yield key, row.key
        yield str(self.headers["answer"]), row.answer
        if verdict := self.headers["verdict"]:
            right, wrong, abstained = WORDS[self.words]
            yield (
                verdict,
                {"correct": right, "wrong": wrong, "abstained": abstained}[row.verdict],
            )
        if confidence := self.headers["confidence"]:
            yield confidence, self._confidence(row.confidence)

    def _confidence(self, share: float) -> object:
        number = {"share": share, "percent": share * 100, "ten": share * 10}[self.unit]
        text = f"{round(number, 4):g}"
        if self.style == "comma decimals":
            return text.replace(".", ",")
        return float(text) if self.style == "jsonl" else text


SHARES = st.sampled_from((0.0, 0.01, 0.05, 0.1, 0.3, 0.5, 0.8, 0.95, 1.0))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A table with one column for each field at most."""
    headers: dict[str, str | None] = {
        "item": draw(st.sampled_from(ITEMS)),
        "answer": draw(st.sampled_from(ANSWERS)),
        "key": draw(st.sampled_from(KEYS)),
        "verdict": draw(st.sampled_from(VERDICTS)),
        "confidence": draw(st.sampled_from(CONFIDENCES)),
    }
    given_headers = [one for one in headers.values() if one is not None]
    for field in ("key", "verdict"):
        if given_headers.count(headers[field]) > 1:
            headers[field] = None
            given_headers = [one for one in headers.values() if one is not None]
    row = st.builds(
        Meant,
        answer=st.sampled_from(TEXTS),
        key=st.sampled_from(TEXTS),
        verdict=st.sampled_from(("correct", "wrong", "abstained")),
        confidence=SHARES,
    )
    unit = draw(st.sampled_from(("share", "percent", "ten")))
    if headers["confidence"] == "Confidence (%)":
        unit = "percent"
    rows = tuple(draw(st.lists(row, min_size=1, max_size=6)))
    largest = max(one.confidence for one in rows) * {"share": 1, "percent": 100, "ten": 10}[unit]
    if headers["confidence"] != "Confidence (%)" and largest <= 1:
        unit = "share"  # 1 % alone is written as certainty is: nobody can tell
    if headers["key"] == "correct":  # yes and no under this header say how it went
        told = {"yes": "Lima", "no": "Quito"}
        rows = tuple(replace(row, key=told.get(row.key, row.key)) for row in rows)
    words = draw(st.sampled_from(sorted(WORDS)))
    if words == "inspect" and headers["verdict"] in {"is_correct", "correct"}:
        headers["verdict"] = "verdict"  # N is no under these headers
    if words == "simpleqa" and headers["verdict"] == "correct" and headers["key"] is None:
        headers["verdict"] = "grade"  # letters under `correct` alone are the key
    return Case(
        rows=rows,
        headers=headers,
        words=words,
        unit=unit,
        style=draw(st.sampled_from(("jsonl", "csv", "semicolon", "comma decimals"))),
    )


def outcome(case: Case) -> Outcome:
    """What became of a table."""
    with TemporaryDirectory() as folder:
        try:
            (found,) = importers.read(case.write(Path(folder)))
        except ImportProblem:
            return "stopped"
    return (
        "right" if all(map(_is_meant, found.rows, case.rows, [case] * len(case.rows))) else "wrong"
    )


def _is_meant(row: Any, meant: Meant, case: Case) -> bool:
    judged = case.headers["verdict"] is not None
    if judged and row.outcome != meant.verdict:
        return False
    if not judged and row.outcome is not None:
        return False
    if row.outcome != "abstained" and row.answer != meant.answer:
        return False
    if case.headers["key"] is not None and row.accepted not in {None, (meant.key,)}:
        return False
    if case.headers["confidence"] is None:
        return row.confidence is None
    return row.confidence is not None and abs(row.confidence - meant.confidence) < 1e-9


@settings(max_examples=400, deadline=None)
@given(cases())
def test_a_table_is_read_as_it_was_meant_or_the_reading_stops(case: Case) -> None:
    assert outcome(case) != "wrong"


def test_most_plain_tables_are_read() -> None:
    """A reader that stops at everything would pass the property and be of no use."""
    rows = tuple(Meant("Lima", "Quito", verdict, 0.95) for verdict in ("correct", "wrong")) * 2
    plain = [
        Case(rows, {"item": "id", "answer": answer, "key": "gold", "verdict": verdict,
                    "confidence": "confidence"}, words, unit, style)
        for answer in ("prediction", "response", "answer")
        for verdict in ("is_correct", "verdict", "grade")
        for words in sorted(WORDS)
        for unit in ("share", "percent")
        for style in ("jsonl", "csv", "comma decimals")
    ]  # fmt: skip
    assert [case for case in plain if outcome(case) != "right"] == []


def _always_letters(table: Any, header: str) -> str:
    """The old rule: a column of nothing but A, B and C holds grades."""
    letters = {str(value).lower() for value in table.stated(header)}
    return "simpleqa" if letters <= {"a", "b", "c"} else "words"


def _largest_decides(source: object, values: Any, **_: Any) -> Unit:
    """The old rule: one value above 1.01 makes all of them percentages."""
    stated = [number for one in values if (number := numbers.number_of(one, comma=False))]
    return Unit(100 if any(number > 1.01 for number in stated) else 1)


@pytest.mark.parametrize(
    ("module", "name", "planted"),
    [
        (verdicts, "_vocabulary", _always_letters),
        ("mapping", "unit_of", _largest_decides),
        (names, "PARSED", ("answer", *names.PARSED)),
    ],
    ids=["letters", "unit", "answer"],
)
def test_a_planted_guess_is_found(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, planted: Any
) -> None:
    if module == "mapping":
        from candor_client.importers.columns import mapping as module  # noqa: PLC0415
    monkeypatch.setattr(answers if name == "PARSED" else module, name, planted)
    try:
        found = find(
            cases(),
            lambda case: outcome(case) == "wrong",
            settings=settings(max_examples=3_000, deadline=None, database=None),
        )
    except NoSuchExample:
        pytest.fail("the property does not see it")
    assert outcome(found) == "wrong"
