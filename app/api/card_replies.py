"""Scorecards as JSON: every figure under its id, then curves, categories and self-checks."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.api.replies import counts_body, score_body
from app.scoring.metrics.answerability import Answerability, ItemClass
from app.scoring.metrics.curves import Reliability, RiskCoverage
from app.scoring.metrics.occurrences import NOTE, OccurrenceRow
from app.scoring.metrics.strata import Strata, Stratum
from app.scoring.metrics.thresholds import ThresholdScores
from app.scoring.profile import ScoreProfile
from app.scoring.score import Score
from app.scoring.scorecard import Scorecard
from app.scoring.targets import UNITS, Target
from app.services.submissions.card import Card, Validity

NOT_STATED: Final = "not-stated"
"""The reason of a part that the items say nothing for: no categories, no unanswerable items …"""


def card_body(card: Card) -> dict[str, Any]:
    """Everything on a card. What the items say nothing for is null, with its reason."""
    scores = card.scores
    body = {
        "n_items": scores.n_items,
        "n_eff": scores.n_eff,
        "mode": scores.mode,
        "epsilon": scores.epsilon,
        "bins": scores.bins,
        "counts": counts_body(card.counts),
        "n_invalid": card.n_invalid,
        "scores": figures_body(scores),
        "thresholds": {str(t): threshold_body(t, one) for t, one in scores.threshold.items()},
        "coverage_at_risk": _by_share(scores.coverage_at_risk),
        "accuracy_at_coverage": _by_share(scores.accuracy_at_coverage),
        "calibration_test": {name: asdict(one) for name, one in scores.calibration_tests.items()},
        "curves": {
            "reliability": _reliability_body(scores.reliability),
            "risk_coverage": _risk_coverage_body(scores.risk_coverage),
        },
        "categories": None if scores.strata is None else _strata_body(scores.strata),
        "answerability": None
        if scores.answerability is None
        else _answerability_body(scores.answerability),
        "occurrences": occurrences_body(scores.occurrences) if scores.occurrences else None,
        "validity": validity_body(card.validity),
        "profile": profile_body(scores.profile),
        "flags": list(scores.flags),
    }
    optional = ("n_eff", "categories", "answerability", "occurrences")
    return body | {"null_reasons": {name: NOT_STATED for name in optional if body[name] is None}}


def figures_body(scores: Scorecard) -> dict[str, Any]:
    """The scores by id, `threshold_score` by target among them."""
    by_target = {str(t): score_body(one.threshold_score) for t, one in scores.threshold.items()}
    return scores_by_id(scores.scores) | {"threshold_score": by_target}


def scores_by_id(scores: Mapping[str, Score]) -> dict[str, Any]:
    """Score objects by id."""
    return {name: score_body(score) for name, score in scores.items()}


def threshold_body(target: Target, one: ThresholdScores) -> dict[str, Any]:
    """All that is said at one target."""
    return {
        "target": target.value,
        "penalty": target.penalty,
        "threshold_score": score_body(one.threshold_score),
        "normalised_threshold_score": score_body(one.normalised_threshold_score),
        "attempted_rate": score_body(one.attempted_rate),
        "selective_accuracy": score_body(one.selective_accuracy),
        "error_rate": score_body(one.error_rate),
        "n_at_threshold": one.n_at_threshold,
        "below_target": one.below_target,
        "design_effect": one.design_effect,
    }


def profile_body(profile: ScoreProfile) -> list[dict[str, Any]]:
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


def validity_body(validity: Validity) -> dict[str, Any]:
    """The theorems on the upload; `check` is null where `reason` says why."""
    check = validity.check
    return {
        "check": None
        if check is None
        else {
            "n_items": check.n_items,
            "n_choices": check.n_choices,
            "generation_error": check.generation_error,
            "err_iiv_best": check.err_iiv_best,
            "best_threshold": check.best_threshold,
            "theorem3_lower_bound": check.theorem3_lower_bound,
            "theorem1_threshold": check.theorem1_threshold,
            "theorem1_err_iiv": check.theorem1_err_iiv,
            "theorem1_delta": check.theorem1_delta,
            "theorem1_lower_bound": check.theorem1_lower_bound,
            "explained": check.explained,
            "holds": check.holds,
            "conditions": list(check.conditions),
        },
        "left_out": validity.left_out,
        "reason": validity.reason,
    }


def occurrences_body(rows: Mapping[Target, tuple[OccurrenceRow, ...]]) -> dict[str, Any]:
    """A table by how often a fact stood in training, for every target."""
    return {
        "note": NOTE,
        "buckets": [
            {
                "bucket": first.bucket,
                "n_items": first.n_items,
                "error_rate": score_body(first.error_rate),
                "abstention_rate": score_body(first.abstention_rate),
                "selective_accuracy": score_body(first.selective_accuracy),
                "threshold_score": {
                    str(target): score_body(found[place].threshold_score)
                    for target, found in rows.items()
                },
            }
            for place, first in enumerate(next(iter(rows.values())))
        ],
    }


def _by_share(scores: Mapping[int, Score]) -> dict[str, Any]:
    return {f"{units / UNITS:g}": score_body(score) for units, score in scores.items()}


def _reliability_body(curve: Reliability) -> dict[str, Any]:
    return {
        "confidence": _numbers(curve.confidence),
        "answers": _numbers(curve.answers),
        "right": _numbers(curve.right),
        "low": _numbers(curve.low),
        "high": _numbers(curve.high),
        "level": curve.level,
    }


def _risk_coverage_body(curve: RiskCoverage) -> dict[str, Any]:
    return {
        "confidence": _numbers(curve.confidence),
        "coverage": _numbers(curve.coverage),
        "coverage_of_items": _numbers(curve.coverage_of_items),
        "risk": _numbers(curve.risk),
    }


def _numbers(values: NDArray[np.float64]) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values.tolist()]


def _strata_body(strata: Strata) -> dict[str, Any]:
    return {
        "data": [_stratum_body(one) for one in strata.strata],
        "micro": scores_by_id(strata.micro)
        | {"threshold_score": _by_target(strata.micro_threshold_score)},
        "macro": scores_by_id(strata.macro)
        | {"threshold_score": _by_target(strata.macro_threshold_score)},
    }


def _stratum_body(one: Stratum) -> dict[str, Any]:
    return {
        "category": one.name,
        "n_items": one.n_items,
        "scores": scores_by_id(one.scores) | {"threshold_score": _by_target(one.threshold_score)},
    }


def _by_target(scores: Mapping[Target, Score]) -> dict[str, Any]:
    return {str(target): score_body(score) for target, score in scores.items()}


def _answerability_body(found: Answerability) -> dict[str, Any]:
    return {
        "answerable": _class_body(found.answerable),
        "should_abstain": _class_body(found.should_abstain),
        "abstention_precision": score_body(found.abstention.precision),
        "abstention_recall": score_body(found.abstention.recall),
        "abstention_f1": score_body(found.abstention.f1),
        "credited_threshold_score": _by_target(found.credited_threshold_score),
        "oracle_best_threshold": score_body(found.best_threshold.score)
        | {"confidence": found.best_threshold.confidence},
    }


def _class_body(one: ItemClass) -> dict[str, Any]:
    return {
        "n_items": one.n_items,
        "accuracy": score_body(one.accuracy),
        "error_rate": score_body(one.error_rate),
        "abstention_rate": score_body(one.abstention_rate),
        "coverage": score_body(one.coverage),
    }
