"""Reliability diagram by CORP: recalibrated over stated confidence, and the band of chance.

Dimitriadis, Gneiting, Jordan (2021), Stable reliability diagrams for probabilistic classifiers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.web.charts.frame import (
    HALF,
    QUARTERS,
    Plot,
    Point,
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
    """Answers of about one stated confidence: its mean, the share right and the recalibrated
    confidence. Between `low` and `high` the latter would lie if the model were calibrated; None
    where that is not known."""

    stated: float
    actual: float
    n: int
    recalibrated: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalibration:
    """The line of recalibrated confidences and the band of a calibrated model, (stated, low,
    high), both by rising stated confidence; the band is empty where it is not known."""

    line: Sequence[Point]
    band: Sequence[tuple[float, float, float]] = ()


def reliability_chart(
    groups: Sequence[Group], drawn: Recalibration, *, size: Size = HALF
) -> Markup:
    """Recalibrated over stated confidence; a dot is a group of answers at its share right, its area
    their number."""
    plot = Plot(left=54, top=28, right=size.width - 16, bottom=size.height - 44, x=(0, 1), y=(0, 1))
    body = [
        *rows(plot, QUARTERS, percents),
        *columns(plot, QUARTERS, percents),
        _band(plot, drawn.band),
        line("diagonal", plot.at_x(0), plot.at_y(0), plot.at_x(1), plot.at_y(1)),
        text("too modest", plot.left + 16, plot.top + 18, kind="note"),
        text("too sure", plot.right - 12, plot.bottom - 12, kind="note", anchor="end"),
    ]
    most = max((group.n for group in groups), default=1)
    body += [_dot(plot, group, most) for group in groups]
    body.append(f'<path class="curve" d="{plot.path(drawn.line)}"/>')
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
        "Answers by stated confidence; what it is worth, recalibrated, and where that would lie in "
        "95 % of redraws of a calibrated model",
        ("Stated", "Answers", "Actually right", "Recalibrated", "If calibrated"),
        tuple(
            (
                f"{group.stated * 100:.1f} %",
                f"{group.n}",
                f"{group.actual * 100:z.1f} %",
                f"{group.recalibrated * 100:z.1f} %",
                words.DASH
                if group.low is None or group.high is None
                else f"{group.low * 100:z.1f} to {group.high * 100:z.1f} %",
            )
            for group in groups
        ),
    )


def _band(plot: Plot, band: Sequence[tuple[float, float, float]]) -> str:
    """The band as an area; of one stated confidence as a bar."""
    if len(band) == 1:
        (stated, low, high) = band[0]
        x, y = plot.at_x(stated) - 5, plot.at_y(high)
        tall = plot.at_y(low) - y
        return f'<rect class="expected" x="{x:.1f}" y="{y:.1f}" width="10" height="{tall:.1f}"/>'
    around = [(x, high) for x, _, high in band] + [(x, low) for x, low, _ in reversed(band)]
    return f'<path class="expected" d="{plot.path(around)}Z"/>' if around else ""


def _dot(plot: Plot, group: Group, most: int) -> str:
    x, y = plot.at_x(group.stated), plot.at_y(group.actual)
    radius = max(9.0 * (group.n / most) ** 0.5, 3.2)
    kind = "ball hollow" if group.n < FEW else "ball"
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'


def _spoken(groups: Sequence[Group]) -> str:
    if not groups:
        return "No answer states a confidence."
    largest = max(groups, key=lambda group: group.n)
    return (
        f"Most answers, {largest.n}, state about {largest.stated * 100:.0f} % and are right "
        f"{largest.actual * 100:.0f} % of the time."
    )
