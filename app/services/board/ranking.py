"""The order of a board: the ranked submissions of a view, and why others are unranked.

Scores of all submissions of a board under one view, for ranking.

Plain submissions are scored together from stacked profiles, the others one by one from their
grades. On a hidden benchmark every figure is first rounded to what the public may see.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray

from app.scoring.comparison.ranks import competition_ranks
from app.scoring.rules import ScoringView
from app.scoring.score import Score
from app.scoring.stack import score_under
from app.scoring.targets import CONFIDENCE_UNITS, Target
from app.services.access.public_view import PublicShares, PublicView, public_score, public_shares
from app.services.state.board_cache import UNSTATED, Board, microseconds
from app.storage.benchmarks import Benchmark


def _no_shares(place: int) -> PublicShares:
    """Raises ValueError: the figures are exact, so that no rounded shares are behind them."""
    raise ValueError(f"the figures of the entry at {place} are exact; they have no public shares")


@dataclass(frozen=True, slots=True)
class Figures:
    """Scores of all entries of a board: `values` to rank by (NaN where undefined), and the whole
    `score` of one entry. `sides` are 1 where the interval of an entry's score lies above zero, -1
    where below, 0 where it holds zero. `shares` is what the public sees of an entry of a hidden
    benchmark."""

    values: NDArray[np.float64]
    sides: NDArray[np.int64]
    score: Callable[[int], Score]
    shares: Callable[[int], PublicShares] = _no_shares


def figures_of(board: Board, benchmark: Benchmark, view: ScoringView) -> Figures:
    """Scores every entry of `board` under one rule."""
    if not PublicView.of(benchmark).exact_figures:
        return _public_figures(board, view)
    stacked = board.stack.board_scores(view)
    values, sides = stacked.value.copy(), stacked.sides.copy()
    scores = {place: score_under(entry, view) for place, entry in board.special.items()}
    for place, score in scores.items():
        values[place] = np.nan if score.value is None else score.value
        sides[place] = score.side

    def score_at(place: int) -> Score:
        return scores[place] if place in scores else stacked.score(place)

    return Figures(values, sides, score_at)


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
    sides = np.asarray([score.side for score in scores], dtype=np.int64)
    return Figures(values, sides, scores.__getitem__, shares.__getitem__)


BINARY: Final = Target(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class View(ScoringView):
    """The query of a board: `limit` rows from `offset`, ranked by `rule`.

    `ranges` says which rank ranges may be computed for it: the `usual` ones, those of the rules and
    targets that every board has, or with `compute` those of this very view too.
    """

    category: str | None = None
    tags: tuple[str, ...] = ()
    as_of: datetime | None = None
    ranges: Literal["usual", "compute"] = "usual"
    limit: int = 100
    offset: int = 0

    @classmethod
    def of(cls, scoring: ScoringView, **more: Any) -> Self:
        """The board scored so; `more` are the other fields."""
        return cls(rule=scoring.rule, target=scoring.target, mode=scoring.mode, **more)


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
    seen = _within(board, view)
    why = np.where(seen, barred(board, benchmark), _UNSEEN)
    candidates = np.flatnonzero(why == 0)
    chosen = _counting(board, benchmark, view.target, candidates, why)
    defined = ~np.isnan(figures.values[chosen])
    undefined, places = chosen[~defined], chosen[defined]
    ranks = competition_ranks(figures.values[places])
    accuracy_ranks = competition_ranks(binary.values[places])
    # Inside a tie by order of submission, which is the order of places.
    best_first = np.lexsort((places, ranks))
    passed_over = np.flatnonzero(why > 0)
    unranked = [
        (place, _REASONS[code])
        for place, code in zip(passed_over.tolist(), why[passed_over].tolist(), strict=True)
    ]
    unranked += [
        (place, figures.score(place).reason or "undefined") for place in undefined.tolist()
    ]
    return Order(
        places[best_first].tolist(), ranks[best_first], accuracy_ranks[best_first], unranked
    )


def counting_series(board: Board, benchmark: Benchmark) -> dict[int, dict[Target, int]]:
    """The place of the attempt that counts, by model and stated target; unstated ones left out."""
    facts = board.facts
    may = np.flatnonzero((barred(board, benchmark) == 0) & (facts.stated != UNSTATED))
    order = may[
        np.lexsort((_preference(board, benchmark, may), facts.stated[may], facts.model[may]))
    ]
    series: dict[int, dict[Target, int]] = defaultdict(dict)
    for place, model, stated in zip(
        order.tolist(), facts.model[order].tolist(), facts.stated[order].tolist(), strict=True
    ):
        series[model].setdefault(Target.of_confidence(stated), place)
    return series


def attempts_of(board: Board, place: int) -> int:
    """How many attempts the model has made at the stated target of the submission at `place`."""
    facts = board.facts
    alike = (facts.model == facts.model[place]) & (facts.stated == facts.stated[place])
    return int(np.count_nonzero(alike))


_REASONS: Final = (
    "",
    "erased",
    "withdrawn",
    "superseded",
    "missing",
    "ungraded",
    "attempt",
    "stated-target",
)
"""Why a submission has no place, by code; 0 bars nothing. Others are reasons of its score."""

_UNSEEN: Final = -1
"""The code of what a filter leaves out: filters leave no trace."""


def _within(board: Board, view: View) -> NDArray[np.bool_]:
    """The entries that pass the view's filters."""
    seen = np.ones(len(board.rows), dtype=np.bool_)
    if view.as_of is not None:
        seen &= board.facts.created <= microseconds(view.as_of)
    if view.tags:
        wanted = set(view.tags)
        seen &= np.fromiter(
            (wanted.issubset(row.model.tags) for row in board.rows), np.bool_, len(board.rows)
        )
    return seen


def barred(board: Board, benchmark: Benchmark) -> NDArray[np.int64]:
    """Why each submission may not be ranked, by code."""
    facts = board.facts
    slots = board.frame.n_items * facts.samples
    conditions = [
        facts.erased,
        facts.withdrawn,
        facts.superseded,
        board.stack.total("missing") > benchmark.missing_limit * slots,
        board.stack.total("ungraded") > benchmark.ungraded_limit * slots,
    ]
    return np.select(conditions, [1, 2, 3, 4, 5], 0).astype(np.int64, copy=False)


def _counting(
    board: Board,
    benchmark: Benchmark,
    target: Target,
    candidates: NDArray[np.int64],
    why: NDArray[np.int64],
) -> NDArray[np.int64]:
    """One candidate a model, in order of place: the stated target that fits, then the attempt that
    counts. Notes in `why` what the others are passed over for."""
    model, fit = (
        board.facts.model[candidates],
        target_fit(board.facts.stated[candidates], target),
    )
    order = np.lexsort((_preference(board, benchmark, candidates), fit, model))
    model, fit = model[order], fit[order]
    first = np.ones(len(order), dtype=np.bool_)
    np.not_equal(model[1:], model[:-1], out=first[1:])
    fit_of_model = fit[np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))]
    passed = ~first
    why[candidates[order[passed]]] = np.where(fit[passed] == fit_of_model[passed], 6, 7)
    return np.sort(candidates[order[first]])


def target_fit(stated: NDArray[np.int64], target: Target) -> NDArray[np.int64]:
    """How well stated targets (`Facts.stated`) fit t, best first: t itself, none, the nearest
    below, above."""
    t = target.confidence
    below = 2 + t - stated
    above = 2 * CONFIDENCE_UNITS + stated
    fit = np.where(stated < t, below, above)
    fit = np.where(stated == UNSTATED, 1, fit)
    return np.where(stated == t, 0, fit)


def _preference(board: Board, benchmark: Benchmark, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which of a model's attempts counts, least first; places are in order of submission."""
    if benchmark.ranked_attempt == "first":
        return places
    if benchmark.ranked_attempt == "latest":
        return -places
    default = figures_of(
        board,
        benchmark,
        ScoringView(target=Target(benchmark.default_target), mode=benchmark.default_mode),
    )
    value = np.nan_to_num(default.values[places], nan=-np.inf)
    rank = np.empty(len(places), dtype=np.int64)
    rank[np.lexsort((places, -value))] = np.arange(len(places))
    return rank
