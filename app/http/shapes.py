"""The shapes of replies, for the OpenAPI document; a test holds the replies to them.

No defaults: a field that may be absent says so, everything else is always there.
"""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A reply says what is listed here and nothing else."""

    model_config = ConfigDict(extra="forbid")


class IntervalOut(Shape):
    """A confidence interval in the units of its score."""

    low: float
    high: float
    level: float = Field(description="Nominal coverage, 0.95.")
    method: str = Field(description="mover-wilson, wilson, t, t-cluster, delong, bootstrap …")


class BoundsOut(Shape):
    """Where the score lies once the ungraded answers are graded."""

    low: float
    high: float


class ScoreOut(Shape):
    """A figure with its uncertainty, in points or shares an item."""

    value: float | None = Field(description="Null where undefined; then `reason` says why.")
    se: float | None
    interval: IntervalOut | None
    n_items: int
    reason: str = Field(default="", description="Only where the value is null.")
    bounds: BoundsOut | None = Field(default=None, description="Only where answers are ungraded.")


class CountsOut(Shape):
    """Slots by outcome; together items times samples."""

    correct: int
    wrong: int
    partial: int
    abstained: int
    missing: int
    ungraded: int


class ModelOut(Shape):
    """The model as its submitter names it."""

    name: str
    provider: str | None
    version: str | None
    organisation: str | None
    tags: list[str]


class QuotaOut(Shape):
    """How many submissions each owner may make to a benchmark.

    Every stored submission of the owner counts, withdrawn and superseded ones too; a repeated
    request that finds what it stored before, and a refused one, do not.
    """

    total: int | None = Field(description="In all; null is no limit.")
    per_day: int | None = Field(description="In one UTC day; null is no limit.")


class QuotaLeftOut(Shape):
    """What the caller's owner may still submit."""

    total: int | None = Field(description="In all; null where there is no such limit.")
    today: int | None = Field(
        description="Before `resets_at`, at most `total`; null where a day has no limit."
    )
    resets_at: datetime | None = Field(description="The end of the UTC day that is counted.")


class SubmissionRowOut(Shape):
    """A submission in a list."""

    id: str
    benchmark: str
    revision: int
    owner: str
    model: ModelOut
    attempt: int
    stated_target: float | None
    samples: int
    confidence_source: str | None
    external_id: str | None
    self_reported: bool
    n_rows: int
    created_at: datetime
    withdrawn_at: datetime | None
    superseded: bool
    erased_at: datetime | None = Field(
        description="Since when its answers are erased; it is withdrawn too."
    )


class LevelOut(Shape):
    """One stated confidence of a profile: how many answers were right, wrong, partly right."""

    confidence: float | None = Field(description="Null for answers that stated none.")
    correct: int
    wrong: int
    partial: int


class ProblemRowOut(Shape):
    """One bad row or field."""

    row: int | None = Field(description="Counts from 0 in the body; null for a request's field.")
    item: str = ""
    pointer: str
    code: str
    detail: str


class ProblemOut(Shape):
    """A refusal (RFC 9457); nothing was stored."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str
    error_count: int = 0
    errors: list[ProblemRowOut] = []
    quota: QuotaOut | None = Field(default=None, description="Only with code `quota-exceeded`.")
    quota_left: QuotaLeftOut | None = Field(
        default=None, description="Only with code `quota-exceeded`."
    )
