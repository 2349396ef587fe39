"""One server for the whole folder, which fills a made board when a test first reads it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.served import Served, serve


@pytest.fixture(scope="session")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server for `fill`."""
    folder = tmp_path_factory.mktemp("truth")
    shutil.copyfile(sqlite_template, folder / "candor.db")
    with serve(f"sqlite:///{folder / 'candor.db'}", folder) as served:
        yield served
