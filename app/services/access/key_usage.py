"""`last_used_at` of API keys: precise to ten minutes, written after the request.

A request never waits for it and never fails by it: where the database takes no writes, the moment
is not kept and everything else is served as before.
"""

import logging
from datetime import datetime, timedelta
from typing import Final

from app.problem import Problem
from app.services.access.callers import Caller
from app.services.state.app_state import AppState
from app.storage.database.session import Conflict
from app.storage.keys import touch_key

STEP: Final = timedelta(minutes=10)
"""A key that is used all the time is written once in this long, over all processes."""

log = logging.getLogger("candor.uses")


def note_use(app_state: AppState, caller: Caller, *, now: datetime) -> None:
    """Schedules the write of `last_used_at`, unless it is recent."""
    if caller.last_used_at is not None and abs(now - caller.last_used_at) < STEP:
        return
    window = int(now.timestamp() // STEP.total_seconds())
    app_state.uses.ask((caller.key_row, window), lambda: _remember(app_state, caller.key_row, now))


def _remember(app_state: AppState, key_row: int, now: datetime) -> bool:
    """Whether it was stored. A failed write is not retried within ten minutes."""
    try:
        with app_state.database.writing() as session:
            touch_key(session, key_row, now, step=STEP)
    except (Problem, Conflict) as refused:
        log.warning("the last use of a key was not stored: %s", refused)
        return False
    return True
