"""Limits concurrent CPU-heavy requests, so that light ones are still answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Final

from app.problem import Problem

AT_ONCE: Final = 4
PATIENCE: Final = 20.0
"""Seconds that a request waits for its turn before it is told to come back."""


class ConcurrencyLimiter:
    """Lets `at_once` pieces of work through at a time, in this process."""

    def __init__(self, *, at_once: int = AT_ONCE, patience: float = PATIENCE) -> None:
        self._free = BoundedSemaphore(at_once)
        self._patience = patience

    @contextmanager
    def acquire(self) -> Iterator[None]:
        """Waits for a free slot and takes it. Raises `unavailable` on timeout."""
        if not self._free.acquire(timeout=self._patience):
            raise Problem("unavailable", "Too much is being computed at the moment.", retry_after=5)
        try:
            yield
        finally:
            self._free.release()
