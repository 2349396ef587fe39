"""A server killed while it grades a revision: the old board stands, and the next start goes on."""

import json
import os
import signal
import subprocess
import urllib.request
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from app.services.access.keys import demo_caller
from app.services.benchmarks import regrade
from app.storage.database.session import Database
from app.storage.revisions import Revision, count_graded, list_revisions
from tests.faults.process import SERVER, serving
from tests.served import first_key
from tests.services.regraded import SLUG, corrected, desk_on, published, send, wrong_or_missing
from tests.waiting import CEILING, wait_until

N_ITEMS, SUBMISSIONS = 40, 60
HALF_WAY = 10
HELD = f"""
from threading import Event
from app.services.benchmarks import regrade
kept, keep = [], regrade._keep
def held(*what):
    if len(kept) == {HALF_WAY}:
        Event().wait()
    keep(*what)
    kept.append(what)
regrade._keep = held
"""
"""In the server that is killed: it grades so many submissions, opens the next transaction and stays
there, so that however busy the machine is, the kill comes half-way."""


def revise(address: str, key: str) -> None:
    """Asks for the revision; the reply may never come."""
    items = [{"key": f"q{place}", "accepted": [str(place + 1)]} for place in range(N_ITEMS)]
    request = urllib.request.Request(
        f"{address}/api/v1/benchmarks/{SLUG}/revisions",
        data=json.dumps({"items": items}).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with suppress(OSError):
        urllib.request.urlopen(request, timeout=CEILING).close()


def progress(database: Database) -> tuple[Revision | None, int]:
    """The second revision, if there is one, and how many submissions it has graded."""
    with database.reading() as session:
        found = list_revisions(session, 1)
        if len(found) < 2:
            return None, 0
        return found[1], count_graded(session, found[1])[0]


def killed_half_way(database: Database, folder: Path, url: str, key: str) -> int:
    """Kills the server in the middle of grading; how many it had graded."""
    (folder / "sitecustomize.py").write_text(HELD)
    with serving(folder, url, {"PYTHONPATH": str(folder)}) as (address, process):
        asking = Thread(target=revise, args=(address, key))
        asking.start()
        wait_until(lambda: progress(database)[1] == HALF_WAY, "the middle of the grading")
        process.send_signal(signal.SIGKILL)
        process.wait()
        asking.join()
    revision, graded = progress(database)
    assert revision is not None
    assert not revision.complete
    return graded


def read(address: str, path: str) -> Any:
    with urllib.request.urlopen(f"{address}/api/v1{path}", timeout=CEILING) as reply:
        return json.load(reply)


@pytest.fixture
def sent(database: Database) -> dict[str, int]:
    app_state = desk_on(database)
    caller = published(app_state, n_items=N_ITEMS)
    numbers = range(SUBMISSIONS)
    return {send(app_state, caller, number, n_items=N_ITEMS): number for number in numbers}


def test_the_next_start_goes_on(
    database: Database, database_url: str, sent: dict[str, int], tmp_path: Path
) -> None:
    graded = killed_half_way(database, tmp_path, database_url, first_key(database_url))
    assert graded == HALF_WAY
    assert wrong_or_missing(database, sent, n_items=N_ITEMS)[0] == "revision 1 is shown"
    with serving(tmp_path, database_url) as (address, _):
        # Nobody asks for the revision: the start alone takes it up.
        wait_until(
            lambda: read(address, f"/benchmarks/{SLUG}")["revision"] == 2, "revision 2 is shown"
        )
        assert wrong_or_missing(database, sent, n_items=N_ITEMS) == []
        state = read(address, f"/benchmarks/{SLUG}/revisions/2")
        assert (state["state"], state["graded"]) == ("complete", SUBMISSIONS)
        assert read(address, f"/benchmarks/{SLUG}/leaderboard?revision=1")["total"] == SUBMISSIONS


def test_the_command_goes_on_too(
    database: Database, database_url: str, sent: dict[str, int], tmp_path: Path
) -> None:
    killed_half_way(database, tmp_path, database_url, first_key(database_url))
    environment = os.environ | {
        "CANDOR_DATA_DIR": str(tmp_path),
        "CANDOR_DATABASE_URL": database_url,
    }
    for says in ("Finished 1.", "Every revision is complete."):
        done = subprocess.run(
            [SERVER, "regrade"], env=environment, capture_output=True, text=True, check=True
        )
        assert says in done.stdout
    assert wrong_or_missing(database, sent, n_items=N_ITEMS) == []


def test_the_check_finds_a_board_that_is_shown_too_soon(
    database: Database, sent: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a regrade that shows the board before it looks for what is left."""
    app_state = desk_on(database)
    with database.writing() as writer:
        caller = demo_caller(writer)
    monkeypatch.setattr(regrade, "_left", lambda *_: [])
    monkeypatch.setattr(regrade, "ungraded_submissions", lambda *_, **__: [])
    revision = corrected(app_state, caller, n_items=N_ITEMS)
    assert regrade.regrade(app_state, revision.id, stopped=lambda: False)
    assert len(wrong_or_missing(database, sent, n_items=N_ITEMS)) == SUBMISSIONS
