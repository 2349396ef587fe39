"""The pages, put together: every page module has a `router` of its own, listed in `ROUTERS`.

They are rendered on the server from the same values that the JSON API gives.
"""

from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI, Request
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from app.http.urls import url
from app.web.board import page as board_page
from app.web.compare import page as compare_page
from app.web.current_user import ACCESS, SignInNeeded
from app.web.embed import page as embed_page
from app.web.manage import (
    changes_page,
    files_page,
    invitation_page,
    keys_page,
    session_page,
)
from app.web.manage import page as manage_page
from app.web.reference import page as reference_page
from app.web.reference import rules_page
from app.web.rendering.render import HERE, page
from app.web.site import about_page, client_page, how_page, list_page
from app.web.submission import item_page
from app.web.submission import page as submission_page

__all__ = ["ACCESS", "error_page", "install"]

ROUTERS: Final = (
    about_page,
    board_page,
    client_page,
    compare_page,
    changes_page,
    files_page,
    keys_page,
    manage_page,
    reference_page,
    embed_page,
    how_page,
    invitation_page,
    item_page,
    list_page,
    rules_page,
    session_page,
    submission_page,
)
"""Every module with pages. A page that is not listed here is not served; a test finds it."""


class Assets(StaticFiles):
    """Static files, kept by browsers for an hour and always sent whole: they are small, and a range
    would be answered by the framework's own error instead of a problem."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a file as if no range had been asked for."""
        headers = [(name, value) for name, value in scope["headers"] if name != b"range"]
        await super().__call__(dict(scope) | {"headers": headers}, receive, send)

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """A file, with how long it may be kept."""
        reply = super().file_response(*args, **kwargs)
        reply.headers["Cache-Control"] = "public, max-age=3600"
        return reply


def install(app: FastAPI) -> None:
    """Puts the pages and their files into the application."""
    for module in ROUTERS:
        app.include_router(module.router)
    app.add_exception_handler(SignInNeeded, _ask_to_sign_in)
    app.mount("/static", Assets(directory=HERE / "static"), name="static")


def error_page(status: int, title: str, detail: str, request_id: str) -> Response:
    """The page of a problem, with links to go on."""
    return page(
        "error.html", status, number=status, title=title, detail=detail, request_id=request_id
    )


async def _ask_to_sign_in(request: Request, error: Exception) -> Response:
    assert isinstance(error, SignInNeeded)
    where = url(f"/session?next={quote(error.path)}")
    return RedirectResponse(where, 303, {"Cache-Control": "no-store"})
