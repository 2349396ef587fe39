"""Resolves the client beside other tools, at their newest: does it push any of them back?

    python -m locks.beside [--python 3.12]

Each tool is resolved alone and together with the client by uv, from the index it is set up with;
nothing is installed. Prints a table for docs/dependencies.md, and ends with 1 where the client
changes the version of a tool or of anything that the tool brings.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
CLIENT: Final = ROOT / "client" / "pyproject.toml"
TOOLS: Final = (
    "inspect-ai",
    "lm-eval",
    "promptfoo",
    "deepeval",
    "crfm-helm",
    "every-eval-ever",
    "pytest",
    "ragas",
    "trulens",
    "openapi-python-client",
)
"""What README's table names and Python installs, and others of the field with narrow bounds."""


@dataclass(frozen=True, slots=True)
class Beside:
    """One tool: its version alone and with the client, and what else the client changed."""

    tool: str
    alone: str
    together: str
    changed: tuple[str, ...]

    @property
    def well(self) -> bool:
        """Whether the client left everything as it was."""
        return self.alone == self.together and not self.changed

    def line(self) -> str:
        """Its row of the table."""
        other = ", ".join(self.changed) or "nothing"
        return f"| {self.tool} | {self.alone} | {self.together} | {other} |"


def resolved(requirements: Iterable[str | Path], python: str) -> dict[str, str] | None:
    """Package → version of a resolution, or None where there is none."""
    named = [str(one) for one in requirements]
    files = [one for one in named if one.endswith(".toml")]
    command = [
        str(Path(sys.executable).parent / "uv"),
        "pip",
        "compile",
        "--python-version",
        python,
    ]
    command += ["--no-header", "--no-annotate", "--quiet", *files, "-"]
    text = "\n".join(one for one in named if one not in files)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    pins = (line.partition(" ")[0] for line in done.stdout.splitlines() if "==" in line)
    return {name: version for name, _, version in (pin.partition("==") for pin in pins)}


def beside(tool: str, python: str) -> Beside:
    """Resolves one tool alone and with the client."""
    alone = resolved([tool], python)
    if alone is None:
        return Beside(tool, "no solution", "not tried", ())
    together = resolved([tool, CLIENT], python)
    if together is None:
        return Beside(tool, alone[tool], "no solution", ())
    changed = tuple(
        f"{name} {version} → {together.get(name, 'gone')}"
        for name, version in sorted(alone.items())
        if name != tool and together.get(name) != version
    )
    return Beside(tool, alone[tool], together[tool], changed)


def main() -> int:
    """Prints the table; 1 where the client changed something."""
    asked = argparse.ArgumentParser(description="The client beside other tools.")
    asked.add_argument("--python", default="3.12", help="the Python to resolve for")
    python = asked.parse_args().python
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda tool: beside(tool, python), TOOLS))
    print("| tool | alone | with the client | what else it changes |\n|---|---|---|---|")
    print("\n".join(one.line() for one in found))
    return 0 if all(one.well for one in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
