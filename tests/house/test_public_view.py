"""What a benchmark shows to whom is decided in one module, which everything else asks."""

import ast
import re
from pathlib import Path

import pytest

import app

APP = Path(app.__file__).parent
ALLOWED = APP / "services" / "access" / "public_view.py"
MODES = {"open", "hidden"}
IN_TEMPLATE = re.compile(r"""\bmode\s*(?:==|!=|in)\s*[("'\[{]*(?:open|hidden)\b""")


def comparisons(source: str) -> list[str]:
    """The comparisons of a module that ask whether a benchmark is open or hidden."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Compare) and _of_a_mode([node.left, *node.comparators]))
        or (isinstance(node, ast.Match) and _of_a_mode([node.subject, *node.cases]))
    ]


def _of_a_mode(parts: list[ast.AST]) -> bool:
    names = {
        part.attr if isinstance(part, ast.Attribute) else part.id
        for part in parts
        if isinstance(part, ast.Attribute | ast.Name)
    }
    inside = [node for part in parts for node in ast.walk(part)]
    literal = any(isinstance(node, ast.Constant) and node.value in MODES for node in inside)
    return literal and any(name == "mode" or name.endswith("_mode") for name in names)


def test_no_module_but_one_compares_the_mode() -> None:
    found = {
        path.relative_to(APP).as_posix(): comparisons(path.read_text())
        for path in APP.rglob("*.py")
        if path != ALLOWED
    }
    bad = {name: said for name, said in found.items() if said}
    assert not bad, f"ask PublicView of services/access/public_view.py instead: {bad}"


def test_no_template_compares_the_mode() -> None:
    bad = [
        path.relative_to(APP).as_posix()
        for path in (APP / "web" / "templates").rglob("*.html")
        if IN_TEMPLATE.search(path.read_text())
    ]
    assert not bad, f"use the filter public_view, as in (b | public_view).answers: {bad}"


@pytest.mark.parametrize(
    "source",
    [
        'x = benchmark.mode == "hidden"',
        'if "open" != pair.benchmark.mode: pass',
        'a = b.mode in {"hidden"}',
        'a = mode == "hidden" and b',
        'match b.mode:\n    case "hidden":\n        pass',
    ],
)
def test_a_comparison_is_found(source: str) -> None:
    assert comparisons(source)


@pytest.mark.parametrize("source", ['{% if b.mode != "open" %}', "{% if b.mode in ('hidden',) %}"])
def test_a_comparison_in_a_template_is_found(source: str) -> None:
    assert IN_TEMPLATE.search(source)


@pytest.mark.parametrize("source", ['a = state_of(i) == "open"', 'a = view.mode == "declared"'])
def test_other_comparisons_are_left_alone(source: str) -> None:
    assert not comparisons(source)
