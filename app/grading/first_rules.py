"""The first edition of the grading rules: matchers of the revisions that were published under it.

They stay as they were, because stored gradings and boards were made by them; new revisions are
graded by `app/grading/matchers.py`.

A matcher knows the accepted answers by place (0-based, in the revision's order). It answers True,
False, or None where the answer cannot be read as what the matcher compares: that is an attempt,
wrong, and counted as invalid.

Texts are normalised first, as documented in the API: NFKC, casefold, trim, inner white space to one
space, trailing punctuation dropped. The time taken is linear in the length of a text, whatever its
contents.
"""

import json
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from decimal import Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, Literal

_LONGEST_KEPT: Final = 128
"""Longer texts hardly ever come twice, and many of them would fill the memory."""


def normalise_text(text: str) -> str:
    """The form in which two answers of matcher `text` are compared; idempotent."""
    return _cached(text) if len(text) <= _LONGEST_KEPT else _normal(text)


def _normal(text: str) -> str:
    folded = unicodedata.normalize("NFKC", composed(text, "NFKC").casefold())
    words = " ".join(folded.split())
    end = len(words)
    while end and (words[end - 1] == " " or unicodedata.category(words[end - 1]).startswith("P")):
        end -= 1
    return words[:end]


_cached = lru_cache(maxsize=16_384)(_normal)


def composed(text: str, form: Literal["NFC", "NFKC"]) -> str:
    """A normal form of Unicode. Long runs of combining marks are sorted beforehand, because
    Python's own way of ordering them takes time with the square of their number."""
    if len(text) > _LONGEST_KEPT and not text.isascii():
        text = _runs_of_marks().sub(_sorted_marks, text)
    return unicodedata.normalize(form, text)


@lru_cache(maxsize=1)
def _runs_of_marks() -> re.Pattern[str]:
    """Thirty marks or more in a row: more than any script puts on a letter (UAX 15, 13.1)."""
    marks = [chr(code) for code in range(0x300, 0x20000) if _is_mark(chr(code))]
    return re.compile(f"[{''.join(marks)}]{{30,}}")


def _is_mark(char: str) -> bool:
    """Whether a character becomes combining marks and nothing else."""
    return all(map(unicodedata.combining, unicodedata.normalize("NFKD", char)))


def _sorted_marks(run: re.Match[str]) -> str:
    marks = "".join(unicodedata.normalize("NFKD", char) for char in run[0])
    return "".join(sorted(marks, key=unicodedata.combining))


LONGEST_NUMBER: Final = 128
"""Characters of a number; more is not a number anybody computed."""

WIDEST_EXPONENT: Final = 400
"""Numbers beyond 1e400 are refused: subtracting them from small ones would fill memory."""


FEW: Final = 8
"""So many accepted answers are looked through faster than a set of them is made."""


class Exact:
    """Equal strings."""

    def __init__(self, accepted: Sequence[tuple[str, ...]]) -> None:
        self._accepted = accepted
        self._sets: dict[int, frozenset[str]] = {}

    def __call__(self, position: int, answer: str) -> bool | None:
        accepted = self._accepted[position]
        if len(accepted) <= FEW:
            return answer in accepted
        known = self._sets.get(position)
        if known is None:
            known = self._sets[position] = frozenset(accepted)
        return answer in known


class Text:
    """Equal after normalisation; exact equality is tried first, so only mismatches pay for it."""

    def __init__(self, accepted: Sequence[tuple[str, ...]]) -> None:
        self._accepted = accepted
        self._normal: dict[int, frozenset[str]] = {}

    def __call__(self, position: int, answer: str) -> bool | None:
        accepted = self._accepted[position]
        if len(accepted) <= FEW and answer in accepted:
            return True
        normal = self._normal.get(position)
        if normal is None:
            normal = self._normal[position] = frozenset(normalise_text(text) for text in accepted)
        return normalise_text(answer) in normal


_LETTER: Final = re.compile(r"\(?([a-z])\)?[.):]?")


class Choice:
    """A member of the item's choices, by its own text or its letter; a text that is also a letter
    is read as the text."""

    def __init__(
        self, accepted: Sequence[tuple[str, ...]], choices: Sequence[tuple[str, ...] | None]
    ) -> None:
        self._accepted = accepted
        self._choices = choices
        self._known: dict[int, tuple[Options, frozenset[int]]] = {}

    def __call__(self, position: int, answer: str) -> bool | None:
        known = self._known.get(position)
        if known is None:
            options = Options(self._choices[position] or ())
            positions = (options.named(text) for text in self._accepted[position])
            right = frozenset(text for text in positions if text is not None)
            known = self._known[position] = (options, right)
        chosen = known[0].named(answer)
        return None if chosen is None else chosen in known[1]


class Options:
    """The options of one item, prepared once to be named by many answers."""

    __slots__ = ("_n", "_normal", "_position")

    def __init__(self, options: tuple[str, ...]) -> None:
        self._n = len(options)
        self._position: dict[str, int] = {}
        self._normal: dict[str, int] = {}
        for position, option in enumerate(options):
            self._position.setdefault(option, position)
            self._normal.setdefault(normalise_text(option), position)

    def named(self, answer: str) -> int | None:
        """The 0-based option that an answer names: by text, by normalised text, then by letter."""
        position = self._position.get(answer)
        if position is None:
            position = self._normal.get(normalise_text(answer))
        if position is not None:
            return position
        letter = _LETTER.fullmatch(answer.strip().casefold())
        if letter is None:
            return None
        position = ord(letter[1]) - ord("a")
        return position if position < self._n else None


class Number:
    """|answer - accepted| <= tolerance, in exact decimals; thousands commas are dropped."""

    def __init__(self, accepted: Sequence[tuple[str, ...]], tolerance: Decimal | None) -> None:
        self._accepted = accepted
        self._tolerance = tolerance or Decimal(0)
        self._sorted: dict[int, list[Decimal]] = {}

    def __call__(self, position: int, answer: str) -> bool | None:
        number = number_of(answer)
        if number is None:
            return None
        known = self._sorted.get(position)
        if known is None:
            read = (number_of(text) for text in self._accepted[position])
            known = self._sorted[position] = sorted(text for text in read if text is not None)
        # The nearest accepted numbers are the neighbours of the insertion point.
        at = bisect_left(known, number)
        return any(_near(number, text, self._tolerance) for text in known[max(at - 1, 0) : at + 1])


_THOUSANDS: Final = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def number_of(text: str) -> Decimal | None:
    """The decimal that a text spells; None where it spells none, or an absurd one."""
    trimmed = text.strip()
    if not trimmed or len(trimmed) > LONGEST_NUMBER:
        return None
    plain = _THOUSANDS.sub("", trimmed).replace("\u2212", "-")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > WIDEST_EXPONENT or "_" in plain:
        return None
    return number


# Wide enough that a difference of two such numbers never rounds.
_EXACT: Final = Context(prec=2 * (WIDEST_EXPONENT + LONGEST_NUMBER))


def _near(a: Decimal, b: Decimal, tolerance: Decimal) -> bool:
    return _EXACT.abs(_EXACT.subtract(a, b)) <= tolerance


class Set:
    """The same members, whatever their order; all or nothing. An answer is a JSON list of strings,
    its members compared after text normalisation."""

    def __init__(self, accepted: Sequence[tuple[str, ...]]) -> None:
        self._accepted = accepted
        self._sets: dict[int, frozenset[frozenset[str]]] = {}

    def __call__(self, position: int, answer: str) -> bool | None:
        number = members_of(answer)
        if number is None:
            return None
        known = self._sets.get(position)
        if known is None:
            read = (members_of(text) for text in self._accepted[position])
            known = self._sets[position] = frozenset(text for text in read if text is not None)
        return number in known


def members_of(text: str) -> frozenset[str] | None:
    """The normalised members of a JSON list of strings; None where the text is none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, list) or not all(isinstance(member, str) for member in value):
        return None
    return frozenset(normalise_text(member) for member in value)


_LOOKALIKE: Final = re.compile(
    r"(i (really )?(do not|don't|dont) know|i'm not sure|i am not sure|idk|unknown|not sure"
    r"|cannot (answer|say|determine)|can't (answer|say|determine)|no answer|n/a|i cannot answer"
    r"|(ich )?wei(ß|ss) (ich )?(es )?nicht|je ne sais pas|no (lo )?sé|non (lo )?so|nevím"
    r"|não sei|nie wiem|не знаю|不知道|我不知道|わかりません|모르겠습니다)([ ,].*)?",
)


def phrases_of(declared: tuple[str, ...]) -> frozenset[str]:
    """Declared abstention phrases as they are compared: the whole answer, text-normalised."""
    return frozenset(normalise_text(phrase) for phrase in declared)


def looks_like_abstention(answer: str) -> bool:
    """Whether an answer reads like "I don't know" in one of a dozen languages: a warning only."""
    if len(answer) > 80:
        return False
    plain = normalise_text(answer).replace("\u2019", "'")
    return _LOOKALIKE.fullmatch(plain) is not None
