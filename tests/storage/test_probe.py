"""Readiness: what it says of writing is what a write just found."""

import shutil
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from app.storage.database.session import LEAST_FREE, Database, file_fault, probe
from tests.served import Served


def mark(database: Database) -> Any:
    with database.reading() as session:
        return session.run(text("SELECT xmin FROM alembic_version")).scalar_one()


def test_the_probe_writes(database: Database) -> None:
    if database.dialect == "postgresql":
        before = mark(database)
        assert probe(database).writable
        assert mark(database) != before
        return
    with database.reading() as session:
        cursor = session.connection.connection.cursor()
        versions = []
        for _ in range(2):
            cursor.execute("PRAGMA data_version")
            versions.append(cursor.fetchone()[0])
            assert probe(database).writable
    assert versions[0] != versions[1]


def test_a_full_disk_is_seen(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def nearly_full(_: object) -> SimpleNamespace:
        return SimpleNamespace(free=LEAST_FREE - 1)

    monkeypatch.setattr(shutil, "disk_usage", nearly_full)
    health = probe(database)
    # A server's disk is not ours to measure.
    assert health.writable is (database.dialect == "postgresql")
    assert health.database
    assert health.migrated


def test_a_sound_file_has_no_fault(database: Database) -> None:
    assert file_fault(database) is None


def test_every_process_of_a_start_tells_the_same(served: Served) -> None:
    found = [served.client.get("/readyz").json() for _ in range(2)]
    assert found[0] == found[1]
    assert len(found[0]["start"]) == 16
