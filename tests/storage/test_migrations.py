"""Migrations: the scripts make the tables, go down and up again, and name the head we expect."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from app.storage.migrate import HEAD, config, downgrade, revision_of, upgrade
from app.storage.owners import ensure_owner, find_owner
from app.storage.session import Database, open_database, probe
from app.storage.tables import metadata


def test_the_scripts_make_the_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_one_head_and_it_is_ours() -> None:
    assert ScriptDirectory.from_config(config()).get_heads() == [HEAD]


def test_down_and_up_again(database_url: str) -> None:
    downgrade(database_url, "base")
    database = open_database(database_url)
    try:
        with database.engine.connect() as connection:
            assert revision_of(connection) is None
            assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
        upgrade(database_url)
        upgrade(database_url)
        with database.writing() as session:
            ensure_owner(session, "acme")
        with database.reading() as reader:
            assert find_owner(reader, "acme") is not None
    finally:
        database.dispose()


def test_readiness_sees_an_old_schema(database_url: str) -> None:
    database = open_database(database_url)
    try:
        assert probe(database).writable
        downgrade(database_url, "base")
        health = probe(database)
        assert (health.database, health.migrated) == (True, False)
        assert "candor-server migrate" in health.detail
    finally:
        database.dispose()


def test_alembic_itself_agrees(database: Database) -> None:
    with database.engine.connect() as connection:
        command.check(config(connection))
