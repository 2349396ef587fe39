"""Terminals, pipes and files that cannot write everything; accidents that are no verdicts."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.client.live import Live, copy_of, live_server
from tests.client.ran import jsonl
from tests.waiting import CEILING

ENCODINGS = ("ascii", "cp1252", "latin-1", "utf-8")
NAMES = ("Müller-☃", "模型 7B")
N = 40


@pytest.fixture(scope="module")
def told(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator["Told"]:
    """A board with names that few encodings have, and what there is to print of it."""
    folder = tmp_path_factory.mktemp("told")
    with live_server(copy_of(sqlite_template, folder), folder) as live:
        items = [{"key": f"frage-{n}…", "question": f"Was ist “{n}”? ☃"} for n in range(N)]
        with live.client(folder) as client:
            client.publish({"slug": "signs", "matcher": "verdicts", "title": "Zeichen ☃"}, items)
            ids = [
                client.submit("signs", rows(right), model=name)["id"]
                for name, right in zip(NAMES, (30, 12), strict=True)
            ]
        yield Told(live, folder, ids)


class Told:
    def __init__(self, live: Live, folder: Path, ids: list[str]) -> None:
        self.live, self.folder, self.ids = live, folder, ids
        self.worse = jsonl(folder / "worse.jsonl", [{**row, "model": "☃"} for row in rows(1)])

    def run(self, *words: object, encoding: str = "utf-8", **wanted: Any) -> Any:
        """The command with an encoding of its own for standard output and error."""
        environment = self.live.environment(self.folder, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
        return subprocess.run(
            [sys.executable, "-m", "candor_client", *map(str, words)],
            env=environment | wanted.pop("env", {}),
            check=False,
            timeout=CEILING,
            **({"capture_output": True} | wanted),
        )


def rows(right: int) -> list[dict[str, Any]]:
    return [
        {"item": f"frage-{n}…", "verdict": "correct" if n < right else "wrong", "confidence": 0.8}
        for n in range(N)
    ]


COMMANDS: dict[str, tuple[int, tuple[str, ...]]] = {
    "leaderboard": (0, ("leaderboard", "signs", "-t", "0.75")),
    "markdown": (0, ("leaderboard", "signs", "--format", "markdown")),
    "csv": (0, ("leaderboard", "signs", "--format", "csv")),
    "board as json": (0, ("leaderboard", "signs", "--json")),
    "benchmarks": (0, ("benchmarks",)),
    "compare": (0, ("compare", "A", "B")),
    "pass": (0, ("gate", "A", "--baseline", "B", "-t", "0.75")),
    "fail": (1, ("gate", "B", "--baseline", "A", "-t", "0.75")),
    "fail of a file": (1, ("gate", "WORSE", "--baseline", "A", "-t", "0.75", "-b", "signs")),
    "ci": (1, ("ci", "WORSE", "--baseline", "A", "-t", "0.75", "-b", "signs")),
    "dry run": (0, ("push", "WORSE", "--dry-run")),
    "push": (0, ("push", "WORSE", "-b", "signs", "-m", "größer ☃")),
    "submit": (0, ("submit", "signs", "ROWS", "-m", "größer ☃")),
    "presets": (0, ("presets",)),
    "prompt": (0, ("prompt", "-t", "0.5")),
    "export": (0, ("export", "A")),
    "usage": (2, ("leaderboard", "signs", "--mode", "☃")),
    "absent": (4, ("leaderboard", "snow-☃")),
}


def words_of(told: Told, name: str) -> list[str]:
    plain = jsonl(told.folder / "rows.jsonl", rows(5))
    named = {"A": told.ids[0], "B": told.ids[1], "WORSE": str(told.worse), "ROWS": str(plain)}
    return [named.get(word, word) for word in COMMANDS[name][1]]


@pytest.mark.parametrize("name", COMMANDS)
def test_no_character_ends_a_command(told: Told, name: str) -> None:
    for encoding in ENCODINGS[:2] if name != "fail" else ENCODINGS:
        done = told.run(*words_of(told, name), encoding=encoding)
        said = done.stderr.decode(encoding)
        assert (done.returncode, "Traceback" in said) == (COMMANDS[name][0], False), said
        if name in {"csv", "export"}:
            done.stdout.decode("utf-8")
        else:
            done.stdout.decode(encoding)


def test_signs_are_written_in_ascii_and_names_as_escapes(told: Told) -> None:
    board = told.run("leaderboard", "signs", "-t", "0.75", encoding="ascii").stdout.decode()
    assert "M\\xfcller-\\u2603 *" in board
    assert "* graded by its submitter" in board
    assert "-110.0" in board or "-180.0" in board
    as_json = told.run("leaderboard", "signs", "--json", encoding="cp1252").stdout
    assert json.loads(as_json)["data"][0]["model"]["name"] == NAMES[0]
    csv = told.run("leaderboard", "signs", "--format", "csv", encoding="cp1252").stdout
    assert NAMES[1] in csv.decode("utf-8")


def test_jsonl_on_standard_input_is_utf8(told: Told) -> None:
    sent = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(7))
    words = ("submit", "signs", "-", "-m", "piped", "--json")
    done = told.run(*words, encoding="cp1252", input=sent.encode())
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["counts"]["correct"] == 7


@pytest.mark.parametrize("name", ["leaderboard", "markdown", "csv", "pass", "fail", "presets"])
def test_a_reader_that_stops_changes_nothing(told: Told, name: str) -> None:
    """As with `| head -1`: the pipe is closed before anything is written."""
    reader, writer = os.pipe()
    os.close(reader)
    done = told.run(*words_of(told, name), stdout=writer, capture_output=False,
                    stderr=subprocess.PIPE)  # fmt: skip
    os.close(writer)
    assert (done.returncode, done.stderr) == (COMMANDS[name][0], b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_what_cannot_be_written_is_no_verdict(told: Told) -> None:
    with Path("/dev/full").open("wb") as full:
        done = told.run(*words_of(told, "pass"), stdout=full, capture_output=False,
                        stderr=subprocess.PIPE)  # fmt: skip
    assert done.returncode == 70
    assert b"Traceback" not in done.stderr


BREAKS = """
import sys, {module}
def broken(*args, **kwargs): raise {error}
{module}.{name} = broken
sys.argv = ["candor", *sys.argv[1:]]
from candor_client.__main__ import main
main()
"""


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("ZeroDivisionError('a ☃')", 70),
        ("UnicodeEncodeError('cp1252', '☃', 0, 1, 'no')", 70),
        ("OSError(5, 'disk')", 70),
        ("MemoryError()", 70),
        ("KeyboardInterrupt()", 130),
        ("EOFError()", 130),
        ("SystemExit(1)", 70),
    ],
)
def test_an_accident_is_no_verdict(told: Told, error: str, code: int) -> None:
    script = BREAKS.format(module="candor_client.gates.gate", name="decide_stored", error=error)
    done = subprocess.run(
        [sys.executable, "-c", script, "gate", "sub_a", "--baseline", "sub_b"],
        env=told.live.environment(told.folder, PYTHONIOENCODING="ascii"),
        capture_output=True,
        check=False,
        timeout=CEILING,
    )
    assert (done.returncode, b"Traceback" in done.stderr) == (code, False), done.stderr


def test_a_broken_installation_is_no_verdict(told: Told) -> None:
    script = BREAKS.format(module="typer", name="Typer", error="ImportError('half installed')")
    done = subprocess.run(
        [sys.executable, "-c", script, "version"], capture_output=True, check=False, timeout=CEILING
    )
    assert done.returncode == 70, done.stderr
    assert b"install it again" in done.stderr


def test_a_fault_shows_its_trace_on_request(told: Told) -> None:
    script = BREAKS.format(
        module="candor_client.gates.gate", name="decide_stored", error="ValueError('x')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "gate", "sub_a", "--baseline", "sub_b"],
        env=told.live.environment(told.folder, CANDOR_DEBUG="1"),
        capture_output=True,
        check=False,
        timeout=CEILING,
    )
    assert done.returncode == 70
    assert b"Traceback" in done.stderr
