"""Describe a submission: its facts, every score that may be shown, its profile, its answers."""

from dataclasses import dataclass

from app.grading.said import Verdict
from app.problem import Problem
from app.scoring import assess as assessing
from app.scoring.assess import Assessed
from app.scoring.calibration import ece_levels
from app.scoring.grades import NO_CONFIDENCE, Grades, Outcome
from app.scoring.profile import ScoreProfile
from app.scoring.rates import rates
from app.scoring.rules import Mode
from app.scoring.score import Score
from app.scoring.targets import UNITS, Target
from app.services.access import may_maintain
from app.services.board import Counts
from app.services.callers import Caller
from app.services.desk import Desk
from app.services.public import public_scores, public_shares
from app.services.submit import receipt_of
from app.storage.benchmarks import Benchmark
from app.storage.gradings import load_grading
from app.storage.predictions import Prediction, read_predictions
from app.storage.session import ReadSession
from app.storage.submissions import Submission

Scores = dict[str, Score | dict[str, Score]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionView:
    """A submission as the caller may see it; on hidden benchmarks `shares` stand for `counts`."""

    submission: Submission
    benchmark: Benchmark
    counts: Counts | None
    shares: dict[str, float] | None
    n_invalid: int | None
    scores: Scores
    profile: ScoreProfile | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model said to one item, and what it turned out to be where that may be shown."""

    item: str
    sample: int
    answer: str | None
    confidence: float | None
    verdict: Verdict | None
    credit: float | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """Some answers, and the slot to go on from."""

    answers: list[Answer]
    next_slot: int | None


def describe_submission(
    session: ReadSession, desk: Desk, benchmark: Benchmark, submission: Submission
) -> SubmissionView:
    """The submission with its scores at the benchmark's revision."""
    receipt = receipt_of(desk, session, benchmark, submission)
    entry = receipt.assessed
    if benchmark.mode == "hidden":
        shares = public_shares(entry, target=Target(0), mode="declared")
        return SubmissionView(
            submission=submission,
            benchmark=benchmark,
            counts=None,
            shares=shares.as_dict(),
            n_invalid=None,
            scores=public_scores(benchmark, entry),
            profile=None,
            provisional=False,
        )
    return SubmissionView(
        submission=submission,
        benchmark=benchmark,
        counts=receipt.counts,
        shares=None,
        n_invalid=receipt.n_invalid,
        scores=closed_form_scores(benchmark, entry),
        profile=entry.profile,
        provisional=receipt.counts.ungraded > 0,
    )


def closed_form_scores(benchmark: Benchmark, entry: Assessed) -> Scores:
    """Rates, threshold scores at the benchmark's targets in its default mode, quadratic, BAS."""
    mode: Mode = "threshold" if benchmark.default_mode == "threshold" else "declared"
    targets = sorted({0, *benchmark.fixed_targets, benchmark.default_target})
    scores: Scores = dict(rates(entry))
    scores["threshold_score"] = {
        str(Target(units)): assessing.threshold_score(entry, Target(units), mode)
        for units in targets
    }
    scores["quadratic_score"] = assessing.quadratic_score(entry)
    scores["bas"] = assessing.bas(entry)
    scores["ece_levels"] = ece_levels(entry)
    return scores


def read_answers(
    session: ReadSession,
    desk: Desk,
    caller: Caller | None,
    benchmark: Benchmark,
    submission: Submission,
    *,
    start: int,
    limit: int,
) -> AnswerPage:
    """Answers from slot `start` on, by item and sample.

    On a hidden benchmark only the submitter and the maintainer read them, without outcomes; others
    get `hidden-gold`.
    """
    own = caller is not None and caller.owner_id == submission.owner_id
    if benchmark.mode == "hidden" and not own and not may_maintain(caller, benchmark):
        raise Problem("hidden-gold", "Answers to a hidden benchmark are their submitter's alone.")
    sheet = desk.sheets.of(session, benchmark)
    rows = read_predictions(session, submission.id, start_slot=start, limit=limit + 1)
    grades = None
    if benchmark.mode == "open":
        grades = load_grading(session, submission.id, benchmark.revision_id).grades
    place_of = {int(ordinal): place for place, ordinal in enumerate(sheet.ordinals)}
    answers = [
        _answer(row, submission.samples, place_of, sheet.keys, grades) for row in rows[:limit]
    ]
    return AnswerPage(answers, rows[limit].slot if len(rows) > limit else None)


def _answer(
    row: Prediction,
    samples: int,
    place_of: dict[int, int],
    keys: list[str],
    grades: Grades | None,
) -> Answer:
    ordinal, sample = divmod(row.slot, samples)
    place = place_of.get(ordinal)
    code = row.verdict or 0
    partial = code >= Verdict.PARTIAL_ZERO
    outcome = None
    if grades is not None and place is not None:
        outcome = Outcome(int(grades.outcome[place * samples + sample]))
    return Answer(
        item=keys[place] if place is not None else f"#{ordinal}",
        sample=sample + 1,
        answer=row.answer,
        confidence=None if row.confidence in {None, NO_CONFIDENCE} else row.confidence / UNITS,
        verdict=Verdict.PARTIAL_ZERO if partial else Verdict(code) if code else None,
        credit=(code - Verdict.PARTIAL_ZERO) / UNITS if partial else None,
        outcome=outcome,
    )
