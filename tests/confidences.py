"""Confidences as grades hold them, from the units of 1e-4 in which tests are easily read."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.scoring.grades import NO_CONFIDENCE
from app.scoring.targets import CONFIDENCE_STEP


def confidences(units: Sequence[int] | NDArray[np.integer]) -> NDArray[np.int32]:
    """Units of 1e-9 of units of 1e-4; NO_CONFIDENCE stays unstated."""
    given = np.asarray(units, dtype=np.int32)
    return np.where(given == NO_CONFIDENCE, given, given * np.int32(CONFIDENCE_STEP))
