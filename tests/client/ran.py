"""The command `candor`: run inside the test's process, or in one of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from candor_client.__main__ import main
from tests.client.live import Live
from tests.commands import Ran, run_here

PYTHON = os.environ.get("CANDOR_CLIENT_PYTHON", sys.executable)
"""What runs the client where it has a process; another than the tests' own runs all commands."""


def run(live: Live, folder: Path, *words: object, stdin: str = "", **more: str) -> Ran:
    """`candor` with these words, the server's address and key in its environment."""
    if sys.executable != PYTHON:
        return run_process(live, folder, *words, stdin=stdin, **more)
    return run_here(main, *words, environment=live.environment(folder, **more), stdin=stdin)


def run_process(live: Live, folder: Path, *words: object, stdin: str = "", **more: str) -> Ran:
    """`python -m candor_client` with these words in a process of its own."""
    done = subprocess.run(
        [PYTHON, "-m", "candor_client", *map(str, words)],
        env=live.environment(folder, **more),
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def jsonl(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path
