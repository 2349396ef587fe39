"""Untrusted text of models and submitters, escaped and with invisible characters shown.

Markup is escaped, and characters without a shape of their own (controls, bidi marks, zero widths)
are spelled out as their code point, so that a page cannot be turned round by an answer.
"""

import unicodedata
from typing import Final
from urllib.parse import quote

from markupsafe import Markup, escape

from app.http.urls import url

_PLAIN_SPACE: Final = frozenset("\n\t")
_JOINERS: Final = frozenset("\u200c\u200d")
_SIMPLE_KEY: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-~.")


def visible(text: str | None, most: int = 100_000) -> Markup:
    """The text as markup, odd characters spelled out, cut after `most` characters."""
    if text is None:
        return Markup("")
    pieces: list[Markup] = []
    plain = ""
    for index, char in enumerate(text[:most]):
        if _is_odd(char, text, index):
            pieces += [escape(plain), _spelled(char)]
            plain = ""
        else:
            plain += char
    pieces.append(escape(plain))
    if len(text) > most:
        pieces.append(Markup("…"))
    return Markup('<bdi class="said">') + Markup("").join(pieces) + Markup("</bdi>")


def _is_odd(char: str, text: str, index: int) -> bool:
    if char in _PLAIN_SPACE:
        return False
    if char in _JOINERS:
        # Inside a word or an emoji a joiner shapes its neighbours; elsewhere it only hides.
        inside = 0 < index < len(text) - 1
        return not inside or text[index - 1].isascii() or text[index + 1].isascii()
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _spelled(char: str) -> Markup:
    name = escape(unicodedata.name(char, "control character").lower())
    return Markup(f'<span class="odd" title="{name}">U+{ord(char):04X}</span>')


def item_href(submission: str, key: str, query: str = "") -> str:
    """The address of one answer: in the path where the key is plain, else as a parameter, because
    browsers and proxies rewrite dots and encoded slashes in a path. `query` is added."""
    start = url(f"/submissions/{submission}/items")
    if key.strip(".") and set(key) <= _SIMPLE_KEY:
        return f"{start}/{key}?{query}" if query else f"{start}/{key}"
    named = f"{start}?item={quote(key, safe='')}"
    return f"{named}&{query}" if query else named
