"""The processes that serve: one alone, or several that a first process starts and watches.

uvicorn's own supervisor is not used. It waits for each worker's answer in turn, so that it neither
hears a signal nor sees a death while one of them is starting; it logs no death that
`uvicorn.error` at warning would show; and its workers outlive it.

This module is imported by each worker before anything else, so it imports nothing of the
application: a worker must be able to answer the first process long before it can serve.
"""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from threading import Thread
from types import FrameType
from typing import Final

import structlog
import uvicorn

from app.problem import Problem

UNANSWERED_SECONDS: Final = 120
"""A worker that has not answered for so long is killed and replaced."""
GRACE_SECONDS: Final = 30
"""How long requests may take to finish once the server is told to end."""
SENDER_SECONDS: Final = 10
"""How long of this a client has to finish sending its request's body."""
_KILL_SECONDS: Final = 2 * GRACE_SECONDS
"""A worker still there so long after it was told to end is killed."""
_TRIES: Final = 3
"""So many workers in a row that end before they serve make a start that cannot succeed."""
_LONGEST_PAUSE: Final = 30
_TICK_STARTING, _TICK_SERVING = 0.1, 0.5
"""Seconds between two questions to a worker."""

log = structlog.get_logger("candor.server")
_spawn = get_context("spawn")


def serve(config: uvicorn.Config, *, serving: Callable[[], None]) -> None:
    """Serves until a signal ends it, with `config.workers` processes.

    `serving` is called once, when every process accepts requests. Raises `unavailable` where the
    workers end before they serve, and SystemExit where the only process cannot start.
    """
    if config.workers > 1:
        Workers(config, serving=serving).run()
        return
    server = _Server(config, serving=serving)
    with _ends_in_order(server):
        server.run()


class _Server(uvicorn.Server):
    """uvicorn's server, which reports when it serves and does not wait for slow senders."""

    def __init__(self, config: uvicorn.Config, serving: Callable[[], None] | None = None) -> None:
        super().__init__(config)
        self._serving = serving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self._serving is not None and not self.should_exit:
            self._serving()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        import asyncio  # noqa: PLC0415  the first process of several needs no event loop

        cutting = asyncio.create_task(self._cut_slow_senders())
        try:
            await super().shutdown(sockets=sockets)
        finally:
            cutting.cancel()

    async def _cut_slow_senders(self) -> None:
        """Closes connections whose request is still being sent: nothing of it was stored."""
        import asyncio  # noqa: PLC0415

        await asyncio.sleep(SENDER_SECONDS)
        for protocol in list(self.server_state.connections):
            exchange = getattr(protocol, "cycle", None)
            if exchange is not None and exchange.more_body:
                protocol.transport.close()


@contextmanager
def _ends_in_order(server: uvicorn.Server) -> Iterator[None]:
    """Lets SIGINT and SIGTERM end `server` with exit status 0.

    uvicorn raises the signal again once it has shut down; the process that started us would see
    one that was killed.
    """

    def end(_: int, __: FrameType | None) -> None:
        server.should_exit = True

    before = {signum: signal.signal(signum, end) for signum in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


def _work(config: uvicorn.Config, sockets: list[socket.socket], first: Connection) -> None:
    """A worker's whole life; `first` is its line to the first process."""
    server = _Server(config)
    Thread(target=_answer, args=(first, server), daemon=True).start()
    with _ends_in_order(server):
        server.run(sockets=sockets)


def _answer(first: Connection, server: uvicorn.Server) -> None:
    """Reports to the first process whether this one serves; ends this one when there is no first.

    Only the first process holds the other end: it closes when it wants this one to end, and when
    it ends itself, however that comes about.
    """
    with suppress(EOFError, OSError):
        while True:
            first.recv_bytes()
            first.send_bytes(b"serving" if server.started else b"starting")
    if not server.started:
        os._exit(0)
    server.should_exit = True
    time.sleep(_KILL_SECONDS)
    os._exit(1)


class _Worker:
    """One worker, as the first process sees it."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket]) -> None:
        self.line, theirs = _spawn.Pipe()
        self.process = _spawn.Process(target=_work, args=(config, sockets, theirs))
        self.process.start()
        theirs.close()
        self.serves = False
        self._asked: float | None = None

    @property
    def unanswered(self) -> float:
        """Seconds since a question that is still open; 0 without one."""
        return 0.0 if self._asked is None else time.monotonic() - self._asked

    def ask(self) -> bool:
        """Reads the answer that has come, and asks again; whether it serves since this answer.

        Never waits.
        """
        before = self.serves
        with suppress(EOFError, OSError):
            while self.line.poll():
                self.serves = self.line.recv_bytes() == b"serving"
                self._asked = None
            if self._asked is None:
                self.line.send_bytes(b"?")
                self._asked = time.monotonic()
        return self.serves and not before

    def end(self) -> None:
        """Ends it: gracefully if it serves, immediately otherwise."""
        if not self.serves:
            self.process.kill()
        self.line.close()


class Workers:
    """The first process of several: starts workers, replaces those that end, ends them all."""

    def __init__(self, config: uvicorn.Config, *, serving: Callable[[], None]) -> None:
        self._config = config
        self._serving = serving
        self._announced = False
        self._ending = False
        self._failures = 0
        self._next_start = 0.0

    def run(self) -> None:
        """Serves until a signal. Raises `unavailable` for a start that cannot succeed."""
        ends = (signal.SIGINT, signal.SIGTERM)
        before = {signum: signal.signal(signum, self._end) for signum in ends}
        listening = [self._config.bind_socket()]
        workers: list[_Worker] = []
        try:
            while not self._ending:
                self._fill(workers, listening)
                tick = _TICK_SERVING if self._announced else _TICK_STARTING
                connection.wait([worker.process.sentinel for worker in workers], tick)
                for worker in workers.copy():
                    self._look_at(worker, workers)
                if not self._announced and len(workers) == self._config.workers:
                    self._announce_once(workers)
        finally:
            for bound in listening:
                bound.close()
            _end_all(workers)
            for signum, handler in before.items():
                signal.signal(signum, handler)

    def _end(self, _: int, __: FrameType | None) -> None:
        self._ending = True

    def _fill(self, workers: list[_Worker], listening: list[socket.socket]) -> None:
        """Starts the workers that are missing, after a pause where some have failed to start."""
        if time.monotonic() < self._next_start:
            return
        while len(workers) < self._config.workers:
            worker = _Worker(self._config, listening)
            log.debug("worker started", pid=worker.process.pid)
            workers.append(worker)

    def _announce_once(self, workers: list[_Worker]) -> None:
        if all(worker.serves for worker in workers):
            self._announced = True
            self._serving()

    def _look_at(self, worker: _Worker, workers: list[_Worker]) -> None:
        if worker.ask():
            self._failures = 0
        alive = worker.process.is_alive()
        if alive and worker.unanswered < UNANSWERED_SECONDS:
            return
        if alive:
            worker.process.kill()
        worker.process.join()
        worker.line.close()
        workers.remove(worker)
        how = f"did not answer for {UNANSWERED_SECONDS} s" if alive else _how(worker.process)
        if not self._ending:
            self._replace(worker, how, left=workers)

    def _replace(self, worker: _Worker, how: str, *, left: list[_Worker]) -> None:
        """Logs that a worker ended and replaces it; gives up where that cannot help."""
        self._failures += not worker.serves
        pause = 0 if worker.serves else min(2 ** (self._failures - 1) - 1, _LONGEST_PAUSE)
        hopeless = self._failures >= _TRIES and not any(other.serves for other in left)
        follows = "none" if hopeless else "another is started"
        log.error(
            "worker ended",
            pid=worker.process.pid,
            how=how,
            served=worker.serves,
            follows=f"{follows} in {pause} s" if pause and not hopeless else follows,
        )
        if hopeless:
            raise Problem(
                "unavailable",
                f"{self._failures} workers in a row ended before they could serve, the last one "
                f"with {how}; the lines above say why.",
            )
        self._next_start = time.monotonic() + pause


def _how(process: object) -> str:
    """A description of how a process ended."""
    code = getattr(process, "exitcode", None)
    if code is None or code >= 0:
        return f"exit status {code}"
    try:
        return f"signal {-code} ({signal.Signals(-code).name})"
    except ValueError:
        return f"signal {-code}"


def _end_all(workers: list[_Worker]) -> None:
    """Ends all workers and waits for them; kills those that do not end in time."""
    for worker in workers:
        worker.end()
    deadline = time.monotonic() + _KILL_SECONDS
    for worker in workers:
        worker.process.join(max(0.0, deadline - time.monotonic()))
        if worker.process.is_alive():
            log.error("worker killed", pid=worker.process.pid, how="it did not end in time")
            worker.process.kill()
            worker.process.join()
