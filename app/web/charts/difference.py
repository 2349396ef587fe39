"""Paired difference of two submissions at every target, with its 95 % interval.

Drawn as (1 - t) times the points per 100, so that answers kept as given make a straight line. The
band is the 95 % paired interval; where it holds zero there is no clear difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.web.charts.frame import (
    BROAD,
    Plot,
    Point,
    Size,
    fitted,
    line,
    names,
    pill,
    points,
    rows,
    svg,
    target_axis,
    text,
    ticks_of,
)
from app.web.charts.table import Table


@dataclass(frozen=True, slots=True)
class Gap:
    """Left minus right at a target, in points an item, with its paired interval if it has one."""

    target: float
    value: float
    low: float | None
    high: float | None

    @property
    def side(self) -> int:
        """1 where left is clearly ahead, -1 where right is, 0 where the interval holds zero."""
        if self.low is None or self.high is None:
            return 0
        return 1 if self.low > 0 else -1 if self.high < 0 else 0


def difference_chart(
    gaps: Sequence[Gap], *, left: str, right: str, target: float, size: Size = BROAD
) -> Markup:
    """The difference over t with its band, coloured by who is ahead."""
    plot = _plot(gaps, size)
    body = [*rows(plot, ticks_of(*plot.y), points), *target_axis(plot)]
    body += _bands(plot, gaps)
    body.append(line("zero", plot.left, plot.at_y(0), plot.right, plot.at_y(0)))
    middle = [(gap.target, (1 - gap.target) * gap.value) for gap in gaps]
    body.append(f'<path class="curve" d="{plot.path(middle)}"/>')
    body.append(pill(plot, target))
    room = (plot.right - plot.left) * 0.6
    above = f"{fitted(left, room)} ahead"
    below = f"{fitted(right, room)} ahead"
    body.append(text(above, plot.left + 10, plot.top + 14, kind="name side-a"))
    body.append(text(below, plot.left + 10, plot.bottom - 8, kind="name side-b"))
    body += names(
        plot, size, across="confidence target t", upward="difference per 100 questions × (1 − t)"
    )
    says = (
        f"{left} minus {right} from binary grading to t = 0.99, in points per 100 times 1 − t. "
        f"{spoken(gaps, left, right)}"
    )
    return svg(
        size,
        name="difference-chart",
        title="What the difference is worth at every target",
        says=says,
        body=body,
        plot=plot,
    )


def difference_table(gaps: Sequence[Gap]) -> Table:
    """The difference and its interval in points per 100, at every tenth of t."""
    shown = [gap for gap in gaps if round(gap.target * 100) % 10 == 0 or gap is gaps[-1]]
    return Table(
        "Difference in points per 100 questions, with its 95 % paired interval",
        ("Target", "Difference", "from", "to"),
        tuple(
            (f"{gap.target:g}", *(_spelled(end) for end in (gap.value, gap.low, gap.high)))
            for gap in shown
        ),
    )


def _spelled(value: float | None) -> str:
    return "–" if value is None else points(value)


def spoken(gaps: Sequence[Gap], left: str, right: str) -> str:
    """A text alternative: the ranges of targets at which either is clearly ahead, or neither."""
    sentences = []
    for kind, start, end in runs(gaps):
        who = {1: f"{left} is ahead", -1: f"{right} is ahead", 0: "there is no clear difference"}
        sentences.append(f"{who[kind]} from t = {start:g} to {end:g}")
    return ("; ".join(sentences) + ".") if sentences else ""


def runs(gaps: Sequence[Gap]) -> list[tuple[int, float, float]]:
    """Stretches of t: 1 where left is clearly ahead, -1 where right is, 0 where neither is."""
    stretches: list[tuple[int, float, float]] = []
    for gap in gaps:
        if stretches and stretches[-1][0] == gap.side:
            stretches[-1] = (gap.side, stretches[-1][1], gap.target)
        else:
            stretches.append((gap.side, gap.target, gap.target))
    return stretches


def _plot(gaps: Sequence[Gap], size: Size) -> Plot:
    ends = [
        abs((1 - gap.target) * end)
        for gap in gaps
        for end in (gap.value, gap.low, gap.high)
        if end is not None
    ]
    most = max([0.05, *ends]) * 1.12
    return Plot(
        left=48,
        top=44,
        right=size.width - 16,
        bottom=size.height - 44,
        x=(0, 1),
        y=(-most, most),
    )


def _bands(plot: Plot, gaps: Sequence[Gap]) -> list[str]:
    lows = [(gap.target, gap.low) for gap in gaps if gap.low is not None]
    highs = [(gap.target, gap.high) for gap in gaps if gap.high is not None]
    if not lows:
        return []
    out = []
    for kind, low, high in (("band-a", 0.0, plot.y[1]), ("band-b", plot.y[0], 0.0)):
        upper = _edge(highs, low, high)
        lower = _edge(lows, low, high)
        out.append(f'<path class="{kind}" d="{plot.path([*upper, *reversed(lower)])}Z"/>')
    return out


def _edge(points_of: Sequence[Point], low: float, high: float) -> list[Point]:
    """An edge of the band on one side of zero."""
    return [(t, min(max((1 - t) * value, low), high)) for t, value in points_of]
