"""Irreversible actions: deleting a benchmark, erasing the answers of one submission."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from app.grading.grade import Graded
from app.problem import Problem
from app.scoring.assess import assess
from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame, Outcome
from app.services.access.callers import Caller, spend_write
from app.services.access.permissions import readable_submission
from app.services.benchmarks.erasure import What, ask_erasure
from app.services.benchmarks.update import locked_benchmark, record
from app.services.state.app_state import AppState
from app.services.submissions.evaluate import store_grading
from app.storage.audit_log import add_event
from app.storage.benchmarks import Benchmark, tombstone_of_submission
from app.storage.database.session import ReadSession, WriteSession
from app.storage.erasure import foreign_submissions, mark_deleted, mark_erased
from app.storage.submissions import Submission, bump_version, find_submission
from app.wording import counted


def delete_benchmark(
    app_state: AppState,
    caller: Caller,
    slug: str,
    *,
    reason: str,
    seconds: float,
    expected: Sequence[str] | None = None,
) -> bool:
    """Deletes a benchmark with everything sent to it; whether it is all erased within `seconds`.

    Its maintainer may while nobody else has submitted to it, an admin always, with a reason. What
    stays is its slug, when it was deleted and why. Problems, each with nothing changed:
    `not-found`, `gone`, `forbidden`, `stale`, `conflict` (others have submitted),
    `invalid-request` (no reason).
    """
    now = datetime.now(UTC)
    with app_state.database.writing() as session:
        benchmark = locked_benchmark(session, caller, slug, expected=expected)
        _require_deletable(session, caller, benchmark, reason)
        mark_deleted(session, benchmark.id, at=now, reason=reason)
        record(session, caller, "benchmark.delete", benchmark, {"reason": reason}, at=now)
        spend_write(session, app_state, caller)
    what: What = ("benchmark", benchmark.id)
    ask_erasure(app_state, what)
    return bool(app_state.erasures.wait(what, seconds=seconds))


def deletable(session: ReadSession, caller: Caller, benchmark: Benchmark) -> int:
    """How many submissions of others keep this maintainer from deleting; 0 where it may."""
    if caller.administers:
        return 0
    return foreign_submissions(session, benchmark.id, benchmark.owner_id)


def _require_deletable(
    session: ReadSession, caller: Caller, benchmark: Benchmark, reason: str
) -> None:
    others = foreign_submissions(session, benchmark.id, benchmark.owner_id)
    if others and not caller.administers:
        raise Problem(
            "conflict",
            f"{benchmark.slug} holds {counted(others, 'submission')} of others, which only an "
            "admin may delete. Archive it instead, or make it private.",
        )
    own = caller.owner_id == benchmark.owner_id and not others
    if not own and not reason.strip():
        raise Problem("invalid-request", "Say why: send a reason; it is kept and shown.")


def erase_submission(
    app_state: AppState, caller: Caller, public_id: str, *, reason: str
) -> Submission:
    """Erases a submission's contents: answers, confidences, grades and the facts of its run.

    Its place in the history stays: who, which model, when, which attempt, and that it was erased.
    It is withdrawn by it. Its submitter may, and an admin with a reason; doing so twice changes
    nothing. Problems: `not-found`, `gone`, `forbidden`, `invalid-request` (no reason).
    """
    with app_state.database.writing() as session:
        submission = _erasable(session, caller, public_id, reason)
        version = bump_version(session, submission.benchmark_id)
        # Read again under the board's lock, where it can no longer change.
        submission = _erasable(session, caller, public_id, reason)
        if submission.erased_at is None:
            _erase(session, caller, submission, reason, version=version)
        spend_write(session, app_state, caller)
    what: What = ("submission", submission.id)
    ask_erasure(app_state, what)
    app_state.erasures.wait(what, seconds=_ANSWERS_SECONDS)
    with app_state.database.reading() as session:
        return find_submission(session, public_id) or submission


_ANSWERS_SECONDS = 5.0
"""How long a reply waits for the rows of one submission; they are out of sight in any case."""


def _erasable(session: ReadSession, caller: Caller, public_id: str, reason: str) -> Submission:
    """The submission, also where its benchmark was made private since its owner sent it."""
    stored = find_submission(session, public_id)
    own = (
        stored is not None
        and stored.owner_id == caller.owner_id
        and caller.reaches(stored.benchmark_id)
    )
    if stored is not None and own and tombstone_of_submission(session, public_id) is None:
        return stored
    submission, benchmark = readable_submission(session, caller, public_id)
    if not caller.administers or not caller.reaches(benchmark.id):
        raise Problem("forbidden", "Only its submitter or an admin may do that.")
    if not reason.strip():
        raise Problem("invalid-request", "Say why: send a reason; it is kept in the audit trail.")
    return submission


def _erase(
    session: WriteSession, caller: Caller, submission: Submission, reason: str, *, version: int
) -> None:
    now = datetime.now(UTC)
    for had in mark_erased(session, submission.id, at=now, version=version):
        slots = had.n_items * submission.samples
        blank = Grades(
            outcome=np.full(slots, Outcome.MISSING, dtype=np.uint8),
            confidence=np.full(slots, NO_CONFIDENCE, dtype=np.int32),
            samples=submission.samples,
        )
        store_grading(
            session,
            Graded(blank, 0),
            assess(blank, ItemFrame(had.n_items)),
            submission_id=submission.id,
            revision_id=had.revision_id,
            at=now,
        )
    add_event(
        session,
        at=now,
        actor=caller.owner,
        key=caller.key,
        action="submission.erase",
        subject=submission.public_id,
        detail={"benchmark": submission.slug, "reason": reason},
        request_id=caller.request_id,
    )
