"""Signing in by pasting a key, and signing out."""

import re
from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.http.dependencies import ContextDep, count_stranger, request_id_of
from app.http.urls import url
from app.problem import Problem
from app.services.access.browser_sessions import sign_in, sign_out
from app.services.access.keys import presented
from app.services.access.tokens import Token
from app.web.current_user import (
    FormVisitor,
    OwnPage,
    all_tokens,
    drop_cookie,
    form_fields,
    keep_cookie,
    token_refusal,
)
from app.web.rendering.render import private_page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_HOME: Final = "/desk"
_OURS: Final = re.compile(r"/desk(?:/[a-z0-9-]+){0,3}")
"""Where a sign-in may lead: an address of the desk and nothing else."""


@router.get("/session")
def show_sign_in(
    visitor: FormVisitor, to: Annotated[str, Query(alias="next", max_length=200)] = _HOME
) -> Response:
    """The form to sign in with; one who is signed in goes on to the desk."""
    if visitor is not None:
        return RedirectResponse(url(_destination(to)), 303)
    return private_page("desk/sign_in.html", destination=_destination(to), fault=None)


@router.post("/session")
async def start_session(request: Request, context: ContextDep, own: OwnPage) -> Response:
    """Starts a session with the key in the form, and redirects to the page requested before."""
    fields = await form_fields(request)
    destination = _destination(fields.get("next", _HOME))
    now = datetime.now(UTC)
    token: Token | None = None
    try:
        token = presented(fields.get("key", "").strip())
        signed = await run_in_threadpool(
            sign_in,
            context.app_state,
            token,
            now=now,
            pepper=context.pepper,
            request_id=request_id_of(request),
        )
    except Problem as problem:
        if problem.code != "unauthenticated":
            raise
        refusal = token_refusal(request, problem, token)
        if refusal is not problem:
            raise refusal from None
        return private_page("desk/sign_in.html", 401, destination=destination, fault=problem.detail)
    reply = RedirectResponse(url(destination), 303, {"Cache-Control": "no-store"})
    keep_cookie(request, reply, signed, now=now)
    return reply


@router.post("/session/end")
async def end_session(request: Request, context: ContextDep, own: OwnPage) -> Response:
    """Ends the session, in the browser and on the server."""
    if own is None:
        count_stranger(request)
    for token in all_tokens(request):
        await run_in_threadpool(sign_out, context.app_state, token)
    reply = RedirectResponse(url("/"), 303, {"Cache-Control": "no-store"})
    drop_cookie(request, reply)
    return reply


def _destination(wanted: str) -> str:
    return wanted if _OURS.fullmatch(wanted) else _HOME
