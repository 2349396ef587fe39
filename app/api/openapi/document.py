"""The OpenAPI document, made whole: what the framework cannot see is derived from the routes."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from app.api.openapi.schema import add_components
from app.http.dependencies import ACCESS, OPEN, all_dependencies


def describe(app: FastAPI) -> None:
    """Makes the document whole once, when it is first asked for: who may call which operation."""
    plain = app.openapi

    def whole() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = plain()
            add_components(document)
            _add_access(app, document)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = whole  # type: ignore[method-assign]


def _add_access(app: FastAPI, document: dict[str, Any]) -> None:
    """The key, and for every operation whether it is needed."""
    document["components"]["securitySchemes"] = {
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key, cdr_…; reading public boards needs none.",
        }
    }
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if not isinstance(route, APIRoute) or not route.include_in_schema:
            continue
        called = {one.call for one in all_dependencies(route.dependant)}
        needs_key = bool(called & (ACCESS - OPEN))
        for method in route.methods or ():
            operation = document["paths"][context.path][method.lower()]
            operation["security"] = [{"key": []}] if needs_key else [{}, {"key": []}]
