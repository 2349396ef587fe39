"""Migrated, empty PostgreSQL databases, lent to one test after the other.

A database of a test's own costs a quarter of a second of processor; emptying one costs a tenth of
that. So a test gets one that others had before, emptied, as long as nobody changed its schema.
"""

import itertools
import os
from dataclasses import dataclass, field
from typing import Final

import psycopg

from tests.postgresql import Server

_NUMBERS = itertools.count(1)
_SCHEMA: Final = """
SELECT md5(string_agg(entry, ' ' ORDER BY entry)) FROM (
  SELECT oid || ':' || xmin FROM pg_class WHERE relnamespace = 'public'::regnamespace
  UNION ALL
  SELECT attrelid || '.' || attnum || ':' || a.xmin FROM pg_attribute a
    JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace
  UNION ALL
  SELECT oid || '!' || xmin FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL
  SELECT d.oid || '=' || d.xmin FROM pg_attrdef d
    JOIN pg_class c ON c.oid = adrelid WHERE relnamespace = 'public'::regnamespace
  UNION ALL
  SELECT t.oid || '^' || t.xmin FROM pg_trigger t
    JOIN pg_class c ON c.oid = tgrelid WHERE relnamespace = 'public'::regnamespace
  UNION ALL
  SELECT oid || '()' || xmin FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL
  SELECT version_num FROM alembic_version
) AS entries (entry)
"""
"""A word for the whole schema: every change of it writes a row of the catalogue anew."""
_EMPTY: Final = """
DO $$
DECLARE one record;
BEGIN
  FOR one IN SELECT oid::regclass AS name, relkind FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')
        AND relname <> 'alembic_version' LOOP
    IF one.relkind = 'r' THEN
      EXECUTE format('DELETE FROM %s', one.name);
    ELSE
      PERFORM setval(one.name, seqstart, false) FROM pg_sequence WHERE seqrelid = one.name;
    END IF;
  END LOOP;
END $$
"""
_ROWS: Final = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
  AND relname <> 'alembic_version'
  AND (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %s', oid::regclass),
       false, true, '')))[1]::text <> '0'
"""


@dataclass(slots=True)
class Lent:
    """The databases of one server that are copies of `template`, which must hold no row."""

    server: Server
    template: str
    _schemas: dict[str, str] = field(default_factory=dict)
    """Of each copy, the schema that it was made with."""
    _idle: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        with self._at(self.template) as connection:
            filled = connection.execute(_ROWS).fetchall()
        assert not filled, f"migrations write rows, which emptying would lose: {filled}"

    def lend(self) -> str:
        """The name of a migrated database without a row, its sequences at their start."""
        if self._idle:
            return self._idle.pop()
        name = f"test_{os.getpid()}_{next(_NUMBERS)}"
        self.server.copy(self.template, name)
        with self._at(name) as connection:
            self._schemas[name] = _schema(connection)
        return name

    def take_back(self, name: str) -> None:
        """Ends those still connected and empties the database, or drops one that differs."""
        with self._at(name) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            as_made = _schema(connection) == self._schemas[name]
            if as_made:
                connection.execute("SET session_replication_role = replica")  # in any order
                connection.execute(_EMPTY)
        if as_made:
            self._idle.append(name)
        else:
            self.server.drop(name)

    def _at(self, name: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.server.url(name), autocommit=True)


def _schema(connection: psycopg.Connection[tuple[object, ...]]) -> str:
    [(word,)] = connection.execute(_SCHEMA).fetchall()
    return str(word)
