"""Threshold sweep: scores of every model of a board at each target of the grid (step 0.01).

A board at one target is `leaderboard`; this is what lies between the targets: who leads where, the
lines of a chart, and the counts from which a browser scores any step by itself.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.scoring import assess as assessing
from app.scoring.rules import BINARY_VIEW, Mode
from app.scoring.targets import CONFIDENCE_UNITS, Target
from app.services.access.public_view import STEPS as THOUSANDTHS
from app.services.access.public_view import PublicView, public_shares
from app.services.board.ranking import BINARY, Order, View, figures_of, order_of
from app.services.state.board_cache import UNSTATED, Board
from app.services.state.locked_cache import LockedCache
from app.services.state.results import Sweep, Tallies
from app.storage.benchmarks import Benchmark

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TARGETS: Final = tuple(Target(step * 100) for step in range(100))
"""The steps of the dial: 0, 0.01, … 0.99."""


@dataclass(frozen=True, slots=True)
class Field:
    """All ranked submissions of one view, best first; input of the summary sentence."""

    places: tuple[int, ...]
    ranks: Ints
    accuracy_ranks: Ints
    values: Floats


def field_of(board: Board, benchmark: Benchmark, view: View) -> Field:
    """Everybody's rank and score under a view."""
    order, values = _order(board, benchmark, view)
    return Field(
        tuple(order.places),
        order.ranks,
        order.accuracy_ranks,
        values[np.asarray(order.places, int)],
    )


def _order(board: Board, benchmark: Benchmark, view: View) -> tuple[Order, Floats]:
    figures = figures_of(board, benchmark, view)
    binary = figures_of(board, benchmark, BINARY_VIEW)
    return order_of(board, benchmark, view, figures, binary), figures.values


def tallies_at(board: Board, benchmark: Benchmark, target: Target, mode: Mode) -> Tallies:
    """Right and wrong of every place at one target."""
    if not PublicView.of(benchmark).exact_figures:
        shown = [
            public_shares(board.entry(place), target=target, mode=mode)
            for place in range(len(board.rows))
        ]
        right = np.asarray([share.correct for share in shown], dtype=np.float64)
        wrong = np.asarray([share.wrong for share in shown], dtype=np.float64)
        return Tallies(right, wrong, np.full(len(shown), float(THOUSANDTHS)))
    stack = board.stack
    counted = stack.attempted(target, mode)
    right, wrong = (counts.astype(np.float64) for counts in counted)
    graded = stack.total("correct") + stack.total("wrong")
    graded = graded + stack.total("abstained") + stack.total("missing")
    whole = graded.astype(np.float64)
    for place, entry in board.special.items():
        right[place], wrong[place] = assessing.attempted_shares(entry, target, mode)
        whole[place] = 1.0
    return Tallies(right, wrong, whole)


def sweep_of(board: Board, benchmark: Benchmark, view: View) -> Sweep:
    """The board of `view` at all of TARGETS in the view's mode.

    On a hidden benchmark declared mode only: the fixed targets of the other make no line.
    """
    declared = view.mode == "declared"
    if declared:
        once = tallies_at(board, benchmark, BINARY, "declared")
        tallies = (once,) * len(TARGETS)
    else:
        tallies = tuple(tallies_at(board, benchmark, at, view.mode) for at in TARGETS)
    exact = not PublicView.of(benchmark).exact_figures or not board.special
    places = _places(board, benchmark, view)
    leaders = tuple(_leader(places[:, step], at, step) for step, at in enumerate(tallies))
    return Sweep(places, tallies, exact, leaders)


def _leader(places: Ints, tallies: Tallies, step: int) -> int:
    held = np.flatnonzero(places >= 0)
    scores = tallies.scores(TARGETS[step])[places[held]]
    if not np.any(scores > 0):
        return -1
    return int(held[np.nanargmax(scores)])


def _places(board: Board, benchmark: Benchmark, view: View) -> Ints:
    """Which submission of each model counts at each step; asked anew only where that can change."""
    columns: list[list[int]] = []
    moments = _moments(board)
    exact_figures = PublicView.of(benchmark).exact_figures
    for step, target in enumerate(TARGETS):
        if columns and step not in moments:
            columns.append(columns[-1])
            continue
        asked = View(
            rule="target" if exact_figures or target.units else "binary",
            target=target,
            mode="declared",
            tags=view.tags,
            as_of=view.as_of,
        )
        order, _ = _order(board, benchmark, asked)
        columns.append(sorted(order.places))
    models = sorted(
        {
            board.rows[place].model.id: place for column in columns for place in reversed(column)
        }.items(),
        key=lambda known: known[1],
    )
    number = {model: at for at, (model, _) in enumerate(models)}
    out = np.full((len(models), len(TARGETS)), -1, dtype=np.int64)
    for step, column in enumerate(columns):
        for place in column:
            out[number[board.rows[place].model.id], step] = place
    return out


def _moments(board: Board) -> set[int]:
    """Steps at which another stated target may fit better than at the step before."""
    step = CONFIDENCE_UNITS // len(TARGETS)
    stated = {int(units) for units in board.facts.stated if units != UNSTATED}
    at = {-(-units // step) for units in stated} | {units // step + 1 for units in stated}
    return {0} | at


def sweep_for(cache: LockedCache[Sweep], board: Board, benchmark: Benchmark, view: View) -> Sweep:
    """The sweep of a board at its version, from `cache` or computed and kept there."""
    key = (
        benchmark.revision_id, board.version, benchmark.ranking,
        view.category, view.mode, view.tags, view.as_of,
    )  # fmt: skip
    sweep = cache.get(key)
    if sweep is None:
        sweep = cache.put(key, sweep_of(board, benchmark, view))
    return sweep
