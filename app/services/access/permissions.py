"""Permission checks. What a caller may not see is `not-found` to it, never `forbidden`."""

from app.problem import Problem
from app.services.access.callers import Caller
from app.services.access.public_view import PublicView, shown_to_everyone
from app.storage.benchmarks import (
    Benchmark,
    Reach,
    Tombstone,
    find_benchmark,
    find_tombstone,
    tombstone_of_submission,
)
from app.storage.database.session import ReadSession
from app.storage.gradings import graded_revisions
from app.storage.submissions import Submission, find_submission


def may_read(caller: Caller | None, benchmark: Benchmark | Tombstone) -> bool:
    """Public benchmarks are readable by all; private ones by their owner, their keys and admins.

    `reach_of` is the same rule as a filter for the database.
    """
    if shown_to_everyone(benchmark.visibility):
        return True
    if caller is None or not caller.reaches(benchmark.id):
        return False
    bound = caller.benchmark_id is not None
    return bound or caller.administers or caller.owner_id == benchmark.owner_id


def reach_of(caller: Caller | None) -> Reach:
    """What a caller may read, for lists: the public benchmarks and these."""
    if caller is None:
        return Reach()
    if caller.benchmark_id is not None:
        return Reach(benchmark_id=caller.benchmark_id)
    return Reach(everything=True) if caller.administers else Reach(owner_id=caller.owner_id)


def may_maintain(caller: Caller | None, benchmark: Benchmark) -> bool:
    """The benchmark's owner with a `maintain` key, or an admin."""
    if caller is None or not caller.reaches(benchmark.id):
        return False
    owns = caller.owner_id == benchmark.owner_id and "maintain" in caller.scopes
    return owns or caller.administers


def is_submitter(caller: Caller | None, benchmark: Benchmark, submission: Submission) -> bool:
    """Whether the caller's owner made the submission, and its key is good for the benchmark."""
    if caller is None or not caller.reaches(benchmark.id):
        return False
    return caller.owner_id == submission.owner_id


def require_answers(caller: Caller | None, benchmark: Benchmark, submission: Submission) -> None:
    """Raises `hidden-gold` where the submission's answers are not for the caller: on a hidden
    benchmark they are for the submitter and the maintainer alone."""
    if PublicView.of(benchmark).answers or is_submitter(caller, benchmark, submission):
        return
    if not may_maintain(caller, benchmark):
        raise Problem("hidden-gold", "Answers to a hidden benchmark are their submitter's alone.")


def readable_benchmark(
    session: ReadSession, caller: Caller | None, slug: str, *, revision: int | None = None
) -> Benchmark:
    """The benchmark, at its newest or the named revision. Raises `not-found`, or `gone` where one
    was deleted that the caller might have read."""
    benchmark = find_benchmark(session, slug, revision=revision)
    if benchmark is None:
        _say_gone(caller, find_tombstone(session, slug))
    if benchmark is None or not may_read(caller, benchmark):
        what = "benchmark" if revision is None else "benchmark with that revision"
        raise Problem("not-found", f"There is no {what} at this address.")
    return benchmark


def maintained_benchmark(session: ReadSession, caller: Caller, slug: str) -> Benchmark:
    """The benchmark, for one who may change it. Raises `not-found` or `forbidden`."""
    benchmark = readable_benchmark(session, caller, slug)
    if not may_maintain(caller, benchmark):
        raise Problem("forbidden", "Only this benchmark's maintainer or an admin may do that.")
    return benchmark


def readable_submission(
    session: ReadSession, caller: Caller | None, public_id: str
) -> tuple[Submission, Benchmark]:
    """A submission with its benchmark, if the caller may see that. Raises `not-found`."""
    submission = find_submission(session, public_id)
    benchmark = None if submission is None else find_benchmark(session, submission.slug)
    if benchmark is None:
        _say_gone(caller, tombstone_of_submission(session, public_id))
    if submission is None or benchmark is None or not may_read(caller, benchmark):
        raise Problem("not-found", "There is no submission at this address.")
    return submission, benchmark


def graded_submission(
    session: ReadSession, caller: Caller | None, public_id: str, *, revision: int | None = None
) -> tuple[Submission, Benchmark]:
    """A submission, and its benchmark at the named revision, or at the newest that graded it.

    Raises `not-found`, also where that revision has not graded the submission.
    """
    submission, benchmark = readable_submission(session, caller, public_id)
    graded = graded_revisions(session, submission.id)
    number = max(graded, default=0) if revision is None else revision
    if number not in graded:
        raise Problem("not-found", "The submission was not graded under that revision.")
    if number == benchmark.revision:
        return submission, benchmark
    return submission, readable_benchmark(session, caller, benchmark.slug, revision=number)


def _say_gone(caller: Caller | None, tombstone: Tombstone | None) -> None:
    """Raises `gone` to all who might have read the benchmark; to others it was never there."""
    if tombstone is None or not may_read(caller, tombstone):
        return
    why = f": {tombstone.deleted_reason}" if tombstone.deleted_reason else "."
    detail = f"{tombstone.slug} was deleted on {tombstone.deleted_at:%Y-%m-%d}{why}"
    if tombstone.erasing:
        detail += " (Its contents are being erased.)"
    raise Problem("gone", detail)


def require_not_archived(benchmark: Benchmark) -> None:
    """Raises `conflict` where the benchmark is archived, which makes it read-only."""
    if benchmark.archived_at is not None:
        raise Problem(
            "conflict",
            f"{benchmark.slug} has been archived since {benchmark.archived_at:%Y-%m-%d} and is "
            "read-only; its maintainer can unarchive it.",
        )


def require_unerased(submission: Submission) -> None:
    """Raises `gone` if the submission's answers have been erased."""
    if submission.erased_at is not None:
        raise Problem(
            "gone",
            f"The answers of {submission.public_id} were erased on "
            f"{submission.erased_at:%Y-%m-%d}; only its place in the history is kept.",
        )


def require_scope(caller: Caller, scope: str, *, benchmark: Benchmark | None = None) -> None:
    """Raises `forbidden` unless the key carries `scope` (admin carries all) and fits."""
    if scope not in caller.scopes and not caller.administers:
        raise Problem("forbidden", f"This key lacks the scope {scope}; ask an admin for one.")
    if benchmark is not None and not caller.reaches(benchmark.id):
        raise Problem("forbidden", f"This key is bound to another benchmark, {caller.benchmark}.")
