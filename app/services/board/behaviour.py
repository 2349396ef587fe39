"""Behavioural calibration of a board's models: each model's runs under stated targets.

One run a stated target: of a model's attempts at it the one that counts on the board.
"""

from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from app.reply_fields import FLAT, Doc
from app.scoring.assess import NO_ANSWERS, Assessed, coverage, selective_accuracy
from app.scoring.grades import Grades
from app.scoring.points import mean_by_item
from app.scoring.rules import answered
from app.scoring.score import Score
from app.scoring.statistics.intervals import wilson
from app.scoring.targets import Target
from app.scoring.theory.behaviour import (
    BehaviourAudit,
    BehaviourRow,
    CoverageTrend,
    StatedRun,
    audit_behaviour,
    untold,
)
from app.services.access.public_view import STEPS, PublicView, public_shares
from app.services.board.leaderboard import model_name
from app.services.board.ranking import BINARY, counting_series
from app.services.board.schemas import Model
from app.services.state.app_state import AppState
from app.services.state.board_cache import Board
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession
from app.storage.gradings import load_many_grades


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedTarget:
    """One run under a stated target t."""

    row: Annotated[BehaviourRow, FLAT]
    submission: Annotated[str, Doc("The id of the run.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What one model does as the stated target rises."""

    owner: Annotated[str, Doc("The owner of the runs.")]
    model: Annotated[Model, Doc("The model under test.")]
    targets: Annotated[tuple[StatedTarget, ...], Doc("Its stated targets in ascending order.")]
    trend: Annotated[CoverageTrend, FLAT]
    null_reasons: Annotated[dict[str, str], Doc("Why figures are null, by field.")]


def behaviours(session: ReadSession, app_state: AppState, benchmark: Benchmark) -> list[Behaviour]:
    """Every model with a run under a stated target, by name and owner."""
    board = app_state.boards.current(session, app_state.revision_cache, benchmark)
    every = [series for series in counting_series(board, benchmark).values() if series]
    grades = _grades(session, board, benchmark, every)
    found = [_behaviour(board, benchmark, series, grades) for series in every]
    audited = [one for one in found if one is not None]
    return sorted(
        audited,
        key=lambda one: (one.model.name, one.owner, [row.submission for row in one.targets]),
    )


def behaviour_of(
    session: ReadSession, app_state: AppState, benchmark: Benchmark, model_id: int
) -> BehaviourAudit | None:
    """One model's audit; None where no run of it that may be ranked states a target."""
    board = app_state.boards.current(session, app_state.revision_cache, benchmark)
    series = counting_series(board, benchmark).get(model_id, {})
    found = _audited(board, benchmark, series, _grades(session, board, benchmark, [series]))
    return None if found is None else found[0]


def _grades(
    session: ReadSession, board: Board, benchmark: Benchmark, every: list[dict[Target, int]]
) -> dict[int, Grades]:
    """The grades of runs that are compared, by submission; of a hidden benchmark none are read."""
    if not PublicView.of(benchmark).exact_figures:
        return {}
    compared = [
        board.rows[place].submission_id
        for series in every
        if len(series) > 1
        for place in series.values()
    ]
    return load_many_grades(session, benchmark.revision_id, compared)


def _behaviour(
    board: Board, benchmark: Benchmark, series: dict[Target, int], grades: dict[int, Grades]
) -> Behaviour | None:
    found = _audited(board, benchmark, series, grades)
    if found is None:
        return None
    audit, names = found
    row = board.rows[next(iter(series.values()))]
    why = untold(audit.trend)
    return Behaviour(
        owner=row.owner,
        model=model_name(row),
        targets=tuple(
            StatedTarget(row=one, submission=name)
            for name, one in zip(names, audit.rows, strict=True)
        ),
        trend=audit.trend,
        null_reasons={} if why is None else {"answers_less_as_price_rises": why},
    )


def _audited(
    board: Board, benchmark: Benchmark, series: dict[Target, int], grades: dict[int, Grades]
) -> tuple[BehaviourAudit, list[str]] | None:
    """The audit of a series, and the submissions of its rows."""
    runs, names = [], []
    for target, place in sorted(series.items()):
        run = _run(board.entry(place), target, benchmark)
        of_run = grades.get(board.rows[place].submission_id)
        if of_run is not None:
            run = replace(run, answered=mean_by_item(answered(of_run).astype(np.float64), of_run))
        if run.coverage.value is not None:
            runs.append(run)
            names.append(board.rows[place].public_id)
    return (audit_behaviour(runs, board.frame), names) if runs else None


def _run(entry: Assessed, target: Target, benchmark: Benchmark) -> StatedRun:
    """What was answered under a stated target, all of it, and how much of that was right."""
    if PublicView.of(benchmark).exact_figures:
        return StatedRun(target, selective_accuracy(entry), coverage(entry))
    shares = public_shares(entry, target=BINARY, mode="declared")
    n = shares.n_items
    answered = (shares.correct + shares.wrong) * n / STEPS
    right = Score(
        shares.selective_accuracy,
        n_items=round(answered),
        interval=wilson(shares.correct * n / STEPS, answered),
        reason=None if answered else NO_ANSWERS,
    )
    return StatedRun(target, right, Score(shares.coverage, n_items=n, interval=wilson(answered, n)))
