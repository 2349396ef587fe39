"""Sessions: the only begin and the only commit.

A `ReadSession` sees one snapshot and cannot write; a `WriteSession` holds the one transaction of a
request, committed when its block ends and rolled back when it raises. Two types, so that a query
that only reads cannot be handed the right to write by mistake and the other way round.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final

from sqlalchemy import Connection, Executable, text
from sqlalchemy.engine import CursorResult, Engine

from app.problem import Problem
from app.storage.database import migrate
from app.storage.database.engines import Engines, open_engines
from app.storage.database.errors import Conflict, translate_errors

__all__ = [
    "Conflict",
    "Database",
    "Probe",
    "ReadSession",
    "WriteSession",
    "file_fault",
    "open_database",
    "probe",
    "take_turns",
]


@dataclass(frozen=True, slots=True)
class ReadSession:
    """A snapshot to read from."""

    connection: Connection

    @property
    def dialect(self) -> str:
        """ "sqlite" or "postgresql"."""
        return self.connection.dialect.name

    def run(self, statement: Executable, parameters: Any = None) -> CursorResult[*tuple[Any, ...]]:
        """Executes a statement with bound parameters."""
        return self.connection.execute(statement, parameters)


@dataclass(frozen=True, slots=True)
class WriteSession(ReadSession):
    """The one transaction of a request that writes; it may read too."""


class Database:
    """An open database; safe to share between threads."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    @property
    def dialect(self) -> str:
        """ "sqlite" or "postgresql"."""
        return self._engines.writer.dialect.name

    @contextmanager
    def reading(self) -> Iterator[ReadSession]:
        """A consistent snapshot. Raises `unavailable` where none can be had."""
        with translate_errors(), self._engines.reader.connect() as connection:
            try:
                yield ReadSession(connection)
            finally:
                # Nothing to keep: ends the snapshot without a commit.
                connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[WriteSession]:
        """The transaction of one request: commits at the end of the block, before any answer.

        Raises `Conflict`, or `unavailable` and `no-space` with nothing stored.
        """
        with translate_errors(), self._engines.writer.begin() as connection:
            yield WriteSession(connection)

    @property
    def engine(self) -> Engine:
        """The engine that writes; for migrations and maintenance."""
        return self._engines.writer

    def dispose(self) -> None:
        """Closes every connection."""
        self._engines.reader.dispose()
        self._engines.writer.dispose()


def open_database(url: str) -> Database:
    """Opens the database at a SQLAlchemy URL (`sqlite:///file`, `postgresql://…`).

    Nothing is created or migrated. Raises ValueError for another kind of database.
    """
    return Database(open_engines(url))


LEAST_FREE: Final = 1 << 20
"""Bytes that must be free where SQLite lies for writes to be expected to succeed."""
_FIRST_START: Final = 0x63616E646F73
"""The advisory lock of what a first start makes, on PostgreSQL."""


def take_turns(session: WriteSession) -> None:
    """Waits for others who make what a first start makes, and holds them up to the commit.

    Of SQLite's writers there is only one at a time in any case.
    """
    if session.dialect == "postgresql":
        session.run(text("SET LOCAL lock_timeout = '120s'"))
        session.run(text("SET LOCAL statement_timeout = '120s'"))
        session.run(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _FIRST_START})


@dataclass(frozen=True, slots=True)
class Health:
    """What readiness reports; `writable` is false where writes would fail now."""

    database: bool
    migrated: bool
    writable: bool
    detail: str


class Probe:
    """Asks a database how it is, once a second at most: asking means writing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asking = Lock()
        self._last: tuple[float, Health] | None = None

    def ask(self) -> Health:
        """What was found within the last second, or is found now."""
        with self._asking:
            if self._last is None or time.monotonic() - self._last[0] >= 1:
                self._last = (time.monotonic(), probe(self._database))
            return self._last[1]


def probe(database: Database) -> Health:
    """Asks the database whether it answers, is migrated and takes writes, by writing."""
    try:
        with database.reading() as session:
            fault = migrate.schema_fault(migrate.revision_of(session.connection))
    except Problem as problem:
        return Health(database=False, migrated=False, writable=False, detail=problem.detail)
    if fault is not None:
        return Health(database=True, migrated=False, writable=False, detail=fault)
    try:
        with database.writing() as writer:
            # A row that every database has, given the value it has: a page is written, no fact.
            writer.run(text("UPDATE alembic_version SET version_num = version_num"))
        _require_space(database)
    except Problem as problem:
        return Health(database=True, migrated=True, writable=False, detail=problem.detail)
    return Health(database=True, migrated=True, writable=True, detail="ready")


def _require_space(database: Database) -> None:
    """SQLite may have room in its log for one row and none for a submission.

    Raises `no-space`. Of a server's disk only its own errors tell.
    """
    path = database.engine.url.database
    if database.dialect == "sqlite" and path is not None:
        free = shutil.disk_usage(Path(path).parent).free
        if free < LEAST_FREE:
            raise Problem("no-space", f"Only {free >> 10} KiB are free where the database lies.")


def file_fault(database: Database) -> str | None:
    """What SQLite finds wrong with its file; None where nothing, and on PostgreSQL."""
    if database.dialect != "sqlite":
        return None
    with database.reading() as session:
        report = str(session.run(text("PRAGMA quick_check(1)")).scalar_one())
    return None if report == "ok" else report.partition("\n")[0]
