"""Values to JSON: the frozen dataclasses of the services are the replies, in the order of fields.

`json_bytes(value)` encodes one, `json_response(value)` answers with it. What a field does other
than go out under its own name is said in its annotation (`app/reply_fields.py`), and
`app/api/openapi/schema.py` describes the same fields in the OpenAPI document.
"""

import math
import typing
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from types import NoneType
from typing import Any, Final

import msgspec
import numpy as np
from msgspec import UNSET, UnsetType
from starlette.responses import Response

from app.reply_fields import Doc, Sent
from app.scoring.grades import Outcome
from app.scoring.targets import Target
from app.services.access.public_view import RAW


@dataclass(frozen=True, slots=True)
class ReplyField:
    """A field as it is sent: `hint` is its type without annotations, `name` its name in JSON.

    `path` leads to it: one attribute, or several where parts are sent flat.
    """

    path: tuple[str, ...]
    name: str
    hint: Any
    description: str
    optional: bool
    units: int | None


def moment(when: datetime) -> str:
    """RFC 3339 in UTC, to the microsecond."""
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def json_bytes(value: object) -> bytes:
    """`value` as JSON, without negative zeros. Raises TypeError where a type in it has no spelling
    in JSON."""
    body = msgspec.json.encode(plain(value), enc_hook=_number)
    if any(spelling in body for spelling in _NEGATIVE_ZEROS):
        # Rare, so that the usual reply is only searched and not walked through.
        body = msgspec.json.encode(_without_negative_zeros(msgspec.json.decode(body)))
    return body


def json_lines(values: Iterable[object]) -> bytes:
    """`values` as NDJSON, one a line."""
    return b"".join(json_bytes(value) + b"\n" for value in values)


def json_response(
    value: object, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """`value` as the body of a reply."""
    return Response(json_bytes(value), status, headers, media_type="application/json")


def plain(value: Any) -> Any:
    """`value` in the types of JSON: objects are dicts, sequences are lists."""
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is dict:
        return {
            key if type(key) is str else str(key): plain(member) for key, member in value.items()
        }
    if kind is tuple or kind is list:
        return [plain(element) for element in value]
    # A moment may be of a class of its own.
    spelled = moment if isinstance(value, datetime) else _SPELLED.get(kind)
    if spelled is not None:
        return spelled(value)
    if not is_dataclass(kind):
        return value
    body = {}
    for read, name, convert, when_set in _plan(kind):
        held = read(value)
        if held is UNSET or (held is None and when_set):
            continue
        body[name] = held if convert is None else convert(held)
    return body


def _without_negative_zeros(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_negative_zeros(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_without_negative_zeros(element) for element in value]
    return 0.0 if isinstance(value, float) and value == 0 else value


_NEGATIVE_ZEROS: Final = (b"-0.0,", b"-0.0}", b"-0.0]")
"""How a negative zero stands in JSON; a string that holds one of these costs a walk, no more."""

_AS_THEY_ARE: Final = frozenset({str, int, float, bool, NoneType})
_SPELLED: Final[dict[type, Callable[[Any], Any]]] = {
    Target: lambda target: target.value,
    Outcome: lambda outcome: outcome.name.lower(),
    np.ndarray: lambda values: [
        None if math.isnan(number) else number for number in values.tolist()
    ],
}
"""Types of the domain that are one string or number in JSON, and arrays: lists, null for NaN."""


@cache
def reply_fields(kind: type) -> tuple[ReplyField, ...]:
    """The fields of a dataclass that are sent, in order."""
    hints = typing.get_type_hints(kind, include_extras=True)
    by_name: dict[str, ReplyField] = {}
    for field in fields(kind):
        hint = hints[field.name]
        metadata: tuple[Any, ...] = getattr(hint, "__metadata__", ())
        if typing.get_origin(hint) is typing.Annotated:
            hint = hint.__origin__
        sent = next((annotation for annotation in metadata if isinstance(annotation, Sent)), Sent())
        doc = next(
            (annotation.documentation for annotation in metadata if isinstance(annotation, Doc)), ""
        )
        if sent.flat:
            by_name |= {part.name: part for part in _flattened(field.name, hint)}
        elif sent.when != "never":
            name = sent.name or field.name
            optional = sent.when == "set" or _may_be_unset(hint)
            by_name[name] = ReplyField((field.name,), name, hint, doc, optional, sent.units)
    return tuple(by_name.values())


def _flattened(attribute: str, hint: Any) -> list[ReplyField]:
    """The fields of a part that is sent flat, each of which may be None where the part may be."""
    (part,) = (kind for kind in typing.get_args(hint) or (hint,) if kind is not NoneType)
    may_be_none = part is not hint
    return [
        replace(
            field,
            path=(attribute, *field.path),
            hint=field.hint | None if may_be_none else field.hint,
        )
        for field in reply_fields(part)
    ]


@cache
def _plan(
    kind: type,
) -> tuple[tuple[Callable[[Any], Any], str, Callable[[Any], Any] | None, bool], ...]:
    """How to read each field of a dataclass, its name, how to convert it (None: not at all), and
    whether None is left out. Raises TypeError for what is stored with its secrets."""
    if kind in RAW:
        raise TypeError(f"{kind.__module__}.{kind.__name__} is stored; send a value made of it")
    return tuple(
        (
            _reader(field.path),
            field.name,
            _conversion(field),
            field.optional and not _may_be_unset(field.hint),
        )
        for field in reply_fields(kind)
    )


def _reader(path: tuple[str, ...]) -> Callable[[Any], Any]:
    """Reads the attribute that `path` leads to; None where a part on the way is None."""
    first, *rest = path
    if not rest:
        return attrgetter(first)
    read = _reader(tuple(rest))

    def inner(value: Any) -> Any:
        part = getattr(value, first)
        return None if part is None else read(part)

    return inner


def _may_be_unset(hint: Any) -> bool:
    """Whether a field is absent where it is UNSET; its None is sent as null then."""
    return UnsetType in typing.get_args(hint)


def _conversion(field: ReplyField) -> Callable[[Any], Any] | None:
    units = field.units
    if units is not None and is_dict(field.hint):
        return lambda held: (
            held and {f"{key / units:g}": plain(member) for key, member in held.items()}
        )
    if units is not None:
        return lambda held: None if held is None else held / units
    return None if _is_plain(field.hint) else plain


def is_dict(hint: Any) -> bool:
    """Whether a type is a dict, or a dict or None."""
    return any(typing.get_origin(part) is dict for part in (hint, *typing.get_args(hint)))


def _is_plain(hint: Any) -> bool:
    """Whether every value of this type is what JSON has already."""
    if hint in _AS_THEY_ARE or typing.get_origin(hint) is typing.Literal:
        return True
    parts = [part for part in typing.get_args(hint) if part is not Ellipsis]
    return bool(parts) and all(_is_plain(part) for part in parts)


def _number(value: Any) -> Any:
    """A number of numpy as Python's own."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no spelling in JSON")
