"""Splits a stream of bytes into whole lines."""

from app.intake.limits import Limits
from app.problem import Problem


class LineCutter:
    """Holds back the unfinished last line of a piece. Raises `too-large` for an endless one."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._rest = b""

    def feed(self, piece: bytes) -> bytes:
        """Everything up to the last line break so far; may be empty."""
        buffered = self._rest + piece if self._rest else piece
        cut = buffered.rfind(b"\n") + 1
        self._rest = buffered[cut:]
        if len(self._rest) > self._limits.line_bytes:
            raise Problem("too-large", f"A line is longer than {self._limits.line_bytes} bytes.")
        return buffered[:cut]

    def finish(self) -> bytes:
        """The last line, where it had no break."""
        rest, self._rest = self._rest, b""
        return rest
