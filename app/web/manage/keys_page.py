"""Issuing and revoking API keys and invitations; a new token is shown once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.http.bodies import validated
from app.http.dependencies import AppContext, ContextDep, Reading, counted_write
from app.http.requests.access import InvitationIn, KeyIn
from app.http.urls import url
from app.problem import Problem
from app.services.access import keys
from app.services.access.callers import SCOPES
from app.services.access.invitations import (
    invite,
    state_of,
    visible_invitations,
    withdraw_invitation,
)
from app.services.access.managed_benchmarks import managed_benchmarks, visible_keys
from app.services.access.schemas import Invitation, IssuedInvitation, IssuedKey, Key
from app.storage.database.session import ReadSession
from app.web.current_user import BrowserSession, SignedMaintainer, form_fields
from app.web.manage.page import After, Done
from app.web.rendering.render import private_page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_ROWS: Final = 100
_DAYS: Final = {"30": 30, "90": 90, "365": 365}
_INVITED_DAYS: Final = {"1": 1, "7": 7, "30": 30, "90": 90}
_INVITATIONS: Final = 50


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """A key in the list, with the first part of its token, which finds it and is no secret;
    `revocable` where this visitor may revoke it."""

    key: Key
    key_id: str
    revocable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a form led to: a key or an invitation, shown this once, or a fault with the fields as
    they were sent."""

    issued: IssuedKey | None = None
    invited: IssuedInvitation | None = None
    fault: str | None = None
    fault_of: str = ""
    fields: dict[str, str] = field(default_factory=dict)


@router.get("/desk/keys")
def show_keys(
    session: Reading, browser_session: SignedMaintainer, after: After = None, done: Done = None
) -> Response:
    """The keys that this visitor sees, the invitations, and a form for a new one of each."""
    return _keys_page(session, browser_session, Outcome(), after=after, done=done)


@router.post("/desk/keys")
async def issue_key(
    request: Request, context: ContextDep, browser_session: SignedMaintainer
) -> Response:
    """Issues a key and shows it, once, in this answer alone."""
    fields = await form_fields(request)
    return await run_in_threadpool(_answered, context, browser_session, _issue, "key", fields)


@router.post("/desk/invitations")
async def send_invitation(
    request: Request, context: ContextDep, browser_session: SignedMaintainer
) -> Response:
    """Makes an invitation and shows its token, once, in this answer alone."""
    fields = await form_fields(request)
    return await run_in_threadpool(
        _answered, context, browser_session, _invite, "invitation", fields
    )


def _answered(
    context: AppContext,
    browser_session: BrowserSession,
    act: Callable[[AppContext, BrowserSession, dict[str, str]], Outcome],
    what: str,
    fields: dict[str, str],
) -> Response:
    """The page after a form, with its result or its errors."""
    status = 200
    try:
        outcome = act(context, browser_session, fields)
    except Problem as problem:
        if problem.code not in {"invalid-request", "forbidden", "not-found"}:
            raise
        status = 422
        outcome = Outcome(fault=form_fault(problem), fault_of=what, fields=fields)
    with context.app_state.database.reading() as session:
        return _keys_page(session, browser_session, outcome, status=status)


def _issue(context: AppContext, browser_session: BrowserSession, fields: dict[str, str]) -> Outcome:
    now = datetime.now(UTC)
    request_body = validated(KeyIn, _wanted(fields, now))
    with counted_write(context.app_state, browser_session.caller) as session:
        issued = keys.issue(
            session,
            browser_session.caller,
            owner=request_body.owner,
            scopes=tuple(request_body.scopes),
            benchmark=request_body.benchmark,
            label=request_body.label,
            expires_at=request_body.expires_at,
            now=now,
            pepper=context.pepper,
        )
    return Outcome(issued=IssuedKey.of(issued.key, token=issued.token))


def _invite(
    context: AppContext, browser_session: BrowserSession, fields: dict[str, str]
) -> Outcome:
    now = datetime.now(UTC)
    days = _INVITED_DAYS.get(fields.get("days", "7"), 7)
    asked = {"label": fields.get("label", ""), "expires_at": now + timedelta(days=days)}
    request_body = validated(InvitationIn, asked)
    with counted_write(context.app_state, browser_session.caller) as session:
        invited = invite(
            session,
            browser_session.caller,
            fields.get("benchmark", ""),
            label=request_body.label,
            expires_at=request_body.expires_at,
            now=now,
            pepper=context.pepper,
        )
    state = state_of(invited.invitation, now)
    return Outcome(invited=IssuedInvitation.of(invited.invitation, state, token=invited.token))


def form_fault(problem: Problem) -> str:
    """Which field is wrong, and what to change."""
    rows = [f"{row.pointer.strip('/') or 'form'}: {row.detail}" for row in problem.rows]
    return " ".join(rows) or problem.detail


def _wanted(fields: dict[str, str], now: datetime) -> dict[str, Any]:
    """The form's fields as the API takes them; an empty field is an absent one."""
    days = _DAYS.get(fields.get("days", "365"))
    return {
        "owner": fields.get("owner") or None,
        "scopes": [name for name in SCOPES if name in fields],
        "benchmark": fields.get("benchmark") or None,
        "label": fields.get("label", ""),
        "expires_at": None if days is None else now + timedelta(days=days),
    }


@router.post("/desk/keys/{key_id}/revoke")
async def revoke_key(
    request: Request, context: ContextDep, browser_session: SignedMaintainer, key_id: str
) -> Response:
    """Revokes a key at once, and every sign-in that began with it."""
    await run_in_threadpool(_revoke, context, browser_session, key_id)
    return RedirectResponse(url("/desk/keys?done=revoked"), 303, {"Cache-Control": "no-store"})


def _revoke(context: AppContext, browser_session: BrowserSession, key_id: str) -> None:
    with counted_write(context.app_state, browser_session.caller) as session:
        keys.revoke(session, browser_session.caller, key_id, now=datetime.now(UTC))


@router.post("/desk/benchmarks/{slug}/invitations/{invitation_id}/revoke")
async def revoke_invitation(
    request: Request,
    context: ContextDep,
    browser_session: SignedMaintainer,
    slug: str,
    invitation_id: str,
) -> Response:
    """Ends an invitation at once."""
    await run_in_threadpool(_end, context, browser_session, slug, invitation_id)
    return RedirectResponse(url("/desk/keys?done=ended"), 303, {"Cache-Control": "no-store"})


def _end(
    context: AppContext, browser_session: BrowserSession, slug: str, invitation_id: str
) -> None:
    with counted_write(context.app_state, browser_session.caller) as session:
        withdraw_invitation(
            session, browser_session.caller, slug, invitation_id, now=datetime.now(UTC)
        )


def _keys_page(
    session: ReadSession,
    browser_session: BrowserSession,
    outcome: Outcome,
    *,
    status: int = 200,
    after: int | None = None,
    done: str | None = None,
) -> Response:
    caller, now = browser_session.caller, datetime.now(UTC)
    issued = visible_keys(session, caller, limit=_ROWS + 1, after=after)
    return private_page(
        "desk/keys.html",
        status,
        browser_session=browser_session,
        done=done,
        keys=[
            KeyEntry(Key.of(key), key.key_id, keys.may_revoke(caller, key))
            for key in issued[:_ROWS]
        ],
        more=issued[_ROWS - 1].id if len(issued) > _ROWS else None,
        invitations=[
            Invitation.of(invitation, state_of(invitation, now))
            for invitation in visible_invitations(session, caller, limit=_INVITATIONS)
        ],
        benchmarks=[benchmark.slug for benchmark in managed_benchmarks(session, caller)],
        scopes=SCOPES if browser_session.administers else [s for s in SCOPES if s in caller.scopes],
        outcome=outcome,
        now=now,
    )
