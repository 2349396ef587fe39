"""What looks like a mistake in an answer key that can be published all the same."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from app.grading.answer_key import AnswerKey
from app.grading.declining import listed_phrase
from app.grading.folding import fold
from app.grading.numbers import quantity_of
from app.grading.registry import MATCHERS

WarningCode = Literal[
    "option-repeated",
    "options-alike",
    "letter-or-text",
    "several-in-one",
    "phrase-of-the-list",
    "number-with-comma",
]


@dataclass(frozen=True, slots=True)
class KeyWarning:
    """What may be meant otherwise: at which item (0-based), where in it, and what to do."""

    position: int
    pointer: str
    code: WarningCode
    detail: str


def key_warnings(key: AnswerKey) -> Iterator[KeyWarning]:
    """The doubts about a key, in order of position."""
    if key.matcher == "verdicts":
        return
    needs_choices = MATCHERS[key.matcher].needs_choices
    for position, accepted in enumerate(key.accepted):
        choices = key.choices[position] or () if needs_choices else ()
        if choices:
            yield from _of_choices(position, choices, accepted)
        for at, answer in enumerate(accepted):
            where = f"/accepted/{at}"
            for code, detail in _of_answer(key, answer, in_choices=bool(choices)):
                yield KeyWarning(position, where, code, detail)


def _of_choices(
    position: int, choices: tuple[str, ...], accepted: tuple[str, ...]
) -> Iterator[KeyWarning]:
    exact = Counter(choice.strip() for choice in choices)
    for text, count in exact.items():
        if count > 1:
            yield KeyWarning(
                position,
                "/choices",
                "option-repeated",
                f"The choice {_short(text)} stands {count} times; each of them counts as the "
                "same option.",
            )
    folded = Counter(map(fold, exact))
    alike = [text for text in exact if folded[fold(text)] > 1]
    if alike:
        yield KeyWarning(
            position,
            "/choices",
            "options-alike",
            f"The choices {', '.join(map(_short, alike[:4]))} differ by case or typography alone; "
            "only an answer in the same spelling, or its letter, names one.",
        )
    for at, answer in enumerate(accepted):
        letter = answer.strip().casefold()
        if re.fullmatch(r"[a-z]", letter) and letter in {text.casefold() for text in exact}:
            index = ord(letter) - ord("a")
            if index < len(choices) and choices[index].strip().casefold() != letter:
                yield KeyWarning(
                    position,
                    f"/accepted/{at}",
                    "letter-or-text",
                    f"{_short(answer)} is read as the choice of that text; as a letter it would "
                    f"be {_short(choices[index])}.",
                )


_JOINED: Final = re.compile(r"\S\s*\|\s*\S|\w\s*;\s*\w|\w\s//\s\w")


def _of_answer(
    key: AnswerKey, answer: str, *, in_choices: bool
) -> Iterator[tuple[WarningCode, str]]:
    if not in_choices and key.matcher != "set" and _JOINED.search(answer):
        yield (
            "several-in-one",
            f"{_short(answer)} is one answer as it stands; give several as a JSON list.",
        )
    if not in_choices and key.rules.listed_abstentions and listed_phrase(answer) is not None:
        yield (
            "phrase-of-the-list",
            (
                f"{_short(answer)} is accepted here, so it counts as an answer in every item and "
                "never as an abstention."
            ),
        )
    if key.matcher == "number" and "," in answer:
        quantity = quantity_of(answer, key.rules.decimal, key.rules.units)
        if quantity is not None:
            yield (
                "number-with-comma",
                (
                    f"{_short(answer)} is read as {float(quantity.value):.15g}; write a point and "
                    "no grouping marks, or declare `decimal`."
                ),
            )


def _short(text: str) -> str:
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”"
