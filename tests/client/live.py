"""A real server on a real port, in its own process, for the client to speak to."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import candor_client
from tests.ports import free_port
from tests.served import first_key
from tests.waiting import CEILING, wait_until_ready


@dataclass(frozen=True, slots=True)
class Live:
    """A running server and its first admin key."""

    url: str
    key: str
    database_url: str

    def client(self, folder: Path, **wanted: Any) -> candor_client.Client:
        """A client of the admin, its spool in `folder`."""
        return candor_client.Client(
            self.url,
            wanted.pop("key", self.key),
            spool=candor_client.Spool(folder / "spool"),
            **wanted,
        )

    def environment(self, folder: Path, **more: str) -> dict[str, str]:
        """What a command needs to find this server and to leave this user's files alone."""
        kept = {name: value for name, value in os.environ.items() if "CANDOR" not in name}
        return kept | {
            "CANDOR_URL": self.url,
            "CANDOR_KEY": self.key,
            "CANDOR_SPOOL": str(folder / "spool"),
            "CANDOR_CONFIG": str(folder / "config.json"),
            "COLUMNS": "120",
            **more,
        }


@contextmanager
def server_process(database_url: str, folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The application in a process of its own; waits until it answers."""
    command = [sys.executable, "-m", "uvicorn", "app.cli:application", "--factory"]
    start_id = secrets.token_hex(8)
    environment = os.environ | {
        "CANDOR_START_ID": start_id,
        "CANDOR_DATABASE_URL": database_url,
        "CANDOR_DATA_DIR": str(folder),
        "CANDOR_WRITES_PER_MINUTE": "100000",
        "CANDOR_READS_PER_MINUTE": "100000",
    }
    log = folder / f"server-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--no-access-log"],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_ready(address, start_id=start_id, process=process, log=log)
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(CEILING)


@contextmanager
def live_server(database_url: str, folder: Path) -> Iterator[Live]:
    """A running server on a migrated, empty database."""
    port, key = free_port(), first_key(database_url)
    with server_process(database_url, folder, port):
        yield Live(f"http://127.0.0.1:{port}", key, database_url)


def copy_of(template: Path, folder: Path) -> str:
    """The URL of a fresh SQLite database."""
    path = folder / "candor.db"
    shutil.copyfile(template, path)
    return f"sqlite:///{path}"


TEN = {
    "slug": "ten",
    "title": "Ten",
    "matcher": "text",
    "items": [
        {"key": f"q{n}", "question": f"Question {n}?", "accepted": [f"a{n}"]} for n in range(10)
    ],
}
GUESSER = [
    {"item": f"q{n}", "answer": f"a{n}" if n < 6 else "no", "confidence": 0.9} for n in range(10)
]
HUMBLE: list[dict[str, Any]] = [
    {"item": f"q{n}", "answer": f"a{n}", "confidence": 0.95} for n in range(5)
] + [{"item": f"q{n}", "abstained": True} for n in range(5, 10)]
