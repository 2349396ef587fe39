"""What all requests have in common: unknown fields are refused, and fields may stand in the query
string where the body is rows alone."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import GenerateJsonSchema

from app.http.field_types import refuse_both
from app.scoring.targets import Target


class RequestSchema(GenerateJsonSchema):
    """JSON schemas whose defaults stand as they would be sent."""

    def encode_default(self, dft: Any) -> Any:
        """Targets as numbers from 0 to 0.99."""
        if isinstance(dft, list):
            return [self.encode_default(element) for element in dft]
        return dft.value if isinstance(dft, Target) else super().encode_default(dft)


class Request(BaseModel):
    """What every request has in common: an unknown field is an error, not a wish."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


PENALTY: Final = (
    "the points a wrong answer costs, 0 to 99, at most 3 decimals; a penalty L is the target "
    "L / (1 + L), exactly."
)


def take_penalty(request: BaseModel, target: str, penalty: str) -> None:
    """Sets the field `target` of a request by its field `penalty`, where that is given.

    Raises ValueError where both are.
    """
    named = getattr(request, penalty)
    if named is None:
        return
    if target in request.model_fields_set:
        refuse_both(getattr(request, target), named, names=f"{target} or {penalty}")
    setattr(request, target, named)


def take_penalties(request: BaseModel, targets: str, penalties: str, *, most: int) -> None:
    """Adds the targets of the field `penalties` to those of the field `targets`, whose default
    does not count beside them. Raises ValueError beyond `most`."""
    named = getattr(request, penalties)
    if not named:
        return
    own = getattr(request, targets) if targets in request.model_fields_set else []
    if len(own) + len(named) > most:
        raise ValueError(f"{targets} and {penalties} are more than {most} together")
    setattr(request, targets, [*own, *named])


ConfidenceUnit = Annotated[
    Literal["share", "percent"],
    Field(description="Unit of the confidences of the rows: 0 to 1, or 0 to 100."),
]
MODE: Final = "Abstentions as given, or attempted only above the target."


def folded(query: list[tuple[str, str]], *, many: tuple[str, ...]) -> dict[str, Any]:
    """The fields of a query string, those in `many` as lists. Raises ValueError for another that
    is given twice."""
    fields: dict[str, Any] = {}
    for name, value in query:
        if name in many:
            fields.setdefault(name, []).append(value)
        elif name in fields:
            raise ValueError(f"{name} is given twice; give it once")
        else:
            fields[name] = value
    return fields
