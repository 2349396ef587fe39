"""Gate: a non-inferiority test of a candidate against a baseline, with its power.

With D the paired difference candidate - baseline and d >= 0 the largest loss allowed:

    pass          the lower limit of D is above -d: a larger loss is ruled out
    fail          the upper limit of D is below -d: the loss is larger, beyond noise
    cannot-tell   neither

Each limit is one-sided at 5 %: a candidate whose true loss is at most d fails in at most 5 % of
runs, one whose true loss is d or more passes in at most 5 %. The limits are those of the 90 %
interval of the difference (`app/scoring/statistics/pair_error.py`). Powers and numbers of items
take the spread that was seen for the true one.
"""

import math
from dataclasses import dataclass
from typing import Annotated, Final, Literal

import numpy as np
from numpy.typing import NDArray

from app.reply_fields import Doc
from app.scoring.comparison.paired import POWER, paired_mean
from app.scoring.score import Score
from app.scoring.statistics.pair_error import PairError

Floats = NDArray[np.float64]

ALPHA: Final = 0.05
LOSSES: Final = (0.0, 0.01, 0.02, 0.05, 0.1)
"""True losses, in points an item, for which a gate prints what it would say."""

Decision = Literal["pass", "fail", "cannot-tell"]


@dataclass(frozen=True, slots=True)
class Chance:
    """The gate's probabilities for a candidate whose true loss is `loss` points an item."""

    loss: Annotated[float, Doc("The true loss, in points an item.")]
    passes: Annotated[float, Doc("Chance of a pass, 0 to 1.")]
    fails: Annotated[float, Doc("Chance of a fail, 0 to 1.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A decision with the power to have made it; differences and losses in points an item.

    `low` and `high` are the one-sided 95 % limits that decided. `power` is the chance that an
    equal candidate passes, which is also the chance that one losing twice `largest_loss` fails;
    `detectable_loss` is the true loss that fails with 80 % chance; `items_needed` gives `power`
    80 %, `items_at_difference` decides with 80 % chance if the observed difference is the true one.
    None where no number of items would, or where fewer than two units leave no error.
    """

    decision: Decision
    difference: Score
    largest_loss: float
    low: float | None
    high: float | None
    power: float | None
    detectable_loss: float | None
    items_needed: int | None
    items_at_difference: int | None
    chances: tuple[Chance, ...]


def decide(
    candidate: Floats,
    baseline: Floats,
    *,
    largest_loss: float,
    most_an_item_can_differ: float,
    weight: Floats | None = None,
    cluster: NDArray[np.int64] | None = None,
) -> Gate:
    """Decides on item scores of the same items; NaN (ungraded) in either leaves the item out.

    `most_an_item_can_differ` is 1 + L at a target, 2 for the quadratic score. Raises ValueError
    for a negative `largest_loss`.
    """
    if not largest_loss >= 0 or math.isinf(largest_loss):
        raise ValueError("the largest loss must be 0 or more points")
    mean = paired_mean(
        candidate, baseline, widest=most_an_item_can_differ, weight=weight, cluster=cluster
    )
    difference, error = mean.score(), mean.error
    if difference.value is None or error is None:
        return _undecided(difference, largest_loss)
    limits = error.interval(difference.value, level=1 - 2 * ALPHA, method="one-sided")
    losses = sorted({*LOSSES, largest_loss, 2 * largest_loss})
    chances = tuple(_chance(loss, largest_loss, error) for loss in losses)
    to_limit = difference.value + largest_loss
    return Gate(
        decision=_decision(limits.low, limits.high, largest_loss),
        difference=difference,
        largest_loss=largest_loss,
        low=limits.low,
        high=limits.high,
        power=chances[0].passes,
        detectable_loss=largest_loss + error.detectable(alpha=ALPHA, power=POWER),
        items_needed=_items(largest_loss, difference.n_items, error),
        items_at_difference=_items(to_limit, difference.n_items, error),
        chances=chances,
    )


def _decision(low: float, high: float, largest_loss: float) -> Decision:
    if low > -largest_loss:
        return "pass"
    return "fail" if high < -largest_loss else "cannot-tell"


def _chance(loss: float, largest_loss: float, error: PairError) -> Chance:
    return Chance(
        loss=loss,
        passes=error.exceeds(-loss, at=-largest_loss, alpha=ALPHA),
        fails=error.exceeds(loss, at=largest_loss, alpha=ALPHA),
    )


def _items(distance: float, n_items: int, error: PairError) -> int | None:
    """Items at which a difference so far from the limit is decided with 80 % chance."""
    return error.items_for(distance, n_items, alpha=ALPHA, power=POWER)


def _undecided(difference: Score, largest_loss: float) -> Gate:
    return Gate(
        decision="cannot-tell",
        difference=difference,
        largest_loss=largest_loss,
        low=None,
        high=None,
        power=None,
        detectable_loss=None,
        items_needed=None,
        items_at_difference=None,
        chances=(),
    )
