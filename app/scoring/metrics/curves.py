"""Curves of a submission: reliability by stated level, and risk against coverage.

Points lie at whole levels: nothing is drawn inside a tie.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from app.reply_fields import Doc
from app.scoring.levels import Levels, ratio
from app.scoring.statistics.intervals import LEVEL, wilson_limits

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Columns, one entry a stated confidence in ascending order."""

    confidence: Annotated[Floats, Doc("The confidence, 0 to 1.")]
    answers: Annotated[Floats, Doc("Answers that stated it.")]
    right: Annotated[Floats, Doc("Share of them that is right.")]
    low: Annotated[Floats, Doc("Wilson's lower limit of that share; null under item weights.")]
    high: Annotated[Floats, Doc("Wilson's upper limit; null under item weights.")]
    level: Annotated[float, Doc("Nominal coverage of the limits, 0.95.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskCoverage:
    """Columns, one entry a stated confidence in descending order: answering only down to it.

    The last entry is the whole submission.
    """

    confidence: Annotated[Floats, Doc("The least confidence that still answers, 0 to 1.")]
    coverage: Annotated[Floats, Doc("k / n, of the answers that state a confidence.")]
    coverage_of_items: Annotated[Floats, Doc("k / N, of all graded items.")]
    risk: Annotated[Floats, Doc("e / k, the share wrong of the k answered.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """Curves over the answers that state a confidence, as columns."""

    reliability: Annotated[Reliability, Doc("Share right by stated confidence.")]
    risk_coverage: Annotated[RiskCoverage, Doc("Share wrong by how much is answered.")]


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
