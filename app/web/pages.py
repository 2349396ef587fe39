"""The pages, put together: every module here named `*_page.py` has a `router` of its own.

They are rendered on the server from the same values that the JSON API gives.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from app.urls import url
from app.web.render import HERE, page
from app.web.visitor import ACCESS, SignInNeeded

__all__ = ["ACCESS", "error_page", "install"]


class Assets(StaticFiles):
    """Static files, kept by browsers for an hour and always sent whole: they are small, and a range
    would be refused in the framework's words instead of ours."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a file as if no range had been asked for."""
        kept = [(name, value) for name, value in scope["headers"] if name != b"range"]
        await super().__call__(dict(scope) | {"headers": kept}, receive, send)

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """A file, with how long it may be kept."""
        reply = super().file_response(*args, **kwargs)
        reply.headers["Cache-Control"] = "public, max-age=3600"
        return reply


def install(app: FastAPI) -> None:
    """Puts the pages and their files into the application."""
    for found in iter_modules([str(HERE)]):
        if found.name.endswith("_page"):
            app.include_router(import_module(f"app.web.{found.name}").router)
    app.add_exception_handler(SignInNeeded, _ask_to_sign_in)
    app.mount("/static", Assets(directory=HERE / "static"), name="static")


def error_page(status: int, title: str, detail: str, request_id: str) -> Response:
    """A refusal in words, with a way on."""
    return page(
        "error.html", status, number=status, title=title, detail=detail, request_id=request_id
    )


async def _ask_to_sign_in(request: Request, error: Exception) -> Response:
    assert isinstance(error, SignInNeeded)
    where = url(f"/session?next={quote(error.path)}")
    return RedirectResponse(where, 303, {"Cache-Control": "no-store"})
