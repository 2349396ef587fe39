"""Rank chart: one line a model, its rank among all that are ranked, at every target from 0 to 0.99.

The dashed line is "I don't know" to everything, between those that score at least 0 and the others.
Of many models some are drawn; the axis is that of all of them, logarithmic where they are many.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from markupsafe import Markup

from app.scoring.comparison.ranks import competition_ranks
from app.web.charts.frame import (
    BROAD,
    Plot,
    Point,
    Size,
    columns,
    fitted,
    line,
    linked,
    pill,
    svg,
    text,
)
from app.web.charts.table import Table
from app.web.charts.tally import Tally
from app.web.rendering.format import ordinal
from app.wording import counted

STEPS: Final = tuple(step / 100 for step in range(100))
"""The targets at which ranks are known: those of the dial."""
LAST: Final = STEPS[-1]
MOST: Final = 30
"""More lines cannot be told apart; leaders and the best at the target are kept. Of more
models than this the axis is logarithmic."""
SILENCE: Final = "always “I don’t know”"
_GAP: Final = 15.0
"""How far apart two names stand at least."""


@dataclass(frozen=True, slots=True)
class Ranks:
    """Ranks at every step: of each model drawn (0 where it has none), how many models score at
    least 0 (`above`), and of how many models."""

    of_models: tuple[tuple[int, ...], ...]
    above: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class _Run:
    """One line: its model, and its place on the axis at every step, None where it has none."""

    name: str
    leads: int
    silent: bool
    places: tuple[float | None, ...]
    href: str


def ranks_among(models: Sequence[Tally]) -> Ranks:
    """The ranks of models that are all drawn. Values that differ by rounding alone are equal."""
    values = np.asarray([[round(one.value(t), 12) for t in STEPS] for one in models])
    values = values.reshape(len(models), len(STEPS))
    ranks = np.stack([competition_ranks(column) for column in values.T], axis=1)
    above = np.count_nonzero(values >= 0, axis=0)
    return Ranks(tuple(map(tuple, ranks.tolist())), tuple(above.tolist()), len(models))


def rank_chart(
    models: Sequence[Tally], *, target: float, size: Size = BROAD, ranks: Ranks | None = None
) -> Markup:
    """Ranks over t, marked at `target`; the paper is as high as there are lines. `ranks` are those
    of `models`, among all that are ranked; without it they are all."""
    known = ranks_among(models) if ranks is None else ranks
    runs = _runs(models, known, target)
    paper = Size(size.name, size.width, 20.0 * len(runs) + 84)
    plot = _plot(paper, known.total)
    ticks = (0.0, 0.25, 0.5, 0.75, 0.9) if size.name == "wide" else (0.0, 0.25, 0.5, 0.75)
    body = [line("grid", plot.at_x(t), plot.top, plot.at_x(t), plot.bottom) for t in ticks]
    body += columns(plot, ticks, lambda t: "binary" if t == 0 else f"{t:g}")
    body += _rank_axis(plot, known.total)
    ordered = sorted(runs, key=lambda run: (run.leads > 0, run.silent))
    body += [_line(plot, run, target, known.total) for run in ordered]
    body += _names(plot, runs, paper, known.total)
    body.append(pill(plot, min(target, LAST)))
    drawn = len(runs) - 1
    among = f"rank among all {known.total:,} models"
    if drawn < known.total:
        among += f", {drawn:,} of them drawn"
    body.append(text(among, 2, 14))
    middle = (plot.left + plot.right) / 2
    body.append(text("confidence target t", middle, paper.height - 4, anchor="middle"))
    says = (
        f"Ranks of {counted(drawn, 'model')} among all {known.total:,} and of always abstaining, "
        "from binary grading to t = 0.99."
    )
    return svg(
        paper, name="rank-chart", title="Rank at every target", says=says, body=body, plot=plot
    )


def rank_table(models: Sequence[Tally], *, target: float, ranks: Ranks | None = None) -> Table:
    """Each drawn line's rank at five targets; for always abstaining, how many score at least 0."""
    known = ranks_among(models) if ranks is None else ranks
    at = (0, 25, 50, 75, 90)
    rows = []
    for run in _runs(models, known, target):
        if run.silent:
            counts = (f"{known.above[step]}" for step in at)
            rows.append((f"{SILENCE}: so many score at least 0", *counts))
        else:
            rows.append((run.name, *(_spelled(run.places[step]) for step in at)))
    drawn = len(rows) - 1
    of = f", of {drawn:,} models" if drawn < known.total else ""
    return Table(
        f"Rank among all {known.total:,} models at five targets{of}",
        ("Model", "binary", "t = 0.25", "t = 0.5", "t = 0.75", "t = 0.9"),
        tuple(rows),
    )


def _spelled(place: float | None) -> str:
    return "–" if place is None else f"{place:.0f}"


def _runs(models: Sequence[Tally], ranks: Ranks, target: float) -> list[_Run]:
    """The lines by rank at t = 0, always abstaining among them; of too many models those that lead
    somewhere and the best at the target."""
    now = min(round(target * 100), len(STEPS) - 1)
    pairs = list(zip(models, ranks.of_models, strict=True))
    if len(pairs) > MOST:
        best = sorted(pairs, key=lambda pair: (pair[0].leads == 0, pair[1][now] or math.inf))
        kept = {id(model) for model, _ in best[:MOST]}
        pairs = [pair for pair in pairs if id(pair[0]) in kept]
    runs = [
        _Run(model.name, model.leads, False, tuple(map(_place, places)), model.href)
        for model, places in pairs
    ]
    runs.append(_Run(SILENCE, 0, True, tuple(count + 0.5 for count in ranks.above), ""))
    return sorted(runs, key=lambda run: math.inf if run.places[0] is None else run.places[0])


def _place(rank: int) -> float | None:
    return float(rank) if rank else None


def _logarithmic(total: int) -> bool:
    return total > MOST


def _plot(size: Size, total: int) -> Plot:
    left, right = (168.0, 168.0) if size.name == "wide" else (112.0, 12.0)
    ends = (math.log(total + 1), math.log(0.5)) if _logarithmic(total) else (total + 0.75, 0.25)
    return Plot(
        left=left,
        top=44,
        right=size.width - right,
        bottom=size.height - 44,
        x=(0, LAST),
        y=ends,
    )


def _upward(plot: Plot, place: float, total: int) -> float:
    return plot.at_y(math.log(place) if _logarithmic(total) else place)


def _rank_axis(plot: Plot, total: int) -> list[str]:
    """Lines across at ranks, labelled inside the box: outside stand the names."""
    if _logarithmic(total):
        ticks = [f * 10**p for p in range(7) for f in (1, 2, 5) if f * 10**p <= total]
    else:
        step = 5 if total > 6 else 1
        ticks = [rank for rank in range(1, total + 1) if rank == 1 or rank % step == 0]
    out = []
    for rank in ticks:
        y = _upward(plot, rank, total)
        out.append(line("grid", plot.left, y, plot.right, y))
        out.append(text(f"{rank}", plot.left + 4, y - 3, kind="tick halo rank-tick"))
    return out


def _line(plot: Plot, run: _Run, target: float, total: int) -> str:
    kind = "silence-line" if run.silent else f"line line-{run.leads}" if run.leads else "line"
    pieces = "".join(
        "M" + "L".join(f"{plot.at_x(x):.1f} {_upward(plot, y, total):.1f}" for x, y in piece)
        for piece in _pieces(run.places)
    )
    mark = f'<path class="{kind} rank-line" d="{pieces}"/>'
    if run.silent:
        return linked(mark, "", SILENCE)
    now = run.places[min(round(target * 100), len(STEPS) - 1)]
    where = "not ranked" if now is None else ordinal(int(now))
    return linked(mark, run.href, f"{run.name}: {where} at t = {target:g}")


def _pieces(places: Sequence[float | None]) -> list[list[Point]]:
    """Unbroken stretches of a line, each as the points at which it turns."""
    pieces: list[list[Point]] = []
    for step, place in enumerate(places):
        if place is None:
            continue
        before = places[step - 1] if step else None
        after = places[step + 1] if step + 1 < len(places) else None
        if before is None:
            pieces.append([])
        if before is None or after is None or before != place or after != place:
            pieces[-1].append((STEPS[step], place))
    return pieces


def _names(plot: Plot, runs: Sequence[_Run], size: Size, total: int) -> list[str]:
    """Names with their ranks at both ends of the lines, moved apart where they would overlap."""
    out = _at_end(plot, runs, size, total, step=0)
    return out + _at_end(plot, runs, size, total, step=-1) if size.name == "wide" else out


def _at_end(plot: Plot, runs: Sequence[_Run], size: Size, total: int, *, step: int) -> list[str]:
    shown = sorted(
        ((place, run) for run in runs if (place := run.places[step]) is not None),
        key=lambda pair: pair[0],
    )
    ends = [_upward(plot, place, total) for place, _ in shown]
    out = []
    for (place, run), end, y in zip(shown, ends, _apart(ends, plot), strict=True):
        kind = "name silent" if run.silent else f"name line-{run.leads}" if run.leads else "tick"
        number = "" if run.silent else f"{place:.0f}"
        room = plot.left - 26 - 7.3 * len(number)
        name = "“don’t know”" if run.silent and size.name == "narrow" else run.name
        edge, out_by, anchor = (plot.left, -1, "end") if step == 0 else (plot.right, 1, "start")
        label = f"{fitted(name, room)} {number}" if step == 0 else f"{number} {fitted(name, room)}"
        spot = text(label.strip(), edge + 16 * out_by, y + 4, kind=kind, anchor=anchor)  # type: ignore[arg-type]
        out.append(linked(spot, run.href, ""))
        out.append(line("grid", edge + 2 * out_by, end, edge + 13 * out_by, y))
    return out


def _apart(ends: Sequence[float], plot: Plot) -> list[float]:
    """Places of names by rising y, each as near to its line as the others leave room for."""
    out: list[float] = []
    for end in ends:
        out.append(max(end, out[-1] + _GAP) if out else end)
    floor = plot.bottom + 6
    for at in reversed(range(len(out))):
        out[at] = min(out[at], floor)
        floor = out[at] - _GAP
    return out
