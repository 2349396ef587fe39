"""Nothing in app/ is there for tests alone: what is defined there is used from there.

Roots are what runs on import, what a decorator registers, the commands of pyproject.toml and what
templates name. A function, class or constant that none of them leads to is unused, and so is a
method whose name is nowhere read.
"""

import ast
import re
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]

UNUSED: Final = {
    "app.storage.database.migrate.downgrade": "the way back, which tests hold and no command takes",
}
"""What may stand unused, with the reason."""

CALLED_ELSEWHERE: Final = {
    "encode_default": "pydantic serialises defaults with it",
    "file_response": "Starlette's static files call it",
    "process_bind_param": "SQLAlchemy calls it",
    "process_result_value": "SQLAlchemy calls it",
    "shutdown": "uvicorn calls it",
    "startup": "uvicorn calls it",
}
"""Methods that a framework calls by name."""

KEEPERS: Final = {"cache", "cached_property", "classmethod", "contextmanager", "dataclass",
                  "lru_cache", "property", "runtime_checkable", "staticmethod"}  # fmt: skip
"""Decorators that register nothing: what they decorate has to be used."""


@dataclass
class Definition:
    """A name of a module, or a method of a class, and what its code reads."""

    names: set[str] = field(default_factory=set)
    """Full names: `app.scoring.rules.Rule`."""
    attributes: set[str] = field(default_factory=set)
    """Last parts of what is read with a dot; any method of that name may be meant."""
    root: bool = False


def unused(root: Path) -> set[str]:
    """Full names of what app/ under `root` defines and does not use."""
    trees = {
        _module(path, root): ast.parse(path.read_text("utf-8"))
        for path in sorted((root / "app").rglob("*.py"))
    }
    imports = {name: dict(_imports(tree)) for name, tree in trees.items()}
    definitions: dict[str, Definition] = {}
    for name, tree in trees.items():
        _define(tree.body, name, name, imports[name], definitions)
    _add_outside(root, definitions)
    live = _reached(definitions, imports)
    return {
        name
        for name in definitions
        if name not in live and not name.endswith("__") and name.split(".")[-1] != "*"
    }


def _module(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The names that a module imports anywhere in it, and what they mean."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (first, first)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _define(
    body: list[ast.stmt],
    module: str,
    prefix: str,
    imported: dict[str, str],
    definitions: dict[str, Definition],
) -> None:
    """Adds what the statements define under `prefix`; the rest of them runs on import."""
    for node in body:
        names = [f"{prefix}.*"]
        root = prefix == module
        code: list[ast.AST] = [node]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names, root = [f"{prefix}.{node.name}"], _registered(node)
        elif isinstance(node, ast.ClassDef):
            names, root = [f"{prefix}.{node.name}"], _registered(node)
            code = [*node.bases, *node.keywords, *node.decorator_list]
            own = [
                one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
            ]
            code += [one for one in node.body if one not in own]
            _define(list(own), module, names[0], imported, definitions)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and root:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            plain = [target.id for target in targets if isinstance(target, ast.Name)]
            if len(plain) == len(targets):
                names, root = [f"{prefix}.{name}" for name in plain], False
        elif isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for name in names:
            definition = definitions.setdefault(name, Definition())
            definition.root |= root
            for part in code:
                _read(part, module, imported, definition)


def _registered(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Whether a decorator hands it to someone who calls it."""
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name not in KEEPERS:
            return True
    return False


def _read(code: ast.AST, module: str, imported: dict[str, str], into: Definition) -> None:
    """Adds what a piece of code reads; quoted annotations count, and so do dotted names."""
    for node in ast.walk(code):
        if isinstance(node, ast.Name):
            into.names.add(imported.get(node.id, f"{module}.{node.id}"))
        elif isinstance(node, ast.Attribute):
            into.attributes.add(node.attr)
            if isinstance(node.value, ast.Name) and node.value.id in imported:
                into.names.add(f"{imported[node.value.id]}.{node.attr}")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            into.attributes.update(re.findall(r"^\w+$", node.value))
            into.names.update(f"{module}.{name}" for name in re.findall(r"^\w+$", node.value))
            into.names.update(
                f"{place}.{name}" for place, name in re.findall(r"^([\w.]+):(\w+)$", node.value)
            )


def _add_outside(root: Path, definitions: dict[str, Definition]) -> None:
    """What the commands of the project and the templates of pages use."""
    outside = definitions.setdefault("outside.*", Definition(root=True))
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    for group in (project["scripts"], *project["entry-points"].values()):
        outside.names.update(said.replace(":", ".") for said in group.values())
    for path in (root / "app").rglob("*.html"):
        words = set(re.findall(r"\w+", path.read_text("utf-8")))
        outside.attributes |= words
        outside.names.update(f"app.web.rendering.format.{word}" for word in words)


def _reached(definitions: dict[str, Definition], imports: dict[str, dict[str, str]]) -> set[str]:
    """What the roots lead to; a method where its class is reached and its name is read."""
    methods: dict[str, list[str]] = {}
    for name in definitions:
        methods.setdefault(name.rpartition(".")[0], []).append(name)
    live: set[str] = set()
    read = set(CALLED_ELSEWHERE)
    found = {name for name, one in definitions.items() if one.root}
    while found:
        waiting = list(found)
        while waiting:
            name = _meant(waiting.pop(), imports)
            if name not in live and name in definitions:
                live.add(name)
                read |= definitions[name].attributes
                waiting += definitions[name].names
        found = {
            method
            for holder in live
            for method in methods.get(holder, [])
            if (last := method.rpartition(".")[2]) in read or last.startswith("__")
        } - live
    return live


def _meant(name: str, imports: dict[str, dict[str, str]]) -> str:
    """What a name means that a module imported only to hand it on."""
    module, _, last = name.rpartition(".")
    while last in imports.get(module, {}):
        name = imports[module][last]
        module, _, last = name.rpartition(".")
    return name


def test_what_app_defines_is_used_in_app() -> None:
    found = unused(ROOT)
    assert not found - UNUSED.keys(), "serve it, or delete it with its tests"
    assert not UNUSED.keys() - found, "it is used now, or gone: take it off the list"


PLANTED = '''
from dataclasses import dataclass

from app.scoring.rules import Rule as Alias

NEVER_READ: int = 1


def called_by_nobody() -> None:
    """Only calls what nobody calls, and itself."""
    called_by_nobody()
    called_by_it()


def called_by_it() -> None:
    """Used by unused code alone."""


@dataclass
class Unused:
    """Of which there is none."""

    def method(self) -> Alias | None:
        """Of no object."""


def registered(function: object) -> object:
    """Registers."""
    return function


@registered
def route() -> None:
    """Called through a register."""
    used_by_route()


def used_by_route() -> None:
    """Used."""
'''


def test_what_only_tests_would_use_is_found(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "app" / "scoring" / "planted.py").write_text(PLANTED, "utf-8")
    planted = ("NEVER_READ", "Unused", "Unused.method", "called_by_it", "called_by_nobody")
    assert unused(tmp_path) - UNUSED.keys() == {f"app.scoring.planted.{name}" for name in planted}
