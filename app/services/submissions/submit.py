"""Submitting: one model's predictions are graded, stored and scored in one transaction.

Grading happens before the transaction opens, so the write lock is held only while rows are
written; what was graded against a revision that is no longer the newest is graded again.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from app.intake.columns import PredictionColumns
from app.problem import Problem
from app.scoring.assess import Assessed, assess
from app.scoring.metrics.rates import rates
from app.scoring.profile import Counts, counts_of
from app.scoring.targets import Target
from app.services.access.callers import Caller, spend_write
from app.services.access.permissions import (
    readable_benchmark,
    require_not_archived,
    require_scope,
    require_unerased,
)
from app.services.board.schemas import Model
from app.services.state.app_state import AppState
from app.services.submissions.card import reported_warnings
from app.services.submissions.evaluate import (
    EvaluatedRows,
    evaluate_rows,
    store_grading,
    warnings_about,
)
from app.services.submissions.quota import QuotaLeft, quotas_left, require_quota, spend_quota
from app.storage.audit_log import add_event
from app.storage.benchmarks import Benchmark, board_version
from app.storage.database.rows import present
from app.storage.database.session import Conflict, ReadSession, WriteSession
from app.storage.gradings import load_grading
from app.storage.models import ensure_model
from app.storage.predictions import add_options, write_predictions
from app.storage.submissions import (
    NewSubmissionRow,
    Submission,
    add_submission,
    find_by_idempotency,
    find_submission,
    key_on,
    place_submission,
)

_TRIES: Final = 5
WITHDRAWN: Final = (
    "This submission was stored before and is withdrawn: it is on no board. To submit the same "
    "rows anew send another Idempotency-Key or external_id."
)
"""What a replay says where the stored submission was withdrawn since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubmission:
    """Who answered, and how. `stated_target` is the t that the prompt announced."""

    model: Model
    stated_target: Target | None = None
    confidence_source: str | None = None
    external_id: str | None = None
    run: dict[str, Any] = field(default_factory=dict)
    reported: dict[str, Any] | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSubmission:
    """The result of a submission: the stored row and its grades."""

    benchmark: Benchmark
    submission: Submission
    assessed: Assessed
    counts: Counts
    n_invalid: int
    warnings: tuple[str, ...]
    replayed: bool
    quota_left: QuotaLeft | None


@dataclass(frozen=True, slots=True)
class _Identity:
    """The identity of a request for idempotency: its key and a digest of its contents."""

    key: str
    fingerprint: bytes


class _Outdated(Exception):
    """The benchmark got a new revision, was archived or deleted while this submission was being
    graded."""


def submit(
    app_state: AppState, caller: Caller, slug: str, new: NewSubmission, columns: PredictionColumns
) -> StoredSubmission:
    """Stores one submission, or finds the one that the same request stored before.

    Problems, each with nothing stored: `not-found`, `gone` (deleted, or erased since the same
    request stored it), `forbidden`, `conflict` (archived), `invalid-predictions` (rows),
    `idempotency-mismatch`, `quota-exceeded`, `rate-limited`, `unavailable`, `no-space`.
    """
    require_scope(caller, "submit")
    fingerprint = _fingerprint(slug, new, columns.digest)
    for _ in range(_TRIES):
        with app_state.database.reading() as session:
            benchmark = readable_benchmark(session, caller, slug)
            require_scope(caller, "submit", benchmark=benchmark)
            identity = _identity(benchmark, new, fingerprint)
            earlier = find_by_idempotency(
                session,
                owner_id=caller.owner_id,
                benchmark_id=benchmark.id,
                idempotency_key=identity.key,
            )
            if earlier is not None:
                _require_same(earlier, identity)
                require_unerased(earlier)
                left = quotas_left(session, caller, [benchmark]).get(benchmark.id)
                return stored_again(app_state, session, benchmark, earlier, quota_left=left)
            require_not_archived(benchmark)
            require_quota(session, caller, benchmark)
            revision_data = app_state.revision_cache.of(session, benchmark)
        judged = evaluate_rows(benchmark, revision_data, columns)
        try:
            with app_state.database.writing() as writer:
                stored = _store(writer, caller, benchmark, new, judged, identity)
                submission = _placed(writer, caller, benchmark, stored)
                left = spend_quota(writer, caller, benchmark.id, at=submission.created_at)
                # After the board, as every write: the other way round two would wait in a circle.
                spend_write(writer, app_state, caller)
                return StoredSubmission(
                    benchmark=benchmark,
                    submission=submission,
                    assessed=judged.assessed,
                    counts=counts_of(judged.assessed.profile),
                    n_invalid=judged.graded.n_invalid,
                    warnings=(
                        *warnings_about(judged.said, judged.graded, judged.read),
                        *_about_reported(new, judged),
                    ),
                    replayed=False,
                    quota_left=left,
                )
        except (Conflict, _Outdated):
            # Another transaction stored the same request or a new revision first: retry.
            continue
    raise Problem("unavailable", "The benchmark is changing too fast; try again.", retry_after=1)


def _about_reported(new: NewSubmission, judged: EvaluatedRows) -> tuple[str, ...]:
    assessed = judged.assessed
    return reported_warnings(
        new.reported,
        {**rates(assessed)},
        n_items=assessed.items.n_items,
        whole=assessed.items.weight is None and not assessed.profile.n_partial,
    )


def submit_within(
    session: WriteSession,
    app_state: AppState,
    caller: Caller,
    benchmark: Benchmark,
    new: NewSubmission,
    columns: PredictionColumns,
) -> Submission:
    """Stores one submission in a transaction that is already open; no limit counts it.

    Raises `invalid-predictions` (rows), and `Conflict` where it is stored already.
    """
    judged = evaluate_rows(benchmark, app_state.revision_cache.of(session, benchmark), columns)
    identity = _identity(benchmark, new, _fingerprint(benchmark.slug, new, columns.digest))
    return _placed(
        session, caller, benchmark, _store(session, caller, benchmark, new, judged, identity)
    )


def idempotency_key(benchmark: Benchmark, new: NewSubmission, columns: PredictionColumns) -> str:
    """The key under which a submission to that benchmark is stored."""
    return _identity(benchmark, new, _fingerprint(benchmark.slug, new, columns.digest)).key


def _identity(benchmark: Benchmark, new: NewSubmission, fingerprint: bytes) -> _Identity:
    """The caller's key on this benchmark or, without one, the digest of what was sent.

    The benchmark is part of it: a key that is bound to another can neither take nor read it.
    """
    key = f"body:{fingerprint.hex()}"
    if new.idempotency_key:
        key = key_on(benchmark.id, new.idempotency_key)
    return _Identity(key, fingerprint)


def _fingerprint(slug: str, new: NewSubmission, digest: bytes) -> bytes:
    """The digest of where, who, how and the decoded body."""
    said = (
        slug,
        (
            new.model.name,
            new.model.provider,
            new.model.version,
            new.model.organisation,
            new.model.tags,
        ),
        None if new.stated_target is None else new.stated_target.units,
        new.confidence_source,
        new.external_id,
        new.run,
        new.reported,
        digest,
    )
    return hashlib.sha256(msgspec.json.encode(said, order="deterministic")).digest()


def _require_same(earlier: Submission, identity: _Identity) -> None:
    if earlier.fingerprint != identity.fingerprint:
        raise Problem(
            "idempotency-mismatch",
            "This idempotency key was used for another request; send a new key.",
        )


def stored_again(
    app_state: AppState,
    session: ReadSession,
    benchmark: Benchmark,
    submission: Submission,
    *,
    quota_left: QuotaLeft | None,
) -> StoredSubmission:
    """The receipt of a stored submission, its scores computed now at the benchmark's revision."""
    revision_data = app_state.revision_cache.of(session, benchmark)
    grading = load_grading(session, submission.id, benchmark.revision_id)
    return StoredSubmission(
        benchmark=benchmark,
        submission=submission,
        assessed=assess(grading.grades, revision_data.frame),
        counts=grading.counts,
        n_invalid=grading.n_invalid,
        warnings=() if submission.withdrawn_at is None else (WITHDRAWN,),
        replayed=True,
        quota_left=quota_left,
    )


def _store(
    session: WriteSession,
    caller: Caller,
    benchmark: Benchmark,
    new: NewSubmission,
    judged: EvaluatedRows,
    identity: _Identity,
) -> tuple[int, str]:
    """Writes submission, predictions and grading; the row's id and its public id."""
    now = datetime.now(UTC)
    name = new.model
    model = ensure_model(
        session,
        owner_id=caller.owner_id,
        name=name.name,
        provider=name.provider,
        version=name.version,
        organisation=name.organisation,
        tags=name.tags,
        bound_to=caller.benchmark_id,
    )
    row = NewSubmissionRow(
        benchmark_id=benchmark.id,
        revision_id=benchmark.revision_id,
        owner_id=caller.owner_id,
        model_id=model.id,
        stated_target=None if new.stated_target is None else new.stated_target.units,
        samples=judged.said.samples,
        confidence_source=new.confidence_source,
        external_id=new.external_id,
        idempotency_key=identity.key,
        fingerprint=identity.fingerprint,
        run=new.run,
        reported=new.reported,
        n_rows=int(judged.said.present.sum()),
        self_reported=benchmark.matcher == "verdicts",
        created_at=now,
    )
    submission_id, public_id = add_submission(session, row)
    write_predictions(session, submission_id, judged.said, ordinals=judged.revision_data.ordinals)
    if judged.said.options is not None:
        add_options(
            session,
            submission_id,
            judged.said.options,
            ordinals=judged.revision_data.ordinals,
            samples=judged.said.samples,
        )
    store_grading(
        session,
        judged.graded,
        judged.assessed,
        submission_id=submission_id,
        revision_id=benchmark.revision_id,
        at=now,
    )
    return submission_id, public_id


def _placed(
    session: WriteSession, caller: Caller, benchmark: Benchmark, stored: tuple[int, str]
) -> Submission:
    """Gives the submission its attempt number and puts it on the board.

    Last in its transaction, because from here to the commit all who submit to this benchmark wait.
    """
    submission_id, public_id = stored
    place_submission(session, submission_id)
    current = board_version(session, benchmark.slug)
    if current is None or current.archived or current.revision != benchmark.revision:
        raise _Outdated
    submission = present(find_submission(session, public_id), public_id)
    add_event(
        session,
        actor=caller.owner,
        key=caller.key,
        action="submission.submit",
        subject=public_id,
        detail={
            "benchmark": benchmark.slug,
            "model": submission.model.name,
            "rows": submission.n_rows,
        },
        request_id=caller.request_id,
        at=submission.created_at,
    )
    return submission
