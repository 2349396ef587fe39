"""Result types of background jobs: rank ranges, threshold sweeps, resampled figures."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.scoring.calibration_test import CalibrationTest
from app.scoring.comparison.agreement import Flip
from app.scoring.comparison.ranks import RankRanges
from app.scoring.rules import Rule, score_of
from app.scoring.score import Score
from app.scoring.targets import Target

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ViewKey = tuple[Rule, int, str, str]
"""What tells two views of one board apart: rule, target, mode and as-of."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Do the board's rule and binary grading order the same submissions alike, beyond noise?

    `tau_b` is 1 for the same order, -1 for the reverse. `flips` are the pairs that both rules tell
    apart in opposite directions, by index into `Ranges.submissions`.
    """

    tau_b: Score
    flips: tuple[Flip, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRankRanges:
    """The rank ranges of one view of a board.

    `submissions` are the public ids compared, in order of submission, out of `total` ranked ones.
    `tested` is None where nothing could be compared, and then `reason` says why; likewise
    `agreement` and `agreement_reason`.
    """

    submissions: tuple[str, ...]
    total: int
    method: Literal["paired", "unpaired"]
    tested: RankRanges | None
    agreement: Agreement | None
    reason: str | None = None
    agreement_reason: str | None = None

    def index_of(self, submission: str) -> int | None:
        """The index of a submission, None where it was not among those compared."""
        return self.submissions.index(submission) if submission in self.submissions else None


@dataclass(frozen=True, slots=True)
class Tallies:
    """By a row's index on the board: answers right and wrong at one view, out of `whole`.

    Whole numbers for what can be counted, thousandths on a hidden benchmark, shares of 1 for what
    is weighted, clustered, partly right or sampled.
    """

    right: Floats
    wrong: Floats
    whole: Floats

    def scores(self, target: Target) -> Floats:
        """S_t of every row, as the ranking computes it; NaN where nothing was graded."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return score_of(self.right, self.wrong, self.whole, target)


@dataclass(frozen=True, slots=True)
class Sweep:
    """A board at all of TARGETS in one mode, models in order of their first submission.

    `indices[model, step]` is the row that counts there, -1 where the model has none.
    `tallies[step]` are by row. `exact` says that every number follows from whole counts.
    `leaders[step]` is the model that leads there, -1 where no score is positive.
    """

    indices: Ints
    tallies: tuple[Tallies, ...]
    exact: bool
    leaders: tuple[int, ...]

    @property
    def used(self) -> Ints:
        """The rows that count at some step."""
        return np.unique(self.indices[self.indices >= 0])


@dataclass(frozen=True, slots=True)
class ResampledFigures:
    """What of a scorecard takes redraws."""

    calibration_test: dict[str, CalibrationTest]
