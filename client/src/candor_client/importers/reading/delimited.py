"""Delimited text, as spreadsheets and scripts write it: nothing cut, shifted or dropped.

A row with more or fewer cells than the header is refused with its place: an unquoted separator
would move every cell behind it. Rows of empty cells, and a column without a name and contents,
are what spreadsheets leave behind, and are passed over.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from candor_client.record import ImportProblem
from candor_client.wording import counted

DELIMITERS: Final = ",;\t|"
_SHOWN: Final = 10
_SEPARATOR_LINE: Final = "sep="


@dataclass(frozen=True, slots=True)
class Delimited:
    """A file of delimited text: its delimiter, its header and the line where that stands."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    skipped: int

    def rows(self) -> Iterator[tuple[int, int, dict[str, Any]]]:
        """Number from 0, line from 1, and cells of each row that is not empty. Raises
        `ImportProblem` with every row whose cells do not fit the header."""
        faults: list[str] = []
        bad = number = 0
        for line, cells in self._lines():
            if not any(cell.strip() for cell in cells):
                continue
            fault = self._fault(cells)
            if fault is not None:
                bad += 1
                if len(faults) < _SHOWN:
                    faults.append(f"\n  row {number} (line {line}): {fault}")
            else:
                yield number, line, dict(zip(self.header, cells, strict=False))
            number += 1
        if bad:
            raise ImportProblem(
                f"{self.path}: the cells of {counted(bad, 'row')} do not fit the header; put text "
                f"with a {_name_of(self.delimiter)} or a line break in quotes.{''.join(faults)}"
            )

    def _fault(self, cells: list[str]) -> str | None:
        wanted = len(self.header)
        extra = cells[wanted:]
        if len(cells) < wanted or any(cell.strip() for cell in extra):
            return f"{counted(len(cells), 'cell')} under {counted(wanted, 'header')}"
        return None

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        with self.path.open(encoding=self.encoding, newline="") as file:
            for _ in range(self.skipped):
                file.readline()
            reader = csv.reader(file, delimiter=self.delimiter, strict=True)
            before = self.skipped
            for at, cells in enumerate(reader):
                line, before = before + 1, self.skipped + reader.line_num
                if at:
                    yield line, cells


def delimited(path: Path, encoding: str, head: str) -> Delimited | None:
    """The file as delimited text; None where its first line has no delimiter. Raises
    `ImportProblem` for a header that names a column twice."""
    first, skipped = _first_line(head)
    if first.lower().startswith(_SEPARATOR_LINE) and len(first.strip()) == len(_SEPARATOR_LINE) + 1:
        delimiter = first.strip()[-1]
        first, more = _first_line(head.split("\n", skipped + 1)[-1])
        skipped += 1 + more
    else:
        delimiter = max(DELIMITERS, key=_outside_quotes(first).count)
    if delimiter not in first:
        return None
    header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    while header and not header[-1]:
        header.pop()
    named = tuple(name or f"Unnamed: {at}" for at, name in enumerate(header))
    twice = [name for name, times in Counter(named).items() if times > 1]
    if twice:
        raise ImportProblem(
            f"{path}: the header names {twice[0]!r} twice; rename or remove one of the columns."
        )
    return Delimited(path, encoding, delimiter, named, skipped)


def _first_line(text: str) -> tuple[str, int]:
    """The first line that is not empty, and how many stand before it."""
    for at, line in enumerate(text.split("\n")):
        if line.strip():
            return line.rstrip("\r"), at
    return "", 0


def _outside_quotes(text: str) -> str:
    return "".join(text.split('"')[::2])


def _name_of(delimiter: str) -> str:
    return {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}.get(delimiter, delimiter)
