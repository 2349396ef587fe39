"""A score with its uncertainty: the one shape in which a figure leaves the core.

Undefined is None with a reason, never 0 and never NaN.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval, in the units of its score, with the method that made it."""

    low: float
    high: float
    level: float
    method: str


@dataclass(frozen=True, slots=True)
class Score:
    """A figure in points or shares an item.

    `value` is None where undefined, and then `reason` says why. `se` is the standard error where
    the method has one. `n_items` is the number of items the value is over. `bounds`, present
    where some answers are ungraded, grade them all wrong (low) and all right (high) over all items.
    """

    value: float | None
    n_items: int
    se: float | None = None
    interval: Interval | None = None
    reason: str | None = None
    bounds: tuple[float, float] | None = None
