"""A PostgreSQL server that the test run starts for itself and takes down with it."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg

from tests.ports import free_port
from tests.waiting import CEILING, wait_until

_OPTIONS: Final = {
    "unix_socket_directories": "",
    "max_connections": 200,
    "log_min_messages": "fatal",
    # A crash loses only what no test will read.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server on the loopback address."""

    port: int
    admin: str = field(default="candor")

    def url(self, name: str) -> str:
        """The SQLAlchemy URL of a database."""
        # A starved machine may take longer to connect than a server in use should wait.
        patient = f"connect_timeout={CEILING}"
        return f"postgresql://{self.admin}@127.0.0.1:{self.port}/{name}?{patient}"

    def run(self, statement: str) -> None:
        """Runs a statement outside any transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def create(self, name: str) -> None:
        """Creates an empty database."""
        self.run(f'CREATE DATABASE "{name}"')

    def copy(self, template: str, name: str) -> None:
        """Creates a copy of a database that nobody uses."""
        self.run(
            "SELECT pg_terminate_backend(pid, 600000) FROM pg_stat_activity"
            f" WHERE datname = '{template}'"
        )
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def drop(self, name: str) -> None:
        """Drops a database, also while others are connected."""
        self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def binaries() -> Path | None:
    """Where initdb and postgres lie, newest version first."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    return found[0].parent if found else None


@contextmanager
def start_server(folder: Path) -> Iterator[Server | None]:
    """A server with its data under `folder`; None where PostgreSQL is not installed.

    PostgreSQL refuses root, so root starts it as its own user.
    """
    programs = binaries()
    if programs is None:
        yield None
        return
    data = folder / "data"
    data.mkdir(mode=0o700)
    account = _account(data)
    _initialise(programs, data, account)
    port, log = free_port(), folder / "server.log"
    options = [f"-c{name}={value}" for name, value in _OPTIONS.items()]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), *options],
            stdout=output,
            stderr=subprocess.STDOUT,
            **account,
        )
        try:
            wait_until(lambda: _is_ready(port, process, log), "PostgreSQL")
            yield Server(port)
        finally:
            # At once: nobody wants its data, and those still connected are let go.
            process.send_signal(signal.SIGQUIT)
            process.wait(CEILING)


def _initialise(programs: Path, data: Path, account: dict[str, Any]) -> None:
    command = [
        programs / "initdb", "-D", data, "-U", "candor", "-A", "trust", "--no-sync", "-E", "UTF8",
        "--locale=C.UTF-8",
    ]  # fmt: skip
    done = subprocess.run(command, check=False, capture_output=True, text=True, **account)
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")


def _is_ready(port: int, process: subprocess.Popen[bytes], log: Path) -> bool:
    """Whether the server takes connections; RuntimeError with its log where it ended."""
    if process.poll() is not None:
        said = log.read_text(errors="replace")
        raise RuntimeError(f"PostgreSQL ended with {process.returncode} at its start:\n{said}")
    try:
        psycopg.connect(f"postgresql://candor@127.0.0.1:{port}/postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _account(data: Path) -> dict[str, Any]:
    """As whom to run: ourselves, or where we are root the account that owns the data."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            user = pwd.getpwnam(name)
            os.chown(data, user.pw_uid, user.pw_gid)
            for parent in data.parents:
                if parent.stat().st_uid == 0 and parent != Path("/"):
                    parent.chmod(parent.stat().st_mode | 0o011)
            return {"user": user.pw_uid, "group": user.pw_gid, "cwd": data, "extra_groups": []}
    raise RuntimeError("no account to run PostgreSQL as")
