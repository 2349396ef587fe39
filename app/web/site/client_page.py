"""Download page of the client, for people and for pip, and its wheel."""

import base64
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.http.content_negotiation import is_current
from app.http.dependencies import ContextDep
from app.http.urls import url
from app.problem import Problem
from app.web.current_user import Visitor
from app.web.rendering.render import page
from app.web.site.about_page import home_of
from app.web.site.client_wheel import Wheel, client_wheel

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
KEPT_SECONDS: Final = 300
"""How long a wheel may be kept: its name holds a version, which development does not change."""


@router.get("/client")
def find_client(caller: Visitor) -> Response:
    """Leads to the page: its link to the wheel is relative."""
    return RedirectResponse(url("/client/"), 308)


@router.get("/client/")
def show_client(request: Request, context: ContextDep, caller: Visitor) -> Response:
    """How to install the client from here, and the wheel as a link that carries its digest, so
    that pip takes the page for `--find-links`."""
    wheel = client_wheel()
    return page("client.html", wheel=wheel, home=home_of(request, context.base_url))


@router.get("/client/{name}")
def read_client(request: Request, caller: Visitor, name: str) -> Response:
    """The wheel, or 304 where the reader has it."""
    wheel = client_wheel()
    if wheel is None or name != wheel.name:
        raise Problem("not-found", f"There is no file {name[:80]} here; see /client/.")
    headers = _headers(wheel)
    if is_current(request, headers["ETag"]):
        return Response(None, 304, headers)
    return Response(wheel.content, 200, headers, media_type="application/octet-stream")


def _headers(wheel: Wheel) -> dict[str, Any]:
    digest = base64.b64encode(bytes.fromhex(wheel.sha256)).decode()
    return {
        "Cache-Control": f"public, max-age={KEPT_SECONDS}",
        "ETag": f'"{wheel.sha256}"',
        "Repr-Digest": f"sha-256=:{digest}:",
        "Content-Disposition": f'attachment; filename="{wheel.name}"',
    }
