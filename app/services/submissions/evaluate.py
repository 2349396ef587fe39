"""Grades and scores the rows of a submission before anything is stored.

Stores the grading of a submission under a revision.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np

from app.grading.abstentions import EDITION
from app.grading.from_options import OptionReading, read_options
from app.grading.grade import Graded, grade
from app.grading.responses import Responses, Verdict
from app.intake.columns import PredictionColumns
from app.intake.predictions import refusal
from app.intake.slots import by_slot
from app.problem import SHOWN_ROWS, Problem, RowProblem
from app.scoring.assess import Assessed, assess
from app.scoring.grades import Outcome
from app.scoring.profile import counts_of, pack_profile
from app.scoring.targets import CONFIDENCE_UNITS
from app.services.access.public_view import PublicView, on_public_grid
from app.services.state.revision_cache import RevisionData
from app.storage.benchmarks import Benchmark
from app.storage.database.session import WriteSession
from app.storage.gradings import add_grading, pack_grades
from app.wording import counted, invalid, verb

GRADER: Final = "candor-grading"
"""Names the grading code, before the edition of its rules."""


@dataclass(frozen=True, slots=True)
class EvaluatedRows:
    """One submission's rows by slot, their grades against one revision, and their scores."""

    revision_data: RevisionData
    said: Responses
    graded: Graded
    assessed: Assessed
    read: OptionReading


MANY: Final = 20
"""Confidences from which on a share of them at one value means something."""


def evaluate_rows(
    benchmark: Benchmark, revision_data: RevisionData, columns: PredictionColumns
) -> EvaluatedRows:
    """Grades `columns` against the revision. Raises one `invalid-predictions` with every row that
    cannot be read, has a wrong verdict, names an unknown item or stands there twice."""
    view = PublicView.of(benchmark)
    responses: list[Responses] = []
    _require_all(
        columns,
        lambda: check_verdicts(
            columns, matcher=benchmark.matcher, may_leave_ungraded=view.ungraded_answers
        ),
        lambda: None if view.repeated_samples else check_samples(columns),
        lambda: responses.append(
            by_slot(columns, positions=revision_data.positions, keys=revision_data.keys)
        ),
    )
    (said,) = responses
    check_options(columns, places=revision_data.positions, choices=revision_data.answers.choices)
    said, read = read_options(said, revision_data.answers)
    if not view.fine_confidences:
        said = replace(said, confidence=on_public_grid(said.confidence))
    graded = grade(said, revision_data.answers)
    return EvaluatedRows(
        revision_data, said, graded, assess(graded.grades, revision_data.frame), read
    )


def _require_all(columns: PredictionColumns, *checks: Callable[[], None]) -> None:
    """Runs every check and raises one problem with all bad rows, by their numbers in the body."""
    raised: list[Problem] = []
    for check in checks:
        try:
            check()
        except Problem as problem:
            if problem.code != "invalid-predictions":
                raise
            raised.append(problem)
    if len(raised) == 1 and not columns.n_faults:
        raise raised[0]
    if not raised and not columns.n_faults:
        return
    numbers = columns.row_numbers
    rows = list(columns.faults)
    for refused in raised:
        rows += [
            row if numbers is None else replace(row, row=int(numbers[row.row or 0]))
            for row in refused.rows
        ]
    total = columns.n_faults + sum(refused.total for refused in raised)
    n_sent = columns.n_rows + columns.n_bad_rows
    bad = len({row.row for row in rows})
    if len(rows) < total:
        bad = min(n_sent, columns.n_bad_rows + sum(refused.total for refused in raised))
    rows.sort(key=lambda row: row.row or 0)
    raise refusal(rows[:SHOWN_ROWS], bad=bad, of=n_sent, total=total)


def check_verdicts(columns: PredictionColumns, *, matcher: str, may_leave_ungraded: bool) -> None:
    """Verdicts belong to what is graded elsewhere, and there every answer needs one.

    Raises `invalid-predictions`.
    """
    codes = columns.verdict
    graded_here = matcher != "verdicts"
    said_right = (codes == Verdict.CORRECT) | (codes == Verdict.WRONG)
    said_right |= codes >= Verdict.PARTIAL_ZERO
    if graded_here:
        bad = said_right | columns.has_verdict
        detail = f"Answers are graded here by matcher `{matcher}`; leave the verdict out."
        pointer, code = "/verdict", "not-allowed"
        if not may_leave_ungraded and not bad.any():
            bad = codes == Verdict.UNGRADED
            detail = "A hidden benchmark grades every answer; leave the status out."
            pointer = "/status"
    else:
        unanswered = np.fromiter((a is None for a in columns.answer), np.bool_, columns.n_rows)
        bad = ((codes == Verdict.NONE) & ~unanswered) | (codes == Verdict.FROM_OPTIONS)
        detail = "Answers are graded elsewhere: send a verdict with the answer."
        pointer, code = "/verdict", "missing-field"
    rows = np.flatnonzero(bad)
    if len(rows):
        raise Problem(
            "invalid-predictions",
            f"{invalid(len(rows), of=columns.n_rows, noun='prediction')} {detail}",
            rows=[
                RowProblem(int(row), named(columns.item[row]), pointer, code, detail)
                for row in rows[:SHOWN_ROWS].tolist()
            ],
            total=len(rows),
        )


def check_samples(columns: PredictionColumns) -> None:
    """A hidden benchmark takes one sample an item: each further one would be one more guess at
    the same answer, and the mean over samples would say which of them was right.

    Raises `invalid-predictions`.
    """
    rows = np.flatnonzero(columns.sample > 1)
    if len(rows):
        detail = "A hidden benchmark takes one sample an item; send sample 1 alone."
        raise Problem(
            "invalid-predictions",
            f"{invalid(len(rows), of=columns.n_rows, noun='prediction')} {detail}",
            rows=[
                RowProblem(int(row), named(columns.item[row]), "/sample", "not-allowed", detail)
                for row in rows[:SHOWN_ROWS].tolist()
            ],
            total=len(rows),
        )


def check_options(
    columns: PredictionColumns,
    *,
    places: Mapping[str, int],
    choices: Sequence[tuple[str, ...] | None],
) -> None:
    """Option probabilities are of an item's choices: as many, and only where it has some.

    Raises `invalid-predictions`.
    """
    options = columns.options
    if options is None:
        return
    bad = []
    for row, count in zip(options.slot.tolist(), options.counts.tolist(), strict=True):
        wanted = choices[places[columns.item[row]]]
        if wanted is None or len(wanted) != count:
            bad.append((row, 0 if wanted is None else len(wanted), count))
    if bad:
        raise Problem(
            "invalid-predictions",
            invalid(len(bad), of=columns.n_rows, noun="prediction"),
            rows=[
                RowProblem(
                    row, named(columns.item[row]), "/option_probs", *_option_fault(wanted, count)
                )
                for row, wanted, count in bad[:SHOWN_ROWS]
            ],
            total=len(bad),
        )


def named(key: str) -> str | None:
    """The key as a problem names it; None for an item that was given no name."""
    return None if key.startswith("\x1f") else key


def _option_fault(wanted: int, count: int) -> tuple[str, str]:
    if wanted == 0:
        return "not-allowed", "This item has no choices; leave option_probs out."
    detail = (
        f"option_probs has {counted(count, 'number')} but the item has "
        f"{counted(wanted, 'choice')}; send one for each, "
        "in the order of its choices."
    )
    return "out-of-range", detail


def warnings_about(said: Responses, graded: Graded, read: OptionReading) -> tuple[str, ...]:
    """Warnings about likely mistakes in valid rows, and what was read off option probabilities."""
    warnings = _about_options(read)
    answered = int((graded.grades.outcome >= 2).sum())
    if graded.listed_abstentions:
        n = graded.listed_abstentions
        warnings.append(
            f'{counted(n, "answer")} {verb(n, "reads", "read")} like "I don\'t know" and '
            f"{verb(n, 'counts as an abstention', 'count as abstentions')}: the whole answer is a "
            f"phrase of list {EDITION}. Set listed_abstentions to false where such are answers."
        )
    if graded.lookalike_abstentions:
        n = graded.lookalike_abstentions
        warnings.append(
            f'{counted(n, "answer")} {verb(n, "reads", "read")} like "I don\'t know" but '
            f"{verb(n, 'was graded as an answer', 'were graded as answers')}; "
            "send abstained: true where the model declined."
        )
    missing = (graded.grades.outcome == Outcome.MISSING).reshape(-1, graded.grades.samples)
    uneven = int((missing.any(axis=1) & ~missing.all(axis=1)).sum())
    if uneven:
        warnings.append(
            f"{counted(uneven, 'item')} {verb(uneven, 'has', 'have')} fewer than "
            f"{graded.grades.samples} samples: each one that was not sent counts as missing and "
            "scores 0. Send as many of every item."
        )
    stated = said.confidence[said.confidence >= 0]
    if (
        len(stated)
        and int(stated.max()) <= CONFIDENCE_UNITS // 100
        and answered > 1
        and stated.max() > 0
    ):
        warnings.append("Every confidence is at most 0.01; confidences are shares from 0 to 1.")
    saturated = int((stated == CONFIDENCE_UNITS).sum())
    if len(stated) >= MANY and 2 * saturated >= len(stated):
        warnings.append(
            f"{saturated:,} of {counted(len(stated), 'confidence')} are exactly 1: they tell no "
            "answer from another. Send token probabilities with all of their digits."
        )
    if len(stated) and len(stated) < answered:
        warnings.append(
            f"At least {counted(answered - len(stated), 'answer')} "
            f"{verb(answered - len(stated), 'states', 'state')} no confidence; such count as "
            "attempted at every target."
        )
    if graded.n_invalid:
        n = graded.n_invalid
        warnings.append(
            f"{counted(n, 'answer')} could not be read and {verb(n, 'counts', 'count')} as wrong."
        )
    return tuple(warnings)


def store_grading(
    session: WriteSession,
    graded: Graded,
    assessed: Assessed,
    *,
    submission_id: int,
    revision_id: int,
    at: datetime,
) -> None:
    """Stores a grading. Raises `Conflict` where that revision has graded the submission before."""
    add_grading(
        session,
        submission_id=submission_id,
        revision_id=revision_id,
        counts=counts_of(assessed.profile),
        n_invalid=graded.n_invalid,
        profile=pack_profile(assessed.profile),
        vector=pack_grades(graded.grades),
        grader=f"{GRADER}/{graded.rules}",
        created_at=at,
    )


def _about_options(read: OptionReading) -> list[str]:
    warnings = []
    if read.answered:
        n = read.answered
        told = f"{counted(n, 'row')} {verb(n, 'gives', 'give')} option_probs alone"
        warnings.append(
            f"{told}: the most probable option is the answer, its probability the confidence"
            + (f"; in {read.tied:,} several are equal and the first counts." if read.tied else ".")
        )
    if read.stated:
        n = read.stated
        warnings.append(
            f"{counted(n, 'answer')} {verb(n, 'states', 'state')} no confidence: the probability "
            "that option_probs gives the answer counts."
        )
    if read.other_answer:
        n = read.other_answer
        warnings.append(
            f"{counted(n, 'answer')} {verb(n, 'is', 'are')} not the most probable option of its "
            "option_probs; the answer counts."
        )
    if read.other_confidence:
        n = read.other_confidence
        warnings.append(
            f"{counted(n, 'confidence')} {verb(n, 'differs', 'differ')} from the probability that "
            "option_probs gives the answer; the stated confidence counts."
        )
    if 2 * read.spread > read.other_confidence:
        warnings.append(
            "These confidences look like (N p - 1) / (N - 1), a measure of how peaked N "
            "probabilities are: leave confidence out, and the probability of the answer counts."
        )
    return warnings
