"""The API reference as values: every operation of the OpenAPI document, ready to print."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from app.web.reference.schema_fields import Schema, SchemaField, Schemas

_METHODS: Final = ("get", "post", "put", "patch", "delete")
_CODE: Final = re.compile(r"(`[^`]+`)")
_SAMPLES: Final = {
    "slug": "rare-facts",
    "submission_id": "sub_01K…",
    "key_id": "key_01K…",
    "number": "2",
}


@dataclass(frozen=True, slots=True)
class OperationParameter:
    """A parameter in the path, query or headers of a request."""

    name: str
    location: str
    kind: str
    required: bool
    says: str


@dataclass(frozen=True, slots=True)
class OperationBody:
    """What a request carries; `others` are the media types that are read too."""

    media: str
    others: list[str]
    fields: list[SchemaField]
    example: str | None


@dataclass(frozen=True, slots=True)
class OperationReply:
    """What comes back."""

    status: str
    says: str
    media: list[str]
    fields: list[SchemaField]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API."""

    id: str
    group: str
    method: str
    path: str
    title: str
    says: list[str]
    needs_key: bool
    parameters: list[OperationParameter]
    body: OperationBody | None
    replies: list[OperationReply]
    curl: str


def operations(document: dict[str, Any], *, home: str) -> list[Operation]:
    """Every operation in the order of the document; `home` is where this installation answers."""
    schemas = Schemas(document.get("components", {}).get("schemas", {}))
    return [
        _operation(path, method, operation, schemas, home)
        for path, method, operation in _described(document)
    ]


def error_fields(document: dict[str, Any]) -> list[SchemaField]:
    """The fields of a refusal."""
    components = document.get("components", {}).get("schemas", {})
    return Schemas(components).fields(components["ProblemDetails"])


def marked(text: str) -> list[tuple[bool, str]]:
    """A description in pieces: (is it code, the words)."""
    return [
        (piece.startswith("`"), piece.strip("`")) for piece in _CODE.split(text) if piece.strip()
    ]


def _described(document: dict[str, Any]) -> Iterator[tuple[str, str, Schema]]:
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield path, method, methods[method]


def _operation(path: str, method: str, operation: Schema, schemas: Schemas, home: str) -> Operation:
    body = _body(operation.get("requestBody", {}).get("content", {}), schemas)
    needs_key = bool(operation.get("security")) and {} not in operation["security"]
    return Operation(
        id=operation["operationId"],
        group=(operation.get("tags") or ["service"])[0],
        method=method.upper(),
        path=path,
        title=_title(operation["operationId"]),
        says=[
            " ".join(paragraph.split())
            for paragraph in operation.get("description", "").split("\n\n")
            if paragraph
        ],
        needs_key=needs_key,
        parameters=[
            _parameter(parameter, schemas) for parameter in operation.get("parameters", [])
        ],
        body=body,
        replies=[_reply(status, response, schemas) for status, response in _successes(operation)],
        curl=_curl(path, method, body, needs_key=needs_key, home=home),
    )


def _title(operation_id: str) -> str:
    """readBenchmark → Read benchmark."""
    words = re.sub(r"([A-Z])", r" \1", operation_id).lower().strip()
    return words[:1].upper() + words[1:]


def _parameter(parameter: Schema, schemas: Schemas) -> OperationParameter:
    schema = parameter.get("schema", {})
    default = schema.get("default")
    says = parameter.get("description") or schema.get("description", "")
    tail = "" if default in (None, "", []) else f" Default: {default}."
    return OperationParameter(
        name=parameter["name"],
        location={"path": "in the path", "query": "query", "header": "header"}.get(
            parameter["in"], ""
        ),
        # An optional parameter that is left out is not sent as null.
        kind=schemas.kind(schema).removesuffix(" or null"),
        required=bool(parameter.get("required")),
        says=f"{says}{tail}".strip(),
    )


def _body(content: dict[str, Schema], schemas: Schemas) -> OperationBody | None:
    if not content:
        return None
    media = "application/json" if "application/json" in content else next(iter(content))
    content_schema = content[media]
    example = content_schema.get("example")
    return OperationBody(
        media=media,
        others=[other for other in content if other != media],
        fields=schemas.fields(content_schema.get("schema", {})),
        example=None if example is None else json.dumps(example, indent=2, ensure_ascii=False),
    )


def _successes(operation: Schema) -> list[tuple[str, Schema]]:
    return sorted(
        response for response in operation.get("responses", {}).items() if response[0][0] in "23"
    )


def _reply(status: str, response: Schema, schemas: Schemas) -> OperationReply:
    content = response.get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    return OperationReply(
        status=status,
        says=str(response.get("description", "")),
        media=list(content),
        fields=schemas.fields(schema),
    )


def _curl(path: str, method: str, body: OperationBody | None, *, needs_key: bool, home: str) -> str:
    address = path
    for name, sample in _SAMPLES.items():
        address = address.replace(f"{{{name}}}", sample)
    lines = [f'curl "{home}{address}"']
    if method not in {"get", "post"} or (method == "post" and body is None):
        lines[0] = f'curl -X {method.upper()} "{home}{address}"'
    if needs_key:
        lines.append('-H "Authorization: Bearer $CANDOR_KEY"')
    if body is not None:
        lines += [f'-H "Content-Type: {body.media}"', "-d @body.json"]
    return " \\\n  ".join(lines)
