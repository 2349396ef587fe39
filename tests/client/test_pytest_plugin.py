"""Real pytest runs with the plugin, alone and under xdist, with a board and without one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.client.live import Live
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
PLUGINS = ("-p", "candor.pytest_plugin", "-p", "xdist.plugin")


def run(folder: Path, live: Live, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_evals.py").write_text(TESTS)
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *PLUGINS, *words],
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


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_board_that_is_away_fails_no_test(live: Live, tmp_path: Path, workers: str) -> None:
    words = ("-n", workers, "-k", "right", "--candor-benchmark", "b", "--candor-model", "quill")
    done = run(tmp_path, live, *words, CANDOR_URL=f"http://127.0.0.1:{free_port()}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "not delivered: Kept:" in done.stdout
    assert len(list((tmp_path / "spool").iterdir())) == 1
    nowhere = run(tmp_path, live, "-n", workers, "-k", "right")
    assert nowhere.returncode == 0
    assert "say --candor-benchmark or --candor-out" in nowhere.stdout
    nobody = run(tmp_path, live, "-n", workers, "-k", "right", "--candor-benchmark", "b")
    assert "say --candor-model" in nobody.stdout
    silent = run(tmp_path, live, "-n", workers, "-k", "without")
    assert "candor" not in silent.stdout
