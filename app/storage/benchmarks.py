"""Benchmarks: their facts and policy, joined with the revision that is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    exists,
    func,
    insert,
    or_,
    select,
    true,
    union_all,
    update,
)

from app.grading.options import GradingRules
from app.grading.registry import MatcherName
from app.scoring.rules import Mode
from app.storage.database.errors import translate_errors
from app.storage.database.rows import public_id
from app.storage.database.session import ReadSession, WriteSession
from app.storage.database.tables import benchmark, gone_submission, owner, revision, submission
from app.storage.quotas import Quota, quota_from_json, quota_to_json

Visibility = Literal["public", "private"]
BenchmarkMode = Literal["open", "hidden"]
RankedAttempt = Literal["latest", "first", "best"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyColumns:
    """What an owner decides of a benchmark. Targets are in units of 1e-4, limits are shares."""

    title: str
    description: str
    source: str
    visibility: Visibility
    default_target: int
    default_mode: Mode
    fixed_targets: tuple[int, ...]
    missing_limit: float
    ungraded_limit: float
    ranked_attempt: RankedAttempt
    quota: Quota | None
    training: dict[str, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark(PolicyColumns):
    """A benchmark at one revision; `version` grows with every change of the board."""

    id: int
    public_id: str
    slug: str
    mode: BenchmarkMode
    owner_id: int
    owner: str
    demo: bool
    version: int
    created_at: datetime
    revision: int
    revision_id: int
    n_items: int
    matcher: MatcherName
    tolerance: str | None
    abstention_phrases: tuple[str, ...]
    grading: GradingRules
    archived_at: datetime | None
    archived_reason: str | None

    @property
    def ranking(self) -> tuple[object, ...]:
        """The policy that decides places and the views of a board; part of the name of everything
        that is kept about them, because an owner may change it."""
        return (
            self.default_target,
            self.default_mode,
            self.fixed_targets,
            self.missing_limit,
            self.ungraded_limit,
            self.ranked_attempt,
        )


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a deleted benchmark: that it was here, until when, and why it went.

    `erasing` while some of its contents are still being erased.
    """

    id: int
    public_id: str
    slug: str
    visibility: str
    owner_id: int
    deleted_at: datetime
    deleted_reason: str
    erasing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBenchmarkRow(PolicyColumns):
    """What is stored of a new benchmark itself; its items and key belong to its revision."""

    slug: str
    mode: str
    owner_id: int
    demo: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class BoardVersion:
    """How new a board is."""

    benchmark_id: int
    version: int
    revision: int
    archived: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """Which benchmarks somebody may read besides the public ones: an owner's, one, or all."""

    owner_id: int | None = None
    benchmark_id: int | None = None
    everything: bool = False

    def clause(self) -> ColumnElement[bool]:
        """The condition on the table `benchmark`."""
        if self.everything:
            return true()
        visible: ColumnElement[bool] = benchmark.c.visibility == "public"
        if self.owner_id is not None:
            visible = or_(visible, benchmark.c.owner_id == self.owner_id)
        if self.benchmark_id is not None:
            visible = or_(visible, benchmark.c.id == self.benchmark_id)
        return visible


def add_benchmark(session: WriteSession, row: NewBenchmarkRow) -> int:
    """Stores a benchmark without a revision; its row's id. Raises `Conflict` on a taken slug."""
    values = {field.name: getattr(row, field.name) for field in fields(row)}
    values = _as_json(values) | {"public_id": public_id("bm"), "version": 0}
    statement = insert(benchmark).values(**values).returning(benchmark.c.id)
    # Named here, inside the transaction: who publishes can still say which slug is taken.
    with translate_errors():
        return int(session.run(statement).scalar_one())


def find_benchmark(
    session: ReadSession, slug: str, *, revision: int | None = None
) -> Benchmark | None:
    """The benchmark of that slug at its newest complete revision, or at the numbered one."""
    row = session.run(_benchmarks(number=revision).where(benchmark.c.slug == slug)).first()
    return None if row is None else _benchmark(row)


def benchmark_at(session: ReadSession, revision_id: int) -> Benchmark | None:
    """The benchmark at the revision of that row, complete or not: to grade, never to show."""
    statement = _benchmarks(at=revision.c.id == revision_id)
    row = session.run(statement).first()
    return None if row is None else _benchmark(row)


def find_tombstone(session: ReadSession, slug: str) -> Tombstone | None:
    """What is left of the deleted benchmark that had that slug."""
    return _tombstone(session, benchmark.c.slug == slug)


def tombstone_of_submission(session: ReadSession, wanted: str) -> Tombstone | None:
    """What is left of the deleted benchmark that a submission of that public id was sent to."""
    of_gone = select(gone_submission.c.benchmark_id).where(gone_submission.c.public_id == wanted)
    of_going = select(submission.c.benchmark_id).where(submission.c.public_id == wanted)
    return _tombstone(session, benchmark.c.id.in_(union_all(of_gone, of_going)))


def _tombstone(session: ReadSession, which: ColumnElement[bool]) -> Tombstone | None:
    erasing = exists().where(revision.c.benchmark_id == benchmark.c.id).label("erasing")
    row = session.run(
        select(
            benchmark.c.id,
            benchmark.c.public_id,
            benchmark.c.slug,
            benchmark.c.visibility,
            benchmark.c.owner_id,
            benchmark.c.deleted_at,
            benchmark.c.deleted_reason,
            erasing,
        ).where(which, benchmark.c.deleted_at.is_not(None))
    ).first()
    return None if row is None else Tombstone(**row._asdict())


def change_benchmark(session: WriteSession, benchmark_id: int, values: Mapping[str, Any]) -> int:
    """Stores changed columns of a benchmark (of `PolicyColumns`, `archived_…`); the board's new
    version."""
    statement = (
        update(benchmark)
        .where(benchmark.c.id == benchmark_id)
        .values(**_as_json(values), version=benchmark.c.version + 1)
        .returning(benchmark.c.version)
    )
    return int(session.run(statement).scalar_one())


def _as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of columns, with those of JSON columns as JSON has them."""
    stored = dict(values)
    if "quota" in stored:
        stored["quota"] = quota_to_json(stored["quota"])
    if "fixed_targets" in stored:
        stored["fixed_targets"] = list(stored["fixed_targets"])
    return stored


def list_benchmarks(
    session: ReadSession,
    reach: Reach,
    *,
    limit: int,
    after: str | None = None,
    archived: bool = False,
) -> list[Benchmark]:
    """The benchmarks in reach, by slug: the archived ones, or the others."""
    statement = (
        _benchmarks()
        .where(reach.clause(), benchmark.c.slug > (after or ""))
        .where(benchmark.c.archived_at.is_not(None) == archived)
        .order_by(benchmark.c.slug)
        .limit(limit)
    )
    return [_benchmark(row) for row in session.run(statement)]


def list_benchmarks_of(
    session: ReadSession, *, owner_id: int | None, limit: int, benchmark_id: int | None = None
) -> list[Benchmark]:
    """An owner's benchmarks, or everybody's, the newest first; with `benchmark_id` only that."""
    statement = _benchmarks().order_by(benchmark.c.id.desc()).limit(limit)
    if owner_id is not None:
        statement = statement.where(benchmark.c.owner_id == owner_id)
    if benchmark_id is not None:
        statement = statement.where(benchmark.c.id == benchmark_id)
    return [_benchmark(row) for row in session.run(statement)]


def board_version(session: ReadSession, slug: str) -> BoardVersion | None:
    """The version of a board and the number of its newest complete revision."""
    row = session.run(
        select(
            benchmark.c.id.label("benchmark_id"),
            benchmark.c.version,
            _newest().label("revision"),
            benchmark.c.archived_at.is_not(None).label("archived"),
        ).where(benchmark.c.slug == slug, benchmark.c.deleted_at.is_(None))
    ).first()
    return None if row is None else BoardVersion(**row._asdict())


def count_benchmarks(session: ReadSession) -> int:
    """How many benchmarks there were, private, archived and deleted ones included."""
    return int(session.run(select(func.count()).select_from(benchmark)).scalar_one())


def _newest() -> Any:
    """The number of the newest complete revision of the benchmark at hand."""
    return (
        select(func.max(revision.c.number))
        .where(revision.c.benchmark_id == benchmark.c.id, revision.c.complete)
        .correlate(benchmark)
        .scalar_subquery()
    )


def _benchmarks(*, number: int | None = None, at: Any = None) -> Select[Any]:
    wanted = _newest() if number is None else number
    if at is None:
        at = and_(revision.c.number == wanted, revision.c.complete)
    return (
        select(
            benchmark.c.id,
            benchmark.c.public_id,
            benchmark.c.slug,
            benchmark.c.title,
            benchmark.c.description,
            benchmark.c.source,
            benchmark.c.visibility,
            benchmark.c.mode,
            benchmark.c.owner_id,
            owner.c.name.label("owner"),
            benchmark.c.default_target,
            benchmark.c.default_mode,
            benchmark.c.fixed_targets,
            benchmark.c.missing_limit,
            benchmark.c.ungraded_limit,
            benchmark.c.ranked_attempt,
            benchmark.c.quota,
            benchmark.c.demo,
            benchmark.c.version,
            benchmark.c.created_at,
            revision.c.number.label("revision"),
            revision.c.id.label("revision_id"),
            revision.c.n_items,
            revision.c.matcher,
            revision.c.tolerance,
            revision.c.abstention_phrases,
            revision.c.grading,
            benchmark.c.training,
            benchmark.c.archived_at,
            benchmark.c.archived_reason,
        )
        .join(owner, owner.c.id == benchmark.c.owner_id)
        .join(
            revision,
            and_(revision.c.benchmark_id == benchmark.c.id, at),
        )
        .where(benchmark.c.deleted_at.is_(None))
    )


def _benchmark(row: Row[Any]) -> Benchmark:
    values = row._asdict() | {
        "fixed_targets": tuple(row.fixed_targets),
        "abstention_phrases": tuple(row.abstention_phrases),
        "grading": GradingRules.from_json(row.grading),
        "quota": quota_from_json(row.quota),
    }
    return Benchmark(**values)
