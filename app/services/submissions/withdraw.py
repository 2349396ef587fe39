"""Withdraws a submission: it leaves its board and stays stored."""

from datetime import UTC, datetime

from app.problem import Problem
from app.services.access.callers import Caller
from app.services.access.permissions import (
    is_submitter,
    may_maintain,
    readable_benchmark,
    readable_submission,
    require_not_archived,
)
from app.storage.audit_log import add_event
from app.storage.database.session import WriteSession
from app.storage.revisions import lock_benchmark
from app.storage.submissions import withdraw_submission


def withdraw(session: WriteSession, caller: Caller, public_id: str, *, reason: str) -> None:
    """Marks a submission withdrawn; doing so twice changes nothing.

    Its submitter may, and the benchmark's maintainer. Raises `not-found`, `gone`, `forbidden`,
    `conflict` (the benchmark is archived).
    """
    submission, benchmark = readable_submission(session, caller, public_id)
    own = is_submitter(caller, benchmark, submission)
    if not own and not may_maintain(caller, benchmark):
        raise Problem("forbidden", "Only its submitter or the benchmark's maintainer may do that.")
    if submission.withdrawn_at is not None:
        return
    lock_benchmark(session, benchmark.id)
    require_not_archived(readable_benchmark(session, caller, benchmark.slug))
    now = datetime.now(UTC)
    withdraw_submission(session, submission.id, now)
    add_event(
        session,
        actor=caller.owner,
        key=caller.key,
        action="submission.withdraw",
        subject=submission.public_id,
        detail={"benchmark": benchmark.slug, "reason": reason},
        request_id=caller.request_id,
        at=now,
    )
