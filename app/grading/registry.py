"""The matchers by name: how each is prepared, and the words that forms, pages and prompts need.

This is the one list of matchers. Requests, the OpenAPI document, pages and prompts read it;
`docs/benchmarks.md` and the client, which imports nothing of the server, are held to it by tests.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from app.grading import first_rules as first
from app.grading.item_options import ItemOptions
from app.grading.lists import json_list
from app.grading.matchers import Choice, Choices, Exact, Matcher, Number, Set, Text
from app.grading.numbers import quantity_of
from app.grading.options import GradingRules

Accepted = Sequence[tuple[str, ...]]
OfEachItem = Sequence[tuple[str, ...] | None]
Build = Callable[[Accepted, OfEachItem, Decimal | None, GradingRules], Matcher]
FirstBuild = Callable[[Accepted, OfEachItem, Decimal | None], Matcher]
Fault = Callable[[str, ItemOptions, GradingRules], str | None]
_SHORT: Final = "A short answer."
_FEW_WORDS: Final = "your answer in as few words as possible"


def _any(answer: str, options: ItemOptions, how: GradingRules) -> str | None:
    return None


def _is_option(answer: str, options: ItemOptions, how: GradingRules) -> str | None:
    if options.named(answer) is None:
        return "The accepted answer is none of the choices nor a letter."
    return None


def _are_options(answer: str, options: ItemOptions, how: GradingRules) -> str | None:
    if options.several(answer) is None:
        return "The accepted answer names none of the choices; give one for each right option."
    return None


def _is_number(answer: str, options: ItemOptions, how: GradingRules) -> str | None:
    if quantity_of(answer, how.decimal, how.units) is None:
        return "The accepted answer is not a number, or could be read as two."
    return None


def _is_set(answer: str, options: ItemOptions, how: GradingRules) -> str | None:
    if json_list(answer) is None:
        return 'A set is a JSON list of strings, such as ["a", "b"].'
    return None


@dataclass(frozen=True, slots=True)
class MatcherEntry:
    """One matcher.

    `build` prepares it for a revision from accepted answers, choices, tolerance and options; None
    where answers are graded elsewhere. `first` does so by the first edition of the rules; None of a
    matcher that came later. `fault` says why an accepted answer could never match, or None.
    """

    build: Build | None
    first: FirstBuild | None
    summary: str
    """What is accepted, for a benchmark's page and the documentation."""
    option: str
    """How the publish form offers it, after its name."""
    answer: str = _SHORT
    """What the field `answer` of a row takes."""
    reply: str = _FEW_WORDS
    """What a prompt asks the model to write after "Answer:"."""
    fault: Fault = _any
    needs_choices: bool = False


MATCHERS: Final[dict[str, MatcherEntry]] = {
    "exact": MatcherEntry(
        build=lambda accepted, choices, tolerance, how: Exact(accepted, how),
        first=lambda accepted, choices, tolerance: first.Exact(accepted),
        summary="exact match",
        option="equal, character for character",
    ),
    "text": MatcherEntry(
        build=lambda accepted, choices, tolerance, how: Text(accepted, how),
        first=lambda accepted, choices, tolerance: first.Text(accepted),
        summary="text match after folding case, spaces and typography",
        option="case, spaces and typography do not matter",
    ),
    "choice": MatcherEntry(
        build=lambda accepted, choices, tolerance, how: Choice(accepted, choices, how),
        first=lambda accepted, choices, tolerance: first.Choice(accepted, choices),
        summary="one of the options",
        option="one of the options, by text or letter",
        answer="The letter or the text of one option.",
        reply="the letter or the text of one of the options, and nothing else",
        fault=_is_option,
        needs_choices=True,
    ),
    "choices": MatcherEntry(
        build=lambda accepted, choices, tolerance, how: Choices(accepted, choices, how),
        first=None,
        summary="several of the options",
        option="all right options and no other, by text or letter",
        answer="The letters or the texts of the options, such as A, C.",
        reply="the letters of all right options, such as A, C, and nothing else",
        fault=_are_options,
        needs_choices=True,
    ),
    "number": MatcherEntry(
        build=lambda accepted, choices, tolerance, how: Number(accepted, tolerance, how),
        first=lambda accepted, choices, tolerance: first.Number(accepted, tolerance),
        summary="number",
        option="within a tolerance",
        answer="A number.",
        reply="one number in digits, without units",
        fault=_is_number,
    ),
    "set": MatcherEntry(
        build=lambda accepted, choices, tolerance, how: Set(accepted, how),
        first=lambda accepted, choices, tolerance: first.Set(accepted),
        summary="set of strings, any order",
        option="all members, in any order",
        answer='A list, such as ["red", "blue"] or red, blue.',
        reply='a JSON list of strings, such as ["red", "blue"]',
        fault=_is_set,
    ),
    "verdicts": MatcherEntry(
        build=None,
        first=None,
        summary="elsewhere; verdicts are sent",
        option="graded elsewhere, self-reported",
    ),
}
"""By name, in the order in which forms offer them."""

# A static checker cannot read names out of a dictionary; pydantic and the OpenAPI document do.
if TYPE_CHECKING:
    MatcherName = str
else:
    MatcherName = Literal[tuple(MATCHERS)]
