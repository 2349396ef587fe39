"""By category: a dot and a whisker a category, a diamond for all; grey where it crosses zero."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.web.charts.frame import Plot, Size, columns, fitted, line, points, svg, text, ticks_of
from app.web.charts.table import Table

PAPER = Size("wide", 400, 300)
_ROW, _ROOMY = 34.0, 62.0
"""Height of a row, and how far rows part where few of them stand beside a tall chart."""
_TALL = 270.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """One category: how many items, the value in points an item, its interval if it has one."""

    name: str
    n_items: int
    value: float
    low: float | None
    high: float | None


def categories_chart(
    reaches: Sequence[Reach], *, whole: Reach, title: str, size: Size = PAPER
) -> Markup:
    """Categories by value, the whole last; positive favours the left of a comparison."""
    rows_shown = [*sorted(reaches, key=lambda reach_of_row: -reach_of_row.value), whole]
    step = _ROW
    if size.name == "wide":
        step = min(max(_TALL / len(rows_shown), _ROW), _ROOMY)
    paper = Size(size.name, size.width, step * len(rows_shown) + 56)
    plot = _plot(rows_shown, paper)
    ticks = ticks_of(*plot.x, most=5)
    body = [line("grid", plot.at_x(t), plot.top, plot.at_x(t), plot.bottom) for t in ticks]
    body += columns(plot, ticks, points)
    body.append(line("zero", plot.at_x(0), plot.top, plot.at_x(0), plot.bottom))
    for row, reach in enumerate(rows_shown):
        body += _row(plot, reach, plot.top + step * (row + 0.5), whole=reach is whole)
    body.append(
        text(
            "points per 100 questions",
            (plot.left + plot.right) / 2,
            paper.height - 4,
            anchor="middle",
        )
    )
    says = f"{len(reaches)} categories and all together, with 95 % intervals, in points per 100."
    return svg(paper, name="categories-chart", title=title, says=says, body=body)


def categories_table(reaches: Sequence[Reach], *, whole: Reach, caption: str) -> Table:
    """The same rows in figures."""
    return Table(
        caption,
        ("Category", "Questions", "Points per 100", "Interval"),
        tuple(
            (
                reach.name,
                f"{reach.n_items:,}",
                points(reach.value),
                "–"
                if reach.low is None or reach.high is None
                else f"{points(reach.low)} to {points(reach.high)}",
            )
            for reach in [*sorted(reaches, key=lambda one: -one.value), whole]
        ),
    )


def _plot(reaches: Sequence[Reach], size: Size) -> Plot:
    ends = [
        abs(end)
        for reach in reaches
        for end in (reach.value, reach.low, reach.high)
        if end is not None
    ]
    most = max([0.05, *ends]) * 1.08
    return Plot(
        left=150.0,
        top=8,
        right=size.width - 22,
        bottom=size.height - 44,
        x=(-most, most),
        y=(0, 1),
    )


def _row(plot: Plot, reach: Reach, y: float, *, whole: bool) -> list[str]:
    side = "side-a" if reach.low is not None and reach.low > 0 else ""
    side = "side-b" if reach.high is not None and reach.high < 0 else side
    x = plot.at_x(reach.value)
    count = f" {reach.n_items:,}"
    label = fitted(reach.name, plot.left - 20 - 7.3 * len(count)) + count
    kind = "strong" if whole else "tick"
    out = [text(label, plot.left - 12, y + 4, kind=kind, anchor="end")]
    if reach.low is not None and reach.high is not None:
        out.append(line(f"span {side}".strip(), plot.at_x(reach.low), y, plot.at_x(reach.high), y))
    mark = f"mark {side}".strip()
    if whole:
        corners = (
            f"M{x:.1f} {y - 7:.1f}L{x + 7:.1f} {y:.1f}L{x:.1f} {y + 7:.1f}L{x - 7:.1f} {y:.1f}Z"
        )
        out.append(f'<path class="{mark}" d="{corners}"/>')
    else:
        out.append(f'<circle class="{mark}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>')
    return out
