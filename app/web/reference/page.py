"""The API reference, rendered from the OpenAPI document on the server: no script is needed, nothing
is fetched from outside, and the content policy needs no exception."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.http.dependencies import ContextDep
from app.http.urls import url
from app.intake.decompress import reads_parquet
from app.problem import Problem
from app.web.current_user import Visitor
from app.web.reference.operations import error_fields, marked, operations
from app.web.rendering.render import page
from app.web.site.about_page import home_of

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/docs")
def show_docs(request: Request, context: ContextDep, caller: Visitor) -> Response:
    """Every operation with its parameters, bodies, replies and a line to copy."""
    document: dict[str, Any] = request.app.openapi()
    home = home_of(request, context.base_url)
    ops = operations(document, home=home)
    groups = [(tag, [op for op in ops if op.group == tag["name"]]) for tag in document["tags"]]
    return page(
        "docs.html",
        groups=groups,
        home=home,
        total=len(ops),
        version=document["info"]["version"],
        error_fields=error_fields(document),
        problems=sorted(request.app.state.problem_codes.items(), key=lambda op: op[1][0]),
        marked=marked,
        parquet=reads_parquet(),
    )


@router.get("/problems/{code}")
def show_problem(request: Request, caller: Visitor, code: str) -> Response:
    """Redirects the `type` of a problem to its row of the reference. Raises `not-found`."""
    if code not in request.app.state.problem_codes:
        raise Problem("not-found", "No problem has this code; /docs lists every problem.")
    return RedirectResponse(url(f"/docs#problem-{code}"), status_code=303)
