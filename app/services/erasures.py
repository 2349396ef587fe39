"""Erasures: what is deleted or erased leaves the tables step by step, after it was marked.

From the mark on nobody is shown it. A process that dies half-way leaves the mark, and the next
start goes on.
"""

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Final, Literal

from app.services.desk import Desk
from app.services.patience import patiently
from app.storage.erasing import (
    deleted_with_contents,
    erase_answers,
    erase_some,
    erased_with_answers,
    flush_deleted,
)
from app.storage.session import Conflict, WriteSession

log = logging.getLogger("candor.erasures")

What = tuple[Literal["benchmark", "submission"], int]
"""What is being erased, by the row of its mark."""

FLUSHES: Final = 600
PAUSE_SECONDS: Final = 0.05
LONGEST_PAUSE_SECONDS: Final = 0.5


def ask_erasure(desk: Desk, what: What) -> None:
    """Sees to it that what is marked is erased, in this process, later."""
    desk.erasures.ask(what, partial(_erased, desk, what))


def resume_erasures(desk: Desk) -> None:
    """Sees to it that what a process left half erased is finished, later."""
    desk.erasures.ask("unfinished", partial(_resumed, desk))


def erase_marked(desk: Desk, what: What, *, stopped: Callable[[], bool]) -> bool:
    """Erases what is marked, beside others who do the same; False where `stopped` said so first."""
    while True:
        begun = time.monotonic()
        if not patiently(partial(_step, desk, what)):
            break
        if stopped():
            return False
        # As long as it took: others who write get their turn.
        took = time.monotonic() - begun
        time.sleep(min(max(took, PAUSE_SECONDS / 10), LONGEST_PAUSE_SECONDS))
    _flush(desk)
    return True


def _step(desk: Desk, what: What) -> bool:
    """Some rows less, in a transaction of its own; whether there were any."""
    kind, row = what
    act: Callable[[WriteSession, int], bool] = erase_some if kind == "benchmark" else erase_answers
    try:
        with desk.database.writing() as session:
            return act(session, row)
    except Conflict:
        # Somebody has just made use of a model that nobody used any more: look again.
        return True


def _flush(desk: Desk) -> None:
    for _ in range(FLUSHES):
        if patiently(partial(flush_deleted, desk.database)):
            return
        time.sleep(PAUSE_SECONDS)
    log.warning("readers hold the write-ahead log; it keeps erased rows until it is next emptied")


def _erased(desk: Desk, what: What) -> bool | None:
    """None, so that it may be asked for again, where the process is about to end."""
    return erase_marked(desk, what, stopped=desk.erasures.stopped) or None


def _resumed(desk: Desk) -> None:
    with desk.database.reading() as session:
        benchmarks = deleted_with_contents(session)
        submissions = erased_with_answers(session)
    for row in benchmarks:
        ask_erasure(desk, ("benchmark", row))
    for row in submissions:
        ask_erasure(desk, ("submission", row))
