"""A table under examination: its rows with their places, its headers, the values of a column."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from candor_client.importers.reading.values import is_missing


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number from 0, where it stands in words, and its cells."""

    number: int
    location: str
    cells: Mapping[str, Any]


@dataclass(slots=True)
class Table:
    """The rows of a file. `is_text` where every cell is text, as in CSV."""

    path: Path
    lines: list[Line]
    headers: list[str]
    is_text: bool
    delimiter: str | None = None
    wished: dict[str, str] = field(default_factory=dict)

    def values(self, header: str) -> Iterator[Any]:
        """What stands in a column, row by row; None where a row has no such cell."""
        return (cell(line.cells, header) for line in self.lines)

    def stated(self, header: str) -> list[Any]:
        """What stands in a column where something does."""
        return [value for value in self.values(header) if not is_missing(value)]


def headers_of(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every header that any row has: in JSON lines each row may have its own."""
    inner: dict[str, None] = {}
    for row in rows:
        inner |= dict.fromkeys(row)
    return list(inner)


def cell(row: Mapping[str, Any], header: str) -> Any:
    """A cell by its header, or by a dotted path into objects and lists."""
    if header in row or "." not in header:
        return row.get(header)
    inner: Any = row
    for part in header.split("."):
        if isinstance(inner, Mapping):
            inner = inner.get(part)
        elif isinstance(inner, list) and part.isdecimal() and int(part) < len(inner):
            inner = inner[int(part)]
        else:
            return None
    return inner
