"""What a benchmark shows to whom is decided in one module, which everything else asks."""

import ast
import importlib
import pkgutil
import re
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

import pytest

import app
import app.storage
import app.web
from app.http.encode import json_bytes
from app.services.access.public_view import RAW
from app.storage.benchmarks import Benchmark
from app.web.rendering.render import may_hold_raw, page

APP = Path(app.__file__).parent
ALLOWED = {
    APP / "services" / "access" / "public_view.py",
    APP / "storage" / "benchmarks.py",  # the list of benchmarks is filtered in SQL
}
WORDS = {"mode": {"open", "hidden"}, "visibility": {"public", "private"}}
IN_TEMPLATE = re.compile(
    r"""\b(?:mode\s*(?:==|!=|in)\s*[("'\[{]*(?:open|hidden)"""
    r"""|visibility\s*(?:==|!=|in)\s*[("'\[{]*(?:public|private))\b"""
)


def comparisons(source: str) -> list[str]:
    """The comparisons of a module that ask whether a benchmark is open or hidden, or whether it is
    public or private."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Compare) and _asks([node.left, *node.comparators]))
        or (isinstance(node, ast.Match) and _asks([node.subject, *node.cases]))
    ]


def _asks(parts: list[ast.AST]) -> bool:
    names = {
        part.attr if isinstance(part, ast.Attribute) else part.id
        for part in parts
        if isinstance(part, ast.Attribute | ast.Name)
    }
    inside = [node for part in parts for node in ast.walk(part)]
    literals = {node.value for node in inside if isinstance(node, ast.Constant)}
    return any(
        name == word or name.endswith(f"_{word}")
        for word, values in WORDS.items()
        if not values.isdisjoint(literals)
        for name in names
    )


def test_no_module_but_one_compares_mode_or_visibility() -> None:
    found = {
        path.relative_to(APP).as_posix(): comparisons(path.read_text())
        for path in APP.rglob("*.py")
        if path not in ALLOWED
    }
    bad = {name: said for name, said in found.items() if said}
    assert not bad, f"ask PublicView of services/access/public_view.py instead: {bad}"


def test_no_template_compares_mode_or_visibility() -> None:
    bad = [
        path.relative_to(APP).as_posix()
        for path in (APP / "web" / "templates").rglob("*.html")
        if IN_TEMPLATE.search(path.read_text())
    ]
    assert not bad, f"use the view of a PublicBenchmark, as in b.view.answers: {bad}"


@pytest.mark.parametrize(
    "source",
    [
        'x = benchmark.mode == "hidden"',
        'if "open" != pair.benchmark.mode: pass',
        'a = b.mode in {"hidden"}',
        'a = mode == "hidden" and b',
        'public = benchmark.visibility == "public" and caller is None',
        'if visibility in {"private"}: pass',
        'match b.mode:\n    case "hidden":\n        pass',
    ],
)
def test_a_comparison_is_found(source: str) -> None:
    assert comparisons(source)


@pytest.mark.parametrize(
    "source",
    [
        '{% if b.mode != "open" %}',
        "{% if b.mode in ('hidden',) %}",
        '{% if b.visibility == "private" %}',
    ],
)
def test_a_comparison_in_a_template_is_found(source: str) -> None:
    assert IN_TEMPLATE.search(source)


@pytest.mark.parametrize(
    "source",
    ['a = state_of(i) == "open"', 'a = view.mode == "declared"', 'a = key.kind == "public"'],
)
def test_other_comparisons_are_left_alone(source: str) -> None:
    assert not comparisons(source)


@dataclass(frozen=True)
class Page:
    """A page that would print a stored benchmark, somewhere inside."""

    parts: dict[str, list[Benchmark | None]]
    inner: "Page | None" = None


def test_no_page_is_made_of_what_is_stored_with_its_secrets() -> None:
    for kind in (*RAW, Page):
        value = object.__new__(kind)
        for given in (value, [value], {"of": (value,)}):
            with pytest.raises(TypeError, match=r"error\.html gets what is stored as 'given'"):
                page("error.html", given=given)


def test_no_reply_is_made_of_what_is_stored_with_its_secrets() -> None:
    for kind in RAW:
        with pytest.raises(TypeError, match="is stored; send a value made of it"):
            json_bytes({"data": [object.__new__(kind)]})


def test_what_stores_a_secret_is_raw() -> None:
    """A class of app/storage with a hash or accepted answers may not be shown as it is stored."""
    for module in pkgutil.iter_modules(app.storage.__path__, "app.storage."):
        for name, kind in vars(importlib.import_module(module.name)).items():
            if not is_dataclass(kind) or not name.isidentifier() or name.endswith("Rows"):
                continue
            secret = {field.name for field in fields(kind)} & {"secret_hash", "accepted"}
            assert not secret or kind in RAW, f"{module.name}.{name} stores {secret}"


def test_every_page_is_given_what_may_be_shown() -> None:
    """The types say it, whether or not a test renders the page."""
    for module in pkgutil.walk_packages(app.web.__path__, "app.web."):
        for name, kind in vars(importlib.import_module(module.name)).items():
            if is_dataclass(kind) and name.endswith(("Page", "Row", "Entry", "About")):
                assert not may_hold_raw(object.__new__(kind)), f"{module.name}.{name}"
