"""What is counted of requests, summed over all processes that serve them.

Each process of several writes its figures to a folder they share, because a scrape reaches only one
of them. The folder is named in the environment, where prometheus-client looks when it is imported:
`shared_figures` must come before the processes start.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"

REQUESTS: Final = Counter(
    "candor_requests_total", "Requests served, by route.", ("method", "route", "status")
)
SECONDS: Final = Histogram(
    "candor_request_seconds", "From the first byte in to the last byte out.", ("method", "route")
)


@contextmanager
def shared_figures(processes: int) -> Iterator[None]:
    """A folder for the figures of several processes, for as long as they serve; none for one."""
    if processes == 1 or _FOLDER in os.environ:
        yield
        return
    with TemporaryDirectory(prefix="candor-figures-") as folder:
        os.environ[_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[_FOLDER]


def count_request(*, method: str, route: str, status: int, seconds: float) -> None:
    """One more request of a route, which took so long."""
    REQUESTS.labels(method, route, status).inc()
    SECONDS.labels(method, route).observe(seconds)


def figures() -> bytes:
    """All figures in Prometheus' text format."""
    if _FOLDER not in os.environ:
        return generate_latest()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
