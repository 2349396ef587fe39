"""The stored predictions of a submission, with their outcomes where these may be shown."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

import numpy as np
from numpy.typing import NDArray

from app.grading.responses import Verdict
from app.problem import Problem
from app.reply_fields import Doc
from app.scoring.grades import NO_CONFIDENCE, Grades, Outcome
from app.scoring.targets import CONFIDENCE_UNITS, UNITS
from app.services.access.callers import Caller
from app.services.access.permissions import require_answers, require_unerased
from app.services.access.public_view import PublicView
from app.services.state.app_state import AppState
from app.services.state.revision_cache import RevisionData
from app.storage import predictions as stored
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession
from app.storage.gradings import load_grading
from app.storage.submissions import Submission

OutcomeName = Literal["correct", "wrong", "partial", "abstained", "missing", "ungraded"]
VerdictName = Literal["correct", "wrong", "partial", "abstained", "ungraded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What the model said to one item, and what it turned out to be where that is public."""

    item: Annotated[str, Doc("The item's key.")]
    sample: Annotated[int, Doc("Which of its answers to the item it is, from 1.")]
    answer: Annotated[str | None, Doc("As the model gave it; null where it gave none.")]
    abstained: Annotated[bool, Doc("Whether it declined to answer.")]
    confidence: Annotated[float | None, Doc("As it was stated, 0 to 1; null without.")]
    verdict: Annotated[
        VerdictName | None, Doc("How the submitter's own grader judged it; null without one.")
    ]
    credit: Annotated[float | None, Doc("With the verdict `partial`: its share, 0 to 1.")]
    outcome: Annotated[
        OutcomeName | None, Doc("What it turned out to be; null on a hidden benchmark.")
    ]


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """Some answers, and where to go on from."""

    answers: list[Prediction]
    following: int | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filter of answers by item and outcome, in the benchmark's order or descending confidence."""

    item: str | None = None
    outcome: Outcome | None = None
    order: Literal["item", "confidence"] = "item"

    @property
    def everything(self) -> bool:
        """Whether all rows are wanted as they stand."""
        return self.item is None and self.outcome is None and self.order == "item"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBook:
    """The answers of a submission that one caller may read; `grades` is None where outcomes are
    not shown. `chosen` are the wanted slots of the revision in their order, None for all rows."""

    submission: Submission
    revision_data: RevisionData
    grades: Grades | None
    chosen: NDArray[np.int64] | None


def open_answers(
    session: ReadSession,
    app_state: AppState,
    caller: Caller | None,
    benchmark: Benchmark,
    submission: Submission,
    wanted: Wanted,
) -> AnswerBook:
    """The answers of a submission at the benchmark's revision.

    On a hidden benchmark only the submitter and the maintainer read them, without outcomes and
    without choosing by them; others get `hidden-gold`. Raises `not-found` for an unknown item,
    and `gone` where the answers were erased.
    """
    require_unerased(submission)
    outcomes = PublicView.of(benchmark).outcomes
    require_answers(caller, benchmark, submission)
    if not outcomes and wanted.outcome is not None:
        raise Problem("hidden-gold", "A hidden benchmark shows no outcomes; leave outcome out.")
    revision_data = app_state.revision_cache.of(session, benchmark)
    grades = load_grading(session, submission.id, benchmark.revision_id).grades
    chosen = None if wanted.everything else _chosen(revision_data, grades, wanted)
    return AnswerBook(
        submission=submission,
        revision_data=revision_data,
        grades=grades if outcomes else None,
        chosen=chosen,
    )


def read_answers(session: ReadSession, book: AnswerBook, *, start: int, limit: int) -> AnswerPage:
    """`limit` answers (at most 1,000) from `start` on: a stored slot, or a place among the chosen
    ones."""
    if book.chosen is None:
        rows = stored.read_predictions(
            session, book.submission.id, start_slot=start, limit=limit + 1
        )
        following = rows[limit].slot if len(rows) > limit else None
        return AnswerPage(_answers(book, rows[:limit]), following)
    slots = book.chosen[start : start + limit]
    place, sample = np.divmod(slots, book.submission.samples)
    kept = (book.revision_data.ordinals[place] * book.submission.samples + sample).tolist()
    found = stored.predictions_at(session, [book.submission.id], kept)
    rows = [found[book.submission.id, slot] for slot in kept if (book.submission.id, slot) in found]
    end = start + len(slots)
    return AnswerPage(_answers(book, rows), end if end < len(book.chosen) else None)


def _chosen(revision_data: RevisionData, grades: Grades, wanted: Wanted) -> NDArray[np.int64]:
    slots = np.flatnonzero(grades.outcome != Outcome.MISSING)
    if wanted.item is not None:
        place = revision_data.positions.get(wanted.item)
        if place is None:
            raise Problem("not-found", "The benchmark has no item with that key.")
        slots = slots[slots // grades.samples == place]
    if wanted.outcome is not None:
        slots = slots[grades.outcome[slots] == wanted.outcome]
    if wanted.order == "confidence":
        slots = slots[np.argsort(-grades.confidence[slots].astype(np.int64), kind="stable")]
    return slots


def _answers(book: AnswerBook, rows: list[stored.Prediction]) -> list[Prediction]:
    samples, ordinals = book.submission.samples, book.revision_data.ordinals
    wanted = np.asarray([row.slot // samples for row in rows], dtype=np.int64)
    sorter = np.argsort(ordinals, kind="stable")
    at = np.minimum(np.searchsorted(ordinals, wanted, sorter=sorter), len(ordinals) - 1)
    places = sorter[at]
    known = ordinals[places] == wanted
    return [
        _answer(row, samples, int(place) if here else None, book.revision_data.keys, book.grades)
        for row, place, here in zip(rows, places.tolist(), known.tolist(), strict=True)
    ]


def _answer(
    row: stored.Prediction,
    samples: int,
    place: int | None,
    keys: list[str],
    grades: Grades | None,
) -> Prediction:
    ordinal, sample = divmod(row.slot, samples)
    code = row.verdict or 0
    partial = code >= Verdict.PARTIAL_ZERO
    verdict = (Verdict.PARTIAL_ZERO if partial else Verdict(code)) if code else None
    outcome = None
    if grades is not None and place is not None:
        outcome = Outcome(int(grades.outcome[place * samples + sample]))
    declined = verdict is Verdict.ABSTAINED or (verdict is None and row.answer is None)
    return Prediction(
        item=keys[place] if place is not None else f"#{ordinal}",
        sample=sample + 1,
        answer=row.answer,
        abstained=declined or outcome is Outcome.ABSTAINED,
        confidence=None
        if row.confidence in {None, NO_CONFIDENCE}
        else row.confidence / CONFIDENCE_UNITS,
        verdict=None if verdict is None else _VERDICTS.get(verdict),
        credit=(code - Verdict.PARTIAL_ZERO) / UNITS if partial else None,
        outcome=None if outcome is None else _OUTCOMES[outcome],
    )


_VERDICTS: Final[dict[Verdict, VerdictName]] = {
    Verdict.CORRECT: "correct",
    Verdict.WRONG: "wrong",
    Verdict.PARTIAL_ZERO: "partial",
    Verdict.ABSTAINED: "abstained",
    Verdict.UNGRADED: "ungraded",
}
_OUTCOMES: Final[dict[Outcome, OutcomeName]] = {
    Outcome.CORRECT: "correct",
    Outcome.WRONG: "wrong",
    Outcome.PARTIAL: "partial",
    Outcome.ABSTAINED: "abstained",
    Outcome.MISSING: "missing",
    Outcome.UNGRADED: "ungraded",
}
