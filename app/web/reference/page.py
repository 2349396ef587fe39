"""The API reference, drawn from the OpenAPI document on the server: no script is needed, nothing
is fetched from outside, and the content policy needs no exception."""

from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from app.http.dependencies import ContextDep
from app.intake.media import reads_parquet
from app.web.current_user import Visitor
from app.web.reference.operations import error_fields, marked, operations
from app.web.rendering.render import page
from app.web.site.about_page import home_of

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_GROUPS: Final = (
    "submissions",
    "benchmarks",
    "leaderboards",
    "comparisons",
    "scoring",
    "revisions",
    "keys",
)
"""What most readers look for first; groups that are not named here follow."""


@router.get("/docs")
def show_docs(request: Request, context: ContextDep, caller: Visitor) -> Response:
    """Every operation with its parameters, bodies, replies and a line to copy."""
    document: dict[str, Any] = request.app.openapi()
    home = home_of(request, context.base_url)
    found = operations(document, home=home)
    named = dict.fromkeys([*_GROUPS, *(one.group for one in found)])
    groups = [(name, [one for one in found if one.group == name]) for name in named]
    return page(
        "docs.html",
        groups=[(name, ops) for name, ops in groups if ops],
        home=home,
        total=len(found),
        version=document["info"]["version"],
        error_fields=error_fields(document),
        problems=sorted(request.app.state.problem_kinds.items(), key=lambda one: one[1][0]),
        marked=marked,
        parquet=reads_parquet(),
    )
