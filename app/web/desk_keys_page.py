"""Keys at the desk: issue one and see it this once, revoke one at once."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.bodies import validated
from app.deps import Front, Reading, TheFront, counted_write
from app.problem import Problem
from app.services import keys
from app.services.keys import IssuedKey
from app.services.oversee import looked_after, seen_keys
from app.storage.benchmarks import Benchmark
from app.storage.keys import ApiKey
from app.storage.session import ReadSession
from app.urls import url
from app.web.desk_page import After, Done
from app.web.render import private_page
from app.web.visitor import SignedMaintainer, Stay, form_fields
from app.wire import KeyIn

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_ROWS: Final = 100
_DAYS: Final = {"30": 30, "90": 90, "365": 365}


@router.get("/desk/keys")
def show_keys(
    session: Reading, stay: SignedMaintainer, after: After = None, done: Done = None
) -> Response:
    """The keys that this visitor could revoke, and a form for a new one."""
    return _keys_page(session, stay, after=after, done=done)


@router.post("/desk/keys")
async def issue_key(request: Request, front: TheFront, stay: SignedMaintainer) -> Response:
    """Issues a key and shows it, once, in this answer alone."""
    fields = await form_fields(request)
    return await run_in_threadpool(_issue, front, stay, fields)


def _issue(front: Front, stay: Stay, fields: dict[str, str]) -> Response:
    now = datetime.now(UTC)
    issued: IssuedKey | None = None
    fault, status = None, 200
    try:
        wanted = validated(KeyIn, _wanted(fields, now))
        with counted_write(front.desk, stay.caller) as session:
            issued = keys.issue(
                session,
                stay.caller,
                owner=wanted.owner,
                scopes=tuple(wanted.scopes),
                benchmark=wanted.benchmark,
                label=wanted.label,
                expires_at=wanted.expires_at,
                now=now,
                pepper=front.pepper,
            )
    except Problem as problem:
        if problem.code not in {"invalid-request", "forbidden", "not-found"}:
            raise
        fault, status = _said(problem), 422
    kept = fields if issued is None else {}
    with front.desk.database.reading() as session:
        return _keys_page(session, stay, status=status, issued=issued, fault=fault, fields=kept)


def _said(problem: Problem) -> str:
    """Which field is wrong, and what to change."""
    rows = [f"{row.pointer.strip('/') or 'form'}: {row.detail}" for row in problem.rows]
    return " ".join(rows) or problem.detail


def _wanted(fields: dict[str, str], now: datetime) -> dict[str, Any]:
    """The form's fields as the API takes them; an empty field is an absent one."""
    days = _DAYS.get(fields.get("days", "365"))
    return {
        "owner": fields.get("owner", ""),
        "scopes": [name for name in ("submit", "maintain", "admin") if name in fields],
        "benchmark": fields.get("benchmark") or None,
        "label": fields.get("label", ""),
        "expires_at": None if days is None else now + timedelta(days=days),
    }


@router.post("/desk/keys/{key_id}/revoke")
async def revoke_key(
    request: Request, front: TheFront, stay: SignedMaintainer, key_id: str
) -> Response:
    """Revokes a key at once, and every sign-in that began with it."""
    await run_in_threadpool(_revoke, front, stay, key_id)
    return RedirectResponse(url("/desk/keys?done=revoked"), 303, {"Cache-Control": "no-store"})


def _revoke(front: Front, stay: Stay, key_id: str) -> None:
    with counted_write(front.desk, stay.caller) as session:
        keys.revoke(session, stay.caller, key_id, now=datetime.now(UTC))


def _keys_page(
    session: ReadSession,
    stay: Stay,
    *,
    status: int = 200,
    after: int | None = None,
    done: str | None = None,
    issued: IssuedKey | None = None,
    fault: str | None = None,
    fields: dict[str, str] | None = None,
) -> Response:
    found: list[ApiKey] = seen_keys(session, stay.caller, limit=_ROWS + 1, after=after)
    benchmarks: list[Benchmark] = looked_after(session, stay.caller)
    return private_page(
        "desk/keys.html",
        status,
        stay=stay,
        done=done,
        keys=found[:_ROWS],
        more=found[_ROWS - 1].id if len(found) > _ROWS else None,
        benchmarks=benchmarks,
        issued=issued,
        fault=fault,
        fields=fields or {},
        now=datetime.now(UTC),
    )
