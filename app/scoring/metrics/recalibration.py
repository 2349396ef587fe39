"""CORP: recalibration by pool-adjacent-violators, and the Brier score in three parts.

    brier = miscalibration            - discrimination           + uncertainty
            sum n_k/n [(p - y)^2        sum n_k/n (x - A)^2         mean g^2 - A^2
                       - (x - y)^2]

x are the recalibrated confidences: of all that never fall as the stated ones rise, those nearest to
the grades. No bins and nothing to choose. By chance alone a calibrated submission shows some
miscalibration, the more the finer its confidences are; what it would show is computed from the
confidences and taken off, so that submissions compare however many digits they print.

Dimitriadis, Gneiting, Jordan (2021), Stable reliability diagrams for probabilistic classifiers,
PNAS 118, doi 10.1073/pnas.2016191118.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from app.scoring.levels import Levels, ratio
from app.scoring.seeded import generator_for
from app.scoring.statistics.intervals import LEVEL

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_DRAWN: Final = 20_000
_MOST_DRAWS: Final = 100
_LEAST_DRAWS: Final = 4
_BAND_DRAWS: Final = 400
"""Redraws times levels are about _DRAWN: the more levels, the less one redraw differs from the
next, so that the expectation has a standard error of at most 6 % throughout."""


def recalibrated(levels: Levels) -> Floats:
    """The recalibrated confidence of each level, NaN where it is empty."""
    return _each_set(levels, _isotonic)


def miscalibration(levels: Levels) -> Floats:
    """How much of the Brier score recalibration would save, in [0, 1], down; NaN without
    answers."""
    p = levels.p
    return _each_set(levels, lambda mass, right: _saved(p, mass, right))


def discrimination(levels: Levels) -> Floats:
    """How far recalibrated confidences spread around the accuracy, in [0, 0.25], up."""
    spread = np.nan_to_num(recalibrated(levels)) - levels.accuracy[..., None]
    return ratio((levels.mass * spread * spread).sum(axis=-1), levels.n)


def expected_miscalibration(levels: Levels) -> Floats:
    """What a calibrated submission with the same confidences would show by chance, on average; in
    [0, 1]; NaN without answers.

    From redraws of independent answers, Binomial(n_k, p_k) right at each level, of a generator
    keyed by the confidences. Of weighted answers n_k is Kish's effective number; with credit an
    answer earns c = sum g^2 / sum g or nothing.
    """
    p, answers = levels.p, levels.answers
    credit = np.where(levels.n_right > 0, ratio(levels.squares.sum(axis=-1), levels.n_right), 1.0)
    if levels.mass.ndim == 1:
        return np.asarray(_expected(p, levels.mass, answers, float(credit)))
    sets = zip(levels.mass, answers, credit.tolist(), strict=True)
    return np.asarray([_expected(p, *each) for each in sets])


def excess_miscalibration(levels: Levels) -> Floats:
    """Miscalibration less what chance alone would show: about 0 or below if calibrated; down."""
    return miscalibration(levels) - expected_miscalibration(levels)


def consistency_band(p: Floats, answers: Floats) -> tuple[Floats, Floats]:
    """Between which limits the recalibrated confidence at each rising p lies in 95 % of redraws of
    a calibrated submission with so many independent answers there (all above 0); pointwise."""
    count = answers.astype(np.int64)
    generator = generator_for(b"consistency band" + p.tobytes() + count.tobytes())
    shares = _redrawn(generator, count, p, _BAND_DRAWS) / count
    drawn = np.sort([isotonic_regression(row, weights=answers).x for row in shares], axis=0)
    outside = round((1 - LEVEL) / 2 * _BAND_DRAWS) - 1
    return drawn[outside], drawn[-1 - outside]


def _each_set(levels: Levels, figure: Callable[[Floats, Floats], Any]) -> Floats:
    """The figure of (mass, right) of one set of levels, or of each of several."""
    if levels.mass.ndim == 1:
        return np.asarray(figure(levels.mass, levels.right))
    pairs = zip(levels.mass, levels.right, strict=True)
    return np.asarray([figure(mass, right) for mass, right in pairs])


def _isotonic(mass: Floats, right: Floats) -> Floats:
    out = np.full(len(mass), np.nan)
    held = mass > 0
    if held.any():
        out[held] = isotonic_regression(right[held] / mass[held], weights=mass[held]).x
    return out


def _saved(p: Floats, mass: Floats, right: Floats) -> float:
    """Brier score of the confidences less that of the recalibrated ones, at least 0."""
    held = mass > 0
    if not held.any():
        return np.nan
    p, mass, right = p[held], mass[held], right[held]
    share = right / mass
    x = isotonic_regression(share, weights=mass).x
    saved = float((mass * (p - x) * (p + x - 2 * share)).sum() / mass.sum())
    return max(saved, 0.0)


def _expected(p: Floats, mass: Floats, answers: Floats, credit: float) -> float:
    held = mass > 0
    if not held.any():
        return np.nan
    p, mass = p[held], mass[held]
    count = np.maximum(np.rint(answers[held]), 1).astype(np.int64)
    generator = generator_for(b"miscalibration" + p.tobytes() + mass.tobytes())
    draws = min(max(_DRAWN // len(mass), _LEAST_DRAWS), _MOST_DRAWS)
    chance, each = np.minimum(p / credit, 1.0), credit * mass / count
    drawn = _redrawn(generator, count, chance, draws)
    return sum(_saved(p, mass, each * row) for row in drawn) / draws


def _redrawn(generator: np.random.Generator, count: Ints, chance: Floats, draws: int) -> Floats:
    """Binomial(count, chance) of each level, a row a draw. Level by level, as numpy prepares its
    sampler anew whenever the parameters change."""
    right = (generator.random((draws, len(count))) < chance).astype(np.float64)
    for level in np.flatnonzero(count > 1).tolist():
        right[:, level] = generator.binomial(count[level], chance[level], draws)
    return right
