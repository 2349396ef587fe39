"""Histogram of stated confidence: right answers below, wrong ones on top."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.web.charts.frame import (
    HALF,
    QUARTERS,
    Plot,
    Size,
    columns,
    names,
    percents,
    pill,
    rows,
    svg,
    ticks_of,
)
from app.web.charts.table import Table

BINS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """Answers whose stated confidence is above `start` and at most a twentieth higher; the first
    pile takes 0 too."""

    start: float
    right: int
    wrong: int
    partial: int = 0

    @property
    def total(self) -> int:
        """All answers of the pile."""
        return self.right + self.wrong + self.partial


def confidence_chart(piles: Sequence[Pile], *, target: float, size: Size = HALF) -> Markup:
    """Twenty stacked bars over stated confidence, marked at the target."""
    most = max([1, *(pile.total for pile in piles)])
    plot = Plot(
        left=54,
        top=44,
        right=size.width - 16,
        bottom=size.height - 44,
        x=(0, 1),
        y=(0, most * 1.04),
    )
    ticks = [tick for tick in ticks_of(*plot.y) if tick == int(tick)]
    body = [*rows(plot, ticks, lambda n: f"{n:,.0f}"), *columns(plot, QUARTERS, percents)]
    body += [_stack(plot, pile) for pile in piles if pile.total]
    body.append(pill(plot, target))
    body += names(plot, size, across="stated confidence", upward="answers")
    total = sum(pile.total for pile in piles)
    above = sum(pile.total for pile in piles if pile.start >= target - 1e-9)
    says = (
        f"{total} answers that state a confidence, in steps of five points; "
        f"{above} of them in the steps above the target."
    )
    return svg(size, name="confidence-chart", title="How it used confidence", says=says, body=body)


def confidence_table(piles: Sequence[Pile]) -> Table:
    """The piles that hold answers."""
    return Table(
        "Answers by stated confidence in steps of five points",
        ("Stated", "Answers", "Right", "Wrong"),
        tuple(
            (
                f"{pile.start * 100:.0f} to {pile.start * 100 + 5:.0f} %",
                f"{pile.total}",
                f"{pile.right}",
                f"{pile.wrong}",
            )
            for pile in piles
            if pile.total
        ),
    )


def _stack(plot: Plot, pile: Pile) -> str:
    left, right = plot.at_x(pile.start) + 1, plot.at_x(pile.start + 1 / BINS) - 1
    floor, out = 0, []
    for kind, count in (("correct", pile.right), ("partial", pile.partial), ("wrong", pile.wrong)):
        if not count:
            continue
        top, bottom = plot.at_y(floor + count), plot.at_y(floor)
        out.append(
            f'<rect class="{kind}" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" '
            f'height="{bottom - top:.1f}"/>'
        )
        floor += count
    return "".join(out)
