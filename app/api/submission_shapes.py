"""The shape of a whole submission, for the OpenAPI document; a test holds the replies to it."""

from typing import Any, Literal

from pydantic import Field

from app.api.card_shapes import (
    AnswerabilityOut,
    CalibrationTestOut,
    CurvesOut,
    OccurrencesOut,
    Scores,
    StrataOut,
    ThresholdOut,
    ValidityOut,
)
from app.http.shapes import CountsOut, LevelOut, ScoreOut, Shape, SubmissionRowOut


class ParityOut(Shape):
    """The headline that the evaluation tool printed, beside ours."""

    metric: str
    reported: float
    ours: float | None
    difference: float | None = Field(description="Reported minus ours.")
    agrees: bool | None = Field(description="Equal to the digits that were reported.")
    reason: str | None


class BehaviourRowOut(Shape):
    """A run under one stated target."""

    target: float
    selective_accuracy: ScoreOut
    coverage: ScoreOut
    shortfall: float | None = Field(description="t minus selective accuracy; above 0 falls short.")
    below_target: bool | None = Field(description="Even the upper limit is below t.")


class BehaviourOut(Shape):
    """Does the model keep the targets that its runs stated? One run a target."""

    data: list[BehaviourRowOut]
    answers_less_as_price_rises: bool | None = Field(
        description="Coverage never rises with t and ends lower; null with fewer than two targets."
    )
    rises: list[list[float]] = Field(description="Steps (from, to) on which coverage rises.")


class SingletonsOut(Shape):
    """Theorem 2 (arXiv 2509.04664) from the benchmark's training facts."""

    singleton_rate: float
    lower_bound: float
    lower_bound_reported: float = Field(description="max(0, lower_bound).")
    informative: bool = Field(description="Whether the bound says anything at all.")
    upper_bound_calibrated_algorithm: float
    conditions: list[str]


class SubmissionOut(SubmissionRowOut):
    """A submission with everything that may be shown about it.

    On hidden benchmarks the parts of a card are null with the reason `hidden`, and of a submission
    whose answers were erased every figure is, with the reason `erased`. While
    `null_reasons.intervals` is `pending`, intervals that take redraws are still being made.
    """

    run: dict[str, Any]
    provisional: bool
    shares: dict[str, float] | None = Field(description="Only on hidden benchmarks.")
    n_invalid: int | None
    n_items: int | None
    n_eff: float | None
    mode: Literal["declared", "threshold"] | None
    epsilon: float | None
    bins: int | None
    counts: CountsOut | None
    scores: Scores = Field(description="By metric id (GET /rules); threshold_score by target.")
    thresholds: dict[str, ThresholdOut] | None
    coverage_at_risk: dict[str, ScoreOut] | None
    accuracy_at_coverage: dict[str, ScoreOut] | None
    calibration_test: dict[str, CalibrationTestOut] | None
    curves: CurvesOut | None
    categories: StrataOut | None
    answerability: AnswerabilityOut | None
    occurrences: OccurrencesOut | None
    validity: ValidityOut | None
    profile: list[LevelOut] | None
    flags: list[Literal["confidence_imputed", "provisional"]] | None
    reported: dict[str, Any] | None
    parity: ParityOut | None
    behaviour: BehaviourOut | None
    singletons: SingletonsOut | None
    null_reasons: dict[str, str]
