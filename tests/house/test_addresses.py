"""No path of ours is written bare: under CANDOR_ROOT_PATH it would lead out of the prefix.

In a template a link starts with `{{ root }}`, in Python it is made by `url`, in a script by `at`
(app/http/urls.py says it in one place). What this test reads, `tests/web/test_prefix.py` walks
through.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts

from app.main import create_app
from app.settings import OWN_PATHS, Settings

APP = Path(__file__).parents[2] / "app"
WEB = APP / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SCRIPTS = sorted((WEB / "static").rglob("*.js"))
SHEETS = sorted([*(WEB / "static").rglob("*.css"), *(WEB / "static").rglob("*.svg")])
MODULES = sorted([*WEB.rglob("*.py"), *(APP / "api").rglob("*.py"), *(APP / "http").rglob("*.py")])
TAKES_PATHS = {"url", "startswith", "mount"}
"""Functions whose argument is a path without the prefix."""
BARE = {("session_page.py", "/desk"), ("session_page.py", "/desk(?:/[a-z0-9-]+){0,3}")}
"""Paths that are kept bare and made addresses later."""

_IN_ATTRIBUTE = re.compile(r"""\b[a-z-]+\s*=\s*["']?/(?!>)[^\s"'>]*""")
_IN_EXPRESSION = re.compile(r"""(?<!~ )(?<![=\w}])["']/[a-z?#"'][^"']*["']""")
_IN_TEXT = re.compile(r"(?<!\}\})(?<!CANDOR_URL)/api/v1\S*")
_IN_SCRIPT = re.compile(r"""(?<!\bat\()["'`]/[a-z$?][^"'`]*["'`]""")
_IN_SHEET = re.compile(r"""url\(\s*["']?/|href=["']/""")


def bare_in_template(text: str) -> list[str]:
    """Paths in a template that do not start with the prefix."""
    expressions = " ".join(re.findall(r"\{[{%].*?[%}]\}", text, re.DOTALL))
    return [
        *_IN_ATTRIBUTE.findall(text),
        *_IN_EXPRESSION.findall(expressions),
        *_IN_TEXT.findall(text),
    ]


def bare_in_script(text: str) -> list[str]:
    """Paths in a script that are not handed to `at`."""
    code = re.sub(r"^\s*(//|/?\*).*$", "", text, flags=re.MULTILINE)
    return _IN_SCRIPT.findall(code)


def bare_in_python(source: str) -> list[str]:
    """Paths in Python that are neither routes nor handed to `url`."""
    tree = ast.parse(source)
    taken = {id(node) for node in _taken(tree)}
    found = [text for node, text in _strings(tree) if id(node) not in taken and _is_path(text)]
    in_markup = [
        text for _, text in _strings(tree) if re.search(r"""(?:href|src|action)=["']?/""", text)
    ]
    return [*found, *in_markup]


def _is_path(text: str) -> bool:
    return re.match(r"/[a-z{]", text) is not None


def _taken(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                yield from ast.walk(decorator)
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in TAKES_PATHS:
                yield from ast.walk(node)


def _strings(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    inside = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
        if part is not node
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and node.values:
            first = node.values[0]
            yield node, str(first.value) if isinstance(first, ast.Constant) else ""
        elif isinstance(node, ast.Constant) and id(node) not in inside:
            yield node, node.value if isinstance(node.value, str) else ""


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_link_under_the_prefix(path: Path) -> None:
    assert bare_in_template(path.read_text()) == [], "write {{ root }}/… (app/http/urls.py)"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_ask_under_the_prefix(path: Path) -> None:
    assert bare_in_script(path.read_text()) == [], "write at(…) of address.js"


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_sheets_and_pictures_name_their_neighbours(path: Path) -> None:
    assert _IN_SHEET.findall(path.read_text()) == [], "write a relative address"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_python_makes_its_addresses_with_url(path: Path) -> None:
    found = [text for text in bare_in_python(path.read_text()) if (path.name, text) not in BARE]
    assert found == [], "write url(…) of app/http/urls.py"


def test_the_test_sees_what_it_looks_for() -> None:
    for text in (
        '<a href="/how">',
        "<a href='/'>",
        "<a href=/how>",
        '<form action="/session">',
        '<img src="/static/icon.svg">',
        '<div data-place="/benchmarks/x">',
        '{% for href in ["/how"] %}',
        '{{ leader(x, "/benchmarks/" ~ slug) }}',
        "<code>GET /api/v1/rules</code>",
    ):
        assert bare_in_template(text), text
    for text in ('fetch("/api/v1/rules")', "new URL(`/desk`)", 'import "/static/x.js"'):
        assert bare_in_script(text), text
    for text in (
        'there = "/desk"',
        'there = f"/desk/{x}"',
        'there = f"{x}" + "/desk"',
        "text = '<a href=\"/desk\">'",
    ):
        assert bare_in_python(text), text
    for text in ('<a href="{{ root }}/how">', '{{ leader(root ~ "/x") }}', "<br/>", 'value="M0/1"'):
        assert bare_in_template(text) == [], text
    assert bare_in_script("// \"/desk\"\nfetch(at(`/desk/${x}`)); x.split('/')") == []
    assert bare_in_python('@router.get("/desk")\ndef f(): return url(f"/desk/{x}")') == []


def test_no_prefix_can_be_taken_for_a_path_of_ours(tmp_path: Path) -> None:
    app = create_app(Settings(database_url="", data_dir=tmp_path))
    paths = {getattr(context, "path", "") or "" for context in iter_route_contexts(app.routes)}
    firsts = {path.split("/")[1] for path in paths if path.count("/")} - {""}
    assert {"api", "desk", "static", "readyz"} <= firsts
    assert firsts <= OWN_PATHS | {"problems"}, "add it to OWN_PATHS of app/settings.py"
