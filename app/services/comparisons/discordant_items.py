"""Items on which two submissions differ, and their differences by category."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.scoring.assess import assess
from app.scoring.comparison.paired import paired_difference
from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame, Outcome
from app.scoring.points import item_points, widest_difference
from app.scoring.rules import ScoringView, answered
from app.scoring.stack import score_under
from app.scoring.targets import CONFIDENCE_UNITS
from app.services.comparisons.schemas import (
    CategoryPair,
    DiscordantItem,
    DiscordantItems,
    ItemResult,
)
from app.services.state.revision_cache import RevisionData

MOST_CATEGORIES: Final = 100
"""Categories compared one by one; the largest, where there are more."""


def computable(left: Grades, right: Grades, terms: ScoringView) -> bool:
    """Whether the rule has a score for both: BAS needs the confidence of every answer."""
    return terms.rule != "bas" or not any(
        bool(np.any(answered(grades) & (grades.confidence == NO_CONFIDENCE)))
        for grades in (left, right)
    )


def points_under(grades: Grades, terms: ScoringView) -> NDArray[np.float64]:
    """Points an item under `terms`; NaN where ungraded."""
    return item_points(grades, terms)


def by_category(
    left: Grades, right: Grades, frame: ItemFrame, terms: ScoringView
) -> tuple[CategoryPair, ...]:
    """The two on each of the largest categories, in order of their names."""
    if frame.category is None or not computable(left, right, terms):
        return ()
    x, y = points_under(left, terms), points_under(right, terms)
    held = frame.category >= 0
    sizes = np.bincount(frame.category[held], minlength=len(frame.category_names))
    largest = np.sort(np.argsort(-sizes, kind="stable")[:MOST_CATEGORIES])
    pairs = []
    for code in largest.tolist():
        items = np.flatnonzero(frame.category == code)
        part = frame.only(items)
        scores = [score_under(assess(grades.only(items), part), terms) for grades in (left, right)]
        pairs.append(
            CategoryPair(
                category=frame.category_names[code],
                n_items=len(items),
                a=scores[0],
                b=scores[1],
                difference=paired_difference(
                    x[items],
                    y[items],
                    widest=widest_difference(terms),
                    weight=part.weight,
                    cluster=part.cluster,
                ),
            )
        )
    return tuple(pairs)


def discordant_items(
    left: Grades,
    right: Grades,
    revision_data: RevisionData,
    terms: ScoringView,
    *,
    offset: int,
    limit: int,
) -> DiscordantItems | None:
    """The items on which the two earn different points; None where the rule has no points."""
    if not computable(left, right, terms):
        return None
    x, y = points_under(left, terms), points_under(right, terms)
    with np.errstate(invalid="ignore"):
        better, worse = x > y, x < y
    places = np.flatnonzero(better | worse)
    shown = places[offset : offset + limit].tolist()
    return DiscordantItems(
        total=len(places),
        a_better=int(better.sum()),
        b_better=int(worse.sum()),
        data=tuple(
            DiscordantItem(
                item=revision_data.keys[place],
                category=revision_data.categories[place],
                a=_result(left, place, x),
                b=_result(right, place, y),
                difference=float(x[place] - y[place]),
            )
            for place in shown
        ),
        next_offset=offset + len(shown) if offset + len(shown) < len(places) else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """An item that costs a candidate points: a is the candidate, b the baseline.

    `cost` is what it takes from the score, in points an item of the whole: with the costs of all
    other items it sums to the difference.
    """

    item: DiscordantItem
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """The items that cost a candidate most, worst first; how many it lost and gained in all."""

    worst: tuple[Loss, ...]
    lost: int
    gained: int


def lost_items(
    candidate: Grades,
    baseline: Grades,
    revision_data: RevisionData,
    terms: ScoringView,
    *,
    limit: int,
) -> Losses:
    """The items that cost a candidate most against a baseline, worst first by weight times points;
    equal ones in the order of the benchmark."""
    x, y = points_under(candidate, terms), points_under(baseline, terms)
    graded = ~np.isnan(x - y)
    weight = np.ones(len(x)) if revision_data.frame.weight is None else revision_data.frame.weight
    difference = np.where(graded, x - y, 0.0)
    cost = difference * weight / max(float(weight[graded].sum()), 1e-300)
    lost = np.flatnonzero(cost < 0)
    worst = lost[np.argsort(cost[lost], kind="stable")][:limit]
    return Losses(
        worst=tuple(
            Loss(
                item=DiscordantItem(
                    item=revision_data.keys[place],
                    category=revision_data.categories[place],
                    a=_result(candidate, place, x),
                    b=_result(baseline, place, y),
                    difference=float(difference[place]),
                ),
                cost=float(cost[place]),
            )
            for place in worst.tolist()
        ),
        lost=len(lost),
        gained=int(np.count_nonzero(cost > 0)),
    )


def _result(grades: Grades, place: int, points: NDArray[np.float64]) -> ItemResult:
    earned = None if np.isnan(points[place]) else float(points[place])
    if grades.samples > 1:
        return ItemResult(None, None, earned)
    stated = int(grades.confidence[place])
    confidence = None if stated == NO_CONFIDENCE else stated / CONFIDENCE_UNITS
    return ItemResult(Outcome(int(grades.outcome[place])), confidence, earned)
