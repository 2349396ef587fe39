"""A PostgreSQL server that the test run starts for itself and takes down with it."""

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server on the loopback address."""

    port: int
    admin: str = field(default="candor")

    def url(self, name: str) -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql://{self.admin}@127.0.0.1:{self.port}/{name}"

    def run(self, statement: str) -> None:
        """Runs a statement outside any transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def create(self, name: str) -> None:
        """Creates an empty database."""
        self.run(f'CREATE DATABASE "{name}"')

    def create_copy(self, template: str) -> str:
        """Creates a copy of a database; its name."""
        name = f"test_{os.getpid()}_{next(_NUMBERS)}"
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, name: str) -> None:
        """Drops a database, whoever is still connected."""
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
    initdb = [
        programs / "initdb", "-D", data, "-U", "candor", "-A", "trust", "--no-sync", "-E", "UTF8",
        "--locale=C.UTF-8",
    ]  # fmt: skip
    subprocess.run(initdb, check=True, capture_output=True, **account)
    port = _free_port()
    options = [
        "-h", "127.0.0.1", "-p", str(port), "-k", "", "-c", "fsync=off",
        "-c", "max_connections=200", "-c", "full_page_writes=off", "-c", "log_min_messages=fatal",
    ]  # fmt: skip
    process = subprocess.Popen(
        [programs / "postgres", "-D", data, *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **account,
    )
    try:
        _await(port)
        yield Server(port)
    finally:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        process.wait()


def _account(data: Path) -> dict[str, object]:
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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await(port: int) -> None:
    for _ in range(300):
        with (
            suppress(psycopg.OperationalError),
            psycopg.connect(f"postgresql://candor@127.0.0.1:{port}/postgres"),
        ):
            return
        time.sleep(0.1)
    raise RuntimeError("PostgreSQL did not start")
