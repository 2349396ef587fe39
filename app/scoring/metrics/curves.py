"""Curves of a submission: reliability by stated level, and risk against coverage.

Points lie at whole levels: nothing is drawn inside a tie.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.scoring.levels import Levels, ratio
from app.scoring.statistics.intervals import LEVEL, wilson_limits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """One entry a level in ascending confidence: how many answers stated it, the share of them
    that is right, and Wilson's limits of that share (NaN under item weights)."""

    confidence: Floats
    answers: Floats
    right: Floats
    low: Floats
    high: Floats
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskCoverage:
    """One entry a level, by descending confidence: answering only down to it.

    `coverage` is k / n of the answers that state a confidence, `coverage_of_items` k / N of all
    graded items, `risk` e / k; the last entry is the whole submission.
    """

    confidence: Floats
    coverage: Floats
    coverage_of_items: Floats
    risk: Floats


def reliability(levels: Levels) -> Reliability:
    """Accuracy by level."""
    low, high = wilson_limits(levels.right, levels.mass, level=LEVEL)
    if not levels.whole:
        low = high = np.full(len(levels.units), np.nan)
    return Reliability(
        confidence=levels.p,
        answers=levels.mass,
        right=levels.share,
        low=low,
        high=high,
        level=LEVEL,
    )


def risk_coverage(levels: Levels) -> RiskCoverage:
    """Risk at every level boundary."""
    kept, errors = levels.kept, levels.errors
    return RiskCoverage(
        confidence=levels.p[::-1],
        coverage=ratio(kept, levels.n),
        coverage_of_items=ratio(kept, np.asarray(levels.total)),
        risk=ratio(errors, kept),
    )
