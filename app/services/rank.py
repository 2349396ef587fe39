"""Rank: the leaderboard, from the grades of every submission to places on a page."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.scoring.ranks import competition_ranks
from app.scoring.rules import Mode, Rule
from app.scoring.targets import Target
from app.services.board import Leaderboard, Reference, Unranked
from app.services.boards import Board, Boards
from app.services.figures import Figures, figures_of
from app.services.public import check_public_view
from app.services.sheets import AnswerSheets
from app.services.standings import model_name, standing_at
from app.storage.benchmarks import Benchmark
from app.storage.gradings import BoardRow
from app.storage.session import ReadSession
from app.storage.submissions import Submission

BINARY: Final = Target(0)
UNRANKED_SHOWN: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a reader asked of a board: `limit` rows from `offset`, ranked by `rule`."""

    rule: Rule = "target"
    target: Target
    mode: Mode
    category: str | None = None
    tags: tuple[str, ...] = ()
    as_of: datetime | None = None
    limit: int = 100
    offset: int = 0


@dataclass(frozen=True, slots=True)
class _Order:
    """The places that are ranked, best first, with their ranks by the rule and by accuracy."""

    places: list[int]
    ranks: NDArray[np.int64]
    accuracy_ranks: NDArray[np.int64]
    unranked: list[tuple[int, str]]


def leaderboard(
    session: ReadSession,
    boards: Boards,
    sheets: AnswerSheets,
    benchmark: Benchmark,
    view: View,
) -> Leaderboard:
    """The board of `benchmark` (at its named revision) as `view` asks for it.

    Raises `not-found` (category), `invalid-request` or `hidden-gold` (a view that a hidden
    benchmark does not show).
    """
    check_public_view(benchmark, rule=view.rule, target=view.target, mode=view.mode)
    board = boards.current(session, sheets, benchmark, category=view.category)
    figures = figures_of(board, benchmark, rule=view.rule, target=view.target, mode=view.mode)
    binary = figures_of(board, benchmark, rule="binary", target=BINARY, mode="declared")
    order = _order(board, benchmark, view, figures, binary)
    attempts = _attempts(board.rows)
    shown = range(view.offset, min(view.offset + view.limit, len(order.places)))
    standings = tuple(
        standing_at(
            board,
            benchmark,
            order.places[at],
            figures=figures,
            binary=binary,
            target=view.target,
            mode=view.mode,
            rank=int(order.ranks[at]),
            accuracy_rank=int(order.accuracy_ranks[at]),
            attempts=attempts[_series(board.rows[order.places[at]])],
        )
        for at in shown
    )
    return Leaderboard(
        benchmark=benchmark.slug,
        title=benchmark.title,
        demo=benchmark.demo,
        hidden=benchmark.mode == "hidden",
        revision=benchmark.revision,
        version=board.version,
        rule=view.rule,
        target=view.target.value if view.rule in {"target", "binary"} else None,
        penalty=view.target.penalty if view.rule in {"target", "binary"} else None,
        mode=view.mode,
        n_items=board.frame.n_items,
        ranked_attempt=benchmark.ranked_attempt,
        standings=standings,
        references=_references(view, binary, order.places),
        unranked=_unranked(board, order.unranked, figures),
        total=len(order.places),
        category=view.category,
        tags=view.tags,
        all_tags=tuple(sorted({tag for row in board.rows for tag in row.model.tags})),
    )


def standing_of(
    session: ReadSession,
    boards: Boards,
    sheets: AnswerSheets,
    benchmark: Benchmark,
    submission: Submission,
) -> int | None:
    """The rank of one submission at the benchmark's default view; None where it has no place."""
    view = View(target=Target(benchmark.default_target), mode=benchmark.default_mode)
    # The benchmark was read before the submission was stored: ask for the board that shows it.
    seen = replace(benchmark, version=max(benchmark.version, submission.changed))
    board = boards.current(session, sheets, seen)
    figures = figures_of(board, benchmark, rule="target", target=view.target, mode=view.mode)
    order = _order(board, benchmark, view, figures, figures)
    for at, place in enumerate(order.places):
        if board.rows[place].submission_id == submission.id:
            return int(order.ranks[at])
    return None


def _order(
    board: Board, benchmark: Benchmark, view: View, figures: Figures, binary: Figures
) -> _Order:
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
    return _Order(
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


def _series(row: BoardRow) -> tuple[int, int | None]:
    """Attempts are numbered per model and stated target."""
    return row.model.id, row.stated_target


def _attempts(rows: list[BoardRow]) -> dict[tuple[int, int | None], int]:
    counted: dict[tuple[int, int | None], int] = defaultdict(int)
    for row in rows:
        counted[_series(row)] += 1
    return counted


def _counting_attempts(
    board: Board, benchmark: Benchmark, view: View, eligible: list[int]
) -> tuple[list[int], list[tuple[int, str]]]:
    """One submission a model: the stated target that fits, then the attempt that counts."""
    by_model: dict[int, dict[int | None, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place in eligible:
        row = board.rows[place]
        by_model[row.model.id][row.stated_target].append(place)
    pick = _picker(board, benchmark)
    chosen: list[int] = []
    passed_over: list[tuple[int, str]] = []
    for series in by_model.values():
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


def _references(view: View, binary: Figures, places: list[int]) -> tuple[Reference, ...]:
    """Silence, and the binary leader made to answer everything: A - L (1 - A)."""
    silence = Reference("always-abstain", 0.0)
    if view.rule not in {"target", "binary"}:
        return (silence,)
    if not places:
        return (silence, Reference("always-answer", None, "no-standings"))
    accuracy = float(np.max(binary.values[places]))
    answered = accuracy - view.target.penalty * (1 - accuracy)
    return (silence, Reference("always-answer", answered))


def _unranked(
    board: Board, unranked: list[tuple[int, str]], figures: Figures
) -> tuple[Unranked, ...]:
    latest_first = sorted(unranked, reverse=True)[:UNRANKED_SHOWN]
    return tuple(
        Unranked(
            submission=board.rows[place].public_id,
            reason=reason,
            owner=board.rows[place].owner,
            model=model_name(board.rows[place]),
            score=figures.score(place) if reason in {"missing", "ungraded"} else None,
        )
        for place, reason in latest_first
    )
