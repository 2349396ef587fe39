"""Fields of a tool's JSON, taken without trusting its shape."""

from collections.abc import Iterable, Mapping
from typing import Any


def object_at(holder: Any, *names: str) -> Mapping[str, Any]:
    """The object at a path of names; empty where there is none."""
    for name in names:
        holder = holder.get(name) if isinstance(holder, Mapping) else None
    return holder if isinstance(holder, Mapping) else {}


def objects_at(holder: Any, name: str) -> list[Mapping[str, Any]]:
    """The objects of a list; empty where there is none."""
    listed = holder.get(name) if isinstance(holder, Mapping) else None
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []


def first_of(fields: Mapping[str, Any], names: Iterable[str]) -> Any:
    """The first of these fields that says something."""
    return next((fields[name] for name in names if fields.get(name) not in (None, "", [])), None)


def texts(value: Any) -> tuple[str, ...] | None:
    """One text or a list of them as texts; None where there is none."""
    if value in (None, "", []):
        return None
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value),)
