"""Real pytest runs with the plugin, alone and under xdist, with a board and without one."""

import contextlib
import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

import candor_client
from tests.client.live import Live
from tests.client.ran import PYTHON, Ran
from tests.client.ran import run as command
from tests.ports import free_port
from tests.waiting import CEILING

TESTS = """
import pytest

@pytest.mark.parametrize("n", range(6))
def test_right(candor, n):
    candor.record(item=f"q{n}", verdict="correct", confidence=0.9)

@pytest.mark.parametrize("n", range(6, 8))
def test_wrong(candor, n):
    candor.record(item=f"q{n}", verdict="wrong", confidence=0.6, answer="ä")
    assert n == 99

def test_declines(candor):
    candor.record(item="q8", abstained=True, verdict="abstained", confidence=0.2)

def test_by_its_own_name(candor):
    candor.record(verdict="partial", credit=0.5)

@pytest.mark.parametrize("attempt", range(3))
def test_again(candor, attempt):
    candor.record(item="q9", verdict="correct")

def test_without(request):
    assert request.node.name

def test_says_nothing(candor):
    with pytest.raises(ValueError, match="needs an answer"):
        candor.record(item="q1", confidence=0.5)
    with pytest.raises(ValueError, match="from 0 to 1"):
        candor.record(item="q1", verdict="wrong", confidence=50)
    with pytest.raises(ValueError, match="verdict is one of"):
        candor.record(item="q1", verdict="good")
"""
NAME = "test_evals.py::test_by_its_own_name"
PLUGINS = ("-p", "candor_client.pytest_plugin", "-p", "xdist.plugin")


def run(folder: Path, live: Live, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_evals.py").write_text(TESTS)
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    return subprocess.run(
        [PYTHON, "-m", "pytest", "-q", *PLUGINS, *words],
        cwd=folder,
        # Named, not found: what else is installed here would only make these runs slow.
        env=live.environment(folder, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", **more),
        capture_output=True,
        text=True,
        check=False,
        timeout=CEILING,
    )


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_real_run_delivers(live: Live, tmp_path: Path, workers: str) -> None:
    slug, out = f"unit-evals-{workers}", tmp_path / "out" / "rows.jsonl"
    keys = [*(f"q{n}" for n in range(10)), NAME]
    with live.client(tmp_path) as client:
        client.publish({"slug": slug, "matcher": "verdicts"}, [{"key": key} for key in keys])
        asked = ("--candor-benchmark", slug, "--candor-model", "quill", "--candor-out", str(out))
        done = run(tmp_path, live, "-n", workers, *asked)
        # Two of the model's answers are wrong, and the tests that say so fail, as they should.
        assert done.returncode == 1, done.stdout + done.stderr
        assert "2 failed" in done.stdout
        assert "13 attempts recorded" in done.stdout
        assert f"pushed to {live.url}/benchmarks/{slug}" in done.stdout
        [sent] = client.submissions(slug)
        counts = client.submission(sent["id"])["counts"]
    assert counts is not None
    # q9 was tried three times; the others once, so their two further samples are missing.
    assert (counts["correct"], counts["wrong"], counts["abstained"]) == (9, 2, 1)
    assert counts["partial"] == 1
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(rows) == 13
    assert sorted(row.get("sample", 1) for row in rows if row["item"] == "q9") == [1, 2, 3]
    assert {"item": "q6", "answer": "ä", "verdict": "wrong", "confidence": 0.6} in rows


def kept_rows(said: str) -> list[dict[str, Any]]:
    """The rows of the file that the summary names."""
    [file] = re.findall(r"the rows are kept in (.+)", said)
    return [json.loads(line) for line in Path(file).read_text().splitlines()]


def send(folder: Path, live: Live, said: str, **more: str) -> Ran:
    """Runs the line that the summary prints, as it stands."""
    [line] = re.findall(r"send them: candor (.+)", said)
    return command(live, folder, *shlex.split(line), **more)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_board_that_is_away_fails_no_test(live: Live, tmp_path: Path, workers: str) -> None:
    slug = f"away-{workers}"
    words = ("-n", workers, "-k", "right", "--candor-benchmark", slug, "--candor-model", "quill")
    done = run(tmp_path, live, *words, CANDOR_URL=f"http://127.0.0.1:{free_port()}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "does not answer" in done.stdout
    assert "send them: candor flush" in done.stdout
    assert len(list((tmp_path / "spool").iterdir())) == 1
    silent = run(tmp_path, live, "-n", workers, "-k", "without")
    assert "candor" not in silent.stdout


@pytest.mark.parametrize("workers", ["0", "2"])
def test_rows_that_no_board_takes_are_kept_and_sent_by_the_line(
    live_both: Live, tmp_path: Path, workers: str
) -> None:
    live = live_both
    words = ("-n", workers, "-k", "right or declines", "--candor-model", "the quill")
    absent = run(tmp_path, live, *words, "--candor-benchmark", "no-such")
    assert absent.returncode == 0, absent.stdout + absent.stderr
    assert "There is no benchmark at this address" in absent.stdout
    assert len(kept_rows(absent.stdout)) == 7
    sent = send(tmp_path, live, absent.stdout)
    assert sent.code == 0, sent.err
    with live.client(tmp_path) as client:
        [stored] = client.submissions("no-such")
        counts = client.submission(stored["id"])["counts"]
    assert counts is not None
    assert (counts["correct"], counts["abstained"], stored["model"]["name"]) == (6, 1, "the quill")


@pytest.mark.parametrize(
    ("asked", "key", "says"),
    [
        (("--candor-benchmark", "refusing", "--candor-model", "m"), "cdr_no_such_key", "Refused"),
        (("--candor-benchmark", "refusing", "--candor-model", "m"), None, "InvalidRequest"),
        (("--candor-benchmark", "refusing"), None, "say --candor-model"),
        (("--candor-model", "m"), None, "say --candor-benchmark"),
        (("--candor-benchmark", "b", "--candor-model", "m"), "", "Refused"),
    ],
    ids=["wrong key", "items that are not there", "no model", "no benchmark", "no key"],
)
def test_every_refusal_keeps_the_rows(
    live: Live, tmp_path: Path, asked: tuple[str, ...], key: str | None, says: str
) -> None:
    with live.client(tmp_path) as client, contextlib.suppress(candor_client.Conflict):
        client.publish({"slug": "refusing", "matcher": "verdicts"}, [{"key": "other"}])
    more = {} if key is None else {"CANDOR_KEY": key}
    done = run(tmp_path, live, "-k", "wrong", *asked, **more)
    assert done.returncode == 1, done.stdout + done.stderr  # the tests' own failures, and no more
    assert says in done.stdout
    assert [row["answer"] for row in kept_rows(done.stdout)] == ["ä", "ä"]
    assert "send them: candor " in done.stdout


def test_a_file_that_was_asked_for_is_the_one_that_is_named(live: Live, tmp_path: Path) -> None:
    out = tmp_path / "rows of mine.jsonl"
    words = ("--candor-benchmark", "no-such-board", "--candor-model", "m", "--candor-out", str(out))
    done = run(tmp_path, live, "-k", "right", *words)
    assert f"the rows are kept in {out}" in done.stdout
    # Where nothing can be written there, the rows are kept all the same.
    blocked = run(tmp_path, live, "-k", "right", "--candor-out", str(tmp_path))
    assert blocked.returncode == 0
    assert "not written to" in blocked.stdout
    assert len(kept_rows(blocked.stdout)) == 6


@pytest.mark.parametrize("workers", ["0", "2"])
def test_publish_makes_the_board_from_what_was_recorded(
    live_both: Live, tmp_path: Path, workers: str
) -> None:
    live = live_both
    words = ("-n", workers, "--candor-benchmark", "made-here", "--candor-model", "quill")
    done = run(tmp_path, live, *words, "--candor-publish", "--candor-private")
    assert "published made-here (private, for your keys), 11 items" in done.stdout, done.stdout
    assert f"pushed to {live.url}/benchmarks/made-here" in done.stdout
    with live.client(tmp_path) as client:
        board = client.benchmark("made-here")
        assert (board["visibility"], board["matcher"], board["n_items"]) == (
            "private",
            "verdicts",
            11,
        )
    # There already: nothing is made, and the next run is an attempt at the same items.
    again = run(tmp_path, live, *words, CANDOR_PUBLISH="1")
    assert "published" not in again.stdout
    assert "pushed to" in again.stdout


def test_no_board_is_made_of_a_session_that_was_cut_short(live: Live, tmp_path: Path) -> None:
    words = ("--candor-benchmark", "cut-short", "--candor-model", "m", "--candor-publish")
    done = run(tmp_path, live, "-x", "-k", "wrong", *words)
    assert "the session was cut short" in done.stdout
    assert len(kept_rows(done.stdout)) == 1
    with live.client(tmp_path) as client, pytest.raises(candor_client.Refused):
        client.benchmark("cut-short")
