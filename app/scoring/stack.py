"""Stacked profiles of many submissions: a board at any target is a few array operations.

Levels of all profiles lie in one sorted array with running sums; what a submission attempts at a
target is a binary search and a difference. Arrays grow in place by doubling.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.scoring import assess
from app.scoring.grades import ItemFrame
from app.scoring.profile import ScoreProfile
from app.scoring.rules import Mode, ScoringView, score_of
from app.scoring.score import Score
from app.scoring.statistics.intervals import mover_limits
from app.scoring.targets import CONFIDENCE_UNITS, Target

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_STRIDE: Final = CONFIDENCE_UNITS + 2
"""Levels of submission i are stored as i * _STRIDE + level: one sorted array for all."""

_TOTALS: Final = ("correct", "wrong", "partial", "abstained", "missing", "ungraded", "unstated")


@dataclass(frozen=True, slots=True)
class BoardScores:
    """One rule's scores of all submissions in order: `value` to rank by, NaN where undefined.

    `sides` are `Score.side` of each: 1 where the interval lies above zero, -1 where below.
    """

    value: Floats
    profiles: list[ScoreProfile]
    view: ScoringView
    sides: Ints

    def score(self, place: int) -> Score:
        """The score of one submission with its interval, computed on demand."""
        entry = assess.assess_profile(self.profiles[place], ItemFrame(0))
        return score_under(entry, self.view)


def score_under(entry: assess.Assessed, view: ScoringView) -> Score:
    """One submission's score under a rule."""
    if view.rule == "binary":
        return assess.accuracy(entry)
    if view.rule == "quadratic":
        return assess.quadratic_score(entry)
    if view.rule == "bas":
        return assess.bas(entry)
    return assess.threshold_score(entry, view.target, view.mode)


class ProfileStack:
    """Profiles in order of arrival. Not safe to append to from two threads at once."""

    def __init__(self) -> None:
        self.profiles: list[ScoreProfile] = []
        self._totals = np.zeros((len(_TOTALS), 16), dtype=np.int64)
        self._sums = np.full((2, 16), np.nan)
        self._sides = np.zeros((2, 16), dtype=np.int64)
        self._keys = np.zeros(64, dtype=np.int64)
        self._running = np.zeros((2, 65), dtype=np.int64)
        self._used = 0

    def __len__(self) -> int:
        return len(self.profiles)

    def copy(self) -> "ProfileStack":
        """A stack to append to; this one does not change.

        Both share their arrays up to here, so only the newest copy may be appended to.
        """
        other = ProfileStack()
        other.profiles = list(self.profiles)
        other._totals, other._sums, other._sides = self._totals, self._sums, self._sides
        other._keys, other._running, other._used = self._keys, self._running, self._used
        return other

    def append(self, profile: ScoreProfile) -> None:
        """Adds a submission's profile at the end."""
        at, n = len(self.profiles), len(profile.levels)
        if at == self._totals.shape[1]:
            self._totals = _doubled(self._totals)
            self._sums = _doubled(self._sums)
            self._sides = _doubled(self._sides)
        while self._used + n > len(self._keys):
            self._keys = _doubled(self._keys)
            self._running = _doubled(self._running)
        self._totals[:, at] = (
            profile.n_correct,
            profile.n_wrong,
            profile.n_partial,
            profile.abstained,
            profile.missing,
            profile.ungraded,
            profile.n_unstated,
        )
        span = slice(self._used, self._used + n)
        after = slice(self._used + 1, self._used + n + 1)
        self._keys[span] = at * _STRIDE + profile.levels
        for row, cells in enumerate((profile.correct, profile.wrong)):
            self._running[row, after] = self._running[row, self._used] + np.cumsum(cells)
        self._used += n
        entry = assess.assess_profile(profile, ItemFrame(0))
        for row, score in enumerate((assess.quadratic_score(entry), assess.bas(entry))):
            self._sums[row, at] = np.nan if score.value is None else score.value
            self._sides[row, at] = score.side
        self.profiles.append(profile)

    def total(self, name: str) -> Ints:
        """A total by name over all submissions: correct, wrong, partial, abstained, missing,
        ungraded, unstated."""
        return self._totals[_TOTALS.index(name), : len(self.profiles)]

    def attempted(self, target: Target, mode: Mode) -> tuple[Ints, Ints]:
        """Correct and wrong slots attempted at a target, by submission."""
        correct, wrong = self.total("correct"), self.total("wrong")
        if mode == "declared" or target.units == 0:
            return correct, wrong
        starts = np.arange(len(self.profiles), dtype=np.int64) * _STRIDE
        keys = self._keys[: self._used]
        above = np.searchsorted(keys, starts + target.confidence, side="right")
        begin = np.searchsorted(keys, starts, side="left")
        held_back = self._running[:, above] - self._running[:, begin]
        return correct - held_back[0], wrong - held_back[1]

    def board_scores(self, view: ScoringView) -> BoardScores:
        """Every submission's score under a rule, for plain submissions."""
        if view.rule in {"quadratic", "bas"}:
            row = 0 if view.rule == "quadratic" else 1
            value = self._sums[row, : len(self.profiles)]
            return BoardScores(value, self.profiles, view, self._sides[row, : len(self.profiles)])
        at = Target(0) if view.rule == "binary" else view.target
        right, wrong = self.attempted(at, view.mode)
        n = self.total("correct") + self.total("wrong")
        n = n + self.total("abstained") + self.total("missing")
        with np.errstate(invalid="ignore", divide="ignore"):
            value = score_of(right, wrong, n, at)
        low, high = mover_limits(right, wrong, n, at.penalty)
        sides = np.where(low > 0, 1, np.where(high < 0, -1, 0))
        return BoardScores(value, self.profiles, view, sides)


def _doubled(array: NDArray) -> NDArray:  # type: ignore[type-arg]
    grown = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), dtype=array.dtype)
    grown[..., : array.shape[-1]] = array
    return grown
