"""Several processes on one database: what one was told, every other tells at once.

Each exchange has a connection of its own, so that the system hands it to whichever process is free.
"""

import re
import shutil
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.faults.process import ask, serving
from tests.served import first_key
from tests.waiting import CEILING

ITEMS, STREAMS, EACH = 20, 6, 6


@pytest.fixture
def running(database_url: str, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A server's address and its admin key; as many processes as its database takes."""
    key = first_key(database_url)
    many = "2" if database_url.startswith("sqlite") else "3"
    rates = {"writes_per_minute": "100000", "reads_per_minute": "100000"}
    with serving(tmp_path, database_url, workers=many, **rates) as (address, _):
        yield address, key


def publish(address: str, key: str) -> None:
    items = [{"key": f"q{n}", "accepted": [str(n)]} for n in range(ITEMS)]
    body = {"slug": "ten", "matcher": "text", "items": items}
    assert ask(address, "/benchmarks", key=key, body=body)[0] == 201


def predictions(right: int) -> list[dict[str, Any]]:
    return [{"item": f"q{n}", "answer": str(n) if n < right else "?"} for n in range(ITEMS)]


def board(address: str, **asked: str) -> Any:
    query = "&".join(f"{name}={value}" for name, value in {"limit": "1000", **asked}.items())
    status, found = ask(address, f"/benchmarks/ten/leaderboard?{query}")
    assert status == 200, found
    return found


def submit_and_read(address: str, key: str) -> None:
    """Several writers at once; each looks for what it wrote, wherever it is asked."""
    publish(address, key)

    def stream(number: int) -> list[str]:
        kept = []
        for turn in range(EACH):
            body = {"model": {"name": f"m{number}-{turn}"}, "predictions": predictions(number)}
            once = {"Idempotency_Key": f"key-{number}-{turn}"}
            # Twice at the same time: by two processes, more often than not.
            with ThreadPoolExecutor(2) as pair:
                asked = [
                    pair.submit(
                        ask, address, "/benchmarks/ten/submissions", key=key, body=body, **once
                    )
                    for _ in range(2)
                ]
                replies = [one.result() for one in asked]
            assert {status for status, _ in replies} <= {200, 201, 409}, replies
            made = {reply["id"] for status, reply in replies if status != 409}
            assert len(made) == 1
            kept += made
            for _ in range(3):
                there = {row["submission"] for row in board(address)["data"]}
                assert set(kept) <= there, "another process has not heard of it"
        return kept

    with ThreadPoolExecutor(STREAMS) as pool:
        made = [one for found in pool.map(stream, range(STREAMS)) for one in found]
    shown = [board(address) for _ in range(12)]
    assert {one["total"] for one in shown} == {STREAMS * EACH}
    assert sorted(row["submission"] for row in shown[0]["data"]) == sorted(made)
    assert all(one["data"] == shown[0]["data"] for one in shown[1:] if not _pending(one, shown[0]))


def test_a_writer_reads_its_own_submission_from_any_process(running: tuple[str, str]) -> None:
    submit_and_read(*running)


DEAF = """
from app.services.state import board_cache as boards
listening = boards._catch_up
boards._catch_up = lambda session, benchmark, kept: kept.now.rows or listening(
    session, benchmark, kept)
"""
"""Planted in every process: one that has seen a board with rows never asks for newer ones."""


def test_the_check_finds_a_process_that_does_not_listen(
    sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "candor.db")
    (tmp_path / "sitecustomize.py").write_text(DEAF)
    url = f"sqlite:///{tmp_path / 'candor.db'}"
    key = first_key(url)
    with (
        serving(tmp_path, url, {"PYTHONPATH": str(tmp_path)}, workers="2") as (address, _),
        pytest.raises(AssertionError, match="has not heard of it"),
    ):
        submit_and_read(address, key)


def _pending(*boards: Any) -> bool:
    """Whether one of the boards still waits for its rank ranges."""
    return any(row["rank_range"] is None for one in boards for row in one["data"])


def test_a_revoked_key_and_a_new_revision_are_known_everywhere(running: tuple[str, str]) -> None:
    address, key = running
    publish(address, key)
    issued = ask(address, "/keys", key=key, body={"owner": "ada", "scopes": ["submit"]})[1]
    body = {"model": {"name": "quill"}, "predictions": predictions(15)}
    for _ in range(8):
        reply = ask(address, "/benchmarks/ten/submissions", key=issued["token"], body=body)
        assert reply[0] in {200, 201}
    request = urllib.request.Request(
        f"{address}/api/v1/keys/{issued['id']}",
        method="DELETE",
        headers={"Authorization": f"Bearer {key}"},
    )
    urllib.request.urlopen(request, timeout=CEILING).close()
    for turn in range(12):
        other = body | {"model": {"name": f"late-{turn}"}}
        assert (
            ask(address, "/benchmarks/ten/submissions", key=issued["token"], body=other)[0] == 401
        )

    items = [{"key": f"q{n}", "accepted": [str(n + 1)]} for n in range(ITEMS)]
    asked = {"items": items}
    status, said = ask(address, "/benchmarks/ten/revisions", key=key, body=asked)
    assert status in {200, 201, 202}, said
    deadline = time.monotonic() + CEILING
    while board(address)["revision"] == 1:
        assert time.monotonic() < deadline, "revision 2 is not shown"
    for _ in range(12):
        seen = board(address, target="0")
        assert (seen["revision"], seen["data"][0]["score"]["value"]) == (2, 0.0)
        assert board(address, revision="1", target="0")["data"][0]["score"]["value"] == 15 / ITEMS


def test_figures_are_of_all_processes(running: tuple[str, str]) -> None:
    address, key = running
    publish(address, key)
    for _ in range(30):
        board(address)
    route = re.escape('candor_requests_total{method="GET",route="/benchmarks/{slug}/leaderboard"')
    for _ in range(6):
        with urllib.request.urlopen(f"{address}/metrics", timeout=CEILING) as reply:
            found = re.findall(route + r',status="200"\} (\S+)', reply.read().decode())
        assert found == ["30.0"]
