"""Predictions in: a body of any kind becomes `PredictionColumns`, chunk by chunk.

NDJSON is decoded as it arrives, so that a million rows never stand in memory as text. The others
are held until they are whole, within their limits. All of this is processor work: call it from a
worker thread, a MiB at a time.
"""

from array import array
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import numpy as np

from app.grading.said import Verdict
from app.intake.columns import PredictionColumns
from app.intake.jsonrows import LINES, ROWS, JsonRow, members_of, value_of
from app.intake.limits import Limits
from app.intake.lines import LineCutter
from app.intake.media import media_of
from app.intake.rows import FIELDS, Row, RowReader
from app.intake.tables import csv_rows, parquet_rows
from app.intake.units import confidence_units
from app.intake.unpack import Unpacker
from app.problem import SHOWN_ROWS, Problem
from app.scoring.options import OptionProbs

Metadata = dict[str, Any]


class PredictionReader:
    """Reads one body: `feed` its bytes as they come, then `finish`."""

    def __init__(
        self,
        content_type: str | None,
        *,
        content_encoding: str | None = None,
        limits: Limits | None = None,
        confidence_unit: str = "share",
    ) -> None:
        self._limits = limits or Limits()
        self._media = media_of(content_type)
        self._unpacker = Unpacker(content_encoding, self._limits)
        self._unit = confidence_unit
        self._held = bytearray()
        self._lines = LineCutter(self._limits)
        self._table = _Table(self._limits, percent=confidence_unit == "percent")

    def feed(self, chunk: bytes) -> None:
        """The next bytes off the wire. Raises a `Problem` as soon as the body is hopeless."""
        for piece in self._unpacker.feed(chunk):
            if self._media == "ndjson":
                self._table.add_lines(self._lines.feed(piece))
                continue
            self._held += piece
            if self._media == "json" and len(self._held) > self._limits.json_document_bytes:
                raise Problem(
                    "too-large",
                    f"A JSON document ends at {self._limits.json_document_bytes} bytes; "
                    "send application/x-ndjson.",
                )

    def finish(self) -> tuple[Metadata | None, PredictionColumns]:
        """The metadata of a JSON document (None for bodies of rows alone) and the columns.

        Raises `malformed`, `too-large` or `invalid-predictions` with every bad row counted.
        """
        metadata, columns = self.finish_either()
        if columns is None:
            raise Problem("invalid-request", "The document has no predictions; send a list.")
        return metadata, columns

    def finish_either(self) -> tuple[Metadata | None, PredictionColumns | None]:
        """The same for a JSON document that may do without predictions: then without columns."""
        self._unpacker.finish()
        metadata = None
        body = bytes(self._held)
        self._held.clear()
        if self._media == "json":
            metadata, rows = self._document(body)
            if rows is None:
                return metadata, None
            self._add_rows(rows)
        elif self._media == "ndjson":
            self._table.add_lines(self._lines.finish())
        elif self._media == "csv":
            self._table.add_fields(csv_rows(body, FIELDS, self._limits))
        else:
            self._table.add_fields(parquet_rows(body, FIELDS))
        return metadata, self._table.columns(self._unpacker.digest)

    def _document(self, body: bytes) -> tuple[Metadata, msgspec.Raw | None]:
        hint = " For rows line by line send application/x-ndjson."
        members = members_of(body, hint=hint)
        rows = members.pop("predictions", None)
        metadata = {name: value_of(raw, where=name[:80]) for name, raw in members.items()}
        if metadata.get("confidence_unit", self._unit) == "percent":
            self._table = _Table(self._limits, percent=True)
        return metadata, rows

    def _add_rows(self, rows: msgspec.Raw) -> None:
        if memoryview(rows)[0] == ord("{"):
            self._table.add_fields(_from_columns(value_of(rows, where="predictions")))
        else:
            self._table.add_document(rows)


class _Table:
    """The rows so far, as growing columns."""

    def __init__(self, limits: Limits, *, percent: bool) -> None:
        self._limits = limits
        self._reader = RowReader(limits, percent=percent)
        self._scale = 100.0 if percent else 1.0
        self._seen = 0
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
        """Rows as mappings of fields, judged one by one."""
        for fields in rows:
            if not isinstance(fields, Mapping):
                self._reader.read(self._count(1), {})
                continue
            self._add(self._reader.read(self._count(1), fields))

    def columns(self, digest: bytes) -> PredictionColumns:
        """Everything so far. Raises `invalid-predictions` where any row was bad."""
        problems, n = self._reader.problems, self._seen
        if n == 0:
            raise Problem("invalid-predictions", "There are no predictions; send at least one row.")
        if problems:
            bad = len({problem.row for problem in problems})
            are = "is" if bad == 1 else "are"
            raise Problem(
                "invalid-predictions",
                f"{bad} of {n} predictions {are} invalid.",
                rows=sorted(problems, key=lambda one: one.row or 0)[:SHOWN_ROWS],
                total=len(problems),
            )
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

    def _count(self, n: int) -> int:
        """Notes n more rows; the number of the first. Raises `too-large`."""
        first = self._seen
        self._seen += n
        if self._seen > self._limits.rows:
            raise Problem("too-large", f"A submission has at most {self._limits.rows} rows.")
        return first

    def _add_typed(self, rows: list[JsonRow]) -> None:
        """Rows whose types are right: the usual ones at once, the others by the long way."""
        first = self._count(len(rows))
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
                self._add(self._reader.read(number, _fields(row)))

    def _add(self, row: Row | None) -> None:
        if row is None:
            return
        self._item.append(row.item)
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
            if len(line) > self._limits.line_bytes:
                raise Problem(
                    "too-large", f"Line {number} is longer than {self._limits.line_bytes} bytes."
                )
            value = value_of(line, where=f"Line {number}")
            if not isinstance(value, dict):
                raise Problem(
                    "malformed",
                    f"Line {number} is not a JSON object; for one document send application/json.",
                )
            self._add(self._reader.read(self._count(1), value))


def _fields(row: JsonRow) -> dict[str, Any]:
    fields: dict[str, Any] = {
        name: getattr(row, name)
        for name in FIELDS
        if name != "answer" and getattr(row, name) is not None
    }
    if row.answer is not msgspec.UNSET:
        fields["answer"] = row.answer
    return fields


def _from_columns(columns: Any) -> Iterable[dict[str, Any]]:
    """Columnar JSON as rows. Raises `invalid-request` for columns of different lengths."""
    if not all(isinstance(column, list) for column in columns.values()):
        raise Problem("invalid-request", "In columnar predictions every member is a list.")
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1:
        raise Problem("invalid-request", "The columns of predictions differ in length.")
    names = list(columns)
    for values in zip(*columns.values(), strict=True):
        yield {
            name: value
            for name, value in zip(names, values, strict=True)
            if value is not None or name == "answer"
        }
