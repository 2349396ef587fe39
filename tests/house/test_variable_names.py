"""Variables are named after what they hold: names that fit anything come into no new file, and
leave the old ones."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
OLD: Final = ROOT / "tests" / "house" / "old_names.txt"
FOLDERS: Final = ("app", "bench", "client/src", "docs", "migrations")
REFUSED: Final = {"found", "kept", "one", "ones", "place", "places", "said"}
"""A loop over submissions has a `submission`, an index is an `index`, a path is a `path`."""


def refused(code: str) -> list[tuple[int, str]]:
    """Line and name of each variable, parameter, attribute, function and class that fits anything;
    a leading underscore changes nothing. What is only read, such as `Result.one`, is not."""
    return sorted(
        (line, name)
        for node in ast.walk(ast.parse(code))
        for line, name in _defined(node)
        if name.lstrip("_") in REFUSED
    )


def _defined(node: ast.AST) -> Iterator[tuple[int, str]]:
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
            yield node.lineno, name
        case ast.arg(arg=name) | ast.alias(asname=str(name)):
            yield node.lineno, name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield node.lineno, name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield node.lineno, name
        case ast.MatchStar(name=str(name)):
            yield node.lineno, name


def files_with_refused(root: Path) -> dict[str, list[tuple[int, str]]]:
    """The files under `root` that define such names, by path."""
    return {
        path.relative_to(root).as_posix(): names
        for folder in FOLDERS
        for path in sorted((root / folder).rglob("*.py"))
        if (names := refused(path.read_text(encoding="utf-8")))
    }


def test_no_new_file_has_a_name_that_fits_anything() -> None:
    listed = set(OLD.read_text().split())
    new = {file: names for file, names in files_with_refused(ROOT).items() if file not in listed}
    assert not new, f"name the thing instead: {new}"


def test_the_list_of_old_files_only_shrinks() -> None:
    listed = OLD.read_text().split()
    assert listed == sorted(set(listed))
    clean = sorted(set(listed) - files_with_refused(ROOT).keys())
    assert not clean, f"take these lines out of tests/house/old_names.txt: {clean}"


@pytest.mark.parametrize(
    "planted",
    [
        "one = 1",
        "for place in (): pass",
        "[one for one in ()]",
        "with open('x') as found: pass",
        "if said := 1: pass",
        "a, (kept, b) = 1, (2, 3)",
        "def f(*, place): pass",
        "f = lambda *ones: 1",
        "def found(): pass",
        "async def said(): pass",
        "class kept: pass",
        "class A:\n    places: int",
        "def f(self): self._found = {}",
        "import math as one",
        "try: pass\nexcept ValueError as said: pass",
        "match 1:\n    case [one, *_]: pass",
        "match []:\n    case [*ones]: pass",
    ],
)
def test_it_is_found_wherever_it_is_defined(planted: str, tmp_path: Path) -> None:
    file = tmp_path / "app" / "scoring" / "planted.py"
    file.parent.mkdir(parents=True)
    file.write_text(planted, encoding="utf-8")
    assert files_with_refused(tmp_path).keys() == {"app/scoring/planted.py"}


def test_what_is_read_or_named_more_closely_is_not() -> None:
    assert not refused("row = session.run(statement).one()\nplace_of = board.kept\nfound_at = 1")
