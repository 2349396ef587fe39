"""The table of replies: answers as models write them, with a careful reader's verdict.

`tests/data/replies/answers.json` has by kind a matcher and rows of an accepted answer (or several),
an answer, the verdict, and for options their texts.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.grading.answer_key import AnswerKey
from app.grading.grade import grade
from app.grading.options import GradingOptions, GradingRules, newest_rules
from app.grading.responses import Responses, Verdict
from app.scoring.grades import Outcome

FILE = Path(__file__).parents[1] / "data" / "replies" / "answers.json"
WORDS = {Outcome.CORRECT: "right", Outcome.WRONG: "wrong", Outcome.ABSTAINED: "abstained"}


@dataclass(frozen=True)
class Row:
    kind: str
    matcher: str
    accepted: tuple[str, ...]
    answer: str
    verdict: str
    choices: tuple[str, ...] | None


def rows() -> Iterator[Row]:
    """Every row of the table."""
    for kind, told in json.loads(FILE.read_text("utf-8")).items():
        for accepted, answer, verdict, *options in told["rows"]:
            several = (accepted,) if isinstance(accepted, str) else tuple(accepted)
            choices = options[0] if options else told.get("choices")
            yield Row(
                kind,
                told["matcher"],
                several,
                answer,
                verdict,
                None if choices is None else tuple(choices),
            )


def verdict_of(row: Row, rules: GradingRules | None = None) -> str:
    """What a benchmark with that one item says of the answer."""
    key = AnswerKey(
        matcher=row.matcher,
        tolerance=None,
        abstention_phrases=(),
        accepted=[row.accepted],
        choices=[row.choices],
        answerable=None,
        rules=rules or newest_rules(GradingOptions(), matcher=row.matcher),
    )
    said = Responses(
        [row.answer],
        np.asarray([-1], dtype=np.int32),
        np.asarray([Verdict.NONE], dtype=np.int16),
        np.asarray([True]),
    )
    return WORDS[Outcome(int(grade(said, key).grades.outcome[0]))]
