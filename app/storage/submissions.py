"""Submissions: who answered what when; never edited, only marked."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select, update

from app.storage.benchmarks import Reach
from app.storage.database.rows import named_rows, public_id
from app.storage.database.session import ReadSession, WriteSession
from app.storage.database.tables import benchmark, model, owner, revision, submission
from app.storage.models import MODEL_COLUMNS, ModelRow, model_of


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission as stored. `revision` is the number it was sent to; `stated_target` is in
    units of 1e-4; `changed` is the board version at which the row last changed."""

    id: int
    public_id: str
    benchmark_id: int
    slug: str
    revision_id: int
    revision: int
    owner_id: int
    attempt: int
    stated_target: int | None
    samples: int
    confidence_source: str | None
    external_id: str | None
    idempotency_key: str
    fingerprint: bytes
    run: dict[str, Any]
    reported: dict[str, Any] | None
    n_rows: int
    self_reported: bool
    created_at: datetime
    withdrawn_at: datetime | None
    superseded_by: int | None
    erased_at: datetime | None
    changed: int
    model: ModelRow

    @property
    def owner(self) -> str:
        """The name of the owner."""
        return self.model.owner


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubmissionRow:
    """What is stored of a new submission before it has its place."""

    benchmark_id: int
    revision_id: int
    owner_id: int
    model_id: int
    stated_target: int | None
    samples: int
    confidence_source: str | None
    external_id: str | None
    idempotency_key: str
    fingerprint: bytes
    run: dict[str, Any]
    reported: dict[str, Any] | None
    n_rows: int
    self_reported: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Placed:
    """The attempt number a submission got, and the board version that shows it."""

    attempt: int
    version: int


def add_submission(session: WriteSession, row: NewSubmissionRow) -> tuple[int, str]:
    """Stores a submission that has no place yet; its row's id and its public id.

    Raises `Conflict` where the owner has used the idempotency key on the benchmark before.
    """
    name = public_id("sub")
    statement = (
        insert(submission)
        .values(**asdict(row), public_id=name, attempt=0, changed=0)
        .returning(submission.c.id)
    )
    return int(session.run(statement).scalar_one()), name


def place_submission(session: WriteSession, submission_id: int) -> Placed:
    """Puts a submission on its board: bumps the version, numbers the attempt, and marks an earlier
    one with the same external id as superseded.

    Takes the benchmark's row lock, so call it last.
    """
    columns = submission.c
    row = session.run(
        select(
            columns.benchmark_id,
            columns.owner_id,
            columns.model_id,
            columns.stated_target,
            columns.external_id,
        ).where(columns.id == submission_id)
    ).one()
    version = bump_version(session, row.benchmark_id)
    attempts = session.run(
        select(func.max(columns.attempt)).where(
            columns.benchmark_id == row.benchmark_id,
            columns.model_id == row.model_id,
            columns.stated_target.is_not_distinct_from(row.stated_target),
        )
    ).scalar_one()
    session.run(
        update(submission)
        .where(columns.id == submission_id)
        .values(attempt=attempts + 1, changed=version)
    )
    if row.external_id is not None:
        session.run(
            update(submission)
            .where(
                columns.benchmark_id == row.benchmark_id,
                columns.owner_id == row.owner_id,
                columns.external_id == row.external_id,
                columns.superseded_by.is_(None),
                columns.id != submission_id,
            )
            .values(superseded_by=submission_id, changed=version)
        )
    return Placed(attempts + 1, version)


def bump_version(session: WriteSession, benchmark_id: int) -> int:
    """The board's next version; holds the benchmark's row until the transaction ends."""
    statement = (
        update(benchmark)
        .where(benchmark.c.id == benchmark_id)
        .values(version=benchmark.c.version + 1)
        .returning(benchmark.c.version)
    )
    return int(session.run(statement).scalar_one())


def withdraw_submission(session: WriteSession, submission_id: int, at: datetime) -> int:
    """Marks a submission withdrawn; the board's new version."""
    benchmark_id = session.run(
        select(submission.c.benchmark_id).where(submission.c.id == submission_id)
    ).scalar_one()
    version = bump_version(session, benchmark_id)
    session.run(
        update(submission)
        .where(submission.c.id == submission_id)
        .values(withdrawn_at=at, changed=version)
    )
    return version


def is_erased(session: WriteSession, submission_id: int) -> bool:
    """Whether a submission's answers are erased; that stays so until the transaction ends."""
    statement = (
        select(submission.c.erased_at)
        .where(submission.c.id == submission_id)
        .with_for_update(read=True)
    )
    return session.run(statement).scalar() is not None


def find_submission(session: ReadSession, wanted: str) -> Submission | None:
    """The submission of that public id."""
    return _first(session, _submissions().where(submission.c.public_id == wanted))


def key_on(benchmark_id: int, key: str) -> str:
    """How a caller's idempotency key is stored: the same one on another benchmark is another."""
    return f"key:{benchmark_id}:{key}"


def find_by_idempotency(
    session: ReadSession, *, owner_id: int, benchmark_id: int, idempotency_key: str
) -> Submission | None:
    """What the owner stored on the benchmark under an idempotency key."""
    statement = _submissions().where(
        submission.c.owner_id == owner_id,
        submission.c.benchmark_id == benchmark_id,
        submission.c.idempotency_key == idempotency_key,
    )
    return _first(session, statement)


def submissions_of_run(
    session: ReadSession, *, benchmark_id: int, owner_id: int, external_id: str
) -> frozenset[int]:
    """The ids of the owner's submissions of one run: those that share its external id."""
    columns = submission.c
    statement = select(columns.id).where(
        columns.benchmark_id == benchmark_id,
        columns.owner_id == owner_id,
        columns.external_id == external_id,
    )
    return frozenset(session.run(statement).scalars())


_model_name = model.c.name
_owner_name = owner.c.name


def list_submissions(
    session: ReadSession,
    *,
    benchmark_id: int,
    limit: int,
    model: str | None = None,
    owner: str | None = None,
    after: int | None = None,
) -> list[Submission]:
    """A benchmark's submissions, newest first; `after` is the id of the last one seen."""
    statement = _submissions().where(submission.c.benchmark_id == benchmark_id)
    if model is not None:
        statement = statement.where(_model_name == model)
    if owner is not None:
        statement = statement.where(_owner_name == owner)
    if after is not None:
        statement = statement.where(submission.c.id < after)
    rows = session.run(statement.order_by(submission.c.id.desc()).limit(limit))
    return [_submission(row) for row in named_rows(rows)]


def list_submissions_of(
    session: ReadSession, owner_id: int, reach: Reach, *, benchmark_id: int | None, limit: int
) -> list[Submission]:
    """An owner's submissions to the benchmarks in reach, newest first; with `benchmark_id` to that
    one alone."""
    statement = _submissions().where(submission.c.owner_id == owner_id, reach.clause())
    if benchmark_id is not None:
        statement = statement.where(submission.c.benchmark_id == benchmark_id)
    rows = session.run(statement.order_by(submission.c.id.desc()).limit(limit))
    return [_submission(row) for row in named_rows(rows)]


def _submissions() -> Select[Any]:
    columns = submission.c
    return (
        select(
            columns.id,
            columns.public_id,
            columns.benchmark_id,
            benchmark.c.slug,
            columns.revision_id,
            revision.c.number.label("revision"),
            columns.owner_id,
            columns.attempt,
            columns.stated_target,
            columns.samples,
            columns.confidence_source,
            columns.external_id,
            columns.idempotency_key,
            columns.fingerprint,
            columns.run,
            columns.reported,
            columns.n_rows,
            columns.self_reported,
            columns.created_at,
            columns.withdrawn_at,
            columns.superseded_by,
            columns.erased_at,
            columns.changed,
            *MODEL_COLUMNS,
        )
        .join(benchmark, benchmark.c.id == columns.benchmark_id)
        .join(revision, revision.c.id == columns.revision_id)
        .join(model, model.c.id == columns.model_id)
        .join(owner, owner.c.id == columns.owner_id)
    )


def _first(session: ReadSession, statement: Select[Any]) -> Submission | None:
    row = session.run(statement).first()
    return None if row is None else _submission(row._asdict())


_OF_THE_MODEL = frozenset(column.name for column in MODEL_COLUMNS)


def _submission(row: Mapping[str, Any]) -> Submission:
    own = {name: value for name, value in row.items() if name not in _OF_THE_MODEL}
    return Submission(**own, model=model_of(row))
