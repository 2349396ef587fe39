"""A file under examination: what kind of document it is, read tolerantly and only once.

Bare NaN and a byte order mark are accepted, because tools write both. Lines are streamed.
"""

import csv
import json
import math
import zipfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

from candor_client.errors import InvalidData
from candor_client.record import ImportProblem
from candor_client.tables.parquet import parquet_rows

Kind = Literal["zip", "document", "lines", "table", "parquet", "other"]

_HEAD: Final = 64 * 1024
_NOT_UTF8: Final = "the text is not UTF-8; save it as UTF-8."
_DELIMITERS: Final = ",;\t|"


class Probe:
    """One file. `kind` is decided by its content, never by its name."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def kind(self) -> Kind:
        """`zip`, one JSON `document`, JSON `lines`, a delimited `table`, `parquet`, or `other`."""
        if self._head.startswith(b"PAR1"):
            return "parquet"
        if zipfile.is_zipfile(self.path) or self._head.startswith(b"PK\x03\x04"):
            return "zip"
        text = self._text_head
        if text[:1] not in {"{", "["}:
            return "table" if self._is_table else "other"
        first, _, rest = text.partition("\n")
        if first.rstrip().endswith("}") and _parses(first) and rest.strip():
            return "lines"
        return "document"

    @cached_property
    def document(self) -> Any:
        """The whole JSON document. Raises `ImportProblem` where it does not end or parse."""
        if self.kind != "document":
            return None
        try:
            return json.loads(self.path.read_text(encoding="utf-8-sig"))
        except UnicodeDecodeError:
            raise ImportProblem(f"{self.path}: {_NOT_UTF8}") from None
        except (ValueError, RecursionError) as error:
            raise ImportProblem(
                f"{self.path}: not valid JSON ({_says(error)}). Is the file complete?"
            ) from None

    @cached_property
    def members(self) -> dict[str, Any]:
        """The document where it is one object, else empty."""
        return self.document if isinstance(self.document, dict) else {}

    @cached_property
    def first(self) -> dict[str, Any]:
        """The first row of lines, of a list or of a table; empty where there is none."""
        for _, row in self.rows():
            return row
        return {}

    def rows(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Rows with their number from 0: JSON lines, a list of objects, one object, a table."""
        if self.kind == "lines":
            yield from self._lines()
        elif self.kind == "table":
            yield from self._table()
        elif self.kind == "parquet":
            yield from enumerate(self._parquet())
        elif isinstance(self.document, list):
            yield from ((n, row) for n, row in enumerate(self.document) if isinstance(row, dict))
        elif self.members:
            yield 0, self.members

    def _parquet(self) -> Iterator[dict[str, Any]]:
        try:
            for row in parquet_rows(self.path):
                yield {name: _told(value) for name, value in row.items()}
        except InvalidData as error:
            raise ImportProblem(str(error)) from None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it but white space."""
        return not self._text_head

    @cached_property
    def headers(self) -> list[str]:
        """The columns of a table, also of one without rows."""
        if self.kind == "parquet":
            return list(self.first)
        if self.kind != "table":
            return []
        header = self._text_head.partition("\n")[0]
        return next(csv.reader([header], delimiter=max(_DELIMITERS, key=header.count)), [])

    @cached_property
    def _head(self) -> bytes:
        try:
            with self.path.open("rb") as file:
                return file.read(_HEAD)
        except OSError as error:
            raise ImportProblem(f"{self.path}: {error.strerror or error}.") from None

    @cached_property
    def _text_head(self) -> str:
        return self._head.decode("utf-8-sig", "replace").lstrip()

    @cached_property
    def _is_table(self) -> bool:
        header = self._text_head.partition("\n")[0]
        return b"\x00" not in self._head and any(mark in header for mark in _DELIMITERS)

    def _lines(self) -> Iterator[tuple[int, dict[str, Any]]]:
        with self.path.open(encoding="utf-8-sig", errors="strict") as file:
            number = 0
            try:
                for line_number, line in enumerate(file, 1):
                    if not line.strip():
                        continue
                    yield number, self._line(line_number, line)
                    number += 1
            except UnicodeDecodeError:
                raise ImportProblem(f"{self.path}: {_NOT_UTF8}") from None

    def _line(self, line_number: int, line: str) -> dict[str, Any]:
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ImportProblem(
                f"{self.path}, line {line_number}: not valid JSON ({_says(error)}). "
                "Is the file complete?"
            ) from None
        if not isinstance(row, dict):
            raise ImportProblem(f"{self.path}, line {line_number}: a row is a JSON object.")
        return row

    def _table(self) -> Iterator[tuple[int, dict[str, Any]]]:
        header = self._text_head.partition("\n")[0]
        delimiter = max(_DELIMITERS, key=header.count)
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                yield from enumerate(csv.DictReader(file, delimiter=delimiter))
        except UnicodeDecodeError:
            raise ImportProblem(f"{self.path}: {_NOT_UTF8}") from None
        except csv.Error as error:
            raise ImportProblem(f"{self.path}: not a readable CSV file ({error}).") from None


def _parses(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _told(value: Any) -> Any:
    """A missing number as tables write it is none."""
    return None if isinstance(value, float) and math.isnan(value) else value


def _says(error: Exception) -> str:
    return str(error) if isinstance(error, ValueError) else "nested too deeply"
