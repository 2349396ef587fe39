"""The OpenAPI document, made whole: what the framework cannot see is derived from the routes."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from app.api.openapi import headers, request_bodies
from app.api.openapi.problems import problems_of, responses_of
from app.api.openapi.schema import add_components
from app.http.dependencies import ACCESS, OPEN, all_dependencies


def describe(app: FastAPI) -> None:
    """Makes the document whole once, when it is first asked for: who may call which operation,
    the headers of its replies, and the problems that it can answer with."""
    plain = app.openapi

    def whole() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = plain()
            _complete(app, document)
            # After the routes: their problems are components too.
            add_components(document)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = whole  # type: ignore[method-assign]


def _complete(app: FastAPI, document: dict[str, Any]) -> None:
    """The key, and of every operation whether it is needed and what may come back."""
    components = document.setdefault("components", {})
    components["securitySchemes"] = {
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key, cdr_…; reading public boards needs none.",
        }
    }
    components["headers"] = headers.COMPONENTS
    components.setdefault("schemas", {}).update(request_bodies.COMPONENTS)
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if not isinstance(route, APIRoute) or not route.include_in_schema:
            continue
        called = {dependency.call for dependency in all_dependencies(route.dependant)}
        needs_key = bool(called & (ACCESS - OPEN))
        for method in route.methods or ():
            operation = document["paths"][context.path][method.lower()]
            operation["security"] = [{"key": []}] if needs_key else [{}, {"key": []}]
            _add_replies(operation, method=method.lower(), needs_key=needs_key)


def _add_replies(operation: dict[str, Any], *, method: str, needs_key: bool) -> None:
    """Headers of the replies; then, instead of `4XX`, each status with its problems."""
    replies = operation["responses"]
    del replies["4XX"]
    for status, reply in replies.items():
        reply["headers"] = headers.headers_of(operation["operationId"], status)
    replies |= responses_of(problems_of(operation, method=method, needs_scope=needs_key))
