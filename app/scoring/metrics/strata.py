"""Scores by category, and their micro and macro averages.

    micro  the mean over items             SE = sqrt(sum (V_h SE_h)^2) / V
    macro  the mean of the categories      SE = sqrt(sum SE_h^2) / H

with V_h the weight of category h. Categories are taken as fixed: only the items inside are a
sample.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray

from app.reply_fields import NEVER, Doc, Sent
from app.scoring.assess import (
    accuracy,
    assess,
    bas,
    bas_range,
    coverage,
    quadratic_score,
    range_at,
    selective_accuracy,
    threshold_score,
)
from app.scoring.grades import Grades, ItemFrame
from app.scoring.levels import slot_weights, sums_of_sorted
from app.scoring.rules import Mode
from app.scoring.score import Score, Scores, with_family
from app.scoring.statistics.intervals import (
    LEVEL,
    SHARE,
    SIGNED,
    Range,
    normal_quantile,
    symmetric_interval,
)
from app.scoring.targets import Target

MEANS: Final[dict[str, Range]] = {
    "accuracy": SHARE,
    "coverage": SHARE,
    "quadratic_score": SIGNED,
    "bas": bas_range(),
}
"""The figures that are means over N, besides the threshold scores, with their ranges."""


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
    graded = [(stratum, scores) for stratum, scores in found if stratum.weight > 0]
    named = [scores for stratum, scores in graded if stratum.name is not None]
    ranges: dict[str | Target, Range] = dict(MEANS.items())
    ranges |= {t: range_at(t) for t in targets}
    return Strata(
        strata=tuple(stratum for stratum, _ in found),
        micro=_by_id(
            {
                key: _mean([(stratum.weight, scores[key]) for stratum, scores in graded], within)
                for key, within in ranges.items()
            }
        ),
        macro=_by_id(
            {
                key: _mean([(1.0, scores[key]) for scores in named], within)
                for key, within in ranges.items()
            }
        ),
    )


_Scores = dict[str | Target, Score]
"""Scores by id, and threshold scores by target."""


def _by_id(scores: _Scores) -> Scores:
    return with_family(
        {key: score for key, score in scores.items() if isinstance(key, str)},
        {key: score for key, score in scores.items() if isinstance(key, Target)},
    )


def _mean(held: list[tuple[float, Score]], within: Range) -> Score:
    """The weighted mean of scores, with the error of a stratified sample."""
    n = sum(score.n_items for _, score in held)
    total = math.fsum(weight for weight, _ in held)
    missing = next((score for _, score in held if score.value is None), None)
    if missing is not None or total == 0:
        return Score(None, n_items=n, reason=missing.reason if missing else "no-graded-items")
    value = math.fsum(weight * (score.value or 0.0) for weight, score in held) / total
    if any(score.se is None for _, score in held):
        return Score(value, n_items=n)
    se = math.sqrt(math.fsum((weight * (score.se or 0.0)) ** 2 for weight, score in held)) / total
    reach = normal_quantile(LEVEL) * se
    interval = symmetric_interval(value, reach, within=within, method="stratified-normal")
    return Score(value, n_items=n, se=se, interval=interval)


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
