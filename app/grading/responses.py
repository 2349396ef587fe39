"""`Responses`: a model's answers slot by slot, before grading.

A code an attempt is the kind of its row; the answer's text is kept beside it where there is
one. The code is what is stored with a prediction, so a regrade reads exactly what was sent.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.scoring.options import OptionProbs
from app.scoring.targets import UNITS


class Verdict(IntEnum):
    """The parse status of a row, as stored with it. Codes from PARTIAL_ZERO up are partial credits.

    NONE leaves grading to the benchmark's matcher. INVALID is an attempt without an answer
    (`abstained: false` and no answer): wrong, and counted as invalid. FROM_OPTIONS says nothing but
    option probabilities; it is filled in before grading and never stored. A partial verdict with
    credit g is PARTIAL_ZERO + g in units of 1e-4 (10001 to 19999; the ends, 10000 and 20000, are
    stored of rows sent to versions that did not take them as WRONG and CORRECT).
    """

    NONE = 0
    CORRECT = 1
    WRONG = 2
    ABSTAINED = 3
    UNGRADED = 4
    INVALID = 5
    FROM_OPTIONS = 6
    PARTIAL_ZERO = 10_000


ALL_CREDIT: Final = Verdict.PARTIAL_ZERO + UNITS
"""The code of a partial verdict with all of the credit, which old rows may have."""


def verdict_of_credit(units: int) -> int:
    """The code of a partial verdict with a credit in units of 1e-4. All of the credit is CORRECT
    and none of it is WRONG: one state has one name."""
    if units >= UNITS:
        return Verdict.CORRECT
    return Verdict.WRONG if units <= 0 else Verdict.PARTIAL_ZERO + units


@dataclass(frozen=True, slots=True)
class Responses:
    """Slot-aligned: `answer` (None where no text), `confidence` (int32 units of 1e-9, -1 unstated),
    `verdict` (int16 codes), `present` (bool: a row was sent for this slot). `options` are what
    the model gave each choice, None where no row said so; no grade depends on them."""

    answer: list[str | None]
    confidence: NDArray[np.int32]
    verdict: NDArray[np.int16]
    present: NDArray[np.bool_]
    samples: int = 1
    options: OptionProbs | None = None
