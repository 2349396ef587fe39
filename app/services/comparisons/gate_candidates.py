"""Resolves the candidate and the baseline of a gate, by id or by model name."""

from collections.abc import Callable
from dataclasses import dataclass

from app.problem import Problem
from app.scoring.rules import ScoringView
from app.scoring.targets import Target
from app.services.access.callers import Caller
from app.services.access.permissions import readable_benchmark, readable_submission
from app.services.access.public_view import PublicView
from app.services.comparisons.baselines import Pick, Wanted, pick_counted, stated_by
from app.services.comparisons.compare import align
from app.services.state.app_state import AppState
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession
from app.storage.submissions import (
    Submission,
    find_by_idempotency,
    key_on,
    submissions_of_run,
)

TermsOf = Callable[[Benchmark], ScoringView]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The two sides of a gate as requested. A model's name needs the `benchmark`'s slug, unless the
    other side is a submission's id.

    Rows that are not stored are the candidate where it is named neither way. `candidate_key` is the
    idempotency key under which they would be submitted and `external_id` their run: what is stored
    under either is the candidate itself, and no baseline by name.
    """

    benchmark: str | None = None
    baseline: str | None = None
    baseline_model: str | None = None
    against: Pick = "newest"
    candidate: str | None = None
    candidate_model: str | None = None
    candidate_key: str | None = None
    external_id: str | None = None
    stated_target: Target | None = None
    revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Two that are compared; `candidate` is None where its rows come with the request."""

    benchmark: Benchmark
    baseline: Submission
    candidate: Submission | None


def contest_of(
    session: ReadSession,
    app_state: AppState,
    caller: Caller | None,
    asked: Asked,
    terms_of: TermsOf,
) -> Contest:
    """The two at a revision of their benchmark.

    Raises as `align` and `pick_counted` do, `hidden-gold`, or `same-submission`.
    """
    benchmark = _named_benchmark(session, caller, asked)
    candidate = asked.candidate
    if asked.candidate_model is not None:
        wanted = Wanted(model=asked.candidate_model)
        try:
            candidate = pick_counted(
                session, app_state, caller, benchmark, wanted, terms_of(benchmark)
            )
        except Problem as problem:
            if problem.code != "no-baseline":
                raise
            raise Problem("no-candidate", problem.detail) from None
    baseline = asked.baseline
    if baseline is None:
        baseline = _baseline_named(
            session,
            app_state,
            caller,
            benchmark,
            asked=asked,
            candidate=candidate,
            terms=terms_of(benchmark),
        )
    if candidate == baseline:
        raise Problem(
            "same-submission",
            f"Candidate and baseline are the same submission, {baseline}. Name an earlier one, or "
            "the model as baseline_model: that means its newest submission before the candidate.",
        )
    aligned = align(session, caller, candidate or baseline, baseline, revision=asked.revision)
    if asked.benchmark is not None and aligned.benchmark.slug != asked.benchmark:
        raise Problem(
            "invalid-request",
            f"{baseline} was sent to {aligned.benchmark.slug}, not {asked.benchmark}.",
        )
    require_open(aligned.benchmark)
    return Contest(
        benchmark=aligned.benchmark,
        baseline=aligned.right,
        candidate=None if candidate is None else aligned.left,
    )


def require_open(benchmark: Benchmark) -> None:
    """Raises `hidden-gold` for a hidden benchmark."""
    if not PublicView.of(benchmark).exact_figures:
        raise Problem(
            "hidden-gold",
            "A hidden benchmark has no gate: its decisions would tell of single answers. "
            "GET /compare shows the difference of the public shares.",
        )


def _named_benchmark(session: ReadSession, caller: Caller | None, asked: Asked) -> Benchmark:
    """The benchmark that the request names, or that of a submission in it."""
    if asked.benchmark is not None:
        benchmark = readable_benchmark(session, caller, asked.benchmark, revision=asked.revision)
    elif (known := asked.candidate or asked.baseline) is not None:
        _, benchmark = readable_submission(session, caller, known)
    else:
        raise Problem("invalid-request", "A model's name needs the benchmark: name its slug.")
    require_open(benchmark)
    return benchmark


def _baseline_named(
    session: ReadSession,
    app_state: AppState,
    caller: Caller | None,
    benchmark: Benchmark,
    *,
    asked: Asked,
    candidate: str | None,
    terms: ScoringView,
) -> str:
    assert asked.baseline_model is not None
    stored = None
    if candidate is not None:
        stored, of = readable_submission(session, caller, candidate)
        if of.id != benchmark.id:
            raise Problem(
                "invalid-request", f"{candidate} was sent to {of.slug}, not {benchmark.slug}."
            )
    own = caller if caller is not None and caller.reaches(benchmark.id) else None
    copy = _stored_copy(session, own, benchmark, asked) if stored is None else stored
    run = copy.external_id if copy is not None else asked.external_id
    of_run = None if copy is None else copy.owner_id
    if of_run is None and own is not None:
        of_run = own.owner_id
    same_run = frozenset[int]()
    if run is not None and of_run is not None:
        same_run = submissions_of_run(
            session, benchmark_id=benchmark.id, owner_id=of_run, external_id=run
        )
    wanted = Wanted(
        model=asked.baseline_model,
        pick=asked.against,
        before=None if copy is None else copy.id,
        without=same_run,
        stated=stated_by(copy, asked.stated_target),
        owner=None if copy is None else copy.owner_id,
        candidate=None if copy is None else copy.public_id,
    )
    return pick_counted(session, app_state, caller, benchmark, wanted, terms)


def _stored_copy(
    session: ReadSession, own: Caller | None, benchmark: Benchmark, asked: Asked
) -> Submission | None:
    """What the caller has stored of the very rows that came along: an earlier push of them."""
    if own is None or asked.candidate_key is None:
        return None
    return find_by_idempotency(
        session,
        owner_id=own.owner_id,
        benchmark_id=benchmark.id,
        idempotency_key=key_on(benchmark.id, asked.candidate_key),
    )
