"""Rendering of templates into responses.

How to write a link: `{{ root }}/desk` in a template, `url("/desk")` of app/http/urls.py in Python,
`at("/desk")` of static/address.js in a script. A link without them would leave the prefix of
CANDOR_ROOT_PATH, and tests/house/test_addresses.py refuses it.
"""

import typing
from collections.abc import Mapping
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from app.grading.registry import MATCHERS
from app.http.urls import Root
from app.services.access.public_view import RAW
from app.web.rendering import format as words
from app.web.rendering.untrusted import item_href, visible

HERE: Final = Path(__file__).parents[1]
templates: Final = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.globals["root"] = Root()
templates.globals["words"] = words
templates.globals["matchers"] = MATCHERS
templates.globals["item_href"] = item_href
templates.filters["visible"] = visible


def page(name: str, status: int = 200, **values: Any) -> Response:
    """A page from its template; browsers ask again before they show a kept copy.

    Raises TypeError where a value is, or may hold, what is stored with its secrets.
    """
    for named, value in values.items():
        if may_hold_raw(value):
            raise TypeError(
                f"{name} gets what is stored as {named!r}; give it a value made of it, such as "
                "PublicBenchmark"
            )
    html = templates.get_template(name).render(**values)
    return HTMLResponse(
        html, status, {"Cache-Control": "no-cache", "Vary": "Authorization, Cookie"}
    )


def may_hold_raw(value: Any) -> bool:
    """Whether a value is one of RAW, or of a type whose fields may hold one."""
    if isinstance(value, Mapping):
        return any(map(may_hold_raw, value.values()))
    if isinstance(value, list | tuple | set | frozenset):
        return any(map(may_hold_raw, value))
    kind: Any = type(value)
    return _type_may_hold_raw(kind)


@cache
def _type_may_hold_raw(kind: type) -> bool:
    seen: set[type] = set()
    hints: list[Any] = [kind]
    while hints:
        hint = hints.pop()
        hints += typing.get_args(hint)
        if not isinstance(hint, type) or hint in seen:
            continue
        seen.add(hint)
        if hint in RAW:
            return True
        if is_dataclass(hint):
            hints += typing.get_type_hints(hint).values()
    return False


def private_page(name: str, status: int = 200, **values: Any) -> Response:
    """A page for one user: never cached, and its forms may say where they came from."""
    reply = page(name, status, **values)
    reply.headers["Cache-Control"] = "no-store"
    # Under no-referrer a browser sends "Origin: null" with a form, which tells nothing.
    reply.headers["Referrer-Policy"] = "same-origin"
    return reply
