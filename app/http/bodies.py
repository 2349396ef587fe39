"""Parses request bodies for the API and the web forms, and describes them in OpenAPI."""

from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, fields, replace
from typing import Any, Final, Protocol, TypeVar

import msgspec
from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool

from app.grading.options import GradingOptions
from app.http.requests.base import RequestSchema
from app.http.requests.benchmarks import (
    BY_PENALTY,
    CLEARABLE,
    UNCHANGEABLE,
    BenchmarkIn,
    PatchIn,
    PolicyIn,
    RevisionIn,
)
from app.intake.limits import Limits
from app.intake.row_stream import RowBody
from app.problem import Problem, RowProblem
from app.services.benchmarks.publish import NewBenchmark, Policy
from app.services.benchmarks.revise import NewRevision
from app.services.benchmarks.update import policy_facts, policy_of
from app.storage.benchmarks import Benchmark
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
    schema = model.model_json_schema(schema_generator=RequestSchema)
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
        matcher=wanted.matcher,
        tolerance=wanted.tolerance,
        abstention_phrases=tuple(wanted.abstention_phrases),
        **asdict(wanted.options()),
        mode=wanted.mode,
        **_policy_of(wanted, slug=wanted.slug),
    )


def _policy_of(wanted: BenchmarkIn | PatchIn, *, slug: str) -> dict[str, Any]:
    """The fields of a policy that a request states or, where it does not, by default."""
    return {
        name: getattr(wanted, name) for name in PolicyIn.model_fields if name not in BY_PENALTY
    } | {
        "title": wanted.title or slug,
        "description": wanted.description or "",
        "source": wanted.source or "",
        "fixed_targets": tuple(wanted.fixed_targets),
        "quota": None if wanted.quota is None else wanted.quota.as_quota(),
        "training": None if wanted.training is None else wanted.training.as_facts(),
    }


MERGE_PATCH: Final = "application/merge-patch+json"


async def read_patch(request: Request) -> dict[str, Any]:
    """The JSON merge patch (RFC 7396) of a benchmark, its members known by name alone.

    Raises `unsupported-media-type`, `malformed`, `too-large`, or `invalid-request` that says of
    every member that cannot be changed what to do instead.
    """
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind not in {"application/json", MERGE_PATCH}:
        raise Problem("unsupported-media-type", f"Send this as {MERGE_PATCH} or application/json.")
    patch = decoded(await small_body(request))
    if not isinstance(patch, dict) or not patch:
        known = ", ".join(PatchIn.model_fields)
        raise Problem(
            "invalid-request", f"Nothing would change; send a JSON object with some of {known}."
        )
    bad = [
        RowProblem(None, None, _pointer((name,)), code, detail)
        for name, value in patch.items()
        if (fault := _patch_fault(name, value)) is not None
        for code, detail in (fault,)
    ]
    if bad:
        count = f"{counted(len(bad), 'field')} cannot be changed so."
        raise Problem("invalid-request", f"{count} {bad[0].pointer}: {bad[0].detail}", rows=bad)
    return patch


def _patch_fault(name: str, value: object) -> tuple[str, str] | None:
    if name in UNCHANGEABLE:
        return "not-allowed", UNCHANGEABLE[name]
    if name not in PatchIn.model_fields:
        return "unknown-field", "This field is not known; remove it."
    if value is None and name not in CLEARABLE:
        return "not-allowed", "This cannot be cleared; send a value."
    return None


def patched_policy(patch: dict[str, Any], benchmark: Benchmark) -> Policy:
    """The policy of `benchmark` with a merge patch applied. Raises `invalid-request`."""
    policy = policy_of(benchmark)
    merged = _merged(policy_facts(policy), patch)
    wanted = validated(PatchIn, {name: merged[name] for name in patch if name in merged})
    values = _policy_of(wanted, slug=benchmark.slug)
    values["fixed_targets"] = tuple(sorted(set(wanted.fixed_targets)))
    names = {BY_PENALTY.get(name, name) for name in patch}
    return replace(policy, **{name: values[name] for name in names})


def _merged(target: Any, patch: Any) -> Any:
    """RFC 7396: members of the patch replace those of the target, null removes them."""
    if not isinstance(patch, dict):
        return patch
    out = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            out.pop(name, None)
        else:
            out[name] = _merged(out.get(name), value)
    return out


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
        **_options_of(wanted),
    )


def _options_of(wanted: RevisionIn) -> dict[str, Any]:
    """The options of grading that a revision names; None where it does not."""
    named = {option.name: getattr(wanted, option.name) for option in fields(GradingOptions)}
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in named.items()
    }


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
    # A log that prints the detail alone still tells which field.
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
    if kind in {"model_type", "model_attributes_type", "dict_type", "dataclass_type"}:
        # pydantic names our class here, which is nothing to the sender.
        return "It must be a JSON object."
    return str(error["msg"]).removeprefix("Value error, ").rstrip(".") + "."
