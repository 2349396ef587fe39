"""A model on a board's charts: the shares right and wrong, and what follows at every target.

    value at t = (1 - t) S_t = (1 - t) right - t wrong

Scaled so, a model that answers as it did is a straight line: from its accuracy at t = 0, falling
by the share it answers, through zero at the share of its answers that are right. One that answers
only above the target has a curve of its own.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from app.scoring.rules import value_of
from app.web.charts.frame import Point

STEPS = 200
"""Who leads is looked up at this many targets."""


@dataclass(frozen=True, slots=True)
class Tally:
    """One model on a chart: shares of all items right and wrong at the target shown.

    `leads` numbers those that lead at some target (1 to 7), 0 the others. `curve`, where given,
    are points (t, (1 - t) S_t) by ascending t, which the chart then draws instead of the line.
    `href` leads to the submission, where a mark may link it.
    """

    name: str
    right: float
    wrong: float
    leads: int
    curve: tuple[Point, ...] = ()
    href: str = ""

    @property
    def breaks_even(self) -> float | None:
        """The share of its answers that are right, where its line crosses zero."""
        answered = self.right + self.wrong
        return self.right / answered if answered > 0 else None

    def value(self, target: float) -> float:
        """(1 - t) S_t in points an item."""
        if not self.curve:
            return value_of(self.right, self.wrong, target)
        if target <= 0:
            # Every answer is attempted at t = 0, also one with confidence 0, of which the curve
            # falls at once.
            return self.curve[0][1]
        index = bisect_right(self.curve, (target, float("inf")))
        if index == len(self.curve):
            return self.curve[-1][1]
        (before, low), (after, high) = self.curve[index - 1], self.curve[index]
        return low if after <= before else low + (high - low) * (target - before) / (after - before)

    def points(self) -> tuple[Point, ...]:
        """The line or curve, from t = 0 to 1."""
        return self.curve or ((0.0, self.right), (1.0, 0.0 - self.wrong))


@dataclass(frozen=True, slots=True)
class Stretch:
    """The targets from `start` to `end` at which one model leads; None: no score is positive."""

    model: Tally | None
    start: float
    end: float


def stretches(models: Sequence[Tally]) -> list[Stretch]:
    """Who leads where, by ascending target; of equal ones the first named."""
    out: list[Stretch] = []
    for step in range(STEPS + 1):
        t = step / STEPS
        best = max(models, key=lambda model: model.value(t), default=None)
        if best is not None and best.value(t) <= 0:
            best = None
        if out and out[-1].model is best:
            out[-1] = Stretch(best, out[-1].start, t)
            continue
        if out:
            out[-1] = Stretch(out[-1].model, out[-1].start, t)
        out.append(Stretch(best, t, t))
    return out
