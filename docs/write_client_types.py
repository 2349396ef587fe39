"""Writes the client's reply types from `openapi.json`: python docs/write_client_types.py

Every component that a reply is made of becomes a TypedDict of `candor_client/replies.py`, named
after it; a field that may be absent is `NotRequired`.
"""

import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DOCUMENT = HERE / "openapi.json"
PAGE = HERE.parent / "client" / "src" / "candor_client" / "replies.py"
PREFIX = "#/components/schemas/"
HEAD = '''"""What the server answers, as typed dictionaries: the very JSON of the contract.

Written by docs/write_client_types.py from docs/openapi.json; `make openapi` writes it anew. Later
servers may add members; none of these is ever taken away within v1. Scores are points an item,
shares are 0 to 1; an undefined figure is None with its reason beside it.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict
'''
_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def written() -> str:
    """The module as text, formatted."""
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    schemas = document["components"]["schemas"]
    sent = sorted({*_sent(_replies(document), schemas)})
    parts = [HEAD, *(_class(schemas[name], name) for name in sent)]
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(PAGE), "-"]
    text = "\n\n".join(parts)
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def _replies(document: dict[str, Any]) -> Iterator[Any]:
    for path in document["paths"].values():
        for operation in path.values():
            yield operation["responses"]


def _sent(node: Any, schemas: dict[str, Any]) -> Iterator[str]:
    """The components that `node` is made of, and those that they are made of."""
    if isinstance(node, dict):
        reference = node.get("$ref", "")
        if isinstance(reference, str) and reference.startswith(PREFIX):
            name = reference.removeprefix(PREFIX)
            yield name
            yield from _sent(schemas[name], schemas)
        for child in node.values():
            yield from _sent(child, schemas)
    elif isinstance(node, list | Iterator):
        for child in node:
            yield from _sent(child, schemas)


def _class(schema: dict[str, Any], name: str) -> str:
    needed = set(schema.get("required", ()))
    words = schema.get("description") or f"{name} of a reply."
    lines = [f"class {name}(TypedDict):", _quoted(words)]
    for field, kind in schema.get("properties", {}).items():
        hint = _hint(kind)
        lines.append(f"    {field}: {hint if field in needed else f'NotRequired[{hint}]'}")
        if "description" in kind:
            lines.append(_quoted(kind["description"]))
    return "\n".join(lines) + "\n"


def _quoted(words: str) -> str:
    paragraphs = [
        " ".join(paragraph.split()) for paragraph in words.replace("\\", "\\\\").split("\n\n")
    ]
    text = "\n\n".join(textwrap.fill(paragraph, 92) for paragraph in paragraphs)
    end = "\n" if "\n" in text or text.endswith('"') else ""
    return textwrap.indent(f'"""{text}{end}', "    ") + ('    """' if end else '"""')


def _hint(schema: dict[str, Any]) -> str:
    """The type of a schema in Python."""
    kind = schema.get("type")
    if "$ref" in schema:
        hint = schema["$ref"].removeprefix(PREFIX)
    elif "enum" in schema or "const" in schema:
        hint = _literal(schema.get("enum", [schema.get("const")]))
    elif "anyOf" in schema:
        hint = _union(_hint(option) for option in schema["anyOf"])
    elif isinstance(kind, list):
        hint = _union(_hint(schema | {"type": name}) for name in kind)
    elif kind == "array":
        hint = f"list[{_hint(schema.get('items', {}))}]"
    elif kind == "object":
        values = schema.get("additionalProperties")
        hint = f"dict[str, {_hint(values) if isinstance(values, dict) else 'Any'}]"
    else:
        hint = _PLAIN.get(str(kind), "Any")
    return hint


def _literal(values: list[Any]) -> str:
    there = ", ".join(repr(value) for value in values if value is not None)
    return f"Literal[{there}]" + (" | None" if None in values else "")


def _union(hints: Iterator[str]) -> str:
    distinct = list(dict.fromkeys(hints))
    return "Any" if "Any" in distinct else " | ".join(distinct)


def main() -> None:
    """Replaces the module."""
    PAGE.write_text(written(), encoding="utf-8")


if __name__ == "__main__":
    main()
