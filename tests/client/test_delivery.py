"""Delivery from inside a run: what arrives, what waits, and that nothing is ever raised."""

import json
from pathlib import Path

import pytest

from candor_client import Spool
from candor_client.pushing.inspect_delivery import Delivery, deliver
from tests.client.live import Live
from tests.client.ran import jsonl, run
from tests.ports import free_port


@pytest.fixture
def log(shared: Path) -> Path:
    """A finished Inspect log."""
    return shared / "fixtures/inspect_ai/kb_abstain__acme-tiny-1.eval"


@pytest.fixture
def surroundings(live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables that a run finds."""
    for name, value in live.environment(tmp_path).items():
        if name.startswith("CANDOR"):
            monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("surroundings")
def test_a_log_arrives_and_the_line_says_where(live: Live, log: Path) -> None:
    (line,) = deliver(log, Delivery(benchmark="delivered", publish=True))
    assert "26 correct" in line
    assert line.endswith(f"{live.url}/benchmarks/delivered")


@pytest.mark.usefixtures("surroundings")
def test_without_a_board_the_line_says_what_to_run(log: Path) -> None:
    lines = deliver(log, Delivery(benchmark="no-such-board"))
    assert "no benchmark 'no-such-board'" in lines[0]
    assert lines[1] == f"Then: candor push {log} --benchmark no-such-board"


@pytest.mark.usefixtures("surroundings")
def test_a_crashed_run_makes_no_board(live: Live, shared: Path, tmp_path: Path) -> None:
    crashed = shared / "fixtures/inspect_ai/kb_crashed_status_error__mockllm.eval"
    lines = deliver(crashed, Delivery(benchmark="crashed", publish=True))
    assert "the status of its run is 'error'" in lines[0]
    again = f"candor push {crashed} --benchmark crashed --publish"
    assert lines[1].endswith(f"{again} --unfinished")
    with live.client(tmp_path) as client:
        assert "crashed" not in {one["slug"] for one in client.benchmarks()}
    words = again.split()[1:]
    refused = run(live, tmp_path, *words)
    assert (refused.code, "say --unfinished" in refused.err) == (3, True)
    sent = run(live, tmp_path, *words, "--unfinished")
    assert sent.code == 0, sent.err
    # On a board that is there, a crashed run is one more submission, as ever.
    (line,) = deliver(crashed, Delivery(benchmark="crashed"))
    assert f"{live.url}/benchmarks/crashed" in line


def test_most_rows_failed_makes_no_board(live: Live, tmp_path: Path) -> None:
    rows = [{"item": f"q{n}", "verdict": "correct" if n < 4 else "ungraded"} for n in range(9)]
    path = jsonl(tmp_path / "quill.jsonl", rows)
    refused = run(live, tmp_path, "push", path, "-b", "mostly-failed", "-m", "m", "--publish")
    assert refused.code == 3
    assert "5 of its 9 rows have no outcome" in refused.err


@pytest.mark.usefixtures("surroundings")
def test_a_parity_mismatch_sends_nothing(live: Live, shared: Path, tmp_path: Path) -> None:
    document = json.loads(
        (shared / "fixtures/inspect_ai/real_pubmedqa_gpt4o_mini_v0.3.108.json").read_text()
    )
    document["results"]["scores"][0]["metrics"]["accuracy"]["value"] = 0.25
    path = tmp_path / "log.json"
    path.write_text(json.dumps(document))
    lines = deliver(path, Delivery(benchmark="mismatch", publish=True))
    assert "reports accuracy = 0.25" in lines[0]
    with live.client(tmp_path) as client:
        assert "mismatch" not in {one["slug"] for one in client.benchmarks()}


@pytest.mark.usefixtures("surroundings")
def test_a_dead_server_leaves_it_in_the_spool(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANDOR_URL", f"http://127.0.0.1:{free_port()}")
    lines = deliver(log, Delivery(benchmark="later"))
    assert "waits in" in lines[0]
    assert f"candor push {log} --benchmark later" in lines[1]
    assert len(Spool(tmp_path / "spool").waiting()) == 1


@pytest.mark.usefixtures("surroundings")
def test_a_file_that_is_no_log_is_told_and_not_raised(tmp_path: Path) -> None:
    path = tmp_path / "log.eval"
    path.write_bytes(b"PK\x03\x04 cut short")
    lines = deliver(path, Delivery())
    assert "cut short" in lines[0]
