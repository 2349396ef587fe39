"""Many rows at once, past the statement compiler but inside the session's one transaction.

SQLite takes VALUES lists of 200 rows, PostgreSQL a binary COPY: 7 and 12 times faster than the
compiled insert, 45 to 80 times faster than objects.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Float, Integer, Table, Text

from app.storage.database.session import WriteSession
from app.storage.database.tables import Json

ROWS_A_STATEMENT: Final = 200


def write_rows(
    session: WriteSession,
    table: str,
    kinds: Mapping[str, str],
    rows: Iterable[tuple[Any, ...]],
) -> None:
    """Writes rows of the columns that `kinds` names, in that order.

    `kinds` gives each column's PostgreSQL type, which a binary COPY must be told. The names of the
    table and the columns are from this package, never from a request.
    """
    if session.dialect == "postgresql":
        _copy(session, table, kinds, rows)
    else:
        _values(session, table, tuple(kinds), iter(rows))


def kinds_of(table: Table) -> dict[str, str]:
    """The PostgreSQL type of every column of a table, in order; JSON is kept as text."""
    return {column.name: _KINDS[type(column.type)] for column in table.c}


_KINDS: Final[dict[type, str]] = {
    BigInteger: "int8",
    Boolean: "bool",
    Float: "float8",
    Integer: "int4",
    Json: "text",
    Text: "text",
}


def _values(
    session: WriteSession, table: str, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]
) -> None:
    placeholders = f"({', '.join('?' * len(columns))})"
    head = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "  # noqa: S608  our own names
    full = head + ", ".join([placeholders] * ROWS_A_STATEMENT)
    cursor = session.connection.connection.cursor()
    try:
        while batch := list(islice(rows, ROWS_A_STATEMENT)):
            statement = full
            if len(batch) < ROWS_A_STATEMENT:
                statement = head + ", ".join([placeholders] * len(batch))
            cursor.execute(statement, list(chain.from_iterable(batch)))
    finally:
        cursor.close()


def _copy(
    session: WriteSession,
    table: str,
    kinds: Mapping[str, str],
    rows: Iterable[tuple[Any, ...]],
) -> None:
    driver: Any = session.connection.connection.driver_connection
    statement = f"COPY {table} ({', '.join(kinds)}) FROM STDIN (FORMAT BINARY)"
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(list(kinds.values()))
        for row in rows:
            copy.write_row(row)
