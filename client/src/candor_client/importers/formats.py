"""The formats that are read, and which of them a path holds: decided by structure alone."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from candor_client.importers import (
    candor_rows,
    deepeval,
    evalscope,
    every_eval_ever,
    harbor,
    helm,
    hle,
    promptfoo,
    simple_evals,
    swe_bench,
)
from candor_client.importers.inspect import tool as inspect_tool
from candor_client.importers.lm_eval import tool as lm_eval_tool
from candor_client.importers.reading.options import DEFAULTS, Options
from candor_client.importers.reading.parts import parts_of
from candor_client.importers.reading.probe import Probe
from candor_client.record import (
    Ambiguous,
    Imported,
    ImportProblem,
    NothingToRead,
    UnknownFormat,
)


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
    Format("evalscope", evalscope.LOOKS_FOR, evalscope.claims, evalscope.read),
    Format("harbor", harbor.LOOKS_FOR, harbor.claims, harbor.read, harbor.rows_in),
    Format("hle", hle.LOOKS_FOR, hle.claims, hle.read),
    Format(
        "simple-evals",
        simple_evals.LOOKS_FOR,
        simple_evals.claims,
        simple_evals.read,
    ),
    Format("candor", candor_rows.LOOKS_FOR, candor_rows.claims, candor_rows.read),
)


_OF_ROWS: Final = frozenset({"candor", "simple-evals"})
"""Formats of rows without a frame of their own."""


def detect(path: str | Path) -> str:
    """The name of the format at `path`. Raises `ImportProblem` listing what was looked for."""
    names = sorted({known.name for _, known in _find(Path(path), DEFAULTS).files.values()})
    if len(names) > 1:
        raise ImportProblem(f"{path} holds several formats ({', '.join(names)}); name one file.")
    return names[0]


class Runs(list[Imported]):
    """What was read. `failed` holds why files of a folder could not be read: they are passed over,
    and the command ends with their code."""

    def __init__(self, runs: Iterable[Imported] = (), failed: Sequence[ImportProblem] = ()) -> None:
        super().__init__(runs)
        self.failed = tuple(failed)


def read(path: str | Path, *, options: Options = DEFAULTS) -> Runs:
    """Everything that `path` (a file, or a folder of files) holds, one value for each model and
    benchmark. In a folder a file that cannot be read does not stop the others.

    Raises `ImportProblem` where nothing can be read.
    """
    path = Path(path)
    found = _find(path, options)
    problems = list(found.problems)
    imported: list[Imported] = []
    for probe, known in found.files.values():
        try:
            imported += known.read(probe, options)
        except ImportProblem as problem:
            problems.append(problem)
    if not imported:
        raise (
            problems[0] if problems else ImportProblem(f"{path}: there is not a single row in it.")
        )
    failed = [one for one in problems if not isinstance(one, NothingToRead)]
    if not path.is_dir() and failed:
        raise failed[0]
    passed_by = tuple(f"Passed by: {problem}" for problem in problems)
    first = imported[0]
    first = replace(first, warnings=(*first.warnings, *passed_by))
    return Runs([first, *imported[1:]], failed)


@dataclass(frozen=True, slots=True)
class _Found:
    """Each file that holds rows, once, with its format; and what a folder held in vain."""

    files: dict[Path, tuple[Probe, Format]]
    problems: tuple[ImportProblem, ...]


def _find(path: Path, options: Options) -> _Found:
    if not path.exists():
        raise ImportProblem(f"{path} does not exist.")
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    found: dict[Path, tuple[Probe, Format]] = {}
    problems: list[ImportProblem] = []
    for file in files:
        try:
            claimed = _format_of(Probe(file), options)
            rows_in = [] if claimed is None else claimed[1].rows_in(claimed[0])
        except ImportProblem as problem:
            problems.append(problem)
            continue
        if claimed is None:
            continue
        probe, known = claimed
        for rows in rows_in:
            found.setdefault(rows, (probe if rows == file else Probe(rows), known))
    if not found and problems:
        raise problems[0]
    if not found:
        raise _unknown(path)
    return _Found(found, tuple(problems))


def _format_of(probe: Probe, options: Options) -> tuple[Probe, Format] | None:
    """The format of a file, with the part of it that holds the rows."""
    known = next((one for one in FORMATS if one.claims(probe)), None)
    # One object that looks like a row may be a whole document with its rows inside.
    single = bool(probe.members) and not isinstance(probe.members.get("predictions"), list)
    if known is not None and not (single and known.name in _OF_ROWS) and options.rows is None:
        return probe, known
    inside = _part_of(probe, options)
    if inside is not None:
        return inside
    if known is None and candor_rows.claims_with(probe, options.columns):
        known = FORMATS[-1]
    return None if known is None else (probe, known)


def _part_of(probe: Probe, options: Options) -> tuple[Probe, Format] | None:
    """The one part of a document that holds rows. Raises `Ambiguous` where several do."""
    claimed: dict[str, tuple[Probe, Format]] = {}
    for part in parts_of(probe):
        if any(part.where.startswith(f"{outer}.") for outer in claimed) or part.where in claimed:
            continue
        known = next((one for one in FORMATS if one.claims(part)), None)
        if known is None and candor_rows.claims_with(part, options.columns):
            known = FORMATS[-1]
        if known is not None:
            claimed[part.where] = part, known
    if options.rows is not None:
        if options.rows not in claimed:
            there = ", ".join(claimed) or "none"
            raise ImportProblem(
                f"{probe.path}: no rows stand under {options.rows!r}; they do under: {there}."
            )
        return claimed[options.rows]
    if len(claimed) > 1:
        raise Ambiguous(
            probe.path,
            f"rows stand in it under {len(claimed)} names.",
            {f"--rows {where}": f"{_count(part)} rows" for where, (part, _) in claimed.items()},
        )
    return next(iter(claimed.values()), None)


def _count(part: Probe) -> int:
    return len(part.document) if isinstance(part.document, list | dict) else 0


def _unknown(path: Path) -> ImportProblem:
    """Why nothing at `path` is read, and what would be."""
    kinds = "\n".join(f"  {known.name}: {known.looks_for}" for known in FORMATS)
    if path.is_dir():
        return UnknownFormat(f"{path}: no file in it is in a known format. Looked for:\n{kinds}")
    probe = Probe(path)
    if probe.is_empty:
        return ImportProblem(f"{path} is empty.")
    columns = probe.headers or list(probe.first)
    if probe.kind == "lines":
        for _ in probe.rows():  # raises where lines are no JSON
            continue
    if probe.headers and not probe.first:
        return ImportProblem(f"{path} has a header and no rows.")
    if columns and not probe.members:
        return UnknownFormat(
            f"{path}: which column holds the item, and which the answer? There are "
            f"{', '.join(_with_paths(probe, columns))}. Say, as --column item=HEADER --column "
            "answer=HEADER (or verdict=HEADER)."
        )
    places = [f"{part.where} ({', '.join(part.first)})" for part in parts_of(probe) if part.first]
    inside = (
        f" Rows may stand under {'; '.join(places[:5])}: --rows and --column." if places else ""
    )
    return UnknownFormat(f"{path}: it is not in a known format.{inside} Looked for:\n{kinds}")


def _with_paths(probe: Probe, columns: Iterable[str]) -> list[str]:
    """The columns, and what stands inside of them, as `--column` takes it."""
    found = []
    for column in columns:
        inner = probe.first.get(column)
        found += [f"{column}.{name}" for name in inner] if isinstance(inner, dict) else [column]
    return found
