"""Parses predictions into `PredictionColumns`.

All of this is processor work: call it from a worker thread, a MiB at a time.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from app.grading.responses import Verdict
from app.intake.columns import PredictionColumns
from app.intake.json_rows import LINES, ROWS, JsonRow, names_a_member_twice, value_of
from app.intake.limits import Limits
from app.intake.row_stream import Metadata, RowBody, line_object
from app.intake.rows import FIELDS, Row, RowReader, confidence_units
from app.intake.tables import BrokenRow
from app.problem import SHOWN_ROWS, Problem, RowProblem
from app.scoring.options import OptionProbs
from app.wording import invalid


class PredictionReader(RowBody[PredictionColumns]):
    """Reads one body of predictions."""

    fields = FIELDS

    def table(self, limits: Limits, *, percent: bool) -> "PredictionTable":
        return PredictionTable(limits, percent=percent)

    def finish_collecting(self) -> tuple[Metadata | None, PredictionColumns]:
        """As `finish`, but bad rows raise nothing yet: they are in the columns' `faults`, so that
        what else is wrong with the body is told in the same reply."""
        metadata, table = self._whole()
        if not isinstance(table, PredictionTable):
            raise Problem("invalid-request", "The document has no predictions; send a list.")
        return metadata, table.collected(self._unpacker.digest)


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
            if names_a_member_twice(text, rows):
                raise msgspec.DecodeError("a member stands there twice")
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
            if names_a_member_twice(bytes(rows), typed):
                raise msgspec.DecodeError("a member stands there twice")
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
            if isinstance(fields, BrokenRow):
                self._reader.problems.append(broken(self.count(1), fields))
                continue
            if not isinstance(fields, Mapping):
                self._reader.read(self.count(1), {})
                continue
            self.add(self._reader.read(self.count(1), fields))

    def columns(self, digest: bytes) -> PredictionColumns:
        """Everything so far. Raises `invalid-predictions` where any row was bad."""
        columns = self.collected(digest)
        refuse_bad_rows(self._reader.problems, self.seen)
        return columns

    def collected(self, digest: bytes) -> PredictionColumns:
        """The rows that could be read, with the faults of the others."""
        if not self.seen:
            refuse_bad_rows([], 0)
        problems = self._reader.problems
        bad = {problem.row for problem in problems}
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
            faults=tuple(sorted(problems, key=lambda problem: problem.row or 0)[:SHOWN_ROWS]),
            n_faults=len(problems),
            n_bad_rows=len(bad),
            row_numbers=_numbers_without(bad, self.seen) if bad else None,
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
        for number, line in enumerate(text.split(b"\n"), self._line + 1):
            if not line.strip():
                continue
            try:
                value = line_object(number, line, limits=self._limits)
            except Problem as problem:
                if problem.code != "malformed" or len(self._reader.problems) >= SHOWN_ROWS:
                    raise
                row = RowProblem(self.count(1), None, "", "malformed", problem.detail)
                self._reader.problems.append(row)
                continue
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
        rows = sorted(problems, key=lambda problem: problem.row or 0)[:SHOWN_ROWS]
        bad = len({problem.row for problem in problems})
        raise refusal(rows, bad=bad, of=n, total=len(problems))


def refusal(rows: Sequence[RowProblem], *, bad: int, of: int, total: int) -> Problem:
    """The problem of a body with bad rows: `malformed` where one of them is no JSON."""
    unreadable = next((row for row in rows if row.code == "malformed" and not row.pointer), None)
    if unreadable is not None:
        return Problem("malformed", unreadable.detail, rows=rows, total=total)
    detail = invalid(bad, of=of, noun="prediction")
    return Problem("invalid-predictions", detail, rows=rows, total=total)


def broken(number: int, row: BrokenRow) -> RowProblem:
    """The problem of a row whose cells do not fit the header."""
    return RowProblem(number, None, "", "malformed", str(row))


def _numbers_without(bad: set[int | None], n_rows: int) -> NDArray[np.int64]:
    """The numbers of the rows that are not bad, in order."""
    is_good = np.ones(n_rows, dtype=np.bool_)
    is_good[[row for row in bad if row is not None]] = False
    return np.flatnonzero(is_good).astype(np.int64)
