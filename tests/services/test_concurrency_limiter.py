"""The concurrency limiter: so many at a time, the others wait, and nobody waits for ever."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from app.problem import Problem
from app.services.state.background_jobs import ConcurrencyLimiter
from tests.waiting import CEILING


def test_so_many_pass_at_a_time_and_the_next_is_told_to_come_back() -> None:
    limiter = ConcurrencyLimiter(at_once=2, patience=0.01)
    inside, leave = Barrier(3), Event()

    def work() -> None:
        with limiter.acquire():
            inside.wait(timeout=CEILING)
            leave.wait(timeout=CEILING)

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(work) for _ in range(2)]
        inside.wait(timeout=CEILING)
        with pytest.raises(Problem) as refused, limiter.acquire():
            pass
        leave.set()
        for one in done:
            one.result()
    assert refused.value.code == "unavailable"
    assert refused.value.retry_after
    with limiter.acquire():
        pass


def test_a_failure_gives_its_turn_back() -> None:
    limiter = ConcurrencyLimiter(at_once=1, patience=0.01)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), limiter.acquire():
            raise ZeroDivisionError
    with limiter.acquire():
        pass
