"""Submission quotas of a benchmark: counting, enforcing and describing them.

Every stored submission of an owner to the benchmark counts: of all its models and keys, withdrawn
and superseded ones too, and those of the benchmark's own owner and of admins like any other. A
repeated request that finds what it stored before does not count, nor does a refused one. A day is a
UTC day.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Annotated

from app.problem import Problem
from app.reply_fields import Doc
from app.services.access.callers import Caller
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession, WriteSession
from app.storage.quotas import (
    Quota,
    SubmissionCount,
    count_submission,
    current_quota,
    submission_counts,
)
from app.wording import counted, verb


@dataclass(frozen=True, slots=True)
class QuotaLeft:
    """What the caller's owner may still submit."""

    total: Annotated[int | None, Doc("In all; null where there is no such limit.")]
    today: Annotated[
        int | None, Doc("Before `resets_at`, at most `total`; null where a day has no limit.")
    ]
    resets_at: Annotated[
        datetime | None,
        Doc("The end of the UTC day that is counted; null where a day has no limit."),
    ]


def left_of(quota: Quota | None, count: SubmissionCount, *, at: datetime) -> QuotaLeft | None:
    """What `count` leaves of `quota`; None where there is no quota."""
    if quota is None:
        return None
    total = None if quota.total is None else max(0, quota.total - count.total)
    if quota.per_day is None:
        return QuotaLeft(total, None, None)
    today = max(0, quota.per_day - count.today)
    return QuotaLeft(total, today if total is None else min(total, today), end_of_day(at))


def quotas_left(
    session: ReadSession, caller: Caller | None, benchmarks: Iterable[Benchmark]
) -> dict[int, QuotaLeft]:
    """What the caller's owner has left, by benchmark's row; nothing of a stranger, nor of what the
    caller's key is not good for."""
    if caller is None:
        return {}
    limited = [one for one in benchmarks if one.quota is not None and caller.reaches(one.id)]
    if not limited:
        return {}
    now = datetime.now(UTC)
    counts = submission_counts(
        session, [one.id for one in limited], owner_id=caller.owner_id, at=now
    )
    found = {
        one.id: left_of(one.quota, counts.get(one.id, SubmissionCount()), at=now) for one in limited
    }
    return {row: left for row, left in found.items() if left is not None}


def require_quota(session: ReadSession, caller: Caller, benchmark: Benchmark) -> None:
    """Raises `quota-exceeded` where nothing is left, before any work is done for nothing.

    Not a promise: `spend_quota` decides, in the transaction that stores the submission.
    """
    left = quotas_left(session, caller, [benchmark]).get(benchmark.id)
    if benchmark.quota is not None and left is not None and 0 in {left.total, left.today}:
        raise _used_up(benchmark.quota, left, at=datetime.now(UTC))


def spend_quota(
    session: WriteSession, caller: Caller, benchmark_id: int, *, at: datetime
) -> QuotaLeft | None:
    """Counts one submission; what it leaves. Raises `quota-exceeded`, and then nothing is stored.

    Call it late in the transaction, after the board's lock: the owner's other submissions to the
    benchmark wait from here to the commit.
    """
    count = count_submission(session, benchmark_id=benchmark_id, owner_id=caller.owner_id, at=at)
    quota = current_quota(session, benchmark_id)
    if quota is None:
        return None
    before = SubmissionCount(count.total - 1, count.today - 1)
    left = left_of(quota, before, at=at)
    if left is not None and 0 in {left.total, left.today}:
        raise _used_up(quota, left, at=at)
    return left_of(quota, count, at=at)


def quota_words(quota: Quota | None) -> str | None:
    """What a quota allows, in a sentence; None where there is none."""
    if quota is None:
        return None
    parts = []
    if quota.total is not None:
        parts.append(f"{counted(quota.total, 'submission')} in all")
    if quota.per_day is not None:
        each = counted(quota.per_day, "submission") if not parts else f"{quota.per_day:,}"
        parts.append(f"{each} a day (UTC)")
    return f"Each owner may make {' and '.join(parts)}."


def left_words(left: QuotaLeft) -> str:
    """What is left, as the end of a sentence: "17 submissions in all, 2 of them today (UTC)"."""
    if left.total is None:
        return f"{counted(left.today or 0, 'submission')} today (UTC)"
    words = f"{counted(left.total, 'submission')} in all"
    return words if left.today is None else f"{words}, {left.today:,} of them today (UTC)"


def end_of_day(at: datetime) -> datetime:
    """The next midnight UTC."""
    return datetime.combine(at.date() + timedelta(days=1), time(), UTC)


def _used_up(quota: Quota, left: QuotaLeft, *, at: datetime) -> Problem:
    members = {"quota": quota, "quota_left": left}
    if left.total == 0:
        return Problem(
            "quota-exceeded",
            f"The quota of this benchmark, {counted(quota.total or 0, 'submission')} in all for "
            "each owner, is used up: none is left and none will come back. Ask the benchmark's "
            "maintainer to raise it.",
            members=members,
        )
    resets_at = left.resets_at or end_of_day(at)
    in_all = ""
    if left.total is not None:
        in_all = f" {left.total:,} of {quota.total:,} {verb(left.total, 'is', 'are')} left in all."
    return Problem(
        "quota-exceeded",
        f"The quota of this benchmark, {counted(quota.per_day or 0, 'submission')} a day for each "
        f"owner, is used up: none is left today.{in_all} Send it again after "
        f"{resets_at:%Y-%m-%d %H:%M} UTC.",
        retry_after=max(1, math.ceil((resets_at - at).total_seconds())),
        members=members,
    )
