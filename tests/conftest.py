"""What tests share: real databases of both kinds, migrated, and where the reference data lies."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings

from app.storage.database import engines
from app.storage.database.migrate import upgrade
from app.storage.database.session import Database, open_database
from tests.absence import absent, pytest_terminal_summary  # noqa: F401  (a hook)
from tests.lent import Lent
from tests.postgresql import Server, start_server
from tests.quick import (  # noqa: F401  (hooks)
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_configure,
)
from tests.reference import shared  # noqa: F401  (a fixture)
from tests.served import Served, serve
from tests.waiting import CEILING

# pytest-xdist sets it in its workers, and rich keeps for good the width that it finds at import.
os.environ.pop("COLUMNS", None)

# A shell starts what runs in its background with SIGINT ignored, and processes inherit that: those
# that tests start would not hear the signal that they are sent.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A reader is told after three seconds that the database does not answer; on a busy machine a test
# waits for it.
engines.WAIT_SECONDS = CEILING

# Properties are timed by nobody: a busy machine must not fail a law. CI draws the same examples
# every time, so that its answer is about the change; every other run draws new ones.
settings.register_profile(
    "candor",
    deadline=None,
    derandomize="CI" in os.environ,
    max_examples=int(os.environ.get("CANDOR_EXAMPLES", "100")),
)
settings.load_profile("candor")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server of our own, with a migrated template database."""
    # Not in pytest's folder: a second session closes that to all but its own account, and a server
    # that root runs as somebody else would lose its data.
    with (
        TemporaryDirectory(prefix="candor-postgresql-") as folder,
        start_server(Path(folder)) as server,
    ):
        if server is None:
            absent("PostgreSQL")
        assert server is not None
        server.create("template")
        upgrade(server.url("template"))
        yield server


@pytest.fixture(scope="session")
def lent(postgresql: Server) -> Lent:
    """Migrated, empty databases of that server."""
    return Lent(postgresql, "template")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh migrated database, of either kind."""
    if request.param == "sqlite":
        path = tmp_path / "candor.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    databases: Lent = request.getfixturevalue("lent")
    name = databases.lend()
    yield databases.server.url(name)
    databases.take_back(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open, empty database."""
    opened = open_database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def served(database_url: str, tmp_path: Path) -> Iterator[Served]:
    """The whole application on an empty database, with an admin's key."""
    with serve(database_url, tmp_path) as running:
        yield running
