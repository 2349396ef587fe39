"""A submission as its reader may see it: metadata, scores, profile and self-checks.

Calibration tests take thousands of redraws: they are computed in the background and cached, as
grades under a revision never change. A reader gets every other figure immediately.
"""

from dataclasses import fields, replace
from typing import Any, Final

from app.problem import Problem
from app.scoring.assess import assess
from app.scoring.grades import Grades, ItemFrame
from app.scoring.metrics.guaranteed import GuaranteedThreshold, guaranteed_threshold
from app.scoring.published_figures import contradictions
from app.scoring.rules import Mode
from app.scoring.score import HIDDEN
from app.scoring.scorecard import Scorecard, scorecard
from app.scoring.targets import Target
from app.services.access.permissions import require_unerased
from app.services.access.public_view import PublicView, public_scores, public_shares
from app.services.board.behaviour import behaviour_of
from app.services.state.app_state import AppState
from app.services.state.background_jobs import PENDING, BackgroundJobs
from app.services.state.results import ResampledFigures
from app.services.submissions.card import (
    null_reasons_of,
    option_figures,
    parities_of,
    reported_figures,
    scores_of,
    singletons_of,
)
from app.services.submissions.schemas import SubmissionDetail, SubmissionRow, targets_of
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession
from app.storage.gradings import Grading, load_grading
from app.storage.predictions import load_options
from app.storage.submissions import Submission


def resampled_figures(
    jobs: BackgroundJobs[ResampledFigures],
    name: tuple[int, int],
    grades: Grades,
    items: ItemFrame,
    *,
    mode: Mode,
    seconds: float,
) -> ResampledFigures | None:
    """The resampled figures of the submission and revision of `name`; waits at most `seconds`.

    None while they are still being made.
    """

    def make() -> ResampledFigures:
        card = scorecard(grades, items, targets=(), mode=mode, only=frozenset())
        return ResampledFigures(card.calibration_test)

    return jobs.ask(name, make) or jobs.wait(name, seconds=seconds)


def with_resampled(card: Scorecard, resampled: ResampledFigures) -> Scorecard:
    """The card with its calibration tests."""
    return replace(card, calibration_test=resampled.calibration_test)


ERASED: Final = "erased"
"""The reason of what is not told of a submission whose answers were erased."""

_OF_A_CARD: Final = tuple(one.name for one in fields(Scorecard) if one.name != "scores")
"""What a hidden benchmark keeps back of a card."""


def describe_submission(
    session: ReadSession,
    app_state: AppState,
    benchmark: Benchmark,
    submission: Submission,
    *,
    grading: Grading | None = None,
    mode: Mode | None = None,
    targets: tuple[Target, ...] = (),
    patience: float = 0.0,
) -> SubmissionDetail:
    """The submission with its scores at the benchmark's revision.

    `grading` is what was read already. `targets` are told of besides the benchmark's own, in `mode`
    (its default where None); redrawn intervals are waited for at most `patience` seconds. Raises
    `not-found` where the submission was not graded under that revision.
    """
    if submission.erased_at is not None:
        reasons = dict.fromkeys((*_OF_A_CARD, "parity", "behaviour", "singletons"), ERASED)
        return _detail(benchmark, submission, scores={}, null_reasons=reasons)
    # The benchmark was read before the submission may have been stored: see the board that has it.
    seen = replace(benchmark, version=max(benchmark.version, submission.changed))
    behaviour = behaviour_of(session, app_state, seen, submission.model.id)
    grading = grading or load_grading(session, submission.id, benchmark.revision_id)
    parts: dict[str, Any]
    if PublicView.of(benchmark).exact_figures:
        card, pending = _card(
            session,
            app_state,
            benchmark,
            submission,
            grading,
            mode or benchmark.default_mode,
            targets=targets,
            patience=patience,
        )
        scores, reasons = scores_of(card), null_reasons_of(card)
        n_items, whole = card.n_items, card.n_eff is None and not card.counts.partial
        parts = {
            "card": card,
            "profile": card.profile.by_level(),
            "provisional": card.counts.ungraded > 0,
        }
    else:
        # The public view, for all readers, the submitter included.
        frame = app_state.revision_cache.of(session, benchmark).frame
        entry, pending = assess(grading.grades, frame), False
        n_items, whole = frame.n_items, True
        scores, reasons = public_scores(benchmark, entry), dict.fromkeys(_OF_A_CARD, HIDDEN)
        parts = {"shares": public_shares(entry, target=Target(0), mode="declared").as_dict()}
    parities = parities_of(submission.reported, scores, n_items=n_items)
    parity = parities[0] if parities else None
    singletons = None if benchmark.training is None else singletons_of(benchmark.training)
    if parity is None:
        reasons["parity"] = "nothing-reported"
    if behaviour is None:
        reasons["behaviour"] = "no-stated-target"
    if singletons is None:
        reasons["singletons"] = "no-training-facts"
    if pending:
        reasons |= {"calibration_test": PENDING}
    return _detail(
        benchmark,
        submission,
        scores=scores,
        parity=parity,
        parities=parities,
        contradictions=contradictions(reported_figures(submission.reported)) if whole else (),
        behaviour=behaviour,
        singletons=singletons,
        null_reasons=reasons,
        **parts,
    )


def describe_threshold(
    session: ReadSession,
    app_state: AppState,
    benchmark: Benchmark,
    submission: Submission,
    *,
    risk: float,
) -> GuaranteedThreshold:
    """From which stated confidence on the submission's risk is at most `risk`, with 95 %.

    Raises `hidden-gold` where the benchmark shows no exact figures, `gone` where the answers were
    erased.
    """
    require_unerased(submission)
    if not PublicView.of(benchmark).exact_figures:
        raise Problem(
            "hidden-gold", "A hidden benchmark shows no risk by confidence, which tells of answers."
        )
    frame = app_state.revision_cache.of(session, benchmark).frame
    grades = load_grading(session, submission.id, benchmark.revision_id).grades
    return guaranteed_threshold(assess(grades, frame), risk)


def _detail(benchmark: Benchmark, submission: Submission, **parts: Any) -> SubmissionDetail:
    """The submission with these parts; without the others."""
    return SubmissionDetail(
        row=SubmissionRow.of(submission),
        revision=benchmark.revision,
        run=submission.run,
        reported=submission.reported,
        **parts,
    )


def _card(
    session: ReadSession,
    app_state: AppState,
    benchmark: Benchmark,
    submission: Submission,
    grading: Grading,
    mode: Mode,
    *,
    targets: tuple[Target, ...],
    patience: float,
) -> tuple[Scorecard, bool]:
    """The card of a submission to an open benchmark, and whether parts are still being made."""
    revision_data = app_state.revision_cache.of(session, benchmark)
    options = load_options(
        session, submission.id, ordinals=revision_data.ordinals, samples=submission.samples
    )
    with app_state.heavy_work.acquire():
        told = option_figures(options, revision_data.answers, samples=submission.samples)
        card = scorecard(
            grading.grades,
            revision_data.frame,
            targets=targets_of(benchmark, *targets),
            mode=mode,
            resamples=0,
            n_invalid=grading.n_invalid,
            validity=told.validity,
            option_scores=told.scores,
        )
    resampled = resampled_figures(
        app_state.resampled,
        (submission.id, benchmark.revision_id),
        grading.grades,
        revision_data.frame,
        mode=mode,
        seconds=patience,
    )
    return card if resampled is None else with_resampled(card, resampled), resampled is None
