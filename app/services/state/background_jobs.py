"""Later: work that a reader asks for and does not wait for, done once, one thing at a time.

A thread starts when something is asked for and ends when nothing is left. What is asked for twice
is done once; what came of it is kept until newer results push it out. Work that comes to None came
to nothing, and may be asked for again.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Condition, Thread
from typing import Final, Generic, TypeVar

Value = TypeVar("Value")
KEPT: Final = 256
WAITING: Final = 64
"""At most this many things wait; the rest is turned away, to be asked for again."""

log = logging.getLogger("candor.later")


class BackgroundJobs(Generic[Value]):
    """Results by name, and the work that is still to be done. Safe to share between threads."""

    def __init__(self) -> None:
        self._found: OrderedDict[Hashable, Value] = OrderedDict()
        self._asked: OrderedDict[Hashable, Callable[[], Value | None]] = OrderedDict()
        self._doing: Hashable | None = None
        self._thread: Thread | None = None
        self._changed = Condition()
        self._stopped = False

    def found(self, name: Hashable) -> Value | None:
        """What came of `name`, or None while there is nothing."""
        with self._changed:
            if name in self._found:
                self._found.move_to_end(name)
            return self._found.get(name)

    def stopped(self) -> bool:
        """Whether work that is being done had better come to its end."""
        return self._stopped

    def ask(self, name: Hashable, work: Callable[[], Value | None]) -> Value | None:
        """What came of `name`; None where it is still to be done, which this sees to."""
        with self._changed:
            known = name in self._found or name in self._asked or name == self._doing
            if not known and not self._stopped and len(self._asked) < WAITING:
                self._asked[name] = work
                self._start()
            return self._found.get(name)

    def wait(self, name: Hashable, *, seconds: float) -> Value | None:
        """What came of `name`, waited for as long as it is being done and time allows."""
        with self._changed:
            self._changed.wait_for(
                lambda: name not in self._asked and name != self._doing, timeout=seconds
            )
            return self._found.get(name)

    def settle(self, *, seconds: float) -> bool:
        """Waits until nothing is left to do; whether that came about in time."""
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
            # A daemon: what it does can be done again, so nobody need wait for it at the exit.
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
                    self._found[self._doing] = value
                while len(self._found) > KEPT:
                    self._found.popitem(last=False)
                self._doing = None
                self._changed.notify_all()

    def _do(self, work: Callable[[], Value | None]) -> Value | None:
        try:
            return work()
        except Exception:
            # Nobody waits for it, so nobody else would hear; whoever asks again tries again.
            log.exception("work for later failed")
            return None
