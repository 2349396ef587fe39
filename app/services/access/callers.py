"""The caller: the identity and scopes behind a request's API key.

The write rate limit of a key, counted in the database and so over all processes.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, get_args

from app.problem import Problem
from app.services.state.app_state import AppState
from app.storage.database.session import WriteSession
from app.storage.keys import count_write

Scope = Literal["submit", "maintain", "admin"]
"""What a key may do; `admin` includes the others."""
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller. `key_row` is the key's row, `key` its public id.

    `benchmark_id` and `benchmark` (the slug) are set where the key is bound to one benchmark.
    `last_used_at` is what was stored before this request.
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


def spend_write(session: WriteSession, app_state: AppState, caller: Caller) -> None:
    """Counts one write of the caller's key; raises `rate-limited` beyond the desk's limit.

    Call it late in the transaction: callers with the same key wait for each other from here on.
    """
    now = datetime.now(UTC)
    if count_write(session, caller.key_row, now) > app_state.writes_per_minute:
        raise Problem(
            "rate-limited",
            f"A key may write {app_state.writes_per_minute} times a minute; wait and try again.",
            retry_after=60 - now.second,
        )
