"""Rows in: a list of mappings, columns, a pandas or polars DataFrame or an Arrow table, as JSON
objects.

In tables NaN stands for a missing value and becomes an absent field; where there is an answer
column and no other field says what a row means, a missing answer is an abstention, as on the wire.
"""

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from candor_client.errors import InvalidData
from candor_client.tables.narrow import as_printed, narrow_columns, shortest

FIELDS: Final = (
    "item",
    "sample",
    "answer",
    "abstained",
    "confidence",
    "status",
    "verdict",
    "credit",
)


_NARROW: Final = {"float32": "<f", "float16": "<e"}
"""Packings of the scalars of array libraries, by the names of their types."""


def rows_of(data: Any) -> Iterator[dict[str, Any]]:
    """`data` as rows. Raises `InvalidData` for what is neither rows nor columns."""
    if hasattr(data, "to_pylist") and hasattr(data, "column_names"):  # an Arrow table
        batches = data.to_batches() if hasattr(data, "to_batches") else [data]
        rows = (row for batch in batches for row in batch.to_pylist())
        return _printed(rows, ((one.name, one.type) for one in data.schema))
    if hasattr(data, "iter_rows"):  # polars
        return _printed(data.iter_rows(named=True), data.schema.items())
    if hasattr(data, "to_dict") and hasattr(data, "columns"):  # pandas
        return _printed(data.to_dict("records"), getattr(data, "dtypes", {}).items())
    if isinstance(data, Mapping):
        return _from_columns(data)
    if isinstance(data, Iterable) and not isinstance(data, str | bytes):
        return (_row(number, row) for number, row in enumerate(data))
    raise InvalidData(
        "Predictions are a path, a list of rows, a dict of columns, a DataFrame or an Arrow table."
    )


def _printed(
    rows: Iterable[Mapping[Any, Any]], kinds: Iterable[tuple[Any, Any]]
) -> Iterator[dict[str, Any]]:
    narrow = narrow_columns(kinds)
    return (_row(number, row) for number, row in enumerate(as_printed(rows, narrow)))


def _from_columns(columns: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    lists = {str(name): list(column) for name, column in columns.items()}
    if len({len(column) for column in lists.values()}) > 1:
        raise InvalidData("The columns of the predictions differ in length.")
    for number, values in enumerate(zip(*lists.values(), strict=True)):
        yield _row(number, dict(zip(lists, values, strict=True)))


def _row(number: int, given: Any) -> dict[str, Any]:
    if dataclasses.is_dataclass(given) and not isinstance(given, type):
        given = {name: getattr(given, name) for name in FIELDS if hasattr(given, name)}
    if not isinstance(given, Mapping):
        raise InvalidData(f"Row {number} is no mapping of fields.")
    row = {str(name): _plain(number, str(name), value) for name, value in given.items()}
    says_otherwise = any(row.get(name) is not None for name in ("abstained", "status", "verdict"))
    return {
        name: value
        for name, value in row.items()
        if value is not None or (name == "answer" and not says_otherwise)
    }


def _plain(number: int, name: str, value: Any) -> Any:
    """A JSON value: numbers of array libraries unwrapped, NaN as None, keys and answers as text."""
    if value is None or isinstance(value, str):
        return value
    if type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if not isinstance(value, bool | int | float) and hasattr(value, "item"):
        # numpy's narrow numbers print shorter than the doubles that they become.
        narrow = _NARROW.get(type(value).__name__)
        value = value.item()
        value = value if narrow is None else shortest(value, narrow)
    if isinstance(value, float) and not math.isfinite(value):
        if math.isnan(value):
            return None
        raise InvalidData(f"Row {number}: {name} is infinite.")
    if name in {"item", "answer"} and type(value) is int:
        return str(value)
    if name == "sample" and isinstance(value, float) and value.is_integer():
        return int(value)
    return value
