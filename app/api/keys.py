"""Keys: issue, list, revoke; and the audit trail of who did what."""

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
    Admin,
    AnyKey,
    AppContext,
    ContextDep,
    Maintainer,
    Reading,
    counted_write,
)
from app.http.encode import json_response
from app.http.query_params import KeyPath
from app.http.requests.access import KeyIn
from app.reply_fields import Doc
from app.services.access import keys
from app.services.access.callers import Caller
from app.services.access.managed_benchmarks import visible_events, visible_keys
from app.services.access.schemas import IssuedKey, Key
from app.storage.audit_log import AuditEvent

router = APIRouter(tags=["keys"])


@dataclass(frozen=True, slots=True)
class KeyPage:
    """A page of keys."""

    data: Annotated[list[Key], Doc("The oldest first.")]
    next_cursor: NextCursor


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of the audit trail."""

    data: Annotated[list[AuditEvent], Doc("The newest first.")]
    next_cursor: NextCursor


@router.post(
    "/keys",
    operation_id="createKey",
    status_code=201,
    responses={201: reply(IssuedKey, "The key; its token is shown once.")},
    openapi_extra=body_of(KeyIn),
)
async def create_key(request: Request, context: ContextDep, caller: Maintainer) -> Response:
    """Issues a key for the caller's own owner, with scopes that the caller's key has; a key that is
    bound to a benchmark makes keys that are bound to it.

    Admins issue keys for any owner, and make the owner where there is none of that name. Somebody
    else's key for your benchmark comes of an invitation.
    """
    wanted = await read_small(request, KeyIn)
    return await run_in_threadpool(_create, context, caller, wanted)


def _create(context: AppContext, caller: Caller, wanted: KeyIn) -> Response:
    with counted_write(context.app_state, caller) as session:
        issued = keys.issue(
            session,
            caller,
            owner=wanted.owner,
            scopes=tuple(wanted.scopes),
            benchmark=wanted.benchmark,
            label=wanted.label,
            expires_at=wanted.expires_at,
            now=datetime.now(UTC),
            pepper=context.pepper,
        )
    return json_response(
        IssuedKey.of(issued.key, token=issued.token), 201, {"Cache-Control": "no-store"}
    )


@router.get(
    "/keys",
    operation_id="listKeys",
    responses={200: reply(KeyPage, "Keys, newest last; never a secret.")},
)
def read_keys(
    session: Reading, caller: Maintainer, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """Lists keys, revoked ones included: an admin all, others their owner's and those bound to
    their benchmarks, a bound key those of its benchmark."""
    keys = visible_keys(session, caller, limit=limit + 1, after=row_of(cursor))
    shown, after = next_page(keys, limit, position=lambda key: key.id)
    page = KeyPage([Key.of(key) for key in shown], after)
    return json_response(page, headers={"Cache-Control": "no-store"})


@router.delete("/keys/{key_id}", operation_id="revokeKey", status_code=204)
def revoke_key(key_id: KeyPath, context: ContextDep, caller: AnyKey) -> Response:
    """Revokes a key at once: every key itself, admins any, maintainers their owner's (with no scope
    that they lack) and the `submit` keys of their benchmarks."""
    with counted_write(context.app_state, caller) as session:
        keys.revoke(session, caller, key_id, now=datetime.now(UTC))
    return Response(status_code=204)


@router.get(
    "/audit",
    operation_id="listAudit",
    responses={200: reply(AuditPage, "Events, newest first.")},
)
def read_audit(
    session: Reading, caller: Admin, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """Who did what, when; newest first. A key that is bound to a benchmark reads of that one."""
    events = visible_events(session, caller, limit=limit + 1, after=row_of(cursor))
    shown, after = next_page(events, limit, position=lambda event: event.id)
    page = AuditPage(shown, after)
    return json_response(page, headers={"Cache-Control": "no-store"})
