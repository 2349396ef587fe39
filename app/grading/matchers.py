"""Matchers: is this answer accepted? One small class each, prepared once for a revision.

A matcher knows the accepted answers by place (0-based, in the revision's order). It answers
True, False, or None where the answer cannot be read as what the matcher compares: that is an
attempt, wrong, and counted as invalid.
"""

import json
import re
from collections.abc import Callable, Sequence
from decimal import Context, Decimal, InvalidOperation
from typing import Final, Protocol

from app.grading.normalise import normalise_text

LONGEST_NUMBER: Final = 128
"""Characters of a number; more is not a number anybody computed."""

WIDEST_EXPONENT: Final = 400
"""Numbers beyond 1e400 are refused: subtracting them from small ones would fill memory."""


class Matcher(Protocol):
    """Whether an answer to the item at `place` is accepted; None where it cannot be read."""

    def __call__(self, place: int, answer: str, /) -> bool | None: ...


class Exact:
    """Equal strings."""

    def __init__(self, accepted: Sequence[tuple[str, ...]]) -> None:
        self._accepted = accepted

    def __call__(self, place: int, answer: str) -> bool | None:
        return answer in self._accepted[place]


class Text:
    """Equal after normalisation; exact equality is tried first, so only mismatches pay for it."""

    def __init__(self, accepted: Sequence[tuple[str, ...]]) -> None:
        self._accepted = accepted
        self._normal: dict[int, frozenset[str]] = {}

    def __call__(self, place: int, answer: str) -> bool | None:
        if answer in self._accepted[place]:
            return True
        normal = self._normal.get(place)
        if normal is None:
            normal = frozenset(normalise_text(one) for one in self._accepted[place])
            self._normal[place] = normal
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
        self._right: dict[int, frozenset[int]] = {}

    def __call__(self, place: int, answer: str) -> bool | None:
        options = self._choices[place] or ()
        chosen = option_of(answer, options)
        if chosen is None:
            return None
        right = self._right.get(place)
        if right is None:
            places = (option_of(one, options) for one in self._accepted[place])
            right = frozenset(one for one in places if one is not None)
            self._right[place] = right
        return chosen in right


def option_of(answer: str, options: tuple[str, ...]) -> int | None:
    """The 0-based option that an answer names: by text, by normalised text, then by letter."""
    if answer in options:
        return options.index(answer)
    normal = normalise_text(answer)
    texts = [normalise_text(option) for option in options]
    if normal in texts:
        return texts.index(normal)
    letter = _LETTER.fullmatch(answer.strip().casefold())
    if letter is None:
        return None
    place = ord(letter[1]) - ord("a")
    return place if place < len(options) else None


class Number:
    """|answer - accepted| <= tolerance, in exact decimals; thousands commas are dropped."""

    def __init__(self, accepted: Sequence[tuple[str, ...]], tolerance: Decimal | None) -> None:
        self._accepted = accepted
        self._tolerance = tolerance or Decimal(0)

    def __call__(self, place: int, answer: str) -> bool | None:
        said = number_of(answer)
        if said is None:
            return None
        known = (number_of(one) for one in self._accepted[place])
        return any(one is not None and _near(said, one, self._tolerance) for one in known)


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
        self._sets: dict[int, list[frozenset[str]]] = {}

    def __call__(self, place: int, answer: str) -> bool | None:
        said = members_of(answer)
        if said is None:
            return None
        known = self._sets.get(place)
        if known is None:
            read = (members_of(one) for one in self._accepted[place])
            known = [one for one in read if one is not None]
            self._sets[place] = known
        return said in known


def members_of(text: str) -> frozenset[str] | None:
    """The normalised members of a JSON list of strings; None where the text is none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, list) or not all(isinstance(member, str) for member in value):
        return None
    return frozenset(normalise_text(member) for member in value)


Build = Callable[
    [Sequence[tuple[str, ...]], Sequence[tuple[str, ...] | None], Decimal | None], Matcher
]

MATCHERS: Final[dict[str, Build]] = {
    "exact": lambda accepted, choices, tolerance: Exact(accepted),
    "text": lambda accepted, choices, tolerance: Text(accepted),
    "choice": lambda accepted, choices, tolerance: Choice(accepted, choices),
    "number": lambda accepted, choices, tolerance: Number(accepted, tolerance),
    "set": lambda accepted, choices, tolerance: Set(accepted),
}
"""name → how to prepare it. `verdicts` has no matcher: those answers were graded elsewhere."""
