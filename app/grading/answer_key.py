"""The answer key of a revision: accepted answers, the matcher, and abstention phrases."""

from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from app.grading import first_rules
from app.grading.folding import is_blank
from app.grading.item_options import ItemOptions, NamedOptions
from app.grading.matchers import Matcher
from app.grading.options import GradingRules
from app.grading.registry import MATCHERS


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """Accepted answers and choices by place. `answerable` is None where every item has an answer.

    `rules` are the edition and the options that the revision was published with. `match` is the
    prepared matcher; None for verdicts benchmarks, which are graded elsewhere.
    """

    matcher: str
    tolerance: Decimal | None
    abstention_phrases: tuple[str, ...]
    accepted: list[tuple[str, ...]]
    choices: list[tuple[str, ...] | None]
    answerable: NDArray[np.bool_] | None
    rules: GradingRules = field(default_factory=GradingRules)
    match: Matcher | None = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        # The one field that is computed; frozen dataclasses are set this way.
        object.__setattr__(self, "match", self._prepared())

    def _prepared(self) -> Matcher | None:
        entry = MATCHERS[self.matcher]
        if self.rules.rules == 1:
            build = entry.first
            return None if build is None else build(self.accepted, self.choices, self.tolerance)
        if entry.build is None:
            return None
        return entry.build(self.accepted, self.choices, self.tolerance, self.rules)

    def options_of(self, place: int) -> NamedOptions:
        """The choices of an item, to be named by answers."""
        choices = self.choices[place] or ()
        if self.rules.rules == 1:
            return first_rules.Options(choices)
        return ItemOptions(choices, self.rules.unwrap)


def check_key(key: AnswerKey) -> list[tuple[int, str, str]]:
    """The faults of a key: (item position, JSON pointer, fix), in order of position.

    An accepted answer that its matcher cannot read could never be given, so it is refused here.
    """
    problems: list[tuple[int, str, str]] = []
    for position, accepted in enumerate(key.accepted):
        answerable = key.answerable is None or bool(key.answerable[position])
        problems += [(position, *problem) for problem in _item_problems(key, position, accepted)]
        if not accepted and answerable and key.matcher != "verdicts":
            problems.append(
                (position, "/accepted", "Give at least one accepted answer, or answerable: false.")
            )
        if accepted and not answerable:
            problems.append(
                (position, "/accepted", "An item with answerable: false has no accepted answers.")
            )
    return problems


def _item_problems(key: AnswerKey, place: int, accepted: tuple[str, ...]) -> list[tuple[str, str]]:
    choices = key.choices[place]
    entry = MATCHERS[key.matcher]
    if entry.needs_choices and not choices:
        return [("/choices", f"Matcher `{key.matcher}` needs the item's choices.")]
    options = ItemOptions(choices or () if entry.needs_choices else (), key.rules.unwrap)
    problems = []
    for at, answer in enumerate(accepted):
        pointer = f"/accepted/{at}"
        if is_blank(answer):
            problems.append((pointer, "An accepted answer is empty; remove it."))
        elif (fault := entry.fault(answer, options, key.rules)) is not None:
            problems.append((pointer, fault))
    return problems
