"""The command `candor` run as people run it: in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.client.live import Live


class Ran:
    """A finished command."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)


def run(live: Live, folder: Path, *words: object, stdin: str = "", **more: str) -> Ran:
    """`python -m candor` with the server's address and key in its environment."""
    done = subprocess.run(
        [sys.executable, "-m", "candor", *map(str, words)],
        env=live.environment(folder, **more),
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done)


def jsonl(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path
