"""Builds a `Standing`: one row of a board under one view."""

from typing import Any

from app.scoring import assess as assessing
from app.scoring.assess import Assessed
from app.scoring.metrics.calibration import ece_levels
from app.scoring.rules import Mode
from app.scoring.score import Score
from app.scoring.targets import UNITS, Target
from app.services.access.public_view import HIDDEN, PublicView, public_quadratic
from app.services.board.rank_uncertainty import rank_uncertainty_of
from app.services.board.schemas import Model, Standing
from app.services.board.scores import Figures
from app.services.state.board_cache import Board
from app.services.state.results import BoardRankRanges
from app.storage.benchmarks import Benchmark
from app.storage.gradings import BoardRow


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
        stated_target=None if row.stated_target is None else row.stated_target / UNITS,
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
        answered = _ratio(right + wrong, entry.profile.n_graded, assessing.NO_ITEMS)
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
        "ece_levels": calibration.value,
        "provisional": board.rows[place].counts.ungraded > 0,
        "null_reasons": reasons_of(
            {
                "coverage": answered,
                "selective_accuracy": selective,
                "quadratic_score": quadratic,
                "ece_levels": calibration,
            }
        ),
    }


def _ratio(part: int, whole: int, reason: str) -> Score:
    return Score(part / whole, n_items=whole) if whole else Score(None, n_items=0, reason=reason)


def _whatever_the_view(board: Board, place: int, entry: Assessed) -> tuple[Score, Score]:
    """The quadratic score and the calibration error: the same under every view, so kept."""
    if place not in board.kept:
        board.kept[place] = (assessing.quadratic_score(entry), ece_levels(entry))
    return board.kept[place]


def reasons_of(scores: dict[str, Score]) -> dict[str, str]:
    """Why figures that are printed bare are null."""
    return {
        name: score.reason or "undefined" for name, score in scores.items() if score.value is None
    }


def _public_details(board: Board, place: int, figures: Figures, binary: Figures) -> dict[str, Any]:
    declared, attempted = binary.shares(place), figures.shares(place)
    quadratic = public_quadratic(board.entry(place))
    reasons = {"counts": HIDDEN, "ece_levels": HIDDEN}
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
        "ece_levels": None,
        "provisional": False,
        "null_reasons": reasons | {"attempted": HIDDEN},
    }
