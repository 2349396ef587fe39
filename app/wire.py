"""The JSON contract of requests: what a caller may say, unknown fields refused.

Predictions and items are not here: they come by the hundred thousand and `app/intake` reads them.
"""

import json
import unicodedata
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from app.scoring.binning import BINS
from app.scoring.targets import Target, parse_target

_HIDDEN_CHARACTERS = frozenset(
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u061c"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


def _clean_name(text: str) -> str:
    """Names are printed beside other people's names: nothing in them may be invisible."""
    if any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in text):
        raise ValueError("it holds a control character; remove it")
    if not _HIDDEN_CHARACTERS.isdisjoint(text):
        raise ValueError("it holds an invisible or text-direction character; remove it")
    return text


def _clean_note(text: str) -> str:
    """Notes may have line breaks; no database stores NUL and no JSON a lone surrogate."""
    if any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\r\t" for char in text):
        raise ValueError("it holds a control character; remove it")
    return text


def _as_target(value: object) -> Target:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError("target must be a number from 0 to 0.99")
    return parse_target(value)


def _as_json_object(value: object) -> object:
    """In a query string an object comes as its JSON text."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError("it must be a JSON object") from None


def _small_object(value: dict[str, Any]) -> dict[str, Any]:
    if len(value) > 16:
        raise ValueError("at most 16 members are kept")
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if len(text) > 8_192:
        raise ValueError("it is longer than 8,192 characters of JSON")
    _clean_note(json.dumps(value, ensure_ascii=False).replace("\\u0000", "\x00"))
    return value


TargetIn = Annotated[
    Target,
    BeforeValidator(_as_target),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 0.99}),
]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
    AfterValidator(_clean_name),
]
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_clean_name),
]
Note = Annotated[str, StringConstraints(max_length=4_000), AfterValidator(_clean_note)]
Phrase = Annotated[
    str, StringConstraints(min_length=1, max_length=200), AfterValidator(_clean_note)
]
ItemKey = Annotated[str, StringConstraints(min_length=1, max_length=256)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
SubmissionId = Annotated[
    str, StringConstraints(min_length=1, max_length=64), AfterValidator(_clean_name)
]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
SmallObject = Annotated[
    dict[str, Any], BeforeValidator(_as_json_object), AfterValidator(_small_object)
]


class Request(BaseModel):
    """What every request has in common: an unknown field is an error, not a wish."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


Count = Annotated[int, Field(ge=0, le=10**15, strict=True)]


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


class BenchmarkIn(Request):
    """The policy of a benchmark to publish; its items travel beside it."""

    slug: Slug = Field(description="The name in addresses: a-z, 0-9 and dashes, at most 64.")
    title: Title | None = Field(default=None, description="For people; the slug where absent.")
    description: Note = ""
    source: Note = ""
    visibility: Literal["public", "private"] = "public"
    matcher: Literal["exact", "text", "choice", "number", "set", "verdicts"]
    tolerance: Annotated[Decimal, Field(ge=0, allow_inf_nan=False, max_digits=40)] | None = Field(
        default=None, description="For matcher `number`: the largest absolute difference."
    )
    abstention_phrases: list[Phrase] = Field(default=[], max_length=100)
    mode: Literal["open", "hidden"] = "open"
    default_target: TargetIn = Field(default=Target(7_500), validate_default=False)
    default_mode: Literal["declared", "threshold"] = "declared"
    fixed_targets: list[TargetIn] = Field(
        default=[Target(5_000), Target(7_500), Target(9_000)], min_length=1, max_length=8
    )
    missing_limit: Share = Field(default=0.0, description="Share of items, 0 to 1.")
    ungraded_limit: Share = Field(default=0.01, description="Share of items, 0 to 1.")
    ranked_attempt: Literal["latest", "first", "best"] = "latest"
    quota: SmallObject | None = None
    training: Annotated[TrainingIn, BeforeValidator(_as_json_object)] | None = None


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
    matcher: Literal["exact", "text", "choice", "number", "set", "verdicts"] | None = None
    tolerance: Annotated[Decimal, Field(ge=0, allow_inf_nan=False, max_digits=40)] | None = None
    abstention_phrases: Annotated[list[Phrase], Field(max_length=100)] | None = None


class ModelIn(Request):
    """The language model under test, as its submitter names it."""

    name: Name
    provider: Name | None = None
    version: Name | None = None
    organisation: Name | None = None
    tags: list[Name] = Field(default=[], max_length=16)


class ReportedIn(Request):
    """The headline figure that the evaluation tool printed itself, for comparison."""

    metric: Name
    value: Annotated[float, Field(allow_inf_nan=False)]


ConfidenceSource = Literal["stated", "logprob", "vote_share", "external"]


class SubmissionIn(Request):
    """Who answered, and how; the predictions travel beside it."""

    model: ModelIn
    stated_target: TargetIn | None = None
    confidence_source: ConfidenceSource | None = None
    confidence_unit: Literal["share", "percent"] = "share"
    external_id: Name | None = None
    run: SmallObject = Field(default={}, description="Facts of the run, at most 16 members.")
    reported: Annotated[ReportedIn, BeforeValidator(_as_json_object)] | None = None


class KeyIn(Request):
    """A key to issue for an owner."""

    owner: Name
    scopes: list[Literal["submit", "maintain", "admin"]] = Field(min_length=1, max_length=3)
    benchmark: Slug | None = None
    label: Annotated[str, StringConstraints(max_length=120), AfterValidator(_clean_name)] = ""
    expires_at: datetime | None = None


class WithdrawIn(Request):
    """Why a submission leaves its board."""

    reason: Note = ""


class GateIn(Request):
    """What to decide between a candidate and a baseline; inline rows travel beside it.

    Losses are points an item, as everywhere in JSON: 0.01 is one point in a hundred.
    """

    baseline: SubmissionId = Field(description="The submission to hold the candidate against.")
    candidate: SubmissionId | None = Field(
        default=None, description="Another submission; absent where the rows come along."
    )
    largest_loss: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] = Field(
        description="The largest loss that passes, in points an item."
    )
    rule: Literal["target", "binary", "quadratic", "bas"] = "target"
    target: TargetIn | None = Field(
        default=None, description="Belongs to rule `target`; the benchmark's default where absent."
    )
    mode: Literal["declared", "threshold"] | None = None
    revision: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    confidence_unit: Literal["share", "percent"] = "share"


MOST_TARGETS: Final = 32
MOST_MISSING: Final = 1_000_000
MOST_RESAMPLES: Final = 2_000
FEWEST_BINS: Final = 2
MOST_BINS: Final = 100


class ScoreIn(Request):
    """How to score rows that are not stored; the rows travel beside it."""

    matcher: Literal["exact", "text", "choice", "number", "set", "verdicts"] = Field(
        default="verdicts", description="How `answer` is held against `accepted`."
    )
    tolerance: Annotated[Decimal, Field(ge=0, allow_inf_nan=False, max_digits=40)] | None = Field(
        default=None, description="For matcher `number`: the largest absolute difference."
    )
    abstention_phrases: list[Phrase] = Field(default=[], max_length=100)
    missing: Annotated[int, Field(ge=0, le=MOST_MISSING)] = Field(
        default=0, description="Items without any row; they count, and score 0."
    )
    targets: list[TargetIn] = Field(
        default=[Target(0), Target(5_000), Target(7_500), Target(9_000)],
        min_length=1,
        max_length=MOST_TARGETS,
        validate_default=False,
    )
    mode: Literal["declared", "threshold"] = "declared"
    epsilon: Annotated[float, Field(gt=0, le=0.5, allow_inf_nan=False)] = Field(
        default=1e-4, description="Where BAS and log loss stop."
    )
    bins: Annotated[int, Field(ge=FEWEST_BINS, le=MOST_BINS)] = Field(
        default=BINS,
        description="Bins of ece_equal_width, ece_equal_width_left_closed and ece_equal_mass.",
    )
    resamples: Annotated[int, Field(ge=0, le=MOST_RESAMPLES)] = Field(
        default=2_000, description="Redraws for intervals without a closed form; 0 leaves them out."
    )
    confidence_unit: Literal["share", "percent"] = "share"


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
