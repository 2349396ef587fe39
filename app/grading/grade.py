"""Grading: responses, slot by slot, become outcomes.

Abstentions are found first: declared phrases count, lookalikes only give a warning.
"""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.grading.answer_key import AnswerKey
from app.grading.matchers import normalise_text
from app.grading.responses import ALL_CREDIT, Responses, Verdict
from app.scoring.grades import Grades, Outcome

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
    `lookalike_abstentions` answers read like "I don't know" but were graded as answers."""

    grades: Grades
    n_invalid: int
    lookalike_abstentions: int


def grade(said: Responses, key: AnswerKey) -> Graded:
    """Grades every slot in slot order, so that row order does not matter.

    A verdict is kept as sent. Otherwise a slot is an abstention (no answer, or a declared
    phrase as the whole answer), or goes to the matcher. Answering an unanswerable item is wrong.
    """
    outcome = np.full(len(said.answer), Outcome.MISSING, dtype=np.uint8)
    code = said.verdict
    partial = (code > Verdict.PARTIAL_ZERO) & (code < ALL_CREDIT)
    for verdict, meaning in _OF_VERDICT.items():
        outcome[said.present & (code == verdict)] = meaning
    outcome[said.present & partial] = Outcome.PARTIAL
    n_invalid = int((said.present & (said.verdict == Verdict.INVALID)).sum())
    to_judge = np.flatnonzero(said.present & (said.verdict == Verdict.NONE))
    unreadable, lookalikes = _judge(said, key, to_judge.tolist(), outcome)
    credit = None
    if partial.any():
        credit = np.where(partial, code - Verdict.PARTIAL_ZERO, 0).astype(np.int16)
    grades = Grades(outcome, said.confidence, credit, said.samples)
    return Graded(grades, n_invalid + unreadable, lookalikes)


def _judge(
    said: Responses, key: AnswerKey, slots: list[int], outcome: np.ndarray
) -> tuple[int, int]:
    """Fills `outcome` for the slots without a verdict; how many were unreadable, lookalikes."""
    phrases = phrases_of(key.abstention_phrases)
    unreadable = lookalikes = 0
    match, samples, answers = key.match, said.samples, said.answer
    right: list[int] = []
    wrong: list[int] = []
    silent: list[int] = []
    for slot in slots:
        answer = answers[slot]
        if answer is None or (phrases and normalise_text(answer) in phrases):
            silent.append(slot)
            continue
        position = slot // samples
        verdict = None
        if match is not None:
            verdict = match(position, answer)
        if verdict:
            right.append(slot)
            continue
        wrong.append(slot)
        unreadable += verdict is None
        lookalikes += looks_like_abstention(answer)
    outcome[right] = Outcome.CORRECT
    outcome[wrong] = Outcome.WRONG
    outcome[silent] = Outcome.ABSTAINED
    return unreadable, lookalikes
