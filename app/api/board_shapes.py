"""The shapes of a leaderboard, for the OpenAPI document; a test holds the replies to them."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from app.http.shapes import CountsOut, ModelOut, ScoreOut, Shape


class ReferenceOut(Shape):
    """A row that no model holds."""

    name: Literal["always-abstain", "always-answer"]
    score: float | None
    reason: str = ""


class StandingOut(Shape):
    """One row of a board."""

    rank: int
    rank_range: list[int] | None = Field(
        description="First and last place on the whole board that the data cannot rule out (95 %)."
    )
    tied_with: list[str] | None = Field(description="Submissions not told apart from this one.")
    tie_group: int | None = Field(description="Groups of the not told apart, 1 at the top.")
    on_top: float | None = Field(description="Share of draws in which this one leads, 0 to 1.")
    owner: str
    model: ModelOut
    submission: str
    attempt: int
    attempts: int
    stated_target: float | None
    score: ScoreOut
    accuracy: ScoreOut
    accuracy_rank: int
    rank_change: int = Field(description="Places gained against binary accuracy; positive is up.")
    counts: CountsOut | None
    shares: dict[str, float] | None
    attempted: dict[str, float] | None
    coverage: float | None
    selective_accuracy: float | None
    quadratic_score: float | None
    ece_levels: float | None
    null_reasons: dict[str, str]
    confidence_source: str | None
    self_reported: bool
    provisional: bool
    created_at: datetime


class UnrankedOut(Shape):
    """A submission without a place, and why."""

    submission: str
    reason: str
    owner: str
    model: ModelOut
    score: ScoreOut | None = None


class RangesOut(Shape):
    """How the rank ranges came about; `reason` says why there are none (pending, too-large, …)."""

    compared: int | None = Field(description="The first so many ranked submissions were compared.")
    method: Literal["paired", "unpaired"] | None
    level: float | None
    reason: str | None


class FlippedPairOut(Shape):
    """Two submissions that both rules tell apart, in opposite directions; points an item."""

    ahead_binary: str
    ahead_here: str
    binary_lead: float
    lead: float


class AgreementOut(Shape):
    """Whether binary grading and the board's rule order the compared submissions alike."""

    tau_b: ScoreOut | None = Field(description="Kendall's tau-b: 1 the same order, -1 reversed.")
    n_flips: int | None
    flips: list[FlippedPairOut] = Field(description="The widest 100.")
    reason: str | None


class LeaderboardOut(Shape):
    """A board under one rule; scores in points an item."""

    benchmark: str
    title: str
    demo: bool
    revision: int
    version: int
    rule: Literal["target", "binary", "quadratic", "bas"]
    target: float | None
    penalty: float | None
    mode: Literal["declared", "threshold"]
    category: str | None
    tags: list[str]
    n_items: int
    ranked_attempt: str
    total: int
    ranges: RangesOut
    agreement: AgreementOut
    data: list[StandingOut]
    references: list[ReferenceOut]
    unranked: list[UnrankedOut]
    next_cursor: str | None
