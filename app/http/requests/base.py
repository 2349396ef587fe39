"""What all requests have in common: unknown fields are refused, and fields may stand in the query
string where the body is rows alone."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import GenerateJsonSchema

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
