"""The one error shape of the API: application/problem+json (RFC 9457).

Every refusal, the framework's own included, leaves through here, so no reply echoes the body it
refuses and none carries a traceback.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from app.http.bodies import validation_problem
from app.http.content_negotiation import wants
from app.http.encode import json_bytes
from app.http.problem_codes import PROBLEM_CODES
from app.http.urls import own_path, url
from app.problem import Problem
from app.reply_fields import WHEN_SET, Doc
from app.services.submissions.quota import QuotaLeft
from app.storage.quotas import Quota

log = logging.getLogger("candor.api")

DOCUMENTED: Final[dict[int | str, dict[str, Any]]] = {
    "4XX": {
        "description": "A problem: why the request cannot be honoured. Nothing was stored.",
    },
}
"""What every route may answer besides success, for the OpenAPI document."""

_CODE_OF_STATUS: Final = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid-request",
}


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One bad row of a body, or one bad field of a request."""

    row: Annotated[int | None, Doc("Counts from 0 in the body; null for a request's field.")]
    item: Annotated[str | None, WHEN_SET, Doc("The item's key, where the row names one.")]
    pointer: Annotated[str, Doc("A JSON pointer to the field, inside the row.")]
    code: Annotated[str, Doc("What is wrong with it, for programs.")]
    detail: Annotated[str, Doc("What is wrong with it, and the fix.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemDetails:
    """A refusal (RFC 9457); nothing was stored."""

    type: Annotated[str, Doc("An address that explains the code.")]
    title: Annotated[str, Doc("The code in words.")]
    status: Annotated[int, Doc("The status of the reply.")]
    detail: Annotated[str, Doc("What is wrong with this request, and the fix.")]
    instance: Annotated[str, Doc("The path that was asked for.")]
    code: Annotated[str, Doc("What is wrong, for programs; a code never changes its meaning.")]
    request_id: Annotated[str, Doc("The same as in `X-Request-Id`; quote it in a report.")]
    quota: Annotated[Quota | None, WHEN_SET, Doc("Only with code `quota-exceeded`.")] = None
    quota_left: Annotated[QuotaLeft | None, WHEN_SET, Doc("Only with code `quota-exceeded`.")] = (
        None
    )
    error_count: Annotated[int | None, WHEN_SET, Doc("Bad rows or fields in all.")] = None
    errors: Annotated[tuple[ProblemRow, ...] | None, WHEN_SET, Doc("The first 100 of them.")] = None


def problem_response(
    problem: Problem, *, instance: str, request_id: str, headers: dict[str, str] | None = None
) -> Response:
    """Builds the RFC 9457 response of a problem; `instance` is the path that was asked for."""
    status, title = PROBLEM_CODES[problem.code]
    rows = tuple(
        ProblemRow(row.row, row.item, row.pointer, row.code, row.detail) for row in problem.rows
    )
    body = ProblemDetails(
        type=url(f"/problems/{problem.code}"),
        title=title,
        status=status,
        detail=problem.detail,
        instance=instance,
        code=problem.code,
        request_id=request_id,
        error_count=problem.total if rows else None,
        errors=rows or None,
        **problem.members,
    )
    out = {"Cache-Control": "no-store", **(headers or {})}
    if status == HTTPStatus.UNAUTHORIZED:
        out["WWW-Authenticate"] = 'Bearer realm="candor"'
    if problem.retry_after is not None:
        out["Retry-After"] = str(problem.retry_after)
    return Response(json_bytes(body), status, headers=out, media_type="application/problem+json")


Page = Callable[[int, str, str, str], Response]
"""Draws a refusal for people: status, title, detail, request id."""


def install(app: FastAPI, *, page: Page) -> None:
    """Makes `app` answer every failure as a problem, the framework's own failures included.

    People who ask for a page outside the API get the same words on a page.
    """
    app.state.problem_page = page
    app.state.problem_codes = PROBLEM_CODES
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(ClientDisconnect, _on_gone)
    app.add_exception_handler(Exception, _on_crash)


def _answer(request: Request, problem: Problem, headers: dict[str, str] | None = None) -> Response:
    request_id = request.scope.get("candor.request_id", "")
    reply = problem_response(
        problem, instance=request.url.path, request_id=request_id, headers=headers
    )
    if own_path(request.url.path).startswith("/api/") or not _wants_page(request):
        return reply
    status, title = PROBLEM_CODES[problem.code]
    page: Page = request.app.state.problem_page
    drawn = page(status, title, problem.detail, request_id)
    for name in ("Allow", "Cache-Control", "Retry-After", "WWW-Authenticate"):
        if name in reply.headers:
            drawn.headers[name] = reply.headers[name]
    return drawn


def _wants_page(request: Request) -> bool:
    """Whether the caller likes a page better than a problem: a browser does, a script does not."""
    try:
        return wants(request, ("application/problem+json", "application/json", "text/html")) == (
            "text/html"
        )
    except Problem:
        return False


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return _answer(request, error)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _CODE_OF_STATUS.get(error.status_code, "malformed")
    detail = {
        404: "Not found: no resource has this address.",
        405: "This address does not take that method; see the Allow header.",
    }.get(error.status_code, str(error.detail))
    return _answer(request, Problem(code, detail), dict(error.headers or {}))


async def _on_gone(request: Request, error: Exception) -> Response:
    # Nobody reads this, but the log and the counts should not call it our failure.
    return _answer(request, Problem("malformed", "The connection ended before the body did."))


async def _on_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _answer(request, validation_problem(list(error.errors())))


async def _on_crash(request: Request, error: Exception) -> Response:
    log.exception("unhandled failure", exc_info=error)
    return _answer(
        request,
        Problem("internal", "The request failed; nothing was stored. Quote the request id."),
    )
