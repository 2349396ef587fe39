"""Real servers for the client's tests."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from tests.client.live import TEN, Live, copy_of, live_server


@pytest.fixture
def live_both(database_url: str, tmp_path: Path) -> Iterator[Live]:
    """A server on an empty database, of either kind."""
    with live_server(database_url, tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def live(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One server on SQLite for a module, for what storage does not matter to."""
    folder = tmp_path_factory.mktemp("live")
    with live_server(copy_of(sqlite_template, folder), folder) as running:
        yield running


@pytest.fixture
def ten(live: Live, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The slug of a fresh benchmark of ten items."""
    slug = f"ten-{sha256(request.node.nodeid.encode()).hexdigest()[:12]}"
    with live.client(tmp_path) as client:
        client.publish({**TEN, "slug": slug})
    return slug
