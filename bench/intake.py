"""How fast are predictions taken in, graded and stored, beside a bare loop over the same bytes?

    python -m bench.intake [--rows 100000]

One NDJSON body is posted over HTTP to a server on SQLite with its durable defaults, in the order of
the items and shuffled. The floor is what the standard library needs for the same bytes: `json`, a
dictionary of accepted answers, one `executemany` in one transaction, totals. Each side is the best
processor time of several runs in turns, server and client together, so that other work on the
machine cancels out. Budgets: 2 times in order, 3.5 shuffled. Ends with 1 where one is passed.
"""

import argparse
import json
import logging
import random
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

import httpx2
import structlog

from app.storage.database.migrate import upgrade
from bench.scoring import best
from tests.served import first_key
from tests.web.browser import serving

ROUNDS: Final = 5
BUDGETS: Final = {"in order": 2.0, "shuffled": 3.5}
_TABLE: Final = (
    "create table prediction (submission int, slot int, answer text, confidence int, verdict int, "
    "primary key (submission, slot)) without rowid"
)
_INSERT: Final = "insert into prediction values (?, ?, ?, ?, ?)"


def main() -> int:
    """Publishes, measures, prints one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    bodies = {"in order": body_of(asked.rows), "shuffled": body_of(asked.rows, seed=1)}
    over = False
    print(f"{asked.rows:,} predictions{'':12}{'floor':>10}{'candor':>11}{'ratio':>8}{'budget':>8}")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/candor.db"
        upgrade(url)
        with serving(Path(folder), writes_per_minute=10**6) as address:
            post = poster(address, first_key(url), rows=asked.rows)
            for name, body in bodies.items():
                bare = bare_loop(Path(folder) / f"{name}.db", bodies["in order"], rows=asked.rows)
                floor, taken = best(bare, partial(post, body), rounds=ROUNDS)
                ratio = taken / floor
                over |= ratio > BUDGETS[name]
                print(f"{name:31}{floor:7.0f} ms{taken:8.0f} ms{ratio:8.2f}{BUDGETS[name]:8.1f}")
    return int(over)


def body_of(rows: int, *, seed: int | None = None) -> bytes:
    """Answers at a grid of confidences, seven in ten right; shuffled where a seed is given."""
    lines = [
        json.dumps(
            {
                "item": f"q{n}",
                "answer": f"a{n}" if n % 10 < 7 else "no",
                "confidence": n % 101 / 100,
            }
        )
        for n in range(rows)
    ]
    if seed is not None:
        random.Random(seed).shuffle(lines)
    return "\n".join(lines).encode()


def poster(address: str, key: str, *, rows: int) -> Callable[[bytes], None]:
    """Publishes the benchmark; what it returns posts a body as a new model's."""
    api = httpx2.Client(
        base_url=f"{address}/api/v1",
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/x-ndjson"},
        timeout=600,
    )
    items = "\n".join(json.dumps({"key": f"q{n}", "accepted": [f"a{n}"]}) for n in range(rows))
    published = api.post("/benchmarks?slug=wide&matcher=text", content=items)
    published.raise_for_status()
    models = count()

    def post(body: bytes) -> None:
        model = f"model {next(models)}"
        reply = api.post("/benchmarks/wide/submissions", params={"model": model}, content=body)
        assert reply.status_code == 201, reply.text

    return post


def bare_loop(path: Path, body: bytes, *, rows: int) -> Callable[[], object]:
    """The floor, on a database of its own with the service's durability."""
    database = sqlite3.connect(path, isolation_level=None)
    for line in ("pragma journal_mode = wal", "pragma synchronous = full", _TABLE):
        database.execute(line)
    accepted = {f"q{n}": (n, f"a{n}") for n in range(rows)}
    submissions = count()

    def run() -> Counter[int]:
        number = next(submissions)
        graded = []
        for line in body.split(b"\n"):
            row = json.loads(line)
            slot, right = accepted[row["item"]]
            answer = row["answer"]
            verdict = int(answer == right)
            graded.append((number, slot, answer, round(row["confidence"] * 10_000), verdict))
        database.execute("begin immediate")
        database.executemany(_INSERT, graded)
        database.execute("commit")
        return Counter(row[4] for row in graded)

    return run


if __name__ == "__main__":
    sys.exit(main())
