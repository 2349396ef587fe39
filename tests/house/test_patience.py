"""No test has a deadline of its own: they wait by the one ceiling of `tests/waiting.py`."""

import ast
from pathlib import Path

import pytest

from tests.waiting import CEILING

HERE = Path(__file__).parents[1]


def deadlines(source: str) -> list[int]:
    """The lines that give a call fewer seconds than the ceiling."""
    return [
        word.value.lineno
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and ast.unparse(call.func) != "timedelta"
        for word in call.keywords
        if word.arg in {"timeout", "seconds"}
        and isinstance(word.value, ast.Constant)
        and isinstance(word.value.value, int | float)
        and 1 < word.value.value < CEILING
    ]


def test_no_test_has_a_deadline_of_its_own() -> None:
    found = {
        path.relative_to(HERE).as_posix(): lines
        for path in HERE.rglob("*.py")
        if (lines := deadlines(path.read_text()))
    }
    assert found == {}, "give timeout=CEILING (tests/waiting.py)"


@pytest.mark.parametrize("call", ["get(timeout=5)", "later.settle(seconds=30)"])
def test_the_check_finds_one(call: str) -> None:
    assert deadlines(f"x = 1\n{call}\n") == [2]
