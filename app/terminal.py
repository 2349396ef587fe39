"""Standard output and error as commands use them: no character and no closed pipe ends a command.

A terminal, a pipe or a file may have an encoding that lacks what is printed (cp1252, ASCII): signs
are then written in ASCII, other characters as escapes. The reader may stop reading
(`| head -1`): the rest is dropped.
"""

import codecs
import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

_PLAIN: Final = {
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "…": "...",
    "–": "-",
    "—": "-",
    "−": "-",
    "→": "->",
    "·": "-",
}
_HANDLER: Final = "candor-server-plain"
_GONE: Final = {errno.EPIPE, errno.ESHUTDOWN} | ({errno.EINVAL} if os.name == "nt" else set())
"""What writing fails with once the reader has gone; Windows says that the argument is invalid."""


@contextmanager
def forgiving() -> Iterator[None]:
    """Standard output and error that write whatever comes, until the command has ended."""
    codecs.register_error(_HANDLER, _plain)
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


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    unwritable = error.object[error.start : error.end]
    replacements = (_PLAIN.get(char) or _escaped(char) for char in unwritable)
    return "".join(replacements), error.end


def _escaped(char: str) -> str:
    return char.encode("ascii", "backslashreplace").decode("ascii")


class _Stream(io.TextIOWrapper):
    """A standard stream that writes every character and drops output to a closed pipe."""

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
            self._drop(error)
            return len(text)

    def flush(self) -> None:
        try:
            super().flush()
        except OSError as error:
            self._drop(error)

    def _drop(self, error: OSError) -> None:
        """Discards further output if the pipe is closed."""
        if error.errno not in _GONE:
            raise error
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
