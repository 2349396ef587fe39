"""What may be said of a board in a sentence: who is first, who was first by accuracy, and how many
models score above and below "I don't know" beyond noise.

Pages, the command, the share picture and the badge make their words from these values alone.
"""

import numpy as np

from app.services.board.rank_ranges import apart_from, rank_uncertainty_of
from app.services.board.ranking import Figures, Order
from app.services.board.schemas import BoardSummary, SummaryModel
from app.services.state.board_cache import Board
from app.services.state.results import BoardRankRanges


def summary_of(
    board: Board,
    order: Order,
    figures: Figures,
    ranges: BoardRankRanges | None,
    *,
    filtered: bool,
) -> BoardSummary:
    """The summary of all that is ranked.

    `filtered` says that tags leave models out: rank ranges are of the whole board, so that none is
    told then. `ranges` is None while they are computed.
    """
    sides = figures.sides[np.asarray(order.places, dtype=np.int64)]
    by_accuracy = np.flatnonzero(order.accuracy_ranks == 1)
    n_first = int(np.count_nonzero(order.ranks == 1))
    their_ranks = order.ranks[by_accuracy]
    return BoardSummary(
        n_first=n_first,
        first=_model(board, order, 0, ranges, filtered=filtered) if order.places else None,
        not_told_apart=_not_told_apart(board, order, n_first, ranges),
        n_first_by_accuracy=len(by_accuracy),
        first_by_accuracy=_model(board, order, int(by_accuracy[0]), ranges, filtered=filtered)
        if len(by_accuracy)
        else None,
        ranks_of_first_by_accuracy=(int(their_ranks.min()), int(their_ranks.max()))
        if len(by_accuracy)
        else None,
        n_above=int(np.count_nonzero(sides > 0)),
        n_unclear=int(np.count_nonzero(sides == 0)),
        n_below=int(np.count_nonzero(sides < 0)),
    )


def _model(
    board: Board, order: Order, at: int, ranges: BoardRankRanges | None, *, filtered: bool
) -> SummaryModel:
    row = board.rows[order.places[at]]
    known = None if filtered else rank_uncertainty_of(ranges, row.public_id).rank_range
    return SummaryModel(
        submission=row.public_id,
        name=row.model.name,
        rank=int(order.ranks[at]),
        accuracy_rank=int(order.accuracy_ranks[at]),
        rank_range=known,
    )


def _not_told_apart(
    board: Board, order: Order, n_first: int, ranges: BoardRankRanges | None
) -> int | None:
    if not order.places:
        return None
    ids = [board.rows[index].public_id for index in order.places]
    apart = apart_from(ranges, ids[0])
    return None if apart is None else sum(not apart(other) for other in ids[n_first:])
