"""The submission page as values: what the template prints, spelled and drawn."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from markupsafe import Markup

from app.scoring.behaviour import AuditRow
from app.scoring.score import Score
from app.services.board import Standing
from app.services.describe import SubmissionView
from app.services.exhibits import Mistake, Mistakes
from app.services.portray import CategoryPart, Portrait
from app.storage.benchmarks import Benchmark
from app.storage.submissions import Submission
from app.web import words
from app.web.charts import outcome_bar
from app.web.submission_charts import Drawing, drawings
from app.web.terms import Dial, at_words, dial_of, query_of
from app.web.untrusted import item_href

HIDDEN_WORD: Final = "kept back: the answers are hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One of the five figures: what it is, the number, and a line under it."""

    label: str
    big: str
    small: str
    bar: Markup | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known about the run; `value` was written by its submitter."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Something a reader must know before the numbers."""

    label: str
    says: str
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeRow:
    """A wrong answer as a row."""

    href: str
    said: str
    mistake: Mistake
    others: str
    cost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRow:
    """A category as a row."""

    name: str
    questions: str
    outcomes: Markup
    right: str
    wrong: str
    silent: str
    selective: str
    score: str
    reach: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRow:
    """An attempt of the same model as a row."""

    href: str
    number: int
    when: datetime
    told: str
    marks: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """The model one place up or down, and the page that compares the two."""

    label: str
    name: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionPage:
    """Everything on the page."""

    benchmark: Benchmark
    submission: Submission
    dial: Dial
    at: str
    query: str
    subtitle: str
    marks: list[Mark]
    figures: list[Figure]
    shares: list[tuple[str, float]]
    drawings: list[Drawing]
    mistakes: list[MistakeRow]
    n_wrong: int
    categories: list[CategoryRow]
    silence: list[tuple[str, str, str]]
    behaviour: list[tuple[str, str, str, str]]
    behaviour_says: str
    validity: list[tuple[str, str]]
    validity_says: str
    facts: list[Fact]
    attempts: list[AttemptRow]
    neighbours: list[Neighbour]
    hidden: bool


def submission_page(
    view: SubmissionView, portrait: Portrait, mistakes: Mistakes | None
) -> SubmissionPage:
    """The page of one submission under the portrait's terms."""
    submission, benchmark, terms = view.submission, view.benchmark, portrait.terms
    here = f"/submissions/{submission.public_id}"
    return SubmissionPage(
        benchmark=benchmark,
        submission=submission,
        dial=dial_of(here, benchmark, terms),
        at=at_words(terms),
        query=query_of(terms),
        subtitle=_subtitle(submission),
        marks=_marks(view, portrait),
        figures=_figures(view, portrait),
        shares=answer_shares(view, portrait),
        drawings=drawings(submission.model.name, portrait),
        mistakes=[] if mistakes is None else mistake_rows(submission, portrait, mistakes),
        n_wrong=0 if mistakes is None else mistakes.total,
        categories=[_category(part) for part in portrait.categories or ()],
        silence=_silence(portrait),
        behaviour=_behaviour(portrait),
        behaviour_says=_behaviour_says(portrait),
        validity=[],
        validity_says="",
        facts=_facts(view),
        attempts=_attempts(submission, portrait),
        neighbours=_neighbours(submission, portrait),
        hidden=benchmark.mode == "hidden",
    )


def mistake_rows(
    submission: Submission, portrait: Portrait, mistakes: Mistakes
) -> list[MistakeRow]:
    """Wrong answers as rows: what was said how surely, what others did, what it cost."""
    terms = portrait.terms
    rows = []
    for one in mistakes.shown:
        above = one.confidence is None or one.confidence > terms.target.value
        costs = terms.mode == "declared" or terms.target.units == 0 or above
        price = words.penalty(terms.target.penalty) if costs else "0"
        rows.append(
            MistakeRow(
                href=item_href(submission.public_id, one.item.key),
                said=words.DASH if one.confidence is None else f"{one.confidence * 100:.4g} %",
                mistake=one,
                others=f"{one.others_right} of {one.others}" if one.others else words.DASH,
                cost=price if terms.rule in {"target", "binary"} else words.DASH,
            )
        )
    return rows


def _subtitle(submission: Submission) -> str:
    model = submission.model
    said = [model.organisation or submission.owner, model.provider, model.version, *model.tags]
    return " · ".join(part for part in said if part)


def _marks(view: SubmissionView, portrait: Portrait) -> list[Mark]:
    submission = view.submission
    marks = []
    if submission.withdrawn_at is not None:
        when = f"{submission.withdrawn_at:%Y-%m-%d}"
        marks.append(
            Mark("withdrawn", f"Its submitter withdrew it on {when}; it has no place any more.")
        )
    if submission.superseded_by is not None:
        newer = next((one for one in portrait.attempts if one.id == submission.superseded_by), None)
        href = None if newer is None else f"/submissions/{newer.public_id}"
        marks.append(Mark("superseded", "A newer run with the same name replaces it.", href))
    if view.provisional:
        n = 0 if view.counts is None else view.counts.ungraded
        marks.append(
            Mark("provisional", f"{n:,} answers could not be graded yet and are left out.")
        )
    if submission.self_reported:
        marks.append(Mark("self-reported", "Answers were graded elsewhere, by the submitter."))
    row = portrait.unranked
    if row is not None and row.reason not in {"withdrawn", "superseded"}:
        marks.append(Mark("not ranked", f"It has no place: {words.reason(row.reason)}."))
    return marks


def _figures(view: SubmissionView, portrait: Portrait) -> list[Figure]:
    right, wrong = portrait.shares
    answered = right + wrong
    selective = right / answered if answered > 0 else None
    return [
        _score_figure(portrait),
        _rank_figure(portrait),
        Figure(
            label="Answers",
            big="",
            small="",
            bar=outcome_bar(answer_shares(view, portrait)),
        ),
        Figure(
            label="Right when it answers",
            big=words.percent(selective),
            small="it answers nothing here"
            if selective is None
            else f"pays off below t = {selective:.2f}",
        ),
        _calibration_figure(view),
    ]


def _score_figure(portrait: Portrait) -> Figure:
    score = portrait.score
    reach = words.reach(score)
    small = f"{reach} points per 100" if reach else "points per 100"
    if score.value is None:
        small = words.reason(score.reason or "undefined")
    elif score.bounds is not None:
        low, high = (words.points(end) for end in score.bounds)
        small = f"between {low} and {high} once all is graded"
    return Figure(label="Score", big=words.points(score.value), small=small)


def _rank_figure(portrait: Portrait) -> Figure:
    row = portrait.standing
    if row is None:
        return Figure(label="Rank", big=words.DASH, small="not ranked")
    parts = []
    if row.rank_range is not None:
        low, high = row.rank_range
        parts.append(f"range {low}–{high}" if low != high else f"only {low} is possible")
    parts.append(f"of {portrait.board.total}")
    parts.append(f"{words.ordinal(row.accuracy_rank)} on accuracy")
    return Figure(label="Rank", big=f"{row.rank}", small=" · ".join(parts))


def answer_shares(view: SubmissionView, portrait: Portrait) -> list[tuple[str, float]]:
    """Right, wrong and not attempted under the terms, then what is missing or ungraded."""
    right, wrong = portrait.shares
    missing = ungraded = 0.0
    if view.counts is not None:
        counts = view.counts
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


def _calibration_figure(view: SubmissionView) -> Figure:
    error = _single(view, "ece_levels")
    if view.benchmark.mode == "hidden":
        return Figure(label="Calibration error", big=words.DASH, small=HIDDEN_WORD)
    if error is None or error.value is None:
        reason = "undefined" if error is None else error.reason or "undefined"
        return Figure(label="Calibration error", big=words.DASH, small=words.reason(reason))
    more = []
    for name, label in (("brier", "Brier"), ("aurc", "AURC")):
        score = _single(view, name)
        if score is not None and score.value is not None:
            more.append(f"{label} {score.value:.3f}")
    small = " · ".join(more) or "0 is perfect, lower is better"
    return Figure(label="Calibration error", big=f"{error.value:.3f}", small=small)


def _single(view: SubmissionView, name: str) -> Score | None:
    score = view.scores.get(name)
    return score if isinstance(score, Score) else None


def _category(part: CategoryPart) -> CategoryRow:
    rest = max(1 - part.right - part.wrong - part.abstained, 0.0)
    shares = [
        ("correct", part.right),
        ("wrong", part.wrong),
        ("abstained", part.abstained),
        ("missing", rest),
    ]
    return CategoryRow(
        name=part.category,
        questions=f"{part.n_items:,}",
        outcomes=outcome_bar(shares),
        right=words.percent(part.right),
        wrong=words.percent(part.wrong),
        silent=words.percent(part.abstained),
        selective=words.percent(part.selective_accuracy),
        score=words.points(part.score.value),
        reach=words.reach(part.score),
    )


def _silence(portrait: Portrait) -> list[tuple[str, str, str]]:
    """Precision, recall and F1 of its silence, each with its interval and what it means."""
    found = portrait.unanswerable
    if found is None:
        return []
    meaning = (
        ("Precision", found.precision, "of its “I don’t know”s, on questions without an answer"),
        ("Recall", found.recall, "of the questions without an answer, met with “I don’t know”"),
        ("F1", found.f1, "their harmonic mean"),
    )
    return [(name, _with_interval(score), says) for name, score, says in meaning]


def _with_interval(score: Score) -> str:
    if score.value is None:
        return f"{words.DASH} ({words.reason(score.reason or 'undefined')})"
    if score.interval is None:
        return words.percent(score.value)
    low, high = score.interval.low * 100, score.interval.high * 100
    return f"{words.percent(score.value)} ({low:.1f} to {high:.1f})"


def _behaviour(portrait: Portrait) -> list[tuple[str, str, str, str]]:
    if portrait.behaviour is None:
        return []
    return [
        (
            f"{row.target}",
            _with_interval(row.selective_accuracy),
            words.percent(row.coverage.value),
            _kept(row),
        )
        for row in portrait.behaviour.rows
    ]


def _kept(row: AuditRow) -> str:
    if row.shortfall is None:
        return "answered nothing"
    if row.below_target:
        return f"clearly below: {row.shortfall * 100:.1f} points short"
    return "kept" if row.shortfall <= 0 else f"{row.shortfall * 100:.1f} points short, not clearly"


def _behaviour_says(portrait: Portrait) -> str:
    audit = portrait.behaviour
    if audit is None or audit.answers_less_as_price_rises is None:
        return "Only one target was told, so nothing can be said about how it reacts to the price."
    if audit.answers_less_as_price_rises:
        return "It answers less as a wrong answer costs more, as it should."
    if not audit.rises:
        return "It answers as often whatever a wrong answer costs."
    steps = ", ".join(f"{low} to {high}" for low, high in audit.rises)
    return f"It answers more often although a wrong answer costs more: from t = {steps}."


def _facts(view: SubmissionView) -> list[Fact]:
    submission = view.submission
    told = submission.stated_target
    facts = [
        Fact("Owner", submission.owner),
        Fact("Submitted", f"{submission.created_at:%Y-%m-%d %H:%M} UTC"),
        Fact("Revision", f"graded under {view.benchmark.revision}, sent to {submission.revision}"),
        Fact("Rows sent", f"{submission.n_rows:,}"),
        Fact("Confidence", submission.confidence_source or "none stated"),
    ]
    if submission.samples > 1:
        facts.append(Fact("Samples a question", f"{submission.samples}"))
    if told is not None:
        facts.append(Fact("Told target", words.target(told / 10_000)))
    if view.n_invalid:
        facts.append(Fact("Invalid answers", f"{view.n_invalid:,}, counted as wrong"))
    if submission.external_id:
        facts.append(Fact("Name of the run", submission.external_id))
    reported = submission.reported
    if reported:
        facts.append(Fact("Reported by its maker", _flat(reported)))
    facts += [Fact(name, _flat(value)) for name, value in submission.run.items()]
    return facts


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_flat(inner)}" for name, inner in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value}"


def _attempts(submission: Submission, portrait: Portrait) -> list[AttemptRow]:
    rows = []
    for one in portrait.attempts:
        marks = [
            name
            for name, holds in (
                ("withdrawn", one.withdrawn_at is not None),
                ("superseded", one.superseded_by is not None),
            )
            if holds
        ]
        told = one.stated_target
        rows.append(
            AttemptRow(
                href=f"/submissions/{one.public_id}",
                number=one.attempt,
                when=one.created_at,
                told="" if told is None else f"told t = {words.target(told / 10_000)}",
                marks=", ".join(marks),
                here=one.id == submission.id,
            )
        )
    return rows


def _neighbours(submission: Submission, portrait: Portrait) -> list[Neighbour]:
    query = query_of(portrait.terms)
    found = []
    for label, row in (("above", portrait.above), ("below", portrait.below)):
        if row is not None:
            found.append(
                Neighbour(label=label, name=row.model.name, href=_compare(submission, row, query))
            )
    return found


def _compare(submission: Submission, row: Standing, query: str) -> str:
    return f"/compare?a={submission.public_id}&b={row.submission}&{query}"
