"""Whether the demo is there: asked at every start, so nothing of the demo itself is imported."""

from typing import Final

from app.services.access.keys import DEMO_OWNER
from app.storage.benchmarks import count_benchmarks
from app.storage.database.session import ReadSession
from app.storage.demo import count_made

PARTS: Final = {"letter-counts": 12, "gpqa-diamond-counts": 9}
"""The demo's benchmarks, and how many submissions each has."""


def is_made(session: ReadSession) -> bool:
    """Whether there is nothing to load: the demo was made once, or others came first.

    What was made and then withdrawn or deleted is not made again.
    """
    benchmarks, submissions = count_made(session, DEMO_OWNER)
    if benchmarks == 0:
        return count_benchmarks(session) > 0
    return benchmarks >= len(PARTS) and submissions >= sum(PARTS.values())
