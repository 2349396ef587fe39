"""Risk-coverage curve: the share of wrong answers among the most confident.

The dotted line is a perfect ordering, in which every right answer comes before every wrong one.
El-Yaniv, Wiener (2010), On the Foundations of Noise-free Selective Classification.
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
    ticks_of,
)
from app.web.charts.table import Table
from app.web.rendering import format as words


@dataclass(frozen=True, slots=True)
class Reached:
    """Questions answered down to one stated confidence, and the share of those answers wrong."""

    confidence: float
    coverage: float
    risk: float


def coverage_chart(
    steps: Sequence[Reached], *, at_target: Reached | None, size: Size = HALF
) -> Markup:
    """Risk over coverage, by descending confidence; `at_target` marks those above t."""
    plot = _plot(steps, size)
    body = [*rows(plot, ticks_of(*plot.y), percents), *columns(plot, QUARTERS, percents)]
    if steps:
        body += _curves(plot, steps)
    if at_target is not None:
        body += _spot(plot, at_target)
    body += names(
        plot, size, across="questions answered, most confident first", upward="wrong among answered"
    )
    return svg(
        size,
        name="coverage-chart",
        title="Risk–coverage",
        says=_spoken(steps, at_target),
        body=body,
    )


def coverage_table(steps: Sequence[Reached]) -> Table:
    """The curve at every stated confidence, in descending order."""
    return Table(
        "Answered down to a stated confidence, and wrong among those",
        ("Down to", "Answered", "Wrong among answered"),
        tuple(
            (
                words.confidence(step.confidence),
                f"{step.coverage * 100:z.1f} %",
                f"{step.risk * 100:z.1f} %",
            )
            for step in steps
        ),
    )


def _plot(steps: Sequence[Reached], size: Size) -> Plot:
    highest = min(max([0.05, *(step.risk for step in steps)]) * 1.15, 1.0)
    return Plot(
        left=54,
        top=28,
        right=size.width - 16,
        bottom=size.height - 44,
        x=(0, 1),
        y=(0, highest),
    )


def _curves(plot: Plot, steps: Sequence[Reached]) -> list[str]:
    stairs: list[Point] = [(0.0, steps[0].risk)]
    for step in steps:
        stairs += [(step.coverage, stairs[-1][1]), (step.coverage, step.risk)]
    end = steps[-1]
    closed = [*stairs, (end.coverage, 0.0), (0.0, 0.0)]
    stop = plot.at_x(end.coverage)
    body = [
        f'<path class="area" d="{plot.path(closed)}Z"/>',
        f'<path class="ideal" d="{plot.path(_ideal(end))}"/>',
        f'<path class="curve" d="{plot.path(stairs)}"/>',
    ]
    if end.coverage < 0.995:
        body.append(line("stop", stop, plot.at_y(end.risk), stop, plot.bottom))
        near = end.coverage > 0.4
        body.append(
            text(
                "stopped here",
                stop - 6 if near else stop + 6,
                plot.bottom - 8,
                kind="note",
                anchor="end" if near else "start",
            )
        )
    return body


def _ideal(end: Reached) -> list[Point]:
    """Right answers first: no risk up to their share of all questions, then only wrong ones."""
    right = end.coverage * (1 - end.risk)
    curve: list[Point] = [(0.0, 0.0), (right, 0.0)]
    for share in range(1, 41):
        x = right + (end.coverage - right) * share / 40
        if x > 0:
            curve.append((x, (x - right) / x))
    return curve


def _spot(plot: Plot, at: Reached) -> list[str]:
    x, y = plot.at_x(at.coverage), plot.at_y(at.risk)
    left = at.coverage > 0.45
    label = text(
        "answers only if > t",
        x - 10 if left else x + 10,
        max(y - 12, plot.top),
        kind="name",
        anchor="end" if left else "start",
    )
    return [f'<circle class="spot" cx="{x:.1f}" cy="{y:.1f}" r="5.5"/>', label]


def _spoken(steps: Sequence[Reached], at: Reached | None) -> str:
    if not steps:
        return "No answer states a confidence."
    end = steps[-1]
    sentence = (
        f"Answering all {end.coverage * 100:.0f} % that it answered, "
        f"{end.risk * 100:.1f} % of the answers are wrong."
    )
    if at is None:
        return sentence
    return (
        f"{sentence} Answering only above the target, {at.coverage * 100:.0f} % of the questions, "
        f"{at.risk * 100:.1f} % are wrong."
    )
