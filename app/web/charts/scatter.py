"""Right against wrong: a dot a model, and the line of score 0."""

from collections.abc import Sequence

from markupsafe import Markup

from app.scoring.rules import value_of
from app.scoring.targets import penalty_at
from app.web.charts.frame import (
    Anchor,
    Labels,
    Plot,
    Size,
    columns,
    fitted,
    names,
    percents,
    rows,
    svg,
    ticks_of,
)
from app.web.charts.table import Table
from app.web.charts.tally import Tally
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
    labels = Labels(plot, [])
    ordered = sorted(models, key=lambda tally: (tally.leads == 0, tally.leads))
    for model in ordered:
        labels.block(plot.at_x(model.wrong), plot.at_y(model.right), 6)
    body += [_dot(plot, model) for model in reversed(ordered)]
    for model in ordered:
        if model.leads or len(models) <= _NAMED:
            body.append(_name(plot, labels, model))
    body += names(plot, size, across="answered wrong", upward="answered right")
    says = (
        f"{counted(len(models), 'dot')}, a model each. Under the line, which rises by "
        f"{penalty_at(target):.2f} for one across, a model scores below 0."
    )
    return svg(
        size, name="scatter-chart", title="Right against wrong", says=says, body=body, plot=plot
    )


def scatter_table(models: Sequence[Tally], *, target: float) -> Table:
    """Every dot, and on which side of the line it lies."""
    return Table(
        f"Shares right and wrong, and the score at t = {target:g}",
        ("Model", "Right", "Wrong", "Score"),
        tuple(
            (
                model.name,
                f"{model.right * 100:.1f} %",
                f"{model.wrong * 100:.1f} %",
                _side(model, target),
            )
            for model in models
        ),
    )


def _side(model: Tally, target: float) -> str:
    value = value_of(model.right, model.wrong, target)
    return "level" if abs(value) < 1e-12 else "ahead" if value > 0 else "behind"


def _plot(models: Sequence[Tally], size: Size) -> Plot:
    most_wrong = min(max([0.1, *(model.wrong for model in models)]) * 1.1, 1.04)
    most_right = min(max([0.1, *(model.right for model in models)]) * 1.1, 1.04)
    return Plot(
        left=50,
        top=30,
        right=size.width - 14,
        bottom=size.height - 44,
        x=(0, most_wrong),
        y=(0, most_right),
    )


def break_even(plot: Plot, target: float) -> tuple[float, float]:
    """Where the line leaves the box, as shares wrong and right."""
    penalty = penalty_at(target)
    wrong, right = plot.x[1], plot.y[1]
    return (right / penalty, right) if penalty * wrong > right else (wrong, penalty * wrong)


def _even(plot: Plot, target: float) -> str:
    wrong, right = break_even(plot, target)
    return f'<path class="even" d="{plot.path([(0, 0), (wrong, right)])}"/>'


def _losing(plot: Plot, target: float) -> str:
    wrong, right = break_even(plot, target)
    corner = [(plot.x[1], plot.y[1])] if right >= plot.y[1] and wrong < plot.x[1] else []
    edge = [(0.0, 0.0), (wrong, right), *corner, (plot.x[1], 0.0)]
    return f'<path class="losing" d="{plot.path(edge)}Z" fill="url(#under)"/>'


def _dot(plot: Plot, model: Tally) -> str:
    kind = f"dot line-{model.leads}" if model.leads else "dot"
    return (
        f'<circle class="{kind}" cx="{plot.at_x(model.wrong):.1f}" '
        f'cy="{plot.at_y(model.right):.1f}" r="5.5"/>'
    )


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
