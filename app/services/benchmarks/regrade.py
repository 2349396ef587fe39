"""Regrade: every submission of a benchmark is graded again under a new revision, from what was
stored of it.

Each grading is a row of its own and a transaction of its own, so a process that dies half-way
leaves what it did, and the next process does the rest. The revision is shown by the transaction
that finds nothing left to grade while it holds the board. A submission holds the board when it
takes its place: either it came before, and was found, or it comes after, sees the new revision, and
is graded under that (`app/services/submissions/submit.py`). So none is ever missing from a board
that is shown.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

from app.grading.grade import Graded, grade
from app.scoring.assess import Assessed, assess
from app.services.state.app_state import AppState
from app.services.state.retries import retry_when_busy
from app.services.state.revision_cache import RevisionData
from app.services.submissions.evaluate import store_grading
from app.storage.audit_log import add_event
from app.storage.benchmarks import Benchmark, benchmark_at
from app.storage.database.session import Conflict, ReadSession, WriteSession
from app.storage.predictions import load_responses
from app.storage.revisions import (
    Revision,
    Ungraded,
    complete_revision,
    find_revision,
    lock_benchmark,
    unfinished_revisions,
    ungraded_submissions,
)
from app.storage.submissions import is_erased

PATIENCE: Final = 20
"""After so many rounds that found newcomers, the last are graded while nobody may submit."""

BATCH: Final = 100


def ask_regrade(app_state: AppState, revision_id: int) -> None:
    """Sees to it that a revision is graded, in this process, later."""
    app_state.regrades.ask(revision_id, partial(_regraded, app_state, revision_id))


def resume_regrades(app_state: AppState) -> None:
    """Sees to it that revisions which a process left half graded are finished, later."""
    app_state.regrades.ask("unfinished", partial(_resumed, app_state))


def regrade(app_state: AppState, revision_id: int, *, stopped: Callable[[], bool]) -> bool:
    """Grades what a revision has not graded and shows it; whether it is shown.

    Resumes an interrupted regrade, runs beside other processes, and retries while the database is
    busy or restarting. False if `stopped` came first.
    """
    with app_state.database.reading() as session:
        work = _work(session, app_state, revision_id)
    if work is None:
        return True
    for _ in range(PATIENCE):
        while left := retry_when_busy(partial(_left, app_state, work)):
            for ungraded in left:
                if stopped():
                    return False
                retry_when_busy(partial(_grade_alone, app_state, work, ungraded))
        if retry_when_busy(partial(_show, app_state, work, most=0)):
            return True
    return retry_when_busy(partial(_show, app_state, work, most=None))


@dataclass(frozen=True, slots=True)
class _Work:
    """What is needed to grade under a revision that is not shown yet."""

    revision: Revision
    benchmark: Benchmark
    revision_data: RevisionData


def _work(session: ReadSession, app_state: AppState, revision_id: int) -> _Work | None:
    """None where there is nothing left to do."""
    revision, benchmark = find_revision(session, revision_id), benchmark_at(session, revision_id)
    if revision is None or benchmark is None or revision.complete:
        return None
    return _Work(revision, benchmark, app_state.revision_cache.of(session, benchmark))


def _left(app_state: AppState, work: _Work) -> list[Ungraded]:
    with app_state.database.reading() as session:
        return ungraded_submissions(session, work.revision, limit=BATCH)


def _grade_alone(app_state: AppState, work: _Work, ungraded: Ungraded) -> None:
    """Grades one submission in its own transaction; a grading stored first by another process is
    kept."""
    with app_state.database.reading() as session:
        graded, assessed = _graded(session, work, ungraded)
    # A conflict: another process graded it first, or it was deleted in the meantime.
    with suppress(Conflict), app_state.database.writing() as writer:
        if is_erased(writer, ungraded.submission_id):
            graded, assessed = _graded(writer, work, ungraded)
        _keep(writer, work, ungraded, graded, assessed)


def _graded(session: ReadSession, work: _Work, ungraded: Ungraded) -> tuple[Graded, Assessed]:
    responses = load_responses(
        session,
        ungraded.submission_id,
        ordinals=work.revision_data.ordinals,
        samples=ungraded.samples,
    )
    graded = grade(responses, work.revision_data.answers)
    return graded, assess(graded.grades, work.revision_data.frame)


def _keep(
    session: WriteSession, work: _Work, ungraded: Ungraded, graded: Graded, assessed: Assessed
) -> None:
    store_grading(
        session,
        graded,
        assessed,
        submission_id=ungraded.submission_id,
        revision_id=work.revision.id,
        at=datetime.now(UTC),
    )


def _show(app_state: AppState, work: _Work, *, most: int | None) -> bool:
    """Shows the revision if at most so many are left to grade, any number for None.

    Holds the board from before it looks until it is shown: that is what makes the board whole.
    """
    revision = work.revision
    with app_state.database.writing() as writer:
        lock_benchmark(writer, revision.benchmark_id)
        now = find_revision(writer, revision.id)
        if now is None or now.complete:
            return True
        left = ungraded_submissions(writer, revision)
        if most is not None and len(left) > most:
            return False
        for ungraded in left:
            _keep(writer, work, ungraded, *_graded(writer, work, ungraded))
        complete_revision(writer, revision.id, benchmark_id=revision.benchmark_id)
        add_event(
            writer,
            at=datetime.now(UTC),
            actor="candor",
            key=None,
            action="revision.complete",
            subject=work.benchmark.public_id,
            detail={"slug": work.benchmark.slug, "revision": revision.number},
            request_id=None,
        )
    return True


def _regraded(app_state: AppState, revision_id: int) -> bool | None:
    """None, so that it may be asked for again, where the process is about to end."""
    return regrade(app_state, revision_id, stopped=app_state.regrades.stopped) or None


def regrade_unfinished(app_state: AppState) -> int:
    """Finishes every revision that is not complete, here and now; how many there were."""
    with app_state.database.reading() as session:
        left = unfinished_revisions(session)
    for revision in left:
        regrade(app_state, revision.id, stopped=lambda: False)
    return len(left)


def _resumed(app_state: AppState) -> None:
    with app_state.database.reading() as session:
        left = unfinished_revisions(session)
    for revision in left:
        ask_regrade(app_state, revision.id)
