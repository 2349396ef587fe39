"""The card of a submission: its scorecard and the theorems' self-check."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from app.grading.answer_key import AnswerKey
from app.grading.matchers import Options
from app.scoring.counts import Counts
from app.scoring.options import OptionProbs
from app.scoring.scorecard import Scorecard
from app.scoring.theory.validity import NOT_COMPUTABLE, ValidityCheck, check_validity

NO_OPTIONS: Final = (
    "Not computable: no row says what the model gave each choice; send option_probs."
)
NO_SINGLE_ANSWER: Final = (
    "Not computable: the theorem is about items with exactly one valid choice, and none of the "
    "items with option_probs states one."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """The two theorems on one upload, or in words why they cannot be checked.

    `left_out` items carried option probabilities but have no single valid choice, or other choices
    by now.
    """

    check: ValidityCheck | None
    left_out: int
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A scorecard with counts as declared, unreadable answers, validity."""

    scores: Scorecard
    counts: Counts
    n_invalid: int
    validity: Validity


def validity_of(options: OptionProbs | None, key: AnswerKey, *, samples: int) -> Validity:
    """Checks the theorems on the first sample of every item that has one valid choice."""
    if options is None or len(options) == 0:
        has_choices = any(one is not None for one in key.choices)
        reason = NO_OPTIONS if has_choices else NOT_COMPUTABLE
        return Validity(check=None, left_out=0, reason=reason)
    _, first = np.unique(options.slot // samples, return_index=True)
    rows = options.rows()
    probabilities: list[list[float]] = []
    answers: list[int] = []
    for row in first.tolist():
        place = int(options.slot[row]) // samples
        answer = valid_option(key, place)
        # A later revision may have other choices than the probabilities were given to.
        if answer is not None and len(rows[row]) == len(key.choices[place] or ()):
            probabilities.append(rows[row])
            answers.append(answer)
    left_out = len(first) - len(answers)
    if not answers:
        return Validity(check=None, left_out=left_out, reason=NO_SINGLE_ANSWER)
    return Validity(check=check_validity(probabilities, answers), left_out=left_out, reason=None)


def valid_option(key: AnswerKey, place: int) -> int | None:
    """The one choice of an item that is accepted; None where none or several are."""
    options = Options(key.choices[place] or ())
    named = {options.named(answer) for answer in key.accepted[place]}
    return named.pop() if len(named) == 1 else None
