"""The models drawn on a board's charts and ribbon, with their hues.

Those that lead at some target have a number and a hue (seven at most). Of many models the lines of
all that lead, of the first twenty and of the picked ones are drawn, and the dots of all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from app.http.urls import url
from app.scoring.comparison.ranks import competition_ranks
from app.scoring.rules import value_of
from app.services.board.ranking import View
from app.services.board.threshold_sweep import TARGETS, Field
from app.services.state.board_cache import Board
from app.services.state.results import Sweep, Tallies
from app.web.board.ribbon import Segment, segments
from app.web.charts import Tally
from app.web.charts.rank import Ranks

HUES: Final = 7
ALL_DRAWN: Final = 50
"""Up to so many models all are drawn."""
FIRST: Final = 20


@dataclass(frozen=True, slots=True)
class Lines:
    """`tallies` are the lines of the charts, best first, `dots` all models; `ranks` are those of
    `tallies` at every step; `leads` numbers leaders by submission; the ribbon."""

    tallies: list[Tally]
    dots: list[Tally]
    ranks: Ranks | None
    leads: dict[str, int]
    segments: list[Segment]


def hues_of(sweep: Sweep) -> dict[int, int]:
    """The numbers of those that lead at some step, in order of the steps."""
    numbers: dict[int, int] = {}
    for leader in sweep.leaders:
        if leader >= 0 and leader not in numbers and len(numbers) < HUES:
            numbers[leader] = len(numbers) + 1
    return numbers


def ribbon_of(board: Board, sweep: Sweep) -> list[Segment]:
    """Who leads at each step."""
    names = [board.rows[int(row.max())].model.name for row in sweep.indices]
    return segments(sweep.leaders, names, hues_of(sweep))


def lines_of(
    board: Board,
    field: Field,
    sweep: Sweep | None,
    tallies: Tallies,
    *,
    view: View,
    picked: Sequence[str],
    query: str = "",
) -> Lines:
    """Who is drawn, from all that is ranked; `tallies` are those of the view's target and mode.
    Marks link to submissions with `query`."""
    model_of = {} if sweep is None else {
        int(place): model for model, row in enumerate(sweep.indices) for place in set(row.tolist())
    }  # fmt: skip
    numbers: dict[int, int] = {}
    segments_of_board: list[Segment] = []
    if sweep is not None and len(sweep.indices):
        numbers = hues_of(sweep)
        segments_of_board = ribbon_of(board, sweep)
    number_of = {place: numbers.get(model_of.get(place, -1), 0) for place in field.places}
    with np.errstate(invalid="ignore", divide="ignore"):
        right, wrong = tallies.right / tallies.whole, tallies.wrong / tallies.whole
    leaders = set() if sweep is None else set(sweep.leaders)
    dots = {
        index: Tally(
            board.rows[index].model.name,
            float(right[index]),
            float(wrong[index]),
            number_of[index],
            href=url(f"/submissions/{board.rows[index].public_id}?{query}"),
        )
        for index in field.places
    }
    drawn = [
        index
        for at, index in enumerate(field.places)
        if len(field.places) <= ALL_DRAWN
        or at < FIRST
        or model_of.get(index, -1) in leaders
        or board.rows[index].public_id in picked
    ]
    leads = {board.rows[index].public_id: number for index, number in number_of.items() if number}
    return Lines(
        [replace(dots[index], curve=_curve(sweep, model_of.get(index), view)) for index in drawn],
        list(dots.values()),
        None if sweep is None else _ranks(sweep, [model_of.get(index, -1) for index in drawn]),
        leads,
        segments_of_board,
    )


def _ranks(sweep: Sweep, models: Sequence[int]) -> Ranks:
    """The ranks of some models among all, at every step, as the board ranks them there."""
    ranks, above = [], []
    for step, target in enumerate(TARGETS):
        at = sweep.indices[:, step]
        scores = np.where(at >= 0, sweep.tallies[step].scores(target)[at], np.nan)
        # One more, for a model that has no column of its own.
        ranks.append([*competition_ranks(scores).tolist(), 0])
        above.append(int(np.count_nonzero(scores >= 0)))
    of_models = tuple(tuple(column[model] for column in ranks) for model in models)
    return Ranks(of_models, tuple(above), len(sweep.indices))


def _curve(sweep: Sweep | None, model: int | None, view: View) -> tuple[tuple[float, float], ...]:
    """(t, (1 - t) S_t) where the line turns: between two changes of what is answered it is
    straight. Empty where all of it is: unless the model answers by confidence, or has runs for
    several targets."""
    if sweep is None or model is None:
        return ()
    if view.mode == "declared" and len(set(sweep.indices[model].tolist())) == 1:
        return ()
    points: list[tuple[float, float]] = []
    counted: list[tuple[float, float]] = []
    for step, target in enumerate(TARGETS):
        place = int(sweep.indices[model, step])
        if place < 0:
            continue
        tallies = sweep.tallies[step]
        right = float(tallies.right[place] / tallies.whole[place])
        wrong = float(tallies.wrong[place] / tallies.whole[place])
        point = (target.value, value_of(right, wrong, target.value))
        if len(counted) > 1 and counted[-1] == counted[-2] == (right, wrong):
            points[-1] = point
        else:
            points.append(point)
        counted.append((right, wrong))
    return tuple(points)
