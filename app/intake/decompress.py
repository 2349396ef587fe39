"""Bodies before they are read: media types, and streaming decompression within limits."""

import hashlib
import zlib
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Final, Literal, Protocol

import zstandard

from app.intake.limits import MIB, Limits
from app.problem import Problem

SLICE: Final = MIB
"""Decompressed bytes are handed on in pieces of at most this size."""

FREE_EXPANSION: Final = 64 * MIB
"""Up to so many decoded bytes no ratio counts: rows of one form compress beyond 100:1, and so few
bytes are little work."""

STEP: Final = 16 * 1024
"""Compressed bytes are taken in steps of this size: what is left of a step is copied again for
every member that ends in it."""

MOST_MEMBERS: Final = 16_384
"""A body in blocks of 64 KiB, as bgzip makes them, has half as many at its largest."""


class Unpacker:
    """Decodes wire bytes; counts the decoded bytes and hashes them (SHA-256).

    Raises `unsupported-media-type` for an unknown coding, `too-large` the moment a limit is passed
    and `malformed` for damaged or truncated compression.
    """

    def __init__(self, content_encoding: str | None, limits: Limits) -> None:
        coding = (content_encoding or "identity").strip().lower()
        if coding not in _CODINGS:
            raise Problem(
                "unsupported-media-type",
                f"Content-Encoding must be one of {', '.join(sorted(_CODINGS))}.",
            )
        self._coding: Coding = _CODINGS[coding]()
        self._limits = limits
        self._wire = self._decoded = 0
        self._sha = hashlib.sha256()

    @property
    def digest(self) -> bytes:
        """SHA-256 of the decoded bytes so far."""
        return self._sha.digest()

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Decoded pieces of the next wire bytes."""
        self._wire += len(chunk)
        if self._wire > self._limits.wire_bytes:
            raise _too_large(f"The body is larger than {self._limits.wire_bytes} bytes.")
        for piece in self._coding.feed(chunk):
            self._decoded += len(piece)
            self._check_size()
            self._sha.update(piece)
            yield piece

    def finish(self) -> None:
        """Ends the stream. Raises `malformed` for an empty or cut body."""
        if not self._coding.complete:
            raise Problem("malformed", "The compressed body is cut short; send it again, whole.")
        if self._decoded == 0:
            raise Problem("malformed", "The body is empty.")

    def _check_size(self) -> None:
        limits = self._limits
        if self._decoded > limits.decoded_bytes:
            raise _too_large(f"The body is larger than {limits.decoded_bytes} bytes decompressed.")
        allowed = max(FREE_EXPANSION, self._wire * limits.expansion)
        if self._decoded > allowed:
            raise _too_large(f"The body expands more than {limits.expansion}:1.")


def _too_large(detail: str) -> Problem:
    return Problem("too-large", detail)


class Coding(Protocol):
    """One content coding; `complete` once the stream may end here."""

    complete: bool

    def feed(self, chunk: bytes, /) -> Iterator[bytes]: ...


class _Identity:
    def __init__(self) -> None:
        self.complete = True

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        for start in range(0, len(chunk), SLICE):
            yield chunk[start : start + SLICE]


class _Gzip:
    """gzip, several members allowed; anything else after the last one is refused."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self._members = 1
        self.complete = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        for start in range(0, len(chunk), STEP):
            yield from self._step(chunk[start : start + STEP])
        self.complete = self._member.eof

    def _step(self, data: bytes) -> Iterator[bytes]:
        try:
            while data:
                if self._member.eof:
                    self._members = _one_more(self._members)
                    self._member = zlib.decompressobj(wbits=31)
                piece = self._member.decompress(data, SLICE)
                data = self._member.unconsumed_tail or self._member.unused_data
                if piece:
                    yield piece
            # All input taken, but a full slice of output may have more behind it.
            while not self._member.eof and (piece := self._member.decompress(b"", SLICE)):
                yield piece
        except zlib.error:
            raise Problem("malformed", "The body is not valid gzip.") from None


class _Zstandard:
    """zstd, several frames allowed."""

    # Small steps: one input byte can expand a thousandfold, and one call returns it whole.
    _STEP: Final = 1024

    def __init__(self) -> None:
        self._frame = _new_frame()
        self._frames = 1
        self.complete = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        for start in range(0, len(chunk), self._STEP):
            yield from self._step(chunk[start : start + self._STEP])
        self.complete = self._frame.eof

    def _step(self, data: bytes) -> Iterator[bytes]:
        try:
            while data:
                if self._frame.eof:
                    self._frames = _one_more(self._frames)
                    self._frame = _new_frame()
                piece = self._frame.decompress(data)
                data = self._frame.unused_data if self._frame.eof else b""
                if piece:
                    yield piece
        except zstandard.ZstdError as error:
            detail = "The body is not valid zstd."
            if "too much memory" in str(error):
                detail = "The zstd window is larger than 8 MiB; compress without --long or --ultra."
            raise Problem("malformed", detail) from None


def _new_frame() -> "zstandard.ZstdDecompressionObj":
    return zstandard.ZstdDecompressor(max_window_size=8 * MIB).decompressobj(write_size=SLICE)


def _one_more(members: int) -> int:
    if members == MOST_MEMBERS:
        raise _too_large(
            f"The body is in more than {MOST_MEMBERS} compressed parts; compress it as one."
        )
    return members + 1


_CODINGS: Final[dict[str, type[Coding]]] = {
    "identity": _Identity,
    "gzip": _Gzip,
    "x-gzip": _Gzip,
    "zstd": _Zstandard,
}


Media = Literal["json", "ndjson", "csv", "parquet"]

_MEDIA: Final[dict[str, Media]] = {
    "application/json": "json",
    "application/x-ndjson": "ndjson",
    "application/ndjson": "ndjson",
    "application/jsonl": "ndjson",
    "application/x-jsonlines": "ndjson",
    "text/csv": "csv",
    "application/vnd.apache.parquet": "parquet",
}

PARQUET: Final = "application/vnd.apache.parquet"
NO_PARQUET: Final = (
    "This server reads no Parquet: send the rows as application/x-ndjson or text/csv. Its operator "
    "adds Parquet with make run EXTRAS=parquet, or with the build argument EXTRAS=parquet of the "
    "image."
)


def reads_parquet() -> bool:
    """Whether pyarrow is installed, an optional extra."""
    return find_spec("pyarrow") is not None


def row_media() -> tuple[str, ...]:
    """The media types that this installation reads as rows alone."""
    always = ("application/x-ndjson", "text/csv")
    return (*always, PARQUET) if reads_parquet() else always


def media_of(content_type: str | None) -> Media:
    """The kind of body that a Content-Type names.

    Raises `unsupported-media-type`, also for Parquet where nothing is there to read it.
    """
    name, *parameters = (part.strip().lower() for part in (content_type or "").split(";"))
    charsets = [
        parameter.partition("=")[2].strip('"')
        for parameter in parameters
        if parameter.startswith("charset")
    ]
    if name not in _MEDIA or any(charset not in {"utf-8", "utf8"} for charset in charsets):
        *others, last = ("application/json", *row_media())
        raise Problem(
            "unsupported-media-type",
            f"Send {', '.join(others)} or {last}, in UTF-8, and say so in Content-Type.",
        )
    if name == PARQUET and not reads_parquet():
        raise Problem("unsupported-media-type", NO_PARQUET)
    return _MEDIA[name]
