"""Waiting for what is wanted, and for nothing else.

No test asserts how long something takes: a busy machine may be a hundred times slower than a quiet
one. A test asks until what it wants is there; the ceiling ends only what never comes.
"""

import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

Found = TypeVar("Found")
CEILING: Final = 600
"""Seconds after which what has not come never will."""
_PAUSE: Final = 0.02


def wait_until(found: Callable[[], Found], what: str) -> Found:
    """The first true value of `found`; fails with `what` in its message where none ever comes."""
    end = time.monotonic() + CEILING
    while True:
        value = found()
        if value:
            return value
        assert time.monotonic() < end, f"never came: {what}"
        time.sleep(_PAUSE)


def wait_until_answering(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Waits until the server of `process` answers there; else fails with what it printed."""

    def answering() -> bool:
        assert process.poll() is None, f"the server ended with {process.returncode}:\n{_said(log)}"
        try:
            urllib.request.urlopen(address, timeout=CEILING).close()
        except OSError:
            return False
        return True

    wait_until(answering, f"an answer of {address}")


def _said(log: Path) -> str:
    return log.read_text(errors="replace")
