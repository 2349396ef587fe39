"""Application factory."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.concurrency import run_in_threadpool

from app import candor_version
from app.api import (
    behaviour,
    benchmarks,
    changes,
    comparisons,
    health,
    invitations,
    keys,
    leaderboards,
    revisions,
    rules,
    scores,
    submissions,
)
from app.api.openapi import document as openapi
from app.api.openapi.tags import TAGS
from app.http import problem_responses as problems
from app.http.dependencies import ACCESS, AppContext, all_dependencies
from app.http.middleware import BehindProxy, RequestMiddleware
from app.http.read_limiter import ReadLimiter
from app.services.benchmarks.erasure import resume_erasures
from app.services.benchmarks.regrade import resume_regrades
from app.services.state.app_state import AppState
from app.services.state.board_cache import BoardCache
from app.services.state.revision_cache import RevisionCache
from app.settings import Settings
from app.storage.database.session import Database, Probe, open_database
from app.web import pages

API = "/api/v1"
LATER_SECONDS = 10
"""How long a shutdown waits for what is being done and nobody waits for."""
_OPEN_ROUTES = frozenset({"/healthz", "/readyz"})
"""Routes that ask nobody who they are: an operator's probes hold no key."""


def create_app(settings: Settings) -> FastAPI:
    """The application for `settings`; the database is opened here and closed at shutdown.

    Raises RuntimeError if a route does not declare who may call it.
    """
    context = build_context(open_database(settings.url), settings)
    app = FastAPI(
        title="Candor",
        summary='Scores language models so that "I don\'t know" is a rational answer.',
        version=candor_version(),
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(context.app_state),
        generate_unique_id_function=lambda route: route.operation_id or route.name,
        openapi_tags=TAGS,
        responses=problems.DOCUMENTED,
        # Replies are encoded by msgspec, and each route reads its own body.
        strict_content_type=False,
    )
    app.state.context = context
    api = APIRouter(prefix=API)
    for resource in (
        benchmarks,
        changes,
        revisions,
        submissions,
        leaderboards,
        behaviour,
        comparisons,
        scores,
        keys,
        invitations,
        rules,
    ):
        api.include_router(resource.router)
    app.include_router(api)
    app.include_router(health.router)
    pages.install(app)
    problems.install(app, page=pages.error_page)
    _refuse_undeclared(app)
    openapi.describe(app)
    app.add_middleware(RequestMiddleware)
    app.add_middleware(BehindProxy, trusted=settings.proxies, root_path=settings.prefix)
    return app


def build_context(database: Database, settings: Settings) -> AppContext:
    """The context shared by all routes, built from the settings."""
    return AppContext(
        app_state=AppState(
            database=database,
            revision_cache=RevisionCache(most_bytes=settings.sheet_megabytes << 20),
            boards=BoardCache(),
            writes_per_minute=settings.writes_per_minute,
        ),
        limits=settings.limits(),
        pepper=settings.pepper(),
        base_url=settings.home,
        start_id=settings.start_id or secrets.token_hex(8),
        probe=Probe(database),
        reads=ReadLimiter(
            reads_per_minute=settings.reads_per_minute,
            failures_per_minute=settings.key_failures_per_minute,
        ),
    )


def _lifespan(app_state: AppState) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        try:
            resume_regrades(app_state)
            resume_erasures(app_state)
            yield
        finally:
            every = (
                app_state.regrades,
                app_state.erasures,
                app_state.ranges,
                app_state.resampled,
                app_state.uses,
            )
            for jobs in every:
                jobs.stop()
            for jobs in every:
                await run_in_threadpool(jobs.settle, seconds=LATER_SECONDS)
            app_state.database.dispose()

    return lifespan


def _refuse_undeclared(app: FastAPI) -> None:
    """Deny by default: a route that does not say who may call it stops the start."""
    declared = 0
    # Not `app.routes`: an included router is one entry there that hides its routes.
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if not isinstance(route, APIRoute) or context.path in _OPEN_ROUTES:
            continue
        known = {dependant.call for dependant in all_dependencies(route.dependant)}
        if not (ACCESS | pages.ACCESS) & known:
            raise RuntimeError(
                f"{context.path} does not declare who may call it (app/http/dependencies.py)"
            )
        declared += 1
    if not declared:
        raise RuntimeError("no route was looked at: the framework keeps them somewhere else now")
