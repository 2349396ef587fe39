"""Mutants: one change of one expression of `app/scoring` or `app/grading`, drawn by seed.

A comparison, an operator, a number or a condition is turned. Words (the catalogue) are left out;
so are annotations and decorators.
"""

import ast
import copy
import importlib.util
import random
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Final

ROOT: Final = Path(__file__).parents[1]
LEFT_OUT: Final = {"catalogue.py", "catalogue_points.py", "catalogue_levels.py", "metric.py"}

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
    """A module with the `index`-th of its mutable expressions changed."""

    path: str
    index: int
    line: int
    change: str
    function: str | None
    """Where it stands, `Class.method`; None for what runs when the module is imported."""

    @property
    def name(self) -> str:
        """What a result is filed under."""
        return f"{self.path}:{self.index}"


class _Sites(ast.NodeVisitor):
    """Every expression that can be changed, in order of the source."""

    def __init__(self) -> None:
        self.nodes: list[ast.AST] = []

    def visit(self, node: ast.AST) -> None:
        if _changed(node) is not None:
            self.nodes.append(node)
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
    elif isinstance(out, ast.Constant) and isinstance(out.value, int | float):
        out.value = out.value + 1
    else:
        return None
    return out


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every mutant of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    sites, owners = _sites(tree), _owners(tree)
    for index, node in enumerate(sites):
        changed = _changed(node)
        assert changed is not None
        change = f"{ast.unparse(node)}  ->  {ast.unparse(changed)}"
        line = getattr(node, "lineno", 0)
        owner = owners.get(id(node))
        yield Mutant(str(path.relative_to(ROOT)), index, line, change, owner)


def _owners(tree: ast.Module) -> dict[int, str]:
    """The function that each node of a body belongs to."""
    owners: dict[int, str] = {}
    todo: list[tuple[str, ast.AST]] = [("", node) for node in tree.body]
    while todo:
        prefix, node = todo.pop()
        if isinstance(node, ast.ClassDef):
            todo += [(f"{prefix}{node.name}.", child) for child in node.body]
        elif isinstance(node, ast.FunctionDef):
            name = prefix + node.name
            owners |= {id(child): name for part in node.body for child in ast.walk(part)}
    return owners


def _sites(tree: ast.AST) -> list[ast.AST]:
    sites = _Sites()
    sites.visit(tree)
    return sites.nodes


def source_of(mutant: Mutant) -> ast.Module:
    """The mutant's module."""
    tree = ast.parse((ROOT / mutant.path).read_text(encoding="utf-8"))
    target = _sites(tree)[mutant.index]
    changed = _changed(target)

    class Swap(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST | None:
            return changed if node is target else self.generic_visit(node)

    Swap().visit(tree)
    return ast.fix_missing_locations(tree)


class Mutated:
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


def sampled(count: int, seed: int) -> list[Mutant]:
    """So many of all mutants, the same for the same seed and source."""
    files = sorted(
        path
        for folder in ("scoring", "grading")
        for path in (ROOT / "app" / folder).rglob("*.py")
        if path.name not in LEFT_OUT
    )
    every = [mutant for path in files for mutant in mutants_of(path)]
    print(f"{len(every)} mutants of {len(files)} files; {count} drawn with seed {seed}")
    return random.Random(seed).sample(every, min(count, len(every)))
