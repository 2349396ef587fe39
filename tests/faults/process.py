"""The server as an operator starts it: `candor-server serve`, in processes of its own."""

import json
import os
import secrets
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.ports import free_port
from tests.waiting import CEILING, wait_until_ready

SERVER = Path(sys.executable).parent / "candor-server"
Process = subprocess.Popen[bytes]


@contextmanager
def serving(
    folder: Path, database_url: str, more: Mapping[str, str] | None = None, **settings: str
) -> Iterator[tuple[str, Process]]:
    """A server of its own; its address and its first process. It logs to `server.log` in `folder`.

    `settings` are more CANDOR_ variables of its environment, `more` are others.
    """
    port, start_id = free_port(), secrets.token_hex(8)
    environment = os.environ | {
        "CANDOR_DATA_DIR": str(folder),
        "CANDOR_DATABASE_URL": database_url,
        "CANDOR_PORT": str(port),
        "CANDOR_START_ID": start_id,
        **(more or {}),
        **{f"CANDOR_{name.upper()}": value for name, value in settings.items()},
    }
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [SERVER, "serve"],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(address, start_id=start_id, process=process, log=log)
        yield address, process
    finally:
        # Its workers too: some tests stop the first process, which then cannot end them.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def ask(
    address: str, path: str, *, key: str | None = None, body: Any = None, **headers: str
) -> tuple[int, Any]:
    """One exchange over a connection of its own, so that any process may answer: status, JSON."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    sent |= {"Authorization": f"Bearer {key}"} if key else {}
    data = None
    if body is not None:
        sent["Content-Type"] = "application/json"
        data = json.dumps(body).encode()
    request = urllib.request.Request(f"{address}/api/v1{path}", data=data, headers=sent)
    try:
        with urllib.request.urlopen(request, timeout=CEILING) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)
