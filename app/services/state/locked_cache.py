"""A least-recently-used cache that threads may share."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Final, Generic, TypeVar

from cachetools import LRUCache

Value = TypeVar("Value")
ENTRIES: Final = 256
"""Values kept in memory; the least recently used leaves first."""


class LockedCache(Generic[Value]):
    """Values by key, of a size of at most `most` together. Safe to share between threads.

    Each counts as `size_of` it, by default as 1. One that is larger than `most` is kept alone.
    """

    def __init__(
        self, *, most: int = ENTRIES, size_of: Callable[[Value], int] | None = None
    ) -> None:
        most = max(most, 1)
        size = None if size_of is None else lambda value: min(size_of(value), most)
        self._values: LRUCache[Hashable, Value] = LRUCache(most, getsizeof=size)
        self._lock = Lock()

    def get(self, key: Hashable) -> Value | None:
        """The value kept under `key`, or None."""
        with self._lock:
            return self._values.get(key)

    def put(self, key: Hashable, value: Value) -> Value:
        """Keeps `value` and returns it."""
        with self._lock:
            self._values[key] = value
        return value

    def keep(self, key: Hashable, value: Value) -> Value:
        """What is kept under `key` already, else `value`, which is kept now."""
        with self._lock:
            return self._values.setdefault(key, value)
