"""JSON rows: typed and fast for valid ones, row by row otherwise; streams split into lines."""

import json
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from app.intake.limits import Limits
from app.problem import Problem


class JsonRow(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """A row of predictions with its types; meaning is judged in `app/intake/rows.py`."""

    item: str
    sample: int = 1
    answer: str | msgspec.UnsetType | None = msgspec.UNSET
    abstained: bool | None = None
    confidence: float | None = None
    status: str | None = None
    verdict: str | None = None
    credit: float | None = None
    option_probs: list[float] | None = None


BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
LINES: Final = msgspec.json.Decoder(JsonRow)
ROWS: Final = msgspec.json.Decoder(list[JsonRow])
_ANY: Final = msgspec.json.Decoder()
_RARE: Final = tuple(
    f'"{name}"'.encode()
    for name in ("sample", "abstained", "status", "verdict", "credit", "option_probs")
)
_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


def names_a_member_twice(text: bytes, rows: Sequence[JsonRow]) -> bool:
    """Whether a row may name a member twice: its name stands there more often than rows have it.

    A quoted name in JSON is a member or a whole value, as quotes inside of text are escaped; where
    only a value is spelled so, the slow reading finds nothing wrong.
    """
    n = len(rows)
    if text.count(b'"item"') > n or text.count(b'"answer"') > n:
        return True
    counted = text.count(b'"confidence"')
    return counted > n or any(text.count(name) > n for name in _RARE)


def members_of(body: bytes, *, hint: str) -> dict[str, msgspec.Raw]:
    """The members of a JSON document, undecoded. Raises `malformed`."""
    try:
        return _MEMBERS.decode(body.removeprefix(BYTE_ORDER_MARK))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem("malformed", f"The body is not one JSON object: {_says(error)}{hint}") from (
            None
        )


def value_of(text: bytes | msgspec.Raw, *, where: str) -> Any:
    """Any JSON value, strictly: no NaN, no 1e400, no lone surrogates. Raises `malformed`."""
    try:
        value = _ANY.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem("malformed", f"{where} is not valid JSON: {_says(error)}") from None
    try:
        json.loads(bytes(text), object_pairs_hook=_require_once)
    except _Twice as error:
        detail = f"{where} names the member {str(error)[:80]!r} twice; send it once."
        raise Problem("malformed", detail) from None
    except (ValueError, RecursionError):
        return value  # deeper than the standard library goes
    return value


class _Twice(Exception):
    """An object names a member twice."""


def _require_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return members


def _says(error: Exception) -> str:
    """The parser's message without the input."""
    text = str(error).partition(" - at ")[0]
    return text.removeprefix("JSON is malformed: ").rstrip(".") + "."


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
