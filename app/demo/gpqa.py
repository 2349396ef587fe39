"""GPQA-Diamond, published counts: nine real models as tallies on 198 anonymous items.

The numbers are those that the repository JoelNiklaus/evaluate-idk prints in its README: accuracy
under binary grading and the +1 / 0 / -1 score. Right answers are C = round(198 accuracy), wrong
ones W = C - round(198 score), answers that could not be parsed among them; the rest abstained.
Which item was right for which model is not published, so items here carry no question and pair
up by position alone: compare models by their scores, not item by item.
"""

from typing import Final

import numpy as np

from app.demo.bundle import Bundle, digest_of, item_columns
from app.grading.responses import Verdict
from app.intake.columns import PredictionColumns, prediction_columns
from app.services.benchmarks.publish import NewBenchmark
from app.services.board.schemas import Model
from app.services.submissions.submit import NewSubmission

ITEMS: Final = 198
PUBLISHED: Final = (
    ("gemini-2.5-pro", "Google", 83.84, 67.68),
    ("gpt-5", "OpenAI", 82.83, 68.69),
    ("gpt-5-mini", "OpenAI", 79.29, 60.10),
    ("deepseek-v3.1-terminus", "DeepSeek", 71.21, 47.47),
    ("claude-sonnet-4", "Anthropic", 67.68, 41.41),
    ("gemini-2.5-flash", "Google", 64.65, 32.83),
    ("gpt-5-nano", "OpenAI", 64.65, 39.39),
    ("gpt-4.1", "OpenAI", 63.13, 27.78),
    ("gpt-4.1-mini", "OpenAI", 61.62, 27.27),
)
"""Model, organisation, accuracy and +1 / 0 / -1 score, both in percent as printed."""


def counts(accuracy: float, score: float) -> tuple[int, int, int]:
    """Right, wrong and abstained of 198 from the two printed percentages."""
    right = round(ITEMS * accuracy / 100)
    wrong = right - round(ITEMS * score / 100)
    return right, wrong, ITEMS - right - wrong


def gpqa() -> Bundle:
    """The benchmark with its nine submissions."""
    keys = [f"item-{number:03d}" for number in range(1, ITEMS + 1)]
    return Bundle(
        benchmark=NewBenchmark(
            slug="gpqa-diamond-counts",
            title="GPQA-Diamond, published counts",
            description=(
                "Nine real models as published tallies of right, wrong and abstained on 198 items. "
                "Items are anonymous and answers are not published, so only scores compare."
            ),
            source="GitHub repository JoelNiklaus/evaluate-idk, README (published percentages)",
            matcher="verdicts",
            demo=True,
        ),
        items=item_columns(
            keys,
            questions=[None] * ITEMS,
            accepted=[[] for _ in keys],
            categories=[None] * ITEMS,
        ),
        submissions=[
            (
                NewSubmission(
                    model=Model(name, None, None, organisation, ("published",)),
                    reported={"metric": "accuracy", "value": accuracy / 100},
                    run={"source": "evaluate-idk README"},
                ),
                _predictions(name, keys, counts(accuracy, score)),
            )
            for name, organisation, accuracy, score in PUBLISHED
        ],
    )


def _predictions(name: str, keys: list[str], tally: tuple[int, int, int]) -> PredictionColumns:
    codes = np.repeat((Verdict.CORRECT, Verdict.WRONG, Verdict.ABSTAINED), tally).astype(np.int16)
    return prediction_columns(
        item=keys,
        answer=[None] * ITEMS,
        confidence=np.full(ITEMS, -1, dtype=np.int32),
        verdict=codes,
        digest=digest_of(name, codes),
    )
