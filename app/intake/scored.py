"""Rows to score without storing: predictions that carry their items' metadata.

A row names its item or is one of its own. The rows of one item are its samples; what they say of
the item (`accepted`, `category`, …) is taken from the first, and the others repeat it or
leave it out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from app.intake.columns import ItemColumns, PredictionColumns
from app.intake.items import ItemCheck
from app.intake.json_rows import value_of
from app.intake.limits import Limits
from app.intake.predictions import PredictionTable, broken, refuse_bad_rows
from app.intake.row_stream import RowBody, line_objects
from app.intake.rows import FIELDS as SAID
from app.intake.rows import RowReader
from app.intake.tables import BrokenRow
from app.problem import Problem, RowProblem

FACTS: Final = (
    "accepted",
    "choices",
    "category",
    "cluster",
    "weight",
    "answerable",
    "occurrences",
)
"""What a row may say of its item."""

NOT_SCORED: Final[Mapping[str, Any]] = {"question": None, "tags": {}}
"""What no score depends on: fields of an item that a row cannot say, and what stands instead."""

FIELDS: Final = (*SAID, *FACTS)

_ABOUT_ITEMS: Final = frozenset(FACTS)
NOTHING: Final[Mapping[str, Any]] = ItemCheck(Limits()).facts(0, None, {})
"""What is taken of an item of which a row says nothing."""


@dataclass(frozen=True, slots=True)
class ScoredColumns:
    """Predictions and the items they are of; `first_row` says which row introduced each item.

    Items without a name have keys that no item can have.
    """

    predictions: PredictionColumns
    items: ItemColumns
    first_row: list[int]


def not_scored(n: int) -> dict[str, list[Any]]:
    """The columns of `NOT_SCORED` for n items."""
    return {name: [empty] * n for name, empty in NOT_SCORED.items()}


class ScoredReader(RowBody[ScoredColumns]):
    """Reads one body of rows to score."""

    fields = FIELDS

    def table(self, limits: Limits, *, percent: bool) -> "_Table":
        return _Table(limits, percent=percent)


class _NamelessReader(RowReader):
    """Reads rows that need not name an item."""

    def item_of(self, number: int, fields: Mapping[str, Any]) -> str | None:
        return None if fields.get("item") is None else super().item_of(number, fields)


class _Table:
    """The rows so far, and the items that they introduced."""

    def __init__(self, limits: Limits, *, percent: bool) -> None:
        self._limits = limits
        self._reader = _NamelessReader(limits, percent=percent)
        self._check = ItemCheck(limits)
        self._predictions = PredictionTable(limits, percent=percent)
        self._line = 0
        self._position: dict[str, int] = {}
        self._first_row: list[int] = []
        self._facts: dict[str, list[Any]] = {name: [] for name in FACTS}

    def add_lines(self, text: bytes) -> None:
        """Whole lines of NDJSON; blank ones are passed over."""
        if not text:
            return
        self.add_fields(line_objects(text, first=self._line + 1, limits=self._limits))
        self._line += text.count(b"\n") + (not text.endswith(b"\n"))

    def add_document(self, rows: msgspec.Raw) -> None:
        """A JSON list of row objects."""
        values = value_of(rows, where="predictions")
        if not isinstance(values, list):
            raise Problem(
                "invalid-request", "predictions is a list of rows or an object of columns."
            )
        self.add_fields(values)

    def add_fields(self, rows: Iterable[Any]) -> None:
        """Rows as mappings of fields, validated one by one."""
        for row in rows:
            number = self._predictions.count(1)
            if isinstance(row, BrokenRow):
                self._check.problems.append(broken(number, row))
                continue
            fields = row if isinstance(row, Mapping) else {}
            told = _ABOUT_ITEMS.intersection(fields)
            row_fields = fields if not told else {n: v for n, v in fields.items() if n not in told}
            read = self._reader.read(number, row_fields)
            key = None if read is None else read.item or None
            facts = self._check.facts(number, key, fields) if told else NOTHING
            if read is None:
                continue
            if key is not None and key in self._position:
                if told:
                    self._compare(number, key, facts, fields)
            else:
                key = key or f"\x1f{number}"
                self._introduce(number, key, facts)
            self._predictions.add(read, key)

    def columns(self, digest: bytes) -> ScoredColumns:
        """Everything so far. Raises `invalid-predictions` where any row was bad."""
        problems = self._reader.problems + self._check.problems
        refuse_bad_rows(problems, self._predictions.seen)
        n = len(self._first_row)
        facts: Mapping[str, Any] = {**self._facts, **not_scored(n)}
        items = ItemColumns(key=list(self._position), digest=digest, **facts)
        return ScoredColumns(self._predictions.columns(digest), items, self._first_row)

    def _introduce(self, number: int, key: str, facts: Mapping[str, Any]) -> None:
        self._position[key] = len(self._first_row)
        self._first_row.append(number)
        for name in FACTS:
            self._facts[name].append(facts[name])

    def _compare(
        self, number: int, key: str, facts: Mapping[str, Any], fields: Mapping[str, Any]
    ) -> None:
        position = self._position[key]
        for name in FACTS:
            if fields.get(name) is not None and facts[name] != self._facts[name][position]:
                first = self._first_row[position]
                detail = f"{name} is not what row {first} says of this item; repeat it exactly."
                self._check.problems.append(
                    RowProblem(number, key, f"/{name}", "not-allowed", detail)
                )
