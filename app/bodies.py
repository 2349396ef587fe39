"""Bodies: how a request's bytes reach the rooms below, the same through either door, and how
OpenAPI describes them."""

from collections.abc import AsyncIterator, Callable
from typing import Any, Final, Protocol, TypeVar

import msgspec
from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool

from app.intake.limits import Limits
from app.intake.rowbody import RowBody
from app.problem import Problem, RowProblem
from app.services.publish import NewBenchmark
from app.services.revise import NewRevision
from app.wire import BenchmarkIn, RevisionIn
from app.wording import counted, verb

SMALL_BODY: Final = 256 * 1024
"""Requests other than bulk uploads end here, in bytes."""

SLICE: Final = 1 << 20
"""A bulk body is handed on in slices of this size, one thread hop each."""

Wire = TypeVar("Wire", bound=BaseModel)


class Fed(Protocol):
    """What takes a bulk body as it arrives."""

    def feed(self, chunk: bytes, /) -> None:
        """The next bytes off the wire."""


Reader = TypeVar("Reader", bound=Fed)
Rows = TypeVar("Rows", bound=RowBody[Any])


async def read_small(request: Request, model: type[Wire]) -> Wire:
    """The JSON body as a value of `model`. Raises `malformed`, `too-large`, `invalid-request`."""
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem("unsupported-media-type", "Send this as application/json.")
    return validated(model, decoded(await small_body(request)))


async def small_body(request: Request) -> bytes:
    """The body, of at most `SMALL_BODY` bytes. Raises `too-large`."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > SMALL_BODY:
            raise Problem("too-large", f"This body may have at most {SMALL_BODY} bytes.")
    return bytes(body)


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


async def received(
    request: Request, kind: Callable[..., Reader], *, limits: Limits, **asked: Any
) -> Reader:
    """A bulk body, in a reader of its `kind` that was fed in worker threads and may be finished.

    Raises a `Problem` as soon as the body is hopeless.
    """
    reader = kind(
        request.headers.get("content-type"),
        content_encoding=request.headers.get("content-encoding"),
        limits=limits,
        **asked,
    )
    async for piece in _slices(request):
        await run_in_threadpool(reader.feed, piece)
    return reader


async def received_rows(request: Request, kind: type[Rows], *, limits: Limits) -> Rows:
    """A body of rows, whose confidences are in the unit that the address names."""
    unit = request.query_params.get("confidence_unit", "share")
    return await received(request, kind, limits=limits, confidence_unit=unit)


async def _slices(request: Request) -> AsyncIterator[bytes]:
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


Query = list[tuple[str, str]]


def metadata_of(
    document: dict[str, Any] | None, query: Query, *, from_query: Callable[[Query], dict[str, Any]]
) -> dict[str, Any]:
    """From the JSON document, or from the query string where the body was rows alone."""
    if document is not None:
        if query:
            raise Problem(
                "invalid-request", "Put the fields in the JSON document, not in the address."
            )
        return document
    try:
        return from_query(query)
    except ValueError as error:
        raise Problem("invalid-request", f"{error}.") from None


def new_benchmark(wanted: BenchmarkIn) -> NewBenchmark:
    """The policy that a request states."""
    return NewBenchmark(
        slug=wanted.slug,
        title=wanted.title or "",
        description=wanted.description,
        source=wanted.source,
        visibility=wanted.visibility,
        matcher=wanted.matcher,
        tolerance=wanted.tolerance,
        abstention_phrases=tuple(wanted.abstention_phrases),
        mode=wanted.mode,
        default_target=wanted.default_target,
        default_mode=wanted.default_mode,
        fixed_targets=tuple(wanted.fixed_targets),
        missing_limit=wanted.missing_limit,
        ungraded_limit=wanted.ungraded_limit,
        ranked_attempt=wanted.ranked_attempt,
        quota=None if wanted.quota is None else wanted.quota.as_quota(),
        training=None if wanted.training is None else wanted.training.as_facts(),
    )


def new_revision(wanted: RevisionIn) -> NewRevision:
    """What a request for a revision changes."""
    phrases = wanted.abstention_phrases
    return NewRevision(
        note=wanted.note,
        items_are=wanted.items_are,
        removed=tuple(wanted.removed),
        matcher=wanted.matcher,
        tolerance=wanted.tolerance,
        abstention_phrases=None if phrases is None else tuple(phrases),
    )


def validation_problem(errors: list[dict[str, object]]) -> Problem:
    """A problem from pydantic's list of errors, without the input that pydantic would echo."""
    malformed = any(error["type"] == "json_invalid" for error in errors)
    if malformed:
        return Problem("malformed", "The body is not valid JSON.")
    rows = [
        RowProblem(
            row=None,
            item=None,
            pointer=_pointer(error["loc"]),
            code=_CODES.get(str(error["type"]), "invalid"),
            detail=_say(error),
        )
        for error in errors
    ]
    count = f"{counted(len(rows), 'field')} {verb(len(rows), 'is', 'are')}"
    # Whoever prints the detail alone still learns which field.
    where = f"{rows[0].pointer}: " if rows[0].pointer else ""
    return Problem("invalid-request", f"{count} not valid. {where}{rows[0].detail}", rows=rows)


_CODES: Final = {
    "missing": "missing-field",
    "extra_forbidden": "unknown-field",
    "greater_than_equal": "out-of-range",
    "less_than_equal": "out-of-range",
    "greater_than": "out-of-range",
    "less_than": "out-of-range",
    "string_too_long": "too-long",
    "string_too_short": "too-short",
}


def _pointer(loc: object) -> str:
    parts = [str(part) for part in loc] if isinstance(loc, tuple) else []
    if parts and parts[0] in {"body", "query", "path", "header"}:
        parts = parts[1:]
    return "".join("/" + part.replace("~", "~0").replace("/", "~1")[:80] for part in parts)


def _say(error: dict[str, object]) -> str:
    kind = str(error["type"])
    if kind == "extra_forbidden":
        return "This field is not known; remove it."
    if kind == "missing":
        return "This field is required."
    return str(error["msg"]).removeprefix("Value error, ").rstrip(".") + "."
