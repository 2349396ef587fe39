"""Expected points of an answer by its chance of being right, one line a target.

Zero exactly where the chance is the target.
"""

from collections.abc import Sequence

from markupsafe import Markup

from app.scoring.rules import points_of
from app.scoring.targets import penalty_at
from app.web.charts.frame import (
    HALF,
    Labels,
    Plot,
    Size,
    columns,
    line,
    names,
    percents,
    rows,
    svg,
)
from app.web.charts.table import Table
from app.web.rendering.format import MINUS

FLOOR = -2.0


def worth(chance: float, target: float) -> float:
    """Expected points of answering with a chance of being right, at a target."""
    return points_of(chance, 1 - chance, penalty_at(target))


def worth_chart(targets: Sequence[float], *, size: Size = HALF) -> Markup:
    """Expected points of an answer against the chance of being right, for some targets."""
    plot = Plot(
        left=40, top=30, right=size.width - 14, bottom=size.height - 44, x=(0, 1), y=(FLOOR, 1)
    )
    body = [*rows(plot, (-2, -1, 0, 1), _whole), *columns(plot, (0, 0.25, 0.5, 0.75, 1), percents)]
    body.append(line("zero", plot.left, plot.at_y(0), plot.right, plot.at_y(0)))
    labels = Labels(plot, [])
    names_at = []
    for number, target in enumerate(targets, 1):
        start = max(0.0, _where(FLOOR, target))
        ends = [(start, worth(start, target)), (1.0, 1.0)]
        body.append(f'<path class="line line-{number}" d="{plot.path(ends)}"/>')
        x, y = plot.at_x(target), plot.at_y(0)
        body.append(f'<circle class="dot line-{number}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>')
        label = "binary" if target == 0 else f"t = {target:g}"
        middle = (start + target) / 2 if target else 0.45
        spot_x, spot_y = plot.at_x(middle), plot.at_y(worth(middle, target))
        spots = [(spot_x + 8, spot_y + 4, "start"), (spot_x + 8, spot_y + 18, "start")]
        if not target:
            spots = [(spot_x - 4, spot_y - 10, "end")]
        names_at.append(labels.place(label, spots, f"name line-{number}"))  # type: ignore[arg-type]
    body += names_at
    body += names(plot, size, across="chance of being right", upward="expected points of an answer")
    says = (
        "Each line rises to one point for a sure answer and crosses zero where the chance of "
        "being right equals the target. Under binary grading the line is nowhere below zero."
    )
    return svg(size, name="worth-chart", title="What an answer is worth", says=says, body=body)


def worth_table(targets: Sequence[float], chances: Sequence[float]) -> Table:
    """The same as numbers."""
    heads = ("Chance of being right", *("binary" if t == 0 else f"t = {t:g}" for t in targets))
    body = tuple(
        (percents(chance), *(_signed(worth(chance, target)) for target in targets))
        for chance in chances
    )
    return Table("Expected points of an answer", heads, body)


def _where(points: float, target: float) -> float:
    """The chance at which an answer is worth so many points."""
    price = penalty_at(target)
    return (points + price) / (1 + price)


def _whole(value: float) -> str:
    return "0" if value == 0 else f"{'+' if value > 0 else MINUS}{abs(value):g}"


def _signed(value: float) -> str:
    text = f"{abs(value):.2f}"
    return text if text == "0.00" else f"{'+' if value > 0 else MINUS}{text}"
