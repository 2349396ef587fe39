"""Would the tests notice? Seeded mutants of the core, each run against the tests that know it.

    python -m bench.mutation --mutants 300 --seed 1 --into mutants.jsonl

A mutant is one change of one expression of `app/scoring` or `app/grading`: a comparison, an
operator, a number, a condition. It is killed if a test fails. Words (the catalogue) are left out;
so are annotations and decorators. First the tests must pass without a mutant. Results are written
as they come, and a run that was stopped goes on where it was. Survivors are printed at the end,
with 1 where fewer than 90 % were killed. `--part 1/2` and `--part 2/2` share a sample out.
"""

import argparse
import ast
import copy
import importlib
import importlib.util
import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
LEFT_OUT: Final = {"catalogue.py", "catalogue_points.py", "catalogue_levels.py", "metric.py"}
SECONDS: Final = 300
"""A mutant that runs so long loops for ever."""

GENERAL: Final = (
    "test_rates.py",
    "test_golden.py",
    "test_golden_levels.py",
    "test_scorecard.py",
    "test_stack.py",
    "test_laws.py",
    "test_catalogue.py",
)
"""Tests that reach most of scoring, for modules that few tests import by name."""

COMPARED: Final = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
COMPUTED: Final = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with the `place`-th of its mutable expressions changed."""

    path: str
    place: int
    line: int
    change: str

    @property
    def name(self) -> str:
        """What a result is filed under."""
        return f"{self.path}:{self.place}"


class _Sites(ast.NodeVisitor):
    """Every expression that can be changed, in order of the source."""

    def __init__(self) -> None:
        self.found: list[ast.AST] = []

    def visit(self, node: ast.AST) -> None:
        if _changed(node) is not None:
            self.found.append(node)
        for name, value in ast.iter_fields(node):
            if name in {"annotation", "returns", "decorator_list", "type_params"}:
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not _is_alias(child):
                    self.visit(child)


def _is_alias(node: ast.AST) -> bool:
    """A type's name: `Floats = NDArray[...]`, `Mode = Literal[...]`."""
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript)


def _changed(node: ast.AST) -> ast.AST | None:
    """The node with one thing wrong; None where there is nothing to change."""
    out = copy.deepcopy(node)
    if isinstance(out, ast.Compare) and type(out.ops[0]) in COMPARED:
        out.ops[0] = COMPARED[type(out.ops[0])]()
    elif isinstance(out, ast.BinOp | ast.AugAssign) and type(out.op) in COMPUTED:
        out.op = COMPUTED[type(out.op)]()
    elif isinstance(out, ast.BoolOp):
        out.op = ast.Or() if isinstance(out.op, ast.And) else ast.And()
    elif isinstance(out, ast.UnaryOp) and isinstance(out.op, ast.USub | ast.Not | ast.Invert):
        return out.operand
    elif isinstance(out, ast.IfExp):
        out.body, out.orelse = out.orelse, out.body
    elif isinstance(out, ast.Constant) and isinstance(out.value, bool):
        out.value = not out.value
    elif isinstance(out, ast.Constant) and type(out.value) in {int, float}:
        out.value = out.value + 1
    else:
        return None
    return out


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every mutant of a file."""
    sites = _sites(ast.parse(path.read_text(encoding="utf-8")))
    for place, node in enumerate(sites):
        changed = _changed(node)
        assert changed is not None
        change = f"{ast.unparse(node)}  ->  {ast.unparse(changed)}"
        line = getattr(node, "lineno", 0)
        yield Mutant(str(path.relative_to(ROOT)), place, line, change)


def _sites(tree: ast.AST) -> list[ast.AST]:
    sites = _Sites()
    sites.visit(tree)
    return sites.found


def source_of(mutant: Mutant) -> ast.Module:
    """The mutant's module."""
    tree = ast.parse((ROOT / mutant.path).read_text(encoding="utf-8"))
    target = _sites(tree)[mutant.place]
    changed = _changed(target)

    class Swap(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST | None:
            return changed if node is target else self.generic_visit(node)

    return ast.fix_missing_locations(Swap().visit(tree))


def tests_for(path: str) -> list[str]:
    """The test files that import the module by name, then those that reach most of its floor."""
    folder = "scoring" if "/scoring/" in path else "grading"
    module = path.removesuffix(".py").replace("/", ".")
    package, _, leaf = module.rpartition(".")
    named = []
    for test in sorted((ROOT / "tests" / folder).glob("test_*.py")):
        text = test.read_text(encoding="utf-8")
        if f"from {module} import" in text or f"from {package} import {leaf}" in text:
            named.append(test.name)
    slow = {"test_real_data.py", "test_golden_index.py"}
    general = GENERAL if folder == "scoring" else ("test_matchers.py",)
    ordered = dict.fromkeys([*(one for one in named if one not in general), *general])
    found = [f"tests/{folder}/{one}" for one in ordered if one not in slow]
    return [one for one in found if (ROOT / one).exists()]


class _Mutated:
    """Finds the mutated module before the file is found."""

    def __init__(self, mutant: Mutant) -> None:
        self.name = mutant.path.removesuffix(".py").replace("/", ".")
        self.tree = source_of(mutant)

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        if name != self.name:
            return None
        return importlib.util.spec_from_loader(name, self)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.tree, self.name, "exec"), module.__dict__)  # noqa: S102


def is_killed(mutant: Mutant) -> bool:
    """Whether one of the mutant's tests fails."""
    return _fails(tests_for(mutant.path), mutant)


def _fails(tests: list[str], mutant: Mutant | None) -> bool:
    """Runs tests in a child that starts with the libraries loaded."""
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        if mutant is not None:
            sys.meta_path.insert(0, _Mutated(mutant))  # type: ignore[arg-type]
        os._exit(int(pytest.main(["-x", "-q", "-n0", "-p", "no:cacheprovider", *tests])))
    _, status = os.waitpid(child, 0)
    return status != 0


def sampled(count: int, seed: int) -> list[Mutant]:
    """So many of all mutants, the same for the same seed and source."""
    files = sorted(
        path
        for folder in ("scoring", "grading")
        for path in (ROOT / "app" / folder).glob("*.py")
        if path.name not in LEFT_OUT
    )
    every = [mutant for path in files for mutant in mutants_of(path)]
    print(f"{len(every)} mutants of {len(files)} files; {count} drawn with seed {seed}")
    return random.Random(seed).sample(every, min(count, len(every)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the sample; 1 where fewer than 90 % are killed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mutants", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--into", type=Path, required=True, help="results, a JSON line a mutant")
    parser.add_argument("--part", default="1/1", help="k/n: every n-th mutant from the k-th")
    asked = parser.parse_args(arguments)
    os.environ.setdefault("CANDOR_EXAMPLES", "25")
    _warm()
    part, parts = (int(text) for text in asked.part.split("/"))
    chosen = sampled(asked.mutants, asked.seed)[part - 1 :: parts]
    done = _done(asked.into)
    # The control: what fails without a mutant would kill them all.
    tests = sorted({test for mutant in chosen for test in tests_for(mutant.path)})
    if _fails(tests, None):
        print("the tests fail as they are: run them first")
        return 2
    for mutant in chosen:
        if mutant.name in done:
            continue
        start = time.monotonic()
        result = {"name": mutant.name, "line": mutant.line, "change": mutant.change}
        result["killed"] = is_killed(mutant)
        result["seconds"] = round(time.monotonic() - start, 1)
        with asked.into.open("a", encoding="utf-8") as out:
            out.write(json.dumps(result) + "\n")
    return _report(chosen, _done(asked.into))


def _warm() -> None:
    """Loads what every child needs and no mutant is of."""
    for name in ("numpy", "scipy.stats", "scipy.sparse", "scipy.special"):
        importlib.import_module(name)


def _done(path: Path) -> dict[str, dict[str, object]]:
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {one["name"]: one for one in map(json.loads, lines)}


def _report(chosen: list[Mutant], done: dict[str, dict[str, object]]) -> int:
    found = [done[mutant.name] for mutant in chosen if mutant.name in done]
    killed = sum(bool(one["killed"]) for one in found)
    for one in found:
        if not one["killed"]:
            print(f"survived: {one['name']} line {one['line']}: {one['change']}")
    print(f"{killed} of {len(found)} killed, {100 * killed / max(len(found), 1):.1f} %")
    return int(killed < 0.9 * len(found))


if __name__ == "__main__":
    sys.exit(main())
