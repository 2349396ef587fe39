"""Inspect's hook: every finished `inspect eval` goes to a board, without a line of code.

    export CANDOR_URL=… CANDOR_KEY=…    # with this client installed beside Inspect

Inspect finds this module through the entry point group `inspect_ai`. It is on where both variables
are set. CANDOR_BENCHMARK names the board (the task's name where absent), CANDOR_PUBLISH=1 makes a
board that is not there yet. A log is pushed from its file when the run ends, because a crashed
run tells hooks of no finished task and leaves its samples in the log all the same.
"""

import os
import shlex
import tempfile
from pathlib import Path
from typing import Any

import anyio.to_thread
from inspect_ai.hooks import Hooks, RunEnd, hooks
from inspect_ai.log import read_eval_log, write_eval_log
from rich.console import Console
from rich.markup import escape

from candor_client.pushing.inspect_delivery import Delivery, deliver


@hooks(name="candor", description="pushes finished runs to their boards")
class CandorHook(Hooks):
    """Pushes the logs of a run when it ends, well or badly."""

    def enabled(self) -> bool:
        """Whether an address and a key are there."""
        return bool(os.environ.get("CANDOR_URL") and os.environ.get("CANDOR_KEY"))

    async def on_run_end(self, data: RunEnd) -> None:
        """Sends each log; what goes wrong is said in a line and never reaches the run."""
        for log in data.logs:
            if log.location:
                await anyio.to_thread.run_sync(_push, str(log.location))


def _push(location: str) -> None:
    console = Console(stderr=True, soft_wrap=True)
    try:
        for line in _deliver(location):
            console.print(f"[bright_black]candor:[/] {escape(line)}")
    except Exception as error:
        later = shlex.join(["candor", "push", location])
        told = f"{location} was not pushed ({error}). Later: {later}"
        console.print(f"[bright_black]candor:[/] {escape(told)}")


def _deliver(location: str) -> list[str]:
    delivery = Delivery(
        benchmark=os.environ.get("CANDOR_BENCHMARK") or None,
        publish=os.environ.get("CANDOR_PUBLISH", "").lower() in {"1", "true", "yes"},
    )
    path = Path(location.removeprefix("file://"))
    if path.is_file():
        return deliver(path, delivery)
    with tempfile.TemporaryDirectory() as folder:
        return deliver(_fetched(location, Path(folder)), delivery, named=location)


def _fetched(location: str, folder: Path) -> Path:
    """A log that lies in a bucket, brought here with Inspect's own reader."""
    path = folder / "log.json"
    log: Any = read_eval_log(location)
    write_eval_log(log, str(path), format="json")
    return path
