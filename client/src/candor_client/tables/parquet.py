"""Parquet in: read with pyarrow, where that is installed beside the client."""

import struct
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from candor_client.errors import InvalidData

NEEDS: Final = (
    "reading Parquet takes pyarrow, which is not installed here: pip install pyarrow, or save the "
    "rows as JSON lines or CSV"
)


def reads_parquet() -> bool:
    """Whether pyarrow is there."""
    return find_spec("pyarrow") is not None


def parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a Parquet file, a batch at a time.

    Raises `InvalidData` for a file that is none, and where pyarrow is not installed.
    """
    try:
        import pyarrow  # noqa: PLC0415  optional, and heavy
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError:
        raise InvalidData(f"{path}: {NEEDS}.") from None
    try:
        with path.open("rb") as file:
            table = parquet.ParquetFile(file)
            narrow = {one.name: _packing(one.type) for one in table.schema_arrow}
            spelled = {name: packing for name, packing in narrow.items() if packing}
            for batch in table.iter_batches(batch_size=10_000):
                for row in batch.to_pylist():
                    yield row | {name: _as_printed(row[name], of) for name, of in spelled.items()}
    except (pyarrow.ArrowException, ValueError) as error:
        raise InvalidData(f"{path}: not a readable Parquet file ({error}).") from None
    except OSError as error:
        raise InvalidData(f"{path}: {error.strerror or error}.") from None


def _packing(kind: Any) -> str | None:
    """How `struct` packs the numbers of a column of 32 or 16 bits, or of lists of them."""
    while hasattr(kind, "value_type"):
        kind = kind.value_type
    return {"float": "<f", "halffloat": "<e"}.get(str(kind))


def _as_printed(value: Any, packing: str) -> Any:
    """Numbers by their shortest spelling in their own type: 0.8 in 32 bits is 0.8, and not the
    double 0.800000011920929, which lies above a target of 0.8."""
    if isinstance(value, list):
        return [_as_printed(one, packing) for one in value]
    if value is None:
        return None
    for digits in range(1, 10):
        short = float(f"{value:.{digits}g}")
        try:
            if struct.unpack(packing, struct.pack(packing, short))[0] == value:
                return short
        except OverflowError:
            continue
    return value
