"""Fixtures of the page tests: one browser a run, one server of the demo a module."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.demo.load import load_demo
from app.storage.database.session import open_database
from tests.web.browser import chromium, serving


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a screen."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of the demo on a free port."""
    folder = tmp_path_factory.mktemp("browser")
    path = folder / "candor.db"
    shutil.copyfile(sqlite_template, path)
    database = open_database(f"sqlite:///{path}")
    load_demo(database)
    database.dispose()
    with serving(folder) as url:
        yield url
