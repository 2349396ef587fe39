"""Streams a body of rows of any media type into a table, chunk by chunk.

NDJSON is decoded as it arrives, so that a million rows are never in memory as text. The others
are held until they are whole, within their limits.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import msgspec

from app.intake.decompress import Unpacker, media_of
from app.intake.json_rows import BYTE_ORDER_MARK, LineCutter, members_of, value_of
from app.intake.limits import Limits
from app.intake.tables import csv_rows, parquet_rows
from app.problem import Problem

Metadata = dict[str, Any]


Columns = TypeVar("Columns")
Columns_co = TypeVar("Columns_co", covariant=True)


class RowTable(Protocol[Columns_co]):
    """The interface of a table that rows are added to."""

    def add_lines(self, text: bytes, /) -> None:
        """Whole lines of NDJSON."""

    def add_document(self, rows: msgspec.Raw, /) -> None:
        """A JSON list of row objects."""

    def add_fields(self, rows: Iterable[Any], /) -> None:
        """Rows as mappings of fields."""

    def columns(self, digest: bytes, /) -> Columns_co:
        """Everything so far. Raises `invalid-predictions` where any row was bad."""


class RowBody(ABC, Generic[Columns]):
    """Reads one body of rows: `feed` its bytes as they come, then `finish`.

    A kind of rows says which `fields` a CSV or Parquet may have as columns, and makes its table.
    """

    fields: ClassVar[Sequence[str]]

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
        self._begun = False
        self._lines = LineCutter(self._limits)
        self._table = self.table(self._limits, percent=confidence_unit == "percent")

    @abstractmethod
    def table(self, limits: Limits, *, percent: bool) -> RowTable[Columns]:
        """An empty table; `percent` says whether confidences are percentages."""

    def feed(self, chunk: bytes) -> None:
        """The next bytes off the wire. Raises a `Problem` as soon as the body is hopeless."""
        for piece in self._unpacker.feed(chunk):
            if self._media == "ndjson":
                piece = self._without_mark(piece)  # noqa: PLW2901
                self._table.add_lines(self._lines.feed(piece))
                continue
            self._held += piece
            if self._media == "json" and len(self._held) > self._limits.json_document_bytes:
                raise Problem(
                    "too-large",
                    f"A JSON document ends at {self._limits.json_document_bytes} bytes; "
                    "send application/x-ndjson.",
                )

    def _without_mark(self, piece: bytes) -> bytes:
        """The first piece without the byte order mark that some editors write."""
        if self._begun:
            return piece
        self._begun = True
        return piece.removeprefix(BYTE_ORDER_MARK)

    def finish(self) -> tuple[Metadata | None, Columns]:
        """The metadata of a JSON document (None for bodies of rows alone) and the columns.

        Raises `malformed`, `too-large` or `invalid-predictions` with every bad row counted.
        """
        metadata, columns = self.finish_either()
        if columns is None:
            raise Problem("invalid-request", "The document has no predictions; send a list.")
        return metadata, columns

    def finish_either(self) -> tuple[Metadata | None, Columns | None]:
        """The same for a JSON document that may do without predictions: then without columns."""
        metadata, table = self._whole()
        return metadata, None if table is None else table.columns(self._unpacker.digest)

    def _whole(self) -> tuple[Metadata | None, RowTable[Columns] | None]:
        """The metadata and the filled table; None for a document without rows."""
        self._unpacker.finish()
        body = bytes(self._held)
        self._held.clear()
        if self._media == "json":
            return self._document(body)
        if self._media == "ndjson":
            self._table.add_lines(self._lines.finish())
        elif self._media == "csv":
            self._table.add_fields(csv_rows(body, self.fields, self._limits))
        else:
            self._table.add_fields(parquet_rows(body, self.fields))
        return None, self._table

    def _document(self, body: bytes) -> tuple[Metadata, RowTable[Columns] | None]:
        hint = " For rows line by line send application/x-ndjson."
        members = members_of(body, hint=hint)
        rows = members.pop("predictions", None)
        metadata = {name: value_of(raw, where=name[:80]) for name, raw in members.items()}
        if rows is None:
            return metadata, None
        if metadata.get("confidence_unit", self._unit) == "percent":
            self._table = self.table(self._limits, percent=True)
        if memoryview(rows)[0] == ord("{"):
            self._table.add_fields(_from_columns(value_of(rows, where="predictions")))
        else:
            self._table.add_document(rows)
        return metadata, self._table


def line_objects(text: bytes, *, first: int, limits: Limits) -> Iterator[dict[str, Any]]:
    """The objects of NDJSON lines, numbered from `first`; blank lines are passed over.

    Raises `malformed` or `too-large` with the number of the line.
    """
    for number, line in enumerate(text.split(b"\n"), first):
        if not line.strip():
            continue
        yield line_object(number, line, limits=limits)


def line_object(number: int, line: bytes, *, limits: Limits) -> dict[str, Any]:
    """The object of one line of NDJSON. Raises `malformed` or `too-large` with its number."""
    if len(line) > limits.line_bytes:
        raise Problem("too-large", f"Line {number} is longer than {limits.line_bytes} bytes.")
    value = value_of(line, where=f"Line {number}")
    if not isinstance(value, dict):
        raise Problem(
            "malformed",
            f"Line {number} is not a JSON object; for one document send application/json.",
        )
    return value


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
