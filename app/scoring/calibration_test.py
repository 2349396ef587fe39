"""The test for miscalibration: redraws of a submission that is perfectly calibrated."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray

from app.reply_fields import Doc
from app.scoring.assess import Assessed
from app.scoring.levels import Levels, levels_of

Floats = NDArray[np.float64]
Metric = Callable[[Levels], Floats]
"""A figure of every set of levels: k entries a set in, one number a set out, NaN undefined."""

DRAWS: Final = 2_000

_CHUNK: Final = 1 << 21
"""Counts held at once."""

_MOST_DRAWN: Final = 1 << 25
_LEAST_DRAWS: Final = 200
"""Draws times levels are bounded, so that a million token probabilities do not hold a core for a
quarter of an hour; of over 16,777 levels there are fewer draws, but this many."""


@dataclass(frozen=True, slots=True)
class CalibrationTest:
    """The result of a test for miscalibration beyond noise, against redraws of a submission that
    is perfectly calibrated."""

    value: Annotated[float, Doc("The calibration error.")]
    expected: Annotated[float, Doc("What a perfectly calibrated submission would show.")]
    p_value: Annotated[
        float, Doc("Share of the redraws whose calibration error is at least `value`, in (0, 1].")
    ]


def calibration_test(
    levels: Levels,
    statistic: Metric,
    *,
    generator: np.random.Generator,
    draws: int = DRAWS,
) -> CalibrationTest | None:
    """Redraws the right answers of each level as Binomial(n_k, p_k), `draws` times.

    p = (1 + draws at least as large) / (1 + draws). For levels of whole answers that are right or
    wrong and independent. None without any, or where the statistic is undefined.
    """
    value = float(statistic(levels))
    if math.isnan(value):
        return None
    answered, chance = levels.mass.astype(np.int64), levels.p
    draws = _affordable(draws, len(answered))
    larger, total = 0, 0.0
    for many in _blocks(draws, len(answered)):
        right = generator.binomial(answered, chance, size=(many, len(answered))).astype(np.float64)
        mass = np.broadcast_to(levels.mass, right.shape)
        again = Levels(
            units=levels.units, mass=mass, right=right, squares=right, total=levels.total
        )
        drawn = statistic(again)
        total += float(np.nansum(drawn))
        # Equal statistics may differ in their last bits by the order of their sums.
        larger += int(np.sum(drawn >= value - 1e-12))
    return CalibrationTest(value, total / draws, (1 + larger) / (1 + draws))


def calibration_test_of(
    a: Assessed, statistic: Metric, *, generator: np.random.Generator, draws: int = DRAWS
) -> CalibrationTest | None:
    """The test for a submission; None where its answers are not independent coins: partial credit,
    weights, clusters, several samples an item."""
    if a.grades is not None or a.profile.n_unstated or a.profile.n_partial:
        return None
    return calibration_test(levels_of(a), statistic, generator=generator, draws=draws)


def _affordable(draws: int, k: int) -> int:
    """The draws that are taken of k levels."""
    return min(draws, max(_LEAST_DRAWS, _MOST_DRAWN // max(k, 1)))


def _blocks(draws: int, width: int) -> Iterator[int]:
    """How many draws to hold at a time."""
    step = max(1, _CHUNK // max(width, 1))
    for start in range(0, draws, step):
        yield min(step, draws - start)
