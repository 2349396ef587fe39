"""Behavioural calibration: whether a model keeps the confidence target of its prompt.

A model told "answer only if you are more than t confident" should be right in more than t of its
answers, and should answer less as t, the price of an error, rises. One run a stated target.

Kalai, Nachum, Vempala, Zhang (2025), section 4.2 ("behavioral calibration").
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from app.reply_fields import Doc, Sent
from app.scoring.score import Score
from app.scoring.targets import Target


@dataclass(frozen=True, slots=True)
class StatedRun:
    """A run under a stated target: the declared shares right of the answered, and answered."""

    target: Target
    selective_accuracy: Score
    coverage: Score


@dataclass(frozen=True, slots=True)
class BehaviourRow:
    """A run under one stated target."""

    target: Annotated[Target, Doc("The stated target t, 0 to 0.99.")]
    selective_accuracy: Annotated[Score, Doc("Right among the answered, to set against t.")]
    coverage: Annotated[Score, Doc("Answered among all.")]
    shortfall: Annotated[
        float | None,
        Doc("t minus selective accuracy; positive where it is right less than asked."),
    ]
    below_target: Annotated[
        bool | None,
        Doc("Even the upper limit of selective accuracy is below t; null without answers."),
    ]


@dataclass(frozen=True, slots=True)
class BehaviourAudit:
    """Does the model keep the targets that its runs stated? One run a target."""

    rows: Annotated[
        tuple[BehaviourRow, ...], Sent(name="data"), Doc("Its stated targets in ascending order.")
    ]
    answers_less_as_price_rises: Annotated[
        bool | None,
        Doc("Coverage never rises with t and ends lower; null with fewer than two targets."),
    ]
    rises: Annotated[
        tuple[tuple[Target, Target], ...], Doc("Steps (from t, to t) on which coverage rises.")
    ]


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


def _row(run: StatedRun) -> BehaviourRow:
    t, right = run.target.value, run.selective_accuracy
    if right.value is None:
        return BehaviourRow(run.target, right, run.coverage, shortfall=None, below_target=None)
    below = right.interval is not None and right.interval.high < t
    return BehaviourRow(
        run.target, right, run.coverage, shortfall=t - right.value, below_target=below
    )


def _share(coverage: Score) -> float:
    if coverage.value is None:
        raise ValueError("a run without graded items has no coverage to audit")
    return coverage.value
