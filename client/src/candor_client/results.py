"""What the server answers, as typed dictionaries: the very JSON of the contract.

Later servers may add members; none of these is ever taken away within v1. Scores are points an
item, shares are 0 to 1; an undefined figure is None with its reason beside it.
"""

from typing import Any, NotRequired, TypedDict


class Interval(TypedDict):
    """Two limits, their level (0.95) and the method that gave them."""

    low: float
    high: float
    level: float
    method: str


class Score(TypedDict):
    """A figure: None where undefined, then `reason` says why."""

    value: float | None
    se: float | None
    interval: Interval | None
    n_items: int
    reason: NotRequired[str]
    bounds: NotRequired[dict[str, float]]


class Counts(TypedDict):
    """Outcomes as declared."""

    correct: int
    wrong: int
    partial: int
    abstained: int
    missing: int
    ungraded: int


class Quota(TypedDict):
    """How many submissions each owner may make, in all and in a UTC day; None is no limit."""

    total: int | None
    per_day: int | None


class QuotaLeft(TypedDict):
    """What this key's owner may still submit, and when the day that counts ends."""

    total: int | None
    today: int | None
    resets_at: str | None


class Receipt(TypedDict):
    """What a submission got: its id, counts, closed-form scores, its place now."""

    id: str
    benchmark: str
    revision: int
    attempt: int
    created_at: str
    provisional: bool
    self_reported: bool
    counts: Counts | None
    n_invalid: int | None
    scores: dict[str, Any]
    rank: int | None
    rank_at: dict[str, Any]
    rank_range: list[int] | None
    warnings: list[str]
    quota: Quota | None
    quota_left: QuotaLeft | None
    replayed: bool


class Benchmark(TypedDict):
    """A benchmark's facts and policy; never its accepted answers."""

    slug: str
    title: str
    description: str
    source: str
    owner: str
    visibility: str
    mode: str
    matcher: str
    default_target: float
    default_mode: str
    quota: Quota | None
    quota_left: QuotaLeft | None
    revision: int
    version: int
    n_items: int
    archived_at: NotRequired[str | None]
    archived_reason: NotRequired[str | None]


class Item(TypedDict):
    """A question to answer."""

    key: str
    question: str | None
    choices: list[str] | None
    category: str | None
    occurrences: NotRequired[int | None]


class Model(TypedDict):
    """The language model under test, as its submitter names it."""

    name: str
    provider: str | None
    version: str | None
    organisation: str | None
    tags: list[str]


class Standing(TypedDict):
    """One row of a board."""

    rank: int
    rank_range: list[int] | None
    tied_with: list[str] | None
    owner: str
    model: Model
    submission: str
    attempt: int
    attempts: int
    stated_target: float | None
    score: Score
    accuracy: Score
    accuracy_rank: int
    rank_change: int
    counts: Counts | None
    coverage: float | None
    selective_accuracy: float | None
    quadratic_score: float | None
    confidence_source: str | None
    self_reported: bool
    provisional: bool
    created_at: str


class Leaderboard(TypedDict):
    """A board under one rule; `references` are silence and the accuracy leader made to answer."""

    benchmark: str
    revision: int
    version: int
    rule: str
    target: float | None
    penalty: float | None
    mode: str
    n_items: int
    data: list[Standing]
    references: list[dict[str, Any]]
    unranked: list[dict[str, Any]]
    next_cursor: str | None


class Submission(TypedDict):
    """One submission: facts, counts, every score, the profile."""

    id: str
    benchmark: str
    revision: int
    owner: str
    model: Model
    attempt: int
    stated_target: float | None
    external_id: str | None
    self_reported: bool
    created_at: str
    withdrawn_at: str | None
    superseded: bool
    erased_at: NotRequired[str | None]
    run: NotRequired[dict[str, Any]]
    reported: NotRequired[dict[str, Any] | None]
    counts: NotRequired[Counts | None]
    scores: NotRequired[dict[str, Any]]


class Prediction(TypedDict):
    """What the model said on one item; the outcome where the benchmark shows it."""

    item: str
    sample: int
    answer: str | None
    abstained: bool
    confidence: float | None
    verdict: str | None
    credit: float | None
    outcome: str | None
