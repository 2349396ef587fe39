"""Starting: what must be so before Candor serves, and what the first start makes.

The embedded database is ours: it is migrated here, gets its first admin key and, while it holds no
benchmark, the demo. A server's database is its operator's: it is only looked at.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app.problem import Problem
from app.services.keys import issue_first
from app.settings import Settings
from app.storage.benchmarks import count_benchmarks
from app.storage.faults import faults_named
from app.storage.keys import any_admin_key
from app.storage.migrate import head_revision, revision_of, upgrade
from app.storage.session import Database, open_database


@dataclass(frozen=True, slots=True)
class Started:
    """What a start made: the first key's token, shown once, and the demo's slugs."""

    token: str | None
    demo: tuple[str, ...]


def migrated(settings: Settings) -> str:
    """Brings the database to this version's schema, and returns which that is."""
    if settings.embedded:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with faults_named():
        upgrade(settings.url)
    return head_revision()


@contextmanager
def ready_database(settings: Settings) -> Iterator[Database]:
    """An open database with this version's schema.

    Raises `unavailable` where a server's database is at another schema or does not answer.
    """
    if settings.embedded:
        migrated(settings)
    database = open_database(settings.url)
    try:
        if not settings.embedded:
            _require_schema(database)
        yield database
    finally:
        database.dispose()


def start(settings: Settings) -> Started:
    """Makes the database ready to be served, and what its first start needs."""
    with ready_database(settings) as database:
        if not settings.embedded:
            return Started(None, ())
        return Started(_first_key(database, settings), load_demo_once(database))


def load_demo_once(database: Database) -> tuple[str, ...]:
    """Loads the demo while there is no benchmark; its slugs."""
    with database.reading() as session:
        if count_benchmarks(session):
            return ()
    from app.demo.load import load_demo  # noqa: PLC0415  only the first start needs it

    return tuple(load_demo(database))


def require_free_port(settings: Settings) -> None:
    """Raises `unavailable` where nothing can listen; the server itself would only log it."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            place = f"{settings.host}:{settings.port}"
            raise Problem(
                "unavailable",
                f"Cannot listen on {place} ({error.strerror}). Set CANDOR_HOST or CANDOR_PORT.",
            ) from None


def _first_key(database: Database, settings: Settings) -> str | None:
    """The first admin key's token, or None where there was such a key already.

    Its file is written inside the transaction: a key that nobody can read is not kept.
    """
    with database.writing() as session:
        if any_admin_key(session):
            return None
        issued = issue_first(session, pepper=settings.pepper(), label="first start")
        handle = os.open(settings.key_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            # A file that stood there already would keep the mode it had.
            settings.key_file.chmod(0o600)
            file.write(issued.token + "\n")
    return issued.token


def _require_schema(database: Database) -> None:
    with database.reading() as session:
        at = revision_of(session.connection)
    if at != head_revision():
        raise Problem(
            "unavailable",
            f"The database is at schema {at or 'none'}, this version needs {head_revision()}. "
            "Run: candor-server migrate",
        )
