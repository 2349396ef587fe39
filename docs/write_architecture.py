"""Writes the picture and the tables of `architecture.md`: python docs/write_architecture.py

The picture is made from the imports of `app` and the floors of the import contract in
`pyproject.toml`, the tables from the docstrings of the packages.
"""

import ast
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "architecture.md"
START: Final = "<!-- {}: written by docs/write_architecture.py -->"
END: Final = "<!-- end of {} -->"
Graph = dict[str, set[str]]


def floors() -> list[list[str]]:
    """The floors of `app` from the top down, each a list of modules and packages."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = next(
        contract
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers" and contract["containers"] == ["app"]
    )
    return [[name.strip() for name in floor.split("|")] for floor in contract["layers"]]


def rooms() -> dict[str, str]:
    """Every package of `app` below it and the first line of its docstring, by path."""
    first_lines = {}
    for file in sorted((ROOT / "app").rglob("__init__.py")):
        if file.parent == ROOT / "app":
            continue
        words = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        first_lines[file.parent.relative_to(ROOT).as_posix()] = words.partition("\n")[0]
    return first_lines


def imports() -> Graph:
    """Which packages and modules of `app` each of them imports, by dotted name of the file."""
    graph: Graph = defaultdict(set)
    for file in sorted((ROOT / "app").rglob("*.py")):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "app":
                graph[name] |= {f"app.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app."):
                graph[name].add(str(node.module))
            elif isinstance(node, ast.Import):
                graph[name] |= {alias.name for alias in node.names if alias.name.startswith("app.")}
    return graph


def between_floors(graph: Graph) -> Graph:
    """The same between the modules and packages directly in `app`."""
    coarse: Graph = defaultdict(set)
    for source, targets in graph.items():
        top = source.split(".")[1] if "." in source else ""
        if top:
            coarse[top] |= {target.split(".")[1] for target in targets} - {top}
    return coarse


def without_detours(graph: Graph) -> Graph:
    """The arrows without those that a longer way replaces, so that the picture is readable."""

    def reached(source: str) -> set[str]:
        beyond = set(graph.get(source, ()))
        for target in graph.get(source, ()):
            beyond |= reached(target)
        return beyond

    return {
        source: {
            target
            for target in targets
            if not any(target in reached(other) for other in targets - {target})
        }
        for source, targets in graph.items()
    }


def picture() -> str:
    """The floors with what is on them, and who imports whom, in Mermaid."""
    arrows = without_detours(between_floors(imports()))
    lines = ["```mermaid", "flowchart TD"]
    for number, floor in enumerate(floors()):
        lines.append(f'  subgraph floor{number}[" "]')
        lines += [f'    {name}["{_path(name)}"]' for name in floor]
        lines.append("  end")
    lines += [
        f"  {source} --> {target}"
        for source in (name for floor in floors() for name in floor)
        for target in sorted(arrows.get(source, ()))
    ]
    return "\n".join([*lines, "```"])


def _path(name: str) -> str:
    return f"{name}/" if (ROOT / "app" / name).is_dir() else f"{name}.py"


def table() -> str:
    """The rooms in words."""
    rows = [f"| `{path}` | {words} |" for path, words in rooms().items()]
    return "\n".join(["| folder | what it is for |", "|---|---|", *rows])


def parts() -> dict[str, str]:
    """What is generated, by the name of its place."""
    return {"picture": picture(), "rooms": table()}


def written(page: str) -> str:
    """The page with its generated parts made anew."""
    for name, text in parts().items():
        start, end = START.format(name), END.format(name)
        before, _, rest = page.partition(start)
        _, _, after = rest.partition(end)
        page = f"{before}{start}\n\n{text}\n\n{end}{after}"
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
