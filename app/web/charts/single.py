"""Score at every target of one model: as it answered, and had it answered only above the target."""

from collections.abc import Sequence

from markupsafe import Markup

from app.web.charts.frame import (
    HALF,
    Anchor,
    Labels,
    Plot,
    Size,
    line,
    linked,
    names,
    pill,
    points,
    rows,
    svg,
    target_axis,
    ticks_of,
)
from app.web.charts.table import Table
from app.web.charts.tally import Tally
from app.web.charts.value import at_target, below_zero, off_scale, pieces_above
from app.wording import counted

OTHERS = 40
"""Grey lines at most, the first by rank."""


def single_chart(
    as_answered: Tally,
    *,
    above: Tally | None,
    others: Sequence[Tally],
    target: float,
    size: Size = HALF,
) -> Markup:
    """Solid: the answers it gave. Dashed (`above`): only those above the target. Grey: others."""
    shown = [as_answered, *([above] if above is not None else [])]
    grey = others[:OTHERS]
    plot = _plot([*shown, *grey], size)
    zero = plot.at_y(0)
    body = [
        *rows(plot, ticks_of(*plot.y), points),
        below_zero(plot),
        line("zero", plot.left, zero, plot.right, zero),
        *target_axis(plot),
    ]
    body += [
        linked(_path(plot, other, "line"), other.href, at_target(other, target)) for other in grey
    ]
    body.append(_path(plot, as_answered, "curve"))
    if above is not None:
        body.append(_path(plot, above, "curve dashed"))
    body.append(pill(plot, target))
    body += _labels(plot, as_answered, above)
    body += names(
        plot, size, across="confidence target t", upward="points per 100 questions × (1 − t)"
    )
    among = f"{others_drawn(len(others))}, in points per 100 times 1 − t"
    says = f"{as_answered.name} among {among}. {_spoken(as_answered, above)}"
    return svg(
        size,
        name="single-chart",
        title="What answering is worth at every target",
        says=says,
        body=body,
        plot=plot,
    )


def others_drawn(others: int) -> str:
    """Which other models stand in the chart: "12 other models", "the first 40 of 120 others"."""
    if others <= OTHERS:
        return counted(others, "other model")
    return f"the first {OTHERS} of {others:,} other models"


def single_table(as_answered: Tally, above: Tally | None) -> Table:
    """Both lines at five targets, in points per 100 times (1 - t)."""
    at = (0, 0.25, 0.5, 0.75, 0.9)
    lines = [("As answered", as_answered)]
    if above is not None:
        lines.append(("Only when confidence > t", above))
    return Table(
        "Points per 100 questions × (1 − t), at five targets",
        ("", "binary", "t = 0.25", "t = 0.5", "t = 0.75", "t = 0.9"),
        tuple((name, *(points(tally.value(t)) for t in at)) for name, tally in lines),
    )


def _plot(shown: Sequence[Tally], size: Size) -> Plot:
    ends = [value for tally in shown for _, value in tally.points()]
    return Plot(
        left=48,
        top=44,
        right=size.width - 16,
        bottom=size.height - 44,
        x=(0, 1),
        y=(max(-0.6, min([-0.1, *ends])), max([0.1, *ends]) * 1.06),
    )


def _path(plot: Plot, model: Tally, kind: str) -> str:
    pieces = pieces_above(model.points(), plot.y[0])
    drawn = "".join(plot.path(piece) for piece in pieces)
    return f'<path class="{kind}" d="{drawn}"/>{off_scale(plot, pieces, kind)}'


def _labels(plot: Plot, as_answered: Tally, above: Tally | None) -> list[str]:
    labels = Labels(plot, [])
    placed = []
    if above is not None:
        spots: list[tuple[float, float, Anchor]] = []
        for t in (0.82, 0.7, 0.9):
            x, y = plot.at_x(t), plot.at_y(above.value(t))
            spots += [(x, y - 22, "middle"), (x, y - 36, "middle"), (x, y - 50, "middle")]
        spots.append((plot.right - 4, plot.top + 12, "end"))
        placed.append(labels.place("only when confidence > t", spots, kind="name curve-name"))
    spots = []
    for t in (0.16, 0.3, 0.05):
        x, y = plot.at_x(t), plot.at_y(as_answered.value(t))
        spots += [(x + 10, y - 8, "start"), (x - 6, y + 20, "end")]
    placed.append(labels.place("as answered", spots, kind="name"))
    return [label for label in placed if label]


def _spoken(as_answered: Tally, above: Tally | None) -> str:
    crossing = as_answered.breaks_even
    sentence = (
        "It answers nothing."
        if crossing is None
        else f"Its score is positive for t below {crossing:.2f}."
    )
    if above is None:
        return sentence
    return f"{sentence} The dashed line answers only when its stated confidence is above t."
