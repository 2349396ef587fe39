"""What a request carries: rows or a file, packed once, sent as often as it takes.

Rows are written as NDJSON and compressed as they come, while a digest is taken: what stands in
memory is small, its length is known for the progress bar, and a repeat sends the very same bytes.
"""

import gzip
import hashlib
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from candor_client.errors import InvalidData

Progress = Callable[[int, int], None]
"""Called with the bytes sent so far and the bytes in all."""

CHUNK: Final = 256 * 1024
_MEDIA: Final = {
    ".jsonl": "application/x-ndjson",
    ".ndjson": "application/x-ndjson",
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
}
_PACKED: Final = {".gz": "gzip", ".zst": "zstd"}
NDJSON: Final = _MEDIA[".ndjson"]


@dataclass(frozen=True, slots=True)
class Body:
    """Bytes to send, from the start each time. `digest` is of what they say, not how packed."""

    media: str
    encoding: str | None
    size: int
    digest: str
    file: IO[bytes]

    def headers(self) -> dict[str, str]:
        """The headers that describe the bytes."""
        described = {"Content-Type": self.media, "Content-Length": str(self.size)}
        return described | ({"Content-Encoding": self.encoding} if self.encoding else {})

    def chunks(self, progress: Progress | None = None) -> Iterator[bytes]:
        """The bytes, from the start."""
        self.file.seek(0)
        sent = 0
        while chunk := self.file.read(CHUNK):
            yield chunk
            sent += len(chunk)
            if progress is not None:
                progress(sent, self.size)


def pack_rows(rows: Iterable[Mapping[str, Any]]) -> Body:
    """Rows as gzipped NDJSON. Raises `InvalidData` where there are none."""
    return _pack((_line(row) for row in rows), NDJSON)


def pack_document(fields: Mapping[str, Any], *, member: str, rows: Iterable[Any]) -> Body:
    """One gzipped JSON document: `fields`, and the rows as its `member`."""
    head = json.dumps(dict(fields), ensure_ascii=False, allow_nan=False).removesuffix("}")
    comma = ", " if fields else ""

    def pieces() -> Iterator[bytes]:
        yield f"{head}{comma}{json.dumps(member)}: [".encode()
        for number, row in enumerate(rows):
            yield (b"," if number else b"") + _line(row)
        yield b"]}"

    return _pack(pieces(), "application/json")


def pack_file(path: str | os.PathLike[str]) -> Body:
    """A file of rows as it stands: JSONL, CSV or Parquet, plain or packed with gzip or zstd.

    Raises `InvalidData` for another kind of file.
    """
    path = Path(path)
    packed = _PACKED.get(path.suffix.lower())
    kind = (path.with_suffix("") if packed else path).suffix.lower()
    if path.is_dir():
        raise InvalidData(f"{path} is a folder; name a file, or let candor push read the folder.")
    if kind not in _MEDIA:
        kinds = ", ".join((*_MEDIA, ".json"))
        raise InvalidData(f"{path}: a file of rows ends in {kinds}, or in these and .gz.")
    try:
        source = path.open("rb")
    except OSError as error:
        raise InvalidData(f"{path}: {error.strerror}.") from None
    if os.fstat(source.fileno()).st_size == 0:
        source.close()
        raise InvalidData(f"{path} is empty.")
    with source:
        if packed is None and kind != ".parquet":
            return _pack(iter(lambda: source.read(CHUNK), b""), _MEDIA[kind])
        return _hold(source, media=_MEDIA[kind], encoding=packed)


def is_path(data: object) -> bool:
    """Whether predictions were given as a path."""
    return isinstance(data, str | os.PathLike)


def _line(row: Any) -> bytes:
    try:
        text = json.dumps(row, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode() + b"\n"
    except (TypeError, ValueError) as error:
        raise InvalidData(f"A row cannot be written as JSON: {error}.") from None


def _pack(pieces: Iterable[bytes], media: str) -> Body:
    digest, n = hashlib.sha256(), 0
    out = io.BytesIO()
    # No time and no name in it: the same rows are the same bytes.
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, compresslevel=5, mtime=0) as packer:
        for piece in pieces:
            packer.write(piece)
            digest.update(piece)
            n += len(piece)
    if n == 0:
        raise InvalidData("There are no rows to send.")
    return Body(media, "gzip", out.tell(), digest.hexdigest(), out)


def _hold(source: IO[bytes], *, media: str, encoding: str | None) -> Body:
    digest = hashlib.sha256()
    out = io.BytesIO()
    while piece := source.read(CHUNK):
        out.write(piece)
        digest.update(piece)
    return Body(media, encoding, out.tell(), digest.hexdigest(), out)
