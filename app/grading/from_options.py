"""Answers and confidences that follow from option probabilities.

A row that gives `option_probs` and says nothing else answers with the most probable option, at its
probability; the first in order among equals. A row that answers and states no confidence states
the probability of its answer. What a row says itself is kept: where it disagrees with its
probabilities, that is counted.
"""

from dataclasses import dataclass, replace
from typing import Final

from app.grading.answer_key import AnswerKey
from app.grading.responses import Responses, Verdict
from app.scoring.grades import NO_CONFIDENCE
from app.scoring.targets import CONFIDENCE_UNITS

NEAR: Final = CONFIDENCE_UNITS // 100
"""A stated confidence within 0.01 of the probability of its answer agrees with it."""


@dataclass(frozen=True, slots=True)
class OptionReading:
    """What was read off the option probabilities, in rows.

    `answered` had no answer of their own, `tied` of them had several most probable options;
    `stated` took the probability of their answer as its confidence. `other_answer` answer
    something else than the most probable option, `other_confidence` state another confidence than
    the probability of their answer, `spread` of those (N p - 1) / (N - 1), which measures how
    peaked N probabilities are and is no chance of being right.
    """

    answered: int = 0
    tied: int = 0
    stated: int = 0
    other_answer: int = 0
    other_confidence: int = 0
    spread: int = 0


NOTHING: Final = OptionReading()


def read_options(said: Responses, key: AnswerKey) -> tuple[Responses, OptionReading]:
    """The responses with what follows from their option probabilities filled in.

    Every row has one probability for each choice of its item.
    """
    if said.options is None:
        return said, NOTHING
    answer, confidence, verdict = list(said.answer), said.confidence.copy(), said.verdict.copy()
    counts = dict.fromkeys(OptionReading.__dataclass_fields__, 0)
    for slot, probs in zip(said.options.slot.tolist(), said.options.rows(), strict=True):
        options = key.choices[slot // said.samples]
        if options is None:
            continue
        most = max(probs)
        if verdict[slot] == Verdict.FROM_OPTIONS:
            answer[slot], verdict[slot] = options[probs.index(most)], Verdict.NONE
            counts["answered"] += 1
            counts["tied"] += probs.count(most) > 1
            at: int | None = probs.index(most)
            own = False
        else:
            text, own = answer[slot], True
            at = None if text is None else key.options_of(slot // said.samples).named(text)
        if at is None:
            continue
        units = round(probs[at] * CONFIDENCE_UNITS)
        stated = int(confidence[slot])
        counts["other_answer"] += probs[at] < most
        if stated == NO_CONFIDENCE:
            confidence[slot] = units
            counts["stated"] += own
        elif abs(stated - units) > NEAR:
            counts["other_confidence"] += 1
            n = len(probs)
            peaked = (n * most - 1) / (n - 1) * CONFIDENCE_UNITS
            counts["spread"] += abs(stated - peaked) <= NEAR
    filled = replace(said, answer=answer, confidence=confidence, verdict=verdict)
    return filled, OptionReading(**counts)
