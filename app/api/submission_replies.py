"""Submissions as JSON: the receipt, the listing row, the whole view, one answer."""

from dataclasses import asdict
from typing import Any, Final

from app.api.card_replies import card_body
from app.api.replies import model_body, moment, score_body, share
from app.scoring.theory.behaviour import BehaviourAudit
from app.scoring.theory.singletons import SingletonBound
from app.services.access.public_view import HIDDEN
from app.services.board.schemas import Model
from app.services.submissions.describe import PENDING, SubmissionView
from app.storage.submissions import Submission


def scores_body(scores: dict[str, Any]) -> dict[str, Any]:
    """Scores under their ids; a family of scores by target stays a family."""
    return {
        name: {target: score_body(one) for target, one in score.items()}
        if isinstance(score, dict)
        else score_body(score)
        for name, score in scores.items()
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
            Model(model.name, model.provider, model.version, model.organisation, model.tags)
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
        "erased_at": moment(submission.erased_at),
    }


def view_body(view: SubmissionView) -> dict[str, Any]:
    """A submission with everything that may be shown about it."""
    card = dict.fromkeys(CARD) if view.card is None else card_body(view.card)
    reasons: dict[str, str] = card.pop("null_reasons", None) or {}
    erased = view.submission.erased_at is not None
    if view.card is None:
        reasons |= dict.fromkeys((*CARD, "n_invalid"), ERASED if erased else HIDDEN)
    reasons |= dict.fromkeys(_absent(view), ERASED) if erased else _absent(view)
    if view.pending:
        reasons |= {"intervals": PENDING, "calibration_test": PENDING}
    return (
        submission_body(view.submission)
        | card
        | {
            "revision": view.benchmark.revision,
            "run": view.submission.run,
            "provisional": view.provisional,
            "shares": view.shares,
            "n_invalid": view.n_invalid,
            "scores": scores_body(view.scores),
            "reported": view.submission.reported,
            "parity": None if view.parity is None else asdict(view.parity),
            "behaviour": None if view.behaviour is None else behaviour_body(view.behaviour),
            "singletons": None if view.singletons is None else _singletons_body(view.singletons),
            "null_reasons": reasons,
        }
    )


ERASED: Final = "erased"
"""The reason of what is not told of a submission whose answers were erased."""

CARD: Final = (
    "n_items",
    "n_eff",
    "mode",
    "epsilon",
    "bins",
    "counts",
    "thresholds",
    "coverage_at_risk",
    "accuracy_at_coverage",
    "calibration_test",
    "curves",
    "categories",
    "answerability",
    "occurrences",
    "validity",
    "profile",
    "flags",
)
"""What a hidden benchmark keeps back of a card."""


def _absent(view: SubmissionView) -> dict[str, str]:
    """Why a part that depends on what was sent or published is not there."""
    why = {
        "parity": (view.parity, "nothing-reported"),
        "behaviour": (view.behaviour, "no-stated-target"),
        "singletons": (view.singletons, "no-training-facts"),
    }
    return {name: reason for name, (part, reason) in why.items() if part is None}


def behaviour_body(audit: BehaviourAudit) -> dict[str, Any]:
    """A model's runs under stated targets, and whether it answers less as the price rises."""
    return {
        "data": [
            {
                "target": row.target.value,
                "selective_accuracy": score_body(row.selective_accuracy),
                "coverage": score_body(row.coverage),
                "shortfall": row.shortfall,
                "below_target": row.below_target,
            }
            for row in audit.rows
        ],
        "answers_less_as_price_rises": audit.answers_less_as_price_rises,
        "rises": [[low.value, high.value] for low, high in audit.rises],
    }


def _singletons_body(bound: SingletonBound) -> dict[str, Any]:
    return {
        "singleton_rate": bound.singleton_rate,
        "lower_bound": bound.lower_bound,
        "lower_bound_reported": bound.lower_bound_reported,
        "informative": bound.informative,
        "upper_bound_calibrated_algorithm": bound.upper_bound_calibrated_algorithm,
        "conditions": list(bound.conditions),
    }
