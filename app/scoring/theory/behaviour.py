"""Behavioural calibration: whether a model keeps the confidence target of its prompt.

A model told "answer only if you are more than t confident" should be right in more than t of its
answers, and should answer less as t, the price of an error, rises. One run a stated target.

Kalai, Nachum, Vempala, Zhang (2025), section 4.2 ("behavioral calibration").
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from app.scoring.score import Score
from app.scoring.targets import Target


@dataclass(frozen=True, slots=True)
class StatedRun:
    """A run under a stated target: the declared shares right of the answered, and answered."""

    target: Target
    selective_accuracy: Score
    coverage: Score


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One stated target.

    `shortfall` is t minus the selective accuracy, positive where the model is right less often
    than the target asks. `below_target`: even the upper limit of selective accuracy is below
    t; None where nothing was answered.
    """

    target: Target
    selective_accuracy: Score
    coverage: Score
    shortfall: float | None
    below_target: bool | None


@dataclass(frozen=True, slots=True)
class BehaviourAudit:
    """The stated targets in ascending order, and the changes between them.

    `answers_less_as_price_rises`: coverage never rises from one stated target to the next and
    ends lower than it began; None with fewer than two targets. `rises` names the steps (from, to)
    on which coverage rises.
    """

    rows: tuple[AuditRow, ...]
    answers_less_as_price_rises: bool | None
    rises: tuple[tuple[Target, Target], ...]


def audit_behaviour(runs: Sequence[StatedRun]) -> BehaviourAudit:
    """Audits one model's runs, one a stated target. Raises ValueError where a target repeats."""
    ordered = sorted(runs, key=lambda run: run.target)
    steps = list(itertools.pairwise(ordered))
    if any(first.target == second.target for first, second in steps):
        raise ValueError("two runs state the same target; audit one of them")
    rises = tuple(
        (first.target, second.target)
        for first, second in steps
        if _share(second.coverage) > _share(first.coverage)
    )
    less = None
    if steps:
        less = not rises and _share(ordered[-1].coverage) < _share(ordered[0].coverage)
    return BehaviourAudit(tuple(_row(run) for run in ordered), less, rises)


def _row(run: StatedRun) -> AuditRow:
    t, right = run.target.value, run.selective_accuracy
    if right.value is None:
        return AuditRow(run.target, right, run.coverage, shortfall=None, below_target=None)
    below = right.interval is not None and right.interval.high < t
    return AuditRow(run.target, right, run.coverage, shortfall=t - right.value, below_target=below)


def _share(coverage: Score) -> float:
    if coverage.value is None:
        raise ValueError("a run without graded items has no coverage to audit")
    return coverage.value
