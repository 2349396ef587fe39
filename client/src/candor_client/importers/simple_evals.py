"""Grades in the words of SimpleQA and simple-evals: A, B, C, or is_correct, is_incorrect,
is_not_attempted; `CORRECT`, `INCORRECT`, `NOT_ATTEMPTED`.

Questions have no ids there, so an item is known by a digest of its question and repeats are
numbered in order. simple-evals counts a grade that it cannot read as not attempted; here it is
ungraded. BrowseComp's grader writes 100 where no confidence was stated, as HLE's does.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from candor_client.importers.columns.names import (
    KEYS,
    PARSED,
    REPLIES,
    by_name,
    names_percent,
    normal,
)
from candor_client.importers.columns.names import confidences as headers_of_confidence
from candor_client.importers.hle import states_confidence
from candor_client.importers.reading.assemble import Draft, assemble
from candor_client.importers.reading.fields import first_of, object_at, texts
from candor_client.importers.reading.keys import (
    answer_text,
    content_key,
    item_key,
    label,
    question_text,
)
from candor_client.importers.reading.numbers import Stated, shares
from candor_client.importers.reading.options import Options
from candor_client.importers.reading.probe import Probe
from candor_client.importers.reading.totals import model_beside, parity_beside
from candor_client.importers.reading.values import GRADE_LETTERS, flag, stated_number, verdict_word
from candor_client.record import Imported, ImportProblem, Row, Verdict

LOOKS_FOR: Final = "rows graded as SimpleQA does (grade A, B, C or is_correct, is_not_attempted)"
_GRADES: Final = ("grade_letter", "grade", "simpleqa_grade", "grader_grade")
_FLAGS: Final[dict[str, Verdict]] = {
    "is_correct": "correct",
    "is_incorrect": "wrong",
    "is_not_attempted": "abstained",
}
_IDS: Final = ("item", "item_id", "id", "question_id", "original_index", "index")
_QUESTIONS: Final = ("problem", "question", "prompt", "input")
_ANSWERS: Final = (*PARSED, *REPLIES)
_ACCEPTED: Final = KEYS
_WORDS: Final = frozenset({"A", "B", "C", "CORRECT", "INCORRECT", "NOT_ATTEMPTED"})
_TOTALS: Final = {"score", "metrics", "htmls"}


def claims(probe: Probe) -> bool:
    """Whether the first row has such a grade and a question or id to know it by."""
    if probe.kind not in {"lines", "document", "table"}:
        return False
    if set(probe.members) >= _TOTALS:
        return True
    row = probe.first
    named = first_of(row, (*_IDS, *_QUESTIONS)) is not None
    if not named:
        return False
    return _flags(row) is not None or (_has_simple_grade(row) and _grades_as_simpleqa(probe))


def read(probe: Probe, options: Options) -> list[Imported]:
    """The file's one model."""
    if set(probe.members) >= _TOTALS:
        raise ImportProblem(
            f"{probe.path}: simple-evals writes totals and web pages, and no grade of an item. "
            "Write one row a question, with its problem, the predicted_answer and the grade."
        )
    lines = [
        (number, {normal(name): value for name, value in row.items()})
        for number, row in probe.rows()
    ]
    warnings: list[str] = []
    header = next(iter(headers_of_confidence(by_name(map(str, probe.first)))), "confidence")
    confidences = shares(
        (_stated(row, normal(header)) for _, row in lines),
        Stated(
            probe.path,
            "percent" if names_percent(header) else options.confidence_unit,
            options.decimal,
            probe.delimiter,
            strict=True,
        ),
        warnings,
    )
    seen: Counter[str] = Counter()
    rows: list[Row] = []
    for (number, line), confidence in zip(lines, confidences, strict=True):
        item = _item(line)
        seen[item] += 1
        rows.append(_row(line, number, item, seen[item], confidence))
    named = next((line["model"] for _, line in lines if line.get("model")), None)
    model = named or model_beside(probe.beside)
    draft = Draft(
        format="simple-evals",
        source=probe.path,
        benchmark="simpleqa",
        model=str(model or probe.label),
        rows=rows,
        parity=parity_beside(probe.beside, rows),
        confidence_source="stated",
        run={"harness": "simple-evals"},
        warnings=warnings,
        graded="elsewhere",
    )
    return [assemble(draft, options)]


def _has_simple_grade(row: Mapping[str, Any]) -> bool:
    return first_of(row, _GRADES) in _WORDS


def _grades_as_simpleqa(probe: Probe) -> bool:
    """Whether the letters of the whole file can only be SimpleQA's: C alone, or beside I, P and N,
    is Inspect's as well, and other letters are nobody's."""
    found = (str(first_of(row, _GRADES)).strip().lower() for _, row in probe.rows())
    letters = {one for one in found if len(one) == 1 and one.isalpha()}
    return letters <= set(GRADE_LETTERS) and letters != {"c"}


def _flags(row: Mapping[str, Any]) -> Verdict | None:
    for place in (row, object_at(row, "metrics")):
        if "is_not_attempted" in place:
            raised = [name for name in _FLAGS if flag(place.get(name))]
            return _FLAGS[raised[0]] if len(raised) == 1 else "ungraded"
    return None


def _item(row: Mapping[str, Any]) -> str:
    own = first_of(row, _IDS)
    if own is not None:
        return item_key(own)
    return content_key(first_of(row, _QUESTIONS))


def _row(
    row: Mapping[str, Any], number: int, item: str, sample: int, confidence: float | None
) -> Row:
    verdict = _flags(row) or verdict_word(first_of(row, _GRADES), letters=True)
    judged = verdict is not None and verdict != "ungraded"
    # SimpleQA's own column `answer` is the key; elsewhere it is what the model said.
    is_key = "problem" in row or first_of(row, _ANSWERS) is not None
    answer = first_of(row, _ANSWERS if is_key else (*_ANSWERS, "answer"))
    accepted = first_of(row, (*_ACCEPTED, "answer") if is_key else _ACCEPTED)
    return Row(
        item=item,
        sample=sample,
        answer=None if verdict == "abstained" else answer_text(answer),
        abstained=verdict == "abstained",
        confidence=confidence,
        verdict=verdict if judged else None,
        status="ok" if judged else "unscored",
        status_reason=None if judged else "grader_failed",
        category=label(first_of(row, ("category", "topic", "subject"))),
        question=question_text(first_of(row, _QUESTIONS)),
        accepted=texts(accepted),
        source_row=number,
    )


def _stated(row: Mapping[str, Any], header: str) -> Any:
    written, response = row.get(header), row.get("response")
    if stated_number(written) == 100 and response and not states_confidence(response):
        return None
    return written
