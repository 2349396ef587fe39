"""First starts that are killed at random moments, and two at once: is one whole demo left?

`make faults` runs many of them, the tests a few: `python -m tests.faults.first_start KILLS PAIRS`.
What `candor-server serve` does before it serves runs in forks of one process that has imported
everything, so that the moments of the kill fall into the work and not into the imports.
"""

import os
import random
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import app.demo.load  # noqa: F401  imported here, and not anew in every fork
from app.demo.made import PARTS
from app.problem import Problem
from app.services.access.keys import authenticate, presented
from app.settings import Settings
from app.start import start
from app.storage.benchmarks import list_benchmarks_of
from app.storage.database.session import open_database
from app.storage.keys import list_keys
from app.storage.submissions import list_submissions

SEED = 20_261_130


def begun(folder: Path) -> int:
    """Begins a start in `folder`, in a process of its own; its id."""
    child = os.fork()
    if child:
        return child
    os.umask(0o077)
    try:
        start(Settings(data_dir=folder))
    except Problem as problem:
        print(problem.detail, flush=True)
        os._exit(1)
    os._exit(0)


def ended(child: int) -> int:
    """Waits for a start; its exit status."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def faults_in(folder: Path) -> list[str]:
    """What is missing, or there twice, in what a first start should leave."""
    found = []
    database = open_database(f"sqlite:///{folder / 'candor.db'}")
    try:
        with database.reading() as session:
            parts = {
                one.slug: len(list_submissions(session, benchmark_id=one.id, limit=100))
                for one in list_benchmarks_of(session, owner_id=None, limit=100)
            }
            keys = list_keys(session, limit=100)
            token = (folder / "admin.key").read_text().strip()
            caller = authenticate(session, presented(token), now=datetime.now(UTC), pepper=None)
    finally:
        database.dispose()
    if parts != PARTS:
        found.append(f"the demo has {parts}")
    if sorted(key.owner for key in keys) != ["admin", "candor-demo"]:
        found.append(f"keys of {[key.owner for key in keys]}")
    if caller.owner != "admin":
        found.append("admin.key is another's")
    if (folder / "admin.key").stat().st_mode & 0o077:
        found.append("admin.key can be read by others")
    left = {path.name for path in folder.iterdir()} - {
        "candor.db",
        "candor.db-wal",
        "candor.db-shm",
        "admin.key",
    }
    if left:
        found.append(f"left behind: {sorted(left)}")
    return found


def killed_once(folder: Path, moment: float) -> list[str]:
    """Kills a first start after so many seconds, starts again; the faults that this leaves."""
    child = begun(folder)
    time.sleep(moment)
    os.kill(child, signal.SIGKILL)
    ended(child)
    return [*(["the second start failed"] if ended(begun(folder)) else []), *faults_in(folder)]


def started_twice(folder: Path, moment: float) -> list[str]:
    """Starts two, so many seconds apart, in one folder; the faults that this leaves."""
    first = begun(folder)
    time.sleep(moment)
    second = begun(folder)
    failed = [child for child in (first, second) if ended(child)]
    return [*(["a start failed"] if failed else []), *faults_in(folder)]


def main(kills: int, pairs: int) -> int:
    """Runs so many of each and prints what came of them; the number of those with a fault."""
    rng = random.Random(SEED)
    bad = 0
    with TemporaryDirectory(prefix="candor-first-") as top:
        began = time.monotonic()
        assert ended(begun(Path(top) / "data")) == 0
        usual = time.monotonic() - began
    print(f"an undisturbed first start takes {usual:.1f} s here, after the imports")
    for what, number, attempt, most in (
        ("killed", kills, killed_once, usual),
        ("two at once", pairs, started_twice, usual / 2),
    ):
        whole = 0
        for _ in range(number):
            moment = rng.uniform(0, most)
            with TemporaryDirectory(prefix="candor-first-") as top:
                faults = attempt(Path(top) / "data", moment)
            whole += not faults
            if faults:
                print(f"{what} at {moment:.2f} s: {'; '.join(faults)}")
        print(f"{what}: {whole} of {number} whole", flush=True)
        bad += number - whole
    return bad


if __name__ == "__main__":
    sys.exit(main(kills=int(sys.argv[1]), pairs=int(sys.argv[2])) > 0)
