"""The caller: the identity and scopes behind a request's API key."""

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

    def reaches(self, benchmark_id: int | None) -> bool:
        """Whether the key is valid for a benchmark, given its row id: it is unbound, or bound to
        this very one.

        Check this before anything else: a bound key is its owner on its benchmark alone, and
        a stranger everywhere else.
        """
        return self.benchmark_id in {None, benchmark_id}

    @property
    def administers(self) -> bool:
        """Whether the key carries every scope."""
        return "admin" in self.scopes
