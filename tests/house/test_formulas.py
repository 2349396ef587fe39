"""The score's formulas stand in app/scoring alone; charts, pages and services call it.

What the dial computes in the browser is held to the server's pages by tests/web/test_dial.py.
"""

import ast
from pathlib import Path

import pytest

import app

APP = Path(app.__file__).parent


def formulas(source: str) -> list[str]:
    """The penalty t / (1 - t), right - L wrong and (1 - t) right - t wrong, however named."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.BinOp)
        and (_is_penalty(node) or _is_points(node) or _is_value(node) or _is_units(node))
    ]


def _is_penalty(node: ast.BinOp) -> bool:
    """x / (1 - x), or y * x / (1 - x)."""
    rest = _rest_of(node.right)
    return (
        isinstance(node.op, ast.Div)
        and rest is not None
        and rest in {ast.dump(part) for part in ast.walk(node.left)}
    )


def _is_points(node: ast.BinOp) -> bool:
    """y - penalty * z."""
    return isinstance(node.op, ast.Sub) and any(
        getattr(factor, "id", getattr(factor, "attr", "")) == "penalty"
        for factor in _factors(node.right)
    )


def _is_value(node: ast.BinOp) -> bool:
    """(1 - x) * y - x * z."""
    rests = {_rest_of(factor) for factor in _factors(node.left)} - {None}
    return isinstance(node.op, ast.Sub) and not rests.isdisjoint(
        map(ast.dump, _factors(node.right))
    )


def _is_units(node: ast.BinOp) -> bool:
    """UNITS - x, of which penalties in integers are made."""
    return isinstance(node.op, ast.Sub) and getattr(node.left, "id", "") == "UNITS"


def _factors(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
        return [*_factors(node.left), *_factors(node.right)]
    return [node]


def _rest_of(node: ast.AST) -> str | None:
    """The x of 1 - x."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        one = node.left
        if isinstance(one, ast.Constant) and one.value == 1:
            return ast.dump(node.right)
    return None


def test_formulas_stand_in_scoring_alone() -> None:
    found = {
        path.relative_to(APP).as_posix(): formulas(path.read_text("utf-8"))
        for path in APP.rglob("*.py")
        if "scoring" not in path.relative_to(APP).parts
    }
    bad = {name: said for name, said in found.items() if said}
    assert not bad, f"call app/scoring/rules.py or app/scoring/targets.py instead: {bad}"


@pytest.mark.parametrize(
    "source",
    [
        "price = target / (1 - target)",
        "cost = wrong * at.value / (1 - at.value)",
        "score = right - wrong * target.penalty",
        "score = model.right - penalty * model.wrong",
        "y = (1 - t) * right / n - t * wrong / n",
        "above = UNITS - target.units",
    ],
)
def test_a_second_formula_is_found(source: str) -> None:
    assert formulas(source)


@pytest.mark.parametrize(
    "source", ["x = price / (1 + price)", "y = (1 - t) * value", "z = a / (1 - b)", "w = -penalty"]
)
def test_other_arithmetic_is_left_alone(source: str) -> None:
    assert not formulas(source)
