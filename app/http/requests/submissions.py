"""Requests about submissions: who answered and how, and to withdraw or erase.

The predictions are not here: they come by the hundred thousand and `app/intake` reads them.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from app.http.field_types import Name, Note, PenaltyIn, SmallObject, TargetIn, as_json_object
from app.http.requests.base import PENALTY, ConfidenceUnit, Request, folded, take_penalty


class ModelIn(Request):
    """The language model under test, as its submitter names it."""

    name: Name = Field(description="The model's name.")
    provider: Name | None = Field(default=None, description="Who serves the model.")
    version: Name | None = Field(default=None, description="The model's version or snapshot.")
    organisation: Name | None = Field(default=None, description="Who made the model.")
    tags: list[Name] = Field(
        default=[], max_length=16, description="Labels that boards can be filtered by."
    )


class FigureIn(Request):
    """A figure that the evaluation tool printed itself."""

    metric: Name = Field(
        description="The metric's id (GET /rules), `n_items`, or what the tool calls it."
    )
    value: Annotated[float, Field(allow_inf_nan=False)] = Field(
        description="The figure as the tool printed it; shares from 0 to 1."
    )


class ReportedIn(FigureIn):
    """The headline figure that the evaluation tool printed itself, for comparison."""

    others: list[FigureIn] = Field(
        default=[],
        max_length=15,
        description="What else it printed of the run: each is compared with the rows, and all of "
        "them with each other.",
    )


ConfidenceSource = Literal["stated", "logprob", "vote_share", "external"]


class SubmissionIn(Request):
    """Who answered, and how; the predictions travel beside it."""

    model: ModelIn = Field(description="The model under test.")
    stated_target: TargetIn | None = Field(
        default=None, description="The confidence target that the prompt announced."
    )
    stated_penalty: PenaltyIn | None = Field(
        default=None, description=f"Instead of stated_target: {PENALTY}"
    )
    confidence_source: ConfidenceSource | None = Field(
        default=None, description="Where the confidences come from."
    )
    confidence_unit: ConfidenceUnit = "share"
    external_id: Name | None = Field(default=None, description="Your own id of the run.")
    run: SmallObject = Field(default={}, description="Facts of the run, at most 16 members.")
    reported: Annotated[ReportedIn, BeforeValidator(as_json_object)] | None = Field(
        default=None, description="The figure that the evaluation tool reported, for comparison."
    )

    @model_validator(mode="after")
    def _by_penalty(self) -> Self:
        take_penalty(self, "stated_target", "stated_penalty")
        return self


class WithdrawIn(Request):
    """Why a submission leaves its board."""

    reason: Note = Field(default="", description="Shown with the submission.")


class EraseIn(Request):
    """Why a submission's answers are erased."""

    reason: Note = Field(default="", description="Kept in the audit trail; an admin must give one.")


def submission_from_query(query: list[tuple[str, str]]) -> dict[str, Any]:
    """The metadata of a submission whose body is rows alone.

    `model` is the model's name, and its other facts stand beside it (`provider=`, `version=`,
    `organisation=`, repeated `tags=`).
    """
    fields = folded(query, many=("tags",))
    model: dict[str, Any] = {}
    for name in ("provider", "version", "organisation", "tags"):
        if name in fields:
            model[name] = fields.pop(name)
    if "model" in fields:
        model["name"] = fields.pop("model")
    return fields | {"model": model}
