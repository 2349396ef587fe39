"""The score profile: sufficient statistics of a submission, counts by stated confidence.

Per stated confidence, how many answers were right, wrong and partly right; beside it the answers
without a confidence, the abstained, the missing and the ungraded. Every rule, target and curve is
arithmetic on it (`docs/scoring.md` lists what is not), and profiles of shards add cell by cell.
"""

import struct
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Final

import numpy as np
from numpy.typing import NDArray

from app.reply_fields import Doc
from app.scoring.grades import NO_CONFIDENCE, Grades, Outcome
from app.scoring.targets import UNITS, Target

FORMAT: Final = 1
_STRIDE: Final = UNITS + 2
"""Confidences an outcome can have: unstated, and 0 to UNITS."""
_ANSWERED: Final = [Outcome.CORRECT, Outcome.WRONG, Outcome.PARTIAL]
_HEAD: Final = struct.Struct("<B3xI8q")
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ProfileLevel:
    """One stated confidence of a profile: how many answers were right, wrong, partly right."""

    confidence: Annotated[float | None, Doc("0 to 1; null for answers that stated none.")]
    correct: Annotated[int, Doc("Answers that are right.")]
    wrong: Annotated[int, Doc("Answers that are wrong.")]
    partial: Annotated[int, Doc("Answers with partial credit.")]


@dataclass(frozen=True, kw_only=True)
class ScoreProfile:
    """The grouped counts of a submission. Arrays are per level, in ascending confidence.

    `levels` (units of 1e-4) has only levels that some answered slot stated. `credit` and
    `credit_squares` are sums over PARTIAL slots, in units and units squared. The `unstated_*`
    numbers are the same for answers without a confidence.
    """

    levels: Ints
    correct: Ints
    wrong: Ints
    partial: Ints
    credit: Ints
    credit_squares: Ints
    unstated_correct: int
    unstated_wrong: int
    unstated_partial: int
    unstated_credit: int
    unstated_credit_squares: int
    abstained: int
    missing: int
    ungraded: int

    @cached_property
    def n_correct(self) -> int:
        """Slots fully right."""
        return int(self.correct.sum()) + self.unstated_correct

    @cached_property
    def n_wrong(self) -> int:
        """Slots wrong."""
        return int(self.wrong.sum()) + self.unstated_wrong

    @cached_property
    def n_partial(self) -> int:
        """Slots partly right."""
        return int(self.partial.sum()) + self.unstated_partial

    @cached_property
    def n_answered(self) -> int:
        """Slots with a graded answer."""
        return self.n_correct + self.n_wrong + self.n_partial

    @property
    def n_graded(self) -> int:
        """Slots that count: answered, abstained or missing."""
        return self.n_answered + self.abstained + self.missing

    @property
    def n_slots(self) -> int:
        """All slots, the ungraded included."""
        return self.n_graded + self.ungraded

    @property
    def n_unstated(self) -> int:
        """Answered slots without a confidence."""
        return self.unstated_correct + self.unstated_wrong + self.unstated_partial

    def by_level(self) -> tuple[ProfileLevel, ...]:
        """The counts by stated confidence, rising; answers without a confidence come first."""
        unstated = ProfileLevel(
            None, self.unstated_correct, self.unstated_wrong, self.unstated_partial
        )
        columns = (self.levels, self.correct, self.wrong, self.partial)
        return (
            *((unstated,) if self.n_unstated else ()),
            *(
                ProfileLevel(level / UNITS, right, wrong, partial)
                for level, right, wrong, partial in zip(
                    *(column.tolist() for column in columns), strict=True
                )
            ),
        )

    def attempted(self, target: Target, mode: str) -> tuple[int, int]:
        """Correct and wrong slots attempted at a target.

        Declared: every answer. Threshold: p > t, every answer at t = 0, and always those that
        state no confidence.
        """
        if mode == "declared" or target.units == 0:
            return self.n_correct, self.n_wrong
        above = int(np.searchsorted(self.levels, target.units, side="right"))
        return (
            int(self.correct[above:].sum()) + self.unstated_correct,
            int(self.wrong[above:].sum()) + self.unstated_wrong,
        )

    def at_threshold(self, target: Target) -> int:
        """Answered slots whose confidence is exactly t: they turn on the strict inequality."""
        at = int(np.searchsorted(self.levels, target.units))
        if at == len(self.levels) or self.levels[at] != target.units:
            return 0
        return int(self.correct[at] + self.wrong[at] + self.partial[at])

    def __add__(self, other: "ScoreProfile") -> "ScoreProfile":
        """The profile of both submissions' slots together, cell by cell."""
        levels = np.union1d(self.levels, other.levels)
        return ScoreProfile(
            levels=levels,
            correct=_spread(self, "correct", levels) + _spread(other, "correct", levels),
            wrong=_spread(self, "wrong", levels) + _spread(other, "wrong", levels),
            partial=_spread(self, "partial", levels) + _spread(other, "partial", levels),
            credit=_spread(self, "credit", levels) + _spread(other, "credit", levels),
            credit_squares=_spread(self, "credit_squares", levels)
            + _spread(other, "credit_squares", levels),
            **{name: getattr(self, name) + getattr(other, name) for name in _SCALARS},
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ScoreProfile) and pack_profile(self) == pack_profile(other)

    def __hash__(self) -> int:
        return hash(pack_profile(self))


_ARRAYS: Final = ("correct", "wrong", "partial", "credit", "credit_squares")
_PACKED: Final = {
    "correct": "<i4",
    "wrong": "<i4",
    "partial": "<i4",
    "credit": "<i8",
    "credit_squares": "<i8",
}
_SCALARS: Final = (
    "unstated_correct",
    "unstated_wrong",
    "unstated_partial",
    "unstated_credit",
    "unstated_credit_squares",
    "abstained",
    "missing",
    "ungraded",
)


def _spread(profile: ScoreProfile, name: str, levels: Ints) -> Ints:
    out = np.zeros(len(levels), dtype=np.int64)
    out[np.searchsorted(levels, profile.levels)] = getattr(profile, name)
    return out


def profile_of(grades: Grades) -> ScoreProfile:
    """Counts slots by stated confidence and outcome; independent of row order."""
    # One pass over the rows: every (outcome, confidence) has a number, counted at once.
    code = np.multiply(grades.outcome, _STRIDE, dtype=np.int64)
    code += grades.confidence - np.int16(NO_CONFIDENCE)
    counts = np.bincount(code, minlength=len(Outcome) * _STRIDE).reshape(len(Outcome), _STRIDE)
    answered = counts[_ANSWERED, :]
    unstated, stated = answered[:, 0], answered[:, 1:]
    levels = np.flatnonzero(stated.any(axis=0))
    right, wrong, partly = stated[:, levels]
    sums, squares = _credit_of(grades, int(unstated[2]) + int(partly.sum()))
    return ScoreProfile(
        levels=levels,
        correct=right,
        wrong=wrong,
        partial=partly,
        credit=sums[1:][levels],
        credit_squares=squares[1:][levels],
        unstated_correct=int(unstated[0]),
        unstated_wrong=int(unstated[1]),
        unstated_partial=int(unstated[2]),
        unstated_credit=int(sums[0]),
        unstated_credit_squares=int(squares[0]),
        abstained=int(counts[Outcome.ABSTAINED].sum()),
        missing=int(counts[Outcome.MISSING].sum()),
        ungraded=int(counts[Outcome.UNGRADED].sum()),
    )


def _credit_of(grades: Grades, n_partial: int) -> tuple[Ints, Ints]:
    """Sums of credit and of its squares by confidence + 1, over the slots that are PARTIAL."""
    sums, squares = np.zeros(_STRIDE, dtype=np.int64), np.zeros(_STRIDE, dtype=np.int64)
    if n_partial and grades.credit is not None:
        partial = grades.outcome == Outcome.PARTIAL
        place = grades.confidence[partial].astype(np.int64) - NO_CONFIDENCE
        credit = grades.credit[partial].astype(np.int64)
        # add.at on integers is exact, whatever the order of rows.
        np.add.at(sums, place, credit)
        np.add.at(squares, place, credit * credit)
    return sums, squares


def pack_profile(profile: ScoreProfile) -> bytes:
    """The profile as bytes: format, number of levels, scalars, levels, then the five cells."""
    head = _HEAD.pack(FORMAT, len(profile.levels), *(getattr(profile, name) for name in _SCALARS))
    body = [profile.levels.astype("<i4").tobytes()]
    partly = bool(profile.partial.any())
    names = _ARRAYS if partly else _ARRAYS[:2]
    body += [getattr(profile, name).astype(_PACKED[name]).tobytes() for name in names]
    return head + bytes([partly]) + b"".join(body)


def unpack_profile(data: bytes) -> ScoreProfile:
    """The inverse of `pack_profile`. Raises ValueError for other bytes."""
    if len(data) < _HEAD.size + 1:
        raise ValueError("the profile is cut short")
    version, n, *scalars = _HEAD.unpack_from(data)
    partly = data[_HEAD.size]
    names = _ARRAYS if partly else _ARRAYS[:2]
    width = 4 + sum(np.dtype(_PACKED[name]).itemsize for name in names)
    if version != FORMAT or len(data) != _HEAD.size + 1 + n * width:
        raise ValueError("the profile has another format or length")
    at = _HEAD.size + 1
    levels = np.frombuffer(data, "<i4", n, at).astype(np.int64)
    at += 4 * n
    cells: dict[str, Any] = {}
    for name in _ARRAYS:
        cells[name] = np.zeros(n, dtype=np.int64)
        if name in names:
            cells[name] = np.frombuffer(data, _PACKED[name], n, at).astype(np.int64)
            at += np.dtype(_PACKED[name]).itemsize * n
    return ScoreProfile(levels=levels, **cells, **dict(zip(_SCALARS, scalars, strict=True)))
