"""Right against wrong: a dot a model, all of them, and the line of score 0.

The axes end where the dots do, and where all dots lie high the upward one starts below them and not
at 0; the chart says so.
"""

import math
from collections.abc import Sequence

from markupsafe import Markup

from app.scoring.rules import score_of_value, value_of
from app.scoring.targets import penalty_at
from app.web.charts.frame import (
    Anchor,
    Labels,
    Plot,
    Point,
    Size,
    columns,
    fitted,
    linked,
    names,
    percents,
    rows,
    svg,
    text,
    ticks_of,
)
from app.web.charts.table import Table
from app.web.charts.tally import Tally
from app.web.rendering import format as words
from app.wording import counted

PAPER = Size("wide", 364, 400)
_NAMED = 16
"""Beyond this many dots only those that lead somewhere keep their names."""


def scatter_chart(models: Sequence[Tally], *, target: float, size: Size = PAPER) -> Markup:
    """Shares right over shares wrong; under the line of slope t / (1 - t) scores are below 0."""
    plot = _plot(models, size)
    body = [
        _losing(plot, target),
        *rows(plot, ticks_of(*plot.y), percents),
        *columns(plot, ticks_of(*plot.x, most=5), percents),
        _even(plot, target),
    ]
    low = plot.y[0] > 0
    labels = Labels(plot, [])
    ordered = sorted(models, key=lambda tally: (tally.leads == 0, tally.leads))
    for model in ordered:
        labels.block(plot.at_x(model.wrong), plot.at_y(model.right), 6)
    body += [_dot(plot, model, target) for model in reversed(ordered)]
    for model in ordered:
        if model.leads or len(models) <= _NAMED:
            body.append(_name(plot, labels, model))
    upward = "answered right" + (f", from {percents(plot.y[0])}" if low else "")
    body += names(plot, size, across="answered wrong", upward=upward)
    if low:
        below = "" if _is_below(plot, target) else ' visibility="hidden"'
        note = text("break-even lies below", plot.right, plot.bottom - 6, kind="note", anchor="end")
        body.append(f'<g class="even-below"{below}>{note}</g>')
    says = (
        f"{counted(len(models), 'dot')}, a model each. Under the line, which rises by "
        f"{penalty_at(target):.2f} for one across, a model scores below 0."
        + (f" The upward axis starts at {percents(plot.y[0])}." if low else "")
    )
    return svg(
        size, name="scatter-chart", title="Right against wrong", says=says, body=body, plot=plot
    )


def scatter_table(models: Sequence[Tally], *, target: float) -> Table:
    """Every dot, and its score."""
    return Table(
        f"Shares right and wrong, and the score at t = {target:g}",
        ("Model", "Right", "Wrong", "Score"),
        tuple(
            (
                model.name,
                f"{model.right * 100:.1f} %",
                f"{model.wrong * 100:.1f} %",
                _score(model, target),
            )
            for model in models
        ),
    )


def _score(model: Tally, target: float) -> str:
    return words.points(score_of_value(value_of(model.right, model.wrong, target), target))


def _plot(models: Sequence[Tally], size: Size) -> Plot:
    most_wrong = min(max([0.1, *(model.wrong for model in models)]) * 1.1, 1.04)
    right = [model.right for model in models]
    most_right = min(max([0.1, *right]) * 1.1, 1.04)
    least = min(right, default=0.0)
    # Dots that share the upper half of the paper would lie on one another.
    start = 0.0
    if least > 0.5 * most_right:
        start = max(math.floor((least - 0.1 * (most_right - least) - 0.01) * 20) / 20, 0.0)
    return Plot(
        left=50,
        top=30,
        right=size.width - 14,
        bottom=size.height - 44,
        x=(0, most_wrong),
        y=(start, most_right),
    )


def break_even(plot: Plot, target: float) -> list[Point]:
    """The line of score 0 where it crosses the box, as shares wrong and right; empty where it lies
    below."""
    penalty, wrong, (low, high) = penalty_at(target), plot.x[1], plot.y
    if _is_below(plot, target):
        return []
    start = (low / penalty, low) if low > 0 else (0.0, 0.0)
    return [start, (high / penalty, high) if penalty * wrong > high else (wrong, penalty * wrong)]


def _is_below(plot: Plot, target: float) -> bool:
    return penalty_at(target) * plot.x[1] < plot.y[0]


def _even(plot: Plot, target: float) -> str:
    return f'<path class="even" d="{plot.path(break_even(plot, target))}"/>'


def _losing(plot: Plot, target: float) -> str:
    ends = break_even(plot, target)
    edge: list[Point] = []
    if ends:
        wrong, right = ends[1]
        corner = [(plot.x[1], plot.y[1])] if right >= plot.y[1] and wrong < plot.x[1] else []
        edge = [*ends, *corner, (plot.x[1], plot.y[0])]
    closed = f"{plot.path(edge)}Z" if edge else ""
    return f'<path class="losing" d="{closed}" fill="url(#under)"/>'


def _dot(plot: Plot, model: Tally, target: float) -> str:
    kind = f"dot line-{model.leads}" if model.leads else "dot"
    mark = (
        f'<circle class="{kind}" cx="{plot.at_x(model.wrong):.1f}" '
        f'cy="{plot.at_y(model.right):.1f}" r="5.5"/>'
    )
    shares = f"right {percents(model.right)}, wrong {percents(model.wrong)}"
    says = f"{model.name}: {shares}, score {_score(model, target)} at t = {target:g}"
    return linked(mark, model.href, says)


def _name(plot: Plot, labels: Labels, model: Tally) -> str:
    x, y = plot.at_x(model.wrong), plot.at_y(model.right)
    spots: list[tuple[float, float, Anchor]] = [
        (x + 10, y + 4, "start"),
        (x - 10, y + 4, "end"),
        (x, y - 10, "middle"),
        (x, y + 19, "middle"),
        (x + 8, y - 8, "start"),
        (x - 8, y - 8, "end"),
        (x + 8, y + 17, "start"),
        (x - 8, y + 17, "end"),
        (x + 6, y - 13, "start"),
        (x - 6, y - 13, "end"),
        (x + 6, y + 24, "start"),
    ]
    kind = f"name line-{model.leads}" if model.leads else "tick halo"
    return labels.place(fitted(model.name, 120), spots, kind=kind)
