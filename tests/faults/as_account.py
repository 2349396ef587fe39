"""Runs server commands as an account that is not root: a child process of test_in_words.py.

Everything is imported, and every command run once, before the account is changed: that account may
be unable to read Python's own folder.
"""

import json
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg  # noqa: F401
import uvicorn  # noqa: F401

import app.main
import app.workers  # noqa: F401
from app.cli import main
from tests.commands import run_here
from tests.ports import free_port

COMMANDS = (
    ("serve",),
    ("migrate",),
    ("key", "list"),
    ("key", "create", "--owner", "z"),
    ("key", "revoke", "key_x"),
    ("demo",),
    ("regrade",),
    ("doctor",),
)


def warm() -> None:
    """Imports what the commands import, by running them."""

    with TemporaryDirectory() as folder:
        there = os.environ | {"CANDOR_DATA_DIR": str(Path(folder) / "data")}
        for words in COMMANDS[1:]:
            run_here(main, *words, environment=there)
        run_here(main, "serve", environment=there | {"CANDOR_PORT": "0"})


def run() -> None:
    """Reads environments by name from standard input; prints exit code and output of each."""
    asked = json.load(sys.stdin)
    warm()
    if len(sys.argv) > 1:
        os.setgroups([])
        os.setgid(int(sys.argv[2]))
        os.setuid(int(sys.argv[1]))
    # No command gets as far as serving, but one that finds its port taken says that first.
    port, said = str(free_port()), {}
    for name, settings in asked.items():
        for words in COMMANDS:
            environment = os.environ | {"COLUMNS": "400", "CANDOR_PORT": port} | settings
            done = run_here(main, *words, environment=environment)
            said[f"{name}: {' '.join(words)}"] = (done.code, done.out, done.err)
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    run()
