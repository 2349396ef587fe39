"""Background jobs: each is run once, one at a time, and its result is cached.

The thread starts with the first job and ends when the queue is empty. A job requested twice runs
once; its result is kept until newer ones displace it. A job that returns None is not cached and
may be requested again.

Limits concurrent CPU-heavy requests, so that light ones are still answered.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Condition, Thread
from typing import Final, Generic, TypeVar

from cachetools import LRUCache

from app.problem import Problem

Value = TypeVar("Value")
PENDING: Final = "pending"
"""The reason of a figure that a job has still to compute; ask again in a while."""

MAX_RESULTS: Final = 256
"""At most this many results are cached; the least recently read are displaced."""
WAITING: Final = 64
"""At most this many things wait; the rest is turned away, to be asked for again."""

log = logging.getLogger("candor.later")


class BackgroundJobs(Generic[Value]):
    """Results by name, and the work that is still to be done. Safe to share between threads."""

    def __init__(self) -> None:
        self._results: LRUCache[Hashable, Value] = LRUCache(MAX_RESULTS)
        self._asked: OrderedDict[Hashable, Callable[[], Value | None]] = OrderedDict()
        self._doing: Hashable | None = None
        self._thread: Thread | None = None
        self._changed = Condition()
        self._stopped = False

    def result(self, name: Hashable) -> Value | None:
        """The result of `name`, or None while there is none."""
        with self._changed:
            return self._results.get(name)

    def stopped(self) -> bool:
        """Whether work that is being done had better come to its end."""
        return self._stopped

    def ask(self, name: Hashable, work: Callable[[], Value | None]) -> Value | None:
        """The result of `name`; None if pending, and then the job is queued."""
        with self._changed:
            known = name in self._results or name in self._asked or name == self._doing
            if not known and not self._stopped and len(self._asked) < WAITING:
                self._asked[name] = work
                self._start()
            return self._results.get(name)

    def wait(self, name: Hashable, *, seconds: float) -> Value | None:
        """The result of `name`, waiting up to the given time while it is pending."""
        with self._changed:
            self._changed.wait_for(
                lambda: name not in self._asked and name != self._doing, timeout=seconds
            )
            return self._results.get(name)

    def settle(self, *, seconds: float) -> bool:
        """Waits until the queue is empty; whether it was in time."""
        with self._changed:
            return self._changed.wait_for(self._is_idle, timeout=seconds)

    def stop(self) -> None:
        """Forgets what waits and takes nothing more; what is being done may look at `stopped`."""
        with self._changed:
            self._stopped = True
            self._asked.clear()

    def _is_idle(self) -> bool:
        return self._thread is None

    def _start(self) -> None:
        if self._thread is None:
            # A daemon: its work can be repeated, so the process need not wait for it at exit.
            self._thread = Thread(target=self._run, name="candor-later", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._asked:
                    self._thread = None
                    self._changed.notify_all()
                    return
                self._doing, work = self._asked.popitem(last=False)
            value = self._do(work)
            with self._changed:
                if value is not None:
                    self._results[self._doing] = value
                self._doing = None
                self._changed.notify_all()

    def _do(self, work: Callable[[], Value | None]) -> Value | None:
        try:
            return work()
        except Exception:
            # No caller would see the error, so it is logged; the next request retries.
            log.exception("work for later failed")
            return None


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
