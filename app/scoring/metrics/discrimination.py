"""Discrimination: how well confidence separates right from wrong answers (AUROC, AP, FPR).

    auroc = P(a right answer is more confident than a wrong one) + P(they tie) / 2

A partly right answer is g right and 1 - g wrong. Hanley and McNeil (1982); the error of DeLong,
DeLong, Clarke-Pearson (1988), grouped by level.
"""

import math

import numpy as np
from numpy.typing import NDArray

from app.scoring.levels import Levels, ratio

Floats = NDArray[np.float64]


def auroc(levels: Levels) -> Floats:
    """In [0, 1], up, ties 1/2; NaN where all answers are right, or all wrong."""
    pairs = (levels.right * (2 * levels.wrong_below + levels.wrong)).sum(axis=-1)
    return ratio(pairs, 2 * levels.n_right * levels.n_wrong)


def average_precision_correct(levels: Levels) -> Floats:
    """Average precision of right answers by descending confidence, tied levels together; up.

    scikit-learn's step definition. NaN where nothing is right.
    """
    hits = levels.kept - levels.errors
    return _average_precision(levels.right[..., ::-1], hits, levels.kept)


def average_precision_error(levels: Levels) -> Floats:
    """Average precision of wrong answers by ascending confidence; up. NaN where none is wrong."""
    hits = levels.wrong_below + levels.wrong
    return _average_precision(levels.wrong, hits, hits + levels.right_below + levels.right)


def fpr_at_95_tpr(levels: Levels) -> Floats:
    """False positive rate at the level with a true positive rate of at least 95 %; down."""
    high_tpr = 20 * (levels.kept - levels.errors) >= 19 * levels.n_right[..., None]
    least = np.min(np.where(high_tpr, levels.errors, np.inf), axis=-1, initial=np.inf)
    both = (levels.n_right > 0) & np.isfinite(least)
    return ratio(np.where(both, least, np.nan), levels.n_wrong)


def delong(levels: Levels, value: float) -> float | None:
    """Standard error of an AUROC of one set of whole answers.

    var_c(placements of the right) / C + var_w(placements of the wrong) / W, the placement of a
    right answer being the share of wrong ones below it. None with fewer than two of either.
    """
    right, wrong = levels.right, levels.wrong
    c, w = float(levels.n_right), float(levels.n_wrong)
    if c < 2 or w < 2:
        return None
    of_right = (levels.wrong_below + wrong / 2) / w
    of_wrong = 1 - (levels.right_below + right / 2) / c
    variance = float((right * (of_right - value) ** 2).sum()) / (c - 1) / c
    variance += float((wrong * (of_wrong - value) ** 2).sum()) / (w - 1) / w
    return math.sqrt(variance)


def _average_precision(step: Floats, found: Floats, seen: Floats) -> Floats:
    """Sum of recall steps times precision; `found` and `seen` include the step."""
    return ratio((step * ratio(found, seen, empty=0.0)).sum(axis=-1), step.sum(axis=-1))
