"""Waiting for what is wanted, and for nothing else.

No test asserts how long something takes: a busy machine may be a hundred times slower than a quiet
one. A test asks until what it wants is there; the ceiling ends only what never comes.
"""

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Final, TypeVar

Found = TypeVar("Found")
CEILING: Final = 600
"""Seconds after which what has not come never will."""
_PAUSE: Final = 0.02


def wait_until(found: Callable[[], Found], what: str, *, why: Callable[[], str] = str) -> Found:
    """The first true value of `found`; fails with `what`, and `why` not, where none ever comes."""
    end = monotonic() + CEILING
    while True:
        value = found()
        if value:
            return value
        assert monotonic() < end, f"never came: {what} {why()}"
        sleep(_PAUSE)


def wait_until_ready(
    address: str, *, start_id: str, process: subprocess.Popen[bytes], log: Path
) -> None:
    """Waits until the server that was started as `start_id` is ready there.

    Fails with what it printed as soon as it ends, where another server answers, and with what
    `/readyz` says as well where it never gets ready.
    """
    said = ["nothing"]

    def ready() -> bool:
        assert process.poll() is None, f"the server ended with {process.returncode}:\n{_said(log)}"
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=CEILING) as reply:
                answers = json.load(reply)["start"]
        except urllib.error.HTTPError as refused:
            said[0] = refused.read().decode(errors="replace")
            return False
        except OSError:
            return False
        assert answers == start_id, f"another server answers at {address}: {answers}"
        return True

    wait_until(
        ready,
        f"a server that is ready at {address}",
        why=lambda: f"It said {said[0]} and printed:\n{_said(log)}",
    )


def _said(log: Path) -> str:
    return log.read_text(errors="replace")
