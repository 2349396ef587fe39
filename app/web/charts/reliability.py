"""Reliability diagram: accuracy over stated confidence, one dot a group of answers.

Niculescu-Mizil, Caruana (2005), Predicting Good Probabilities with Supervised Learning.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.web.charts.frame import (
    HALF,
    QUARTERS,
    Plot,
    Size,
    columns,
    line,
    names,
    percents,
    rows,
    svg,
    text,
)
from app.web.charts.table import Table
from app.web.rendering import format as words

FEW = 10
"""Groups of fewer answers are drawn hollow: their place says little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Answers of about one stated confidence: its mean, the share right, and Wilson's interval."""

    stated: float
    actual: float
    n: int
    low: float
    high: float


def reliability_chart(groups: Sequence[Group], *, size: Size = HALF) -> Markup:
    """Share right over stated confidence; a dot's area is its number of answers."""
    plot = Plot(left=54, top=28, right=size.width - 16, bottom=size.height - 44, x=(0, 1), y=(0, 1))
    body = [
        *rows(plot, QUARTERS, percents),
        *columns(plot, QUARTERS, percents),
        line("diagonal", plot.at_x(0), plot.at_y(0), plot.at_x(1), plot.at_y(1)),
        text("too modest", plot.left + 16, plot.top + 18, kind="note"),
        text("too sure", plot.right - 12, plot.bottom - 12, kind="note", anchor="end"),
    ]
    most = max((group.n for group in groups), default=1)
    body += [_gap(plot, group) for group in groups]
    body += [_dot(plot, group, most) for group in groups]
    body += names(plot, size, across="stated confidence", upward="actually right")
    says = (
        f"{len(groups)} groups of answers by stated confidence. On the diagonal confidence means "
        f"what it says. {_spoken(groups)}"
    )
    title = "Does confidence mean what it says?"
    return svg(size, name="reliability-chart", title=title, says=says, body=body)


def reliability_table(groups: Sequence[Group]) -> Table:
    """The groups in figures."""
    return Table(
        "Answers by stated confidence, with 95 % intervals",
        ("Stated", "Answers", "Actually right", "Interval", "Gap"),
        tuple(
            (
                f"{group.stated * 100:.1f} %",
                f"{group.n}",
                f"{group.actual * 100:z.1f} %",
                f"{group.low * 100:z.1f} to {group.high * 100:z.1f} %",
                words.points(group.actual - group.stated),
            )
            for group in groups
        ),
    )


def _gap(plot: Plot, group: Group) -> str:
    kind = "over" if group.actual < group.stated else "shy"
    x, ends = plot.at_x(group.stated), (plot.at_y(group.actual), plot.at_y(group.stated))
    left = min(max(x - 6, plot.left), plot.right - 12)
    return (
        f'<rect class="{kind}" x="{left:.1f}" y="{min(ends):.1f}" width="12" '
        f'height="{abs(ends[0] - ends[1]):.1f}"/>'
    )


def _dot(plot: Plot, group: Group, most: int) -> str:
    x, y = plot.at_x(group.stated), plot.at_y(group.actual)
    radius = max(9.0 * (group.n / most) ** 0.5, 3.2)
    kind = "ball hollow" if group.n < FEW else "ball"
    return (
        f"{line('whisker', x, plot.at_y(group.low), x, plot.at_y(group.high))}"
        f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'
    )


def _spoken(groups: Sequence[Group]) -> str:
    if not groups:
        return "No answer states a confidence."
    largest = max(groups, key=lambda group: group.n)
    return (
        f"Most answers, {largest.n}, state about {largest.stated * 100:.0f} % and are right "
        f"{largest.actual * 100:.0f} % of the time."
    )
