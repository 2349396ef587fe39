"""Intervals of means of what an answer adds, with pseudo-answers for the errors not yet seen.

Student's t of 40 right answers knows no error, and an error is what costs. Agresti and Coull (1998)
add z^2 / 2 successes and as many failures to a share; here z^2 pseudo-answers, half of them right
and half wrong, are added at the submission's own confidences, so that an error not yet seen costs
what it would cost here. The interval is Student's about the mean of all of them, or of the
answers alone where that reaches further; it is inside the range of the figure, and holds it.
"""

from dataclasses import dataclass
from typing import Final

from app.scoring.score import Interval
from app.scoring.statistics.effective import Effective
from app.scoring.statistics.intervals import LEVEL, Range, normal_quantile, quantile

PSEUDO: Final = normal_quantile(LEVEL) ** 2
"""Pseudo-answers in all, 3.84."""

METHOD: Final = "adjusted-t"

_FLOOR: Final = 0.5
"""Where answers and pseudo-answers are all alike, half an answer is spread over the range."""


@dataclass(frozen=True, slots=True)
class Moments:
    """The mean of some answers, and their variance."""

    mean: float
    variance: float

    @property
    def square(self) -> float:
        """The mean square."""
        return self.variance + self.mean**2


def adjusted_limits(
    seen: Moments, pseudo: Moments, answers: Effective, within: Range
) -> tuple[float, float]:
    """Limits of the mean of what answers add, worth `answers.n` independent ones."""
    total = answers.n + PSEUDO
    centre = (answers.n * seen.mean + PSEUDO * pseudo.mean) / total
    square = (answers.n * seen.square + PSEUDO * pseudo.square) / total
    spread = max(square - centre**2, least_spread(seen.mean, answers.n, within))
    low, high = student_limits(seen.mean, centre, spread, total, answers.df, within)
    if answers.n < 2:
        return low, high
    # Where nearly all are right, or wrong, pseudo-answers move the centre by as much as they widen.
    bare = student_limits(seen.mean, seen.mean, seen.variance, answers.n, answers.df, within)
    return min(low, bare[0]), max(high, bare[1])


def least_spread(value: float, n: float, within: Range) -> float:
    """The spread that n answers have at least, where answers and pseudo-answers are all alike."""
    low, high = within
    share = min(max((value - low) / (high - low), 0.0), 1.0)
    return (high - low) ** 2 * share * (1 - share) * _FLOOR / (n + _FLOOR)


def student_limits(
    value: float, centre: float, spread: float, total: float, df: int | None, within: Range
) -> tuple[float, float]:
    """centre -+ t standard errors, inside a range and round the value; `total` answers in all."""
    reach = quantile(LEVEL, int(total - 1) if df is None else df) * (spread / (total - 1)) ** 0.5
    low, high = max(within[0], centre - reach), min(within[1], centre + reach)
    return min(value, low), max(value, high)


def adjusted_interval(
    seen: Moments, pseudo: Moments, answers: Effective, within: Range
) -> Interval:
    """`adjusted_limits` as an interval."""
    low, high = adjusted_limits(seen, pseudo, answers, within)
    return Interval(low, high, LEVEL, METHOD if answers.df is None else METHOD + "-cluster")
