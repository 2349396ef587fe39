"""Requests about benchmarks: to publish, revise, change and archive them.

The items are not here: they come by the hundred thousand and `app/intake/items.py` reads them.
"""

from dataclasses import fields
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from app.grading.options import (
    STEP_WORDS,
    STEPS,
    CreditKind,
    DecimalSign,
    GradingOptions,
    PercentSign,
    Step,
    ToleranceKind,
)
from app.grading.registry import MatcherName
from app.http.field_types import (
    Count,
    ItemKey,
    Note,
    PenaltyIn,
    Phrase,
    Share,
    Slug,
    TargetIn,
    Title,
    as_json_object,
)
from app.http.requests.base import PENALTY, Request, folded, take_penalties, take_penalty
from app.scoring.rules import Mode
from app.scoring.targets import Target
from app.storage.quotas import Quota

Tolerance = Annotated[Decimal, Field(ge=0, allow_inf_nan=False, max_digits=40)]
Phrases = Annotated[list[Phrase], Field(max_length=100)]


Steps = Annotated[list[Step], Field(max_length=len(STEPS))]
_UNWRAP: Final = (
    "What is taken away around an answer before it is held against the accepted ones, where it "
    "does not match as it stands. All steps where absent, none for matcher `exact`; [] is none. "
    + " ".join(f"`{step}`: {words}." for step, words in STEP_WORDS.items())
)
_LISTED: Final = (
    'Whether an answer that is nothing but a phrase such as "I don\'t know", in one of 60 '
    "languages, counts as an abstention. A phrase that is an accepted answer or a choice of any "
    "item stays an answer."
)
_TOLERANCE_KIND: Final = (
    "For matcher `number`: tolerance as a difference, or as a share of the accepted number."
)
_DECIMAL: Final = (
    "For matcher `number`: the decimal sign. `either` reads 3,14 and 3.14 as decimals and 1,234 "
    "as 1234; `comma` reads 1.234 as 1234."
)
_PERCENT: Final = (
    "For matcher `number`: `unit` reads 20 % as 20, `share` as 0.2; `either` as 20 where the "
    "accepted number is above 1, and as 0.2 where it is not."
)
_UNITS: Final = (
    "For matcher `number`: the units that may stand beside an answer; where absent, any known one. "
    "Nothing is converted."
)
_CREDIT: Final = (
    "For matcher `choices`: `exact` is all or nothing; `partial` the share of the right options "
    "that is named, nothing with a wrong one; `jaccard` right ones named by all right or named."
)

_AS_BEFORE: Final = "A revision without it keeps what was."


class TrainingIn(Request):
    """What is known of the training data of the models under test, for the singleton bound."""

    n_examples: Annotated[Count, Field(ge=1)] = Field(description="N, the training examples.")
    n_singletons: Count = Field(description="Prompts seen once among them, with an answer.")
    min_error_set: Annotated[Count, Field(ge=1)] = Field(
        description="The fewest wrong answers that a prompt has."
    )
    max_error_set: Annotated[Count, Field(ge=1)] | None = Field(
        default=None, description="The most; as many as the fewest where absent."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.n_singletons > self.n_examples:
            raise ValueError("n_singletons is at most n_examples; it counts some of them")
        if self.max_error_set is not None and self.max_error_set < self.min_error_set:
            raise ValueError("max_error_set is at least min_error_set; swap them")
        return self

    def as_facts(self) -> dict[str, int]:
        """The numbers that were given."""
        return self.model_dump(exclude_none=True)


MOST_SUBMISSIONS: Final = 1_000_000
"""A quota above this is no limit."""


class QuotaIn(Request):
    """How many submissions each owner may make to a benchmark; without one there is no limit.

    Every stored submission of the owner counts, withdrawn and superseded ones too; a repeated
    request that finds what it stored before, and a refused one, do not.
    """

    total: Annotated[int, Field(ge=1, le=MOST_SUBMISSIONS, strict=True)] | None = Field(
        default=None, description="In all, for the life of the benchmark."
    )
    per_day: Annotated[int, Field(ge=1, le=MOST_SUBMISSIONS, strict=True)] | None = Field(
        default=None, description="In one day, from midnight to midnight UTC."
    )

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if self.total is None and self.per_day is None:
            raise ValueError("give total, per_day or both; for no limit leave quota out")
        return self

    def as_quota(self) -> Quota:
        """The quota as it is stored."""
        return Quota(total=self.total, per_day=self.per_day)


class AboutIn(Request):
    """What a new benchmark is called."""

    slug: Slug = Field(description="The name in addresses: a-z, 0-9 and dashes, at most 64.")
    title: Title | None = Field(default=None, description="For people; the slug where absent.")
    description: Note = Field(default="", description="What is measured, and how.")
    source: Note = Field(default="", description="Where the items come from.")


class GradingIn(Request):
    """How answers are graded."""

    matcher: MatcherName = Field(
        description="How an answer is compared with the accepted ones; "
        "`verdicts` takes rows that are graded already."
    )
    tolerance: Tolerance | None = Field(
        default=None, description="For matcher `number`: the largest absolute difference."
    )
    abstention_phrases: Phrases = Field(
        default=[],
        description="Whole answers that count as abstentions, besides those of the list; case, "
        "apostrophes and punctuation at the end do not matter.",
    )
    unwrap: Steps | None = Field(default=None, description=_UNWRAP)
    listed_abstentions: bool = Field(default=True, description=_LISTED)
    tolerance_kind: ToleranceKind = Field(default="absolute", description=_TOLERANCE_KIND)
    decimal: DecimalSign = Field(default="either", description=_DECIMAL)
    percent: PercentSign = Field(default="either", description=_PERCENT)
    units: Phrases = Field(default=[], description=_UNITS)
    credit: CreditKind = Field(default="exact", description=_CREDIT)

    def options(self) -> GradingOptions:
        """What is chosen of how answers are graded."""
        chosen = {option.name: getattr(self, option.name) for option in fields(GradingOptions)}
        steps = None if self.unwrap is None else tuple(self.unwrap)
        return GradingOptions(**chosen | {"unwrap": steps, "units": tuple(self.units)})


MOST_FIXED: Final = 8
BY_PENALTY: Final = {"default_penalty": "default_target", "fixed_penalties": "fixed_targets"}
"""Fields of a policy that say another by penalties."""


class PolicyIn(Request):
    """What an owner may decide of a benchmark when publishing it and change afterwards."""

    visibility: Literal["public", "private"] = Field(
        default="public",
        description="Who may read it: everybody, or its owner, keys bound to it and admins.",
    )
    default_target: TargetIn = Field(
        default=Target(7_500),
        validate_default=False,
        description="Confidence target of the board that is shown first.",
    )
    default_penalty: PenaltyIn | None = Field(
        default=None, description=f"Instead of default_target: {PENALTY}"
    )
    default_mode: Mode = Field(
        default="declared",
        description="Mode of the board that is shown first: abstentions as given, or attempted "
        "only above the target.",
    )
    fixed_targets: list[TargetIn] = Field(
        default=[Target(5_000), Target(7_500), Target(9_000)],
        min_length=1,
        max_length=MOST_FIXED,
        description="Confidence targets that every submission is scored at, and all that a hidden "
        "benchmark shows.",
    )
    fixed_penalties: list[PenaltyIn] = Field(
        default=[],
        max_length=MOST_FIXED,
        description="Fixed targets by their penalties, beside those of fixed_targets or instead of "
        f"its default: each {PENALTY}",
    )
    missing_limit: Share = Field(
        default=0.0,
        description="The largest share of items without an answer, 0 to 1, with which a "
        "submission is ranked.",
    )
    ungraded_limit: Share = Field(
        default=0.01,
        description="The largest share of answers that could not be graded, 0 to 1, with which a "
        "submission is ranked.",
    )
    ranked_attempt: Literal["latest", "first", "best"] = Field(
        default="latest", description="Which of a model's submissions counts on the board."
    )
    quota: Annotated[QuotaIn, BeforeValidator(as_json_object)] | None = Field(
        default=None, description="Submissions that each owner may make; without one, no limit."
    )

    @model_validator(mode="after")
    def _by_penalty(self) -> Self:
        take_penalty(self, "default_target", "default_penalty")
        take_penalties(self, "fixed_targets", "fixed_penalties", most=MOST_FIXED)
        return self


class BenchmarkIn(PolicyIn, GradingIn, AboutIn):
    """The policy of a benchmark to publish; its items travel beside it."""

    mode: Literal["open", "hidden"] = Field(
        default="open", description="Whether the accepted answers are public; `hidden` is for good."
    )
    training: Annotated[TrainingIn, BeforeValidator(as_json_object)] | None = Field(
        default=None, description="Facts of the training data, for the singleton bound."
    )


class RevisionIn(Request):
    """What the next revision changes; its items travel beside it. What is absent stays."""

    note: Note = Field(default="", description="What was wrong and is put right, for everybody.")
    items_are: Literal["changed", "whole"] = Field(
        default="changed",
        description="`changed`: items change the fields they are sent with, or are new; `whole`: "
        "the items sent are all there are.",
    )
    removed: list[ItemKey] = Field(
        default=[], max_length=100_000, description="Keys of items that leave."
    )
    matcher: MatcherName | None = Field(
        default=None,
        description="How an answer is compared with the accepted ones; as before where absent.",
    )
    tolerance: Tolerance | None = Field(
        default=None,
        description="For matcher `number`: the largest difference; as before where absent.",
    )
    abstention_phrases: Phrases | None = Field(
        default=None, description="Answers that count as abstentions; as before where absent."
    )
    unwrap: Steps | None = Field(default=None, description=f"{_UNWRAP} {_AS_BEFORE}")
    listed_abstentions: bool | None = Field(default=None, description=f"{_LISTED} {_AS_BEFORE}")
    tolerance_kind: ToleranceKind | None = Field(
        default=None, description=f"{_TOLERANCE_KIND} {_AS_BEFORE}"
    )
    decimal: DecimalSign | None = Field(default=None, description=f"{_DECIMAL} {_AS_BEFORE}")
    percent: PercentSign | None = Field(default=None, description=f"{_PERCENT} {_AS_BEFORE}")
    units: Phrases | None = Field(default=None, description=f"{_UNITS} {_AS_BEFORE}")
    credit: CreditKind | None = Field(default=None, description=f"{_CREDIT} {_AS_BEFORE}")


class ArchiveIn(Request):
    """Why a benchmark is archived."""

    reason: Note = Field(default="", description="Shown with the benchmark.")


class PatchIn(PolicyIn):
    """What changes of a benchmark (JSON merge patch): what is absent stays.

    `null` clears a title (the slug is shown), description, source, quota or training facts.
    """

    title: Title | None = Field(default=None, description="For people.")
    description: Note | None = Field(default=None, description="What is measured, and how.")
    source: Note | None = Field(default=None, description="Where the items come from.")
    training: TrainingIn | None = Field(
        default=None, description="Facts of the training data, for the singleton bound."
    )


CLEARABLE: Final = frozenset({"title", "description", "source", "quota", "training"})
"""What a merge patch may set to null."""

_BY_REVISION = "What is graded changes with a revision: POST /benchmarks/{slug}/revisions."
UNCHANGEABLE: Final = {
    **dict.fromkeys(
        (
            *("items", "removed", "matcher", "tolerance", "abstention_phrases"),
            *(option.name for option in fields(GradingOptions)),
        ),
        _BY_REVISION,
    ),
    "mode": "Whether answers are hidden is for good, since what was once open is known and figures "
    "told of a hidden one stay few: publish a new benchmark.",
    "slug": "A slug is an address for good: publish a new benchmark and archive this one.",
    "archived_at": "POST /benchmarks/{slug}/archive or /unarchive does that.",
    "archived_reason": "POST /benchmarks/{slug}/archive takes a reason.",
    **dict.fromkeys(
        ("id", "owner", "demo", "revision", "version", "n_items", "created_at", "rules"),
        "This is told by the server and cannot be set; leave it out.",
    ),
}
"""Fields of a benchmark that no patch changes, and what to do instead."""


def benchmark_from_query(query: list[tuple[str, str]]) -> dict[str, Any]:
    """The policy of a benchmark whose body is items alone."""
    many = ("abstention_phrases", "fixed_targets", "fixed_penalties", "unwrap", "units")
    return folded(query, many=many)


def revision_from_query(query: list[tuple[str, str]]) -> dict[str, Any]:
    """What a revision changes besides the items that are its body."""
    return folded(query, many=("removed", "abstention_phrases", "unwrap", "units"))
