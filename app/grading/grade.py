"""Grading: responses, slot by slot, become outcomes.

A phrase that the publisher declared is an abstention. Else an answer that is accepted is right,
whatever it says, and of the others a phrase of the list is an abstention where it is read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.grading import first_rules
from app.grading.answer_key import AnswerKey
from app.grading.declining import clean, is_declared, listed_phrase, phrases_of
from app.grading.options import RULES
from app.grading.responses import ALL_CREDIT, Responses, Verdict
from app.scoring.grades import Grades, Outcome

_OF_VERDICT = {
    Verdict.CORRECT: Outcome.CORRECT,
    Verdict.WRONG: Outcome.WRONG,
    Verdict.ABSTAINED: Outcome.ABSTAINED,
    Verdict.UNGRADED: Outcome.UNGRADED,
    Verdict.INVALID: Outcome.WRONG,
    Verdict.PARTIAL_ZERO: Outcome.WRONG,
    ALL_CREDIT: Outcome.CORRECT,
}


@dataclass(frozen=True, slots=True)
class Graded:
    """The grades of a submission. `n_invalid` attempts could not be read and are wrong;
    `lookalike_abstentions` answers read like "I don't know" but were graded as answers;
    `listed_abstentions` are a phrase of the list and count as abstentions. `rules` is the edition
    of the rules that graded them."""

    grades: Grades
    n_invalid: int
    lookalike_abstentions: int = 0
    listed_abstentions: int = 0
    rules: int = RULES


def grade(said: Responses, key: AnswerKey) -> Graded:
    """Grades every slot in slot order, so that row order does not matter.

    A verdict is kept as sent. Otherwise a slot is an abstention (no answer, or a phrase that
    declines as the whole answer), or goes to the matcher. Answering an unanswerable item is wrong.
    """
    outcome = np.full(len(said.answer), Outcome.MISSING, dtype=np.uint8)
    code = said.verdict
    partial = (code > Verdict.PARTIAL_ZERO) & (code < ALL_CREDIT)
    for verdict, meaning in _OF_VERDICT.items():
        outcome[said.present & (code == verdict)] = meaning
    outcome[said.present & partial] = Outcome.PARTIAL
    n_invalid = int((said.present & (said.verdict == Verdict.INVALID)).sum())
    to_judge = np.flatnonzero(said.present & (said.verdict == Verdict.NONE))
    judged = _Judge(said, key).judge(to_judge.tolist())
    for slots, meaning in judged.outcomes():
        outcome[slots] = meaning
    credit = None
    if partial.any() or judged.partly:
        credit = np.where(partial, code - Verdict.PARTIAL_ZERO, 0).astype(np.int16)
        credit[list(judged.partly)] = list(judged.partly.values())
    grades = Grades(outcome, said.confidence, credit, said.samples)
    return Graded(
        grades,
        n_invalid + judged.unreadable,
        judged.lookalikes,
        judged.listed,
        key.rules.rules,
    )


class _Judge:
    """The slots without a verdict, by what they turn out to be; `partly` holds their credits."""

    def __init__(self, said: Responses, key: AnswerKey) -> None:
        self._said = said
        self._key = key
        self._first = key.rules.rules == 1
        self._steps = key.rules.unwrap
        phrases = first_rules.phrases_of if self._first else phrases_of
        self._declared = phrases(key.abstention_phrases)
        self._right: list[int] = []
        self._wrong: list[int] = []
        self._silent: list[int] = []
        self.partly: dict[int, int] = {}
        self.unreadable = self.lookalikes = self.listed = 0

    def outcomes(self) -> list[tuple[list[int], Outcome]]:
        """Which slots have which outcome."""
        return [
            (self._right, Outcome.CORRECT),
            (self._wrong, Outcome.WRONG),
            (self._silent, Outcome.ABSTAINED),
            (list(self.partly), Outcome.PARTIAL),
        ]

    def judge(self, slots: list[int]) -> "_Judge":
        """Reads every slot; itself."""
        match, samples, answers = self._key.match, self._said.samples, self._said.answer
        declines: Callable[[str], bool] = self._declined_first if self._first else self._declined
        for slot in slots:
            answer = answers[slot]
            if answer is None or declines(answer):
                self._silent.append(slot)
                continue
            verdict = None if match is None else match(slot // samples, answer)
            if verdict is True:
                self._right.append(slot)
            elif verdict is None or verdict is False:
                self._not_right(slot, answer, unreadable=verdict is None)
            else:
                self.partly[slot] = verdict
        return self

    def _declined(self, answer: str) -> bool:
        """A declared phrase goes before the accepted answers: its publisher says so."""
        declared = self._declared
        return bool(declared) and is_declared(answer, declared, self._steps)

    def _declined_first(self, answer: str) -> bool:
        """Under the first rules a declared phrase goes before the accepted answers."""
        declared = self._declared
        return bool(declared) and first_rules.normalise_text(answer) in declared

    def _not_right(self, slot: int, answer: str, *, unreadable: bool) -> None:
        if self._first:
            self.lookalikes += first_rules.looks_like_abstention(answer)
        elif not (self._names_option and not unreadable):
            phrase = listed_phrase(answer)
            if phrase is not None and phrase not in self._answers:
                if self._key.rules.listed_abstentions:
                    self._silent.append(slot)
                    self.listed += 1
                    return
                self.lookalikes += 1
        self._wrong.append(slot)
        self.unreadable += unreadable

    @property
    def _names_option(self) -> bool:
        """Whether what can be read is an option, and so an answer, whatever its words."""
        return self._key.matcher in {"choice", "choices"}

    @cached_property
    def _answers(self) -> frozenset[str]:
        """Accepted answers and options of all items: where "unknown" is an answer to one question
        it is an answer to each, as among the labels true, false and unknown."""
        accepted = {clean(one) for several in self._key.accepted for one in several}
        options = {clean(one) for several in self._key.choices for one in several or ()}
        return frozenset(accepted | options)
