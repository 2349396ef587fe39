"""Sentences agree with their numbers, and what is allowed but rarely meant is said in them."""

import numpy as np

from app.grading.from_options import NOTHING
from app.grading.grade import Graded
from app.grading.responses import Responses
from app.scoring.grades import NO_CONFIDENCE, Grades, Outcome
from app.services.submissions.evaluate import warnings_about
from app.wording import counted, invalid, verb
from tests.confidences import confidences


def test_numbers_nouns_and_verbs_agree() -> None:
    assert [counted(n, "row") for n in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]
    assert [verb(n, "is", "are") for n in (0, 1, 2)] == ["are", "is", "are"]
    assert invalid(1, of=1, noun="item") == "1 of 1 item is invalid."
    assert invalid(1, of=3, noun="item") == "1 of 3 items is invalid."
    assert invalid(2, of=3, noun="item") == "2 of 3 items are invalid."


def test_the_warnings_of_a_receipt_agree() -> None:
    outcome = np.full(4, Outcome.WRONG, np.uint8)
    confidence = confidences([5_000, 5_000, 5_000, NO_CONFIDENCE])
    said = Responses(["x"] * 4, confidence, np.zeros(4, np.int16), np.ones(4, np.bool_))
    one = Graded(Grades(outcome, confidence), 1, 1)
    assert warnings_about(said, one, NOTHING) == (
        (
            '1 answer reads like "I don\'t know" but was graded as an answer; '
            "send abstained: true where the model declined."
        ),
        "At least 1 answer states no confidence; such count as attempted at every target.",
        "1 answer could not be read and counts as wrong.",
    )
    two = warnings_about(said, Graded(Grades(outcome, confidence), 2, 2), NOTHING)
    assert two[0].startswith("2 answers read like")
    assert "were graded as answers" in two[0]
    assert two[2] == "2 answers could not be read and count as wrong."
