"""A least-recently-used cache that threads may share."""

from collections.abc import Hashable
from threading import Lock
from typing import Final, Generic, TypeVar

from cachetools import LRUCache

Value = TypeVar("Value")
ENTRIES: Final = 256
"""Values kept in memory; the least recently used leaves first."""


class LockedCache(Generic[Value]):
    """At most `entries` values by key. Safe to share between threads."""

    def __init__(self, *, entries: int = ENTRIES) -> None:
        self._values: LRUCache[Hashable, Value] = LRUCache(maxsize=entries)
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
