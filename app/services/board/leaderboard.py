"""The leaderboard of a benchmark: ranked standings under a view.

Builds a `Standing`: one row of a board under one view.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import numpy as np

from app.scoring import assess as assessing
from app.scoring.assess import Assessed
from app.scoring.metrics.confidence import CALIBRATION, calibration_of
from app.scoring.rules import BINARY_VIEW, Mode, points_of
from app.scoring.score import HIDDEN, NO_ITEMS, Score
from app.scoring.targets import Target
from app.services.access.public_view import PublicView, check_public_view, public_quadratic
from app.services.board.rank_ranges import (
    agreement_of,
    compute_ranges,
    note_of,
    rank_uncertainty_of,
    usual_views,
    view_key,
)
from app.services.board.ranking import Figures, View, attempts_of, figures_of, order_of
from app.services.board.schemas import Leaderboard, Model, Reference, Standing, Unranked
from app.services.board.summary import summary_of
from app.services.state.app_state import AppState
from app.services.state.board_cache import Board
from app.services.state.results import BoardRankRanges
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession
from app.storage.gradings import BoardRow
from app.storage.submissions import Submission


def model_name(row: BoardRow) -> Model:
    """The model of a row, in the words of the board."""
    model = row.model
    return Model(model.name, model.provider, model.version, model.organisation, model.tags)


def standing_at(
    board: Board,
    benchmark: Benchmark,
    place: int,
    *,
    figures: Figures,
    binary: Figures,
    target: Target,
    mode: Mode,
    rank: int,
    accuracy_rank: int,
    attempts: int,
    ranges: BoardRankRanges | None,
) -> Standing:
    """The row of the submission at `place`; without `ranges` its rank range is pending."""
    row = board.rows[place]
    if not PublicView.of(benchmark).exact_figures:
        details = _public_details(board, place, figures, binary)
    else:
        details = _details(board, place, target, mode)
    placing = rank_uncertainty_of(ranges, row.public_id)
    details["null_reasons"] |= placing.null_reasons
    return Standing(
        rank=rank,
        rank_range=placing.rank_range,
        tied_with=placing.tied_with,
        tie_group=placing.tie_group,
        bootstrap_first_share=placing.bootstrap_first_share,
        owner=row.owner,
        model=model_name(row),
        submission=row.public_id,
        attempt=row.attempt,
        attempts=attempts,
        stated_target=None if row.stated_target is None else Target(row.stated_target).value,
        score=figures.score(place),
        accuracy=binary.score(place),
        accuracy_rank=accuracy_rank,
        rank_change=accuracy_rank - rank,
        confidence_source=row.confidence_source,
        self_reported=row.self_reported,
        created_at=row.created_at,
        **details,
    )


def _details(board: Board, place: int, target: Target, mode: Mode) -> dict[str, Any]:
    entry = board.entry(place)
    right, wrong = entry.profile.attempted(target, mode)
    if entry.plain:
        # The row prints no interval of these two, and a hundred of them would cost as much as all
        # the rest of the board.
        answered = _ratio(right + wrong, entry.profile.n_graded, NO_ITEMS)
        selective = _ratio(right, right + wrong, assessing.NO_ANSWERS)
    else:
        answered = assessing.coverage(entry, target, mode)
        selective = assessing.selective_accuracy(entry, target, mode)
    quadratic, calibration = _whatever_the_view(board, place, entry)
    return {
        "counts": board.rows[place].counts,
        "shares": None,
        "attempted": {"correct": right, "wrong": wrong},
        "coverage": answered.value,
        "selective_accuracy": selective.value,
        "quadratic_score": quadratic.value,
        **{name: score.value for name, score in calibration.items()},
        "provisional": board.rows[place].counts.ungraded > 0,
        "null_reasons": reasons_of(
            {
                "coverage": answered,
                "selective_accuracy": selective,
                "quadratic_score": quadratic,
                **calibration,
            }
        ),
    }


def _ratio(part: int, whole: int, reason: str) -> Score:
    return Score(part / whole, n_items=whole) if whole else Score(None, n_items=0, reason=reason)


def _whatever_the_view(board: Board, place: int, entry: Assessed) -> tuple[Score, dict[str, Score]]:
    """The quadratic score and the calibration figures: the same under every view, so kept."""
    if place not in board.row_figures:
        board.row_figures[place] = (assessing.quadratic_score(entry), calibration_of(entry))
    return board.row_figures[place]


def reasons_of(scores: dict[str, Score]) -> dict[str, str]:
    """Why figures that are printed bare are null."""
    return {
        name: score.reason or "undefined" for name, score in scores.items() if score.value is None
    }


def _public_details(board: Board, place: int, figures: Figures, binary: Figures) -> dict[str, Any]:
    declared, attempted = binary.shares(place), figures.shares(place)
    quadratic = public_quadratic(board.entry(place))
    reasons = dict.fromkeys(("counts", *CALIBRATION), HIDDEN)
    if attempted.selective_accuracy is None:
        reasons["selective_accuracy"] = "no-answers"
    if quadratic.value is None:
        reasons["quadratic_score"] = quadratic.reason or "undefined"
    return {
        "counts": None,
        "shares": declared.as_dict(),
        "attempted": None,
        "coverage": attempted.coverage,
        "selective_accuracy": attempted.selective_accuracy,
        "quadratic_score": quadratic.value,
        **dict.fromkeys(CALIBRATION),
        "provisional": False,
        "null_reasons": reasons | {"attempted": HIDDEN},
    }


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
        found = app_state.ranges.result((*name, at))
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
        summary=summary_of(board, order, figures, ranges, filtered=bool(view.tags)),
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
