"""Start-up: prepares the database and, at the first start, the first key and the demo.

The embedded database is migrated here and gets its first admin key and, while it holds no
benchmark, the demo. A server's database belongs to its operator and is only checked.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app import folder
from app.demo.made import is_made
from app.problem import Problem
from app.services.access.keys import issue_first
from app.settings import Settings
from app.storage.database.errors import faults_told
from app.storage.database.migrate import head_revision, revision_of, schema_fault, upgrade
from app.storage.database.session import Database, open_database, take_turns
from app.storage.keys import any_admin_key


@dataclass(frozen=True, slots=True)
class Started:
    """The results of a start: the first key's token, shown once, and the demo's slugs."""

    token: str | None
    demo: tuple[str, ...]


def migrated(settings: Settings) -> str:
    """Brings the database to this version's schema, and returns which that is.

    Raises `unavailable` in words where the folder, the file or the server cannot be used, and for
    a database that a newer version made.
    """
    with _prepared(settings), faults_told(settings.database_location):
        upgrade(settings.url)
    return head_revision()


@contextmanager
def ready_database(settings: Settings) -> Iterator[Database]:
    """An open database with this version's schema.

    Raises `unavailable` where a server's database is at another schema or does not answer, and
    whatever `migrated` raises for an embedded one.
    """
    if settings.embedded:
        migrated(settings)
    database = open_database(settings.url)
    try:
        with faults_told(settings.database_location):
            if not settings.embedded:
                _require_schema(database)
            yield database
    finally:
        database.dispose()


def start(settings: Settings) -> Started:
    """Makes the database ready to be served, and what its first start needs.

    Starts of one folder take turns, and each makes what it finds missing.
    """
    with ready_database(settings) as database:
        if not settings.embedded:
            return Started(None, ())
        with folder.taken(settings.data_dir):
            return Started(_first_key(database, settings), load_demo_once(database))


def load_demo_once(database: Database) -> tuple[str, ...]:
    """Loads what is missing of the demo while there is nothing else; the slugs it worked on."""
    with database.reading() as session:
        if is_made(session):
            return ()
    from app.demo.load import load_demo  # noqa: PLC0415  only the first start needs it

    return tuple(load_demo(database))


@contextmanager
def _prepared(settings: Settings) -> Iterator[None]:
    """The folder of an embedded database, made, private and held; nothing of a server's."""
    if not settings.embedded:
        yield
        return
    folder.prepare(settings.data_dir, settings.database_file)
    with folder.taken(settings.data_dir):
        yield


def require_free_port(settings: Settings) -> None:
    """Raises `unavailable` where nothing can listen; the server itself would only log it."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            address = f"{settings.host}:{settings.port}"
            raise Problem(
                "unavailable",
                f"Cannot listen on {address} ({error.strerror}). Set CANDOR_HOST or CANDOR_PORT.",
            ) from None


def _first_key(database: Database, settings: Settings) -> str | None:
    """The first admin key's token, or None where there was such a key already.

    Its file is written inside the transaction: without the file the key is not stored.
    """
    with database.reading() as reader:
        if any_admin_key(reader):
            return None
    with database.writing() as session:
        take_turns(session)
        if any_admin_key(session):
            return None
        issued = issue_first(session, pepper=settings.pepper(), label="first start")
        folder.write_private(settings.key_file, issued.token + "\n")
    return issued.token


def _require_schema(database: Database) -> None:
    with database.reading() as session:
        fault = schema_fault(revision_of(session.connection))
    if fault is not None:
        raise Problem("unavailable", fault)
