"""Names that travel: item keys, slugs and run facts, kept to what the service accepts."""

import hashlib
import json
import math
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"})
_LONGEST_KEY: Final = 256
_LONGEST_NAME: Final = 120
_MOST_FACTS: Final = 16
_LONGEST_FACT: Final = 400


def item_key(raw: object) -> str:
    """An item's key: its id as text in NFC, without invisible characters, at most 256 long.

    A longer id keeps its beginning and gets a digest of the whole, so two never become one.
    """
    text = unicodedata.normalize("NFC", raw if isinstance(raw, str) else str(raw))
    if not (text.isascii() and text.isprintable()):
        text = "".join(char for char in text if unicodedata.category(char) not in _HIDDEN)
    if len(text) > _LONGEST_KEY:
        return f"{text[:220]}~{_digest(text)[:32]}"
    return text or f"empty~{_digest(str(raw))[:12]}"


def content_key(*parts: object) -> str:
    """A stable key for an item that has no id: a digest of what it asks."""
    return "item-" + _digest("\x1f".join(str(part) for part in parts))[:20]


def name_of(raw: object, *, fallback: str = "unnamed") -> str:
    """A name in one line, at most 120 characters."""
    text = "".join(c for c in str(raw) if unicodedata.category(c) not in _HIDDEN).strip()
    if len(text) > _LONGEST_NAME:
        return f"{text[:100]}~{_digest(text)[:12]}"
    return text or fallback


def answer_text(raw: object) -> str | None:
    """An answer as text the service stores, whole: no NUL or lone surrogate. A list or object is
    its JSON text."""
    if isinstance(raw, list | dict):
        raw = json.dumps(raw, ensure_ascii=False)
    return _text(raw)


def question_text(raw: object) -> str | None:
    """A question as text the service stores, whole."""
    return _text(raw)


def label(raw: object) -> str | None:
    """A category, cluster or tag: short text, None where there is none."""
    if raw is None or isinstance(raw, dict | list):
        return None
    text = _text(raw, 256)
    return text.strip() or None if text else None


def run_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts of a run, absent ones dropped, at most 16; no more than a line each."""
    chosen: dict[str, Any] = {}
    for name, value in facts.items():
        fact = _fact(value)
        if fact is not None and len(chosen) < _MOST_FACTS:
            chosen[name] = fact
    return chosen


def _fact(value: Any) -> Any:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or value in ("", [], {}):
        return None
    if isinstance(value, list | tuple):
        value = ", ".join(map(str, value))
    return _text(value, _LONGEST_FACT)


def _text(raw: object, longest: int | None = None) -> str | None:
    if raw is None:
        return None
    text = raw if isinstance(raw, str) else str(raw)
    text = text[:longest].replace("\x00", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
