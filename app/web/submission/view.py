"""The view model of the submission page: the values that its template prints."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from markupsafe import Markup

from app.http.urls import url
from app.scoring.metrics.confidence import EXCESS
from app.scoring.score import Score
from app.services.access.public_view import PublicBenchmark
from app.services.comparisons.submission_context import SubmissionContext
from app.services.submissions.item_detail import Mistakes
from app.services.submissions.schemas import SubmissionDetail
from app.storage.benchmarks import Benchmark
from app.storage.submissions import Submission
from app.web.board.choices import DECLARED_ONLY, MODES
from app.web.board.scoring_view import BoardRef, ReportDial, at_words, dial_of, query_of
from app.web.charts import outcome_bar
from app.web.rendering import format as words
from app.web.submission.charts import Drawing, drawings, states_confidences
from app.web.submission.honest import HonestRow, honest_rows
from app.web.submission.rows import (
    AttemptRow,
    CategoryRow,
    Fact,
    MistakeRow,
    Neighbour,
    answer_classes,
    attempt_rows,
    behaviour,
    behaviour_says,
    category_row,
    facts_of,
    may_answer,
    mistake_rows,
    neighbours_of,
    option_scores,
    reported,
    silence,
    singletons,
    validity,
    validity_says,
    validity_verdict,
)
from app.wording import counted, verb

HIDDEN_WORD: Final = "kept back: the answers are hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryFigure:
    """One of the five figures: label, number, and a line under it."""

    label: str
    big: str
    small: str
    bar: Markup | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Something a reader must know before the numbers."""

    label: str
    says: str
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionPage:
    """Everything on the page."""

    benchmark: PublicBenchmark
    submission: Submission
    dial: ReportDial
    at: str
    query: str
    subtitle: str
    marks: list[Mark]
    figures: list[SummaryFigure]
    shares: list[tuple[str, float]]
    drawings: list[Drawing]
    mistakes: list[MistakeRow]
    n_wrong: int
    categories: list[CategoryRow]
    honest: list[HonestRow]
    may_answer: list[tuple[str, ...]]
    silence: list[tuple[str, str, str]]
    behaviour: list[tuple[str, str, str, str]]
    behaviour_says: str
    answer_classes: list[tuple[str, ...]]
    option_scores: list[tuple[str, str]]
    validity: list[tuple[str, str]]
    validity_verdict: str
    validity_says: list[str]
    reported: str
    singletons: str
    facts: list[Fact]
    attempts: list[AttemptRow]
    neighbours: list[Neighbour]
    hidden: bool


def submission_page(
    benchmark: Benchmark,
    submission: Submission,
    view: SubmissionDetail,
    portrait: SubmissionContext,
    mistakes: Mistakes | None,
    board_ref: BoardRef,
) -> SubmissionPage:
    """The page of one submission under its context's terms; links hand `board_ref` on."""
    terms = portrait.terms
    query = query_of(terms, board_ref)
    here = url(f"/submissions/{submission.public_id}")
    return SubmissionPage(
        benchmark=PublicBenchmark.of(benchmark),
        submission=submission,
        dial=dial_of(
            here,
            benchmark,
            terms,
            kept=board_ref.fields(),
            modes=MODES if states_confidences(portrait) else DECLARED_ONLY,
        ),
        at=at_words(terms),
        query=query,
        subtitle=subtitle_of(submission),
        marks=_marks(submission, view, portrait, query),
        figures=_figures(view, portrait),
        shares=answer_shares(view, portrait),
        drawings=drawings(
            submission.model.name,
            portrait,
            None if view.card is None else view.card.curves.reliability,
            fixed_targets=benchmark.fixed_targets,
            query=query,
        ),
        mistakes=[] if mistakes is None else mistake_rows(submission, portrait, mistakes, query),
        n_wrong=0 if mistakes is None else mistakes.total,
        categories=[category_row(part) for part in portrait.categories or ()],
        honest=honest_rows(view, portrait),
        may_answer=may_answer(view),
        silence=silence(view),
        behaviour=behaviour(view),
        behaviour_says=behaviour_says(view),
        answer_classes=answer_classes(view),
        option_scores=option_scores(view),
        validity=validity(view),
        validity_verdict=validity_verdict(view),
        validity_says=validity_says(view),
        reported=reported(view),
        singletons=singletons(view),
        facts=facts_of(submission, view),
        attempts=attempt_rows(submission, portrait.attempts, query),
        neighbours=neighbours_of(submission, portrait, query),
        hidden=view.card is None,
    )


def subtitle_of(submission: Submission) -> str:
    """Whose model it is, and which."""
    model = submission.model
    parts = [model.organisation or submission.owner, model.provider, model.version, *model.tags]
    return " · ".join(part for part in parts if part)


def _marks(
    submission: Submission, view: SubmissionDetail, portrait: SubmissionContext, query: str
) -> list[Mark]:
    marks = []
    if submission.withdrawn_at is not None:
        when = f"{submission.withdrawn_at:%Y-%m-%d}"
        marks.append(
            Mark("withdrawn", f"Its submitter withdrew it on {when}; it has no place any more.")
        )
    if submission.superseded_by is not None:
        newer = next(
            (attempt for attempt in portrait.attempts if attempt.id == submission.superseded_by),
            None,
        )
        href = None if newer is None else url(f"/submissions/{newer.public_id}?{query}")
        marks.append(Mark("superseded", "A newer run with the same name replaces it.", href))
    if view.provisional:
        n = 0 if view.card is None else view.card.counts.ungraded
        marks.append(
            Mark(
                "provisional",
                f"{counted(n, 'answer')} could not be graded yet and "
                f"{verb(n, 'is', 'are')} left out.",
            )
        )
    if submission.self_reported:
        marks.append(Mark("self-reported", "Answers were graded elsewhere, by the submitter."))
    row = portrait.unranked
    if row is not None and row.reason not in {"withdrawn", "superseded"}:
        marks.append(Mark("not ranked", f"It has no place: {words.reason(row.reason)}."))
    return marks


def _figures(view: SubmissionDetail, portrait: SubmissionContext) -> list[SummaryFigure]:
    right, wrong = portrait.shares
    answered = right + wrong
    selective = right / answered if answered > 0 else None
    return [
        _score_figure(portrait),
        _rank_figure(portrait),
        SummaryFigure(
            label="Answers",
            big="",
            small="",
            bar=outcome_bar(answer_shares(view, portrait)),
        ),
        SummaryFigure(
            label="Right when it answers",
            big=words.percent(selective),
            small="it answers nothing here"
            if selective is None
            else f"positive score for t below {selective:.2f}",
        ),
        _calibration_figure(view, portrait),
    ]


def _score_figure(portrait: SubmissionContext) -> SummaryFigure:
    score = portrait.score
    reach = words.reach(score)
    small = f"{reach} points per 100" if reach else "points per 100"
    if score.value is None:
        small = words.reason(score.reason or "undefined")
    elif score.bounds is not None:
        low, high = words.points(score.bounds.low), words.points(score.bounds.high)
        small = f"between {low} and {high} once all is graded"
    return SummaryFigure(label="Score", big=words.points(score.value), small=small)


def _rank_figure(portrait: SubmissionContext) -> SummaryFigure:
    row = portrait.standing
    if row is None:
        return SummaryFigure(label="Rank", big=words.DASH, small="not ranked")
    parts = []
    if row.rank_range is not None:
        low, high = row.rank_range
        parts.append(f"range {low}–{high}" if low != high else f"range {low}")
    parts.append(f"of {portrait.board.total}")
    parts.append(f"{words.ordinal(row.accuracy_rank)} on accuracy")
    return SummaryFigure(label="Rank", big=f"{row.rank}", small=" · ".join(parts))


def answer_shares(view: SubmissionDetail, portrait: SubmissionContext) -> list[tuple[str, float]]:
    """Right, wrong and not attempted under the terms, then what is missing or ungraded."""
    right, wrong = portrait.shares
    missing = ungraded = 0.0
    if view.card is not None:
        counts = view.card.counts
        slots = max(sum((counts.correct, counts.wrong, counts.partial, counts.abstained,
                         counts.missing, counts.ungraded)), 1)  # fmt: skip
        ungraded = counts.ungraded / slots
        right, wrong = right * (1 - ungraded), wrong * (1 - ungraded)
        missing = counts.missing / slots
    silent = max(1 - right - wrong - missing - ungraded, 0.0)
    return [
        ("correct", right),
        ("wrong", wrong),
        ("abstained", silent),
        ("missing", missing),
        ("ungraded", ungraded),
    ]


def _calibration_figure(view: SubmissionDetail, portrait: SubmissionContext) -> SummaryFigure:
    error = _single(view, EXCESS)
    if view.card is None:
        return SummaryFigure(label="Miscalibration", big=words.DASH, small=HIDDEN_WORD)
    if error is None or error.value is None:
        reason = "undefined" if error is None else error.reason or "undefined"
        who = "not every" if states_confidences(portrait) else "no"
        says = f"{who} answer states a confidence"
        says = says if reason == "confidence-missing" else words.reason(reason)
        return SummaryFigure(label="Miscalibration", big=words.DASH, small=says)
    seen, chance, brier = (
        words.thousandths(None if score is None else score.value)
        for score in map(
            partial(_single, view), ("miscalibration", "miscalibration_expected", "brier")
        )
    )
    return SummaryFigure(
        label="Miscalibration",
        big=words.thousandths(error.value),
        small=f"{seen} less {chance} by chance · Brier {brier}",
    )


def _single(view: SubmissionDetail, name: str) -> Score | None:
    score = view.scores.get(name)
    return score if isinstance(score, Score) else None
