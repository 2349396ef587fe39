"""Replies held to what the OpenAPI document says of them."""

from typing import Any

import jsonschema  # type: ignore[import-untyped]

from app.api.openapi.schema import components


def assert_conforms(kind: type, body: Any) -> None:
    """Fails where `body` is not what the component of the class `kind` describes."""
    schema = {
        "$ref": f"#/components/schemas/{kind.__name__}",
        "components": {"schemas": components()},
    }
    jsonschema.Draft202012Validator(schema).validate(body)
