"""What a scorecard carries besides its figures: the theorems' self-check, and reasons of nulls."""

from typing import Final

import numpy as np

from app.grading.answer_key import AnswerKey
from app.grading.matchers import Options
from app.scoring.options import OptionProbs
from app.scoring.score import Scores, with_family
from app.scoring.scorecard import Scorecard
from app.scoring.theory.validity import NOT_CHECKED, Validity, check_validity

NO_OPTIONS: Final = (
    "Not computable: no row says what the model gave each choice; send option_probs."
)
NO_SINGLE_ANSWER: Final = (
    "Not computable: the theorem is about items with exactly one valid choice, and none of the "
    "items with option_probs states one."
)

NOT_STATED: Final = "not-stated"
"""The reason of a part that the items say nothing for: no categories, no unanswerable items …"""


def scores_of(card: Scorecard) -> Scores:
    """The scores of a card by id, `threshold_score` by target among them."""
    return with_family(
        card.scores, {target: at.threshold_score for target, at in card.thresholds.items()}
    )


def null_reasons_of(card: Scorecard) -> dict[str, str]:
    """Why parts of a card are null, by field."""
    optional = ("n_eff", "categories", "answerability", "occurrences")
    return {name: NOT_STATED for name in optional if getattr(card, name) is None}


def validity_of(options: OptionProbs | None, key: AnswerKey, *, samples: int) -> Validity:
    """Checks the theorems on the first sample of every item that has one valid choice."""
    if options is None or len(options) == 0:
        has_choices = any(one is not None for one in key.choices)
        if not has_choices:
            return NOT_CHECKED
        return Validity(check=None, left_out=0, reason=NO_OPTIONS)
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
