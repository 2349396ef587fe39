"""Rates: shares of right, wrong, abstained and missing, under the names of public tables.

Three different things are called "hallucination rate" in public: W/N (system cards), W/(N-C)
(Artificial Analysis) and W/(C+W). Each has its own id here, and the bare term is not used.
"""

from typing import Final

import numpy as np

from app.scoring import rules
from app.scoring.assess import (
    Assessed,
    accuracy,
    coverage,
    selective_accuracy,
    share_of,
    threshold_score,
)
from app.scoring.grades import Outcome
from app.scoring.item_scores import mean_difference, mean_share, ratio_share, round_value
from app.scoring.score import NO_ITEMS, Interval, Score
from app.scoring.statistics.effective import PRIOR, variance_ratio
from app.scoring.statistics.intervals import wilson
from app.scoring.targets import Target

ALL_CORRECT: Final = "all-correct"


def rates(a: Assessed) -> dict[str, Score]:
    """Every rate by its id: answers as declared, each over the denominator in its docstring."""
    scores = {
        "accuracy": accuracy(a),
        "error_rate": outcome_rate(a, Outcome.WRONG),
        "abstention_rate": outcome_rate(a, Outcome.ABSTAINED),
        "missing_rate": outcome_rate(a, Outcome.MISSING),
        "coverage": coverage(a),
        "selective_accuracy": selective_accuracy(a),
        "selective_risk": selective_risk(a),
        "simpleqa_f1": simpleqa_f1(a),
        "hallucination_rate": hallucination_rate(a),
        "omniscience_index": omniscience_index(a),
    }
    if a.profile.n_partial or a.items.weight is not None:
        scores["strict_accuracy"] = outcome_rate(a, Outcome.CORRECT)
    return scores


def outcome_rate(a: Assessed, outcome: Outcome) -> Score:
    """Share of graded items with an outcome; null without graded items. Wilson's interval."""
    if not a.plain:
        return mean_share(
            a.item_grades, a.items, (a.item_grades.outcome == outcome).astype(np.float64)
        )
    profile = a.profile
    count = {
        Outcome.CORRECT: profile.n_correct,
        Outcome.WRONG: profile.n_wrong,
        Outcome.PARTIAL: profile.n_partial,
        Outcome.ABSTAINED: profile.abstained,
        Outcome.MISSING: profile.missing,
    }[outcome]
    return share_of(count, profile.n_graded, NO_ITEMS)


def selective_risk(a: Assessed) -> Score:
    """1 - selective accuracy: W / (C + W), down; null where nothing was answered."""
    right = selective_accuracy(a)
    if right.value is None:
        return right
    interval = None
    if right.interval is not None:
        reach = right.interval
        interval = Interval(1 - reach.high, 1 - reach.low, reach.level, reach.method)
    return Score(1 - right.value, n_items=right.n_items, se=right.se, interval=interval)


def simpleqa_f1(a: Assessed) -> Score:
    """2C / (N + C + W), the harmonic mean of accuracy and selective accuracy; 0 when C = 0.

    Never a rank key: one more guess pays as soon as its chance exceeds F/2. It is the share right
    where an answer weighs 2 and an item without one 1: Wilson's interval at Kish's count of these.
    """
    if not a.plain:
        right_slots = (a.item_grades.outcome == Outcome.CORRECT).astype(np.float64)
        tried = rules.answered(a.item_grades).astype(np.float64)
        return ratio_share(a.item_grades, a.items, 2 * right_slots, 1 + tried, NO_ITEMS)
    profile = a.profile
    n, right, answered = profile.n_graded, profile.n_correct, profile.n_answered
    if n == 0:
        return Score(None, n_items=0, reason=NO_ITEMS)
    weight = n + answered
    f = 2 * right / weight
    # r is 2 - 2F on right answers, -2F on other answers, -F on the rest; their mean is 0.
    square, fourth = (
        right * (2 - 2 * f) ** power
        + (answered - right) * (2 * f) ** power
        + (n - answered) * f**power
        for power in (2, 4)
    )
    se = (square / (n - 1) / n) ** 0.5 / (weight / n) if n > 1 else None
    kish = (n + 3 * answered) / weight**2
    ratio = variance_ratio(
        square / weight**2, fourth / weight**4, f * (1 - f) * kish, prior=PRIOR.items
    )
    worth = 1 / (kish * ratio)
    return Score(f, n_items=n, se=se, interval=round_value(wilson(f * worth, worth), f))


def hallucination_rate(a: Assessed) -> Score:
    """AA-Omniscience: W / (N - C), wrong among all that is not right, down; null when C = N."""
    if not a.plain:
        outcome = a.item_grades.outcome
        wrong = (outcome == Outcome.WRONG).astype(np.float64)
        return ratio_share(
            a.item_grades,
            a.items,
            wrong,
            (outcome != Outcome.CORRECT).astype(np.float64),
            ALL_CORRECT,
        )
    profile = a.profile
    return share_of(profile.n_wrong, profile.n_graded - profile.n_correct, ALL_CORRECT)


def omniscience_index(a: Assessed) -> Score:
    """AA-Omniscience: 100 (C - W) / N = 100 S at t = 0.5 as declared; partial answers are in N
    only."""
    half = threshold_score(a, Target(5_000), "declared")
    if a.profile.n_partial:
        outcome = a.item_grades.outcome
        right, wrong = ((outcome == one) * 1.0 for one in (Outcome.CORRECT, Outcome.WRONG))
        half = mean_difference(a.item_grades, a.items, right, wrong, 1.0)
    if half.value is None:
        return half
    interval = half.interval
    if interval is not None:
        interval = Interval(
            100 * interval.low, 100 * interval.high, interval.level, interval.method
        )
    return Score(
        100 * half.value,
        n_items=half.n_items,
        se=None if half.se is None else 100 * half.se,
        interval=interval,
    )
