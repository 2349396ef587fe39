"""Behavioural calibration: whether a model keeps the confidence target of its prompt.

A model told "answer only if you are more than t confident" should be right in more than t of its
answers, and should answer less as t, the price of an error, rises. One run a stated target.

Coverages of two runs are compared item by item, with the adjusted error of paired differences
(`app/scoring/statistics/pair_error.py`); the intervals of all steps hold together in 95 % of
samples (Bonferroni), so that a model which does not heed the price is said to answer more at some
step in at most 5 %.

Kalai, Nachum, Vempala, Zhang (2025), section 4.2 ("behavioral calibration").
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray

from app.reply_fields import FLAT, Doc, Sent
from app.scoring.comparison.paired import paired_difference
from app.scoring.grades import ItemFrame
from app.scoring.score import HIDDEN, Score
from app.scoring.statistics.intervals import LEVEL
from app.scoring.targets import Target

Floats = NDArray[np.float64]

ONE_TARGET: Final = "one-target"
WITHIN_NOISE: Final = "within-noise"
"""Why it is not said whether a model answers less: it has one run, the runs cannot tell, or which
items were answered is kept back."""


@dataclass(frozen=True, slots=True)
class StatedRun:
    """A run under a stated target: the declared shares right of the answered, and answered.

    `answered` is the share of an item's samples that were answered, NaN where none is graded; None
    where items are not told apart.
    """

    target: Target
    selective_accuracy: Score
    coverage: Score
    answered: Floats | None = None


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
class CoverageStep:
    """From one stated target to a higher one: by how much more is answered."""

    lower: Annotated[Target, Doc("The lower target.")]
    higher: Annotated[Target, Doc("The higher target.")]
    difference: Annotated[
        Score,
        Doc("Coverage at the higher less at the lower, paired by item; negative answers less."),
    ]


@dataclass(frozen=True, slots=True)
class CoverageTrend:
    """How coverage moves as the stated target rises."""

    answers_less_as_price_rises: Annotated[
        bool | None,
        Doc(
            "True where coverage ends lower beyond noise and rises on no step; false where it "
            "rises on a step, or ends higher, beyond noise; null where the runs cannot tell."
        ),
    ]
    rises: Annotated[
        tuple[tuple[Target, Target], ...],
        Doc("Steps (from t, to t) on which coverage rises beyond noise."),
    ]
    steps: Annotated[
        tuple[CoverageStep, ...],
        Doc("From each stated target to the next; the intervals of all hold together in 95 %."),
    ]
    overall: Annotated[
        CoverageStep | None, Doc("From the lowest stated target to the highest; null with one.")
    ]


@dataclass(frozen=True, slots=True)
class BehaviourAudit:
    """Does the model keep the targets that its runs stated? One run a target."""

    rows: Annotated[
        tuple[BehaviourRow, ...], Sent(name="data"), Doc("Its stated targets in ascending order.")
    ]
    trend: Annotated[CoverageTrend, FLAT]


def audit_behaviour(runs: Sequence[StatedRun], items: ItemFrame | None = None) -> BehaviourAudit:
    """Audits one model's runs, one a stated target, over `items` (weights and clusters; plain where
    None). Raises ValueError where a target repeats."""
    ordered = sorted(runs, key=lambda run: run.target)
    pairs = list(itertools.pairwise(ordered))
    if any(first.target == second.target for first, second in pairs):
        raise ValueError("two runs state the same target; audit one of them")
    together = 1 - (1 - LEVEL) / max(len(pairs), 1)
    steps = tuple(_step(first, second, items, level=together) for first, second in pairs)
    rises = tuple((step.lower, step.higher) for step in steps if _low(step) > 0)
    overall = _step(ordered[0], ordered[-1], items, level=LEVEL) if steps else None
    less = None
    if overall is not None:
        if rises or _low(overall) > 0:
            less = False
        elif _high(overall) < 0:
            less = True
    trend = CoverageTrend(less, rises, steps, overall)
    return BehaviourAudit(tuple(_row(run) for run in ordered), trend)


def untold(trend: CoverageTrend) -> str | None:
    """Why `answers_less_as_price_rises` is null; None where it is not."""
    if trend.answers_less_as_price_rises is not None:
        return None
    if trend.overall is None:
        return ONE_TARGET
    return HIDDEN if trend.overall.difference.interval is None else WITHIN_NOISE


def _row(run: StatedRun) -> BehaviourRow:
    t, right = run.target.value, run.selective_accuracy
    if right.value is None:
        return BehaviourRow(run.target, right, run.coverage, shortfall=None, below_target=None)
    below = right.interval is not None and right.interval.high < t
    return BehaviourRow(
        run.target, right, run.coverage, shortfall=t - right.value, below_target=below
    )


def _step(
    first: StatedRun, second: StatedRun, items: ItemFrame | None, *, level: float
) -> CoverageStep:
    if first.coverage.value is None or second.coverage.value is None:
        raise ValueError("a run without graded items has no coverage to audit")
    if first.answered is None or second.answered is None:
        more = second.coverage.value - first.coverage.value
        difference = Score(more, n_items=second.coverage.n_items)
    else:
        difference = paired_difference(
            second.answered,
            first.answered,
            widest=1.0,
            level=level,
            weight=None if items is None else items.weight,
            cluster=None if items is None else items.cluster,
        )
    return CoverageStep(first.target, second.target, difference)


def _low(step: CoverageStep) -> float:
    return -1.0 if step.difference.interval is None else step.difference.interval.low


def _high(step: CoverageStep) -> float:
    return 1.0 if step.difference.interval is None else step.difference.interval.high
