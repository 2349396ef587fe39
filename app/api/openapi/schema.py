"""Components of the OpenAPI document, made from the values that the replies are.

A route says `responses={200: reply(Leaderboard, "Standings by score.")}` and answers with
`json_response(leaderboard)` (`app/http/encode.py`). The component is named after the class, its
description is the docstring, a field's is its `Doc`; `app/reply_fields.py` has the annotations.
"""

import inspect
import typing
from dataclasses import is_dataclass
from datetime import datetime
from types import UnionType
from typing import Any, Final

import msgspec
import numpy as np
from msgspec import UnsetType

from app.http.encode import ReplyField, is_dict, reply_fields
from app.scoring.grades import Outcome
from app.scoring.targets import Target

_PREFIX: Final = "#/components/schemas/"
_DOMAIN: Final[dict[Any, dict[str, Any]]] = {
    Target: {"type": "number"},
    Outcome: {"type": "string", "enum": [outcome.name.lower() for outcome in Outcome]},
    datetime: {"type": "string", "format": "date-time"},
}
"""The types that `app/http/encode.py` spells as one number or string."""

_SENT: Final[dict[str, type]] = {}
"""The classes that replies are made of, by name."""


def reply(kind: type, description: str, **more: Any) -> dict[str, Any]:
    """A response of a route: a JSON object of the class `kind`, and what else is said of it.

    Raises ValueError where another class of the same name is sent.
    """
    content = {"application/json": {"schema": reference(kind)}, **more.pop("content", {})}
    return {"description": description, "content": content, **more}


def reference(kind: type) -> dict[str, str]:
    """The schema that is the component of the class `kind`. Raises ValueError as `reply` does."""
    _register(kind)
    return {"$ref": f"{_PREFIX}{kind.__name__}"}


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
    return [kind for part in typing.get_args(hint) for kind in _classes(part)]


def _property(field: ReplyField) -> dict[str, Any]:
    hint = field.hint
    if field.units is not None and not is_dict(hint):
        hint = float | None if type(None) in typing.get_args(hint) else float
    if field.optional:
        alternatives = typing.get_args(hint)
        # Null is a value of its own where a field is left out by being unset.
        unsaid = UnsetType if UnsetType in alternatives else type(None)
        kinds = tuple(part for part in alternatives if part is not unsaid)
        hint = typing.Union[kinds]  # noqa: UP007  made of the parts
    schema = _schema_of(hint)
    described: dict[str, Any] = {}
    if field.description:
        described["description"] = field.description
    described |= schema
    return described


def _schema_of(hint: Any) -> dict[str, Any]:
    """The schema of a type as its values are sent: targets as numbers, tuples as lists, arrays of
    numpy with null for NaN."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if hint in _DOMAIN:
        schema = dict(_DOMAIN[hint])
    elif isinstance(hint, type) and is_dataclass(hint):
        schema = {"$ref": f"{_PREFIX}{hint.__name__}"}
    elif origin is np.ndarray:
        schema = _schema_of(list[float | None])
    elif origin in {typing.Union, UnionType}:
        schema = {"anyOf": [_schema_of(part) for part in sorted(parts, key=_is_none)]}
    elif origin is dict:
        values = {} if parts[1] is Any else {"additionalProperties": _schema_of(parts[1])}
        schema = {"type": "object", **values}
    elif origin in {list, tuple}:
        n = None if origin is list or Ellipsis in parts else len(parts)
        length = {} if n is None else {"minItems": n, "maxItems": n}
        schema = {"type": "array", **length, "items": _schema_of(parts[0])}
    elif origin is typing.Literal:
        schema = {"type": "string", "enum": sorted(parts)}
    else:
        (schema,), _ = msgspec.json.schema_components([hint])
    return schema


def _is_none(kind: Any) -> bool:
    return kind is type(None)
