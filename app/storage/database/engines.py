"""Engines: how each kind of database is opened, and with which promises.

SQLite: WAL with `synchronous=FULL`, so that an acknowledged commit is on the disk; one writer
connection a process and a small pool of readers that cannot write. PostgreSQL 15 or later: a small
pool with deadlines on every wait.
"""

import logging
import sqlite3
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from sqlalchemy import create_engine, event, make_url
from sqlalchemy.engine import URL, Engine
from sqlalchemy.pool import QueuePool

WAL_SAFE: Final = (3, 51, 3)
"""From here on SQLite's WAL mode cannot lose a commit to a checkpoint racing a write."""

POOL: Final = 5
WAIT_SECONDS: Final = 3


@dataclass(frozen=True, slots=True)
class Engines:
    """The engine that reads and the engine that writes; one and the same on PostgreSQL."""

    reader: Engine
    writer: Engine


def open_engines(url: str) -> Engines:
    """Engines for a database URL. Raises ValueError for a kind we do not know."""
    parsed = make_url(url)
    kind = parsed.get_backend_name()
    if kind == "sqlite":
        return _open_sqlite(parsed)
    if kind in {"postgresql", "postgres"}:
        return _open_postgresql(parsed.set(drivername="postgresql+psycopg"))
    raise ValueError(f"the database is {kind}; use sqlite or postgresql")


def sqlite_module() -> ModuleType:
    """The newest SQLite at hand: Python's own, or pysqlite3's where Python's is too old."""
    if sqlite3.sqlite_version_info >= WAL_SAFE:
        return sqlite3
    try:
        import pysqlite3  # noqa: PLC0415  only platforms with its wheels have it
    except ImportError:
        return sqlite3
    newer: ModuleType = pysqlite3
    return newer if newer.sqlite_version_info > sqlite3.sqlite_version_info else sqlite3


@cache
def _say_without_wal(version: str, module: str) -> None:
    """Says once a process which SQLite serves, and why without WAL."""
    logging.getLogger("candor.storage").warning(
        "SQLite %s (%s) has a known fault in WAL mode, so a rollback journal is used: as safe, but "
        "readers wait for a write. Use a Python with SQLite 3.51.3 or later or, on Linux x86_64, "
        "install pysqlite3 0.6.1.",
        version,
        module,
    )


def _open_sqlite(url: URL) -> Engines:
    if url.database in {None, "", ":memory:"}:
        raise ValueError("the embedded database needs a file: sqlite:///path/to/candor.db")
    Path(str(url.database)).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    module = sqlite_module()
    journal = "WAL"
    if module.sqlite_version_info < WAL_SAFE:
        journal = "DELETE"
        _say_without_wal(module.sqlite_version, module.__name__)
    writer = _sqlite_engine(url, module, connections=1)
    reader = _sqlite_engine(url, module, connections=POOL)
    event.listen(writer, "connect", _opener(journal, query_only=0))
    event.listen(reader, "connect", _opener(journal, query_only=1))
    # A deferred transaction that turns into a write can be refused at once; IMMEDIATE waits.
    event.listen(writer, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    event.listen(reader, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return Engines(reader=reader, writer=writer)


def _sqlite_engine(url: URL, module: ModuleType, *, connections: int) -> Engine:
    return create_engine(
        url,
        module=module,
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=30,
        # The driver opens no transaction of its own: the listeners below say BEGIN.
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": 5},
    )


def _opener(journal: str, *, query_only: int) -> Any:
    def opened(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        for pragma in (
            f"journal_mode={journal}",
            "synchronous=FULL",
            "busy_timeout=5000",
            "foreign_keys=ON",
            # What is deleted is overwritten with zeros in the file.
            "secure_delete=ON",
            "trusted_schema=OFF",
            "mmap_size=0",
            "cache_size=-16000",
            f"query_only={query_only}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return opened


def _open_postgresql(url: URL) -> Engines:
    defaults = {
        "connect_timeout": WAIT_SECONDS,
        "keepalives_idle": 10,
        "keepalives_interval": 3,
        "keepalives_count": 3,
        "application_name": "candor",
        "options": (
            "-c statement_timeout=60s -c lock_timeout=3s "
            "-c idle_in_transaction_session_timeout=15s -c timezone=UTC"
        ),
    }
    engine = create_engine(
        url,
        pool_size=POOL,
        max_overflow=0,
        pool_timeout=WAIT_SECONDS,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        # What the URL says of the connection goes before what we say.
        connect_args={name: value for name, value in defaults.items() if name not in url.query},
    )
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(reader=reader, writer=engine)
