"""Submissions as JSON: the receipt, the listing row, the whole view, one answer."""

from typing import Any, Final

from app.api.replies import counts_body, model_body, moment, score_body, share
from app.grading.said import Verdict
from app.scoring.grades import Outcome
from app.scoring.profile import ScoreProfile
from app.scoring.targets import UNITS
from app.services.board import ModelName
from app.services.describe import Answer, SubmissionView, closed_form_scores
from app.services.public import HIDDEN, public_scores
from app.services.submit import Receipt
from app.storage.submissions import Submission


def scores_body(scores: dict[str, Any]) -> dict[str, Any]:
    """Scores under their ids; a family of scores by target stays a family."""
    return {
        name: {target: score_body(one) for target, one in score.items()}
        if isinstance(score, dict)
        else score_body(score)
        for name, score in scores.items()
    }


def receipt_body(receipt: Receipt, rank: int | None) -> dict[str, Any]:
    """What the submitter reads: identity, counts, closed-form scores, its place now."""
    submission, benchmark = receipt.submission, receipt.benchmark
    hidden = benchmark.mode == "hidden"
    if hidden:
        scores = public_scores(benchmark, receipt.assessed)
    else:
        scores = closed_form_scores(benchmark, receipt.assessed)
    return {
        "id": submission.public_id,
        "benchmark": benchmark.slug,
        "revision": benchmark.revision,
        "attempt": submission.attempt,
        "created_at": moment(submission.created_at),
        "provisional": receipt.counts.ungraded > 0,
        "self_reported": submission.self_reported,
        "counts": None if hidden else counts_body(receipt.counts),
        "n_invalid": None if hidden else receipt.n_invalid,
        "scores": scores_body(scores),
        "rank": rank,
        "rank_at": {"target": share(benchmark.default_target), "mode": benchmark.default_mode},
        "rank_range": None,
        "warnings": [] if hidden else list(receipt.warnings),
        "quota": benchmark.quota,
    }


def submission_body(submission: Submission) -> dict[str, Any]:
    """A submission in a list: facts, no figures."""
    model = submission.model
    return {
        "id": submission.public_id,
        "benchmark": submission.slug,
        "revision": submission.revision,
        "owner": submission.owner,
        "model": model_body(
            ModelName(model.name, model.provider, model.version, model.organisation, model.tags)
        ),
        "attempt": submission.attempt,
        "stated_target": share(submission.stated_target),
        "samples": submission.samples,
        "confidence_source": submission.confidence_source,
        "external_id": submission.external_id,
        "self_reported": submission.self_reported,
        "n_rows": submission.n_rows,
        "created_at": moment(submission.created_at),
        "withdrawn_at": moment(submission.withdrawn_at),
        "superseded": submission.superseded_by is not None,
    }


def view_body(view: SubmissionView) -> dict[str, Any]:
    """A submission with everything that may be shown about it."""
    hidden = view.counts is None
    reasons = {"counts": HIDDEN, "n_invalid": HIDDEN, "profile": HIDDEN} if hidden else {}
    return submission_body(view.submission) | {
        "revision": view.benchmark.revision,
        "run": view.submission.run,
        "reported": view.submission.reported,
        "provisional": view.provisional,
        "counts": None if view.counts is None else counts_body(view.counts),
        "shares": view.shares,
        "n_invalid": view.n_invalid,
        "scores": scores_body(view.scores),
        "profile": None if view.profile is None else _profile_body(view.profile),
        "null_reasons": reasons,
    }


def _profile_body(profile: ScoreProfile) -> list[dict[str, Any]]:
    """The profile, highest confidence last; answers without a confidence first."""
    unstated = profile.unstated_correct + profile.unstated_wrong + profile.unstated_partial
    levels: list[dict[str, Any]] = []
    if unstated:
        levels.append(
            {
                "confidence": None,
                "correct": profile.unstated_correct,
                "wrong": profile.unstated_wrong,
                "partial": profile.unstated_partial,
            }
        )
    columns = zip(
        profile.levels.tolist(),
        profile.correct.tolist(),
        profile.wrong.tolist(),
        profile.partial.tolist(),
        strict=True,
    )
    return levels + [
        {"confidence": level / UNITS, "correct": right, "wrong": wrong, "partial": partial}
        for level, right, wrong, partial in columns
    ]


def prediction_body(answer: Answer) -> dict[str, Any]:
    """One answer as the model gave it."""
    declined = answer.verdict is Verdict.ABSTAINED
    declined |= answer.verdict is None and answer.answer is None
    return {
        "item": answer.item,
        "sample": answer.sample,
        "answer": answer.answer,
        "abstained": declined or answer.outcome is Outcome.ABSTAINED,
        "confidence": answer.confidence,
        "verdict": _VERDICTS.get(answer.verdict) if answer.verdict is not None else None,
        "credit": answer.credit,
        "outcome": None if answer.outcome is None else answer.outcome.name.lower(),
    }


_VERDICTS: Final = {
    Verdict.CORRECT: "correct",
    Verdict.WRONG: "wrong",
    Verdict.PARTIAL_ZERO: "partial",
    Verdict.ABSTAINED: "abstained",
    Verdict.UNGRADED: "ungraded",
}
