"""Components of the OpenAPI document, made from the values that the replies are.

A route says `responses={200: reply(Leaderboard, "Standings by score.")}` and answers with
`json_response(leaderboard)` (`app/http/encode.py`). The component is named after the class, its
description is the docstring, a field's is its `Doc`; `app/reply_fields.py` has the annotations.
"""

import inspect
import typing
from dataclasses import is_dataclass
from types import UnionType
from typing import Any, Final

import msgspec
from msgspec import UnsetType

from app.http.encode import ReplyField, reply_fields
from app.scoring.grades import Outcome
from app.scoring.targets import Target

_PREFIX: Final = "#/components/schemas/"
_DOMAIN: Final[dict[str, dict[str, Any]]] = {
    Target.__name__: {"type": "number"},
    Outcome.__name__: {"type": "string", "enum": [outcome.name.lower() for outcome in Outcome]},
}
"""The types of the domain that `app/http/encode.py` spells as one number or string, by name."""

_SENT: Final[dict[str, type]] = {}
"""The classes that replies are made of, by name."""


def reply(kind: type, description: str, **more: Any) -> dict[str, Any]:
    """A response of a route: a JSON object of the class `kind`, and what else is said of it.

    Raises ValueError where another class of the same name is sent.
    """
    _register(kind)
    described = {"schema": {"$ref": f"{_PREFIX}{kind.__name__}"}}
    content = {"application/json": described, **more.pop("content", {})}
    return {"description": description, "content": content, **more}


def add_components(document: dict[str, Any]) -> None:
    """Adds the classes that replies are made of to the document's components, in order of name.

    Raises ValueError where the framework has a component of the same name.
    """
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    if taken := _SENT.keys() & schemas.keys():
        raise ValueError(f"two components named {', '.join(sorted(taken))}; rename one class")
    schemas |= components()
    document["components"]["schemas"] = dict(sorted(schemas.items()))


def components() -> dict[str, dict[str, Any]]:
    """The schemas of the classes that replies are made of, by name."""
    return {name: component(kind) for name, kind in _SENT.items()}


def component(kind: type) -> dict[str, Any]:
    """The schema of one class: every field is there, and nothing else is."""
    sent = reply_fields(kind)
    return {
        "title": kind.__name__,
        "type": "object",
        "description": inspect.cleandoc(kind.__doc__ or ""),
        "properties": {field.name: _property(field) for field in sent},
        "required": [field.name for field in sent if not field.optional],
        "additionalProperties": False,
    }


def _register(kind: type) -> None:
    if _SENT.setdefault(kind.__name__, kind) is not kind:
        there = _SENT[kind.__name__]
        raise ValueError(
            f"{kind.__module__} and {there.__module__} both send a {kind.__name__}; rename one"
        )
    for field in reply_fields(kind):
        for held in _classes(field.hint):
            if _SENT.get(held.__name__) is not held:
                _register(held)


def _classes(hint: Any) -> list[type]:
    """The dataclasses that a type is made of."""
    if hint is Target:
        return []
    if isinstance(hint, type) and is_dataclass(hint):
        return [hint]
    return [found for part in typing.get_args(hint) for found in _classes(part)]


def _property(field: ReplyField) -> dict[str, Any]:
    hint = field.hint
    if field.units is not None:
        hint = float | None if type(None) in typing.get_args(hint) else float
    if field.optional:
        said = typing.get_args(hint)
        # Null is a value of its own where a field is left out by being unset.
        unsaid = UnsetType if UnsetType in said else type(None)
        kinds = tuple(part for part in said if part is not unsaid)
        hint = typing.Union[kinds]  # noqa: UP007  made of the parts
    schema = _schema_of(hint)
    described: dict[str, Any] = {}
    if field.description:
        described["description"] = field.description
    described |= _as_sent(schema)
    return described


def _schema_of(hint: Any) -> dict[str, Any]:
    """The schema of a type; a union of several objects, which msgspec refuses, by its parts."""
    parts = typing.get_args(hint)
    try:
        (schema,), _ = msgspec.json.schema_components([hint], ref_template=f"{_PREFIX}{{name}}")
    except TypeError:
        if typing.get_origin(hint) is dict:
            return {"type": "object", "additionalProperties": _schema_of(parts[1])}
        if typing.get_origin(hint) not in {typing.Union, UnionType}:
            raise
        return {"anyOf": [_schema_of(part) for part in parts]}
    return schema


def _as_sent(schema: Any) -> Any:
    """A schema of msgspec's, with targets and outcomes as they are sent, pairs as lists and choices
    with a type."""
    if isinstance(schema, list):
        return [_as_sent(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    spelled = _DOMAIN.get(schema.get("$ref", "").removeprefix(_PREFIX))
    if spelled is not None:
        return dict(spelled)
    said = {name: _as_sent(one) for name, one in schema.items()}
    if all(isinstance(one, str) for one in said.get("enum", [None])):
        said = {"type": "string"} | said
    parts = said.get("prefixItems", [])
    if parts and all(part == parts[0] for part in parts):
        said |= {"items": parts[0]}
        del said["prefixItems"]
    return said
