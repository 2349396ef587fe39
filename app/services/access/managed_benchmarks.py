"""The benchmarks, submissions, keys and audit events that a caller manages."""

from app.services.access.callers import Caller
from app.services.access.permissions import reach_of, require_scope
from app.storage.audit_log import AuditEvent, list_events
from app.storage.benchmarks import Benchmark, list_benchmarks, list_benchmarks_of
from app.storage.database.session import ReadSession
from app.storage.keys import ApiKey, list_keys
from app.storage.submissions import Submission, list_submissions_of

_MOST = 500


def readable_benchmarks(
    session: ReadSession,
    caller: Caller | None,
    *,
    limit: int,
    after: str | None = None,
    archived: bool = False,
) -> list[Benchmark]:
    """The benchmarks that the caller may read, by slug: the archived ones, or the others."""
    return list_benchmarks(session, reach_of(caller), limit=limit, after=after, archived=archived)


def managed_benchmarks(session: ReadSession, caller: Caller) -> list[Benchmark]:
    """The benchmarks that the caller may change: its own, or an admin's all."""
    if caller.scopes.isdisjoint({"maintain", "admin"}):
        return []
    return list_benchmarks_of(
        session, owner_id=_owner_or_all(caller), benchmark_id=caller.benchmark_id, limit=_MOST
    )


def own_submissions(session: ReadSession, caller: Caller) -> list[Submission]:
    """What the caller's owner submitted, newest first; by a bound key to its benchmark alone."""
    return list_submissions_of(
        session,
        caller.owner_id,
        reach_of(caller),
        benchmark_id=caller.benchmark_id,
        limit=_MOST,
    )


def visible_events(
    session: ReadSession, caller: Caller, *, limit: int, after: int | None = None
) -> list[AuditEvent]:
    """The audit trail as far as the caller may read it: an admin all, others of their benchmarks,
    a bound key of its benchmark.

    Raises `forbidden` if the caller maintains no benchmark.
    """
    require_scope(caller, "maintain")
    return list_events(
        session,
        limit=limit,
        after=after,
        owner_id=_owner_or_all(caller),
        benchmark_id=caller.benchmark_id,
    )


def visible_keys(
    session: ReadSession, caller: Caller, *, limit: int, after: int | None = None
) -> list[ApiKey]:
    """An admin sees all keys, others their own and those bound to their benchmarks, a bound key
    those of its benchmark. Raises `forbidden` if the caller maintains no benchmark."""
    require_scope(caller, "maintain")
    return list_keys(
        session,
        limit=limit,
        after=after,
        owner_id=_owner_or_all(caller),
        benchmark_id=caller.benchmark_id,
    )


def _owner_or_all(caller: Caller) -> int | None:
    return None if caller.administers else caller.owner_id
