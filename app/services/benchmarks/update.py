"""Updates of a benchmark's texts and policy; stored gradings keep their meaning."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

from app.problem import Problem
from app.scoring.targets import Target
from app.services.access.callers import Caller
from app.services.access.permissions import maintained_benchmark, require_not_archived
from app.services.access.public_view import PublicView
from app.services.benchmarks.publish import Policy, check_default_target, policy_problem
from app.services.benchmarks.revise import version_tag
from app.storage.audit_log import add_event
from app.storage.benchmarks import Benchmark, change_benchmark, find_benchmark
from app.storage.database.rows import present
from app.storage.database.session import WriteSession
from app.storage.revisions import list_revisions, lock_benchmark


def policy_of(benchmark: Benchmark) -> Policy:
    """The policy that a benchmark has now."""
    stored = {field.name: getattr(benchmark, field.name) for field in fields(Policy)}
    targets = {
        "default_target": Target(benchmark.default_target),
        "fixed_targets": tuple(Target(units) for units in benchmark.fixed_targets),
    }
    return Policy(**stored | targets)


def policy_facts(policy: Policy) -> dict[str, Any]:
    """A policy as JSON, by the API's field names."""
    return asdict(policy) | {
        "default_target": policy.default_target.value,
        "fixed_targets": [target.value for target in policy.fixed_targets],
    }


def change(
    session: WriteSession,
    caller: Caller,
    slug: str,
    changed: Callable[[Benchmark], Policy],
    *,
    expected: Sequence[str] | None = None,
) -> Benchmark:
    """Stores the policy that `changed` makes of the present one; the benchmark as it is then.

    `changed` sees the benchmark while its row is locked. `expected` are the tags of
    `If-Match`: one of them must name the benchmark's state. Problems, each with nothing stored:
    `not-found`, `gone`, `forbidden`, `stale`, `conflict` (archived), `invalid-request`.
    """
    benchmark = locked_benchmark(session, caller, slug, expected=expected)
    require_not_archived(benchmark)
    before, after = policy_of(benchmark), changed(benchmark)
    _check(benchmark, before, after)
    old, new = policy_facts(before), policy_facts(after)
    differing = [name for name in old if old[name] != new[name]]
    if not differing:
        return benchmark
    columns = after.columns()
    change_benchmark(session, benchmark.id, {name: columns[name] for name in differing})
    record(
        session,
        caller,
        "benchmark.change",
        benchmark,
        {"before": {n: old[n] for n in differing}, "after": {n: new[n] for n in differing}},
    )
    return _again(session, slug)


def archive(
    session: WriteSession,
    caller: Caller,
    slug: str,
    *,
    reason: str,
    expected: Sequence[str] | None = None,
) -> Benchmark:
    """Makes a benchmark read-only and takes it off the lists; doing so twice changes nothing.

    Problems: as of `change`; `conflict` while a revision is being graded.
    """
    benchmark = locked_benchmark(session, caller, slug, expected=expected)
    if benchmark.archived_at is not None:
        return benchmark
    last = list_revisions(session, benchmark.id)[-1]
    if not last.complete:
        raise Problem(
            "conflict", f"Revision {last.number} is still being graded; archive it afterwards."
        )
    now = datetime.now(UTC)
    change_benchmark(session, benchmark.id, {"archived_at": now, "archived_reason": reason})
    record(session, caller, "benchmark.archive", benchmark, {"reason": reason}, at=now)
    return _again(session, slug)


def unarchive(
    session: WriteSession, caller: Caller, slug: str, *, expected: Sequence[str] | None = None
) -> Benchmark:
    """Takes submissions and changes again. Problems: as of `change`."""
    benchmark = locked_benchmark(session, caller, slug, expected=expected)
    if benchmark.archived_at is None:
        return benchmark
    change_benchmark(session, benchmark.id, {"archived_at": None, "archived_reason": None})
    record(session, caller, "benchmark.unarchive", benchmark, {})
    return _again(session, slug)


def settings_tag(benchmark: Benchmark) -> str:
    """The entity tag of what an owner may change: unlike that of the board it does not change with
    every submission, so a form that was open for an hour still fits."""
    settings = repr((policy_of(benchmark), benchmark.archived_at)).encode()
    return f'"s{hashlib.sha256(settings).hexdigest()[:24]}"'


def locked_benchmark(
    session: WriteSession, caller: Caller, slug: str, *, expected: Sequence[str] | None
) -> Benchmark:
    """The benchmark, for a caller that may change it, locked until the transaction ends.

    Raises `not-found`, `gone`, `forbidden`, or `stale` where it is not at an expected state.
    """
    lock_benchmark(session, maintained_benchmark(session, caller, slug).id)
    # Read again under the lock, where it can no longer change.
    benchmark = maintained_benchmark(session, caller, slug)
    tags = {version_tag(benchmark.version), settings_tag(benchmark), "*"}
    if expected is not None and not tags & set(expected):
        raise Problem(
            "stale",
            f"{slug} has changed since you read it and is at version {benchmark.version} now; "
            "read it again and send its ETag.",
        )
    return benchmark


def record(
    session: WriteSession,
    caller: Caller,
    action: str,
    benchmark: Benchmark,
    detail: dict[str, Any],
    *,
    at: datetime | None = None,
) -> None:
    """Adds what was done to a benchmark to the audit trail."""
    add_event(
        session,
        at=at or datetime.now(UTC),
        actor=caller.owner,
        key=caller.key,
        action=action,
        subject=benchmark.public_id,
        detail={"slug": benchmark.slug} | detail,
        request_id=caller.request_id,
    )


def _check(benchmark: Benchmark, before: Policy, after: Policy) -> None:
    check_default_target(
        mode=benchmark.mode,
        default_mode=after.default_mode,
        default_target=after.default_target,
        fixed_targets=after.fixed_targets,
    )
    if not PublicView.of(benchmark).answers and before.fixed_targets != after.fixed_targets:
        raise policy_problem(
            "/fixed_targets",
            "Every target that a hidden benchmark shows tells more of its answers, so they are "
            "fixed when it is published: publish a new benchmark instead.",
        )


def _again(session: WriteSession, slug: str) -> Benchmark:
    return present(find_benchmark(session, slug), slug)
