"""Rank and score changes between two revisions, at the default view.

Both boards are read now and from the same submissions, so that a new submission moves no other.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from app.scoring.targets import Target
from app.services.board.leaderboard import model_name
from app.services.board.ranking import View, figures_of, order_of
from app.services.board.schemas import Model
from app.services.state.app_state import AppState
from app.services.state.board_cache import Board
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession

SHOWN: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One submission before and after a revision; None where it is not ranked there."""

    submission: str
    owner: str
    model: Model
    rank_before: int | None
    rank_after: int | None
    score_before: float | None
    score_after: float | None

    @property
    def distance(self) -> float:
        """Places between before and after; infinite where it has a place on one side only."""
        if self.rank_before is None or self.rank_after is None:
            return 0.0 if self.rank_before == self.rank_after else float("inf")
        return abs(self.rank_before - self.rank_after)

    @property
    def gain(self) -> float:
        """Points an item gained or lost, in size."""
        return abs((self.score_after or 0.0) - (self.score_before or 0.0))


@dataclass(frozen=True, slots=True)
class Moves:
    """The furthest `SHOWN` of `total` submissions whose place or score is another, of `compared`
    that stand on either board."""

    moved: tuple[Move, ...]
    total: int
    compared: int


def moves_between(
    session: ReadSession, app_state: AppState, before: Benchmark, after: Benchmark
) -> Moves:
    """Compares the board of one revision with the next one's."""
    old = app_state.boards.current(session, app_state.revision_cache, before)
    new = app_state.boards.current(session, app_state.revision_cache, after)
    latest = max((row.created_at for row in old.rows), default=None)
    view = View(target=Target(after.default_target), mode=after.default_mode, as_of=latest)
    left, right = _places(old, before, view), _places(new, after, view)
    rows = {row.public_id: row for row in (*old.rows, *new.rows)}
    nowhere = (None, None)
    moves = [
        Move(
            submission=name,
            owner=rows[name].owner,
            model=model_name(rows[name]),
            rank_before=left.get(name, nowhere)[0],
            rank_after=right.get(name, nowhere)[0],
            score_before=left.get(name, nowhere)[1],
            score_after=right.get(name, nowhere)[1],
        )
        for name in left.keys() | right.keys()
    ]
    moved = [move for move in moves if move.distance or move.score_before != move.score_after]
    moved.sort(key=lambda move: (-move.distance, -move.gain, move.submission))
    return Moves(tuple(moved[:SHOWN]), len(moved), len(moves))


def _places(board: Board, benchmark: Benchmark, view: View) -> dict[str, tuple[int, float]]:
    """Rank and score of every ranked submission by its public id."""
    if view.as_of is None:
        return {}
    figures = figures_of(board, benchmark, view)
    order = order_of(board, benchmark, view, figures, figures)
    scores = np.asarray(figures.values)[order.places] if order.places else ()
    return {
        board.rows[place].public_id: (int(rank), float(score))
        for place, rank, score in zip(order.places, order.ranks, scores, strict=True)
    }
