"""The rows of a submission's page: mistakes, categories, attempts, facts of the run, neighbours.

And the checks beside the score: abstention, parity, stated targets, thresholds, the theorems.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from app.http.urls import url
from app.scoring.metrics.guaranteed import UNATTAINABLE
from app.scoring.rules import is_attempted
from app.scoring.score import Score
from app.scoring.targets import UNITS, Target
from app.scoring.theory.behaviour import BehaviourRow
from app.scoring.theory.validity import ValidityCheck
from app.services.board.schemas import Standing
from app.services.comparisons.submission_context import CategoryPart, SubmissionContext
from app.services.submissions.card import Parity
from app.services.submissions.item_detail import Mistake, Mistakes
from app.services.submissions.schemas import SubmissionDetail
from app.storage.submissions import Submission
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
    submission: Submission, portrait: SubmissionContext, mistakes: Mistakes, query: str
) -> list[MistakeRow]:
    """Wrong answers as rows: answer, confidence, other models' results and cost."""
    terms = portrait.terms
    rows = []
    for mistake in mistakes.shown:
        costs = is_attempted(mistake.confidence, terms.target, terms.mode)
        price = words.penalty(terms.target.penalty) if costs else "0"
        rows.append(
            MistakeRow(
                href=item_href(submission.public_id, mistake.item.key, query),
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
        Fact("Source of confidences", submission.confidence_source or "not stated"),
    ]
    if submission.samples > 1:
        facts.append(Fact("Samples a question", f"{submission.samples}"))
    if told is not None:
        facts.append(Fact("Told target", words.at_target(Target(told))))
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


def attempt_rows(
    submission: Submission, attempts: Sequence[Submission], query: str
) -> list[AttemptRow]:
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
                href=url(f"/submissions/{attempt.public_id}?{query}"),
                number=attempt.attempt,
                when=attempt.created_at,
                told="" if told is None else f"told {words.at_target(Target(told))}",
                marks=", ".join(marks),
                here=attempt.id == submission.id,
            )
        )
    return rows


def neighbours_of(
    submission: Submission, portrait: SubmissionContext, query: str
) -> list[Neighbour]:
    neighbours = []
    for label, row in (("above", portrait.above), ("below", portrait.below)):
        if row is not None:
            neighbours.append(
                Neighbour(label=label, name=row.model.name, href=_compare(submission, row, query))
            )
    return neighbours


def _compare(submission: Submission, row: Standing, query: str) -> str:
    return url(f"/compare?a={submission.public_id}&b={row.submission}&{query}")


def silence(view: SubmissionDetail) -> list[tuple[str, str, str]]:
    """Precision, recall and F1 of abstentions, each with its interval and meaning."""
    if view.card is None or view.card.answerability is None:
        return []
    found = view.card.answerability
    precision, recall = found.abstention_precision, found.abstention_recall
    meaning = (
        ("Precision", precision, "of its “I don’t know”s, on questions without an answer"),
        ("Recall", recall, "of the questions without an answer, met with “I don’t know”"),
        ("F1", found.abstention_f1, "their harmonic mean"),
    )
    return [(name, _with_interval(score), says) for name, score, says in meaning]


def may_answer(view: SubmissionDetail) -> list[tuple[str, ...]]:
    """For each risk: from which confidence on it may answer, how much that is, and how much of it
    is wrong on the half that was held. Empty where no answer states a confidence."""
    if view.card is None:
        return []
    thresholds = view.card.guaranteed_thresholds
    if all(found.reason not in {None, UNATTAINABLE} for found in thresholds.values()):
        return []
    rows: list[tuple[str, ...]] = []
    for units, found in thresholds.items():
        risk = f"{units / UNITS:.0%}".replace("%", " %")
        if found.confidence is None:
            rows.append((risk, "no confidence is safe enough", words.DASH, words.DASH))
            continue
        wrong = f"{words.percent(found.selective_risk)}, at most {words.percent(found.upper_limit)}"
        rows.append((risk, f"{found.confidence:.9g}", words.percent(found.coverage), wrong))
    return rows


def option_scores(view: SubmissionDetail) -> list[tuple[str, str]]:
    """The scores of whole probability vectors as rows; empty where no row gave any."""
    scores = None if view.card is None else view.card.option_scores
    if scores is None:
        return []
    loss = "infinite" if scores.log_loss is None else f"{scores.log_loss:.3f}"
    return [
        ("Questions with one right option", f"{scores.n_items:,}"),
        ("Most probable option right", words.percent(scores.accuracy)),
        ("Brier score, sum over options", f"{scores.brier:.3f}"),
        ("Log loss", loss),
        (
            "Ranked probability score, for options in order",
            f"{scores.ranked_probability_score:.3f}",
        ),
        ("Calibration error of the most probable option", f"{scores.top_label_ece:.3f}"),
        ("Calibration error by option, averaged", f"{scores.class_wise_ece:.3f}"),
    ]


def answer_classes(view: SubmissionDetail) -> list[tuple[str, ...]]:
    """The questions with an answer and those without, each as a submission of its own."""
    classes = None if view.card is None else view.card.answerability
    if classes is None:
        return []
    rows = (("with an answer", classes.answerable), ("without an answer", classes.should_abstain))
    return [
        (
            name,
            f"{part.n_items:,}",
            *(
                words.percent(rate.value)
                for rate in (part.accuracy, part.error_rate, part.abstention_rate)
            ),
        )
        for name, part in rows
    ]


def _check(view: SubmissionDetail) -> ValidityCheck | None:
    return None if view.card is None else view.card.validity.check


def validity(view: SubmissionDetail) -> list[tuple[str, str]]:
    """The theorems' figures as rows; empty where there is nothing to check."""
    check = _check(view)
    if check is None:
        return []
    shares = (
        ("Error rate of an answer drawn from the probabilities", check.generation_error),
        ("Error of telling valid from wrong, at the best threshold", check.err_iiv_best),
        ("Theorem 3: least error that follows from it", check.theorem3_lower_bound),
        ("Theorem 1: least error, at the threshold 1 / wrong options", check.theorem1_lower_bound),
        ("Calibration gap delta at that threshold", check.theorem1_delta),
    )
    figures = [(name, words.percent(value)) for name, value in shares]
    if check.explained is not None:
        share = words.percent(check.explained)
        figures.append(("Share of the error that failing to recognise accounts for", share))
    return figures


def validity_verdict(view: SubmissionDetail) -> str:
    check = _check(view)
    if check is None:
        return ""
    seen = f"Checked on {check.n_items:,} questions with {check.n_choices} options."
    if check.holds:
        return f"{seen} Both hold."
    return f"{seen} One does not hold, so the upload, or we, must be wrong."


def validity_says(view: SubmissionDetail) -> list[str]:
    check = _check(view)
    return [] if check is None else list(check.conditions)


def _with_interval(score: Score) -> str:
    if score.value is None:
        return f"{words.DASH} ({words.reason(score.reason or 'undefined')})"
    if score.interval is None:
        return words.percent(score.value)
    low, high = score.interval.low * 100, score.interval.high * 100
    return f"{words.percent(score.value)} ({low:z.1f} to {high:z.1f})"


def behaviour(view: SubmissionDetail) -> list[tuple[str, str, str, str]]:
    if view.behaviour is None:
        return []
    return [
        (
            f"{row.target}",
            _with_interval(row.selective_accuracy),
            words.percent(row.coverage.value),
            _kept(row),
        )
        for row in view.behaviour.rows
    ]


def _kept(row: BehaviourRow) -> str:
    if row.shortfall is None:
        return "answered nothing"
    if row.below_target:
        return f"clearly below: {row.shortfall * 100:z.1f} points short"
    return "kept" if row.shortfall <= 0 else f"{row.shortfall * 100:z.1f} points short, not clearly"


def behaviour_says(view: SubmissionDetail) -> str:
    audit = view.behaviour
    if audit is None or audit.trend.overall is None:
        return "Only one target was told, so nothing can be said about how it reacts to the price."
    if audit.trend.answers_less_as_price_rises:
        return "It answered less as the target rose, beyond noise."
    if audit.trend.rises:
        steps = ", ".join(f"{low} to {high}" for low, high in audit.trend.rises)
        return f"It answered more often at a higher target, beyond noise: from t = {steps}."
    if audit.trend.overall.difference.interval is None:
        change = words.percent(audit.trend.overall.difference.value)
        return f"From the lowest target to the highest its share answered changed by {change}."
    if audit.trend.answers_less_as_price_rises is None:
        reach = _with_interval(audit.trend.overall.difference)
        return (
            "Whether it answers less at higher targets these runs do not tell: from the lowest to "
            f"the highest its share answered changed by {reach}."
        )
    return "It answered more often at the highest target than at the lowest, beyond noise."


def reported(view: SubmissionDetail) -> str:
    """The figures that the submitter's tool reported beside those computed here; empty without
    them."""
    return " ".join((*(_beside_ours(parity) for parity in view.parities), *view.contradictions))


def _beside_ours(parity: Parity) -> str:
    sentence = f"{parity.metric} {parity.reported:g} was reported"
    if parity.ours is None:
        return f"{sentence}; there is no such figure here to hold it against."
    if parity.agrees:
        return f"{sentence}, and the rows give the same."
    return f"{sentence}, but the rows give {parity.ours:.6g}."


def singletons(view: SubmissionDetail) -> str:
    """Lower bounds on the error from training counts; empty without counts."""
    bound = view.singletons
    if bound is None:
        return ""
    sentence = f"{words.percent(bound.singleton_rate)} of the training facts were seen exactly once"
    if not bound.informative:
        return f"{sentence}; with so few examples the theorem bounds no error from below."
    least = words.percent(bound.lower_bound_reported)
    return f"{sentence}; with probability 99 % a base model errs on at least {least} of such facts."
