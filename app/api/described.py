"""Bodies described: what OpenAPI says of the bodies that are read row by row.

The framework never sees these bodies, so their schemas and examples are written here; a test sends
every example.
"""

from typing import Any, Final

from pydantic import BaseModel

MEDIA: Final = ("application/x-ndjson", "text/csv", "application/vnd.apache.parquet")
"""Media types of bodies that are rows alone, with the other fields in the query string."""

ROW: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["item"],
    "additionalProperties": False,
    "properties": {
        "item": {"type": "string", "maxLength": 256, "description": "The item's key."},
        "sample": {"type": "integer", "minimum": 1, "default": 1},
        "answer": {"type": ["string", "null"], "description": "null abstains."},
        "abstained": {"type": "boolean"},
        "confidence": {
            "type": ["number", "null"],
            "minimum": 0,
            "maximum": 1,
            "description": "The stated chance, 0 to 1, that the answer is right.",
        },
        "status": {"enum": ["ungraded"]},
        "verdict": {
            "enum": ["correct", "wrong", "incorrect", "partial", "abstained", "ungraded"],
            "description": "Only to benchmarks with matcher `verdicts`.",
        },
        "credit": {"type": "number", "minimum": 0, "maximum": 1},
    },
}
"""One row of predictions."""

GATE: Final[dict[str, Any]] = {
    "baseline": "sub_01KAJ3M8V9Q2W3E4R5T6Y7U8I9",
    "candidate": "sub_01KAJ4N7B6V5C4X3Z2A1S0D9F8",
    "largest_loss": 0.02,
    "target": 0.75,
}


def rows_of(
    model: type[BaseModel], *, example: dict[str, Any], row: dict[str, Any] = ROW
) -> dict[str, Any]:
    """`openapi_extra` of a route that reads rows: as JSON the fields of `model` with `predictions`
    beside them (a list of rows, or an object of columns), else rows alone."""
    schema = _inlined(model.model_json_schema())
    columns = {name: {"type": "array", "items": kind} for name, kind in row["properties"].items()}
    schema["properties"]["predictions"] = {
        "anyOf": [
            {"type": "array", "items": row},
            {"type": "object", "properties": columns, "additionalProperties": False},
        ]
    }
    document = {"schema": schema, "example": example}
    alone = {media: {"schema": {"type": "string"}} for media in MEDIA}
    return {
        "requestBody": {"required": True, "content": {"application/json": document} | alone},
    }


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with its definitions in the places that refer to them."""
    definitions = schema.pop("$defs", {})

    def resolved(part: Any) -> Any:
        if isinstance(part, list):
            return [resolved(one) for one in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            return resolved(definitions[part["$ref"].rpartition("/")[2]])
        return {name: resolved(one) for name, one in part.items()}

    done: dict[str, Any] = resolved(schema)
    return done
