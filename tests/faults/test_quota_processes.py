"""A quota holds over several processes: as many are stored as it says, and not one more.

The processes are servers of their own on one database, so that each gets its share of the requests.
"""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.faults.process import ask, serving
from tests.served import first_key

K, EACH, STREAMS = 9, 8, 6


@contextmanager
def servers(folder: Path, database_url: str, **more: str) -> Iterator[list[str]]:
    """The addresses of two servers on one database."""
    with ExitStack() as stack:
        addresses = []
        for number in range(2):
            home = folder / f"server-{number}"
            home.mkdir()
            wanted = serving(home, database_url, more, writes_per_minute="100000")
            addresses.append(stack.enter_context(wanted)[0])
        yield addresses


def submit_to_all(addresses: list[str], key: str) -> None:
    """Several streams at once, each to the servers in turn."""
    address = addresses[0]
    items = [{"key": f"q{n}", "accepted": [str(n)]} for n in range(5)]
    body = {"slug": "five", "matcher": "text", "items": items, "quota": {"per_day": K}}
    assert ask(address, "/benchmarks", key=key, body=body)[0] == 201

    def stream(number: int) -> list[int]:
        said = []
        for turn in range(EACH):
            sent = {
                "model": {"name": f"m{number}-{turn}"},
                "predictions": [{"item": f"q{n}", "answer": str(n)} for n in range(5)],
            }
            there = addresses[(number + turn) % len(addresses)]
            status, reply = ask(there, "/benchmarks/five/submissions", key=key, body=sent)
            assert status in {201, 429}, reply
            assert status == 201 or reply["code"] == "quota-exceeded"
            said.append(status)
        return said

    with ThreadPoolExecutor(STREAMS) as pool:
        said = [status for found in pool.map(stream, range(STREAMS)) for status in found]
    _, listed = ask(address, "/benchmarks/five/submissions?limit=1000")
    assert (said.count(201), len(listed["data"])) == (K, K), "the quota did not hold"


def test_several_processes_store_exactly_the_quota(database_url: str, tmp_path: Path) -> None:
    key = first_key(database_url)
    with servers(tmp_path, database_url) as addresses:
        submit_to_all(addresses, key)


BY_PROCESS = """
from app.services.submissions import quota as submission_quota
from app.services.submissions import submit
made = []
def by_process(session, caller, benchmark_id, *, at):
    quota = submission_quota.current_quota(session, benchmark_id)
    if quota is None:
        return None
    made.append(at)
    count = submission_quota.SubmissionCount(len(made), len(made))
    left = submission_quota.left_of(quota, count, at=at)
    if len(made) > quota.per_day:
        raise submission_quota._used_up(quota, left, at=at)
    return left
submit.spend_quota = by_process
"""
"""Planted in every process: each counts for itself."""


def test_the_check_finds_processes_that_count_for_themselves(
    sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "candor.db")
    (tmp_path / "sitecustomize.py").write_text(BY_PROCESS)
    url = f"sqlite:///{tmp_path / 'candor.db'}"
    key = first_key(url)
    with (
        servers(tmp_path, url, PYTHONPATH=str(tmp_path)) as addresses,
        pytest.raises(AssertionError, match="the quota did not hold"),
    ):
        submit_to_all(addresses, key)
