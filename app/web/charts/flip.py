"""Rank flip: two models whose order reverses as the penalty of a wrong answer rises.

Points and crossing are those of `app/scoring`.
"""

from collections.abc import Sequence

from markupsafe import Markup

from app.scoring.comparison import agreement
from app.scoring.rules import points_of
from app.scoring.targets import penalty_at
from app.web.charts.frame import (
    BROAD,
    Plot,
    Point,
    Size,
    columns,
    line,
    names,
    points,
    rows,
    svg,
    text,
    ticks_of,
)
from app.web.charts.table import Table
from app.web.charts.tally import Tally
from app.web.rendering import format as words

LAST = 0.6
_NAMED = 0.34
_STEPS = 60


def score(model: Tally, target: float) -> float:
    """Points an item at a target."""
    return points_of(model.right, model.wrong, penalty_at(target))


def crossing(a: Tally, b: Tally) -> float | None:
    """The target at which the order turns; None where one leads at every target."""
    turn = agreement.crossing(
        left_correct=a.right, left_wrong=a.wrong, right_correct=b.right, right_wrong=b.wrong
    )
    return None if turn is None else turn.target


def flip_chart(a: Tally, b: Tally, *, size: Size = BROAD) -> Markup:
    """Points per 100 of two models from binary grading to t = 0.6, with the place of the flip."""
    plot = _plot((a, b), size)
    body = [*rows(plot, ticks_of(*plot.y), points), *columns(plot, (0, 0.2, 0.4, 0.6), _spelled)]
    zero = plot.at_y(0)
    body.append(
        f'<rect class="under" x="{plot.left:.1f}" y="{zero:.1f}" '
        f'width="{plot.right - plot.left:.1f}" height="{plot.bottom - zero:.1f}" '
        'fill="url(#under)"/>'
    )
    body.append(line("zero", plot.left, zero, plot.right, zero))
    body.append(
        text("worse than “I don’t know” to everything", plot.left + 8, zero + 17, kind="note")
    )
    for number, model in ((1, a), (2, b)):
        body.append(f'<path class="line lead line-{number}" d="{plot.path(_curve(model, plot))}"/>')
        at = plot.at_x(_NAMED), plot.at_y(score(model, _NAMED))
        spot = (at[0] + 10, at[1] - 8, "start") if number == 1 else (at[0] - 10, at[1] + 14, "end")
        body.append(text(model.name, spot[0], spot[1], kind=f"name line-{number}", anchor=spot[2]))  # type: ignore[arg-type]
    where = crossing(a, b)
    if where is not None and where <= LAST:
        x, y = plot.at_x(where), plot.at_y(score(a, where))
        body.append(f'<circle class="spot" cx="{x:.1f}" cy="{y:.1f}" r="6"/>')
        body.append(text(f"the order turns at t = {where:.2f}", x + 12, y - 8, kind="name"))
    body += names(plot, size, across="confidence target t", upward="points per 100 questions")
    says = (
        f"{b.name} starts at {points(b.right)} and falls below zero at t = {_even(b)}; {a.name} "
        f"starts at {points(a.right)} and stays above zero until t = {_even(a)}."
    )
    title = f"{a.name} against {b.name}"
    return svg(size, name="flip-chart", title=title, says=says, body=body)


def flip_table(a: Tally, b: Tally, targets: Sequence[float]) -> Table:
    """The same as numbers, with who leads."""
    body = []
    for target in targets:
        first, second = score(a, target), score(b, target)
        leader = a.name if first > second else b.name
        leader = leader if max(first, second) > 0 else "always abstain"
        body.append((_spelled(target), words.points(first), words.points(second), leader))
    return Table("Points per 100 questions", ("t", a.name, b.name, "Leads"), tuple(body))


def _plot(models: tuple[Tally, Tally], size: Size) -> Plot:
    highest = max(model.right for model in models) * 1.4
    lowest = min(-0.1, max(-0.6, min(score(model, LAST) for model in models)))
    return Plot(
        left=44 if size.name == "wide" else 38,
        top=30,
        right=size.width - 14,
        bottom=size.height - 44,
        x=(0, LAST),
        y=(lowest, highest),
    )


def _curve(model: Tally, plot: Plot) -> list[Point]:
    """The model's points over the targets, cut where it leaves the paper."""
    out: list[Point] = []
    for step in range(_STEPS + 1):
        target = LAST * step / _STEPS
        value = score(model, target)
        if value < plot.y[0]:
            return [*out, _exit(model, plot.y[0])]
        out.append((target, value))
    return out


def _exit(model: Tally, low: float) -> Point:
    price = (model.right - low) / model.wrong
    return price / (1 + price), low


def _even(model: Tally) -> str:
    return "no target" if model.breaks_even is None else f"{model.breaks_even:.2f}"


def _spelled(target: float) -> str:
    return "binary" if target == 0 else f"{target:g}"
