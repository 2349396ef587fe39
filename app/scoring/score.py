"""`Score`: a figure with its interval, the return type of every metric.

Undefined is None with a reason, never 0 and never NaN.
"""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Annotated, Final

from app.reply_fields import WHEN_SET, Doc
from app.scoring.targets import Target

NO_ITEMS: Final = "no-graded-items"
"""The reason of a figure over all items where none is graded."""

HIDDEN: Final = "hidden"
"""The reason of a figure that a hidden benchmark keeps to itself."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval, in the units of its score."""

    low: Annotated[float, Doc("Lower limit.")]
    high: Annotated[float, Doc("Upper limit.")]
    level: Annotated[float, Doc("Nominal coverage, 0.95.")]
    method: Annotated[
        str, Doc("wilson, mover-wilson, adjusted-t, newcombe; -cluster where items are clustered …")
    ]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a score lies once the ungraded answers are graded: all wrong, all right."""

    low: Annotated[float, Doc("With every ungraded answer wrong.")]
    high: Annotated[float, Doc("With every ungraded answer right.")]


def side_of(low: float, high: float) -> int:
    """1 where an interval lies above zero, -1 where below, 0 where it holds zero."""
    return 1 if low > 0 else -1 if high < 0 else 0


@dataclass(frozen=True, slots=True)
class Score:
    """A figure with its uncertainty, in points or shares an item."""

    value: Annotated[float | None, Doc("Null where undefined; then `reason` says why.")]
    _: KW_ONLY
    se: Annotated[float | None, Doc("Standard error, where the method has one.")] = None
    interval: Annotated[Interval | None, Doc("Null where the method has none.")] = None
    n_items: Annotated[int, Doc("Number of items that the value is over.")]
    reason: Annotated[str | None, WHEN_SET, Doc("Only where the value is null.")] = None
    bounds: Annotated[
        Bounds | None, WHEN_SET, Doc("Over all items, only where answers are ungraded.")
    ] = None

    @property
    def side(self) -> int:
        """1 where the interval lies above zero, -1 where below, 0 where it holds zero or is
        missing: what may be said of the sign beyond noise."""
        return 0 if self.interval is None else side_of(self.interval.low, self.interval.high)


Scores = dict[str, Score | dict[str, Score]]
"""Scores by metric id; `threshold_score` is a family by target, as `str(target)` spells it."""


def with_family(scores: Mapping[str, Score], at_target: Mapping[Target, Score]) -> Scores:
    """The scores by id, with their threshold scores as a family."""
    return {**scores, "threshold_score": {str(t): score for t, score in at_target.items()}}
