"""The write rate limit of a key, counted in the database and so over all processes."""

from datetime import UTC, datetime

from app.problem import Problem
from app.services.access.callers import Caller
from app.services.state.app_state import AppState
from app.storage.database.session import WriteSession
from app.storage.write_rate import count_write


def spend_write(session: WriteSession, app_state: AppState, caller: Caller) -> None:
    """Counts one write of the caller's key; raises `rate-limited` beyond the desk's limit.

    Call it late in the transaction: callers with the same key wait for each other from here on.
    """
    now = datetime.now(UTC)
    if count_write(session, caller.key_row, now) > app_state.writes_per_minute:
        raise Problem(
            "rate-limited",
            f"A key may write {app_state.writes_per_minute} times a minute; wait and try again.",
            retry_after=60 - now.second,
        )
