"""Whether an answer declines: the phrases of `abstentions.py` and those that a publisher declares,
recognised where they are the whole answer, after folding and without what stands around it."""

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Final

from app.grading.abstentions import AFTER, BEFORE, PHRASES
from app.grading.folding import fold, without_end
from app.grading.options import STEPS
from app.grading.unwrapping import unwrapped

LONGEST: Final = 160
"""Characters of an answer that may be a phrase of the list and nothing else."""


def clean(text: str) -> str:
    """A text as phrases are compared: folded, without punctuation at its end. A capital I of
    Turkish words may be of either letter."""
    return without_end(fold(text)).replace("\u0131", "i").replace("\u0307", "")


def phrases_of(declared: Collection[str]) -> frozenset[str]:
    """Declared phrases as they are compared."""
    return frozenset(map(clean, declared))


def is_declared(answer: str, phrases: frozenset[str], steps: tuple[str, ...]) -> bool:
    """Whether the whole answer is one of the declared phrases."""
    return clean(answer) in phrases or any(
        clean(form) in phrases for form in unwrapped(answer, steps)
    )


def listed_phrase(answer: str) -> str | None:
    """The phrase of the list that an answer is, folded; None where it is anything else."""
    if len(answer) > LONGEST:
        return None
    for form in (answer, *unwrapped(answer, STEPS)):
        plain = clean(form)
        phrase = _phrase(plain)
        if phrase is not None:
            return phrase
    return None


def _phrase(plain: str) -> str | None:
    known = _listed()
    if plain in known:
        return plain
    for rest in _without_before(plain):
        if rest in known:
            return rest
        if _key(rest) in _phrase_keys():
            core = _without_after(rest)
            if core is not None:
                return core
    return None


def _without_before(plain: str) -> Iterator[str]:
    yield plain
    rest = plain
    for _ in range(2):
        for head in _heads().get(_key(rest)[0], ()):
            if rest.startswith(head) and len(rest) > len(head):
                rest = rest[len(head) :].lstrip(" ,.、，:")
                yield rest
                break
        else:
            return


def _without_after(plain: str, *, most: int = 2) -> str | None:
    """The phrase of the list that up to `most` fragments complete to the text; None without one."""
    for tail in _tails().get(plain[-1:], ()):
        if plain.endswith(tail) and len(plain) > len(tail):
            core = plain[: -len(tail)].rstrip(" ,.;")
            if core in _listed():
                return core
            if most > 1 and (longer := _without_after(core, most=most - 1)) is not None:
                return longer
    return None


def _key(text: str) -> tuple[str, str]:
    """The first word of a text and the one after it; of a script that writes words without blanks
    the first two characters."""
    if text[:1] > "\u0e00" and not "\u1100" <= text[:1] <= "\u11ff":
        return text[:2], ""
    words = text.split(None, 2)[:2]
    first = words[0].rstrip(",.;") if words else ""
    return first, words[1] if len(words) > 1 else ""


@lru_cache(maxsize=1)
def _phrase_keys() -> frozenset[tuple[str, str]]:
    """The keys of the phrases; of those of one word with every word that a fragment begins with."""
    nexts = {fold(tail).split()[0] for tail in AFTER.split("|")}
    keys = set()
    for phrase in _listed():
        first, second = _key(phrase)
        keys |= {(first, second)} if second else {(first, part) for part in ("", *nexts)}
    return frozenset(keys)


def _list(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clean(word) for word in words.split("|")))


@lru_cache(maxsize=1)
def _listed() -> frozenset[str]:
    return frozenset(phrase for words in PHRASES.values() for phrase in _list(words))


@lru_cache(maxsize=1)
def _heads() -> dict[str, tuple[str, ...]]:
    """What may stand before a phrase, by its first word, the longest first."""
    by_key: dict[str, list[str]] = {}
    for head in sorted(map(fold, BEFORE.split("|")), key=len, reverse=True):
        by_key.setdefault(_key(head)[0], []).append(head + _blank(head[-1]))
    return {key: tuple(heads) for key, heads in by_key.items()}


@lru_cache(maxsize=1)
def _tails() -> dict[str, tuple[str, ...]]:
    """What may stand behind a phrase, by its last character, the longest first."""
    by_last: dict[str, list[str]] = {}
    for tail in sorted(map(clean, AFTER.split("|")), key=len, reverse=True):
        by_last.setdefault(tail[-1], []).append(_blank(tail[0]) + tail)
    return {last: tuple(tails) for last, tails in by_last.items()}


def _blank(edge: str) -> str:
    """The blank between a fragment and a phrase, where the script writes one."""
    return " " if edge.isalpha() and edge < "\u0e00" else ""
