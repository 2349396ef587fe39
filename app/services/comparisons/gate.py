"""The gate: may a candidate replace a baseline, if it may lose at most so many points an item?

The baseline is a stored submission. The candidate is another, or rows that are graded here and
forgotten. Hidden benchmarks have no gate: each decision about rows of the caller's choice would
tell of the accepted answers, and a decision about two stored submissions of how they overlap.
"""

from dataclasses import fields
from typing import Final

from app.intake.columns import PredictionColumns
from app.problem import Problem
from app.scoring.assess import Assessed, assess
from app.scoring.comparison import gate as gating
from app.scoring.comparison.gate import Gate
from app.scoring.grades import Grades, ItemFrame
from app.scoring.points import widest_difference
from app.scoring.profile import counts_of
from app.scoring.rules import ScoringView
from app.scoring.stack import score_under
from app.services.comparisons.discordant_items import (
    Losses,
    computable,
    lost_items,
    points_under,
)
from app.services.comparisons.gate_candidates import Contest
from app.services.comparisons.schemas import Contender, GateReport, LostItem, LostItems
from app.services.state.app_state import AppState
from app.services.submissions.evaluate import evaluate_rows
from app.services.submissions.item_detail import items_named
from app.services.submissions.schemas import SubmissionRow
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession
from app.storage.gradings import load_grading
from app.storage.submissions import Submission
from app.wording import counted, verb

LOST_SHOWN: Final = 5
"""Lost items that a decision names."""


def decide(
    session: ReadSession,
    app_state: AppState,
    stand: Contest,
    terms: ScoringView,
    columns: PredictionColumns | None,
    *,
    largest_loss: float,
) -> GateReport:
    """Decides about the stored candidate, or about `columns` graded against the benchmark.

    Raises `invalid-predictions` (rows), or `invalid-request` where the rule has no score for them.
    """
    benchmark = stand.benchmark
    revision_data = app_state.revision_cache.of(session, benchmark)
    baseline = load_grading(session, stand.baseline.id, benchmark.revision_id).grades
    if stand.candidate is not None:
        candidate = load_grading(session, stand.candidate.id, benchmark.revision_id).grades
    else:
        assert columns is not None
        candidate = evaluate_rows(benchmark, revision_data, columns).graded.grades
    if not computable(candidate, baseline, terms):
        raise Problem(
            "invalid-request",
            "rule=bas needs the confidence of every answer of both; choose rule=target.",
        )
    with app_state.heavy_work.acquire():
        gate = gating.decide(
            points_under(candidate, terms),
            points_under(baseline, terms),
            largest_loss=largest_loss,
            most_an_item_can_differ=widest_difference(terms),
            weight=revision_data.frame.weight,
            cluster=revision_data.frame.cluster,
        )
    losses = lost_items(candidate, baseline, revision_data, terms, limit=LOST_SHOWN)
    shown = terms.shown_target
    return GateReport(
        **{field.name: getattr(gate, field.name) for field in fields(gate)},
        says=_in_words(gate),
        benchmark=benchmark.slug,
        revision=benchmark.revision,
        rule=terms.rule,
        target=None if shown is None else shown.value,
        penalty=None if shown is None else shown.penalty,
        mode=terms.mode,
        items=_with_questions(session, app_state, benchmark, losses),
        candidate=_contender(stand.candidate, candidate, revision_data.frame, terms),
        baseline=_contender(stand.baseline, baseline, revision_data.frame, terms),
        null_reasons=_null_reasons(gate),
    )


def _with_questions(
    session: ReadSession, app_state: AppState, benchmark: Benchmark, losses: Losses
) -> LostItems:
    named = items_named(session, app_state, benchmark, [loss.item.item for loss in losses.worst])
    worst = [
        LostItem(
            item=loss.item.item,
            question=None if (item := named.get(loss.item.item)) is None else item.question,
            category=loss.item.category,
            baseline=loss.item.b,
            candidate=loss.item.a,
            difference=loss.item.difference,
            cost=loss.cost,
        )
        for loss in losses.worst
    ]
    return LostItems(losses.lost, losses.gained, tuple(worst))


def _null_reasons(gate: Gate) -> dict[str, str]:
    if gate.power is None:
        names = ("low", "high", "power", "detectable_loss", "items_needed", "items_at_difference")
        return dict.fromkeys(names, "too-few-items")
    no_number = "no-number-would"
    return {
        name: no_number
        for name in ("items_needed", "items_at_difference")
        if getattr(gate, name) is None
    }


def _contender(
    submission: Submission | None, grades: Grades, frame: ItemFrame, terms: ScoringView
) -> Contender:
    entry: Assessed = assess(grades, frame)
    score = score_under(entry, terms)
    row = None if submission is None else SubmissionRow.of(submission)
    return Contender(row, score, counts_of(entry.profile))


def _in_words(gate: Gate) -> str:
    allowed = _per_hundred(gate.largest_loss)
    if gate.decision == "pass":
        return f"Pass: a loss of more than {allowed} is ruled out at 95 %."
    if gate.decision == "fail":
        return f"Fail: the loss is larger than {allowed}, beyond noise at 95 %."
    if gate.power is None or gate.detectable_loss is None:
        return "Cannot tell: the two have fewer than two graded items in common."
    n = gate.difference.n_items
    shows = (
        f"Cannot tell: {verb(n, 'this', 'these')} {counted(n, 'item')} "
        f"{verb(n, 'shows', 'show')} a loss of "
        f"{_per_hundred(gate.detectable_loss, digits=1)} or more"
    )
    if gate.items_needed is None:
        return f"{shows}; no number of items rules out every loss, so allow one above 0."
    return (
        f"{shows}; {counted(gate.items_needed, 'item')} {verb(gate.items_needed, 'is', 'are')} "
        f"needed to rule out one of {allowed} (with 80 % chance each)."
    )


def _per_hundred(points: float, *, digits: int | None = None) -> str:
    """Points an item in the unit that people read: `2 points per 100`."""
    value = points * 100
    shown = f"{value:.10g}" if digits is None else f"{value:.{digits}f}"
    return f"{shown} {'point' if shown == '1' else 'points'} per 100"
