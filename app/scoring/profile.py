"""The score profile: sufficient statistics of a submission, counts by stated confidence.

Per stated confidence, how many answers were right, wrong and partly right; beside it the answers
without a confidence, the abstained, the missing and the ungraded. Every rule, target and curve is
arithmetic on it (`docs/scoring.md` lists what is not), and profiles of shards add cell by cell.

Slots by outcome: what a submission's answers turned out to be.
"""

import struct
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Final

import numpy as np
from numpy.typing import NDArray

from app.reply_fields import WHEN_SET, Doc
from app.scoring.grades import Grades, Outcome, in_target_units
from app.scoring.targets import CONFIDENCE_STEP, CONFIDENCE_UNITS, UNITS, Target

FORMAT: Final = 2
_COARSE: Final = 1
"""The format of profiles all of whose levels are whole units of 1e-4."""
_STRIDE: Final = UNITS + 2
"""Confidences of 1e-4 that an outcome can have: unstated, and 0 to UNITS."""
LEVELS_TOLD: Final = 200
"""Levels of a profile that a reply tells one by one."""
_HUNDREDTH: Final = CONFIDENCE_UNITS // 100
_BASE: Final = 8
"""Numbers of outcomes fit below it."""
_ANSWERED: Final = [Outcome.CORRECT, Outcome.WRONG, Outcome.PARTIAL]
_HEAD: Final = struct.Struct("<B3xI8q")
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ProfileLevel:
    """One stated confidence of a profile: how many answers were right, wrong, partly right.

    Of more than 200 stated confidences an entry holds those of one hundredth, so that the counts
    above every whole hundredth are exact.
    """

    confidence: Annotated[
        float | None,
        Doc(
            "0 to 1; null for answers that stated none. Where `above` stands, the highest that the "
            "entry may hold."
        ),
    ]
    correct: Annotated[int, Doc("Answers that are right.")]
    wrong: Annotated[int, Doc("Answers that are wrong.")]
    partial: Annotated[int, Doc("Answers with partial credit.")]
    above: Annotated[
        float | None,
        WHEN_SET,
        Doc(
            "The entry holds confidences above this one, up to `confidence`; absent where it is of "
            "one confidence."
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class ScoreProfile:
    """The grouped counts of a submission. Arrays are per level, in ascending confidence.

    `levels` (units of 1e-9) has only levels that some answered slot stated. `credit` and
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
        """The counts by stated confidence, rising; answers without a confidence come first. Of more
        than LEVELS_TOLD levels, by hundredths."""
        unstated = ProfileLevel(
            None, self.unstated_correct, self.unstated_wrong, self.unstated_partial
        )
        step = _HUNDREDTH if len(self.levels) > LEVELS_TOLD else 0
        told = self.at_steps(step) if step else self
        columns = (told.levels, told.correct, told.wrong, told.partial)
        return (
            *((unstated,) if self.n_unstated else ()),
            *(
                ProfileLevel(
                    level / CONFIDENCE_UNITS,
                    right,
                    wrong,
                    partial,
                    (level - step) / CONFIDENCE_UNITS if step and level else None,
                )
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
        above = int(np.searchsorted(self.levels, target.confidence, side="right"))
        return (
            int(self.correct[above:].sum()) + self.unstated_correct,
            int(self.wrong[above:].sum()) + self.unstated_wrong,
        )

    def at_threshold(self, target: Target) -> int:
        """Answered slots whose confidence is exactly t: they turn on the strict inequality."""
        at = int(np.searchsorted(self.levels, target.confidence))
        if at == len(self.levels) or self.levels[at] != target.confidence:
            return 0
        return int(self.correct[at] + self.wrong[at] + self.partial[at])

    def at_steps(self, step: int) -> "ScoreProfile":
        """The profile with confidences rounded up to whole `step` units: fewer levels, and the same
        counts above every target that is a whole number of steps."""
        up = -(-self.levels // step) * step
        levels, starts = np.unique(up, return_index=True)
        values: dict[str, Any] = {name: _added(getattr(self, name), starts) for name in _ARRAYS}
        values |= {name: getattr(self, name) for name in _SCALARS}
        return ScoreProfile(levels=levels, **values)

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


def _added(cells: Ints, starts: Ints) -> Ints:
    return np.add.reduceat(cells, starts) if len(starts) else cells


def profile_of(grades: Grades) -> ScoreProfile:
    """Counts slots by stated confidence and outcome; independent of row order."""
    coarse = in_target_units(grades.confidence)
    levels, counts = _counted_at_all(grades, coarse) if coarse is not None else _sorted(grades)
    answered = counts[_ANSWERED]
    held = np.flatnonzero(answered[:, 1:].any(axis=0))
    levels, cells = levels[held], answered[:, held + 1]
    cells = cells if len(held) else np.zeros((len(_ANSWERED), 0), dtype=np.int64)
    sums, squares = _credit_of(grades, levels, int(answered[2].sum()))
    return ScoreProfile(
        levels=levels,
        correct=cells[0],
        wrong=cells[1],
        partial=cells[2],
        credit=sums[1:],
        credit_squares=squares[1:],
        unstated_correct=int(answered[0, 0]),
        unstated_wrong=int(answered[1, 0]),
        unstated_partial=int(answered[2, 0]),
        unstated_credit=int(sums[0]),
        unstated_credit_squares=int(squares[0]),
        abstained=int(counts[Outcome.ABSTAINED].sum()),
        missing=int(counts[Outcome.MISSING].sum()),
        ungraded=int(counts[Outcome.UNGRADED].sum()),
    )


def _counted_at_all(grades: Grades, coarse: NDArray[np.int16]) -> tuple[Ints, Ints]:
    """Every level of 1e-4, and slots by outcome and level, the unstated in front."""
    # One pass over the rows: every (outcome, confidence) has a number, counted at once.
    code = np.multiply(grades.outcome, _STRIDE, dtype=np.int64)
    code += coarse + np.int16(1)
    counts = np.bincount(code, minlength=len(Outcome) * _STRIDE).reshape(len(Outcome), _STRIDE)
    return np.arange(UNITS + 1) * CONFIDENCE_STEP, counts


def _sorted(grades: Grades) -> tuple[Ints, Ints]:
    """The same over the confidences that occur, which are too many to count at all of them."""
    code = np.multiply(grades.confidence + np.int32(1), _BASE, dtype=np.int64)
    code += grades.outcome
    code.sort()
    starts = np.flatnonzero(np.diff(code, prepend=-1))
    confidence, outcome = np.divmod(code[starts], _BASE)
    fresh = np.diff(confidence, prepend=0) != 0
    levels = confidence[fresh] - 1
    counts = np.zeros((len(Outcome), len(levels) + 1), dtype=np.int64)
    counts[outcome, np.cumsum(fresh)] = np.diff(starts, append=len(code))
    return levels, counts


def _credit_of(grades: Grades, levels: Ints, n_partial: int) -> tuple[Ints, Ints]:
    """Sums of credit and of its squares over the slots that are PARTIAL: the unstated, then by
    level."""
    sums, squares = (np.zeros(len(levels) + 1, dtype=np.int64) for _ in range(2))
    if n_partial and grades.credit is not None:
        partial = grades.outcome == Outcome.PARTIAL
        # The unstated, -1, lie before all levels.
        place = np.searchsorted(levels, grades.confidence[partial], side="right")
        credit = grades.credit[partial].astype(np.int64)
        # add.at on integers is exact, whatever the order of rows.
        np.add.at(sums, place, credit)
        np.add.at(squares, place, credit * credit)
    return sums, squares


def pack_profile(profile: ScoreProfile) -> bytes:
    """The profile as bytes: format, number of levels, scalars, levels, then the five cells.

    Format 1 holds levels in units of 1e-4, format 2 in units of 1e-9 with each cell in as few bytes
    as its largest entry needs. A profile that fits format 1 is written so: what is equal is the
    same bytes, whichever version wrote it.
    """
    coarse, rest = np.divmod(profile.levels, CONFIDENCE_STEP)
    partly = bool(profile.partial.any())
    names = _ARRAYS if partly else _ARRAYS[:2]
    scalars = (getattr(profile, name) for name in _SCALARS)
    if not rest.any():
        head = _HEAD.pack(_COARSE, len(profile.levels), *scalars) + bytes([partly])
        body = [coarse.astype("<i4").tobytes()]
        body += [getattr(profile, name).astype(_PACKED[name]).tobytes() for name in names]
        return head + b"".join(body)
    head = _HEAD.pack(FORMAT, len(profile.levels), *scalars) + bytes([partly])
    body = [profile.levels.astype("<i4").tobytes()]
    for name in names:
        cell = getattr(profile, name)
        width = _width(int(cell.max()))
        body.append(bytes([width]) + cell.astype(f"<u{width}").tobytes())
    return head + b"".join(body)


def _width(largest: int) -> int:
    return next(width for width in (1, 2, 4, 8) if largest < 256**width)


def unpack_profile(data: bytes) -> ScoreProfile:
    """The inverse of `pack_profile`, of both formats. Raises ValueError for other bytes."""
    if len(data) < _HEAD.size + 1:
        raise ValueError("the profile is cut short")
    version, n, *scalars = _HEAD.unpack_from(data)
    if version not in {_COARSE, FORMAT}:
        raise ValueError(_OTHER)
    names = _ARRAYS if data[_HEAD.size] else _ARRAYS[:2]
    reader = _Reader(data, _HEAD.size + 1)
    levels = reader.take("<i4", n)
    if version == _COARSE:
        levels = levels * CONFIDENCE_STEP
    cells: dict[str, Any] = {}
    for name in names:
        cells[name] = reader.take(_PACKED[name] if version == _COARSE else reader.unsigned(), n)
    if reader.at != len(data):
        raise ValueError(_OTHER)
    nothing = np.broadcast_to(np.int64(0), n)
    cells |= {name: nothing for name in _ARRAYS if name not in names}
    return ScoreProfile(levels=levels, **cells, **dict(zip(_SCALARS, scalars, strict=True)))


_OTHER: Final = "the profile has another format or length"


class _Reader:
    """Takes arrays from packed bytes, one after the other. Raises ValueError at their end."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self.at = data, at

    def take(self, kind: str, n: int) -> Ints:
        """The next n numbers."""
        start, self.at = self.at, self.at + n * np.dtype(kind).itemsize
        if self.at > len(self._data):
            raise ValueError(_OTHER)
        return np.frombuffer(self._data, kind, n, start).astype(np.int64)

    def unsigned(self) -> str:
        """The type whose width is the next byte."""
        width = self._data[self.at] if self.at < len(self._data) else 0
        if width not in {1, 2, 4, 8}:
            raise ValueError(_OTHER)
        self.at += 1
        return f"<u{width}"


@dataclass(frozen=True, slots=True)
class Counts:
    """Slots by outcome; together they are items times samples."""

    correct: Annotated[int, Doc("Answers that are right.")]
    wrong: Annotated[int, Doc("Answers that are wrong.")]
    partial: Annotated[int, Doc("Answers with partial credit.")]
    abstained: Annotated[int, Doc("Abstentions as declared.")]
    missing: Annotated[int, Doc("Slots without a prediction.")]
    ungraded: Annotated[int, Doc("Answers that are not graded yet.")]


def counts_of(profile: ScoreProfile) -> Counts:
    """The slots of a profile by outcome."""
    return Counts(
        profile.n_correct,
        profile.n_wrong,
        profile.n_partial,
        profile.abstained,
        profile.missing,
        profile.ungraded,
    )
