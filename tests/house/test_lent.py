"""A database that was lent comes back empty, or is lent to nobody again."""

import psycopg
import pytest

from app.storage.database.session import open_database
from tests.lent import Lent
from tests.postgresql import Server
from tests.served import first_key

pytestmark = pytest.mark.postgresql
COUNTS = "SELECT count(*), coalesce(max(id), 0) FROM api_key"


def ask(server: Server, name: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(server.url(name), autocommit=True) as connection:
        found = connection.execute(statement.encode())
        return found.fetchall() if found.description else []


def test_the_next_test_finds_what_the_first_one_found(postgresql: Server) -> None:
    databases = Lent(postgresql, "template")
    name = databases.lend()
    tokens = set()
    for _ in range(3):
        assert ask(postgresql, name, COUNTS) == [(0, 0)]
        tokens.add(first_key(postgresql.url(name)))
        assert ask(postgresql, name, COUNTS) == [(1, 1)]
        kept = open_database(postgresql.url(name))  # left open, as a failing test leaves it
        with kept.reading():
            databases.take_back(name)
        kept.dispose()
        assert databases.lend() == name
    assert len(tokens) == 3


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE api_key ADD COLUMN more text",
        "ALTER TABLE api_key ALTER COLUMN label SET DEFAULT 'x'",
        "DROP INDEX {index}",
        "CREATE TABLE more (id int)",
        "UPDATE alembic_version SET version_num = '9999'",
    ],
)
def test_a_database_with_another_schema_is_not_lent_again(postgresql: Server, change: str) -> None:
    databases = Lent(postgresql, "template")
    name = databases.lend()
    [(index,)] = ask(
        postgresql,
        name,
        "SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class c ON c.oid = indrelid"
        " WHERE relnamespace = 'public'::regnamespace AND NOT indisunique LIMIT 1",
    )
    ask(postgresql, name, change.format(index=index))
    databases.take_back(name)
    assert databases.lend() != name


def test_a_template_with_rows_is_refused(postgresql: Server) -> None:
    databases = Lent(postgresql, "template")
    name = databases.lend()
    first_key(postgresql.url(name))
    with pytest.raises(AssertionError, match="api_key"):
        Lent(postgresql, name)
    databases.take_back(name)
