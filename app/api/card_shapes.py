"""The shapes of scorecards, for the OpenAPI document; a test holds the replies to them."""

from typing import Literal

from pydantic import Field

from app.http.shapes import CountsOut, LevelOut, ScoreOut, Shape

Scores = dict[str, ScoreOut | dict[str, ScoreOut]]


class ThresholdOut(Shape):
    """All that is said at one target, in points or shares an item."""

    target: float
    penalty: float = Field(description="t / (1 - t), what a wrong answer costs.")
    threshold_score: ScoreOut
    normalised_threshold_score: ScoreOut = Field(description="(1 - t) S_t, in [-t, 1 - t].")
    attempted_rate: ScoreOut
    selective_accuracy: ScoreOut
    error_rate: ScoreOut
    n_at_threshold: int = Field(description="Answers with exactly p = t, which do not count.")
    below_target: bool | None = Field(
        description="Declared mode: even the upper limit of selective accuracy is below t."
    )
    design_effect: float | None = Field(description="(SE clustered / SE)^2; null if no clusters.")


class CalibrationTestOut(Shape):
    """Is this miscalibration more than noise?"""

    value: float
    expected: float = Field(description="What a perfectly calibrated submission would show.")
    p_value: float


class ReliabilityOut(Shape):
    """Columns, one entry a stated confidence in rising order."""

    confidence: list[float | None]
    answers: list[float | None]
    right: list[float | None] = Field(description="Share right at that confidence.")
    low: list[float | None]
    high: list[float | None]
    level: float


class RiskCoverageOut(Shape):
    """Columns, one entry a stated confidence, highest first."""

    confidence: list[float | None]
    coverage: list[float | None] = Field(description="Of the answers that state a confidence.")
    coverage_of_items: list[float | None]
    risk: list[float | None]


class CurvesOut(Shape):
    """Curves as columns."""

    reliability: ReliabilityOut
    risk_coverage: RiskCoverageOut


class StratumOut(Shape):
    """One category; null for items that name none."""

    category: str | None
    n_items: int
    scores: Scores


class StrataOut(Shape):
    """By category, the mean over items (micro) and the mean of the categories (macro)."""

    data: list[StratumOut]
    micro: Scores
    macro: Scores


class ItemClassOut(Shape):
    """Items that have an answer, or items that have none."""

    n_items: int
    accuracy: ScoreOut
    error_rate: ScoreOut
    abstention_rate: ScoreOut
    coverage: ScoreOut


class OracleOut(ScoreOut):
    """The best score that any threshold on the stated confidence would have given.

    The threshold is chosen on the very answers that are scored with it: optimistic, a diagnostic,
    never what a board ranks by.
    """

    confidence: float | None = Field(
        description="The least confidence that still answers; null where silence is as good."
    )


class AnswerabilityOut(Shape):
    """How silence meets the items that have no answer."""

    answerable: ItemClassOut
    should_abstain: ItemClassOut
    abstention_precision: ScoreOut
    abstention_recall: ScoreOut
    abstention_f1: ScoreOut
    credited_threshold_score: dict[str, ScoreOut] = Field(
        description="By target, with a point for a correct silence, as SQuAD 2.0 does."
    )
    oracle_best_threshold: OracleOut = Field(
        description="Tuned on the answers it is scored on, with a point for a correct silence."
    )


class BucketOut(Shape):
    """Items whose fact stood so often in the training data."""

    bucket: Literal["0", "1", "2-5", "6-20", "21+"]
    n_items: int
    error_rate: ScoreOut
    abstention_rate: ScoreOut
    selective_accuracy: ScoreOut
    threshold_score: dict[str, ScoreOut]


class OccurrencesOut(Shape):
    """By training occurrences."""

    note: str
    buckets: list[BucketOut]


class ValidityCheckOut(Shape):
    """Is-It-Valid (arXiv 2509.04664, section 3) on the upload; rates from 0 to 1."""

    n_items: int
    n_choices: int
    generation_error: float = Field(description="Chance that a sampled answer is an error.")
    err_iiv_best: float
    best_threshold: float
    theorem3_lower_bound: float
    theorem1_threshold: float
    theorem1_err_iiv: float
    theorem1_delta: float
    theorem1_lower_bound: float
    explained: float | None = Field(description="Theorem 3's bound over the error; null at 0.")
    holds: bool = Field(description="False means a defective upload, or a defect of ours.")
    conditions: list[str]


class ValidityOut(Shape):
    """The theorems' self-check; `check` is null where `reason` says why."""

    check: ValidityCheckOut | None
    left_out: int = Field(description="Items with option_probs but without one valid choice.")
    reason: str | None


class CardOut(Shape):
    """Every figure that a set of grades has."""

    n_items: int
    n_eff: float | None = Field(description="Kish's effective number of weighted items.")
    mode: Literal["declared", "threshold"]
    epsilon: float = Field(description="Where BAS and log loss stop.")
    bins: int = Field(description="Of every ece_equal_… among the scores.")
    counts: CountsOut
    n_invalid: int
    scores: Scores = Field(description="By metric id (GET /rules); threshold_score by target.")
    thresholds: dict[str, ThresholdOut]
    coverage_at_risk: dict[str, ScoreOut]
    accuracy_at_coverage: dict[str, ScoreOut]
    calibration_test: dict[str, CalibrationTestOut]
    curves: CurvesOut
    categories: StrataOut | None
    answerability: AnswerabilityOut | None
    occurrences: OccurrencesOut | None
    validity: ValidityOut
    profile: list[LevelOut]
    flags: list[Literal["confidence_imputed", "provisional"]]
    null_reasons: dict[str, str]


class ScoredOut(CardOut):
    """What rows score; nothing was stored."""

    warnings: list[str]
