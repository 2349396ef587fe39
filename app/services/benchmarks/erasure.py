"""Background erasure: rows marked as deleted are removed from the tables in batches.

Marked rows are never shown. A process that dies half-way leaves the mark, and the next
start goes on.
"""

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Final, Literal

from app.services.state.app_state import AppState
from app.services.state.retries import retry_when_busy
from app.storage.database.session import Conflict, WriteSession
from app.storage.erasure import (
    deleted_with_contents,
    erase_answers,
    erase_some,
    erased_with_answers,
    flush_deleted,
)

log = logging.getLogger("candor.erasures")

What = tuple[Literal["benchmark", "submission"], int]
"""What is being erased, by the row of its mark."""

FLUSHES: Final = 600
PAUSE_SECONDS: Final = 0.05
LONGEST_PAUSE_SECONDS: Final = 0.5


def ask_erasure(app_state: AppState, what: What) -> None:
    """Schedules the erasure of marked rows in this process."""
    app_state.erasures.ask(what, partial(_erased, app_state, what))


def resume_erasures(app_state: AppState) -> None:
    """Schedules what an earlier process left half erased."""
    app_state.erasures.ask("unfinished", partial(_resumed, app_state))


def erase_marked(app_state: AppState, what: What, *, stopped: Callable[[], bool]) -> bool:
    """Erases marked rows, concurrently with other processes; False if `stopped` came first."""
    while True:
        begun = time.monotonic()
        if not retry_when_busy(partial(_step, app_state, what)):
            break
        if stopped():
            return False
        # As long as it took: others who write get their turn.
        took = time.monotonic() - begun
        time.sleep(min(max(took, PAUSE_SECONDS / 10), LONGEST_PAUSE_SECONDS))
    _flush(app_state)
    return True


def _step(app_state: AppState, what: What) -> bool:
    """Some rows less, in a transaction of its own; whether there were any."""
    kind, row = what
    act: Callable[[WriteSession, int], bool] = erase_some if kind == "benchmark" else erase_answers
    try:
        with app_state.database.writing() as session:
            return act(session, row)
    except Conflict:
        # Another transaction has just used a model that was unused: retry.
        return True


def _flush(app_state: AppState) -> None:
    for _ in range(FLUSHES):
        if retry_when_busy(partial(flush_deleted, app_state.database)):
            return
        time.sleep(PAUSE_SECONDS)
    log.warning("readers hold the write-ahead log; it keeps erased rows until it is next emptied")


def _erased(app_state: AppState, what: What) -> bool | None:
    """None, so that it may be asked for again, where the process is about to end."""
    return erase_marked(app_state, what, stopped=app_state.erasures.stopped) or None


def _resumed(app_state: AppState) -> None:
    with app_state.database.reading() as session:
        benchmarks = deleted_with_contents(session)
        submissions = erased_with_answers(session)
    for row in benchmarks:
        ask_erasure(app_state, ("benchmark", row))
    for row in submissions:
        ask_erasure(app_state, ("submission", row))
