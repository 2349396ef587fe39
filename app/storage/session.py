"""Sessions: the only begin and the only commit.

A `ReadSession` sees one snapshot and cannot write; a `WriteSession` holds the one transaction of a
request, committed when its block ends and rolled back when it raises. Two types, so that a query
that only reads cannot be handed the right to write by mistake and the other way round.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Executable, text
from sqlalchemy.engine import CursorResult, Engine

from app.problem import Problem
from app.storage import migrate
from app.storage.engines import Engines, open_engines
from app.storage.faults import Conflict, faults_named

__all__ = ["Conflict", "Database", "ReadSession", "WriteSession", "open_database", "probe"]


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
        with faults_named(), self._engines.reader.connect() as connection:
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
        with faults_named(), self._engines.writer.begin() as connection:
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


@dataclass(frozen=True, slots=True)
class Health:
    """What readiness reports; `writable` is false where writes would fail now."""

    database: bool
    migrated: bool
    writable: bool
    detail: str


def probe(database: Database) -> Health:
    """Asks the database whether it answers, is migrated and takes writes."""
    try:
        with database.reading() as session:
            at = migrate.revision_of(session.connection)
    except Problem as problem:
        return Health(database=False, migrated=False, writable=False, detail=problem.detail)
    if at != migrate.head_revision():
        return Health(
            database=True,
            migrated=False,
            writable=False,
            detail="The schema is not the one this version needs: run candor-server migrate.",
        )
    try:
        with database.writing() as writer:
            writer.run(text("DELETE FROM write_window WHERE minute < 0"))
    except Problem as problem:
        return Health(database=True, migrated=True, writable=False, detail=problem.detail)
    return Health(database=True, migrated=True, writable=True, detail="ready")
