"""Reads CSV and Parquet as rows of fields. An empty CSV cell is an absent field."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from app.intake.columns import AcceptedCell
from app.intake.decompress import NO_PARQUET
from app.intake.limits import Limits
from app.problem import Problem, RowProblem

_TRUE, _FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})
NUMBERS = frozenset({"confidence", "credit", "weight"})
WHOLE = frozenset({"sample", "occurrences"})
FLAGS = frozenset({"abstained", "answerable"})
LISTS = frozenset({"accepted", "choices", "option_probs"})
OBJECTS = frozenset({"tags"})


class BrokenRow(str):
    """What is wrong with a row whose cells do not fit the header; told with the other faults."""

    __slots__ = ()


def csv_rows(
    body: bytes, fields: Sequence[str], limits: Limits
) -> Iterator[dict[str, Any] | BrokenRow]:
    """Rows of a CSV with a header; values are read by the names of their columns.

    Raises `malformed` for what is not CSV and `invalid-request` for an unknown column.
    """
    lines = _Lines(body, most=limits.line_bytes * len(fields))
    previous = csv.field_size_limit(limits.line_bytes)
    try:
        yield from _rows(csv.reader(lines, strict=True), fields, lines)
    except UnicodeDecodeError:
        raise Problem("malformed", "The CSV is not UTF-8; save it as UTF-8.") from None
    except csv.Error as error:
        if "field larger" in str(error):
            raise Problem(
                "too-large", f"A CSV field is longer than {limits.line_bytes} characters."
            ) from None
        raise Problem("malformed", f"The CSV cannot be read: {error}.") from None
    finally:
        csv.field_size_limit(previous)


class _Lines:
    """The lines of a CSV, decoded as they are read; `taken` counts the characters of this row.

    A row may have line breaks in its cells, but not an endless number of them, nor of cells.
    """

    def __init__(self, body: bytes, *, most: int) -> None:
        self._text = io.TextIOWrapper(io.BytesIO(body), encoding="utf-8-sig", newline="")
        self._most = most
        self.taken = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._most + 1)
        self.taken += len(line)
        if self.taken > self._most:
            raise Problem("too-large", f"A CSV row is longer than {self._most} characters.")
        if "\x00" in line:
            raise Problem("malformed", "The CSV holds a NUL character; remove it.")
        if not line:
            raise StopIteration
        return line


def _rows(
    rows: Iterator[list[str]], fields: Sequence[str], lines: _Lines
) -> Iterator["dict[str, Any] | BrokenRow"]:
    header = [_field_of(name, fields) for name in next(rows, [])]
    while header and not header[-1]:
        header.pop()  # a separator at the end of the line, as spreadsheets leave it
    _check_header(header, fields)
    lines.taken = 0
    number = -1
    for cells in rows:
        lines.taken = 0
        if not any(cell.strip() for cell in cells):
            continue
        number += 1
        if any(cell.strip() for cell in cells[len(header) :]):
            yield BrokenRow(
                f"Row {number} has more cells than the header; put text with commas in quotes."
            )
            continue
        yield {
            name: cell_value(name, cell)
            for name, cell in zip(header, cells, strict=False)
            if cell != ""
        }


def _field_of(name: str, fields: Sequence[str]) -> str:
    """The field that a header names: blanks around it and capitals change nothing."""
    text = name.strip()
    return text.lower() if text.lower() in fields else text


def _check_header(header: list[str], fields: Sequence[str]) -> None:
    unknown = [name for name in header if name not in fields]
    if len(header) == 1 and unknown and (mark := _other_separator(header[0])) is not None:
        raise Problem(
            "invalid-request",
            f"The cells are separated by {mark}; a CSV here has commas between them, and points in "
            "its numbers. candor push reads such a file as it stands.",
        )
    if not header or unknown or len(set(header)) != len(header):
        what = "repeated" if not unknown else f"unknown: {unknown[0][:80]!r}"
        detail = "This column is not known; rename or remove it."
        raise Problem(
            "invalid-request",
            f"The first line names the columns, and one is {what}. Known: {', '.join(fields)}.",
            rows=[
                RowProblem(None, None, f"/{name[:80]}", "unknown-field", detail) for name in unknown
            ],
        )


def _other_separator(header: str) -> str | None:
    """What separates the names of a header without commas, in a word."""
    named = {";": "semicolons", "\t": "tabs", "|": "bars"}
    return next((word for mark, word in named.items() if mark in header), None)


def cell_value(name: str, cell: str) -> Any:
    """A cell by the kind of its column; what does not read as that stays text, to be refused."""
    if name in NUMBERS:
        return _number(cell)
    if name in WHOLE:
        return int(cell) if cell.strip().isdecimal() and len(cell) < 19 else cell
    if name in FLAGS:
        lower = cell.strip().lower()
        return True if lower in _TRUE else False if lower in _FALSE else cell
    if name in LISTS or name in OBJECTS:
        return _structure(cell, name)
    return cell


def _number(cell: str) -> float | str:
    try:
        return float(cell) if "_" not in cell else cell
    except ValueError:
        return cell


def _structure(cell: str, name: str) -> Any:
    """A JSON list or object; other text in a list column is its only member."""
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        value = None
    if name in OBJECTS:
        return value if isinstance(value, dict) else cell
    if not isinstance(value, list):
        return [cell]
    if name == "accepted":
        # A list that is no list of strings is the answer itself, or a set of sets.
        plain = all(isinstance(member, str) for member in value)
        return AcceptedCell(value if plain else [cell], cell)
    return value


def parquet_rows(body: bytes, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Rows of a Parquet file. Raises `unsupported-media-type` where pyarrow is not installed."""
    try:
        import pyarrow  # noqa: PLC0415  an optional extra, and heavy: only for those who send it
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError:
        raise Problem("unsupported-media-type", NO_PARQUET) from None
    try:
        table = parquet.ParquetFile(io.BytesIO(body))
        header = [str(name) for name in table.schema_arrow.names]
        _check_header(header, fields)
        spelled = {
            column.name: narrow for column in table.schema_arrow if (narrow := _narrow(column.type))
        }
        for batch in table.iter_batches(batch_size=10_000):
            for row in batch.to_pylist():
                told = {name: value for name, value in row.items() if value is not None}
                for name in spelled.keys() & told.keys():
                    told[name] = _as_printed(told[name], spelled[name])
                yield told
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise Problem("malformed", "The body is not a readable Parquet file.") from error


def _narrow(kind: Any) -> type[np.floating[Any]] | None:
    """The type of a column of 32 or 16 bit numbers, or of lists of them; None for others."""
    while hasattr(kind, "value_type"):
        kind = kind.value_type
    return _NARROW.get(str(kind))


_NARROW: Final[dict[str, type[np.floating[Any]]]] = {"float": np.float32, "halffloat": np.float16}


def _as_printed(value: Any, narrow: type[np.floating[Any]]) -> Any:
    """Numbers by their shortest spelling in their own type: 0.8 in 32 bits is 0.8, and not the
    double 0.800000011920929, which lies above a target of 0.8."""
    if isinstance(value, list):
        return [_as_printed(number, narrow) for number in value]
    return value if value is None else float(str(narrow(value)))
