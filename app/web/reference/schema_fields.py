"""The fields of a JSON schema as rows of a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

Schema = dict[str, Any]
_DEEPEST: Final = 3
_MOST_CHOICES: Final = 12
_PREFIX: Final = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class SchemaField:
    """One field: its path (`model.name`, `data[].rank`), its type in words, what it says."""

    path: str
    depth: int
    kind: str
    required: bool
    says: str


class Schemas:
    """The schemas of one OpenAPI document."""

    def __init__(self, components: dict[str, Schema]) -> None:
        self._components = components

    def fields(self, schema: Schema) -> list[SchemaField]:
        """The fields of an object, those of objects within it after their own."""
        return list(self._fields(schema, "", 0))

    def kind(self, schema: Schema) -> str:
        """The type in words: "number, 0 to 1", "list of strings", "open or hidden"."""
        schema = self._resolved(schema)
        if "anyOf" in schema:
            kinds = [self.kind(option) for option in schema["anyOf"]]
            return " or ".join(dict.fromkeys(kinds))
        if "const" in schema:
            return str(schema["const"])
        if "enum" in schema:
            return _choice([str(option) for option in schema["enum"]])
        named = schema.get("type", "any value")
        if isinstance(named, list):
            return " or ".join(self.kind(schema | {"type": name}) for name in named)
        if named == "array":
            items = self.kind(schema.get("items", {}))
            return "list" if items == "any value" else f"list of {_many(items)}"
        return _with_bounds(_NAMES.get(str(named), str(named)), schema)

    def _fields(self, schema: Schema, path: str, depth: int) -> Iterator[SchemaField]:
        whole = self._object(schema)
        needed = frozenset(whole.get("required", ()))
        for name, field in whole.get("properties", {}).items():
            here = f"{path}{name}"
            resolved = self._resolved(field)
            inner = self._inner(resolved)
            is_list = resolved.get("type") == "array"
            yield SchemaField(
                path=here,
                depth=depth,
                kind=self.kind(field),
                required=name in needed,
                says=_says(field, resolved),
            )
            if inner is not None and depth + 1 < _DEEPEST:
                yield from self._fields(inner, f"{here}[]." if is_list else f"{here}.", depth + 1)

    def _object(self, schema: Schema) -> Schema:
        """The object that a schema is or, of several, the first."""
        schema = self._resolved(schema)
        for option in schema.get("anyOf", ()):
            resolved = self._object(option)
            if resolved.get("properties"):
                return resolved
        return schema

    def _inner(self, schema: Schema) -> Schema | None:
        """The object inside a field, where it is one or a list of them."""
        for option in schema.get("anyOf", (schema,)):
            resolved = self._resolved(option)
            if resolved.get("type") == "array":
                resolved = self._object(resolved.get("items", {}))
            if resolved.get("properties"):
                return resolved
        return None

    def _resolved(self, schema: Schema) -> Schema:
        reference = schema.get("$ref", "")
        if not reference.startswith(_PREFIX):
            return schema
        return self._components.get(reference.removeprefix(_PREFIX), {})


_NAMES: Final = {
    "integer": "whole number",
    "boolean": "true or false",
    "null": "null",
    "string": "string",
    "number": "number",
    "object": "object",
}


def _says(field: Schema, resolved: Schema) -> str:
    text = str(field.get("description") or resolved.get("description") or "")
    default = field.get("default")
    if default in (None, "", [], {}) or isinstance(default, list | dict):
        return " ".join(text.split())
    spelled = str(default).lower() if isinstance(default, bool) else str(default)
    return f"{' '.join(text.split())} Default: {spelled}.".strip()


def _with_bounds(name: str, schema: Schema) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if schema.get("format") == "date-time":
        return "moment (RFC 3339)"
    if low is not None and high is not None and high < 2**31 - 1:
        return f"{name}, {low:g} to {high:g}"
    if low is not None:
        return f"{name}, {low:g} or more"
    if (longest := schema.get("maxLength")) is not None:
        return f"{name}, at most {longest:,} characters"
    return name


def _choice(values: list[str]) -> str:
    if len(values) > _MOST_CHOICES:
        return f"one of {len(values)} words"
    return " or ".join([", ".join(values[:-1]), values[-1]] if len(values) > 1 else values)


def _many(kind: str) -> str:
    name, comma, rest = kind.partition(",")
    plural = {"string": "strings", "number": "numbers", "object": "objects"}.get(name, name)
    return f"{plural}{comma}{rest}"
