"""The shapes of replies, for the OpenAPI document; a test holds the replies to them.

No defaults: a field that may be absent says so, everything else is always there.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.grading.registry import MatcherName


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


class TrainingOut(Shape):
    """What the publisher says of the training data of the models under test."""

    n_examples: int
    n_singletons: int
    min_error_set: int
    max_error_set: int = Field(default=0, description="Only where it was given.")


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


class BenchmarkOut(Shape):
    """A benchmark's facts and policy; never its answers."""

    id: str
    slug: str
    title: str
    description: str
    source: str
    owner: str
    visibility: Literal["public", "private"]
    mode: Literal["open", "hidden"]
    matcher: MatcherName
    tolerance: float | None
    abstention_phrases: list[str]
    default_target: float = Field(description="Confidence target t, 0 to 0.99.")
    default_mode: Literal["declared", "threshold"]
    fixed_targets: list[float]
    missing_limit: float = Field(description="Share of items, 0 to 1.")
    ungraded_limit: float = Field(description="Share of items, 0 to 1.")
    ranked_attempt: Literal["latest", "first", "best"]
    quota: QuotaOut | None = Field(description="Submissions of each owner; null is no limit.")
    quota_left: QuotaLeftOut | None = Field(
        description="What the caller may still submit; null without a quota or without a key."
    )
    quota_words: str | None = Field(description="The quota in a sentence.")
    demo: bool
    training: TrainingOut | None
    revision: int
    version: int = Field(description="Grows with every change of the board.")
    n_items: int
    created_at: datetime
    archived_at: datetime | None = Field(
        description="Since when it is read-only and off the list; null while it is in use."
    )
    archived_reason: str | None


class DeletionOut(Shape):
    """A deleted benchmark whose contents are still being erased."""

    slug: str
    state: Literal["erasing"]


class BenchmarkPage(Shape):
    """A page of benchmarks."""

    data: list[BenchmarkOut]
    next_cursor: str | None


class ItemOut(Shape):
    """One question; `answerable`, `accepted` and `occurrences` only where the benchmark is open.

    On an open benchmark it is what was published: it can be sent to another server as it stands.
    """

    key: str
    question: str | None
    choices: list[str] | None
    category: str | None
    cluster: str | None
    weight: float
    tags: dict[str, Any]
    answerable: bool = True
    accepted: list[str] = []
    occurrences: int | None = Field(
        default=None, description="How often the fact stands in the training data."
    )


class ItemPage(Shape):
    """A page of questions."""

    data: list[ItemOut]
    next_cursor: str | None


class RankAtOut(Shape):
    """The view in which the rank was taken."""

    target: float
    mode: Literal["declared", "threshold"]


class ReceiptOut(Shape):
    """What a submitter reads: counts, closed-form scores and the place on the board now."""

    id: str
    benchmark: str
    revision: int
    attempt: int
    created_at: datetime
    provisional: bool
    self_reported: bool
    counts: CountsOut | None = Field(description="Null on hidden benchmarks.")
    n_invalid: int | None
    scores: dict[str, ScoreOut | dict[str, ScoreOut]] = Field(
        description="By metric id; `threshold_score` by target."
    )
    rank: int | None
    rank_at: RankAtOut
    rank_range: list[int] | None
    warnings: list[str]
    quota: QuotaOut | None = Field(description="Submissions of each owner; null is no limit.")
    quota_left: QuotaLeftOut | None = Field(
        description="What is left after this submission; null without a quota."
    )


class SubmissionRow(Shape):
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


class SubmissionPage(Shape):
    """A page of submissions."""

    data: list[SubmissionRow]
    next_cursor: str | None


class LevelOut(Shape):
    """One stated confidence of a profile: how many answers were right, wrong, partly right."""

    confidence: float | None = Field(description="Null for answers that stated none.")
    correct: int
    wrong: int
    partial: int


class PredictionOut(Shape):
    """What the model said to one item, and what it turned out to be where that is public."""

    item: str
    sample: int
    answer: str | None
    abstained: bool
    confidence: float | None
    verdict: str | None
    credit: float | None
    outcome: str | None


class PredictionPage(Shape):
    """A page of predictions."""

    data: list[PredictionOut]
    next_cursor: str | None


class KeyOut(Shape):
    """A key's facts; never its secret."""

    id: str
    owner: str
    scopes: list[str]
    benchmark: str | None
    label: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None = Field(
        description="To within ten minutes; null for a key that was never used."
    )


class IssuedKeyOut(KeyOut):
    """A new key with its token, shown this once."""

    token: str


class KeyPage(Shape):
    """A page of keys."""

    data: list[KeyOut]
    next_cursor: str | None


class InvitationOut(Shape):
    """An invitation's facts; never its secret."""

    id: str
    benchmark: str
    label: str
    state: Literal["open", "accepted", "revoked", "expired"] = Field(
        description="An invitation is revoked and expires with the key that made it, too."
    )
    invited_by: str = Field(description="The id of the key that made it.")
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    accepted_at: datetime | None
    owner: str | None = Field(description="Who accepted it.")
    key: str | None = Field(description="The id of the key that came of it.")


class IssuedInvitationOut(InvitationOut):
    """A new invitation with its token, shown this once."""

    token: str


class InvitationPage(Shape):
    """A page of invitations."""

    data: list[InvitationOut]
    next_cursor: str | None


class EventOut(Shape):
    """One entry of the audit trail."""

    id: str
    at: datetime
    actor: str
    key: str | None
    action: str
    subject: str
    detail: dict[str, Any]
    request_id: str | None


class AuditPage(Shape):
    """A page of the audit trail."""

    data: list[EventOut]
    next_cursor: str | None


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
