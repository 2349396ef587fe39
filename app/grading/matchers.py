"""Matchers of the present rules: decide whether an answer is accepted. Prepared for a revision.

A matcher knows the accepted answers by place (0-based, in the revision's order). It answers True,
False, a credit between them in units of 1e-4, or None where the answer cannot be read as what the
matcher compares: that is an attempt, wrong, and counted as invalid.

Each compares the answer as it stands first, then folded (`folding.py`), then without what stands
around it (`unwrapping.py`), so that only what is not equal pays for more.
"""

import unicodedata
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Collection, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final, Protocol

from app.grading.folding import fold, without_end
from app.grading.item_options import ItemOptions
from app.grading.lists import json_list, readings
from app.grading.number_units import unit_named
from app.grading.numbers import (
    LONGEST_NUMBER,
    WIDEST_EXPONENT,
    Quantity,
    plain_decimal,
    quantity_of,
)
from app.grading.options import CreditKind, GradingRules
from app.grading.unwrapping import unwrapped
from app.scoring.targets import UNITS

FEW: Final = 8
"""So many accepted answers are looked through faster than a set of them is made."""


class Matcher(Protocol):
    """Whether an answer to the item at `place` is accepted: True, False, a credit of 1 to 9,999
    units of 1e-4, or None where it cannot be read."""

    def __call__(self, place: int, answer: str, /) -> bool | int | None: ...


class Exact:
    """Equal strings, but for white space around them and Unicode's canonical forms."""

    def __init__(self, accepted: Sequence[tuple[str, ...]], how: GradingRules) -> None:
        self._accepted = accepted
        self._steps = how.unwrap
        self._plain: dict[int, frozenset[str]] = {}

    def __call__(self, place: int, answer: str) -> bool | int | None:
        accepted = self._accepted[place]
        if len(accepted) <= FEW and answer in accepted:
            return True
        known = self._plain.get(place)
        if known is None:
            known = self._plain[place] = frozenset(map(_plain, accepted))
        if _plain(answer) in known:
            return True
        return any(_plain(form) in known for form in unwrapped(answer, self._steps))


def _plain(text: str) -> str:
    trimmed = text.strip()
    return (trimmed if trimmed.isascii() else unicodedata.normalize("NFC", trimmed)) or text


class Text:
    """Equal after folding, with or without what stands around the answer."""

    def __init__(self, accepted: Sequence[tuple[str, ...]], how: GradingRules) -> None:
        self._accepted = accepted
        self._steps = how.unwrap
        self._normal: dict[int, frozenset[str]] = {}

    def __call__(self, place: int, answer: str) -> bool | int | None:
        accepted = self._accepted[place]
        if len(accepted) <= FEW and answer in accepted:
            return True
        normal = self._normal.get(place)
        if normal is None:
            normal = self._normal[place] = frozenset(
                form for one in accepted for form in self._forms(one)
            )
        folded = fold(answer)
        if folded in normal:
            return True
        return any(fold(form) in normal for form in unwrapped(answer, self._steps))

    def _forms(self, accepted: str) -> Collection[str]:
        """An accepted answer is right with and without its own punctuation at the end."""
        folded = fold(accepted)
        return {folded, without_end(folded)} if "period" in self._steps else {folded}


class _OfOptions(ABC):
    """The options of each item and which of them are right, read once an item."""

    def __init__(
        self,
        accepted: Sequence[tuple[str, ...]],
        choices: Sequence[tuple[str, ...] | None],
        how: GradingRules,
    ) -> None:
        self._accepted = accepted
        self._choices = choices
        self._steps = how.unwrap
        self._known: dict[int, tuple[ItemOptions, frozenset[int]]] = {}

    @abstractmethod
    def _named(self, options: ItemOptions, accepted: str) -> Collection[int]:
        """The options that an accepted answer names."""

    def _options_of(self, item: int) -> tuple[ItemOptions, frozenset[int]]:
        known = self._known.get(item)
        if known is None:
            options = ItemOptions(self._choices[item] or (), self._steps)
            right = (self._named(options, accepted) for accepted in self._accepted[item])
            known = self._known[item] = (options, frozenset().union(*right))
        return known


class Choice(_OfOptions):
    """One of the item's options, by its text or its letter."""

    def __call__(self, item: int, answer: str, /) -> bool | int | None:
        options, right = self._options_of(item)
        chosen = options.named(answer)
        return None if chosen is None else chosen in right

    def _named(self, options: ItemOptions, accepted: str) -> Collection[int]:
        option = options.named(accepted)
        return () if option is None else (option,)


class Choices(_OfOptions):
    """Several right options: all that are accepted and no other, whatever their order.

    `credit` says what a part of them is worth: nothing (`exact`); the share of the right ones that
    is named, and nothing where a wrong one is among them (`partial`); or right ones named by all
    that are right or named (`jaccard`).
    """

    def __init__(
        self,
        accepted: Sequence[tuple[str, ...]],
        choices: Sequence[tuple[str, ...] | None],
        how: GradingRules,
    ) -> None:
        super().__init__(accepted, choices, how)
        self._credit = how.credit

    def __call__(self, item: int, answer: str, /) -> bool | int | None:
        options, right = self._options_of(item)
        chosen = options.several(answer)
        return None if chosen is None else credit_of(chosen, right, self._credit)

    def _named(self, options: ItemOptions, accepted: str) -> Collection[int]:
        return options.several(accepted) or ()


def credit_of(said: frozenset[int], right: frozenset[int], kind: CreditKind) -> bool | int:
    """True, False or units of 1e-4 for the options that were named."""
    if said == right:
        return True
    hit = len(said & right)
    if kind == "exact" or not hit or (kind == "partial" and said - right):
        return False
    share = Fraction(hit, len(right) if kind == "partial" else len(said | right))
    return round(share * UNITS)


class Number:
    """The same number, or one within the tolerance; exact, whatever its spelling."""

    def __init__(
        self,
        accepted: Sequence[tuple[str, ...]],
        tolerance: Decimal | None,
        how: GradingRules,
    ) -> None:
        self._accepted = accepted
        self._tolerance = tolerance or Decimal(0)
        self._how = how
        self._units = frozenset(unit_named(unit.casefold(), how.units) for unit in how.units)
        self._simple = how.decimal != "comma" and how.tolerance_kind == "absolute"
        self._plain: dict[int, list[Decimal] | None] = {}
        self._read: dict[int, tuple[Quantity, ...]] = {}

    def __call__(self, place: int, answer: str) -> bool | int | None:
        if self._simple:
            said = plain_decimal(answer)
            plain = None if said is None else self._plain_of(place)
            if said is not None and plain is not None:
                return self._near_any(said, plain)
        quantity = self._quantity(answer)
        if quantity is None:
            return None
        known = self._read.get(place)
        if known is None:
            read = (self._quantity(one) for one in self._accepted[place])
            known = self._read[place] = tuple(one for one in read if one is not None)
        return any(self._agree(quantity, one) for one in known)

    def _plain_of(self, place: int) -> list[Decimal] | None:
        """The accepted numbers in order, where all are plain digits."""
        if place not in self._plain:
            read = [plain_decimal(one) for one in self._accepted[place]]
            plain = [one for one in read if one is not None]
            self._plain[place] = sorted(plain) if len(plain) == len(read) else None
        return self._plain[place]

    def _near_any(self, said: Decimal, known: list[Decimal]) -> bool:
        # The nearest accepted numbers are the neighbours of the insertion point.
        at = bisect_left(known, said)
        return any(
            _EXACT.abs(_EXACT.subtract(said, one)) <= self._tolerance
            for one in known[max(at - 1, 0) : at + 1]
        )

    def _quantity(self, text: str) -> Quantity | None:
        decimal, units = self._how.decimal, self._how.units
        found = quantity_of(text, decimal, units)
        if found is not None:
            return found
        for form in unwrapped(text, self._how.unwrap):
            found = quantity_of(form, decimal, units)
            if found is None and form[-1] in "!?！？" and "period" in self._how.unwrap:
                found = quantity_of(form[:-1], decimal, units)
            if found is not None:
                return found
        trimmed = text.strip()
        if trimmed[-1:] in {"!", "?", "！", "？"} and "period" in self._how.unwrap:
            return quantity_of(trimmed[:-1], decimal, units)
        return None

    def _agree(self, said: Quantity, accepted: Quantity) -> bool:
        if accepted.unit is not None:
            if said.percent or said.unit not in {None, accepted.unit}:
                return False
        elif self._units and said.unit is not None and said.unit not in self._units:
            return False
        return any(self._within(value, right) for value, right in self._comparable(said, accepted))

    def _comparable(self, said: Quantity, accepted: Quantity) -> list[tuple[Fraction, Fraction]]:
        """The two numbers, as the percent sign counts: beside the number a unit like any other
        ("20 %" is 20), or a hundredth. `either` takes 20 % for 20 where the accepted number is
        above 1, and for 0.2 where it is not."""
        kind, share = self._how.percent, Fraction(1, 100)
        a, b = said.value, accepted.value
        if said.percent == accepted.percent:
            return [(a, b)]
        if kind == "share" or (kind == "either" and not accepted.percent and abs(b) <= 1):
            return [(a * share if said.percent else a, b * share if accepted.percent else b)]
        return [(a, b)]

    def _within(self, value: Fraction, right: Fraction) -> bool:
        if not self._tolerance:
            return value == right
        allowed = Fraction(self._tolerance)
        if self._how.tolerance_kind == "relative":
            allowed *= abs(right)
        return abs(value - right) <= allowed


# Wide enough that a difference of two such numbers never rounds.
_EXACT: Final = Context(prec=2 * (WIDEST_EXPONENT + LONGEST_NUMBER))


class Set:
    """The same members, whatever their order; all or nothing. An accepted set is a JSON list, an
    answer any list that people write; members are compared like texts."""

    def __init__(self, accepted: Sequence[tuple[str, ...]], how: GradingRules) -> None:
        self._accepted = accepted
        self._steps = how.unwrap
        self._sets: dict[int, frozenset[frozenset[str]]] = {}

    def __call__(self, place: int, answer: str) -> bool | int | None:
        if answer in self._accepted[place] and json_list(answer) is not None:
            return True
        known = self._sets.get(place)
        if known is None:
            read = (json_list(one) for one in self._accepted[place])
            known = self._sets[place] = frozenset(
                self._members(one) for one in read if one is not None
            )
        readable = None
        for form in (answer, *unwrapped(answer, self._steps)):
            for members in readings(form):
                readable = False
                if self._members(members) in known:
                    return True
        return readable

    def _members(self, members: Collection[str]) -> frozenset[str]:
        return frozenset(map(self._member, members))

    def _member(self, text: str) -> str:
        *_, form = (text, *unwrapped(text, self._steps))
        folded = fold(form)
        return without_end(folded) if "period" in self._steps else folded
