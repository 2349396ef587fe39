"""Oversee: what one who holds a key looks after, and what happened there."""

from app.services.access import may_maintain, require_scope
from app.services.callers import Caller
from app.storage.audit import AuditEvent, list_events
from app.storage.benchmarks import Benchmark, list_benchmarks_of
from app.storage.keys import ApiKey, list_keys
from app.storage.session import ReadSession
from app.storage.submissions import Submission, list_submissions_of

_MOST = 500


def looked_after(session: ReadSession, caller: Caller) -> list[Benchmark]:
    """The benchmarks that the caller may change: its own, or an admin's all."""
    if caller.scopes.isdisjoint({"maintain", "admin"}):
        return []
    found = list_benchmarks_of(session, owner_id=_owner_or_all(caller), limit=_MOST)
    return [benchmark for benchmark in found if may_maintain(caller, benchmark)]


def own_submissions(session: ReadSession, caller: Caller) -> list[Submission]:
    """What the caller's owner submitted, newest first; by a bound key to its benchmark alone."""
    return [
        submission
        for submission in list_submissions_of(session, caller.owner_id, limit=_MOST)
        if caller.benchmark_id in {None, submission.benchmark_id}
    ]


def seen_events(
    session: ReadSession, caller: Caller, *, limit: int, after: int | None = None
) -> list[AuditEvent]:
    """The audit trail as far as the caller may read it: an admin all, others of their benchmarks.

    Raises `forbidden` for one who maintains nothing.
    """
    require_scope(caller, "maintain")
    bound = None if "admin" in caller.scopes else caller.benchmark_id
    return list_events(
        session, limit=limit, after=after, owner_id=_owner_or_all(caller), benchmark_id=bound
    )


def seen_keys(
    session: ReadSession, caller: Caller, *, limit: int, after: int | None = None
) -> list[ApiKey]:
    """The keys that the caller could revoke: an admin all, others their own and those bound to
    their benchmarks. Raises `forbidden` for one who maintains nothing."""
    require_scope(caller, "maintain")
    bound = None if "admin" in caller.scopes else caller.benchmark_id
    return list_keys(
        session, limit=limit, after=after, owner_id=_owner_or_all(caller), benchmark_id=bound
    )


def _owner_or_all(caller: Caller) -> int | None:
    return None if "admin" in caller.scopes else caller.owner_id
