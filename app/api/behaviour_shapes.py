"""The shapes of replies about behaviour, for the OpenAPI document; a test holds them in step."""

from pydantic import Field

from app.http.shapes import ModelOut, ScoreOut, Shape


class StatedTargetOut(Shape):
    """One run under a stated target t."""

    target: float
    submission: str
    selective_accuracy: ScoreOut = Field(description="Right among the answered, to set against t.")
    coverage: ScoreOut
    shortfall: float | None = Field(
        description="t minus selective accuracy; positive where it is right less than asked."
    )
    below_target: bool | None = Field(
        description="Even the upper limit of selective accuracy is below t; null without answers."
    )


class ModelBehaviourOut(Shape):
    """One model, its stated targets in ascending order."""

    owner: str
    model: ModelOut
    targets: list[StatedTargetOut]
    answers_less_as_price_rises: bool | None = Field(
        description="Coverage never rises with t and ends lower; null with a single target."
    )
    rises: list[list[float]] = Field(description="Steps (from t, to t) on which coverage rises.")
    null_reasons: dict[str, str]


class BehaviourPage(Shape):
    """A page of models."""

    benchmark: str
    revision: int
    data: list[ModelBehaviourOut]
    next_cursor: str | None
