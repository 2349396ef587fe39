"""The formats that are read, and which of them a path holds: decided by structure alone."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from candor_client.importers import (
    candor_rows,
    deepeval,
    every_eval_ever,
    helm,
    hle,
    promptfoo,
    simple_evals,
    swe_bench,
)
from candor_client.importers.inspect import tool as inspect_tool
from candor_client.importers.lm_eval import tool as lm_eval_tool
from candor_client.importers.reading.options import DEFAULTS, Options
from candor_client.importers.reading.probe import Probe
from candor_client.record import Imported, ImportProblem, UnknownFormat


def _itself(probe: Probe) -> list[Path]:
    return [probe.path]


@dataclass(frozen=True, slots=True)
class Format:
    """A tool's output: its name, what gives it away, and how it is read.

    `claims` looks at one file. `read` gives one `Imported` for each model and benchmark in it.
    `rows_in` names the files that hold the rows, where the claimed one is only their summary.
    """

    name: str
    looks_for: str
    claims: Callable[[Probe], bool]
    read: Callable[[Probe, Options], list[Imported]]
    rows_in: Callable[[Probe], list[Path]] = _itself


# The most particular first: our own rows are so forgiving that they come last.
FORMATS: Final = (
    Format("inspect", inspect_tool.LOOKS_FOR, inspect_tool.claims, inspect_tool.read),
    Format(
        "lm-eval",
        lm_eval_tool.LOOKS_FOR,
        lm_eval_tool.claims,
        lm_eval_tool.read,
        lm_eval_tool.rows_in,
    ),
    Format(
        "every-eval-ever",
        every_eval_ever.LOOKS_FOR,
        every_eval_ever.claims,
        every_eval_ever.read,
        every_eval_ever.rows_in,
    ),
    Format("helm", helm.LOOKS_FOR, helm.claims, helm.read, helm.rows_in),
    Format("promptfoo", promptfoo.LOOKS_FOR, promptfoo.claims, promptfoo.read),
    Format("swe-bench", swe_bench.LOOKS_FOR, swe_bench.claims, swe_bench.read),
    Format("deepeval", deepeval.LOOKS_FOR, deepeval.claims, deepeval.read),
    Format("hle", hle.LOOKS_FOR, hle.claims, hle.read),
    Format(
        "simple-evals",
        simple_evals.LOOKS_FOR,
        simple_evals.claims,
        simple_evals.read,
    ),
    Format("candor", candor_rows.LOOKS_FOR, candor_rows.claims, candor_rows.read),
)


def detect(path: str | Path) -> str:
    """The name of the format at `path`. Raises `ImportProblem` listing what was looked for."""
    names = sorted({known.name for known in _find(Path(path), DEFAULTS).files.values()})
    if len(names) > 1:
        raise ImportProblem(f"{path} holds several formats ({', '.join(names)}); name one file.")
    return names[0]


def read(path: str | Path, *, options: Options = DEFAULTS) -> list[Imported]:
    """Everything that `path` (a file, or a folder of files) holds, one value for each model and
    benchmark. Raises `ImportProblem` where nothing can be read."""
    found = _find(Path(path), options)
    imported: list[Imported] = []
    for file, known in found.files.items():
        imported += known.read(Probe(file), options)
    if not imported:
        raise ImportProblem(f"{path}: there is not a single row in it.")
    first = imported[0]
    return [replace(first, warnings=(*first.warnings, *found.passed_by)), *imported[1:]]


@dataclass(frozen=True, slots=True)
class _Found:
    """Each file that holds rows, once, with its format; and what a folder held in vain."""

    files: dict[Path, Format]
    passed_by: tuple[str, ...]


def _find(path: Path, options: Options) -> _Found:
    if not path.exists():
        raise ImportProblem(f"{path} does not exist.")
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    found: dict[Path, Format] = {}
    problems: list[ImportProblem] = []
    for file in files:
        probe = Probe(file)
        try:
            known = _format_of(probe, options)
            rows_in = known.rows_in(probe) if known else []
        except ImportProblem as problem:
            problems.append(problem)
            continue
        if known is not None:
            found |= {rows: known for rows in rows_in if rows not in found}
    if found:
        return _Found(found, tuple(f"Passed by: {problem}" for problem in problems))
    if problems:
        raise problems[0]
    raise _unknown(path)


def _format_of(probe: Probe, options: Options) -> Format | None:
    known = next((known for known in FORMATS if known.claims(probe)), None)
    if known is None and candor_rows.claims_with(probe, options.columns):
        return FORMATS[-1]
    return known


def _unknown(path: Path) -> ImportProblem:
    """Why nothing at `path` is read, and what would be."""
    kinds = "\n".join(f"  {known.name}: {known.looks_for}" for known in FORMATS)
    if path.is_dir():
        return UnknownFormat(f"{path}: no file in it is in a known format. Looked for:\n{kinds}")
    probe = Probe(path)
    if probe.is_empty:
        return ImportProblem(f"{path} is empty.")
    columns = probe.headers
    if columns and not probe.first:
        return ImportProblem(f"{path} has a header and no rows.")
    if columns:
        return UnknownFormat(
            f"{path}: which column holds the item, and which the answer? There are "
            f"{', '.join(columns)}. Say, as --column item=HEADER --column answer=HEADER."
        )
    return UnknownFormat(f"{path}: it is not in a known format. Looked for:\n{kinds}")
