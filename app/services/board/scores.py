"""Scores of all submissions of a board under one view, for ranking.

Plain submissions are scored together from stacked profiles, the others one by one from their
grades. On a hidden benchmark every figure is first rounded to what the public may see.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.scoring.rules import ScoringView
from app.scoring.score import Score
from app.scoring.stack import score_under
from app.services.access.public_view import PublicShares, PublicView, public_score, public_shares
from app.services.state.board_cache import Board
from app.storage.benchmarks import Benchmark


def _no_shares(place: int) -> PublicShares:
    """Raises ValueError: the figures are exact, so that no rounded shares are behind them."""
    raise ValueError(f"the figures of the entry at {place} are exact; they have no public shares")


@dataclass(frozen=True, slots=True)
class Figures:
    """Scores of all entries of a board: `values` to rank by (NaN where undefined), and the whole
    `score` of one entry. `shares` is what the public sees of an entry of a hidden benchmark."""

    values: NDArray[np.float64]
    score: Callable[[int], Score]
    shares: Callable[[int], PublicShares] = _no_shares


def figures_of(board: Board, benchmark: Benchmark, view: ScoringView) -> Figures:
    """Scores every entry of `board` under one rule."""
    if not PublicView.of(benchmark).exact_figures:
        return _public_figures(board, view)
    stacked = board.stack.board_scores(view)
    values = stacked.value.copy()
    scores = {place: score_under(entry, view) for place, entry in board.special.items()}
    for place, score in scores.items():
        values[place] = np.nan if score.value is None else score.value

    def score_at(place: int) -> Score:
        return scores[place] if place in scores else stacked.score(place)

    return Figures(values, score_at)


def _public_figures(board: Board, view: ScoringView) -> Figures:
    shares = [
        public_shares(board.entry(place), target=view.target, mode=view.mode)
        for place in range(len(board.rows))
    ]
    scores = [
        public_score(board.entry(place), shares[place], view) for place in range(len(board.rows))
    ]
    values = np.asarray(
        [np.nan if score.value is None else score.value for score in scores], dtype=np.float64
    )
    return Figures(values, scores.__getitem__, shares.__getitem__)
