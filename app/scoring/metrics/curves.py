"""Curves of a submission: reliability by stated level, and risk against coverage.

Points lie at whole levels: nothing is drawn inside a tie. Where levels are many, as those of token
probabilities are, a curve has POINTS of them, so that replies do not grow with the submission.
"""

from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray

from app.reply_fields import Doc
from app.scoring.levels import Levels, ratio
from app.scoring.metrics.recalibration import consistency_band, recalibrated
from app.scoring.statistics.intervals import LEVEL, wilson_limits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

POINTS: Final = 200
"""Points that a curve has at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Columns, one entry a stated confidence in ascending order. Of more than 200 confidences,
    neighbours are one entry, about equally many answers in each: 200 entries at most."""

    confidence: Annotated[Floats, Doc("The confidence, 0 to 1; the mean of an entry of several.")]
    answers: Annotated[Floats, Doc("Answers in the entry.")]
    right: Annotated[Floats, Doc("Share of them that is right.")]
    low: Annotated[Floats, Doc("Wilson's lower limit of that share; null under item weights.")]
    high: Annotated[Floats, Doc("Wilson's upper limit; null under item weights.")]
    recalibrated: Annotated[
        Floats,
        Doc(
            "The recalibrated confidence (CORP), which never falls; the mean of an entry of "
            "several."
        ),
    ]
    calibrated_low: Annotated[
        Floats,
        Doc(
            "From where on `recalibrated` would lie in 95 % of redraws if the submission were "
            "calibrated; null where answers are not independent right-or-wrong ones."
        ),
    ]
    calibrated_high: Annotated[Floats, Doc("Up to where it would lie.")]
    level: Annotated[float, Doc("Nominal coverage of the limits, 0.95.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskCoverage:
    """Columns, one entry a stated confidence in descending order: answering only down to it. Of
    more than 200 confidences those are given that spread evenly over the coverage, each exact.

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


def reliability(levels: Levels, *, most: int = POINTS, independent: bool = True) -> Reliability:
    """Accuracy by level, or by groups of neighbouring levels where they are more than `most`; with
    the consistency band where answers are right or wrong and `independent`."""
    groups = _grouped(levels, most)
    low, high = wilson_limits(groups.right, groups.mass, level=LEVEL)
    if not levels.whole:
        low = high = np.full(len(groups.mass), np.nan)
    held, partly = groups.mass > 0, not np.array_equal(levels.right, levels.squares)
    band_low, band_high = np.full((2, len(held)), np.nan)
    if held.any() and independent and levels.whole and not partly:
        band_low[held], band_high[held] = consistency_band(groups.p[held], groups.mass[held])
    return Reliability(
        confidence=groups.p,
        answers=groups.mass,
        right=ratio(groups.right, groups.mass),
        low=low,
        high=high,
        recalibrated=groups.recalibrated,
        calibrated_low=band_low,
        calibrated_high=band_high,
        level=LEVEL,
    )


def risk_coverage(levels: Levels, *, most: int = POINTS) -> RiskCoverage:
    """Risk at the boundaries of levels, `most` of them at most."""
    places = spread_evenly(levels.kept, most)
    kept, errors = levels.kept[places], levels.errors[places]
    return RiskCoverage(
        confidence=levels.p[::-1][places],
        coverage=ratio(kept, levels.n),
        coverage_of_items=ratio(kept, np.asarray(levels.total)),
        risk=ratio(errors, kept),
    )


def spread_evenly(running: NDArray[np.float64] | Ints, most: int) -> Ints:
    """At most `most` places of a rising sum, the first and the last among them, at even steps of
    the sum; all places where they are no more."""
    n = len(running)
    if n <= most:
        return np.arange(n)
    steps = np.linspace(float(running[0]), float(running[-1]), most)
    return np.unique(np.minimum(np.searchsorted(running, steps), n - 1))


@dataclass(frozen=True, slots=True)
class _Groups:
    p: Floats
    mass: Floats
    right: Floats
    recalibrated: Floats


def _grouped(levels: Levels, most: int) -> _Groups:
    if len(levels.units) <= most:
        return _Groups(levels.p, levels.mass, levels.right, recalibrated(levels))
    below = np.cumsum(levels.mass) - levels.mass
    group = np.minimum((below * most / levels.n).astype(np.int64), most - 1)
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    worth = levels.mass * np.nan_to_num(recalibrated(levels))
    mass, right, stated, shown = (
        np.add.reduceat(row, starts)
        for row in (levels.mass, levels.right, levels.mass * levels.p, worth)
    )
    return _Groups(ratio(stated, mass), mass, right, ratio(shown, mass))
