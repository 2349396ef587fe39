"""The leaderboard of a benchmark: ranked standings under a view."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np

from app.scoring.rules import BINARY_VIEW, points_of
from app.scoring.targets import Target
from app.services.access.public_view import PublicView, check_public_view
from app.services.board.rank_ranges import compute_ranges, usual_views, view_key
from app.services.board.rank_uncertainty import agreement_of, note_of
from app.services.board.ranking import View, attempts_of, order_of
from app.services.board.schemas import Leaderboard, Reference, Unranked
from app.services.board.scores import Figures, figures_of
from app.services.board.standings import model_name, standing_at
from app.services.state.app_state import AppState
from app.services.state.board_cache import Board
from app.services.state.results import BoardRankRanges
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession
from app.storage.submissions import Submission

__all__ = ["OpenBoard", "View", "leaderboard", "leaderboard_of", "open_board", "standing_of"]

UNRANKED_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class OpenBoard:
    """A board at one version, with what is known of the rank ranges of one view of it."""

    board: Board
    ranges: BoardRankRanges | None


def open_board(
    session: ReadSession, app_state: AppState, benchmark: Benchmark, view: View
) -> OpenBoard:
    """The board that `view` asks for; sees to it that rank ranges are computed, and does not wait.

    Raises `not-found` (category), `invalid-request` or `hidden-gold` (a view that a hidden
    benchmark does not show).
    """
    check_public_view(benchmark, view, category=view.category)
    board = app_state.boards.current(
        session, app_state.revision_cache, benchmark, category=view.category
    )
    return OpenBoard(board, _ranges(app_state, benchmark, board, view))


def _ranges(
    app_state: AppState, benchmark: Benchmark, board: Board, view: View
) -> BoardRankRanges | None:
    name = (benchmark.revision_id, view.category, board.version, benchmark.ranking)
    at = view_key(view)
    usual = usual_views(benchmark)
    compute = partial(
        compute_ranges, app_state.database, benchmark, board, stopped=app_state.ranges.stopped
    )
    found = app_state.ranges.ask(name, partial(compute, usual))
    if found is None and at in {view_key(one) for one in usual}:
        return None
    if found is not None and at in found:
        return found[at]
    if view.ranges == "compute":
        found = app_state.ranges.ask((*name, at), partial(compute, (view,)))
    else:
        found = app_state.ranges.found((*name, at))
    return None if found is None else found[at]


def leaderboard(
    session: ReadSession, app_state: AppState, benchmark: Benchmark, view: View
) -> Leaderboard:
    """The board of `benchmark` (at its named revision) as `view` asks for it; see `open_board`."""
    return leaderboard_of(open_board(session, app_state, benchmark, view), benchmark, view)


def leaderboard_of(opened: OpenBoard, benchmark: Benchmark, view: View) -> Leaderboard:
    """The leaderboard of a board at hand."""
    board, ranges = opened.board, opened.ranges
    figures = figures_of(board, benchmark, view)
    binary = figures_of(board, benchmark, BINARY_VIEW)
    order = order_of(board, benchmark, view, figures, binary)
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
            attempts=attempts_of(board, order.places[at]),
            ranges=ranges,
        )
        for at in shown
    )
    return Leaderboard(
        benchmark=benchmark.slug,
        title=benchmark.title,
        demo=benchmark.demo,
        hidden=not PublicView.of(benchmark).answers,
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
        ranges=note_of(ranges),
        agreement=agreement_of(ranges),
        category=view.category,
        tags=view.tags,
        all_tags=tuple(sorted(board.tags)),
    )


def standing_of(
    session: ReadSession, app_state: AppState, benchmark: Benchmark, submission: Submission
) -> int | None:
    """The rank of one submission at the benchmark's default view; None where it has no place.

    Computes no rank ranges, so that a submission does not wait for them.
    """
    view = View(target=Target(benchmark.default_target), mode=benchmark.default_mode)
    # The benchmark was read before the submission was stored: ask for the board that shows it.
    seen = replace(benchmark, version=max(benchmark.version, submission.changed))
    board = app_state.boards.current(session, app_state.revision_cache, seen)
    figures = figures_of(board, benchmark, view)
    order = order_of(board, benchmark, view, figures, figures)
    for at, place in enumerate(order.places):
        if board.rows[place].submission_id == submission.id:
            return int(order.ranks[at])
    return None


def _references(view: View, binary: Figures, places: list[int]) -> tuple[Reference, ...]:
    """The reference rows: always abstaining, and the binary leader made to answer everything: A - L
    (1 - A)."""
    silence = Reference("always-abstain", 0.0)
    if view.rule not in {"target", "binary"}:
        return (silence,)
    if not places:
        return (silence, Reference("always-answer", None, "no-standings"))
    accuracy = float(np.max(binary.values[places]))
    answered = points_of(accuracy, 1 - accuracy, view.target.penalty)
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
