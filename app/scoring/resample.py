"""The bootstrap of a score profile, and the test of calibration by redrawing it.

Whoever relabels items changes no metric of a profile, so resampling N items with replacement is
exactly one multinomial draw over the profile's cells. Draws come from a counter-based generator
keyed by the SHA-256 of the packed profile: the same submission has the same interval everywhere,
always. Efron (1979); Salmon and others (2011) for Philox.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from app.scoring.assess import Assessed
from app.scoring.grades import NO_CONFIDENCE, Grades, Outcome
from app.scoring.profile import ScoreProfile
from app.scoring.score import Interval

Ints = NDArray[np.int64]
Metric = Callable[[ScoreProfile], float | None]

DRAWS: Final = 2_000

_DEFINED: Final = 0.95
"""Share of the draws in which a metric must be defined for its interval to mean anything."""

_CHUNK: Final = 1 << 21
"""Counts held at once."""


def generator_for(packed: bytes) -> np.random.Generator:
    """A Philox generator keyed by the first 128 bits of SHA-256 of `packed`."""
    key = int.from_bytes(hashlib.sha256(packed).digest()[:16], "little")
    return np.random.Generator(np.random.Philox(key=key))


def resampled(
    a: Assessed, *, generator: np.random.Generator, draws: int = DRAWS
) -> Iterator[ScoreProfile]:
    """Profiles of a submission resampled in the way that its items allow; weights are not used."""
    if a.plain:
        return resampled_profiles(a.profile, generator=generator, draws=draws)
    return resampled_grades(
        a.item_grades, generator=generator, draws=draws, cluster=a.items.cluster
    )


def resampled_profiles(
    profile: ScoreProfile, *, generator: np.random.Generator, draws: int = DRAWS
) -> Iterator[ScoreProfile]:
    """`draws` profiles of as many graded items, resampled from this one; ungraded ones stay out.

    Raises ValueError where the profile holds partial credit, of which it knows sums only: there
    resample the grades.
    """
    if profile.n_partial:
        raise ValueError("a profile with partial credit cannot be resampled; resample its grades")
    cells, counts = _cells_of_profile(profile)
    n = int(counts.sum())
    if n == 0:
        return
    step = max(1, _CHUNK // len(counts))
    for start in range(0, draws, step):
        for drawn in generator.multinomial(n, counts / n, size=min(step, draws - start)):
            yield cells.profile(drawn)


def resampled_grades(
    grades: Grades,
    *,
    generator: np.random.Generator,
    draws: int = DRAWS,
    cluster: Ints | None = None,
) -> Iterator[ScoreProfile]:
    """The same for partial credit, several samples an item, or clusters: whole units are drawn.

    An item's samples, and a cluster's items, stay together. Item weights are not used.
    """
    cells, cell_of_slot = _cells_of_grades(grades)
    unit_of_slot = np.repeat(
        np.arange(grades.n_items) if cluster is None else cluster, grades.samples
    )
    kept = cell_of_slot >= 0
    units, unit = np.unique(unit_of_slot[kept], return_inverse=True)
    if len(units) == 0:
        return
    shape = (len(units), cells.size)
    ones = np.ones(int(kept.sum()), dtype=np.int64)
    table = sparse.csr_array((ones, (unit, cell_of_slot[kept])), shape=shape)
    kinds, times = _kinds_of_unit(table)
    for _ in range(draws):
        drawn = generator.multinomial(len(units), times / len(units))
        yield cells.profile(np.asarray(kinds.T @ drawn, dtype=np.int64))


def bootstrap_intervals(
    profiles: Iterable[ScoreProfile], metrics: Mapping[str, Metric], *, level: float = 0.95
) -> dict[str, Interval | None]:
    """Percentile intervals of any metrics of a profile, all over the same draws.

    None where a metric is undefined in more than 5 % of the draws, or nothing was drawn.
    """
    values: dict[str, list[float]] = {name: [] for name in metrics}
    draws = 0
    for profile in profiles:
        draws += 1
        for name, metric in metrics.items():
            value = metric(profile)
            if value is not None:
                values[name].append(value)
    return {
        name: _percentiles(found, level) if draws and len(found) >= _DEFINED * draws else None
        for name, found in values.items()
    }


@dataclass(frozen=True, slots=True)
class CalibrationTest:
    """Is this miscalibration more than noise?

    `p_value` in (0, 1] is the share of redrawn, calibrated submissions whose statistic is at least
    the observed `value`; `expected` is their mean, what perfect calibration would show here.
    """

    value: float
    expected: float
    p_value: float


def calibration_test(
    profile: ScoreProfile,
    statistic: Metric,
    *,
    generator: np.random.Generator,
    draws: int = DRAWS,
) -> CalibrationTest | None:
    """Redraws the right answers of each level as Binomial(n_k, p_k), `draws` times.

    p = (1 + draws at least as large) / (1 + draws). None without a stated confidence, or with
    partial credit, where a calibrated submission is not a coin a level. Samples of one item count
    as independent.
    """
    if profile.n_partial or len(profile.levels) == 0:
        return None
    value = statistic(profile)
    if value is None:
        return None
    answered = profile.correct + profile.wrong
    chance = profile.levels / 10_000
    larger, total = 0, 0.0
    for _ in range(draws):
        right = generator.binomial(answered, chance)
        drawn = statistic(_stated_only(profile.levels, right, answered - right)) or 0.0
        total += drawn
        # Equal statistics may differ in their last bits by the order of their sums.
        larger += drawn >= value - 1e-12
    return CalibrationTest(value, total / draws, (1 + larger) / (1 + draws))


@dataclass(frozen=True, slots=True)
class _Cells:
    """What each cell of a resampled count vector stands for.

    `kind` holds `Outcome` codes; `level` the place of its confidence in `levels`, -1 unstated.
    """

    levels: Ints
    kind: NDArray[np.uint8]
    level: Ints
    credit: Ints

    @property
    def size(self) -> int:
        return len(self.kind)

    def profile(self, counts: Ints) -> ScoreProfile:
        """The profile that holds each cell so many times."""
        right, wrong, partial = (
            self._by_level(counts, outcome)
            for outcome in (Outcome.CORRECT, Outcome.WRONG, Outcome.PARTIAL)
        )
        credit = self._by_level(counts * self.credit, Outcome.PARTIAL)
        squares = self._by_level(counts * self.credit**2, Outcome.PARTIAL)
        seen = (right + wrong + partial)[:-1] > 0
        return ScoreProfile(
            levels=self.levels[seen],
            correct=right[:-1][seen],
            wrong=wrong[:-1][seen],
            unstated_correct=int(right[-1]),
            unstated_wrong=int(wrong[-1]),
            abstained=int(counts[self.kind == Outcome.ABSTAINED].sum()),
            missing=int(counts[self.kind == Outcome.MISSING].sum()),
            ungraded=0,
            partial=partial[:-1][seen],
            credit=credit[:-1][seen],
            credit_squares=squares[:-1][seen],
            unstated_partial=int(partial[-1]),
            unstated_credit=int(credit[-1]),
            unstated_credit_squares=int(squares[-1]),
        )

    def _by_level(self, counts: Ints, outcome: Outcome) -> Ints:
        """Sums by level, the unstated last."""
        here = self.kind == outcome
        sums = np.zeros(len(self.levels) + 1, dtype=np.int64)
        np.add.at(sums, self.level[here], counts[here])
        return sums


def _cells_of_profile(profile: ScoreProfile) -> tuple[_Cells, Ints]:
    """The cells that hold anything, and what they hold."""
    k = len(profile.levels)
    levels, unstated = np.arange(k), np.array([-1])
    kind = np.repeat(
        np.array([Outcome.CORRECT, Outcome.WRONG, Outcome.ABSTAINED, Outcome.MISSING], np.uint8),
        [k + 1, k + 1, 1, 1],
    )
    level = np.concatenate([levels, unstated, levels, unstated, unstated, unstated])
    counts = np.concatenate(
        [
            profile.correct,
            [profile.unstated_correct],
            profile.wrong,
            [profile.unstated_wrong, profile.abstained, profile.missing],
        ]
    ).astype(np.int64)
    held = counts > 0
    credit = np.zeros(int(held.sum()), dtype=np.int64)
    return _Cells(profile.levels, kind[held], level[held], credit), counts[held]


def _cells_of_grades(grades: Grades) -> tuple[_Cells, Ints]:
    """The distinct (outcome, confidence, credit) of the slots, and which each slot has; -1 none."""
    answered = np.isin(grades.outcome, (Outcome.CORRECT, Outcome.WRONG, Outcome.PARTIAL))
    confidence = np.where(answered, grades.confidence, NO_CONFIDENCE).astype(np.int64)
    partial = grades.outcome == Outcome.PARTIAL
    credit = np.zeros(len(confidence), dtype=np.int64)
    if grades.credit is not None:
        credit = np.where(partial, grades.credit, 0).astype(np.int64)
    packed = (grades.outcome.astype(np.int64) << 40) + ((confidence + 1) << 20) + credit
    distinct, cell = np.unique(packed, return_inverse=True)
    stated = (distinct >> 20 & 0xFFFFF) - 1
    levels = np.unique(stated[stated != NO_CONFIDENCE])
    level = np.where(stated == NO_CONFIDENCE, -1, np.searchsorted(levels, stated))
    cells = _Cells(levels, (distinct >> 40).astype(np.uint8), level, distinct & 0xFFFFF)
    return cells, np.where(grades.outcome == Outcome.UNGRADED, -1, cell)


def _kinds_of_unit(table: sparse.csr_array) -> tuple[sparse.csr_array, Ints]:
    """The distinct rows and how often each occurs, so that the order of units cannot matter."""
    table.sum_duplicates()
    seen: dict[tuple[bytes, bytes], list[int]] = {}
    for row in range(table.shape[0]):
        part = slice(table.indptr[row], table.indptr[row + 1])
        key = (table.indices[part].tobytes(), table.data[part].tobytes())
        seen.setdefault(key, []).append(row)
    kinds = [seen[key] for key in sorted(seen)]
    return table[[rows[0] for rows in kinds]], np.array([len(rows) for rows in kinds])


def _stated_only(levels: Ints, correct: Ints, wrong: Ints) -> ScoreProfile:
    none = np.zeros(len(levels), dtype=np.int64)
    return ScoreProfile(
        levels=levels,
        correct=correct,
        wrong=wrong,
        unstated_correct=0,
        unstated_wrong=0,
        abstained=0,
        missing=0,
        ungraded=0,
        partial=none,
        credit=none,
        credit_squares=none,
        unstated_partial=0,
        unstated_credit=0,
        unstated_credit_squares=0,
    )


def _percentiles(values: list[float], level: float) -> Interval:
    low, high = np.quantile(np.array(values), [(1 - level) / 2, (1 + level) / 2])
    return Interval(low=float(low), high=float(high), level=level, method="bootstrap")
