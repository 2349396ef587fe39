"""When to try again, and how long to wait: full jitter, and never sooner than the server asks.

    wait = random in [0, min(20 s, 0.5 s * 2^tries)], at least Retry-After

M. Brooker (2015), Exponential Backoff And Jitter. Every write carries an idempotency key, so that
a request whose reply was lost can be sent again.
"""

import random
from dataclasses import dataclass
from typing import Final

from candor_client.errors import ServerFault, Unreachable

RETRIED: Final = frozenset({408, 425, 429, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to keep trying: at most `attempts`, at most `seconds`."""

    attempts: int = 8
    seconds: float = 120.0
    first_wait: float = 0.5
    longest_wait: float = 20.0


class Backoff:
    """Decides after each failure: False to give up, else the seconds to wait."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._tries = 0

    def __call__(self, error: Exception) -> bool | float:
        """For stamina: may this be tried again, and when?"""
        if isinstance(error, Unreachable):
            asked = 0.0
        elif isinstance(error, ServerFault) and error.status in RETRIED:
            asked = error.retry_after or 0.0
        else:
            return False
        if asked > self._patience.seconds:
            return False
        ceiling = min(
            self._patience.longest_wait, self._patience.first_wait * 2.0 ** min(self._tries, 30)
        )
        self._tries += 1
        jitter = random.uniform(0, ceiling)
        return asked + jitter * 0.1 if asked else jitter
