"""A first start is killed, or two come at once: one whole demo and one key are left."""

import subprocess
import sys
from pathlib import Path


def test_first_starts_that_are_killed_or_come_in_pairs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.first_start", "6", "3"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "killed: 6 of 6 whole" in done.stdout
    assert "two at once: 3 of 3 whole" in done.stdout
