"""The matchers by name: how each is prepared, and the words that forms, pages and prompts need.

This is the one list of matchers. Requests, the OpenAPI document, pages and prompts read it;
`docs/benchmarks.md` and the client, which imports nothing of the server, are held to it by tests.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from app.grading.matchers import (
    Choice,
    Exact,
    Matcher,
    Number,
    Options,
    Set,
    Text,
    members_of,
    number_of,
)

Build = Callable[
    [Sequence[tuple[str, ...]], Sequence[tuple[str, ...] | None], Decimal | None], Matcher
]
_SHORT: Final = "A short answer."
_FEW_WORDS: Final = "your answer in as few words as possible"


def _any(answer: str, options: Options) -> str | None:
    return None


def _is_option(answer: str, options: Options) -> str | None:
    if options.named(answer) is None:
        return "The accepted answer is none of the choices nor a letter."
    return None


def _is_number(answer: str, options: Options) -> str | None:
    return "The accepted answer is not a decimal number." if number_of(answer) is None else None


def _is_set(answer: str, options: Options) -> str | None:
    if members_of(answer) is None:
        return 'A set is a JSON list of strings, such as ["a", "b"].'
    return None


@dataclass(frozen=True, slots=True)
class MatcherEntry:
    """One matcher.

    `build` prepares it for a revision from accepted answers, choices and tolerance; None where
    answers are graded elsewhere. `fault` says why an accepted answer could never match, or None.
    """

    build: Build | None
    summary: str
    """What is accepted, for a benchmark's page and the documentation."""
    option: str
    """How the publish form offers it, after its name."""
    answer: str = _SHORT
    """What the field `answer` of a row takes."""
    reply: str = _FEW_WORDS
    """What a prompt asks the model to write after "Answer:"."""
    fault: Callable[[str, Options], str | None] = _any
    needs_choices: bool = False


MATCHERS: Final[dict[str, MatcherEntry]] = {
    "exact": MatcherEntry(
        build=lambda accepted, choices, tolerance: Exact(accepted),
        summary="exact match",
        option="equal, character for character",
    ),
    "text": MatcherEntry(
        build=lambda accepted, choices, tolerance: Text(accepted),
        summary="text match after folding case, spaces and end punctuation",
        option="case and spaces do not matter",
    ),
    "choice": MatcherEntry(
        build=lambda accepted, choices, tolerance: Choice(accepted, choices),
        summary="one of the options",
        option="one of the options, by text or letter",
        answer="The letter or the text of one option.",
        reply="the letter or the text of one of the options, and nothing else",
        fault=_is_option,
        needs_choices=True,
    ),
    "number": MatcherEntry(
        build=lambda accepted, choices, tolerance: Number(accepted, tolerance),
        summary="number",
        option="within a tolerance",
        answer="A number.",
        reply="one number in digits, without units",
        fault=_is_number,
    ),
    "set": MatcherEntry(
        build=lambda accepted, choices, tolerance: Set(accepted),
        summary="set of strings, any order",
        option="all members, in any order",
        answer="A JSON list of strings.",
        reply='a JSON list of strings, such as ["red", "blue"]',
        fault=_is_set,
    ),
    "verdicts": MatcherEntry(
        build=None,
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
