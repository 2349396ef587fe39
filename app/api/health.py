"""Alive, ready, measured: what an operator's machines ask."""

import ipaddress
from typing import Final

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.http.dependencies import Anyone, ContextDep
from app.http.encode import json_response
from app.http.request_metrics import figures
from app.problem import Problem

router = APIRouter(tags=["health"], include_in_schema=False)
_FORWARDED: Final = frozenset(
    {"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"}
)


@router.get("/healthz")
async def read_health() -> Response:
    """Alive: the event loop turns. Asks nothing of the database."""
    return json_response({"status": "ok"}, headers={"Cache-Control": "no-store"})


@router.get("/readyz")
async def read_readiness(context: ContextDep) -> Response:
    """Ready: the database answers and is migrated. `writable` is false when it is full;
    `start` tells which start of the server answers, the same in all its processes."""
    health = await run_in_threadpool(context.probe.ask)
    ready = health.database and health.migrated
    return json_response(
        {
            "status": "ready" if ready else "not ready",
            "database": health.database,
            "migrated": health.migrated,
            "writable": health.writable,
            "detail": health.detail,
            "start": context.start_id,
        },
        200 if ready else 503,
        {"Cache-Control": "no-store"},
    )


@router.get("/metrics")
async def read_metrics(request: Request, caller: Anyone) -> Response:
    """Prometheus text over all processes, for this machine and for admins."""
    address = request.client.host if request.client else "127.0.0.1"
    # With a proxy before us every address is the proxy's, unless it is one that we believe.
    passed_on = not _FORWARDED.isdisjoint(request.headers.keys())
    operates = caller is not None and caller.administers and caller.benchmark_id is None
    if (passed_on or not _is_local(address)) and not operates:
        raise Problem("forbidden", "Metrics are served to this machine and to admin keys.")
    text = await run_in_threadpool(figures)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


def _is_local(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address in {"local", "localhost", "testclient"}
