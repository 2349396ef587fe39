"""The values of a leaderboard: what the JSON API and the page both print.

`app/services/board/leaderboard.py` makes them, for both.
Shares and scores are fractions here; pages print points per 100.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from app.reply_fields import Doc
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
class Model:
    """The language model under test, as its submitter names it."""

    name: Annotated[str, Doc("Its name.")]
    provider: Annotated[str | None, Doc("Who served it.")] = None
    version: Annotated[str | None, Doc("Its version or date.")] = None
    organisation: Annotated[str | None, Doc("Who made it.")] = None
    tags: Annotated[tuple[str, ...], Doc("Words to filter a board by.")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One row of a board.

    `rank` is 1, 2, 2, 4 by exact score. `rank_range` holds the places on the whole board that the
    simultaneous test cannot rule out, `tied_with` the submissions it does not tell apart from this
    one, `tie_group` numbers the groups from the top, `on_top` is the share of draws in which this
    one leads; all None until the test has run (`null_reasons["rank_range"] == "pending"`).
    `rank_change` is places gained against binary accuracy (positive is up). `attempted` are correct
    and wrong at the board's target and mode; `counts` are as declared, always.
    """

    rank: int
    rank_range: tuple[int, int] | None
    tied_with: tuple[str, ...] | None
    tie_group: int | None
    on_top: float | None
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

    `reason`: missing, ungraded, erased, withdrawn, superseded, attempt (another attempt counts),
    stated-target (another stated target counts), or the reason its score is undefined.
    """

    submission: str
    reason: str
    owner: str
    model: Model
    score: Score | None = None


@dataclass(frozen=True, slots=True)
class RangesNote:
    """How the rank ranges of a board came about, or why there are none.

    `compared` of the ranked submissions, the first ones, took part in a simultaneous test at
    `level`; `method` is paired (by item) or unpaired (from published figures). `reason`: pending,
    too-large, no-standings, hidden.
    """

    compared: int | None
    method: Literal["paired", "unpaired"] | None
    level: float | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlippedPair:
    """Two submissions that both rules tell apart, in opposite directions. Leads in points an item.

    `binary_lead` is by how much `ahead_binary` leads at t = 0, `lead` by how much the other,
    `ahead_here`, leads under the board's rule.
    """

    ahead_binary: str
    ahead_here: str
    binary_lead: float
    lead: float


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Do binary grading and the board's rule order the compared submissions alike, beyond noise?

    `tau_b` is Kendall's, None with `reason` where it is undefined or not yet known; `flips` are the
    widest `FLIPS_SHOWN` of `n_flips`.
    """

    tau_b: Score | None
    flips: tuple[FlippedPair, ...]
    n_flips: int | None
    reason: str | None


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
    ranges: RangesNote
    agreement: Disagreement
    next_cursor: str | None = None
    category: str | None = None
    tags: tuple[str, ...] = ()
    all_tags: tuple[str, ...] = field(default=())
