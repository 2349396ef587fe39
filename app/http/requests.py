"""The JSON contract of requests: what a caller may say, unknown fields refused.

Predictions and items are not here: they come by the hundred thousand and `app/intake` reads them.
"""

from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)
from pydantic.json_schema import GenerateJsonSchema

from app.grading.registry import MatcherName
from app.http.field_types import (
    Count,
    ItemKey,
    Label,
    Moment,
    Name,
    Note,
    Phrase,
    Share,
    Slug,
    SmallObject,
    SubmissionId,
    TargetIn,
    Title,
    as_json_object,
)
from app.scoring.metrics.binning import BINS
from app.scoring.targets import Target
from app.storage.quotas import Quota

# What fields of several requests are.
_MATCHER: Final = (
    "How an answer is compared with the accepted ones; "
    "`verdicts` takes rows that are graded already."
)
_DEFAULT_MODE: Final = (
    "Mode of the board that is shown first: abstentions as "
    "given, or attempted only above the target."
)
_FIXED_TARGETS: Final = (
    "Confidence targets that every submission is scored at, and all that a hidden benchmark shows."
)
_MISSING_LIMIT: Final = (
    "The largest share of items without an answer, 0 to 1, with which a submission is ranked."
)
_UNGRADED_LIMIT: Final = (
    "The largest share of answers that could not be graded, 0 to "
    "1, with which a submission is ranked."
)
_VISIBILITY: Final = "Who may read it: everybody, or its owner, keys bound to it and admins."
_DEFAULT_TARGET: Final = "Confidence target of the board that is shown first."
_RANKED_ATTEMPT: Final = "Which of a model's submissions counts on the board."
_CONFIDENCE_UNIT: Final = "Unit of the confidences of the rows: 0 to 1, or 0 to 100."
_ABSTENTIONS: Final = "Answers that count as abstentions."
_MODE: Final = "Abstentions as given, or attempted only above the target."


class RequestSchema(GenerateJsonSchema):
    """JSON schemas whose defaults stand as they would be sent."""

    def encode_default(self, dft: Any) -> Any:
        """Targets as numbers from 0 to 0.99."""
        if isinstance(dft, list):
            return [self.encode_default(one) for one in dft]
        return dft.value if isinstance(dft, Target) else super().encode_default(dft)


class Request(BaseModel):
    """What every request has in common: an unknown field is an error, not a wish."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


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


QuotaField = Annotated[QuotaIn, BeforeValidator(as_json_object)]
"""A quota in a JSON document, or as JSON text in a query string."""


class BenchmarkIn(Request):
    """The policy of a benchmark to publish; its items travel beside it."""

    slug: Slug = Field(description="The name in addresses: a-z, 0-9 and dashes, at most 64.")
    title: Title | None = Field(default=None, description="For people; the slug where absent.")
    description: Note = Field(default="", description="What is measured, and how.")
    source: Note = Field(default="", description="Where the items come from.")
    visibility: Literal["public", "private"] = Field(
        default="public",
        description=_VISIBILITY,
    )
    matcher: MatcherName = Field(description=_MATCHER)
    tolerance: Annotated[Decimal, Field(ge=0, allow_inf_nan=False, max_digits=40)] | None = Field(
        default=None, description="For matcher `number`: the largest absolute difference."
    )
    abstention_phrases: list[Phrase] = Field(default=[], max_length=100, description=_ABSTENTIONS)
    mode: Literal["open", "hidden"] = Field(
        default="open", description="Whether the accepted answers are public; `hidden` is for good."
    )
    default_target: TargetIn = Field(
        default=Target(7_500),
        validate_default=False,
        description=_DEFAULT_TARGET,
    )
    default_mode: Literal["declared", "threshold"] = Field(
        default="declared",
        description=_DEFAULT_MODE,
    )
    fixed_targets: list[TargetIn] = Field(
        default=[Target(5_000), Target(7_500), Target(9_000)],
        min_length=1,
        max_length=8,
        description=_FIXED_TARGETS,
    )
    missing_limit: Share = Field(
        default=0.0,
        description=_MISSING_LIMIT,
    )
    ungraded_limit: Share = Field(
        default=0.01,
        description=_UNGRADED_LIMIT,
    )
    ranked_attempt: Literal["latest", "first", "best"] = Field(
        default="latest", description=_RANKED_ATTEMPT
    )
    quota: QuotaField | None = Field(
        default=None, description="Submissions that each owner may make; no limit where absent."
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
    tolerance: Annotated[Decimal, Field(ge=0, allow_inf_nan=False, max_digits=40)] | None = Field(
        default=None,
        description="For matcher `number`: the largest difference; as before where absent.",
    )
    abstention_phrases: Annotated[list[Phrase], Field(max_length=100)] | None = Field(
        default=None, description="Answers that count as abstentions; as before where absent."
    )


class ModelIn(Request):
    """The language model under test, as its submitter names it."""

    name: Name = Field(description="The model's name.")
    provider: Name | None = Field(default=None, description="Who serves the model.")
    version: Name | None = Field(default=None, description="The model's version or snapshot.")
    organisation: Name | None = Field(default=None, description="Who made the model.")
    tags: list[Name] = Field(
        default=[], max_length=16, description="Labels that boards can be filtered by."
    )


class ReportedIn(Request):
    """The headline figure that the evaluation tool printed itself, for comparison."""

    metric: Name = Field(description="What the tool calls the figure.")
    value: Annotated[float, Field(allow_inf_nan=False)] = Field(
        description="The figure as the tool printed it."
    )


ConfidenceSource = Literal["stated", "logprob", "vote_share", "external"]


class SubmissionIn(Request):
    """Who answered, and how; the predictions travel beside it."""

    model: ModelIn = Field(description="The model under test.")
    stated_target: TargetIn | None = Field(
        default=None, description="The confidence target that the prompt announced."
    )
    confidence_source: ConfidenceSource | None = Field(
        default=None, description="Where the confidences come from."
    )
    confidence_unit: Literal["share", "percent"] = Field(
        default="share", description=_CONFIDENCE_UNIT
    )
    external_id: Name | None = Field(default=None, description="Your own id of the run.")
    run: SmallObject = Field(default={}, description="Facts of the run, at most 16 members.")
    reported: Annotated[ReportedIn, BeforeValidator(as_json_object)] | None = Field(
        default=None, description="The figure that the evaluation tool reported, for comparison."
    )


class KeyIn(Request):
    """A key to issue, for the caller's own owner unless an admin names another."""

    owner: Name | None = Field(
        default=None,
        description="Your own owner where absent; another one takes the scope admin.",
    )
    scopes: list[Literal["submit", "maintain", "admin"]] = Field(
        min_length=1, max_length=3, description="What the key may do; `admin` includes the others."
    )
    benchmark: Slug | None = Field(
        default=None, description="The only benchmark that the key is good for; all where absent."
    )
    label: Label = Field(default="", description="What the key is for, shown in lists.")
    expires_at: Moment | None = Field(
        default=None,
        description="When the key ends, UTC where no zone is given; never where absent.",
    )


class InvitationIn(Request):
    """Somebody to invite to submit to a benchmark."""

    label: Label = Field(default="", description="For whom; the key that comes of it is named so.")
    expires_at: Moment | None = Field(
        default=None, description="A week ahead where absent; at most 90 days ahead."
    )


class AcceptIn(Request):
    """An invitation to accept."""

    token: str = Field(max_length=100, description="The invitation, `cdi_…`.")
    owner: Name | None = Field(
        default=None,
        description="The name of a new owner, for one who has no key; it must be free.",
    )


class WithdrawIn(Request):
    """Why a submission leaves its board."""

    reason: Note = Field(default="", description="Shown with the submission.")


class EraseIn(Request):
    """Why a submission's answers are erased."""

    reason: Note = Field(default="", description="Kept in the audit trail; an admin must give one.")


class ArchiveIn(Request):
    """Why a benchmark is archived."""

    reason: Note = Field(default="", description="Shown with the benchmark.")


class PatchIn(Request):
    """What changes of a benchmark (JSON merge patch): what is absent stays.

    `null` clears a title (the slug is shown), description, source, quota or training facts.
    """

    title: Title | None = Field(default=None, description="For people.")
    description: Note | None = Field(default=None, description="What is measured, and how.")
    source: Note | None = Field(default=None, description="Where the items come from.")
    visibility: Literal["public", "private"] = Field(
        default="public",
        description=_VISIBILITY,
    )
    default_target: TargetIn = Field(
        default=Target(7_500),
        validate_default=False,
        description=_DEFAULT_TARGET,
    )
    default_mode: Literal["declared", "threshold"] = Field(
        default="declared",
        description=_DEFAULT_MODE,
    )
    fixed_targets: list[TargetIn] = Field(
        default=[Target(5_000), Target(7_500), Target(9_000)],
        min_length=1,
        max_length=8,
        description=_FIXED_TARGETS,
    )
    missing_limit: Share = Field(
        default=0.0,
        description=_MISSING_LIMIT,
    )
    ungraded_limit: Share = Field(
        default=0.01,
        description=_UNGRADED_LIMIT,
    )
    ranked_attempt: Literal["latest", "first", "best"] = Field(
        default="latest", description=_RANKED_ATTEMPT
    )
    quota: QuotaField | None = Field(
        default=None, description="Submissions that each owner may make."
    )
    training: TrainingIn | None = Field(
        default=None, description="Facts of the training data, for the singleton bound."
    )


CLEARABLE: Final = frozenset({"title", "description", "source", "quota", "training"})
"""What a merge patch may set to null."""

_BY_REVISION = "What is graded changes with a revision: POST /benchmarks/{slug}/revisions."
UNCHANGEABLE: Final = {
    **dict.fromkeys(
        ("items", "removed", "matcher", "tolerance", "abstention_phrases"), _BY_REVISION
    ),
    "mode": "Whether answers are hidden is for good, since what was once open is known and figures "
    "told of a hidden one stay few: publish a new benchmark.",
    "slug": "A slug is an address for good: publish a new benchmark and archive this one.",
    "archived_at": "POST /benchmarks/{slug}/archive or /unarchive does that.",
    "archived_reason": "POST /benchmarks/{slug}/archive takes a reason.",
    **dict.fromkeys(
        ("id", "owner", "demo", "revision", "version", "n_items", "created_at"),
        "This is told by the server and cannot be set; leave it out.",
    ),
}
"""Fields of a benchmark that no patch changes, and what to do instead."""


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
    largest_loss: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] = Field(
        default=LARGEST_LOSS,
        description="The largest loss that passes, in points an item; 0.02 is 2 points per 100.",
    )
    rule: Literal["target", "binary", "quadratic", "bas"] = Field(
        default="target", description="Which rule scores both; `target` takes a target."
    )
    target: TargetIn | None = Field(
        default=None, description="Belongs to rule `target`; the benchmark's default where absent."
    )
    mode: Literal["declared", "threshold"] | None = Field(
        default=None,
        description=f"{_MODE} The benchmark's default where absent.",
    )
    revision: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = Field(
        default=None,
        description="The revision that grades both; the newest common one where absent.",
    )
    confidence_unit: Literal["share", "percent"] = Field(
        default="share", description=_CONFIDENCE_UNIT
    )

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


class ScoreIn(Request):
    """How to score rows that are not stored; the rows travel beside it."""

    matcher: MatcherName = Field(
        default="verdicts", description="How `answer` is held against `accepted`."
    )
    tolerance: Annotated[Decimal, Field(ge=0, allow_inf_nan=False, max_digits=40)] | None = Field(
        default=None, description="For matcher `number`: the largest absolute difference."
    )
    abstention_phrases: list[Phrase] = Field(default=[], max_length=100, description=_ABSTENTIONS)
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
    mode: Literal["declared", "threshold"] = Field(default="declared", description=_MODE)
    epsilon: Annotated[float, Field(ge=LEAST_EPSILON, le=0.5, allow_inf_nan=False)] = Field(
        default=1e-4, description="Where BAS and log loss stop."
    )
    bins: Annotated[int, Field(ge=FEWEST_BINS, le=MOST_BINS)] = Field(
        default=BINS,
        description="Bins of ece_equal_width, ece_equal_width_left_closed and ece_equal_mass.",
    )
    resamples: Annotated[int, Field(ge=0, le=MOST_RESAMPLES)] = Field(
        default=2_000, description="Redraws for intervals without a closed form; 0 leaves them out."
    )
    confidence_unit: Literal["share", "percent"] = Field(
        default="share", description=_CONFIDENCE_UNIT
    )


def score_from_query(query: list[tuple[str, str]]) -> dict[str, Any]:
    """The fields of a scoring whose body is rows alone."""
    return _fold(query, many=("targets", "abstention_phrases"))


def gate_from_query(query: list[tuple[str, str]]) -> dict[str, Any]:
    """The fields of a gate whose body is rows alone."""
    return _fold(query, many=())


def submission_from_query(query: list[tuple[str, str]]) -> dict[str, Any]:
    """The metadata of a submission whose body is rows alone.

    `model` is the model's name, and its other facts stand beside it (`provider=`, `version=`,
    `organisation=`, repeated `tags=`).
    """
    fields = _fold(query, many=("tags",))
    model: dict[str, Any] = {}
    for name in ("provider", "version", "organisation", "tags"):
        if name in fields:
            model[name] = fields.pop(name)
    if "model" in fields:
        model["name"] = fields.pop("model")
    return fields | {"model": model}


def benchmark_from_query(query: list[tuple[str, str]]) -> dict[str, Any]:
    """The policy of a benchmark whose body is items alone."""
    return _fold(query, many=("abstention_phrases", "fixed_targets"))


def revision_from_query(query: list[tuple[str, str]]) -> dict[str, Any]:
    """What a revision changes besides the items that are its body."""
    return _fold(query, many=("removed", "abstention_phrases"))


def _fold(query: list[tuple[str, str]], *, many: tuple[str, ...]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in query:
        if name in many:
            fields.setdefault(name, []).append(value)
        elif name in fields:
            raise ValueError(f"{name} is given twice; give it once")
        else:
            fields[name] = value
    return fields
