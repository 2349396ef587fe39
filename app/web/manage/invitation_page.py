"""Accepting an invitation by a form; the answer shows the new key once."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from app.http.bodies import validated
from app.http.dependencies import AppContext, ContextDep, count_stranger, request_id_of
from app.http.requests.access import AcceptIn
from app.problem import Problem
from app.services.access.invitations import Taker, accept, presented_invitation
from app.services.access.keys import NewKey
from app.services.access.schemas import IssuedKey
from app.services.access.tokens import Token
from app.web.current_user import (
    BrowserSession,
    FormVisitor,
    OwnPage,
    form_fields,
    require_form_token,
    token_refusal,
)
from app.web.manage.keys_page import form_fault
from app.web.rendering.render import private_page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/desk/invitation")
def show_invitation(browser_session: FormVisitor) -> Response:
    """The form that accepts an invitation: for who is signed in, or for a new owner."""
    return _form(browser_session)


@router.post("/desk/invitation")
async def accept_invitation(request: Request, context: ContextDep, own: OwnPage) -> Response:
    """Accepts the invitation in the form, and shows the key that comes of it, once."""
    fields = await form_fields(request)
    if own is not None:
        await require_form_token(request, own)
    token: Token | None = None
    try:
        request_body = validated(
            AcceptIn,
            {
                "token": fields.get("token", "").strip(),
                "owner": None if own is not None else fields.get("owner") or None,
            },
        )
        token = presented_invitation(request_body.token)
        caller = None if own is None else own.caller
        taker = Taker(caller, request_body.owner, request_id_of(request))
        issued = await run_in_threadpool(_accept, context, taker, token)
    except Problem as problem:
        if problem.code not in _SAID:
            raise
        return _refused(request, own, problem, token, fields.get("owner", ""))
    return private_page("desk/invitation.html", issued=IssuedKey.of(issued.key, token=issued.token))


_SAID = {"not-found": 404, "invalid-request": 422, "forbidden": 403, "conflict": 409}


def _accept(context: AppContext, taker: Taker, token: Token) -> NewKey:
    return accept(context.app_state, taker, token, now=datetime.now(UTC), pepper=context.pepper)


def _refused(
    request: Request, own: BrowserSession | None, problem: Problem, token: Token | None, owner: str
) -> Response:
    """The form again with what to change; too many wrong tokens end in `rate-limited`."""
    if problem.code == "not-found":
        refusal = token_refusal(request, problem, token)
        if refusal is not problem:
            raise refusal
    elif own is None:
        count_stranger(request)
    return _form(own, _SAID[problem.code], fault=form_fault(problem), owner=owner)


def _form(
    browser_session: BrowserSession | None,
    status: int = 200,
    *,
    fault: str | None = None,
    owner: str = "",
) -> Response:
    return private_page(
        "desk/invitation.html",
        status,
        issued=None,
        browser_session=browser_session,
        fault=fault,
        owner=owner,
    )
