"""Bootstrap intervals of a submission's metrics, and the resampling test of calibration.

Figures of a profile do not depend on item labels, so resampling N items with replacement is
exactly one multinomial draw over the profile's cells. Draws come from a counter-based generator
keyed by the SHA-256 of the packed profile: the same submission has the same interval everywhere,
always. Efron (1979); Salmon and others (2011) for Philox.
"""

import hashlib
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from app.reply_fields import Doc
from app.scoring import rules
from app.scoring.assess import Assessed
from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame
from app.scoring.levels import Levels, levels_of, levels_of_profile, slot_weights
from app.scoring.profile import ScoreProfile
from app.scoring.score import Interval
from app.scoring.statistics.intervals import LEVEL

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Metric = Callable[[Levels], Floats]
"""A figure of every set of levels: k entries a set in, one number a set out, NaN undefined."""

DRAWS: Final = 2_000

_DEFINED: Final = 0.95
"""Share of the draws in which a figure must be defined for its interval to mean anything."""

_CHUNK: Final = 1 << 21
"""Counts held at once."""

_MOST_DRAWN: Final = 1 << 25
_LEAST_DRAWS: Final = 200
"""Draws times levels are bounded, so that a million token probabilities do not hold a core for a
quarter of an hour; of over 16,777 levels there are fewer draws, but this many."""


def generator_for(packed: bytes) -> np.random.Generator:
    """A Philox generator keyed by the first 128 bits of SHA-256 of `packed`."""
    key = int.from_bytes(hashlib.sha256(packed).digest()[:16], "little")
    return np.random.Generator(np.random.Philox(key=key))


def resampled(
    a: Assessed, *, generator: np.random.Generator, draws: int = DRAWS
) -> Iterator[Levels]:
    """Levels of a submission resampled as its items allow, in blocks of draws x k.

    Plain submissions draw over the cells of their profile. Elsewhere whole items are drawn with
    their samples and weights, or whole clusters of items.
    """
    if a.plain:
        return resampled_profile(a.profile, generator=generator, draws=draws)
    return resampled_grades(a.item_grades, a.items, generator=generator, draws=draws)


def resampled_profile(
    profile: ScoreProfile, *, generator: np.random.Generator, draws: int = DRAWS
) -> Iterator[Levels]:
    """As many graded items a draw as there are; the ungraded stay out.

    Raises ValueError for partial credit, of which a profile has sums only: there
    resample the grades.
    """
    if profile.n_partial:
        raise ValueError("a profile with partial credit cannot be resampled; resample its grades")
    levels = levels_of_profile(profile)
    k, n = len(levels.units), profile.n_graded
    answered = np.concatenate([profile.correct, profile.wrong])
    cells = np.append(answered, n - int(answered.sum()))
    if n == 0:
        return
    for many in _blocks(_affordable(draws, k), 2 * k + 1):
        drawn = generator.multinomial(n, cells / n, size=many).astype(np.float64)
        right, wrong = drawn[:, :k], drawn[:, k : 2 * k]
        yield Levels(
            units=levels.units, mass=right + wrong, right=right, squares=right, total=levels.total
        )


def resampled_grades(
    grades: Grades, items: ItemFrame, *, generator: np.random.Generator, draws: int = DRAWS
) -> Iterator[Levels]:
    """The same for partial credit, weights, several samples an item, or clusters."""
    units, times, cells = _kinds_of_unit(grades, items)
    n = int(times.sum())
    if n == 0:
        return
    levels, starts = np.unique(cells.confidence, return_index=True)
    for many in _blocks(_affordable(draws, len(levels)), len(times) + cells.weight.size):
        drawn = generator.multinomial(n, times / n, size=many)
        counts = np.asarray((units.T @ drawn.T).T, dtype=np.float64)
        rows = [
            np.add.reduceat(counts * (cells.weight * part), starts, axis=1)
            if len(starts)
            else np.zeros((many, 0))
            for part in (1.0, cells.grade, cells.grade**2)
        ]
        yield Levels(units=levels, mass=rows[0], right=rows[1], squares=rows[2], total=float(n))


def bootstrap_intervals(
    blocks: Iterable[Levels], metrics: Mapping[str, Metric], *, level: float = LEVEL
) -> dict[str, Interval | None]:
    """Percentile intervals of any figures of levels, all over the same draws.

    None where a figure is undefined in more than 5 % of the draws, or nothing was drawn.
    """
    values: dict[str, list[Floats]] = {name: [] for name in metrics}
    for block in blocks:
        for name, metric in metrics.items():
            values[name].append(metric(block))
    return {name: _percentiles(draws, level) for name, draws in values.items()}


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


@dataclass(frozen=True, slots=True)
class _Cells:
    """The distinct (confidence, grade, weight) of the answers, in ascending order."""

    confidence: Ints
    grade: Floats
    weight: Floats


def _kinds_of_unit(grades: Grades, items: ItemFrame) -> tuple[sparse.csr_array, Ints, _Cells]:
    """The distinct items (or clusters) by their counts in each cell, and how often each occurs:
    independent of the order of units."""
    cells, cell_of_slot = _cells_of(grades, items)
    cluster = np.arange(grades.n_items) if items.cluster is None else items.cluster
    graded = slot_weights(grades, items) > 0
    names, unit = np.unique(np.repeat(cluster, grades.samples)[graded], return_inverse=True)
    held = cell_of_slot[graded] >= 0
    ones = np.ones(int(held.sum()), dtype=np.int64)
    shape = (len(names), len(cells.weight))
    table = sparse.csr_array((ones, (unit[held], cell_of_slot[graded][held])), shape=shape)
    table.sum_duplicates()
    seen: dict[tuple[bytes, bytes], list[int]] = {}
    for row in range(table.shape[0]):
        part = slice(table.indptr[row], table.indptr[row + 1])
        key = (table.indices[part].tobytes(), table.data[part].tobytes())
        seen.setdefault(key, []).append(row)
    kinds = [seen[key] for key in sorted(seen)]
    times = np.array([len(rows) for rows in kinds], dtype=np.int64)
    return table[[rows[0] for rows in kinds]], times, cells


def _cells_of(grades: Grades, items: ItemFrame) -> tuple[_Cells, Ints]:
    """The cells, and which each slot is in; -1 for slots without an answer and a confidence."""
    stated = rules.answered(grades) & (grades.confidence != NO_CONFIDENCE)
    rows = np.column_stack(
        [
            grades.confidence[stated].astype(np.float64),
            rules.credit_of(grades)[stated],
            slot_weights(grades, items)[stated],
        ]
    )
    distinct, place = np.unique(rows, axis=0, return_inverse=True)
    cell = np.full(len(stated), -1, dtype=np.int64)
    cell[stated] = place.ravel()
    return _Cells(distinct[:, 0].astype(np.int64), distinct[:, 1], distinct[:, 2]), cell


def _affordable(draws: int, k: int) -> int:
    """The draws that are taken of k levels."""
    return min(draws, max(_LEAST_DRAWS, _MOST_DRAWN // max(k, 1)))


def _blocks(draws: int, width: int) -> Iterator[int]:
    """How many draws to hold at a time."""
    step = max(1, _CHUNK // max(width, 1))
    for start in range(0, draws, step):
        yield min(step, draws - start)


def _percentiles(found: list[Floats], level: float) -> Interval | None:
    values = np.concatenate(found) if found else np.zeros(0)
    defined = values[~np.isnan(values)]
    if len(defined) == 0 or len(defined) < _DEFINED * len(values):
        return None
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return Interval(low=float(low), high=float(high), level=level, method="bootstrap")
