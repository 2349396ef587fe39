"""A submission as its reader may see it: metadata, scores, profile and self-checks."""

from dataclasses import dataclass, replace
from typing import Final

from app.scoring import assess as assessing
from app.scoring.assess import Assessed, assess
from app.scoring.counts import Counts
from app.scoring.metrics.calibration import ece_levels
from app.scoring.metrics.rates import rates
from app.scoring.profile import ScoreProfile
from app.scoring.rules import Mode
from app.scoring.score import Score
from app.scoring.scorecard import scorecard
from app.scoring.targets import Target
from app.scoring.theory.behaviour import BehaviourAudit
from app.scoring.theory.singletons import SingletonBound, singleton_bound
from app.services.access.public_view import PublicView, public_scores, public_shares
from app.services.board.behaviour import behaviour_of
from app.services.state.app_state import AppState
from app.services.submissions.card import Card, validity_of
from app.services.submissions.parity import Parity, parity_of
from app.services.submissions.resampling import resampled_figures, with_resampled
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession
from app.storage.gradings import load_grading
from app.storage.option_probs import load_options
from app.storage.submissions import Submission

Scores = dict[str, Score | dict[str, Score]]

PENDING: Final = "pending"
"""The reason of intervals and tests that are still being redrawn; ask again in a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionView:
    """A submission as the caller may see it.

    On hidden benchmarks `shares` replace `counts`, and there is no profile and no card; where
    the answers were erased there is no figure at all. `parity`,
    `behaviour` and `singletons` are None where nothing was reported, stated or published;
    `pending` while redrawn intervals are still to come.
    """

    submission: Submission
    benchmark: Benchmark
    counts: Counts | None
    shares: dict[str, float] | None
    n_invalid: int | None
    scores: Scores
    profile: ScoreProfile | None
    provisional: bool
    card: Card | None
    parity: Parity | None
    behaviour: BehaviourAudit | None
    singletons: SingletonBound | None
    pending: bool


def describe_submission(
    session: ReadSession,
    app_state: AppState,
    benchmark: Benchmark,
    submission: Submission,
    *,
    mode: Mode | None = None,
    targets: tuple[Target, ...] = (),
    patience: float = 0.0,
) -> SubmissionView:
    """The submission with its scores at the benchmark's revision.

    `targets` are told of besides the benchmark's own, in `mode` (its default where None); redrawn
    intervals are waited for at most `patience` seconds. Raises `not-found` where the submission
    was not graded under that revision.
    """
    if submission.erased_at is not None:
        return _empty_view(benchmark, submission)
    # The benchmark was read before the submission may have been stored: see the board that has it.
    seen = replace(benchmark, version=max(benchmark.version, submission.changed))
    behaviour = behaviour_of(session, app_state, seen, submission.model.id)
    singletons = None if benchmark.training is None else _singletons(benchmark.training)
    if not PublicView.of(benchmark).exact_figures:
        return _public_view(session, app_state, benchmark, submission, behaviour, singletons)
    chosen: Mode = mode or benchmark.default_mode
    card, pending = _card(
        session, app_state, benchmark, submission, chosen, targets=targets, patience=patience
    )
    scores: Scores = dict(card.scores.scores)
    scores["threshold_score"] = {
        str(target): one.threshold_score for target, one in card.scores.threshold.items()
    }
    return SubmissionView(
        submission=submission,
        benchmark=benchmark,
        counts=card.counts,
        shares=None,
        n_invalid=card.n_invalid,
        scores=scores,
        profile=card.scores.profile,
        provisional=card.counts.ungraded > 0,
        card=card,
        parity=parity_of(submission.reported, scores),
        behaviour=behaviour,
        singletons=singletons,
        pending=pending,
    )


def _card(
    session: ReadSession,
    app_state: AppState,
    benchmark: Benchmark,
    submission: Submission,
    mode: Mode,
    *,
    targets: tuple[Target, ...],
    patience: float,
) -> tuple[Card, bool]:
    """The card of a submission to an open benchmark, and whether parts are still being made."""
    revision_data = app_state.revision_cache.of(session, benchmark)
    grading = load_grading(session, submission.id, benchmark.revision_id)
    options = load_options(
        session, submission.id, ordinals=revision_data.ordinals, samples=submission.samples
    )
    with app_state.heavy_work.acquire():
        scores = scorecard(
            grading.grades,
            revision_data.frame,
            targets=targets_of(benchmark, *targets),
            mode=mode,
            resamples=0,
        )
        validity = validity_of(options, revision_data.answers, samples=submission.samples)
    resampled = resampled_figures(
        app_state.resampled,
        (submission.id, benchmark.revision_id),
        grading.grades,
        revision_data.frame,
        mode=mode,
        seconds=patience,
    )
    card = Card(
        scores=scores if resampled is None else with_resampled(scores, resampled),
        counts=grading.counts,
        n_invalid=grading.n_invalid,
        validity=validity,
    )
    return card, resampled is None


def _public_view(
    session: ReadSession,
    app_state: AppState,
    benchmark: Benchmark,
    submission: Submission,
    behaviour: BehaviourAudit | None,
    singletons: SingletonBound | None,
) -> SubmissionView:
    """The public view on a hidden benchmark, for all readers, its submitter included."""
    revision_data = app_state.revision_cache.of(session, benchmark)
    grading = load_grading(session, submission.id, benchmark.revision_id)
    entry = assess(grading.grades, revision_data.frame)
    scores = public_scores(benchmark, entry)
    return SubmissionView(
        submission=submission,
        benchmark=benchmark,
        counts=None,
        shares=public_shares(entry, target=Target(0), mode="declared").as_dict(),
        n_invalid=None,
        scores=scores,
        profile=None,
        provisional=False,
        card=None,
        parity=parity_of(submission.reported, scores),
        behaviour=behaviour,
        singletons=singletons,
        pending=False,
    )


def _empty_view(benchmark: Benchmark, submission: Submission) -> SubmissionView:
    """The view of a submission whose answers were erased: metadata without figures."""
    return SubmissionView(
        submission=submission,
        benchmark=benchmark,
        counts=None,
        shares=None,
        n_invalid=None,
        scores={},
        profile=None,
        provisional=False,
        card=None,
        parity=None,
        behaviour=None,
        singletons=None,
        pending=False,
    )


def targets_of(benchmark: Benchmark, *more: Target) -> tuple[Target, ...]:
    """The targets that a benchmark's submissions are told of, and `more`, in rising order."""
    own = (0, *benchmark.fixed_targets, benchmark.default_target)
    return tuple(sorted({Target(units) for units in own} | set(more)))


def _singletons(training: dict[str, int]) -> SingletonBound:
    return singleton_bound(
        n_train=training["n_examples"],
        n_singleton=training["n_singletons"],
        min_error_set=training["min_error_set"],
        max_error_set=training.get("max_error_set"),
    )


def closed_form_scores(benchmark: Benchmark, entry: Assessed) -> Scores:
    """Rates, threshold scores at the benchmark's targets in its default mode, quadratic, BAS."""
    mode: Mode = "threshold" if benchmark.default_mode == "threshold" else "declared"
    targets = sorted({0, *benchmark.fixed_targets, benchmark.default_target})
    scores: Scores = dict(rates(entry))
    scores["threshold_score"] = {
        str(Target(units)): assessing.threshold_score(entry, Target(units), mode)
        for units in targets
    }
    scores["quadratic_score"] = assessing.quadratic_score(entry)
    scores["bas"] = assessing.bas(entry)
    scores["ece_levels"] = ece_levels(entry)
    return scores
