"""Selective prediction: areas under risk-coverage curves (AURC, AUGRC) and their optima.

With k answers and e errors before a level, g answers and w errors in it, H harmonic numbers:

    aurc  = 1/n sum over levels  w + (e - w k/g) (H(k + g) - H(k))
    augrc = (1 - auroc) A (1 - A) + (1 - A)^2 / 2

AURC is the mean over k of the risk of the k most confident, averaged over random orders of ties;
AUGRC the area under (coverage, errors / n). Geifman, El-Yaniv (2017); Traub and others (2024),
arXiv 2407.01032.
"""

import numpy as np
from numpy.typing import NDArray

from app.scoring.levels import Levels, ratio
from app.scoring.statistics.intervals import harmonic
from app.scoring.targets import UNITS

Floats = NDArray[np.float64]


def aurc(levels: Levels) -> Floats:
    """In [0, 1], down; 0 where nothing is wrong. Whole answers only."""
    mass, wrong = levels.mass[..., ::-1], levels.wrong[..., ::-1]
    # e - w k / g = (e + w) - w (k + g) / g
    slope = levels.errors - ratio(wrong * levels.kept, mass, empty=0.0)
    return ratio((wrong + slope * levels.steps).sum(axis=-1), levels.n)


def aurc_optimal(levels: Levels) -> Floats:
    """The least AURC with as many errors: all right answers above all wrong ones in confidence."""
    n, right = levels.n, levels.n_right
    return ratio(levels.n_wrong - right * (harmonic(n) - harmonic(right)), n)


def eaurc(levels: Levels) -> Floats:
    """AURC less the least possible, down."""
    return aurc(levels) - aurc_optimal(levels)


def prr(levels: Levels) -> Floats:
    """Prediction rejection ratio (E - aurc) / (E - aurc_optimal), E the error rate; (-inf, 1], up.

    1 ranks perfectly, 0 like chance; NaN where all answers are right, or all wrong.
    """
    errors = levels.n_wrong
    rate = ratio(errors, levels.n)
    mixed = (errors > 0) & (errors < levels.n)
    best = np.where(mixed, rate - aurc_optimal(levels), 0.0)
    return ratio(rate - aurc(levels), best)


def augrc(levels: Levels) -> Floats:
    """Trapezoid of (coverage, errors / n) at level boundaries, in [0, 1/2], down."""
    area = (levels.mass[..., ::-1] * (2 * levels.errors - levels.wrong[..., ::-1])).sum(axis=-1)
    return ratio(area, 2 * levels.n**2)


def augrc_optimal(levels: Levels) -> Floats:
    """The least AUGRC with as many errors, (1 - A)^2 / 2."""
    risk = ratio(levels.n_wrong, levels.n)
    return risk * risk / 2


def eaugrc(levels: Levels) -> Floats:
    """AUGRC less the least possible, (1 - auroc) A (1 - A), down."""
    return augrc(levels) - augrc_optimal(levels)


def coverage_at_risk(levels: Levels, *, risk: int) -> Floats:
    """The largest boundary coverage (of the answers) whose risk is at most `risk`, in 1e-4; up.

    NaN where no boundary is so safe.
    """
    kept, errors = levels.kept, levels.errors
    allowed = (UNITS * errors <= risk * kept) & (kept > 0)
    most = np.max(np.where(allowed, kept, 0.0), axis=-1, initial=0.0)
    return ratio(np.where(most > 0, most, np.nan), levels.n)


def accuracy_at_coverage(levels: Levels, *, coverage: int) -> Floats:
    """Accuracy at the first boundary that covers `coverage` of the answers or more, in 1e-4; up."""
    kept, errors = levels.kept, levels.errors
    reached = UNITS * kept >= coverage * levels.n[..., None]
    if not reached.shape[-1]:
        return np.full(reached.shape[:-1], np.nan)
    first = np.argmax(reached & (kept > 0), axis=-1)[..., None]
    k, e = (np.take_along_axis(row, first, axis=-1)[..., 0] for row in (kept, errors))
    return 1 - ratio(e, k)
