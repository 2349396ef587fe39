"""The values of a leaderboard: what the JSON API and the page both print.

One function makes them (`app/services/rank.py`), two doors show them, so both show the same.
Shares and scores are fractions here; pages print points per 100.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from app.scoring.rules import Mode, Rule
from app.scoring.score import Score


@dataclass(frozen=True, slots=True)
class Counts:
    """Slots by outcome; together they are items times samples."""

    correct: int
    wrong: int
    partial: int
    abstained: int
    missing: int
    ungraded: int


@dataclass(frozen=True, slots=True)
class ModelName:
    """The language model under test, as its submitter names it."""

    name: str
    provider: str | None = None
    version: str | None = None
    organisation: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One row of a board.

    `rank` is 1, 2, 2, 4 by exact score. `rank_range` and `tied_with` are None until the
    simultaneous paired test has run (`null_reasons["rank_range"] == "pending"`). `rank_change` is
    places gained against binary accuracy (positive is up). `attempted` are correct and wrong at
    the board's target and mode; `counts` are as declared, always.
    """

    rank: int
    rank_range: tuple[int, int] | None
    tied_with: tuple[str, ...] | None
    owner: str
    model: ModelName
    submission: str
    attempt: int
    attempts: int
    stated_target: float | None
    score: Score
    accuracy: Score
    accuracy_rank: int
    rank_change: int
    counts: Counts | None
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


@dataclass(frozen=True, slots=True)
class Reference:
    """A row no model holds: always-abstain, or the binary leader made to answer everything."""

    name: Literal["always-abstain", "always-answer"]
    score: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unranked:
    """A submission that is listed but has no place, and why.

    `reason`: missing, ungraded, withdrawn, superseded, attempt (another attempt counts),
    stated-target (another stated target counts), or the reason its score is undefined.
    """

    submission: str
    reason: str
    owner: str
    model: ModelName
    score: Score | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaderboard:
    """A board under one rule, at one target, in one mode, from one version of its benchmark."""

    benchmark: str
    title: str
    demo: bool
    hidden: bool
    revision: int
    version: int
    rule: Rule
    target: float | None
    penalty: float | None
    mode: Mode
    n_items: int
    ranked_attempt: str
    standings: tuple[Standing, ...]
    references: tuple[Reference, ...]
    unranked: tuple[Unranked, ...]
    total: int
    next_cursor: str | None = None
    category: str | None = None
    tags: tuple[str, ...] = ()
    all_tags: tuple[str, ...] = field(default=())
