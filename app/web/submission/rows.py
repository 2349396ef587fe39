"""The rows of a submission's page: mistakes, categories, attempts, facts of the run, neighbours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from app.http.urls import url
from app.scoring.rules import is_attempted
from app.services.board.schemas import Standing
from app.services.comparisons.submission_context import CategoryPart, SubmissionContext
from app.services.submissions.item_detail import Mistake, Mistakes
from app.services.submissions.schemas import SubmissionDetail
from app.storage.submissions import Submission
from app.web.board.scoring_view import query_of
from app.web.charts import outcome_bar
from app.web.rendering import format as words
from app.web.rendering.untrusted import item_href


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known about the run; `value` was written by its submitter."""

    label: str
    value: str


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


def mistake_rows(
    submission: Submission, portrait: SubmissionContext, mistakes: Mistakes
) -> list[MistakeRow]:
    """Wrong answers as rows: answer, confidence, other models' results and cost."""
    terms = portrait.terms
    rows = []
    for mistake in mistakes.shown:
        costs = is_attempted(mistake.confidence, terms.target, terms.mode)
        price = words.penalty(terms.target.penalty) if costs else "0"
        rows.append(
            MistakeRow(
                href=item_href(submission.public_id, mistake.item.key),
                said=words.DASH
                if mistake.confidence is None
                else words.confidence(mistake.confidence),
                mistake=mistake,
                others=f"{mistake.others_right} of {mistake.others}"
                if mistake.others
                else words.DASH,
                cost=price if terms.rule in {"target", "binary"} else words.DASH,
            )
        )
    return rows


def category_row(part: CategoryPart) -> CategoryRow:
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


def facts_of(submission: Submission, view: SubmissionDetail) -> list[Fact]:
    told = submission.stated_target
    facts = [
        Fact("Owner", submission.owner),
        Fact("Submitted", f"{submission.created_at:%Y-%m-%d %H:%M} UTC"),
        Fact("Revision", f"graded under {view.revision}, sent to {submission.revision}"),
        Fact("Rows sent", f"{submission.n_rows:,}"),
        Fact("Confidence", submission.confidence_source or "none stated"),
    ]
    if submission.samples > 1:
        facts.append(Fact("Samples a question", f"{submission.samples}"))
    if told is not None:
        facts.append(Fact("Told target", words.target(told / 10_000)))
    if view.card is not None and view.card.n_invalid:
        facts.append(Fact("Invalid answers", f"{view.card.n_invalid:,}, counted as wrong"))
    if submission.external_id:
        facts.append(Fact("Name of the run", submission.external_id))
    facts += [Fact(name, _flat(value)) for name, value in submission.run.items()]
    return facts


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_flat(inner)}" for name, inner in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value}"


def attempt_rows(submission: Submission, attempts: Sequence[Submission]) -> list[AttemptRow]:
    """The attempts of a model, each with its marks."""
    rows = []
    for attempt in attempts:
        marks = [
            name
            for name, holds in (
                ("answers erased", attempt.erased_at is not None),
                ("withdrawn", attempt.withdrawn_at is not None and attempt.erased_at is None),
                ("superseded", attempt.superseded_by is not None),
            )
            if holds
        ]
        told = attempt.stated_target
        rows.append(
            AttemptRow(
                href=url(f"/submissions/{attempt.public_id}"),
                number=attempt.attempt,
                when=attempt.created_at,
                told="" if told is None else f"told t = {words.target(told / 10_000)}",
                marks=", ".join(marks),
                here=attempt.id == submission.id,
            )
        )
    return rows


def neighbours_of(submission: Submission, portrait: SubmissionContext) -> list[Neighbour]:
    query = query_of(portrait.terms)
    neighbours = []
    for label, row in (("above", portrait.above), ("below", portrait.below)):
        if row is not None:
            neighbours.append(
                Neighbour(label=label, name=row.model.name, href=_compare(submission, row, query))
            )
    return neighbours


def _compare(submission: Submission, row: Standing, query: str) -> str:
    return url(f"/compare?a={submission.public_id}&b={row.submission}&{query}")
