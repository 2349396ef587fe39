"""Confidences as integers: round-half-even of the double times 10^4, exactly."""

from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.scoring.grades import NO_CONFIDENCE
from app.scoring.targets import UNITS

_NEAR_HALF: Final = 1e-6


def confidence_units(values: NDArray[np.float64]) -> NDArray[np.int16]:
    """Shares in [0, 1] as units of 1e-4; NaN (unstated) as NO_CONFIDENCE.

    The product of a double and 10^4 is itself rounded, which could tip a value that lies near the
    middle of two units: those few are decided with exact fractions of the double.
    """
    stated = ~np.isnan(values)
    scaled = np.where(stated, values, 0.0) * UNITS
    units = np.rint(scaled)
    doubtful = np.flatnonzero(np.abs(np.abs(scaled - np.floor(scaled)) - 0.5) < _NEAR_HALF)
    for index in doubtful.tolist():
        units[index] = round(Fraction(float(values[index])) * UNITS)
    return np.where(stated, units, NO_CONFIDENCE).astype(np.int16)
