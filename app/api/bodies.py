"""Bodies: how a request's bytes reach the rooms below, and how OpenAPI describes them."""

from collections.abc import AsyncIterator
from typing import Any, Final, TypeVar

import msgspec
from fastapi import Request
from pydantic import BaseModel, ValidationError

from app.api.problems import validation_problem
from app.problem import Problem

SMALL_BODY: Final = 256 * 1024
"""Requests other than bulk uploads end here, in bytes."""

SLICE: Final = 1 << 20
"""A bulk body is handed on in slices of this size, one thread hop each."""

Wire = TypeVar("Wire", bound=BaseModel)


async def read_small(request: Request, model: type[Wire]) -> Wire:
    """The JSON body as a value of `model`. Raises `malformed`, `too-large`, `invalid-request`."""
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem("unsupported-media-type", "Send this as application/json.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > SMALL_BODY:
            raise Problem("too-large", f"This body may have at most {SMALL_BODY} bytes.")
    return validated(model, decoded(bytes(body)))


def decoded(body: bytes) -> Any:
    """JSON, strictly: no NaN, no 1e400, no lone surrogates."""
    try:
        return msgspec.json.decode(body or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem("malformed", f"The body is not valid JSON: {error}.") from None


def validated(model: type[Wire], fields: Any) -> Wire:
    """`fields` as a value of `model`. Raises `invalid-request` that names every bad field."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise validation_problem([dict(item) for item in error.errors()]) from None


async def slices(request: Request) -> AsyncIterator[bytes]:
    """The body in slices of about `SLICE` bytes, whatever the network made of it."""
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        if len(held) >= SLICE:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def body_of(model: type[BaseModel]) -> dict[str, Any]:
    """`openapi_extra` for a route that reads its own small JSON body."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    }
