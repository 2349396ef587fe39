"""The caller: who holds the key that a request came with."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller. `key_row` is the key's row, `key` its public id.

    `benchmark_id` and `benchmark` (the slug) are set where the key is bound to one benchmark.
    Scopes: submit, maintain, admin. `last_used_at` is what was stored before this request.
    """

    owner_id: int
    owner: str
    scopes: frozenset[str]
    key_row: int
    key: str
    benchmark_id: int | None = None
    benchmark: str | None = None
    request_id: str | None = None
    last_used_at: datetime | None = None

    @property
    def administers(self) -> bool:
        """Whether the key carries every scope."""
        return "admin" in self.scopes
