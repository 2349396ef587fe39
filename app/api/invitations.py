"""Invitations: let somebody else submit to a benchmark, with a key in its own name."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.api.openapi.schema import reply
from app.api.paging import Cursor, Limit, NextCursor, next_page, row_of
from app.http.bodies import body_of, read_small
from app.http.dependencies import (
    AppContext,
    ContextDep,
    Maintainer,
    Reading,
    Unproven,
    address_of,
    count_stranger,
    counted_write,
    request_id_of,
)
from app.http.encode import json_response
from app.http.query_params import InvitationPath, SlugPath
from app.http.requests.access import AcceptIn, InvitationIn
from app.problem import Problem
from app.reply_fields import Doc
from app.services.access import invitations
from app.services.access.callers import Caller
from app.services.access.schemas import Invitation, IssuedInvitation, IssuedKey
from app.services.access.tokens import Token

router = APIRouter(tags=["keys"])
_NOT_KEPT = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class InvitationPage:
    """A page of invitations."""

    data: Annotated[list[Invitation], Doc("The newest first.")]
    next_cursor: NextCursor


@router.post(
    "/benchmarks/{slug}/invitations",
    operation_id="createInvitation",
    status_code=201,
    responses={201: reply(IssuedInvitation, "Its token is shown this once.")},
    openapi_extra=body_of(InvitationIn),
)
async def create_invitation(
    request: Request, context: ContextDep, caller: Maintainer, slug: SlugPath
) -> Response:
    """Invites somebody to submit to a benchmark that the caller maintains.

    The token works once, for `POST /invitations/accept`, and ends with `expires_at` or with the key
    that made it. Hand it on as you would a key.
    """
    wanted = await read_small(request, InvitationIn)
    return await run_in_threadpool(_create, context, caller, slug, wanted)


def _create(context: AppContext, caller: Caller, slug: str, wanted: InvitationIn) -> Response:
    now = datetime.now(UTC)
    with counted_write(context.app_state, caller) as session:
        issued = invitations.invite(
            session,
            caller,
            slug,
            label=wanted.label,
            expires_at=wanted.expires_at,
            now=now,
            pepper=context.pepper,
        )
    state = invitations.state_of(issued.invitation, now)
    invitation = IssuedInvitation.of(issued.invitation, state, token=issued.token)
    return json_response(invitation, 201, _NOT_KEPT)


@router.get(
    "/benchmarks/{slug}/invitations",
    operation_id="listInvitations",
    responses={200: reply(InvitationPage, "Newest first; never a secret.")},
)
def read_invitations(
    session: Reading, caller: Maintainer, slug: SlugPath, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """Lists the invitations to a benchmark, accepted and ended ones included; for who maintains
    it."""
    rows = invitations.invitations_to(session, caller, slug, limit=limit + 1, after=row_of(cursor))
    shown, after = next_page(rows, limit, position=lambda invitation: invitation.id)
    now = datetime.now(UTC)
    page = InvitationPage(
        [Invitation.of(invitation, invitations.state_of(invitation, now)) for invitation in shown],
        after,
    )
    return json_response(page, headers=_NOT_KEPT)


@router.delete(
    "/benchmarks/{slug}/invitations/{invitation_id}",
    operation_id="revokeInvitation",
    status_code=204,
)
def revoke_invitation(
    slug: SlugPath, invitation_id: InvitationPath, context: ContextDep, caller: Maintainer
) -> Response:
    """Ends an invitation at once. A key that has come of it stays; revoke that by itself."""
    with counted_write(context.app_state, caller) as session:
        invitations.withdraw_invitation(session, caller, slug, invitation_id, now=datetime.now(UTC))
    return Response(status_code=204)


@router.post(
    "/invitations/accept",
    operation_id="acceptInvitation",
    status_code=201,
    responses={201: reply(IssuedKey, "The key; its token is shown once.")},
    openapi_extra=body_of(AcceptIn),
)
async def accept_invitation(request: Request, context: ContextDep, caller: Unproven) -> Response:
    """Accepts an invitation: gives a `submit` key that is bound to its benchmark.

    Sent with a key (scope submit), the new one is for that key's owner. Sent without, it is for a
    new owner named `owner`; a name that is taken or looks like one that is answers 409, and ten
    such answers end the invitation. A token that is wrong, used or ended answers 404, and too many
    of those 429.
    """
    token: Token | None = None
    try:
        wanted = await read_small(request, AcceptIn)
        token = invitations.presented_invitation(wanted.token.strip())
        taker = invitations.Taker(caller, wanted.owner, request_id_of(request))
        return await run_in_threadpool(_accept, context, taker, token)
    except Problem as problem:
        if problem.code == "not-found":
            refused = context.reads.refusal(problem, address=address_of(request), token=token)
            raise refused from None
        if caller is None:
            count_stranger(request)
        raise


def _accept(context: AppContext, taker: invitations.Taker, token: Token) -> Response:
    issued = invitations.accept(
        context.app_state, taker, token, now=datetime.now(UTC), pepper=context.pepper
    )
    return json_response(IssuedKey.of(issued.key, token=issued.token), 201, _NOT_KEPT)
