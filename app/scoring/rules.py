"""Scoring rules: the points of an outcome at a confidence target t.

    correct  +1        abstained  0        wrong  -t / (1 - t)

so answering pays exactly when the chance of being right exceeds t.
Binary grading is the rule at t = 0, where a wrong answer costs nothing.

Kalai, Nachum, Vempala, Zhang (2025), Why Language Models Hallucinate.

Integrated over every target with weight 2(1-t) the rule is the quadratic score, c - (c - p)^2 on
answers; with weight 1 on [0, 1 - epsilon] it is BAS (arXiv 2604.03216).
"""

from dataclasses import dataclass
from typing import Any, Final, Literal, overload

import numpy as np
from numpy.typing import NDArray

from app.scoring.grades import NO_CONFIDENCE, Grades, Outcome
from app.scoring.targets import CONFIDENCE_UNITS, UNITS, Target

Mode = Literal["declared", "threshold"]
Rule = Literal["target", "binary", "quadratic", "bas"]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Array = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringView:
    """Under what rule submissions are scored; `target` and `mode` matter to the rule "target"."""

    rule: Rule = "target"
    target: Target
    mode: Mode

    @property
    def shown_target(self) -> Target | None:
        """The target; None under a rule that has none."""
        return self.target if self.rule in {"target", "binary"} else None


BINARY_VIEW: Final = ScoringView(rule="binary", target=Target(0), mode="declared")
"""Binary grading: accuracy."""

_LIMB: Final = 20
"""Bits of the parts in which integers of up to 60 bits are multiplied."""
EPSILON: Final = 1e-4
"""BAS stops at t = 1 - EPSILON: one wrong answer at p = 1 then costs 8.21 points."""


def answered(grades: Grades) -> NDArray[np.bool_]:
    """Slots with a graded answer."""
    return np.isin(grades.outcome, (Outcome.CORRECT, Outcome.WRONG, Outcome.PARTIAL))


def attempted(grades: Grades, target: Target, mode: Mode) -> NDArray[np.bool_]:
    """Answers that count as given: all in declared mode; in threshold mode those with p > t, all
    of them at t = 0, and always those that state no confidence."""
    given = answered(grades)
    if mode == "declared" or target.units == 0:
        return given
    above: NDArray[np.bool_] = grades.confidence > target.confidence
    above |= grades.confidence == NO_CONFIDENCE
    return np.logical_and(given, above)


def credit_of(grades: Grades) -> Floats:
    """The grade g of each slot: 1 right, 0 wrong or unanswered, the credit where partly right."""
    g: Floats = (grades.outcome == Outcome.CORRECT).astype(np.float64)
    if grades.credit is not None:
        partial = grades.outcome == Outcome.PARTIAL
        g[partial] = grades.credit[partial] / UNITS
    return g


def points_of(right: float, wrong: float, penalty: float) -> float:
    """right - L wrong: the points of so many right and wrong answers, or of shares of them."""
    return right - penalty * wrong


@overload
def score_of(right: float, wrong: float, whole: float, target: Target) -> float: ...
@overload
def score_of(right: Array, wrong: Array, whole: Array, target: Target) -> Floats: ...
def score_of(right: Any, wrong: Any, whole: Any, target: Target) -> Any:
    """S_t = (right - L wrong) / whole, elementwise.

    One division, of whole numbers where counts are given: equal rationals give equal doubles.
    """
    lost, won = target.ratio
    return (right * won - wrong * lost) / (whole * won)


def value_of(right: float, wrong: float, t: float) -> float:
    """(1 - t) S_t of shares right and wrong at any 0 <= t <= 1: a straight line over t."""
    return (1 - t) * right - t * wrong


def score_of_value(value: float, t: float) -> float:
    """S_t of (1 - t) S_t, for t below 1."""
    return value / (1 - t)


def is_attempted(confidence: float | None, target: Target, mode: Mode) -> bool:
    """`attempted` for one answer, with its confidence as a share; None states none."""
    units = NO_CONFIDENCE if confidence is None else round(confidence * CONFIDENCE_UNITS)
    answer = Grades(np.array([Outcome.CORRECT], np.uint8), np.array([units], np.int32))
    return bool(attempted(answer, target, mode)[0])


def threshold_points(grades: Grades, target: Target, mode: Mode) -> Floats:
    """g - L (1 - g) where attempted, 0 elsewhere; in [-L, 1]."""
    g = credit_of(grades)
    return np.where(attempted(grades, target, mode), g - target.penalty * (1 - g), 0.0)


def quadratic_points(grades: Grades) -> Floats:
    """2pg - p^2 where answered, 0 elsewhere; an unstated confidence is an unreserved claim, 1."""
    p = np.where(grades.confidence == NO_CONFIDENCE, 1.0, grades.confidence / CONFIDENCE_UNITS)
    return np.where(answered(grades), 2 * p * credit_of(grades) - p * p, 0.0)


def bas_points(grades: Grades, *, epsilon: float = EPSILON) -> Floats:
    """g m + (1 - g)(m + ln(1 - m)) with m = min(p, 1 - epsilon) where answered, 0 elsewhere.

    Only for grades in which every answer states a confidence.
    """
    m = np.minimum(np.maximum(grades.confidence, 0) / CONFIDENCE_UNITS, 1 - epsilon)
    return np.where(answered(grades), m + (1 - credit_of(grades)) * np.log1p(-m), 0.0)


def quadratic_worth(units: Ints) -> tuple[Ints, Ints]:
    """Points of a right and a wrong answer at each confidence, in units squared (1e-18)."""
    square = units * units
    return 2 * CONFIDENCE_UNITS * units - square, -square


def bas_worth(units: Ints | int, *, epsilon: float = EPSILON) -> tuple[Floats, Floats]:
    """Points of a right and a wrong answer at each confidence under BAS."""
    m = np.minimum(np.asarray(units) / CONFIDENCE_UNITS, 1 - epsilon)
    return m, m + np.log1p(-m)


def sum_of_worth(counts: Ints, worth: Ints) -> int:
    """sum of counts x worth, exactly: worth has up to 60 bits, so that the products of a level's
    count would not fit 64."""
    return sum(int(counts @ part) << shift for part, shift in _parts(worth))


def sum_of_squares(counts: Ints, worth: Ints) -> int:
    """sum of counts x worth^2, exactly."""
    parts = _parts(np.abs(worth))
    return sum(
        int(counts @ (one * other)) << (shift + by) for one, shift in parts for other, by in parts
    )


def _parts(worth: Ints) -> list[tuple[Ints, int]]:
    """Integers of up to 60 bits as parts of 20 bits, each with its shift; the last has the sign.
    A million counts of a part, or of a product of two, fit 64 bits."""
    mask = (1 << _LIMB) - 1
    low, middle, high = worth & mask, (worth >> _LIMB) & mask, worth >> (2 * _LIMB)
    return [(low, 0), (middle, _LIMB), (high, 2 * _LIMB)]
