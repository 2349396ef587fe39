"""Untrusted names on charts: unprintable characters removed, widths estimated.

Characters that have no shape of their own (controls, bidi marks, halves of a pair) would break the
XML or turn the line around, so they are left out; how wide a name runs is estimated, as nothing is
measured on the server.
"""

import unicodedata

from app.web.rendering.format import ELLIPSIS

_JOINER = "\u200d"
_WIDE, _NARROW, _THIN = 13.0, 7.3, 3.9


def legible(text: str) -> str:
    """The text without characters that have no shape; emoji keep their joiners."""
    return "".join(char for char in text if _has_shape(char)).strip() or "?"


def _has_shape(char: str) -> bool:
    if char == _JOINER:
        return True
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def text_width(text: str) -> float:
    """About how many units a name takes at the size of a chart's letters."""
    return sum(_width(char) for char in text)


def _width(char: str) -> float:
    if unicodedata.combining(char) or char == _JOINER:
        return 0.0
    if unicodedata.east_asian_width(char) in "WF" or ord(char) >= 0x1F000:
        return _WIDE
    if char in "ijlft.,:;'|!() Ir-":
        return _THIN
    return 11.0 if char in "mMW@%" else _NARROW


def fitted(text: str, width: float) -> str:
    """The legible name, cut with an ellipsis where it would run wider than `width`."""
    clean = legible(text)
    if text_width(clean) <= width:
        return clean
    prefix = ""
    room = width - _width(ELLIPSIS)
    for char in clean:
        room -= _width(char)
        if room < 0:
            break
        prefix += char
    return prefix.rstrip() + ELLIPSIS
