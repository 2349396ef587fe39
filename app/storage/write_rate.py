"""How often a key wrote this minute, counted where all processes see it."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.storage.database.session import WriteSession
from app.storage.database.tables import write_window


def count_write(session: WriteSession, key_row: int, now: datetime) -> int:
    """Counts one write of a key; how many it made in the current minute, this one included.

    Counted only if the transaction commits. Holds the counter's row until then, so call it late.
    """
    minute = int(now.timestamp()) // 60
    insert = postgresql_insert if session.dialect == "postgresql" else sqlite_insert
    statement = (
        insert(write_window)
        .values(api_key_id=key_row, minute=minute, n=1)
        .on_conflict_do_update(
            index_elements=["api_key_id", "minute"], set_={"n": write_window.c.n + 1}
        )
        .returning(write_window.c.n)
    )
    n = int(session.run(statement).scalar_one())
    if n == 1:
        # The first write of a minute clears away what no longer counts.
        session.run(
            delete(write_window).where(
                write_window.c.api_key_id == key_row, write_window.c.minute < minute
            )
        )
    return n
