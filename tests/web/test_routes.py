"""Every page reads the cookie of a sign-in, so that private benchmarks show to who may see them."""

from fastapi.routing import APIRoute, iter_route_contexts

from app.http.dependencies import all_dependencies
from app.web.current_user import ACCESS
from tests.served import Served


def test_every_page_looks_for_the_sign_in(served: Served) -> None:
    seen = 0
    for context in iter_route_contexts(served.client.app.routes):  # type: ignore[attr-defined]
        route = context.original_route
        if not isinstance(route, APIRoute) or route.include_in_schema:
            continue
        if route.endpoint.__module__.startswith("app.web."):
            calls = {one.call for one in all_dependencies(route.dependant)}
            assert ACCESS & calls, f"{context.path} takes no Visitor (app/web/current_user.py)"
            seen += 1
    assert seen > 15
