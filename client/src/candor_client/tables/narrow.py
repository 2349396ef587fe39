"""Numbers of 32 and 16 bits by what they print: 0.8 in 32 bits is 0.8, and not the double
0.800000011920929, which lies above a target of 0.8."""

import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

_PACKINGS: Final = {"float": "<f", "float32": "<f", "halffloat": "<e", "float16": "<e"}
"""How `struct` packs the types that Arrow, pandas, polars and numpy name so."""


def narrow_columns(kinds: Iterable[tuple[Any, Any]]) -> dict[str, str]:
    """The packing of each narrow column, of pairs of names and types; lists count by what they
    hold."""
    found = {}
    for name, kind in kinds:
        packing = _PACKINGS.get(str(_innermost(kind)).lower())
        if packing is not None:
            found[str(name)] = packing
    return found


def _innermost(kind: Any) -> Any:
    """The type inside lists."""
    return _innermost(kind.value_type) if hasattr(kind, "value_type") else kind


def as_printed(
    rows: Iterable[Mapping[Any, Any]], narrow: Mapping[str, str]
) -> Iterator[dict[Any, Any]]:
    """Rows with the numbers of narrow columns in their shortest spelling."""
    for row in rows:
        yield dict(row) | {name: shortest(row[name], packing) for name, packing in narrow.items()}


def shortest(value: Any, packing: str) -> Any:
    """The double that is spelled shortest among those that are this narrow number; lists by
    member."""
    if isinstance(value, list):
        return [shortest(one, packing) for one in value]
    if not isinstance(value, float):
        return value
    for digits in range(1, 10):
        short = float(f"{value:.{digits}g}")
        try:
            if struct.unpack(packing, struct.pack(packing, short))[0] == value:
                return short
        except OverflowError:
            continue
    return value
