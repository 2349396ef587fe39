"""Parses predictions into `PredictionColumns`.

All of this is processor work: call it from a worker thread, a MiB at a time.
"""

from array import array
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import numpy as np

from app.grading.responses import Verdict
from app.intake.columns import PredictionColumns
from app.intake.json_rows import LINES, ROWS, JsonRow, value_of
from app.intake.limits import Limits
from app.intake.row_stream import RowBody, line_objects
from app.intake.rows import FIELDS, Row, RowReader, confidence_units
from app.problem import SHOWN_ROWS, Problem, RowProblem
from app.scoring.options import OptionProbs
from app.wording import invalid


class PredictionReader(RowBody[PredictionColumns]):
    """Reads one body of predictions."""

    fields = FIELDS

    def table(self, limits: Limits, *, percent: bool) -> "PredictionTable":
        return PredictionTable(limits, percent=percent)


class PredictionTable:
    """The rows so far, as growing columns."""

    def __init__(self, limits: Limits, *, percent: bool) -> None:
        self._limits = limits
        self._reader = RowReader(limits, percent=percent)
        self._scale = 100.0 if percent else 1.0
        self.seen = 0
        self._line = 0
        self._item: list[str] = []
        self._sample: list[int] = []
        self._answer: list[str | None] = []
        self._confidence: list[float | None] = []
        self._verdict: list[int] = []
        self._has_verdict: list[bool] = []
        self._option_rows: list[int] = []
        self._option_counts: list[int] = []
        self._option_values = array("d")

    def add_lines(self, text: bytes) -> None:
        """Whole lines of NDJSON; blank ones are passed over."""
        if not text:
            return
        n_lines = text.count(b"\n") + (not text.endswith(b"\n"))
        try:
            rows = LINES.decode_lines(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._add_bad_lines(text)
        else:
            if len(max(text.split(b"\n"), key=len)) > self._limits.line_bytes:
                raise Problem(
                    "too-large", f"A line is longer than {self._limits.line_bytes} bytes."
                )
            self._add_typed(rows)
        self._line += n_lines

    def add_document(self, rows: msgspec.Raw) -> None:
        """A JSON list of row objects."""
        try:
            typed = ROWS.decode(rows)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            values = value_of(rows, where="predictions")
            if not isinstance(values, list):
                raise Problem(
                    "invalid-request", "predictions is a list of rows or an object of columns."
                ) from None
            self.add_fields(values)
        else:
            self._add_typed(typed)

    def add_fields(self, rows: Iterable[Any]) -> None:
        """Rows as mappings of fields, validated one by one."""
        for fields in rows:
            if not isinstance(fields, Mapping):
                self._reader.read(self.count(1), {})
                continue
            self.add(self._reader.read(self.count(1), fields))

    def columns(self, digest: bytes) -> PredictionColumns:
        """Everything so far. Raises `invalid-predictions` where any row was bad."""
        refuse_bad_rows(self._reader.problems, self.seen)
        verdict = np.asarray(self._verdict, dtype=np.int16)
        return PredictionColumns(
            item=self._item,
            sample=np.asarray(self._sample, dtype=np.int32),
            answer=self._answer,
            confidence=confidence_units(np.asarray(self._confidence, dtype=np.float64)),
            verdict=verdict,
            has_verdict=np.asarray(self._has_verdict, dtype=np.bool_),
            digest=digest,
            options=self._options(),
        )

    def _options(self) -> OptionProbs | None:
        if not self._option_rows:
            return None
        return OptionProbs(
            np.asarray(self._option_rows, dtype=np.int64),
            np.asarray(self._option_counts, dtype=np.int64),
            np.asarray(self._option_values, dtype=np.float64),
        )

    def count(self, n: int) -> int:
        """Notes n more rows; the number of the first. Raises `too-large`."""
        first = self.seen
        self.seen += n
        if self.seen > self._limits.rows:
            raise Problem("too-large", f"A submission has at most {self._limits.rows} rows.")
        return first

    def _add_typed(self, rows: list[JsonRow]) -> None:
        """Rows whose types are right: a fast path for valid rows, the others one by one."""
        first = self.count(len(rows))
        most = self._limits.answer_characters
        keys, samples, answers = self._item.append, self._sample.append, self._answer.append
        confidences, verdicts = self._confidence.append, self._verdict.append
        flags, scale, fault = self._has_verdict.append, self._scale, self._reader.item_fault
        for number, row in enumerate(rows, first):
            answer, stated = row.answer, row.confidence
            usual = (
                type(answer) is str
                and 0 < len(answer) <= most
                and "\x00" not in answer
                and row.verdict is None
                and row.status is None
                and row.credit is None
                and row.option_probs is None
                and row.abstained is not True
                and row.sample == 1
                and (stated is None or 0 <= stated <= scale)
                and fault(row.item) is None
            )
            if usual:
                keys(row.item)
                samples(1)
                answers(answer)  # type: ignore[arg-type]
                confidences(None if stated is None else stated / scale)
                verdicts(Verdict.NONE.value)
                flags(False)
            else:
                self.add(self._reader.read(number, _fields(row)))

    def add(self, row: Row | None, item: str | None = None) -> None:
        """One row that was read, of `item` where it names none; None for one that was refused."""
        if row is None:
            return
        self._item.append(item or row.item)
        self._sample.append(row.sample)
        self._answer.append(row.answer)
        self._confidence.append(row.confidence)
        self._verdict.append(row.verdict)
        self._has_verdict.append(row.has_verdict)
        if row.option_probs is not None:
            self._option_rows.append(len(self._item) - 1)
            self._option_counts.append(len(row.option_probs))
            self._option_values.extend(row.option_probs)

    def _add_bad_lines(self, text: bytes) -> None:
        """A chunk with something wrong in it: line by line, so that each fault has its place."""
        for value in line_objects(text, first=self._line + 1, limits=self._limits):
            self.add(self._reader.read(self.count(1), value))


def _fields(row: JsonRow) -> dict[str, Any]:
    fields: dict[str, Any] = {
        name: getattr(row, name)
        for name in FIELDS
        if name != "answer" and getattr(row, name) is not None
    }
    if row.answer is not msgspec.UNSET:
        fields["answer"] = row.answer
    return fields


def refuse_bad_rows(problems: list[RowProblem], n: int) -> None:
    """Raises `invalid-predictions` where any of `n` rows is bad, or there is none."""
    if n == 0:
        raise Problem("invalid-predictions", "There are no predictions; send at least one row.")
    if problems:
        bad = len({problem.row for problem in problems})
        raise Problem(
            "invalid-predictions",
            invalid(bad, of=n, noun="prediction"),
            rows=sorted(problems, key=lambda problem: problem.row or 0)[:SHOWN_ROWS],
            total=len(problems),
        )
