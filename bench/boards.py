"""How fast is a board: first and later reads over HTTP, and its rank ranges.

    python -m bench.boards [--models 1000]

1. A board of 1,000 submissions on SQLite: the first read of a process (cold), then the top 100 at
   another target each time (warm), against a 304 in the same run: at most 4 times.
2. Rank ranges of 200 models on 1,000 items, and the agreement of two rules over them: at most 3
   and 10 seconds of processor time.

Each side is the best processor time of several runs, server and client together, so that other
work on the machine does not count. Ends with 1 where a budget is passed.
"""

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Final

import httpx2
import numpy as np
import structlog

from app.scoring.comparison.agreement import order_agreement
from app.scoring.comparison.ranks import rank_ranges
from app.storage.database.migrate import upgrade
from bench.pages import fill
from tests.served import first_key
from tests.web.browser import serving

READS: Final = 100
MODELS: Final = 200
ITEMS: Final = 1_000
TIMES_A_304: Final = 4.0
RANGES_SECONDS: Final = 3.0
AGREEMENT_SECONDS: Final = 10.0
PATH: Final = "/api/v1/benchmarks/big/leaderboard"


def main() -> int:
    """Fills, measures, prints one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=int, default=1_000)
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    print(f"{'':40}{'taken':>12}{'times a 304':>13}{'budget':>9}")
    cold, warm, unchanged = reads(asked.models)
    print(f"{f'first board of {asked.models:,} submissions':40}{cold:9.1f} ms")
    print(f"{'the same, 304':40}{unchanged:9.2f} ms{1:13.1f}")
    ratio = warm / unchanged
    print(f"{'top 100, another target each time':40}{warm:9.2f} ms{ratio:13.1f}{TIMES_A_304:9.1f}")
    ranges, agreement = tests_of_order()
    for name, seconds, budget in (
        (f"rank ranges, {MODELS} models, {ITEMS:,} items", ranges, RANGES_SECONDS),
        ("agreement of two rules over them", agreement, AGREEMENT_SECONDS),
    ):
        print(f"{name:40}{seconds:10.2f} s{'':13}{budget:7.0f} s")
    slow = ranges > RANGES_SECONDS or agreement > AGREEMENT_SECONDS
    return int(slow or ratio > TIMES_A_304)


def reads(models: int) -> tuple[float, float, float]:
    """Milliseconds of the first board of a process, of a warm one, and of a 304."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/candor.db"
        upgrade(url)
        with serving(Path(folder), writes_per_minute=10**6) as address:
            fill(address, first_key(url), models=models, items=100)
        with serving(Path(folder)) as address, httpx2.Client(base_url=address, timeout=60) as api:
            api.get("/healthz").raise_for_status()
            first = taken(lambda: api.get(PATH, params={"target": 0.75}).raise_for_status())
            settle(api)
            tag = api.get(PATH, params={"target": 0.75}).headers["etag"]
            targets = cycle(step / 100 for step in range(100))
            warm, unchanged = [], []
            for _ in range(READS):
                target = next(targets)
                warm.append(taken(partial(_board, api, target)))
                unchanged.append(taken(lambda: _unchanged(api, tag)))
    return first, float(np.median(warm)), float(np.median(unchanged))


def settle(api: httpx2.Client) -> None:
    """Waits until the rank ranges of the usual views are computed: they take turns in a thread."""
    calm, before = 0, time.process_time()
    while calm < 3:
        assert api.get(PATH).status_code == 200
        time.sleep(1)
        now = time.process_time()
        calm = calm + 1 if now - before < 0.2 else 0
        before = now


def _board(api: httpx2.Client, target: float) -> None:
    assert api.get(PATH, params={"target": target, "limit": 100}).status_code == 200


def _unchanged(api: httpx2.Client, tag: str) -> None:
    reply = api.get(PATH, params={"target": 0.75}, headers={"If-None-Match": tag})
    assert reply.status_code == 304


def taken(side: Callable[[], object]) -> float:
    """Processor milliseconds of one run, all threads of the process."""
    start = time.process_time()
    side()
    return 1_000 * (time.process_time() - start)


def tests_of_order() -> tuple[float, float]:
    """Processor seconds of the rank ranges of a board, and of the agreement of two rules."""
    draw = np.random.default_rng(3)
    skill = draw.uniform(0.2, 0.9, MODELS)
    # Items are of different difficulty, and the same for all, as on a real board.
    right = draw.random((ITEMS, MODELS)) < skill * draw.uniform(0.4, 1.1, (ITEMS, 1))
    silent = ~right & (draw.random((ITEMS, MODELS)) < 0.5)
    binary = right.astype(np.float64)
    priced = np.where(silent, 0.0, np.where(right, 1.0, -3.0))
    ranges = taken(lambda: rank_ranges(priced, widest=4, generator=np.random.default_rng(1)))
    agreement = taken(lambda: order_agreement(binary, priced, generator=np.random.default_rng(1)))
    return ranges / 1_000, agreement / 1_000


if __name__ == "__main__":
    sys.exit(main())
