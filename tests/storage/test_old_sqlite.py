"""Where no SQLite with a sound WAL is at hand, Python's own serves with a rollback journal."""

import logging
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from app import doctor
from app.storage.database import engines
from app.storage.database.engines import open_engines, sqlite_module
from app.storage.database.migrate import upgrade
from tests.ports import free_port


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform without pysqlite3, whose Python has an SQLite from before the fix."""
    monkeypatch.setitem(sys.modules, "pysqlite3", None)
    monkeypatch.setattr(engines, "WAL_SAFE", (99, 0, 0))
    monkeypatch.setattr(doctor, "WAL_SAFE", (99, 0, 0))
    engines._say_without_wal.cache_clear()


def findings(folder: Path) -> list[doctor.Finding]:
    file = folder / "candor.db"
    return doctor.examine(
        f"sqlite:///{file}",
        location=str(file),
        data_dir=folder,
        database_file=file,
        host="127.0.0.1",
        port=free_port(),
    )


@pytest.mark.usefixtures("old")
def test_it_keeps_a_rollback_journal_and_says_so_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tmp_path.chmod(0o700)
    url = f"sqlite:///{tmp_path / 'candor.db'}"
    with caplog.at_level(logging.WARNING, logger="candor.storage"):
        upgrade(url)
        for _ in range(2):
            opened = open_engines(url)
            with opened.writer.begin() as writing, opened.reader.connect() as reading:
                for connection in (writing, reading):
                    assert connection.execute(text("PRAGMA journal_mode")).scalar() == "delete"
            opened.writer.dispose()
            opened.reader.dispose()
    said = [record.getMessage() for record in caplog.records if record.name == "candor.storage"]
    assert len(said) == 1
    assert sqlite_module().__name__ == "sqlite3"
    assert f"SQLite {sqlite_module().sqlite_version} (sqlite3)" in said[0]
    (tmp_path / "candor.db").chmod(0o600)
    found = {one.what: one for one in findings(tmp_path)}
    assert (found["SQLite"].well, found["database"].well) == (True, True), found
    assert "(sqlite3): its WAL lacks the fix of 3.51.3" in found["SQLite"].says


def test_a_sound_one_is_named_too(tmp_path: Path) -> None:
    if sqlite_module().sqlite_version_info < engines.WAL_SAFE:
        pytest.skip("this platform has no SQLite with the fix")
    [sqlite, *_] = findings(tmp_path)
    assert "its WAL has the fix of 3.51.3" in sqlite.says
