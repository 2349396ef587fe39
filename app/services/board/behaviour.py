"""Behavioural calibration of a board's models: what each does with the price that it was told.

One run a stated target: of a model's attempts at it the one that counts on the board.
"""

from dataclasses import dataclass

from app.scoring.assess import NO_ANSWERS, Assessed, coverage, selective_accuracy
from app.scoring.score import Score
from app.scoring.statistics.intervals import wilson
from app.scoring.targets import Target
from app.scoring.theory.behaviour import BehaviourAudit, StatedRun, audit_behaviour
from app.services.access.public_view import STEPS, public_shares
from app.services.board.ranking import BINARY, counting_series
from app.services.board.schemas import ModelName
from app.services.board.standings import model_name
from app.services.state.app_state import AppState
from app.services.state.board_cache import Board
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One model's audit; `submissions` are the runs, in the order of the audit's rows."""

    owner: str
    model: ModelName
    submissions: tuple[str, ...]
    audit: BehaviourAudit


def behaviours(session: ReadSession, app_state: AppState, benchmark: Benchmark) -> list[Behaviour]:
    """Every model with a run under a stated target, by name and owner."""
    board = app_state.boards.current(session, app_state.revision_cache, benchmark)
    found = [
        _behaviour(board, benchmark, series)
        for series in _series(board, benchmark).values()
        if series
    ]
    audited = [one for one in found if one is not None]
    return sorted(audited, key=lambda one: (one.model.name, one.owner, one.submissions))


def behaviour_of(
    session: ReadSession, app_state: AppState, benchmark: Benchmark, model_id: int
) -> BehaviourAudit | None:
    """One model's audit; None where no run of it that may be ranked states a target."""
    board = app_state.boards.current(session, app_state.revision_cache, benchmark)
    found = _behaviour(board, benchmark, _series(board, benchmark).get(model_id, {}))
    return None if found is None else found.audit


def _series(board: Board, benchmark: Benchmark) -> dict[int, dict[int, int]]:
    return counting_series(board, benchmark)


def _behaviour(board: Board, benchmark: Benchmark, series: dict[int, int]) -> Behaviour | None:
    runs, names = [], []
    for units, place in sorted(series.items()):
        run = _run(board.entry(place), Target(units), benchmark)
        if run.coverage.value is not None:
            runs.append(run)
            names.append(board.rows[place].public_id)
    if not runs:
        return None
    row = board.rows[next(iter(series.values()))]
    return Behaviour(row.owner, model_name(row), tuple(names), audit_behaviour(runs))


def _run(entry: Assessed, target: Target, benchmark: Benchmark) -> StatedRun:
    """What was answered under a stated target, all of it, and how much of that was right."""
    if benchmark.mode != "hidden":
        return StatedRun(target, selective_accuracy(entry), coverage(entry))
    shares = public_shares(entry, target=BINARY, mode="declared")
    n = shares.n_items
    answered = (shares.correct + shares.wrong) * n / STEPS
    right = Score(
        shares.selective_accuracy,
        round(answered),
        interval=wilson(shares.correct * n / STEPS, answered),
        reason=None if answered else NO_ANSWERS,
    )
    return StatedRun(target, right, Score(shares.coverage, n, interval=wilson(answered, n)))
