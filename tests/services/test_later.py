"""Work for later: once, one at a time, nobody waits, and it ends when it is told to."""

import threading
from threading import Event

from app.services.state.background_jobs import WAITING, BackgroundJobs
from tests.waiting import CEILING, wait_until


def test_what_is_asked_for_twice_is_done_once() -> None:
    jobs: BackgroundJobs[int] = BackgroundJobs()
    go, done = Event(), []

    def work() -> int:
        assert go.wait(CEILING)
        done.append(1)
        return 7

    assert [jobs.ask("a", work) for _ in range(5)] == [None] * 5
    assert jobs.result("a") is None
    go.set()
    assert jobs.wait("a", seconds=CEILING) == 7
    assert jobs.settle(seconds=CEILING)
    assert (jobs.ask("a", work), done) == (7, [1])


def test_one_at_a_time_in_the_order_asked() -> None:
    jobs: BackgroundJobs[int] = BackgroundJobs()
    inside: list[int] = []
    order: list[int] = []

    def work(n: int) -> int:
        inside.append(n)
        assert len(inside) == 1
        order.append(inside.pop())
        return n

    for n in range(20):
        jobs.ask(n, lambda n=n: work(n))
    assert jobs.settle(seconds=CEILING)
    assert order == list(range(20))
    assert [jobs.result(n) for n in range(20)] == order


def test_work_that_fails_or_comes_to_nothing_may_be_asked_for_again() -> None:
    jobs: BackgroundJobs[int] = BackgroundJobs()
    tries: list[int] = []

    def work() -> int | None:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("not today")
        return None if len(tries) == 2 else 3

    found = []
    for _ in range(3):
        jobs.ask("a", work)
        assert jobs.settle(seconds=CEILING)
        found.append(jobs.result("a"))
    assert found == [None, None, 3]


def test_so_many_wait_and_no_more() -> None:
    jobs: BackgroundJobs[int] = BackgroundJobs()
    started, go = Event(), Event()

    def first() -> int:
        started.set()
        return int(go.wait(CEILING))

    jobs.ask("first", first)
    assert started.wait(CEILING)
    for n in range(WAITING + 5):
        jobs.ask(n, lambda n=n: n)
    go.set()
    assert jobs.settle(seconds=CEILING)
    assert jobs.result(WAITING - 1) == WAITING - 1
    assert jobs.result(WAITING) is None


def test_it_ends_when_told_and_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    jobs: BackgroundJobs[int] = BackgroundJobs()
    started = Event()

    def work() -> int | None:
        started.set()
        while not jobs.stopped():
            started.wait(0.01)
        return None

    jobs.ask("long", work)
    jobs.ask("next", lambda: 1)
    assert started.wait(CEILING)
    jobs.stop()
    assert jobs.settle(seconds=CEILING)
    assert jobs.result("next") is None
    assert jobs.ask("late", lambda: 1) is None
    wait_until(lambda: set(threading.enumerate()) <= before, "the end of its thread")
