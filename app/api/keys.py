"""Keys: issue for an owner, list, revoke; and the audit trail of who did what."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.api.paging import Cursor, Limit, cursor_of, row_of
from app.api.replies import event_body, issued_body, json_response, key_body
from app.api.shapes import AuditPage, IssuedKeyOut, KeyPage
from app.bodies import body_of, read_small
from app.deps import Admin, Front, Maintainer, Reading, TheFront, counted_write
from app.services import keys
from app.services.callers import Caller
from app.storage.audit import list_events
from app.storage.keys import list_keys
from app.wire import KeyIn

router = APIRouter(tags=["keys"])


@router.post(
    "/keys",
    operation_id="createKey",
    status_code=201,
    responses={201: {"model": IssuedKeyOut, "description": "The key; its token is shown once."}},
    openapi_extra=body_of(KeyIn),
)
async def create_key(request: Request, front: TheFront, caller: Maintainer) -> Response:
    """Issues a key for an owner.

    Admins issue any key; a maintainer issues `submit` keys bound to a benchmark of its own.
    """
    wanted = await read_small(request, KeyIn)
    return await run_in_threadpool(_create, front, caller, wanted)


def _create(front: Front, caller: Caller, wanted: KeyIn) -> Response:
    with counted_write(front.desk, caller) as session:
        issued = keys.issue(
            session,
            caller,
            owner=wanted.owner,
            scopes=tuple(wanted.scopes),
            benchmark=wanted.benchmark,
            label=wanted.label,
            expires_at=wanted.expires_at,
            now=datetime.now(UTC),
            pepper=front.pepper,
        )
    return json_response(issued_body(issued), 201, {"Cache-Control": "no-store"})


@router.get(
    "/keys",
    operation_id="listKeys",
    responses={200: {"model": KeyPage, "description": "Keys, newest last; never a secret."}},
)
def read_keys(
    session: Reading, caller: Admin, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """Lists keys, revoked ones included."""
    found = list_keys(session, limit=limit + 1, after=row_of(cursor))
    more = len(found) > limit
    return json_response(
        {
            "data": [key_body(key) for key in found[:limit]],
            "next_cursor": cursor_of(str(found[limit - 1].id)) if more else None,
        },
        headers={"Cache-Control": "no-store"},
    )


@router.delete("/keys/{key_id}", operation_id="revokeKey", status_code=204)
def revoke_key(key_id: str, front: TheFront, caller: Maintainer) -> Response:
    """Revokes a key at once. Admins revoke any key, others those they could have issued."""
    with counted_write(front.desk, caller) as session:
        keys.revoke(session, caller, key_id, now=datetime.now(UTC))
    return Response(status_code=204)


@router.get(
    "/audit",
    operation_id="listAudit",
    responses={200: {"model": AuditPage, "description": "Events, newest first."}},
)
def read_audit(
    session: Reading, caller: Admin, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """Who did what, when; newest first."""
    found = list_events(session, limit=limit + 1, after=row_of(cursor))
    more = len(found) > limit
    return json_response(
        {
            "data": [event_body(event) for event in found[:limit]],
            "next_cursor": cursor_of(str(found[limit - 1].id)) if more else None,
        },
        headers={"Cache-Control": "no-store"},
    )
