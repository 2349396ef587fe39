"""Migrations: the scripts make the tables, go down and up again, and name the head we expect."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, Column, inspect, text

from app.storage.benchmarks import find_benchmark
from app.storage.database import migrate
from app.storage.database.migrate import (
    HEAD,
    config,
    downgrade,
    revision_of,
    scripts,
    upgrade,
)
from app.storage.database.session import Database, WriteSession, open_database, probe
from app.storage.database.tables import metadata
from app.storage.owners import ensure_owner, find_owner
from app.storage.quotas import Quota, SubmissionCount, submission_counts
from migrations.new_migration import write
from tests.served import Served


def test_the_scripts_make_the_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == [], (
            "app/storage/database/tables.py and the migrations differ: make migration NAME=…"
        )


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


QUOTAS: dict[str, tuple[str | None, str | None]] = {
    "none": (None, None),
    "typed": ('{"per_day":2,"total":20}', '{"per_day":2,"total":20}'),
    "total": ('{"total":5}', '{"per_day":null,"total":5}'),
    "day": ('{"per_day":3}', '{"per_day":3,"total":null}'),
    "mixed": ('{"per_owner":3,"total":10}', '{"per_day":null,"total":10}'),
    "other": ('{"submissions_per_day":1}', None),
    "empty": ("{}", None),
    "text": ('{"per_day":"4","total":"many"}', None),
    "true": ('{"total":true}', None),
    "zero": ('{"per_day":-1,"total":0}', None),
    "half": ('{"per_day":2,"total":2.5}', '{"per_day":2,"total":null}'),
    "huge": ('{"total":10000000}', None),
    "list": ("[3]", None),
}
"""What a benchmark's quota was at 0003, and what it is then; by slug."""


def test_quotas_are_typed_and_what_is_stored_is_counted(database_url: str) -> None:
    downgrade(database_url, "0003")
    database = open_database(database_url)
    today = datetime.now(UTC)
    try:
        with database.writing() as session:
            ada, bee = (_old_owner(session, name) for name in ("ada", "bee"))
            for slug, (before, _) in QUOTAS.items():
                _old_benchmark(session, slug, before, owner=ada)
            for n, (slug, owner, days) in enumerate(
                [("typed", ada, -0.5), ("typed", ada, 400), ("typed", bee, 1), ("none", ada, 2)]
            ):
                _old_submission(session, n, slug, owner=owner, at=today - timedelta(days=days))
        for _ in range(2):
            upgrade(database_url)
            with database.reading() as session:
                found = session.run(text("SELECT slug, quota FROM benchmark")).all()
                assert {row.slug: row.quota for row in found} == {
                    slug: after for slug, (_, after) in QUOTAS.items()
                }
                typed, none = (find_benchmark(session, slug) for slug in ("typed", "none"))
                assert typed is not None
                assert none is not None
                assert (typed.quota, none.quota) == (Quota(total=20, per_day=2), None)
                rows = [typed.id, none.id]
                of_ada = submission_counts(session, rows, owner_id=ada, at=today)
                of_bee = submission_counts(session, rows, owner_id=bee, at=today)
            assert of_ada == {
                typed.id: SubmissionCount(total=2, today=1),
                none.id: SubmissionCount(total=1, today=0),
            }
            assert of_bee == {typed.id: SubmissionCount(total=1, today=0)}
            downgrade(database_url, "0003")
    finally:
        database.dispose()


def test_a_step_back_brings_nothing_erased_to_light(database_url: str) -> None:
    downgrade(database_url, "0005")
    database = open_database(database_url)
    try:
        with database.writing() as session:
            ada = _old_owner(session, "ada")
            for slug in ("kept", "gone"):
                _old_benchmark(session, slug, None, owner=ada)
            for n in range(2):
                _old_submission(session, n, "kept", owner=ada, at=datetime.now(UTC))
            said = "INSERT INTO prediction (submission_id, slot, answer) VALUES (:id, 0, 'said')"
            ids = session.run(text("SELECT id FROM submission ORDER BY id")).scalars().all()
            for one in ids:
                session.run(text(said), {"id": one})
        upgrade(database_url)
        with database.writing() as session:
            found = find_benchmark(session, "kept")
            assert found is not None
            assert found.archived_at is None
            # Marked, and the process died before it could erase.
            session.run(text("UPDATE benchmark SET deleted_at = 1 WHERE slug = 'gone'"))
            session.run(text("UPDATE submission SET erased_at = 1 WHERE id = :id"), {"id": ids[0]})
        for _ in range(2):
            downgrade(database_url, "0005")
            with database.reading() as session:
                seen = session.run(text("SELECT slug, visibility FROM benchmark ORDER BY slug"))
                assert [tuple(row) for row in seen] == [("gone", "private"), ("kept", "public")]
                left = session.run(text("SELECT submission_id FROM prediction")).scalars().all()
                assert left == [ids[1]]
            upgrade(database_url)
    finally:
        database.dispose()


def _old_owner(session: WriteSession, name: str) -> int:
    """The row of an owner as schema 0003 holds it."""
    made = session.run(
        text(
            "INSERT INTO owner (public_id, name, created_at) VALUES (:name, :name, 0) RETURNING id"
        ),
        {"name": name},
    )
    return int(made.scalar_one())


def _old_benchmark(session: WriteSession, slug: str, quota: str | None, *, owner: int) -> None:
    """A benchmark as schema 0003 holds it, with a revision that has no items."""
    session.run(
        text(
            "INSERT INTO benchmark (public_id, slug, title, description, source, visibility, mode, "
            "owner_id, default_target, default_mode, fixed_targets, missing_limit, ungraded_limit, "
            "ranked_attempt, quota, demo, version, created_at) VALUES (:slug, :slug, '', '', '', "
            "'public', 'open', :owner, 7500, 'declared', '[7500]', 0, 0, 'latest', :quota, "
            "false, 0, 0)"
        ),
        {"slug": slug, "owner": owner, "quota": quota},
    )
    session.run(
        text(
            "INSERT INTO revision (benchmark_id, number, n_items, matcher, abstention_phrases, "
            "note, complete, created_at) SELECT id, 1, 0, 'text', '[]', '', true, 0 "
            "FROM benchmark WHERE slug = :slug"
        ),
        {"slug": slug},
    )


def _old_submission(
    session: WriteSession, number: int, slug: str, *, owner: int, at: datetime
) -> None:
    name = {"name": f"m{number}", "owner": owner}
    session.run(
        text(
            "INSERT INTO model (owner_id, name, provider, version, tags) "
            "VALUES (:owner, :name, '', '', '[]')"
        ),
        name,
    )
    session.run(
        text(
            "INSERT INTO submission (public_id, benchmark_id, revision_id, owner_id, model_id, "
            "attempt, samples, idempotency_key, fingerprint, run, n_rows, self_reported, "
            "created_at, changed) SELECT :name, b.id, r.id, :owner, m.id, 1, 1, :name, :print, "
            "'{}', 0, false, :at, 0 FROM benchmark b JOIN revision r ON r.benchmark_id = b.id "
            "JOIN model m ON m.name = :name WHERE b.slug = :slug"
        ),
        name | {"slug": slug, "print": b"x", "at": int(at.timestamp() * 1_000_000)},
    )


def test_idempotency_keys_move_to_their_benchmarks_and_back(served: Served) -> None:
    """One key on two benchmarks is two keys here and one before: the older submission keeps it."""
    key = {"Idempotency-Key": "3:run"}
    ids = []
    for slug in ("ten", "twin"):
        served.publish(slug=slug, missing_limit=1)
        sent = served.submit([{"item": "q0", "answer": "a0"}], slug=slug, headers=key)
        ids.append(sent.json()["id"])
    served.submit([{"item": "q1", "answer": "a1"}])
    before = stored_keys(served.database_url)
    downgrade(served.database_url, "0004")
    older = stored_keys(served.database_url)
    assert [one for one in older if one.startswith("key:")] == ["key:3:run"]
    assert len(set(older)) == 3
    upgrade(served.database_url)
    assert stored_keys(served.database_url) == before
    for slug, earlier in zip(("ten", "twin"), ids, strict=True):
        again = served.submit([{"item": "q0", "answer": "a0"}], slug=slug, headers=key)
        assert (again.status_code, again.json()["id"]) == (200, earlier)


def test_revisions_from_before_editions_keep_theirs_and_go_back(served: Served) -> None:
    served.publish()
    choices = [{"key": "q0", "accepted": ["A", "B"], "choices": ["a", "b", "c"]}]
    served.publish(slug="several", matcher="choices", items=choices)
    row = {"model": {"name": "m"}, "predictions": [{"item": "q0", "answer": "A, B"}]}
    sent = served.request("POST", "/benchmarks/several/submissions", json=row).json()
    downgrade(served.database_url, "0007")
    upgrade(served.database_url)
    # What the version before does not know is compared as text; what was graded stays.
    assert served.read("/benchmarks/several")["matcher"] == "text"
    assert served.read(f"/submissions/{sent['id']}")["counts"]["correct"] == 1
    assert {served.read(f"/benchmarks/{slug}")["rules"] for slug in ("ten", "several")} == {1}


def stored_keys(url: str) -> list[str]:
    database = open_database(url)
    try:
        with database.reading() as session:
            statement = text("SELECT idempotency_key FROM submission ORDER BY id")
            return [str(row[0]) for row in session.run(statement)]
    finally:
        database.dispose()


def test_the_next_migration_is_written_from_the_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = tmp_path / "migrations" / "versions"
    shutil.copytree(scripts(), versions.parent, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrate, "scripts", lambda: versions.parent)
    column: Column[int] = Column("difficulty", BigInteger)
    item = metadata.tables["item"]
    item.append_column(column)
    try:
        path = write("item_difficulty")
    finally:
        item._columns.remove(column)
    number = f"{int(HEAD) + 1:04d}"
    assert path == versions / f"{number}_item_difficulty.py"
    text = path.read_text()
    assert f'revision = "{number}"' in text
    assert f'down_revision = "{HEAD}"' in text
    assert "difficulty" in text.partition("def downgrade")[0]
    assert "drop_column" in text.partition("def downgrade")[2]
    compile(text, path.name, "exec")
    with pytest.raises(ValueError, match="NAME="):
        write("Item difficulty")
