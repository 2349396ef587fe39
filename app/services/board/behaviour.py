"""Behavioural calibration of a board's models: each model's runs under stated targets.

One run a stated target: of a model's attempts at it the one that counts on the board.
"""

from dataclasses import dataclass
from typing import Annotated

from app.reply_fields import Doc
from app.scoring.assess import NO_ANSWERS, Assessed, coverage, selective_accuracy
from app.scoring.score import Score
from app.scoring.statistics.intervals import wilson
from app.scoring.targets import Target
from app.scoring.theory.behaviour import BehaviourAudit, StatedRun, audit_behaviour
from app.services.access.public_view import STEPS, PublicView, public_shares
from app.services.board.leaderboard import model_name
from app.services.board.ranking import BINARY, counting_series
from app.services.board.schemas import Model
from app.services.state.app_state import AppState
from app.services.state.board_cache import Board
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedTarget:
    """One run under a stated target t."""

    target: Annotated[Target, Doc("t, 0 to 0.99.")]
    submission: Annotated[str, Doc("The id of the run.")]
    selective_accuracy: Annotated[Score, Doc("Right among the answered, to set against t.")]
    coverage: Annotated[Score, Doc("Answered among all.")]
    shortfall: Annotated[
        float | None,
        Doc("t minus selective accuracy; positive where it is right less than asked."),
    ]
    below_target: Annotated[
        bool | None,
        Doc("Even the upper limit of selective accuracy is below t; null without answers."),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What one model does as the stated target rises."""

    owner: Annotated[str, Doc("The owner of the runs.")]
    model: Annotated[Model, Doc("The model under test.")]
    targets: Annotated[tuple[StatedTarget, ...], Doc("Its stated targets in ascending order.")]
    answers_less_as_price_rises: Annotated[
        bool | None,
        Doc("Coverage never rises with t and ends lower; null with a single target."),
    ]
    rises: Annotated[
        tuple[tuple[Target, Target], ...], Doc("Steps (from t, to t) on which coverage rises.")
    ]
    null_reasons: Annotated[dict[str, str], Doc("Why figures are null, by field.")]


def behaviours(session: ReadSession, app_state: AppState, benchmark: Benchmark) -> list[Behaviour]:
    """Every model with a run under a stated target, by name and owner."""
    board = app_state.boards.current(session, app_state.revision_cache, benchmark)
    found = [
        _behaviour(board, benchmark, series)
        for series in counting_series(board, benchmark).values()
        if series
    ]
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
    found = _audited(board, benchmark, counting_series(board, benchmark).get(model_id, {}))
    return None if found is None else found[0]


def _behaviour(board: Board, benchmark: Benchmark, series: dict[Target, int]) -> Behaviour | None:
    found = _audited(board, benchmark, series)
    if found is None:
        return None
    audit, names = found
    row = board.rows[next(iter(series.values()))]
    less = audit.answers_less_as_price_rises
    return Behaviour(
        owner=row.owner,
        model=model_name(row),
        targets=tuple(
            StatedTarget(
                target=one.target,
                submission=name,
                selective_accuracy=one.selective_accuracy,
                coverage=one.coverage,
                shortfall=one.shortfall,
                below_target=one.below_target,
            )
            for name, one in zip(names, audit.rows, strict=True)
        ),
        answers_less_as_price_rises=less,
        rises=audit.rises,
        null_reasons={} if less is not None else {"answers_less_as_price_rises": "one-target"},
    )


def _audited(
    board: Board, benchmark: Benchmark, series: dict[Target, int]
) -> tuple[BehaviourAudit, list[str]] | None:
    """The audit of a series, and the submissions of its rows."""
    runs, names = [], []
    for target, place in sorted(series.items()):
        run = _run(board.entry(place), target, benchmark)
        if run.coverage.value is not None:
            runs.append(run)
            names.append(board.rows[place].public_id)
    return (audit_behaviour(runs), names) if runs else None


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
