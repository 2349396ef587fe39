"""Confidence targets t and their penalty L = t / (1 - t).

A target is kept as an integer number of 1e-4, so that 0.9 costs exactly 9 and two spellings of
one target ("0.75", "0.750") are one target. Kalai, Nachum, Vempala, Zhang (2025), section 4.2.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

UNITS: Final = 10_000
"""Targets, credits, risks and coverages are integer numbers of 1 / UNITS."""

CONFIDENCE_UNITS: Final = 10**9
"""Confidences are integer numbers of 1 / CONFIDENCE_UNITS, 32 bits each: token probabilities lie
closer together than 1e-4. Every target lies on this grid too, so that p = t is exact."""

CONFIDENCE_STEP: Final = CONFIDENCE_UNITS // UNITS
"""Units of confidence in one unit of a target."""

HIGHEST_TARGET: Final = 9_900
"""Targets above 0.99 are refused: one wrong answer would cost more than 99 right ones earn."""


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """A confidence target, 0 <= t <= 0.99 in steps of 1e-4. Raises ValueError outside."""

    units: int

    def __post_init__(self) -> None:
        if not 0 <= self.units <= HIGHEST_TARGET:
            raise ValueError(f"target is {self.units / UNITS:g}; it must be from 0 to 0.99")

    @property
    def value(self) -> float:
        """t as a double."""
        return self.units / UNITS

    @property
    def confidence(self) -> int:
        """t in units of confidence, 1e-9: an answer is attempted where it states more."""
        return self.units * CONFIDENCE_STEP

    @property
    def penalty(self) -> float:
        """L = t / (1 - t), the points a wrong answer costs; exact where a double can be."""
        return self.units / (UNITS - self.units)

    def __str__(self) -> str:
        """The canonical spelling: "0", "0.5", "0.75"."""
        return format((Decimal(self.units) / UNITS).normalize(), "f")


def penalty_at(t: float) -> float:
    """L = t / (1 - t) at any 0 <= t < 1: what charts draw between the targets."""
    return t / (1 - t)


def parse_target(text: str | float | int | Decimal) -> Target:
    """Parses a target. Raises ValueError with a message that names the fix."""
    try:
        number = Decimal(str(text))
        scaled = number * UNITS
        exact = number.is_finite() and scaled == scaled.to_integral_value()
    except (ArithmeticError, ValueError):
        # No number at all, or one that not even a decimal can hold ten thousand times.
        raise ValueError("target must be a number from 0 to 0.99") from None
    if not number.is_finite() or not 0 <= number <= Decimal("0.99"):
        raise ValueError("target must be a number from 0 to 0.99")
    if not exact:
        raise ValueError("target has more than 4 decimals; round it to 4")
    return Target(int(scaled))
