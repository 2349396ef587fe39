"""Bodies described: what OpenAPI says of the bodies that are read row by row.

The framework never sees these bodies, so their schemas and examples are written here; a test sends
every example.
"""

import json
from typing import Any, Final

from pydantic import BaseModel

from app.api.openapi.headers import CONTENT_ENCODING
from app.http.bodies import MERGE_PATCH
from app.http.requests.base import RequestSchema
from app.intake.decompress import PARQUET, row_media
from app.intake.items import HEAVIEST, LIGHTEST
from app.intake.scored import FACTS

MEDIA: Final = row_media()
"""Media types of bodies that are rows alone, with the other fields in the query string."""

ROW: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["item"],
    "additionalProperties": False,
    "properties": {
        "item": {"type": "string", "maxLength": 256, "description": "The item's key."},
        "sample": {
            "type": "integer",
            "minimum": 1,
            "default": 1,
            "description": "Which of several answers to the item, counted from 1.",
        },
        "answer": {"type": ["string", "null"], "description": "null abstains."},
        "abstained": {"type": "boolean", "description": "Whether the model declined to answer."},
        "confidence": {
            "type": ["number", "null"],
            "minimum": 0,
            "maximum": 1,
            "description": "The stated chance, 0 to 1, that the answer is right; kept to 1e-9. Up "
            "to 1e-6 outside is taken as 0 or 1.",
        },
        "status": {"enum": ["ungraded"], "description": "The answer could not be graded."},
        "verdict": {
            "enum": ["correct", "wrong", "incorrect", "partial", "abstained", "ungraded"],
            "description": "Only to benchmarks with matcher `verdicts`.",
        },
        "credit": {
            "type": "number",
            "minimum": 0,
            "maximum": 1,
            "description": "The part of a point that the verdict `partial` earns.",
        },
        "option_probs": {
            "type": ["array", "null"],
            "items": {"type": "number", "minimum": 0, "maximum": 1},
            "minItems": 2,
            "maxItems": 255,
            "description": "What the model gave each of the item's choices, in order; sums to 1 "
            "within the rounding of its decimals, 0.01 at most.",
        },
    },
}
"""One row of predictions."""

GATE: Final[dict[str, Any]] = {
    "baseline": "sub_01KAJ3M8V9Q2W3E4R5T6Y7U8I9",
    "candidate": "sub_01KAJ4N7B6V5C4X3Z2A1S0D9F8",
    "largest_loss": 0.02,
    "target": 0.75,
}


PATCH: Final[dict[str, Any]] = {
    "title": "Rare facts",
    "source": None,
    "visibility": "private",
    "default_target": 0.9,
}


ITEM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["key"],
    "additionalProperties": False,
    "properties": {
        "key": {"type": "string", "maxLength": 256, "description": "Names the item for good."},
        "question": {"type": ["string", "null"], "description": "The text to answer."},
        "accepted": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Answers that count as right; none on benchmarks graded elsewhere.",
        },
        "choices": {
            "type": ["array", "null"],
            "items": {"type": "string"},
            "description": "The options of a multiple-choice item, in order.",
        },
        "category": {
            "type": ["string", "null"],
            "description": "The group under which boards can be read.",
        },
        "cluster": {
            "type": ["string", "null"],
            "description": "Items of one cluster are not independent.",
        },
        "weight": {
            "type": "number",
            "minimum": LIGHTEST,
            "maximum": HEAVIEST,
            "default": 1,
            "description": "How much the item counts in every score.",
        },
        "answerable": {
            "type": "boolean",
            "default": True,
            "description": "Whether the item has a right answer; otherwise abstaining is right.",
        },
        "tags": {"type": "object", "description": "Facts of the item, kept as sent."},
        "occurrences": {
            "type": ["integer", "null"],
            "minimum": 0,
            "description": "How often the fact stands in the training data.",
        },
    },
}
"""One item of a benchmark."""

SCORED_ROW: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "properties": ROW["properties"] | {name: ITEM["properties"][name] for name in FACTS},
}
"""One row to score: a prediction and what is known of its item."""

SCORE: Final[dict[str, Any]] = {
    "predictions": [
        {"item": "q1", "verdict": "correct", "confidence": 0.9},
        {"verdict": "wrong", "confidence": 0.4},
        {"verdict": "abstained"},
        {"verdict": "correct"},
    ],
    "missing": 1,
    "targets": [0, 0.5, 0.75, 0.9],
    "mode": "threshold",
    "epsilon": 0.0001,
}
SUBMISSION: Final[dict[str, Any]] = {
    "model": {"name": "gpt-5", "provider": "openai", "version": "2025-08-07"},
    "confidence_source": "stated",
    "run": {"harness": "inspect_ai 0.3.285", "temperature": 0},
    "predictions": [
        {"item": "q1", "answer": "Lima", "confidence": 0.87},
        {"item": "q2", "abstained": True, "confidence": 0.32},
    ],
}
BENCHMARK: Final[dict[str, Any]] = {
    "slug": "rare-facts",
    "title": "Rare facts",
    "matcher": "text",
    "abstention_phrases": ["I don't know"],
    "default_target": 0.75,
    "items": [
        {"key": "q1", "question": "Capital of Peru?", "accepted": ["Lima"]},
        {"key": "q2", "question": "Capital of Chad?", "accepted": ["N'Djamena", "Ndjamena"]},
    ],
}


REVISION: Final[dict[str, Any]] = {
    "note": "Item q7 took the wrong spelling only.",
    "items": [{"key": "q7", "accepted": ["a7", "A7"]}],
}


COMPONENTS: Final[dict[str, Any]] = {}
"""Bodies that stand under several media types, once, for `components/schemas`."""

_ALONE: Final[dict[str, dict[str, Any]]] = {
    "application/x-ndjson": {
        "type": "string",
        "format": "binary",
        "description": "One row a line, as JSON objects.",
    },
    "text/csv": {
        "type": "string",
        "format": "binary",
        "description": "A header of field names, then a row a line.",
    },
    PARQUET: {"type": "string", "format": "binary", "description": "A column a field."},
}


def rows_of(
    model: type[BaseModel],
    *,
    example: dict[str, Any],
    row: dict[str, Any] = ROW,
    member: str = "predictions",
    headers: tuple[dict[str, Any], ...] = (),
) -> dict[str, Any]:
    """`openapi_extra` of a route that reads rows: as JSON the fields of `model` with `member`
    beside them (a list of rows or, of predictions, an object of columns), else rows alone with the
    fields in the query string; `headers` are request headers of this route alone."""
    schema = _inlined(model.model_json_schema(schema_generator=RequestSchema))
    parameters = [*headers, CONTENT_ENCODING, *_in_query(schema["properties"])]
    columns = {name: {"type": "array", "items": kind} for name, kind in row["properties"].items()}
    rows: dict[str, Any] = {"type": "array", "items": row, "minItems": 1}
    if member == "predictions":
        by_column = {"type": "object", "properties": columns, "additionalProperties": False}
        rows = {"anyOf": [rows, by_column]}
    schema["properties"][member] = rows
    document = {"schema": schema, "example": example}
    # Generated clients that take bytes of any kind send them as the last of these: NDJSON.
    rows_alone: dict[str, Any] = {media: {"schema": _ALONE[media]} for media in reversed(MEDIA)}
    if member in example:
        schema["required"] = [*schema.get("required", []), member]
        lines = "".join(json.dumps(row) + "\n" for row in example[member])
        rows_alone["application/x-ndjson"]["example"] = lines
    return {
        "parameters": parameters,
        "requestBody": {
            "required": True,
            "description": "Fields and rows as one JSON document; or rows alone, with the fields "
            "in the query string.",
            "content": {"application/json": document} | rows_alone,
        },
    }


def _in_query(fields: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields as query parameters, for bodies that are rows alone. None is required and none
    has a default, since a JSON document takes no field from the query string."""
    parameters: list[dict[str, Any]] = []
    for name, field in fields.items():
        if name == "model" and "properties" in field:
            facts = field["properties"]
            parameters += _in_query({"model": facts["name"]})
            parameters += _in_query({fact: facts[fact] for fact in facts if fact != "name"})
            continue
        schema = _without_null(field)
        says = schema.pop("description")
        default = schema.pop("default", None)
        if schema.get("type") == "object":
            schema = {"type": "string"}
            says = f"{says} As the text of a JSON object."
        elif default not in (None, "", [], {}):
            says = f"{says} Default: {json.dumps(default)}."
        parameters.append(
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": f"With rows alone: {says}",
                "schema": schema,
            }
        )
    return parameters


def _without_null(field: dict[str, Any]) -> dict[str, Any]:
    """A field's schema without null, which no query string can say."""
    schema = {name: value for name, value in field.items() if name not in {"title", "anyOf"}}
    kinds = [kind for kind in field.get("anyOf", ()) if kind.get("type") != "null"]
    # Of a decimal the number; its other spelling, a string, is the same text in an address.
    return (kinds[0] | schema) if kinds else schema


def changes_of(model: type[BaseModel], *, example: dict[str, Any]) -> dict[str, Any]:
    """`openapi_extra` of a route that reads items to change: `rows_of`, and none need be sent."""
    described = rows_of(model, example=example, row=ITEM, member="items")
    schema = described["requestBody"]["content"]["application/json"]["schema"]
    schema["required"].remove("items")
    schema["properties"]["items"].pop("minItems")
    return described


def patch_of(model: type[BaseModel], *, example: dict[str, Any]) -> dict[str, Any]:
    """`openapi_extra` of a route that reads a JSON merge patch: what is absent has no default."""
    schema = _inlined(model.model_json_schema(schema_generator=RequestSchema))
    for field in schema["properties"].values():
        field.pop("default", None)
    schema["minProperties"] = 1
    COMPONENTS[model.__name__] = schema
    document = {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}, "example": example}
    content = {MERGE_PATCH: document, "application/json": document}
    return {"requestBody": {"required": True, "content": content}}


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with its definitions in the places that refer to them."""
    definitions = schema.pop("$defs", {})

    def resolved(part: Any) -> Any:
        if isinstance(part, list):
            return [resolved(element) for element in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            return resolved(definitions[part["$ref"].rpartition("/")[2]])
        return {name: resolved(member) for name, member in part.items()}

    done: dict[str, Any] = resolved(schema)
    return done
