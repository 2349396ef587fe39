"""Items: a stable key and ordinal in the benchmark, and their state in each revision."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, and_, func, select

from app.storage.database.bulk import kinds_of, write_rows
from app.storage.database.rows import named_columns, named_rows
from app.storage.database.session import ReadSession, WriteSession
from app.storage.database.tables import Json, canonical, item, revision, revision_item


@dataclass(frozen=True, slots=True)
class Item:
    """One question in one revision."""

    ordinal: int
    key: str
    question: str | None
    accepted: list[str]
    choices: list[str] | None
    category: str | None
    cluster: str | None
    weight: float
    answerable: bool
    tags: dict[str, Any]
    occurrences: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRows:
    """Many items as parallel lists, by ordinal."""

    ordinal: list[int]
    key: list[str]
    question: list[str | None]
    accepted: list[list[str]]
    choices: list[list[str] | None]
    category: list[str | None]
    cluster: list[str | None]
    weight: list[float]
    answerable: list[bool]
    tags: list[dict[str, Any]]
    occurrences: list[int | None]


def write_items(
    session: WriteSession, *, benchmark_id: int, revision_id: int, rows: ItemRows, known: int
) -> None:
    """Writes a revision's items; identities with an ordinal from `known` on are new to the
    benchmark and are written too."""
    fresh = (
        (benchmark_id, ordinal, key)
        for ordinal, key in zip(rows.ordinal, rows.key, strict=True)
        if ordinal >= known
    )
    write_rows(session, "item", {"benchmark_id": "int8", "ordinal": "int4", "key": "text"}, fresh)
    write_rows(session, "revision_item", kinds_of(revision_item), _states(revision_id, rows))


_STATE: Final = tuple(
    column for column in revision_item.c if column.name not in {"revision_id", "ordinal"}
)
"""The columns of `revision_item` that hold the fields of an item."""


def _states(revision_id: int, rows: ItemRows) -> Iterator[tuple[Any, ...]]:
    values: dict[str, Iterable[Any]] = {
        "revision_id": [revision_id] * len(rows.ordinal),
        "ordinal": rows.ordinal,
    }
    for column in _STATE:
        held = getattr(rows, column.name)
        if isinstance(column.type, Json):
            held = (None if value is None else canonical(value) for value in held)
        values[column.name] = held
    return zip(*(values[column.name] for column in revision_item.c), strict=True)


def read_items(session: ReadSession, revision_id: int, *, start: int, limit: int) -> list[Item]:
    """Items of a revision in order, `limit` of them from place `start` on."""
    statement = _items(revision_id).order_by(item.c.ordinal).offset(start).limit(limit)
    return [Item(**row) for row in named_rows(session.run(statement))]


def items_at(session: ReadSession, revision_id: int, ordinals: Sequence[int]) -> dict[int, Item]:
    """Some items of a revision by their ordinal, at most 1,000."""
    if not ordinals:
        return {}
    statement = _items(revision_id).where(revision_item.c.ordinal.in_(ordinals))
    return {row["ordinal"]: Item(**row) for row in named_rows(session.run(statement))}


def find_item(session: ReadSession, revision_id: int, key: str) -> Item | None:
    """The item of that key in a revision."""
    row = session.run(_items(revision_id).where(item.c.key == key)).first()
    return None if row is None else Item(**row._asdict())


def load_items(session: ReadSession, revision_id: int) -> ItemRows:
    """All items of a revision as columns."""
    statement = _items(revision_id).order_by(item.c.ordinal)
    return ItemRows(**named_columns(session.run(statement)))


def categories_of(session: ReadSession, revision_id: int) -> list[tuple[str, int]]:
    """The categories of a revision with how many items each has, the largest first."""
    named, n = revision_item.c.category, func.count().label("n_items")
    rows = session.run(
        select(named, n)
        .where(revision_item.c.revision_id == revision_id, named.is_not(None))
        .group_by(named)
        .order_by(n.desc(), named)
    )
    return [(row.category, row.n_items) for row in rows]


def item_keys(session: ReadSession, benchmark_id: int) -> list[str]:
    """The keys of all items a benchmark ever had, by ordinal."""
    statement = (
        select(item.c.key).where(item.c.benchmark_id == benchmark_id).order_by(item.c.ordinal)
    )
    return list(session.run(statement).scalars())


def _items(revision_id: int) -> Select[Any]:
    state = revision_item.c
    return (
        select(item.c.ordinal, item.c.key, *_STATE)
        .join(revision, revision.c.id == state.revision_id)
        .join(
            item,
            and_(item.c.benchmark_id == revision.c.benchmark_id, item.c.ordinal == state.ordinal),
        )
        .where(state.revision_id == revision_id)
    )
