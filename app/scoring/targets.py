"""Confidence targets t and their penalty L = t / (1 - t), the points that a wrong answer costs.

A target is a decimal of up to four places, so that 0.9 costs exactly 9 and two spellings of one
target ("0.75", "0.750") are one target; or it is named by its penalty, a decimal of up to three
places: a penalty of 2 is t = 2 / 3 and costs exactly 2. Either way L is a ratio of whole numbers,
and t lies on the grid of confidences (1e-9), so that p = t is exact. Kalai, Nachum, Vempala, Zhang
(2025), section 4.2.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import total_ordering
from typing import Final, Self

UNITS: Final = 10_000
"""Targets, credits, risks and coverages are integer numbers of 1 / UNITS."""

CONFIDENCE_UNITS: Final = 10**9
"""Confidences are integer numbers of 1 / CONFIDENCE_UNITS, 32 bits each: token probabilities lie
closer together than 1e-4. Every target lies on this grid too, so that p = t is exact."""

CONFIDENCE_STEP: Final = CONFIDENCE_UNITS // UNITS
"""Units of confidence in one unit of a target."""

HIGHEST_TARGET: Final = 9_900
"""Targets above 0.99 are refused: one wrong answer would cost more than 99 right ones earn."""

PENALTY_UNITS: Final = 1_000
"""Penalties are integer numbers of 1 / PENALTY_UNITS. No two of them, and none that is not a
decimal of four places itself, have the same t in 1e-9."""

HIGHEST_PENALTY: Final = 99 * PENALTY_UNITS


@total_ordering
@dataclass(frozen=True, slots=True)
class Target:
    """A confidence target, 0 <= t <= 0.99. Raises ValueError for units that are none.

    `units` is how it is stored: t in 1e-4 up to 9,900, and above, where a penalty names it, t in
    1e-9. A penalty is at least 0.001, which is 999,001 of these, so that neither is taken for the
    other.
    """

    units: int

    def __post_init__(self) -> None:
        if 0 <= self.units <= HIGHEST_TARGET:
            return
        known = 0 < self.units <= HIGHEST_TARGET * CONFIDENCE_STEP
        if not known or self.units != _units_of_penalty(_nearest_penalty(self.units)):
            raise ValueError(f"target is {self.units / UNITS:g}; it must be from 0 to 0.99")

    @classmethod
    def of_penalty(cls, thousandths: int) -> Self:
        """The target at which a wrong answer costs so much, 0 to 99 points in units of 0.001.

        Raises ValueError outside.
        """
        if not 0 <= thousandths <= HIGHEST_PENALTY:
            raise ValueError("penalty must be a number from 0 to 99")
        return cls(_units_of_penalty(thousandths))

    @classmethod
    def of_confidence(cls, units: int) -> Self:
        """The target t of so many 1e-9. Raises ValueError where that is none."""
        return cls(units if units % CONFIDENCE_STEP else units // CONFIDENCE_STEP)

    @property
    def by_penalty(self) -> bool:
        """Whether a penalty names it, t having more than four decimals."""
        return self.units > HIGHEST_TARGET

    @property
    def ratio(self) -> tuple[int, int]:
        """Whole numbers (a, b) with L = a / b and t = a / (a + b)."""
        if self.by_penalty:
            return _nearest_penalty(self.units), PENALTY_UNITS
        return self.units, UNITS - self.units

    @property
    def value(self) -> float:
        """t as a double."""
        lost, won = self.ratio
        return lost / (lost + won)

    @property
    def confidence(self) -> int:
        """t in units of confidence, 1e-9: an answer is attempted where it states more."""
        return self.units if self.by_penalty else self.units * CONFIDENCE_STEP

    @property
    def penalty(self) -> float:
        """L = t / (1 - t), the points a wrong answer costs; exact where a double can be."""
        lost, won = self.ratio
        return lost / won

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Target):
            return NotImplemented
        return self.confidence < other.confidence

    def __str__(self) -> str:
        """The canonical spelling: "0", "0.5", "0.75", "0.666666667"."""
        return format((Decimal(self.confidence) / CONFIDENCE_UNITS).normalize(), "f")


def penalty_at(t: float) -> float:
    """L = t / (1 - t) at any 0 <= t < 1: what charts draw between the targets."""
    return t / (1 - t)


def parse_target(text: str | float | int | Decimal) -> Target:
    """Parses a target: up to four decimals, or that of a penalty to nine or more, as replies print
    it. Raises ValueError with a message that names the fix."""
    number = _number(text)
    if number is None or not 0 <= number <= Decimal("0.99"):
        raise ValueError("target must be a number from 0 to 0.99")
    scaled = number * UNITS
    if scaled == scaled.to_integral_value():
        return Target(int(scaled))
    units = int((number * CONFIDENCE_UNITS).to_integral_value())
    penalty = _nearest_penalty(units)
    if units > HIGHEST_TARGET and units == _units_of_penalty(penalty):
        return Target.of_penalty(penalty)
    raise ValueError("target has more than 4 decimals; round it to 4, or give its penalty instead")


def parse_penalty(text: str | float | int | Decimal) -> Target:
    """The target that a penalty names. Raises ValueError with a message that names the fix."""
    number = _number(text)
    if number is None or not 0 <= number <= HIGHEST_PENALTY // PENALTY_UNITS:
        raise ValueError("penalty must be a number from 0 to 99")
    scaled = number * PENALTY_UNITS
    if scaled != scaled.to_integral_value():
        raise ValueError("penalty has more than 3 decimals; round it to 3, or give target instead")
    return Target.of_penalty(int(scaled))


def _number(text: str | float | int | Decimal) -> Decimal | None:
    """The number as it is spelled; None where it is none, or none that a thousandfold of fits."""
    try:
        number = Decimal(str(text))
        return number if number.is_finite() and (number * UNITS).is_finite() else None
    except (ArithmeticError, ValueError):
        return None


def _nearest_penalty(units: int) -> int:
    """The penalty in 0.001 nearest to that of t = `units` of 1e-9, below 1."""
    return round(PENALTY_UNITS * units / max(CONFIDENCE_UNITS - units, 1))


def _units_of_penalty(thousandths: int) -> int:
    """t = L / (1 + L) as `Target.units` has it: in 1e-4 where that is exact, else in 1e-9."""
    whole = thousandths + PENALTY_UNITS
    if UNITS * thousandths % whole == 0:
        return UNITS * thousandths // whole
    return (2 * CONFIDENCE_UNITS * thousandths + whole) // (2 * whole)
