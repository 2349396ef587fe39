"""How often a key may write: counted in the database, so that all processes count together."""

from datetime import UTC, datetime

from app.problem import Problem
from app.services.callers import Caller
from app.services.desk import Desk
from app.storage.session import WriteSession
from app.storage.writes import count_write


def spend_write(session: WriteSession, desk: Desk, caller: Caller) -> None:
    """Counts one write of the caller's key; raises `rate-limited` beyond the desk's limit.

    Call it late in the transaction: callers with the same key wait for each other from here on.
    """
    now = datetime.now(UTC)
    if count_write(session, caller.key_row, now) > desk.writes_per_minute:
        raise Problem(
            "rate-limited",
            f"A key may write {desk.writes_per_minute} times a minute; wait and try again.",
            retry_after=60 - now.second,
        )
