"""Standard output and error as commands use them: no character and no closed pipe ends a command.

A terminal, a pipe or a file may have an encoding that lacks what is printed (cp1252, ASCII). Signs
are then written in ASCII, other characters as escapes, and the command goes on. The reader of the
output may stop reading (`| head -1`): the rest is dropped, and what the command decided still
decides how it ends.
"""

import codecs
import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TextIO

PLAIN: Final = {
    "−": "-",
    "–": "-",
    "—": "-",
    "━": "-",
    "╸": "-",
    "╺": "-",
    "·": "-",
    "•": "*",
    "…": "...",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "±": "+/-",
    "×": "x",
    "≤": "<=",
    "≥": ">=",
    "→": "->",
    "▲": "^",
    "▼": "v",
    "†": "*",
    "‡": "**",
    "│": "|",
    "█": "#",
    "▉": "#",
    "▊": "#",
    "▋": "#",
    "▌": "#",
    "▍": ".",
    "▎": ".",
    "▏": ".",
    "\u00a0": " ",
    "\u202f": " ",
}
"""How signs that commands print are written where the encoding has none for them."""

_HANDLER: Final = "candor-plain"
_GONE: Final = {errno.EPIPE, errno.ESHUTDOWN} | ({errno.EINVAL} if os.name == "nt" else set())
"""What writing fails with once the reader has gone; Windows says that the argument is invalid."""


@contextmanager
def forgiving() -> Iterator[None]:
    """Standard output and error that write whatever comes, until the command has ended."""
    codecs.register_error(_HANDLER, plain)
    given = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (_forgiving(stream) for stream in given)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, _Stream):
                with suppress(OSError, ValueError):
                    stream.detach()  # or it would close what others still write to
        sys.stdout, sys.stderr = given


def _forgiving(stream: Any) -> Any:
    if stream is None:  # closed: `>&-`
        return Path(os.devnull).open("w", encoding="utf-8")
    # What a host has put there instead is left as it is.
    return _Stream(stream) if type(stream) is io.TextIOWrapper else stream


def finish() -> bool:
    """Writes what is still buffered; False where it could not be written, as on a full disk."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        for stream in (sys.stdout, sys.stderr):
            _drop(stream)
        return False
    return True


def write_as_data() -> None:
    """From here on standard output is a file for other programs: UTF-8, whatever a terminal has."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")


def writes_unicode(stream: TextIO) -> bool:
    """Whether every character can be written there as it is."""
    try:
        return codecs.lookup(stream.encoding or "ascii").name.startswith("utf")
    except LookupError:
        return False


def plain(error: UnicodeError) -> tuple[str | bytes, int]:
    """The error handler: signs in ASCII, anything else as an escape that names the character."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    unwritable = error.object[error.start : error.end]
    return "".join(PLAIN.get(char) or _escaped(char) for char in unwritable), error.end


def _escaped(char: str) -> str:
    return char.encode("ascii", "backslashreplace").decode("ascii")


class _Stream(io.TextIOWrapper):
    """A standard stream that writes every character and drops what nobody reads any more."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        stream.flush()
        super().__init__(
            stream.buffer,
            encoding=stream.encoding,
            errors=_HANDLER,
            line_buffering=stream.line_buffering,
            write_through=stream.write_through,
        )

    def write(self, text: str, /) -> int:
        try:
            return super().write(text)
        except OSError as error:
            _require_gone(error)
            _drop(self)
            return len(text)

    def flush(self) -> None:
        try:
            super().flush()
        except OSError as error:
            _require_gone(error)
            _drop(self)


def _require_gone(error: OSError) -> None:
    if error.errno not in _GONE:
        raise error


def _drop(stream: Any) -> None:
    """Lets everything that is still to come go nowhere."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return
