"""Migrations: bring a database to the schema of this version, and say which it has."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, inspect, text

from app.problem import Problem
from app.storage.database.engines import open_engines

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic is imported by what migrates and by nothing else: it costs a fifth of the start-up.

_LOCK = 0x63616E646F72
"""The advisory lock of migrations on PostgreSQL ("candor")."""


def scripts() -> Path:
    """Where the migrations lie: inside an installed wheel, or at the top of a checkout."""
    inside = Path(__file__).parents[2] / "_migrations"
    return inside if inside.is_dir() else Path(__file__).parents[3] / "migrations"


def _newest() -> str:
    """The number of the newest migration, read from the names of the files."""
    names = sorted(file.name for file in (scripts() / "versions").glob("[0-9]*_*.py"))
    return names[-1].partition("_")[0]


HEAD: Final = _newest()
"""The newest migration of this version."""


def config(connection: Connection | None = None) -> "Config":
    """Alembic's configuration; the connection travels in its attributes, never a URL."""
    from alembic.config import Config  # noqa: PLC0415

    made = Config()
    made.set_main_option("script_location", str(scripts()))
    made.attributes["connection"] = connection
    return made


def head_revision() -> str:
    """The newest migration of this version."""
    return HEAD


def revision_of(connection: Connection) -> str | None:
    """The migration a database is at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if revision is None else str(revision)


def schema_fault(at: str | None) -> str | None:
    """Why a database at that migration cannot be served, and what to do; None at this version's."""
    if at == HEAD:
        return None
    if _is_known(at):
        return (
            f"The database is at schema {at or 'none'}, this version needs {HEAD}. "
            "Run: candor-server migrate"
        )
    return (
        f"This database was made by a newer Candor (schema {at}, this one knows up to {HEAD}). "
        "Run the newer version, or put back a copy of the database from before it."
    )


def _is_known(at: str | None) -> bool:
    return at is None or (at.isdigit() and at <= HEAD)


def upgrade(url: str, revision: str = "head") -> None:
    """Migrates the database at `url`; two that start at once take turns.

    Raises `unavailable` for a database that a newer version made.
    """
    with _locked(url) as connection:
        at = revision_of(connection)
        if revision == "head" and at == HEAD:
            return
        if not _is_known(at):
            raise Problem("unavailable", schema_fault(at) or "")
        from alembic import command  # noqa: PLC0415

        command.upgrade(config(connection), revision)


def downgrade(url: str, revision: str) -> None:
    """Takes the database at `url` back to an older migration."""
    from alembic import command  # noqa: PLC0415

    with _locked(url) as connection:
        command.downgrade(config(connection), revision)


@contextmanager
def _locked(url: str) -> Iterator[Connection]:
    engines = open_engines(url)
    try:
        # On SQLite the transaction itself is the lock: it begins IMMEDIATE.
        with engines.writer.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL lock_timeout = '30s'"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection
    finally:
        engines.reader.dispose()
        engines.writer.dispose()
