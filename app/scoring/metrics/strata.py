"""Scores by category, and their micro and macro averages.

    micro  the mean over items             SE = sqrt(sum (V_h SE_h)^2) / V
    macro  the mean of the categories      SE = sqrt(sum SE_h^2) / H

with V_h the weight of category h. Categories are taken as fixed: only the items inside are a
sample. Intervals are those of the figures over all items, of items that weigh v (v / V_h in the
macro average) and vary about the mean of their category.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Final, Literal

import numpy as np
from numpy.typing import NDArray

from app.reply_fields import NEVER, Doc, Sent
from app.scoring import rules
from app.scoring.assess import (
    BINARY,
    accuracy,
    assess,
    bas,
    bas_pseudo,
    bas_range,
    coverage,
    quadratic_pseudo,
    quadratic_score,
    selective_accuracy,
    threshold_score,
)
from app.scoring.grades import Grades, ItemFrame
from app.scoring.item_scores import mean_interval, round_value
from app.scoring.levels import slot_weights, sums_of_sorted
from app.scoring.profile import profile_of
from app.scoring.rules import Mode
from app.scoring.score import Interval, Score, Scores, with_family
from app.scoring.statistics.effective import Units
from app.scoring.statistics.intervals import SIGNED
from app.scoring.statistics.means import graded_items, per_item
from app.scoring.statistics.shares import difference_interval, share_interval
from app.scoring.targets import Target

Average = Literal["micro", "macro"]

MEANS: Final = ("accuracy", "coverage", "quadratic_score", "bas")
"""The figures that are means over N, besides the threshold scores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """One category, scored as a submission of its own.

    Items that name no category are one without a name, which has no part in macro figures.
    """

    name: Annotated[
        str | None, Sent(name="category"), Doc("The category; null for items that name none.")
    ]
    n_items: Annotated[int, Doc("Items of the category.")]
    weight: Annotated[float, NEVER]
    scores: Annotated[Scores, Doc("By metric id; `threshold_score` by target.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strata:
    """By category, and the averages of the figures that are means over N."""

    strata: Annotated[tuple[Stratum, ...], Sent(name="data"), Doc("The categories.")]
    micro: Annotated[Scores, Doc("The mean over items, by metric id.")]
    macro: Annotated[Scores, Doc("The mean of the categories, by metric id.")]


def strata(
    grades: Grades, items: ItemFrame, *, targets: tuple[Target, ...], mode: Mode
) -> Strata | None:
    """Scores by category; None where the benchmark has none."""
    if items.category is None:
        return None
    found = list(_strata(grades, items, items.category, targets, mode))
    micro, macro = (
        _averages(found, _Over(grades, items, kind), targets, mode) for kind in ("micro", "macro")
    )
    return Strata(strata=tuple(stratum for stratum, _ in found), micro=micro, macro=macro)


_Scores = dict[str | Target, Score]
"""Scores by id, and threshold scores by target."""


def _by_id(scores: _Scores) -> Scores:
    return with_family(
        {key: score for key, score in scores.items() if isinstance(key, str)},
        {key: score for key, score in scores.items() if isinstance(key, Target)},
    )


@dataclass(frozen=True)
class _Over:
    """The items of an average, with its intervals."""

    grades: Grades
    items: ItemFrame
    kind: Average

    @cached_property
    def kept(self) -> NDArray[np.bool_]:
        """Graded items that belong to the average."""
        kept, _ = graded_items(self.grades, self.items)
        assert self.items.category is not None
        return kept & (self.items.category >= 0) if self.kind == "macro" else kept

    @cached_property
    def units(self) -> Units:
        """Those items with their weights in it."""
        items = self.items.only(np.flatnonzero(self.kept))
        assert items.category is not None
        weight = np.ones(items.n_items) if items.weight is None else items.weight
        if self.kind == "macro":
            for code in np.unique(items.category):
                own = items.category == code
                weight = np.where(own, weight / sums_of_sorted(weight[own]), weight)
        return Units(weight, items.cluster, items.category)

    def of(self, name: str) -> Callable[[], Interval | None]:
        """The interval of a figure by its id."""
        profile = profile_of(self.grades)
        if name == "accuracy":
            return self.at(BINARY, "declared")
        if name == "coverage":
            given = rules.answered(self.grades).astype(np.float64)
            return lambda: share_interval(per_item(given, self.grades)[self.kept], self.units)
        if name == "quadratic_score":
            points = rules.quadratic_points(self.grades)
            pseudo, within = quadratic_pseudo(profile), SIGNED
        else:
            points = rules.bas_points(self.grades)
            pseudo, within = bas_pseudo(profile), bas_range()
        return lambda: mean_interval(points, self.grades, self.kept, self.units, pseudo, within)

    def at(self, target: Target, mode: Mode) -> Callable[[], Interval | None]:
        """The interval of the threshold score."""
        tried = rules.attempted(self.grades, target, mode)
        g = rules.credit_of(self.grades)
        x, y = (per_item(np.where(tried, part, 0.0), self.grades)[self.kept] for part in (g, 1 - g))
        if target.units == 0:
            return lambda: share_interval(x, self.units)
        return lambda: difference_interval(x, y, self.units, target.penalty)


def _averages(
    found: list[tuple[Stratum, _Scores]], over: _Over, targets: tuple[Target, ...], mode: Mode
) -> Scores:
    """The mean over items, or the plain mean of the categories that have a graded item."""
    graded = [(stratum, scores) for stratum, scores in found if stratum.weight > 0]
    if over.kind == "macro":
        held = [(1.0, scores) for stratum, scores in graded if stratum.name is not None]
    else:
        held = [(stratum.weight, scores) for stratum, scores in graded]
    intervals: dict[str | Target, Callable[[], Interval | None]] = {
        name: over.of(name) for name in MEANS
    }
    intervals |= {t: over.at(t, mode) for t in targets}
    return _by_id(
        {
            key: _mean([(weight, scores[key]) for weight, scores in held], interval)
            for key, interval in intervals.items()
        }
    )


def _mean(held: list[tuple[float, Score]], interval: Callable[[], Interval | None]) -> Score:
    """The weighted mean of scores, with the error of a stratified sample."""
    n = sum(score.n_items for _, score in held)
    total = math.fsum(weight for weight, _ in held)
    missing = next((score for _, score in held if score.value is None), None)
    if missing is not None or total == 0:
        return Score(None, n_items=n, reason=missing.reason if missing else "no-graded-items")
    value = math.fsum(weight * (score.value or 0.0) for weight, score in held) / total
    reach = round_value(interval(), value)
    if any(score.se is None for _, score in held):
        return Score(value, n_items=n, interval=reach)
    se = math.sqrt(math.fsum((weight * (score.se or 0.0)) ** 2 for weight, score in held)) / total
    return Score(value, n_items=n, se=se, interval=reach)


def _strata(
    grades: Grades,
    items: ItemFrame,
    category: NDArray[np.int64],
    targets: tuple[Target, ...],
    mode: Mode,
) -> Iterator[tuple[Stratum, _Scores]]:
    """Every category, and its scores by id or target."""
    weight = slot_weights(grades, items)
    for code in np.unique(category).tolist():
        chosen = np.flatnonzero(category == code)
        part = assess(grades.only(chosen), items.only(chosen))
        slots = np.repeat(category == code, grades.samples)
        scores: _Scores = {
            "accuracy": accuracy(part),
            "coverage": coverage(part),
            "selective_accuracy": selective_accuracy(part),
            "quadratic_score": quadratic_score(part),
            "bas": bas(part),
        }
        scores |= {t: threshold_score(part, t, mode) for t in targets}
        stratum = Stratum(
            name=None if code < 0 else items.category_names[code],
            n_items=len(chosen),
            weight=sums_of_sorted(weight[slots]),
            scores=_by_id(scores),
        )
        yield stratum, scores
