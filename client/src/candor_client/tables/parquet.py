"""Parquet in: read with pyarrow, where that is installed beside the client."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from candor_client.errors import InvalidData
from candor_client.tables.narrow import as_printed, narrow_columns

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
            narrow = narrow_columns((one.name, one.type) for one in table.schema_arrow)
            for batch in table.iter_batches(batch_size=10_000):
                yield from as_printed(batch.to_pylist(), narrow)
    except (pyarrow.ArrowException, ValueError) as error:
        raise InvalidData(f"{path}: not a readable Parquet file ({error}).") from None
    except OSError as error:
        raise InvalidData(f"{path}: {error.strerror or error}.") from None
