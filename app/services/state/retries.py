"""Retries while the database is busy or restarting."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

from app.problem import Problem

TRIES: Final = 60
PAUSE_SECONDS: Final = 1.0

Result = TypeVar("Result")


def retry_when_busy(work: Callable[[], Result]) -> Result:
    """What `work` returns, tried for about a minute while the database is unavailable."""
    for _ in range(TRIES):
        try:
            return work()
        except Problem as problem:
            if problem.code != "unavailable":
                raise
            time.sleep(PAUSE_SECONDS)
    return work()
