"""The order of a board: which submissions are ranked under a view, in which places, and why the
others are not."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from app.scoring.ranks import competition_ranks
from app.scoring.rules import Mode, Rule
from app.scoring.targets import Target
from app.services.boards import Board
from app.services.figures import Figures, figures_of
from app.storage.benchmarks import Benchmark
from app.storage.gradings import BoardRow

BINARY: Final = Target(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a reader asked of a board: `limit` rows from `offset`, ranked by `rule`.

    `ranges` says which rank ranges may be computed for it: the `usual` ones, those of the rules and
    targets that every board has, or with `compute` those of this very view too.
    """

    rule: Rule = "target"
    target: Target
    mode: Mode
    category: str | None = None
    tags: tuple[str, ...] = ()
    as_of: datetime | None = None
    ranges: Literal["usual", "compute"] = "usual"
    limit: int = 100
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """The places that are ranked, best first, with their ranks by the rule and by accuracy."""

    places: list[int]
    ranks: NDArray[np.int64]
    accuracy_ranks: NDArray[np.int64]
    unranked: list[tuple[int, str]]


def order_of(
    board: Board, benchmark: Benchmark, view: View, figures: Figures, binary: Figures
) -> Order:
    """Ranks what may be ranked, by the figures of the view's rule and by those of accuracy."""
    eligible, unranked = _eligible(board, benchmark, view)
    chosen, passed_over = _counting_attempts(board, benchmark, view, eligible)
    unranked += passed_over
    undefined = [place for place in chosen if np.isnan(figures.values[place])]
    unranked += [(place, figures.score(place).reason or "undefined") for place in undefined]
    places = np.asarray([p for p in chosen if not np.isnan(figures.values[p])], dtype=np.int64)
    ranks = competition_ranks(figures.values[places])
    accuracy_ranks = competition_ranks(binary.values[places])
    # Inside a tie by order of submission, which is the order of places.
    best_first = np.lexsort((places, ranks))
    return Order(
        places[best_first].tolist(), ranks[best_first], accuracy_ranks[best_first], unranked
    )


def _eligible(
    board: Board, benchmark: Benchmark, view: View
) -> tuple[list[int], list[tuple[int, str]]]:
    """Places that may be ranked, and the others with why not. Filters leave no trace."""
    eligible: list[int] = []
    unranked: list[tuple[int, str]] = []
    slots = board.frame.n_items
    for place, row in enumerate(board.rows):
        if view.as_of is not None and row.created_at > view.as_of:
            continue
        if not set(view.tags) <= set(row.model.tags):
            continue
        reason = _reason(row, benchmark, n_slots=slots * row.samples, board=board, place=place)
        if reason is None:
            eligible.append(place)
        else:
            unranked.append((place, reason))
    return eligible, unranked


def _reason(
    row: BoardRow, benchmark: Benchmark, *, n_slots: int, board: Board, place: int
) -> str | None:
    if row.withdrawn:
        return "withdrawn"
    if row.superseded:
        return "superseded"
    if int(board.stack.total("missing")[place]) > benchmark.missing_limit * n_slots:
        return "missing"
    if int(board.stack.total("ungraded")[place]) > benchmark.ungraded_limit * n_slots:
        return "ungraded"
    return None


def series_of(row: BoardRow) -> tuple[int, int | None]:
    """Attempts are numbered per model and stated target."""
    return row.model.id, row.stated_target


def attempts_of(rows: list[BoardRow]) -> dict[tuple[int, int | None], int]:
    """How many attempts each series has."""
    counted: dict[tuple[int, int | None], int] = defaultdict(int)
    for row in rows:
        counted[series_of(row)] += 1
    return counted


def counting_series(board: Board, benchmark: Benchmark, view: View) -> dict[int, dict[int, int]]:
    """The place of the attempt that counts, by model and stated target; unstated ones left out."""
    eligible, _ = _eligible(board, benchmark, view)
    pick = _picker(board, benchmark)
    return {
        model: {units: pick(places) for units, places in series.items() if units is not None}
        for model, series in _by_series(board, eligible).items()
    }


def _by_series(board: Board, places: list[int]) -> dict[int, dict[int | None, list[int]]]:
    by_model: dict[int, dict[int | None, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place in places:
        row = board.rows[place]
        by_model[row.model.id][row.stated_target].append(place)
    return by_model


def _counting_attempts(
    board: Board, benchmark: Benchmark, view: View, eligible: list[int]
) -> tuple[list[int], list[tuple[int, str]]]:
    """One submission a model: the stated target that fits, then the attempt that counts."""
    pick = _picker(board, benchmark)
    chosen: list[int] = []
    passed_over: list[tuple[int, str]] = []
    for series in _by_series(board, eligible).values():
        stated = _fitting_target(set(series), view.target.units)
        best = pick(series[stated])
        chosen.append(best)
        for target, places in series.items():
            reason = "attempt" if target == stated else "stated-target"
            passed_over += [(place, reason) for place in places if place != best]
    return sorted(chosen), passed_over


def _fitting_target(stated: set[int | None], target: int) -> int | None:
    """The stated target equal to t, else the unstated one, else the nearest below, else above."""
    if target in stated or None in stated:
        return target if target in stated else None
    known = sorted(units for units in stated if units is not None)
    below = [units for units in known if units < target]
    return below[-1] if below else known[0]


def _picker(board: Board, benchmark: Benchmark) -> Callable[[list[int]], int]:
    """Which of a model's attempts counts; places are in order of submission."""
    if benchmark.ranked_attempt == "first":
        return min
    if benchmark.ranked_attempt == "latest":
        return max
    default = figures_of(
        board,
        benchmark,
        rule="target",
        target=Target(benchmark.default_target),
        mode=benchmark.default_mode,
    )
    return lambda places: max(places, key=lambda place: (default.values[place], -place))
