"""A file under examination: what kind of document it is, read tolerantly and only once.

Bare NaN and a byte order mark are accepted, because tools write both. Lines are streamed.
"""

import csv
import json
import math
import zipfile
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

from candor_client.errors import InvalidData
from candor_client.importers.reading.delimited import Delimited, delimited
from candor_client.record import ImportProblem
from candor_client.tables.parquet import parquet_rows

Kind = Literal["zip", "document", "lines", "table", "parquet", "other"]

_HEAD: Final = 64 * 1024
_NOT_UTF8: Final = "the text is not UTF-8; save it as UTF-8."
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


class Probe:
    """One file. `kind` is decided by its content, never by its name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._line_numbers: dict[int, int] = {}

    @cached_property
    def kind(self) -> Kind:
        """`zip`, one JSON `document`, JSON `lines`, a delimited `table`, `parquet`, or `other`."""
        if self._head.startswith(b"PAR1"):
            return "parquet"
        if zipfile.is_zipfile(self.path) or self._head.startswith(b"PK\x03\x04"):
            return "zip"
        text = self._text_head
        if text[:1] not in {"{", "["}:
            return "table" if self._delimited is not None else "other"
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
            return json.loads(self.path.read_text(encoding=self._encoding))
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

    @property
    def beside(self) -> Mapping[str, Any]:
        """What a document says beside its rows."""
        if isinstance(self.members.get("predictions"), list):
            return {name: value for name, value in self.members.items() if name != "predictions"}
        return {}

    @property
    def label(self) -> str:
        """A name for the run where nothing in the file names it."""
        return self.path.stem

    @cached_property
    def first(self) -> dict[str, Any]:
        """The first row of lines, of a list or of a table; empty where there is none.

        Of a table whose first row cannot be read, the headers without cells.
        """
        try:
            for _, row in self.rows():
                return row
        except ImportProblem:
            if self.kind != "table":
                raise
            return dict.fromkeys(self.headers)
        return {}

    def rows(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Rows with their number from 0: JSON lines, a list of objects, one object, a table.

        Raises `ImportProblem` with every row that cannot be read.
        """
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

    def place_of(self, number: int) -> str:
        """Where a row stands, in words: its number from 0, and its line in the file."""
        line = self._line_numbers.get(number)
        return f"row {number}" if line is None else f"row {number} (line {line})"

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
        if self.kind != "table" or self._delimited is None:
            return []
        return [*self._delimited.header]

    @property
    def delimiter(self) -> str | None:
        """What separates the cells of a table."""
        return self._delimited.delimiter if self.kind == "table" and self._delimited else None

    @cached_property
    def _head(self) -> bytes:
        try:
            with self.path.open("rb") as file:
                return file.read(_HEAD)
        except OSError as error:
            raise ImportProblem(f"{self.path}: {error.strerror or error}.") from None

    @property
    def _encoding(self) -> str:
        return "utf-16" if self._head.startswith(_WIDE_MARKS) else "utf-8-sig"

    @cached_property
    def _text_head(self) -> str:
        return self._head.decode(self._encoding, "replace").lstrip()

    @cached_property
    def _delimited(self) -> Delimited | None:
        text = self._head.decode(self._encoding, "replace")
        return None if "\x00" in text else delimited(self.path, self._encoding, text)

    def _lines(self) -> Iterator[tuple[int, dict[str, Any]]]:
        with self.path.open(encoding=self._encoding, errors="strict") as file:
            number = 0
            faults: list[str] = []
            try:
                for line_number, line in enumerate(file, 1):
                    if not line.strip():
                        continue
                    self._line_numbers[number] = line_number
                    row = _object(line, f"row {number}, line {line_number}", faults)
                    if row is not None:
                        yield number, row
                    number += 1
            except UnicodeDecodeError:
                raise ImportProblem(f"{self.path}: {_NOT_UTF8}") from None
        if faults:
            first, more = "".join(f"\n  {fault}" for fault in faults[:10]), len(faults) - 10
            first += f"\n  … {len(faults):,} in all." if more > 0 else ""
            raise ImportProblem(f"{self.path}: Is the file complete?{first}")

    def _table(self) -> Iterator[tuple[int, dict[str, Any]]]:
        if self._delimited is None:
            return
        try:
            for number, line, row in self._delimited.rows():
                self._line_numbers[number] = line
                yield number, row
        except UnicodeDecodeError:
            raise ImportProblem(f"{self.path}: {_NOT_UTF8}") from None
        except csv.Error as error:
            raise ImportProblem(f"{self.path}: not a readable CSV file ({error}).") from None


class Part(Probe):
    """A part of a document that holds rows: `where` is its dotted path, `beside` what the document
    says beside it."""

    def __init__(self, whole: Probe, where: str, value: Any, beside: Mapping[str, Any]) -> None:
        super().__init__(whole.path)
        self.where, self._value, self._beside = where, value, beside

    @cached_property
    def kind(self) -> Kind:
        """A part of a document is one."""
        return "document"

    @cached_property
    def document(self) -> Any:
        """The part."""
        return self._value

    @property
    def beside(self) -> Mapping[str, Any]:
        """What the document says beside the part."""
        return self._beside

    @property
    def label(self) -> str:
        """The name of the part, where the file's says nothing of it."""
        return f"{self.path.stem} {self.where}".strip()


def _object(line: str, location: str, faults: list[str]) -> dict[str, Any] | None:
    """The object of a line of JSON; what is wrong with it goes to `faults`."""
    try:
        row = json.loads(line, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        what = str(error) if isinstance(error, _Twice) else f"not valid JSON ({_says(error)})"
        faults.append(f"{location}: {what}.")
        return None
    if not isinstance(row, dict):
        faults.append(f"{location}: a row is a JSON object.")
        return None
    return row


class _Twice(ValueError):
    """An object names a member twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Twice(f"the member {twice!r} stands there twice")
    return made


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
