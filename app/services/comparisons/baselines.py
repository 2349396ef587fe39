"""Baselines by name: which submission of a model a candidate is held against at a gate.

A model's name means one of its counted submissions before the candidate: not withdrawn, not
superseded, with no more missing or ungraded rows than the benchmark's limits allow. `newest` is
what a run replaces; `best` is the highest score so far, which a slide of a little a week cannot
pass, because each loss is measured from the top and not from the week before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from app.problem import Problem
from app.scoring.rules import ScoringView
from app.scoring.targets import Target
from app.services.access.callers import Caller
from app.services.board.ranking import barred, figures_of, target_fit
from app.services.state.app_state import AppState
from app.services.state.board_cache import UNSTATED, Board
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession
from app.storage.gradings import BoardRow
from app.storage.submissions import Submission

Pick = Literal["newest", "best"]

_NAMES_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One of a model's counted submissions.

    `before` is the id of a submission that must be younger, `without` names ids that are none.
    `stated` is the target that the candidate's prompt announced; submissions
    under the same one are preferred, then those that the board shows at the target of the terms.
    `owner` is preferred where several owners have a model of that name. `candidate` is the public
    id of the candidate, where it has one.
    """

    model: str
    pick: Pick = "newest"
    before: int | None = None
    without: frozenset[int] = frozenset()
    stated: Target | None = None
    owner: int | None = None
    candidate: str | None = None


def pick_counted(
    session: ReadSession,
    app_state: AppState,
    caller: Caller | None,
    benchmark: Benchmark,
    wanted: Wanted,
    terms: ScoringView,
) -> str:
    """The public id of the submission that is wanted.

    Raises `no-baseline` where none counts, and `invalid-request` where the name belongs to several
    owners and neither the caller nor the candidate's owner is among them.
    """
    board = app_state.boards.current(session, app_state.revision_cache, benchmark)
    owner = _owner(board.rows, wanted, caller)
    why = barred(board, benchmark)
    places = [
        place
        for place, row in enumerate(board.rows)
        if row.model.name == wanted.model
        and row.model.owner_id == owner
        and why[place] == 0
        and (wanted.before is None or row.submission_id < wanted.before)
        and row.submission_id not in wanted.without
    ]
    if wanted.pick == "best":
        figures = figures_of(board, benchmark, terms)
        places = [place for place in places if not np.isnan(figures.values[place])]
    if not places:
        jobs = [
            row.public_id
            for place, row in enumerate(board.rows)
            if row.model.name == wanted.model and row.model.owner_id == owner and why[place] == 0
        ]
        raise Problem("no-baseline", _nothing(benchmark, board, wanted, jobs))
    alike = _fitting(board, places, wanted.stated, terms.target)
    if wanted.pick == "newest":
        return board.rows[max(alike)].public_id
    best = max(alike, key=lambda place: (figures.values[place], place))
    return board.rows[best].public_id


def stated_by(submission: Submission | None, said: Target | None) -> Target | None:
    """The stated target of a candidate: the stored one's, or what came with its rows."""
    if submission is not None:
        units = submission.stated_target
        return None if units is None else Target(units)
    return said


def _owner(rows: Sequence[BoardRow], wanted: Wanted, caller: Caller | None) -> int | None:
    """The owner whose model is meant: the caller's own name first, then the candidate's owner's.

    A stranger's submission under the same name on a public board never becomes a baseline of one
    who has that name too.
    """
    owners = {row.model.owner_id: row.owner for row in rows if row.model.name == wanted.model}
    for preferred in (None if caller is None else caller.owner_id, wanted.owner):
        if preferred in owners:
            return preferred
    if len(owners) > 1:
        raise Problem(
            "invalid-request",
            f"{', '.join(sorted(owners.values()))} all have a model named {wanted.model!r} here; "
            "name a submission's id.",
        )
    return next(iter(owners), None)


def _fitting(board: Board, places: list[int], stated: Target | None, target: Target) -> list[int]:
    """Those under the candidate's own stated target or, without one, under the one that a board
    at `target` would show."""
    held = board.facts.stated[places]
    own = UNSTATED if stated is None else stated.confidence
    if bool(np.any(held == own)):
        chosen = held == own
    else:
        fit = target_fit(held, target)
        chosen = fit == fit.min()
    return [place for place, alike in zip(places, chosen.tolist(), strict=True) if alike]


def _nothing(benchmark: Benchmark, board: Board, wanted: Wanted, jobs: list[str]) -> str:
    known = sorted({row.model.name for row in board.rows} - {wanted.model})
    before = "" if wanted.before is None else " before the candidate"
    shown = ", ".join(known[:_NAMES_SHOWN]) + (", …" if len(known) > _NAMES_SHOWN else "")
    others = f" It has submissions of {shown}." if known else ""
    if before and jobs and jobs[-1] != wanted.candidate:
        others = f" Its newest, {jobs[-1]}, came later; name that id to compare with it."
    return (
        f"{benchmark.slug} has no counted submission of a model named {wanted.model!r}{before}."
        f"{others}"
    )
