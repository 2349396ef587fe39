"""Parses items of a benchmark into `ItemColumns`, from JSON, NDJSON, CSV or Parquet."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from app.intake.columns import ItemColumns
from app.intake.decompress import Unpacker, media_of
from app.intake.json_rows import BYTE_ORDER_MARK, members_of, value_of
from app.intake.limits import Limits
from app.intake.rows import RowReader
from app.intake.tables import BrokenRow, csv_rows, parquet_rows
from app.problem import SHOWN_ROWS, Problem, RowProblem
from app.wording import invalid

FIELDS: Final = (
    "key",
    "question",
    "accepted",
    "choices",
    "category",
    "cluster",
    "weight",
    "answerable",
    "tags",
    "occurrences",
)
QUESTION_CHARACTERS: Final = 32 * 1024
MOST_ANSWERS: Final = 1_000
MOST_CHOICES: Final = 255
MOST_TAGS: Final = 16
LIGHTEST: Final = 1e-12
"""The least weight: squares of much smaller ones vanish in a double, and with them the errors."""
HEAVIEST: Final = 1e12
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class ItemReader:
    """Reads one body of items: `feed` its bytes as they come, then `finish`."""

    def __init__(
        self,
        content_type: str | None,
        *,
        content_encoding: str | None = None,
        limits: Limits | None = None,
        fewest: int = 1,
    ) -> None:
        self._fewest = fewest
        self._limits = limits or Limits()
        self._media = media_of(content_type)
        self._unpacker = Unpacker(content_encoding, self._limits)
        self._held = bytearray()

    def feed(self, chunk: bytes) -> None:
        """The next bytes off the wire. Raises a `Problem` as soon as the body is hopeless."""
        for piece in self._unpacker.feed(chunk):
            self._held += piece
            if self._media == "json" and len(self._held) > self._limits.json_document_bytes:
                raise Problem(
                    "too-large",
                    f"A JSON document ends at {self._limits.json_document_bytes} bytes; "
                    "send the items as application/x-ndjson.",
                )

    def finish(self) -> tuple[dict[str, Any] | None, ItemColumns]:
        """The other members of a JSON document (None for bodies of rows alone) and the items.

        Raises `malformed`, `too-large` or `invalid-items` with every bad item counted.
        """
        self._unpacker.finish()
        body = bytes(self._held)
        self._held.clear()
        metadata, rows = None, self._rows_of(body)
        if self._media == "json":
            metadata, rows = _document(body, fewest=self._fewest)
        columns = _columns(rows, self._limits, self._unpacker.digest)
        if columns.n_items < self._fewest:
            raise Problem("invalid-items", "There are no items; a benchmark has at least one.")
        return metadata, columns

    def _rows_of(self, body: bytes) -> Iterable[Any]:
        if self._media == "ndjson":
            return _lines(body)
        if self._media == "csv":
            return csv_rows(body, FIELDS, self._limits)
        return parquet_rows(body, FIELDS)


def _document(body: bytes, *, fewest: int) -> tuple[dict[str, Any], list[Any]]:
    members = members_of(body, hint=" For items line by line send application/x-ndjson.")
    if "items" not in members and fewest:
        raise Problem("invalid-request", "The document has no items; send a list.")
    items = value_of(members.pop("items"), where="items") if "items" in members else []
    if not isinstance(items, list):
        raise Problem("invalid-request", "items is a list of items.")
    return {name: value_of(raw, where=name[:80]) for name, raw in members.items()}, items


def _lines(body: bytes) -> Iterator[Any]:
    for number, line in enumerate(body.removeprefix(BYTE_ORDER_MARK).split(b"\n"), 1):
        if line.strip():
            yield value_of(line, where=f"Line {number}")


def _columns(rows: Iterable[Any], limits: Limits, digest: bytes) -> ItemColumns:
    check = ItemCheck(limits)
    columns: dict[str, list[Any]] = {name: [] for name in FIELDS}
    given: list[frozenset[str]] = []
    # Items mostly carry the same fields: one set for all that do.
    kinds: dict[frozenset[str], frozenset[str]] = {}
    n = 0
    for number, row in enumerate(rows):
        n = number + 1
        if n > limits.rows:
            raise Problem("too-large", f"A benchmark has at most {limits.rows} items.")
        item = check.read(number, row)
        if item is not None:
            for name in FIELDS:
                columns[name].append(item[name])
            kind = frozenset(name for name in row if row[name] is not None)
            given.append(kinds.setdefault(kind, kind))
    if check.problems:
        bad = len({problem.row for problem in check.problems})
        raise Problem(
            "invalid-items",
            invalid(bad, of=n, noun="item"),
            rows=check.problems[:SHOWN_ROWS],
            total=len(check.problems),
        )
    made: Mapping[str, Any] = columns
    return ItemColumns(digest=digest, given=given, **made)


class ItemCheck:
    """Validates items one by one; collects problems instead of stopping at the first."""

    def __init__(self, limits: Limits) -> None:
        self.problems: list[RowProblem] = []
        self._keys: dict[str, int] = {}
        self._fault = RowReader(limits, percent=False).item_fault
        self._longest = limits.answer_characters

    def read(self, number: int, row: Any) -> dict[str, Any] | None:
        """The item with every field, or None after noting all that is wrong with it."""
        before = len(self.problems)
        if isinstance(row, BrokenRow):
            self._note(number, None, "", "malformed", str(row))
            return None
        if not isinstance(row, Mapping):
            self._note(number, None, "", "wrong-type", "An item is an object.")
            return None
        key = self._key(number, row.get("key"))
        for name in row:
            if name not in FIELDS:
                detail = "This field is not known; remove it."
                self._note(number, key, f"/{str(name)[:80]}", "unknown-field", detail)
        item = {
            "key": key,
            "question": self._text(number, key, row, "question", QUESTION_CHARACTERS),
            "tags": self._tags(number, key, row.get("tags")),
        } | self.facts(number, key, row)
        return item if len(self.problems) == before else None

    def facts(self, number: int, key: str | None, row: Mapping[str, Any]) -> dict[str, Any]:
        """The item's metadata for grading and scoring, with defaults for absent fields."""
        return {
            "accepted": self._texts(number, key, row, "accepted", MOST_ANSWERS) or [],
            "choices": self._texts(number, key, row, "choices", MOST_CHOICES),
            "category": self._text(number, key, row, "category", 256),
            "cluster": self._text(number, key, row, "cluster", 256),
            "weight": self._weight(number, key, row.get("weight")),
            "answerable": self._flag(number, key, row.get("answerable")),
            "occurrences": self._count(number, key, row.get("occurrences")),
        }

    def _note(self, number: int, key: str | None, pointer: str, code: str, detail: str) -> None:
        self.problems.append(RowProblem(number, key, pointer, code, detail))

    def _key(self, number: int, key: Any) -> str | None:
        detail = self._fault(key)
        if detail is not None:
            code = "missing-field" if key is None else "malformed"
            self._note(number, None, "/key", code, detail.replace("item is", "key is"))
            return None
        earlier = self._keys.setdefault(key, number)
        if earlier != number:
            self._note(number, key, "/key", "duplicate", f"Row {earlier} has the same key.")
        return str(key)

    def _text(
        self, number: int, key: str | None, row: Mapping[str, Any], name: str, most: int
    ) -> str | None:
        text = row.get(name)
        if text is None:
            return None
        fault = self._text_fault(text, most)
        if fault is not None:
            self._note(number, key, f"/{name}", fault[0], f"{name} {fault[1]}")
        return str(text)

    def _texts(
        self, number: int, key: str | None, row: Mapping[str, Any], name: str, most: int
    ) -> list[str] | None:
        texts = row.get(name)
        if texts is None:
            return None
        if not isinstance(texts, list):
            self._note(number, key, f"/{name}", "wrong-type", f"{name} is a list of strings.")
            return None
        if len(texts) > most:
            self._note(number, key, f"/{name}", "too-long", f"{name} has at most {most} members.")
        for at, text in enumerate(texts):
            fault = self._text_fault(text, self._longest)
            if fault is not None:
                self._note(number, key, f"/{name}/{at}", fault[0], f"A member {fault[1]}")
        return texts

    def _text_fault(self, text: Any, most: int) -> tuple[str, str] | None:
        if not isinstance(text, str):
            return "wrong-type", "is a string."
        if len(text) > most:
            return "too-long", f"has at most {most} characters."
        if "\x00" in text:
            return "malformed", "holds a NUL character; remove it."
        # A lone surrogate: JSON in a CSV cell can hold one, and no database stores it.
        if not text.isascii() and _SURROGATE.search(text):
            return "malformed", "holds half of a surrogate pair; send the whole character."
        return None

    def _weight(self, number: int, key: str | None, weight: Any) -> float:
        if weight is None:
            return 1.0
        number_like = isinstance(weight, int | float) and not isinstance(weight, bool)
        if number_like and LIGHTEST <= weight <= HEAVIEST:
            return float(weight)
        detail = f"weight is a number from {LIGHTEST:g} to {HEAVIEST:g}; scale the weights alike."
        self._note(number, key, "/weight", "out-of-range", detail)
        return 1.0

    def _flag(self, number: int, key: str | None, answerable: Any) -> bool:
        if answerable is None:
            return True
        if isinstance(answerable, bool):
            return answerable
        self._note(number, key, "/answerable", "wrong-type", "answerable is true or false.")
        return True

    def _tags(self, number: int, key: str | None, tags: Any) -> dict[str, Any]:
        if tags is None:
            return {}
        if not isinstance(tags, dict) or len(tags) > MOST_TAGS:
            detail = f"tags is an object of at most {MOST_TAGS} strings."
            self._note(number, key, "/tags", "wrong-type", detail)
            return {}
        for name, value in tags.items():
            fault = self._text_fault(name, 256) or self._text_fault(value, 256)
            if fault is not None:
                self._note(number, key, f"/tags/{str(name)[:80]}", fault[0], f"A tag {fault[1]}")
        return tags

    def _count(self, number: int, key: str | None, occurrences: Any) -> int | None:
        if occurrences is None:
            return None
        if isinstance(occurrences, int) and not isinstance(occurrences, bool):
            if 0 <= occurrences < 2**62:
                return occurrences
            detail = "occurrences is 0 or more."
            self._note(number, key, "/occurrences", "out-of-range", detail)
            return None
        detail = "occurrences is a whole number."
        self._note(number, key, "/occurrences", "wrong-type", detail)
        return None
