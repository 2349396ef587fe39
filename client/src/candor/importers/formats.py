"""The formats that are read, and which of them a path holds: decided by structure alone."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from candor.importers import plain
from candor.importers.options import DEFAULTS, Options
from candor.importers.probe import Probe
from candor.record import Imported, ImportProblem


@dataclass(frozen=True, slots=True)
class Format:
    """A tool's output: its name, what gives it away, and how it is read.

    `claims` looks at one file. `read` gives one `Imported` for each model and benchmark in it.
    """

    name: str
    looks_for: str
    claims: Callable[[Probe], bool]
    read: Callable[[Probe, Options], list[Imported]]


# The most particular first: our own rows are so forgiving that they come last.
FORMATS: Final = (Format("candor", plain.LOOKS_FOR, plain.claims, plain.read),)


def detect(path: str | Path) -> str:
    """The name of the format at `path`. Raises `ImportProblem` listing what was looked for."""
    names = sorted({found.name for found, _ in _found(Path(path))})
    if len(names) > 1:
        raise ImportProblem(f"{path} holds several formats ({', '.join(names)}); name one file.")
    return names[0]


def read(path: str | Path, *, options: Options = DEFAULTS) -> list[Imported]:
    """Everything that `path` (a file, or a folder of files) holds, one value for each model and
    benchmark. Raises `ImportProblem` where nothing can be read."""
    imported: list[Imported] = []
    for found, probe in _found(Path(path)):
        imported += found.read(probe, options)
    if not imported:
        raise ImportProblem(f"{path}: there is not a single row in it.")
    return imported


def _found(path: Path) -> list[tuple[Format, Probe]]:
    if not path.exists():
        raise ImportProblem(f"{path} does not exist.")
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    found = [
        (named, probe) for file in files if (named := _format_of(probe := Probe(file))) is not None
    ]
    if found:
        return found
    kinds = "\n".join(f"  {known.name}: {known.looks_for}" for known in FORMATS)
    what = "no file in it is" if path.is_dir() else "it is not"
    raise ImportProblem(f"{path}: {what} in a known format. Looked for:\n{kinds}")


def _format_of(probe: Probe) -> Format | None:
    return next((known for known in FORMATS if known.claims(probe)), None)
