"""JSON rows: typed and fast for valid ones, row by row otherwise; streams split into lines."""

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


LINES: Final = msgspec.json.Decoder(JsonRow)
ROWS: Final = msgspec.json.Decoder(list[JsonRow])
_ANY: Final = msgspec.json.Decoder()
_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


def members_of(body: bytes, *, hint: str) -> dict[str, msgspec.Raw]:
    """The members of a JSON document, undecoded. Raises `malformed`."""
    if body[:3] == b"\xef\xbb\xbf":
        raise Problem("malformed", "The JSON starts with a byte order mark; send it without.")
    try:
        return _MEMBERS.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem("malformed", f"The body is not one JSON object: {_says(error)}{hint}") from (
            None
        )


def value_of(text: bytes | msgspec.Raw, *, where: str) -> Any:
    """Any JSON value, strictly: no NaN, no 1e400, no lone surrogates. Raises `malformed`."""
    try:
        return _ANY.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem("malformed", f"{where} is not valid JSON: {_says(error)}") from None


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
