"""Confidences as integers: round-half-even of the double times 10^9, exactly."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.scoring.grades import NO_CONFIDENCE
from app.scoring.targets import CONFIDENCE_UNITS

SLACK: Final = 1e-6
"""How far beyond 0 or 1 a confidence may lie and be taken as 0 or 1: sums of probabilities, and
exponentials of log probabilities, miss 1 in their last digits."""

_NEAR_HALF: Final = 1e-6
_SPLIT: Final = float(2**27 + 1)


def confidence_units(values: NDArray[np.float64]) -> NDArray[np.int32]:
    """Shares as units of 1e-9; NaN (unstated) as NO_CONFIDENCE. A decimal of up to nine places is
    kept to the digit; what is within SLACK of 0 or 1 on the outside is 0 or 1.

    The product of a double and 10^9 is itself rounded, which could tip a value that lies near the
    middle of two units: those few are decided by the exact product.
    """
    stated = ~np.isnan(values)
    shares = np.clip(np.where(stated, values, 0.0), 0.0, 1.0)
    scaled = shares * CONFIDENCE_UNITS
    units = np.rint(scaled)
    doubtful = np.abs(np.abs(scaled - np.floor(scaled)) - 0.5) < _NEAR_HALF
    units[doubtful] = _rounded_exactly(shares[doubtful], scaled[doubtful])
    return np.where(stated, units, NO_CONFIDENCE).astype(np.int32)


def _rounded_exactly(
    shares: NDArray[np.float64], scaled: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Half to even of shares x 10^9, `scaled` being the rounded product.

    The product's rounding error is a double itself (Dekker, 1971): 10^9 has 30 bits, and the two
    halves of a share 26 each, so that no partial product is rounded.
    """
    below = np.floor(scaled)
    high = shares * _SPLIT - (shares * _SPLIT - shares)
    error = (high * CONFIDENCE_UNITS - scaled) + (shares - high) * CONFIDENCE_UNITS
    # The sign of this sum is exact, and 0 only in the middle.
    beyond = (scaled - below - 0.5) + error
    even = below + below % 2
    units: NDArray[np.float64] = np.where(beyond == 0, even, below + (beyond > 0))
    return units
