"""Whether a text declines to answer, by the list of phrases that the server reads as well."""

import re
from functools import lru_cache
from typing import Final

from candor_client.prompts.abstentions import AFTER, BEFORE, PHRASES
from candor_client.prompts.reply_words import folded

_LONGEST: Final = 160


def declines(text: str) -> bool:
    """Whether a text is a phrase such as "I don't know", and nothing else."""
    if len(text) > _LONGEST:
        return False
    plain = folded(text)
    return plain in _listed() or any(_is_phrase(rest) for rest in _without_before(plain))


def _is_phrase(text: str, *, most: int = 2) -> bool:
    if text in _listed():
        return True
    match = _after().search(text) if most else None
    if match is None:
        return False
    return _is_phrase(text[: match.start()].rstrip(" ,.;"), most=most - 1)


def _without_before(plain: str) -> list[str]:
    forms = [plain]
    for _ in range(2):
        match = _before().match(forms[-1])
        if match is None:
            break
        forms.append(forms[-1][match.end() :].lstrip(" ,.、，:"))
    return forms


def _list(words: str) -> set[str]:
    return {folded(word) for word in words.split("|")}


@lru_cache(maxsize=1)
def _listed() -> frozenset[str]:
    return frozenset().union(*map(_list, PHRASES.values()))


@lru_cache(maxsize=1)
def _before() -> re.Pattern[str]:
    return re.compile(_alternatives(_list(BEFORE)) + r"(?:(?![\w'])|(?<=[\u0e01-\uffff]))")


@lru_cache(maxsize=1)
def _after() -> re.Pattern[str]:
    return re.compile(r"(?:\s|(?<=[\u0e01-\uffff]))" + _alternatives(_list(AFTER)) + "$")


def _alternatives(texts: set[str]) -> str:
    longest_first = sorted(map(re.escape, texts), key=len, reverse=True)
    return f"(?:{'|'.join(longest_first)})"
