"""Rank chart: one line a model, its rank at every target from 0 to 0.99.

The dashed line is "I don't know" to everything. Places are among the models drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.web.charts.frame import BROAD, Plot, Point, Size, columns, fitted, pill, svg, text
from app.web.charts.table import Table
from app.web.charts.tally import Tally
from app.wording import counted

LAST = 0.99
MOST = 30
"""Lines beyond this many would be a thicket; leaders and the best at the target are kept."""
_STEPS = 33
SILENCE = "always “I don’t know”"


@dataclass(frozen=True, slots=True)
class _Run:
    """One line: its model, and its rank (from 0) at every step."""

    name: str
    leads: int
    silent: bool
    places: tuple[int, ...]


def rank_chart(models: Sequence[Tally], *, target: float, size: Size = BROAD) -> Markup:
    """Places over t, marked at `target`; the paper is as high as there are lines."""
    drawn = _chosen(models, target)
    height = 20.0 * (len(drawn) + 1) + 84
    paper = Size(size.name, size.width, height)
    runs = _runs(drawn)
    plot = _plot(paper, len(runs))
    ticks = (0.0, 0.25, 0.5, 0.75, 0.9) if size.name == "wide" else (0.0, 0.25, 0.5, 0.75)
    body = [
        f'<line class="grid" x1="{plot.at_x(t):.1f}" y1="{plot.top:.1f}" x2="{plot.at_x(t):.1f}" '
        f'y2="{plot.bottom:.1f}"/>'
        for t in ticks
    ]
    body += columns(plot, ticks, lambda t: "binary" if t == 0 else f"{t:g}")
    body += [
        _line(plot, run)
        for run in sorted(runs, key=lambda model_run: (model_run.leads > 0, model_run.silent))
    ]
    for run in runs:
        body += _ends(plot, run, paper)
    body.append(pill(plot, min(target, LAST)))
    body.append(
        text(
            "confidence target t",
            (plot.left + plot.right) / 2,
            paper.height - 4,
            anchor="middle",
        )
    )
    says = (
        f"Ranks of {counted(len(drawn), 'model')} and of always abstaining, from binary grading to "
        "t = 0.99."
    )
    return svg(
        paper, name="rank-chart", title="Rank at every target", says=says, body=body, plot=plot
    )


def rank_table(models: Sequence[Tally], *, target: float) -> Table:
    """Each drawn line's place at five targets."""
    runs = _runs(_chosen(models, target))
    at = (0, 0.25, 0.5, 0.75, 0.9)
    steps = [round(t / LAST * _STEPS) for t in at]
    return Table(
        "Rank among the models drawn, always abstaining included, at five targets",
        ("Model", "binary", "t = 0.25", "t = 0.5", "t = 0.75", "t = 0.9"),
        tuple((run.name, *(f"{run.places[step] + 1}" for step in steps)) for run in runs),
    )


def _chosen(models: Sequence[Tally], target: float) -> list[Tally]:
    if len(models) <= MOST:
        return list(models)
    best = sorted(models, key=lambda model: (model.leads == 0, -model.value(target)))[:MOST]
    kept = set(map(id, best))
    return [model for model in models if id(model) in kept]


def _runs(models: Sequence[Tally]) -> list[_Run]:
    """The lines by rank at t = 0; ties keep their order, always abstaining after them."""
    places: list[list[int]] = [[] for _ in range(len(models) + 1)]
    for step in range(_STEPS + 1):
        t = LAST * step / _STEPS
        values = [*(model.value(t) for model in models), 0.0]
        order = sorted(range(len(values)), key=lambda at: -values[at])
        for place, at in enumerate(order):
            places[at].append(place)
    runs = [
        _Run(model.name, model.leads, silent=False, places=tuple(places[at]))
        for at, model in enumerate(models)
    ]
    runs.append(_Run(SILENCE, 0, silent=True, places=tuple(places[-1])))
    return sorted(runs, key=lambda run: run.places[0])


def _plot(size: Size, count: int) -> Plot:
    left, right = (160.0, 160.0) if size.name == "wide" else (104.0, 12.0)
    return Plot(
        left=left,
        top=40,
        right=size.width - right,
        bottom=size.height - 44,
        x=(0, LAST),
        y=(count - 0.5, -0.5),
    )


def _line(plot: Plot, run: _Run) -> str:
    kind = "silence-line" if run.silent else f"line line-{run.leads}" if run.leads else "line"
    return f'<path class="{kind} rank-line" d="{plot.path(_bends(run.places))}"/>'


def _bends(places: Sequence[int]) -> list[Point]:
    """The points at which a line turns; between them it is straight."""
    bends: list[Point] = []
    for step, place in enumerate(places):
        before = places[step - 1] if step else None
        after = places[step + 1] if step + 1 < len(places) else None
        if before is None or after is None or place - before != after - place:
            bends.append((LAST * step / _STEPS, place))
    return bends


def _ends(plot: Plot, run: _Run, size: Size) -> list[str]:
    kind = "name silent" if run.silent else f"name line-{run.leads}" if run.leads else "tick"
    room = plot.left - 14
    start = fitted(run.name if size.name == "wide" or not run.silent else "“don’t know”", room)
    out = [text(start, plot.left - 10, plot.at_y(run.places[0]) + 4, kind=kind, anchor="end")]
    if size.name == "wide":
        end = fitted(run.name, room)
        out.append(text(end, plot.right + 10, plot.at_y(run.places[-1]) + 4, kind=kind))
    return out
