"""Item scores: one number an item under a rule, the input of paired tests and rank ranges.

A profile holds counts, not item identities; here items stay aligned with their benchmark.
"""

import math

import numpy as np
from numpy.typing import NDArray

from app.scoring.grades import NO_CONFIDENCE, Grades, Outcome
from app.scoring.rules import (
    EPSILON,
    ScoringView,
    answered,
    bas_points,
    quadratic_points,
    threshold_points,
)
from app.scoring.targets import Target

Floats = NDArray[np.float64]


def item_points(grades: Grades, view: ScoringView) -> Floats:
    """Points of each item under a rule: the mean over its graded samples, NaN without any.

    Missing items earn 0. `target` and `mode` matter to the rule "target" only. Raises ValueError
    for BAS where an answer states no confidence.
    """
    return mean_by_item(slot_points(grades, view), grades)


def slot_points(grades: Grades, view: ScoringView) -> Floats:
    """Points of each slot under a rule; ungraded slots have 0 and must not be counted."""
    if view.rule == "binary":
        return threshold_points(grades, Target(0), "declared")
    if view.rule == "target":
        return threshold_points(grades, view.target, view.mode)
    if view.rule == "quadratic":
        return quadratic_points(grades)
    if bool(np.any(answered(grades) & (grades.confidence == NO_CONFIDENCE))):
        raise ValueError("BAS needs the confidence of every answer")
    return bas_points(grades)


def mean_by_item(points: Floats, grades: Grades) -> Floats:
    """The mean of each item's graded slots; NaN where an item has none."""
    graded = (grades.outcome != Outcome.UNGRADED).reshape(-1, grades.samples)
    total = np.where(graded, points.reshape(graded.shape), 0.0).sum(axis=1)
    slots = graded.sum(axis=1)
    mean: Floats = np.divide(total, slots, out=np.full(len(total), np.nan), where=slots > 0)
    return mean


def widest_difference(view: ScoringView) -> float:
    """The most by which two submissions can differ on one item: best points minus worst."""
    if view.rule == "quadratic":
        return 2.0
    if view.rule == "bas":
        return -math.log(EPSILON)
    return 1.0 + (view.target.penalty if view.rule == "target" else 0.0)
