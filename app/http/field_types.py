"""The fields of requests: what a name, a note, a target or a share may be."""

import json
import re
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from app.scoring.targets import Target, parse_penalty, parse_target

_HIDDEN_CHARACTERS = frozenset(
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u061c"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)

_DEEPEST = 16
_DAY = re.compile(r"[12]\d{3}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_ZONE = re.compile(r" (\d\d:?\d\d)$")


def _clean_name(text: str) -> str:
    """Names are printed beside other people's names: nothing in them may be invisible."""
    if any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in text):
        raise ValueError("it holds a control character; remove it")
    if not _HIDDEN_CHARACTERS.isdisjoint(text):
        raise ValueError("it holds an invisible or text-direction character; remove it")
    # Names that a reader cannot tell apart are one name: composed letters, single blanks.
    return " ".join(unicodedata.normalize("NFC", text).split())


def _clean_note(text: str) -> str:
    """Notes may have line breaks; no database stores NUL and no JSON a lone surrogate."""
    if any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\r\t" for char in text):
        raise ValueError("it holds a control character; remove it")
    return text


def _as_target(value: object) -> Target:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError("target must be a number from 0 to 0.99")
    return parse_target(value)


def _as_penalty(value: object) -> Target:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError("penalty must be a number from 0 to 99")
    return parse_penalty(value)


def refuse_both(target: object, penalty: object, *, names: str = "target or penalty") -> None:
    """Raises ValueError where a target and a penalty are given: each names the other."""
    if target is not None and penalty is not None:
        raise ValueError(f"give {names}, not both: a penalty L is the target L / (1 + L)")


def _as_written(value: object) -> object:
    """A moment as people write it: a date without hyphens is that day, and the plus sign of a zone
    comes out of an address as a blank. Raises ValueError for a bare number, which could be seconds
    or a year."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if _DAY.fullmatch(text):
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    if text.isdecimal():
        raise ValueError("write a date or a time of ISO 8601, such as 2026-11-30T10:00:00Z")
    return _ZONE.sub(r"+\1", text)


def _in_utc(moment: datetime) -> datetime:
    """UTC where no zone is given, wherever the server stands. Raises ValueError at the ends of
    time."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("it lies outside the years 1 to 9999 in UTC; give one within") from None


def as_json_object(value: object) -> object:
    """In a query string an object comes as its JSON text."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise ValueError("it must be a JSON object") from None


def _refuse_deep(value: object, *, left: int) -> None:
    """Facts are flat or nearly so; without end they would exhaust their readers."""
    if not isinstance(value, dict | list):
        return
    if not left:
        raise ValueError(f"it is nested more than {_DEEPEST} deep; flatten it")
    for member in value.values() if isinstance(value, dict) else value:
        _refuse_deep(member, left=left - 1)


def _small_object(value: dict[str, Any]) -> dict[str, Any]:
    if len(value) > 16:
        raise ValueError("at most 16 members are kept")
    _refuse_deep(value, left=_DEEPEST)
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if len(text) > 8_192:
        raise ValueError("it is longer than 8,192 characters of JSON")
    _clean_note(json.dumps(value, ensure_ascii=False).replace("\\u0000", "\x00"))
    return value


TargetIn = Annotated[
    Target,
    BeforeValidator(_as_target),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 0.99}),
]
PenaltyIn = Annotated[
    Target,
    BeforeValidator(_as_penalty),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 99}),
]
"""A target by its penalty."""
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
    AfterValidator(_clean_name),
]
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_clean_name),
]
Label = Annotated[str, StringConstraints(max_length=120), AfterValidator(_clean_name)]
Note = Annotated[str, StringConstraints(max_length=4_000), AfterValidator(_clean_note)]
Phrase = Annotated[
    str, StringConstraints(min_length=1, max_length=200), AfterValidator(_clean_note)
]
ItemKey = Annotated[str, StringConstraints(min_length=1, max_length=256)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
SubmissionId = Annotated[
    str, StringConstraints(min_length=1, max_length=64), AfterValidator(_clean_name)
]
Moment = Annotated[datetime, BeforeValidator(_as_written), AfterValidator(_in_utc)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
SmallObject = Annotated[
    dict[str, Any], BeforeValidator(as_json_object), AfterValidator(_small_object)
]
Count = Annotated[int, Field(ge=0, le=10**15, strict=True)]
