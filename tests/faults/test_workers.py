"""The processes that serve: they start however slowly, are replaced when they die, and all end."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.faults.process import SERVER, serving
from tests.ports import free_port
from tests.waiting import CEILING, wait_until, wait_until_ready

IN_WORKERS = """
import os, sys, time
if "--multiprocessing-fork" in sys.orig_argv:
    {}
"""
"""A module that Python imports first of all, with something that happens in workers alone."""


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    shutil.copyfile(sqlite_template, tmp_path / "candor.db")
    return f"sqlite:///{tmp_path / 'candor.db'}"


def planted(folder: Path, what: str) -> dict[str, str]:
    """The environment in which every worker does `what` before anything else."""
    (folder / "sitecustomize.py").write_text(IN_WORKERS.format(what))
    return {"PYTHONPATH": str(folder)}


def lines(folder: Path, event: str) -> list[dict[str, Any]]:
    """What a server has logged of one kind."""
    text = (folder / "server.log").read_text()
    logged = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    return [line for line in logged if line["event"] == event]


def refused(address: str) -> bool:
    """Whether nobody listens at an address."""
    host, _, port = address.removeprefix("http://").partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=CEILING).close()
    except ConnectionRefusedError:
        return True
    return False


def starts(address: str, *, asked: int = 12) -> set[str]:
    """The starts that answer over connections of their own."""
    found = set()
    for _ in range(asked):
        with urllib.request.urlopen(f"{address}/readyz", timeout=CEILING) as reply:
            found.add(json.load(reply)["start"])
    return found


def test_workers_may_take_longer_to_start_than_the_library_allows(url: str, tmp_path: Path) -> None:
    slow = planted(tmp_path, "time.sleep(7)")
    with serving(tmp_path, url, slow, workers="2", log_level="debug") as (address, _):
        wait_until(lambda: lines(tmp_path, "serving"), "both serve")
        assert lines(tmp_path, "worker ended") == []
        assert len(lines(tmp_path, "worker started")) == 2
        assert len(starts(address)) == 1
        assert "serves at" in (tmp_path / "server.log").read_text()


def test_nothing_is_said_to_serve_before_it_does(url: str, tmp_path: Path) -> None:
    environment = os.environ | planted(tmp_path, "time.sleep(3600)") | settings_of(url, tmp_path)
    log = tmp_path / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen([SERVER, "serve"], env=environment, stdout=output, stderr=output)
        wait_until(lambda: lines(tmp_path, "worker started"), "a worker is started")
        assert "serves at" not in log.read_text()
        # It listens to a signal while its workers start, and they end with it.
        process.send_signal(signal.SIGTERM)
        assert process.wait(CEILING) == 0


def settings_of(url: str, folder: Path) -> dict[str, str]:
    return {
        "CANDOR_DATABASE_URL": url,
        "CANDOR_DATA_DIR": str(folder),
        "CANDOR_PORT": str(free_port()),
        "CANDOR_WORKERS": "2",
        "CANDOR_LOG_LEVEL": "debug",
    }


def test_a_start_that_cannot_succeed_ends_in_words(url: str, tmp_path: Path) -> None:
    environment = os.environ | planted(tmp_path, "os._exit(7)") | settings_of(url, tmp_path)
    done = subprocess.run(
        [SERVER, "serve"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "workers in a row ended before they could serve" in done.stderr
    assert done.stderr.count('"how": "exit status 7"') == 3
    assert "serves at" not in done.stdout
    assert "Traceback" not in done.stderr


def test_a_dead_worker_is_logged_and_replaced(url: str, tmp_path: Path) -> None:
    with serving(tmp_path, url, workers="2", log_level="debug") as (address, _):
        wait_until(lambda: lines(tmp_path, "serving"), "both serve")
        victim = lines(tmp_path, "worker started")[0]["pid"]
        os.kill(victim, signal.SIGKILL)
        wait_until(lambda: lines(tmp_path, "worker ended"), "the death is logged")
        (death,) = lines(tmp_path, "worker ended")
        assert (death["pid"], death["how"]) == (victim, "signal 9 (SIGKILL)")
        assert (death["served"], death["follows"]) == (True, "another is started")
        wait_until(lambda: len(lines(tmp_path, "worker started")) == 3, "another is started")
        assert len(starts(address)) == 1


def test_workers_end_with_their_first_process(url: str, tmp_path: Path) -> None:
    with serving(tmp_path, url, workers="2") as (address, process):
        wait_until(lambda: lines(tmp_path, "serving"), "both serve")
        process.send_signal(signal.SIGKILL)
        process.wait()
        wait_until(lambda: refused(address), "the port is free")


@pytest.mark.parametrize(("workers", "how"), [("1", signal.SIGINT), ("2", signal.SIGTERM)])
def test_an_orderly_end_is_no_failure(
    url: str, tmp_path: Path, workers: str, how: signal.Signals
) -> None:
    with serving(tmp_path, url, workers=workers) as (_, process):
        wait_until(lambda: lines(tmp_path, "serving"), "it serves")
        process.send_signal(how)
        assert process.wait(CEILING) == 0
    assert lines(tmp_path, "worker ended") == []
    assert "Traceback" not in (tmp_path / "server.log").read_text()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_slow_senders_do_not_hold_the_end(url: str, tmp_path: Path, workers: str) -> None:
    head = (
        b"POST /api/v1/score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: 100000\r\n\r\n["
    )
    with serving(tmp_path, url, workers=workers) as (address, process), ExitStack() as held:
        wait_until(lambda: lines(tmp_path, "serving"), "it serves")
        host, _, port = address.removeprefix("http://").partition(":")
        for _ in range(12):
            sender = held.enter_context(socket.create_connection((host, int(port))))
            sender.sendall(head)
        starts(address)  # what came before has been read by now
        process.send_signal(signal.SIGTERM)
        assert process.wait(CEILING) == 0
    log = (tmp_path / "server.log").read_text()
    assert "timeout graceful shutdown exceeded" not in log
    assert re.search(r'"status": 5\d\d', log) is None


def test_the_next_server_on_a_port_is_another_start(url: str, tmp_path: Path) -> None:
    seen = set()
    for turn in ("first", "second"):
        (tmp_path / turn).mkdir()
        with serving(tmp_path / turn, url, workers="2") as (address, _):
            wait_until(lambda turn=turn: lines(tmp_path / turn, "serving"), "both serve")
            seen |= starts(address)
    assert len(seen) == 2


def test_the_wait_for_a_server_fails_at_once_with_what_it_printed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("no such thing")
    process = subprocess.Popen(["false"])
    process.wait()
    with pytest.raises(AssertionError, match=r"(?s)ended with 1.*no such thing"):
        wait_until_ready(f"http://127.0.0.1:{free_port()}", start_id="x", process=process, log=log)
