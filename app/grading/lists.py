"""Lists as people write them: JSON, Python, braces, commas, semicolons, "and", lines and bullets.

One text may be read in several ways ("Trinidad and Tobago" is one country or two members); each
reading is a list of its members, and an answer is right where one of them is.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

_LONGEST: Final = 20_000
"""Characters of a text that is looked through for members; longer ones are read as JSON alone."""
_MOST: Final = 1_000

Members = tuple[str, ...]

_AND: Final = "and|und|et|y|e|i|и|і|en|och|og|ja|és|și|si|và|dan|ve|a|και|و|और|และ"
_LAST_AND: Final = re.compile(rf"\s*(?:&|\s(?:{_AND})\s)\s*", re.I)
_DENSE_AND: Final = re.compile(r"和|与|與|及|以及|と|와|과")
_BULLET: Final = re.compile(r"\s*(?:[-*•·–—▪◦]|\(?\d{1,3}[.)]|\(?[a-z][.)](?=\s))\s*", re.I)
_SEPARATORS: Final = (r";", r"；", r"、", r"[,，،]", r"\s*/\s*", r"\s*\|\s*")
_PAIRS: Final = {"[": "]", "(": ")", "{": "}", "（": "）", "【": "】"}
NOTHING: Final = frozenset(
    {"[]", "{}", "()", "∅", "none", "nothing", "empty", "empty set", "\\emptyset"}
)


def json_list(text: str) -> Members | None:
    """The members of a JSON list of strings and numbers, as they are spelled; None for others."""
    if text.lstrip()[:1] != "[":
        return None
    try:
        value = json.loads(text, parse_int=_Spelled, parse_float=_Spelled, parse_constant=_refused)
    except (ValueError, RecursionError):
        return None
    return tuple(value) if _is_flat(value) else None


class _Spelled(str):
    """A number of JSON as it is written."""

    __slots__ = ()


def _refused(constant: str) -> Any:
    raise ValueError(constant)


def _is_flat(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)


def readings(text: str) -> Iterator[Members]:
    """The ways to read a text as a list, the plainest first; a bare text is its only member.

    Nothing is read of a text that begins like JSON and is nested or not a list.
    """
    members = json_list(text)
    if members is not None:
        yield members
        return
    bare = text.strip()
    if not bare or len(bare) > _LONGEST:
        return
    if bare.casefold() in NOTHING:
        yield ()
    inner = _inside(bare)
    if inner is not None and any(sign in inner for sign in "[]{}"):
        return
    if inner is None and bare[0] in "[{":
        return
    if inner is not None:
        bare = inner
        if not bare:
            return
    yield from _split(bare)


def _inside(text: str) -> str | None:
    """What stands in brackets around all of it."""
    if len(text) > 1 and _PAIRS.get(text[0]) == text[-1]:
        return text[1:-1].strip()
    return None


def _split(text: str) -> Iterator[Members]:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1:
        bare = [_BULLET.sub("", line, count=1) if _BULLET.match(line) else line for line in lines]
        yield _trimmed(bare)
    yield _trimmed([text])
    # One blank between words: patterns of blanks are looked for below.
    flat = " ".join(text.split())
    for separator in _SEPARATORS:
        parts = re.split(separator, flat)
        if 1 < len(parts) <= _MOST and all(part.strip() for part in parts[:-1]):
            yield _trimmed(part for part in parts if part.strip())
            yield from _last_two(parts)
    if len(flat) <= 500:
        for sign in (_LAST_AND, _DENSE_AND):
            parts = sign.split(flat)
            if len(parts) > 1 and all(part.strip() for part in parts):
                yield _trimmed(parts)


def _last_two(parts: list[str]) -> Iterator[Members]:
    """A list whose last members are joined by "and"; "a, b, and c" too."""
    *head, last = (part for part in parts if part.strip())
    begun = re.match(rf"\s*(?:&|(?:{_AND})\s)\s*(.+)", last, re.I | re.S)
    if begun is not None:
        yield _trimmed([*head, begun[1]])
    for sign in (_LAST_AND, _DENSE_AND):
        ends = sign.split(last)
        if len(ends) > 1 and all(end.strip() for end in ends):
            yield _trimmed([*head, *ends])


def _trimmed(parts: Any) -> Members:
    return tuple(part.strip() for part in parts)
