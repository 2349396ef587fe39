"""Rates: shares of right, wrong, abstained and missing, under the names of public tables.

Three different things are called "hallucination rate" in public: W/N (system cards), W/(N-C)
(Artificial Analysis) and W/(C+W). Each has its own id here, and the bare term is not used.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.scoring import rules
from app.scoring.assess import (
    NO_ITEMS,
    Assessed,
    accuracy,
    coverage,
    mean_of,
    selective_accuracy,
    share_of,
    threshold_score,
)
from app.scoring.grades import Outcome
from app.scoring.score import Interval, Score
from app.scoring.statistics.intervals import SHARE, SIGNED, t_interval
from app.scoring.statistics.means import ratio_of_means
from app.scoring.targets import Target

Floats = NDArray[np.float64]
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
        return mean_of(a, (a.item_grades.outcome == outcome).astype(np.float64))
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

    Never a rank key: one more guess pays as soon as its chance exceeds F/2. Interval by the
    linearised ratio r_i = 2 c_i - F (1 + attempted_i).
    """
    if not a.plain:
        right_slots = (a.item_grades.outcome == Outcome.CORRECT).astype(np.float64)
        tried = rules.answered(a.item_grades).astype(np.float64)
        return _ratio(a, 2 * right_slots, 1 + tried, NO_ITEMS)
    profile = a.profile
    n, right, answered = profile.n_graded, profile.n_correct, profile.n_answered
    if n == 0:
        return Score(None, n_items=0, reason=NO_ITEMS)
    f = 2 * right / (n + answered)
    # r is 2 - 2F on right answers, -2F on other answers, -F on the rest; their mean is 0.
    squares = right * (2 - 2 * f) ** 2 + (answered - right) * (2 * f) ** 2 + (n - answered) * f * f
    se = (squares / (n - 1) / n) ** 0.5 / (1 + answered / n) if n > 1 else None
    return Score(f, n_items=n, se=se, interval=t_interval(f, se, n - 1, within=SHARE))


def hallucination_rate(a: Assessed) -> Score:
    """AA-Omniscience: W / (N - C), wrong among all that is not right, down; null when C = N."""
    if not a.plain:
        outcome = a.item_grades.outcome
        wrong = (outcome == Outcome.WRONG).astype(np.float64)
        return _ratio(a, wrong, (outcome != Outcome.CORRECT).astype(np.float64), ALL_CORRECT)
    profile = a.profile
    return share_of(profile.n_wrong, profile.n_graded - profile.n_correct, ALL_CORRECT)


def _ratio(a: Assessed, above: Floats, below: Floats, reason: str) -> Score:
    """A share as a ratio of means over items, of one number a slot each; Student's interval."""
    ratio = ratio_of_means(above, below, a.item_grades, a.items)
    if ratio is None:
        return Score(None, n_items=0, reason=reason)
    interval = t_interval(ratio.mean, ratio.se, ratio.df, within=SHARE, method=ratio.method)
    return Score(ratio.mean, n_items=ratio.n, se=ratio.se, interval=interval)


def omniscience_index(a: Assessed) -> Score:
    """AA-Omniscience: 100 (C - W) / N = 100 S at t = 0.5 as declared; partial answers are in N
    only."""
    half = threshold_score(a, Target(5_000), "declared")
    if a.profile.n_partial:
        signs = (a.item_grades.outcome == Outcome.CORRECT).astype(np.float64)
        half = mean_of(a, signs - (a.item_grades.outcome == Outcome.WRONG), within=SIGNED)
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
