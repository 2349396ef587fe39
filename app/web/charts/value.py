"""Score at every target: one line a model, bold where it leads; hatched where no model is above
0."""

from collections.abc import Sequence

from markupsafe import Markup

from app.scoring.rules import score_of_value
from app.web.charts.frame import (
    BROAD,
    Anchor,
    Labels,
    Plot,
    Point,
    Size,
    fitted,
    line,
    linked,
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
from app.web.charts.tally import Stretch, Tally, stretches
from app.web.rendering import format as words
from app.wording import counted


def value_chart(
    models: Sequence[Tally], *, target: float, size: Size = BROAD, total: int | None = None
) -> Markup:
    """(1 - t) times the points per 100 of every model over t, marked at `target`.

    `models` are drawn, of `total` that are ranked; all that lead at some target are among them.
    """
    plot = _plot(models, size)
    of = len(models) if total is None else total
    lead = stretches(models)
    body = [*rows(plot, ticks_of(*plot.y), points), *_ground(plot), *target_axis(plot)]
    others_first = sorted(models, key=lambda tally: (tally.leads > 0, -tally.leads))
    body += [_line(plot, model, target) for model in others_first]
    body += [_bold(plot, stretch.model, stretch) for stretch in lead if stretch.model is not None]
    body.append(pill(plot, target))
    body += _labels(plot, lead)
    drawn = "" if len(models) == of else f" · {len(models):,} of {of:,} models"
    body += names(
        plot, size, across="confidence target t", upward=f"points per 100 × (1 − t){drawn}"
    )
    says = (
        f"Lines of {counted(len(models), 'model')}{f' of {of:,}' if drawn else ''} from binary "
        "grading on the left to t = 1 on the right: the score in points per 100, times 1 − t; the "
        f"highest line has the highest score. {_spoken(lead)}"
    )
    return svg(
        size,
        name="value-chart",
        title="What answering is worth at every target",
        says=says,
        body=body,
        plot=plot,
    )


def value_table(models: Sequence[Tally]) -> Table:
    """Each model's line: where it starts, where it ends, where it crosses zero."""
    return Table(
        "Points per 100 questions × (1 − t), at five targets",
        ("Model", "binary", "t = 0.25", "t = 0.5", "t = 0.75", "t = 0.9", "Crosses zero at"),
        tuple(
            (
                model.name,
                *(words.points(model.value(t)) for t in (0, 0.25, 0.5, 0.75, 0.9)),
                "–" if model.breaks_even is None else f"{model.breaks_even:.2f}",
            )
            for model in models
        ),
    )


def _plot(models: Sequence[Tally], size: Size) -> Plot:
    ends = [value for model in models for _, value in model.points()]
    highest = max([0.1, *ends]) * 1.06
    lowest = max(-0.42, min([-0.1, *ends]))
    return Plot(
        left=44 if size.name == "wide" else 38,
        top=44,
        right=size.width - 14,
        bottom=size.height - 44,
        x=(0, 1),
        y=(lowest, highest),
    )


def _ground(plot: Plot) -> list[str]:
    zero = plot.at_y(0)
    words = text("worse than “I don’t know” to everything", plot.left + 8, zero + 17, kind="note")
    return [below_zero(plot), line("zero", plot.left, zero, plot.right, zero), words]


def below_zero(plot: Plot) -> str:
    """The hatched ground of scores below 0."""
    zero = plot.at_y(0)
    return (
        f'<rect class="under" x="{plot.left:.1f}" y="{zero:.1f}" '
        f'width="{plot.right - plot.left:.1f}" height="{plot.bottom - zero:.1f}" '
        'fill="url(#under)"/>'
    )


def _line(plot: Plot, model: Tally, target: float) -> str:
    kind = f"line line-{model.leads}" if model.leads else "line"
    pieces = pieces_above(model.points(), plot.y[0])
    drawn = "".join(plot.path(piece) for piece in pieces)
    mark = f'<path class="{kind}" d="{drawn}"/>{off_scale(plot, pieces, kind)}'
    return linked(mark, model.href, at_target(model, target))


def at_target(model: Tally, target: float) -> str:
    """What a line says where a pointer rests on it: the score itself, not its height."""
    score = words.points(score_of_value(model.value(target), target))
    return f"{model.name}: score {score} at t = {target:g}"


def off_scale(plot: Plot, pieces: Sequence[Sequence[Point]], kind: str) -> str:
    """Arrows down where a line leaves the scale."""
    ends = [piece[-1] for piece in pieces if piece and piece[-1][1] == plot.y[0]]
    arrows = "".join(
        f"M{at - 3:.1f} {plot.bottom - 4:.1f}L{at:.1f} {plot.bottom:.1f}"
        f"L{at + 3:.1f} {plot.bottom - 4:.1f}"
        for at in (plot.at_x(x) for x, _ in ends if x < plot.x[1])
    )
    return f'<path class="{kind} off-scale" d="{arrows}"/>' if arrows else ""


def _bold(plot: Plot, model: Tally, stretch: Stretch) -> str:
    inner = [point for point in model.points() if stretch.start < point[0] < stretch.end]
    ends = [(t, model.value(t)) for t in (stretch.start, stretch.end)]
    kind = f"lead line-{model.leads}" if model.leads else "lead"
    return f'<path class="{kind}" d="{plot.path([ends[0], *inner, ends[1]])}"/>'


def pieces_above(points_of: Sequence[Point], low: float) -> list[list[Point]]:
    """The pieces of a line over a floor, cut exactly where it goes through."""
    pieces: list[list[Point]] = []
    current: list[Point] = []
    for index, (x, y) in enumerate(points_of):
        if index:
            before_x, before_y = points_of[index - 1]
            if (before_y < low) != (y < low):
                cut = before_x + (x - before_x) * (low - before_y) / (y - before_y)
                current.append((cut, low))
                if y < low:
                    pieces.append(current)
                    current = []
        if y >= low:
            current.append((x, y))
    return [*pieces, current] if current else pieces


def _labels(plot: Plot, lead: Sequence[Stretch]) -> list[str]:
    """The leaders' names, each over the stretch it leads."""
    labels = Labels(plot, [])
    out = []
    by_length = sorted(
        lead, key=lambda stretch_of_lead: stretch_of_lead.start - stretch_of_lead.end
    )
    for stretch in by_length:
        model = stretch.model
        if model is None or stretch.end - stretch.start < 0.015:
            continue
        name = fitted(model.name, 130)
        spots: list[tuple[float, float, Anchor]] = []
        for share in (0.45, 0.25, 0.7, 0.9):
            t = stretch.start + share * (stretch.end - stretch.start)
            x, y = plot.at_x(t), plot.at_y(model.value(t))
            spots += [(x + 4, y - 9, "start"), (x, y - 20, "middle"), (x + 10, y - 32, "start")]
        out.append(
            labels.place(name, spots, kind=f"name line-{model.leads}" if model.leads else "name")
        )
    return [label for label in out if label]


def _highest(stretch: Stretch) -> str:
    return (
        "no model scores above 0" if stretch.model is None else f"{stretch.model.name} is highest"
    )


def _spoken(lead: Sequence[Stretch]) -> str:
    sentences = [
        f"{_highest(stretch)} from {stretch.start:.2f} to {stretch.end:.2f}"
        for stretch in lead
        if stretch.end > stretch.start
    ]
    return ("; ".join(sentences) + ".") if sentences else ""
