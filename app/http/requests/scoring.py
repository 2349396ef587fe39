"""Requests that score: rows that are not stored, and a candidate at a gate.

The rows are not here: they come by the hundred thousand and `app/intake` reads them.
"""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from app.grading.registry import MatcherName
from app.http.field_types import Name, PenaltyIn, Slug, SubmissionId, TargetIn, as_json_object
from app.http.requests.base import (
    MODE,
    PENALTY,
    ConfidenceUnit,
    Request,
    folded,
    take_penalties,
    take_penalty,
)
from app.http.requests.benchmarks import GradingIn, TrainingIn
from app.scoring.metrics.binning import BINS
from app.scoring.rules import Mode, Rule
from app.scoring.targets import Target

LARGEST_LOSS: Final = 0.02
"""Points an item that a candidate may lose where a request names none: 2 points per 100."""


class GateIn(Request):
    """What to decide between a candidate and a baseline; inline rows travel beside it.

    Losses are points an item, as everywhere in JSON: 0.01 is one point in a hundred.
    """

    benchmark: Slug | None = Field(
        default=None,
        description="The benchmark of models that are named; needed beside rows and a name.",
    )
    baseline: SubmissionId | None = Field(
        default=None, description="The submission to hold the candidate against; or baseline_model."
    )
    baseline_model: Name | None = Field(
        default=None,
        description="A model's name: its counted submission before the candidate (not withdrawn, "
        "not superseded, within the benchmark's limits) that `against` picks.",
    )
    against: Literal["newest", "best"] = Field(
        default="newest",
        description="Which submission of baseline_model: the newest before the candidate, or the "
        "one with the highest score so far, which a slow slide cannot pass.",
    )
    candidate: SubmissionId | None = Field(
        default=None, description="Another submission; absent where the rows come along."
    )
    candidate_model: Name | None = Field(
        default=None, description="A model's name: its newest counted submission."
    )
    candidate_key: Annotated[str, Field(pattern=r"^[!-~]{1,255}$")] | None = Field(
        default=None,
        description="The Idempotency-Key that the rows are, or would be, submitted under. Where "
        "they are stored already, only what is older than that can be a baseline by name.",
    )
    external_id: Name | None = Field(
        default=None,
        description="The run that the rows are of; submissions of it are no baseline by name.",
    )
    stated_target: TargetIn | None = Field(
        default=None,
        description="The target that the prompt of the rows announced; a baseline by name is "
        "picked among submissions under the same one, where there is any.",
    )
    stated_penalty: PenaltyIn | None = Field(
        default=None, description=f"Instead of stated_target: {PENALTY}"
    )
    largest_loss: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] = Field(
        default=LARGEST_LOSS,
        description="The largest loss that passes, in points an item; 0.02 is 2 points per 100.",
    )
    rule: Rule = Field(
        default="target", description="Which rule scores both; `target` takes a target."
    )
    target: TargetIn | None = Field(
        default=None, description="Belongs to rule `target`; the benchmark's default where absent."
    )
    penalty: PenaltyIn | None = Field(default=None, description=f"Instead of target: {PENALTY}")
    mode: Mode | None = Field(
        default=None,
        description=f"{MODE} The benchmark's default where absent.",
    )
    revision: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = Field(
        default=None,
        description="The revision that grades both; the newest common one where absent.",
    )
    confidence_unit: ConfidenceUnit = "share"

    @model_validator(mode="after")
    def _by_penalty(self) -> Self:
        take_penalty(self, "target", "penalty")
        take_penalty(self, "stated_target", "stated_penalty")
        return self

    @model_validator(mode="after")
    def _one_baseline(self) -> Self:
        if (self.baseline is None) == (self.baseline_model is None):
            raise ValueError("name one baseline: a submission's id, or baseline_model")
        if self.baseline is not None and self.against != "newest":
            raise ValueError("against picks among a model's submissions; it needs baseline_model")
        return self


MOST_TARGETS: Final = 32
MOST_MISSING: Final = 1_000_000
MOST_RESAMPLES: Final = 2_000
FEWEST_BINS: Final = 2
MOST_BINS: Final = 100
LEAST_EPSILON: Final = 1e-12
"""Below this 1 - epsilon loses its digits in a double, and at last is 1, whose loss is infinite."""


class ScoreIn(GradingIn):
    """How to score rows that are not stored; the rows travel beside it."""

    matcher: MatcherName = Field(
        default="verdicts", description="How `answer` is held against `accepted`."
    )
    missing: Annotated[int, Field(ge=0, le=MOST_MISSING)] = Field(
        default=0, description="Items without any row; they count, and score 0."
    )
    targets: list[TargetIn] = Field(
        default=[Target(0), Target(5_000), Target(7_500), Target(9_000)],
        min_length=1,
        max_length=MOST_TARGETS,
        description="Confidence targets to score at.",
        validate_default=False,
    )
    penalties: list[PenaltyIn] = Field(
        default=[],
        max_length=MOST_TARGETS,
        description="Targets by their penalties, beside those of targets or instead of its "
        f"default: each {PENALTY}",
    )
    mode: Mode = Field(default="declared", description=MODE)
    epsilon: Annotated[float, Field(ge=LEAST_EPSILON, le=0.5, allow_inf_nan=False)] = Field(
        default=1e-4, description="Where BAS and log loss stop."
    )
    bins: Annotated[int, Field(ge=FEWEST_BINS, le=MOST_BINS)] = Field(
        default=BINS,
        description="Bins of ece_equal_width, ece_equal_width_left_closed and ece_equal_mass.",
    )
    resamples: Annotated[int, Field(ge=0, le=MOST_RESAMPLES)] = Field(
        default=2_000, description="Redraws for the calibration tests; 0 leaves them out."
    )
    training: Annotated[TrainingIn, BeforeValidator(as_json_object)] | None = Field(
        default=None, description="Facts of the training data, for the singleton bound."
    )
    confidence_unit: ConfidenceUnit = "share"

    @model_validator(mode="after")
    def _by_penalty(self) -> Self:
        take_penalties(self, "targets", "penalties", most=MOST_TARGETS)
        return self


def score_from_query(query: list[tuple[str, str]]) -> dict[str, Any]:
    """The fields of a scoring whose body is rows alone."""
    many = ("targets", "penalties", "abstention_phrases", "unwrap", "units")
    return folded(query, many=many)


def gate_from_query(query: list[tuple[str, str]]) -> dict[str, Any]:
    """The fields of a gate whose body is rows alone."""
    return folded(query, many=())
