"""Rows of a result by the names of their columns, several times faster than `Row` gives them."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import CursorResult


def named_rows(result: CursorResult[Any]) -> Iterator[dict[str, Any]]:
    """Each row of a result as a dictionary by column name."""
    names = tuple(result.keys())
    return (dict(zip(names, row, strict=True)) for row in result)


def named_columns(result: CursorResult[Any]) -> dict[str, list[Any]]:
    """The columns of a result as parallel lists, empty where it has no row."""
    names, rows = tuple(result.keys()), result.all()
    columns: Iterable[Iterable[Any]] = zip(*rows, strict=True) if rows else ([] for _ in names)
    return dict(zip(names, map(list, columns), strict=True))
