"""The limits of reads and of wrong tokens a minute, counted in this process.

Writes are counted in the database (`services/access/callers.py`).
"""

import hashlib
import math
import time

import limits
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from app.problem import Problem
from app.services.access.tokens import Token


class ReadLimiter:
    """Counts reads and wrong tokens in this process; writes are counted in the database.

    Only those who fail are refused for failing: a token is looked at before any count of wrong
    ones is, so that a valid key is served whatever else comes from its address.
    """

    def __init__(self, *, reads_per_minute: int, failures_per_minute: int) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._reads = limits.RateLimitItemPerMinute(reads_per_minute)
        self._failures = limits.RateLimitItemPerMinute(failures_per_minute)

    @property
    def reads_per_minute(self) -> int:
        """Reads that one address, or one key, may make in a minute."""
        return int(self._reads.amount)

    def read(self, who: str) -> None:
        """Raises `rate-limited` when `who` has read too often this minute."""
        if not self._limiter.hit(self._reads, "read", who):
            detail = f"At most {self._reads.amount} reads a minute are served."
            raise self._too_many(detail, self._reads, "read", who)

    def refusal(self, problem: Problem, *, address: str, token: Token | None = None) -> Problem:
        """Counts a wrong token, by address and by the id it names; what to answer with: `problem`,
        or `rate-limited` once there were too many this minute."""
        counts = [("failure", address)]
        if token is not None:
            # Of the id a few bits: enough to count by, too few to fill the memory with made-up
            # ids, and the same for ids that exist and that do not.
            counts.append(("failure-id", hashlib.sha256(token.id.encode()).hexdigest()[:4]))
        # A list, because each must be counted.
        within = [self._limiter.hit(self._failures, *count) for count in counts]
        if all(within):
            return problem
        detail = "Too many tokens that are not valid came from this address or named this key."
        return self._too_many(detail, self._failures, *counts[within.index(False)])

    def _too_many(self, detail: str, limit: limits.RateLimitItem, *counted: str) -> Problem:
        left = self._limiter.get_window_stats(limit, *counted).reset_time - time.time()
        seconds = min(60, max(1, math.ceil(left)))
        return Problem("rate-limited", f"{detail} Wait {seconds} s.", retry_after=seconds)
