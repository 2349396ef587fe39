"""The tools really run, offline, and what they measure arrives: Inspect by its hook, lm-eval by
`candor push`, the public store by its own validator. They live in an environment of their own."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from candor_client import importers
from candor_client.exports import write_every_eval_ever
from tests.client.live import Live, copy_of, live_server, server_process
from tests.conftest import absent
from tests.ports import free_port
from tests.served import first_key
from tests.waiting import CEILING

pytestmark = pytest.mark.tools
HERE = Path(__file__).parent / "tools"
ROOT = Path(__file__).parents[2]
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "INSPECT_DISPLAY": "plain",
    "NO_COLOR": "1",
    "COLUMNS": "300",
}


@pytest.fixture(scope="module")
def bin_folder() -> Path:
    """Where the tools' commands are."""
    folder = ROOT / ".venv-tools" / "bin"
    if not (folder.parent / ".installed").is_file():
        absent("the evaluation tools")
    return folder


@pytest.fixture(scope="module")
def board(
    bin_folder: Path, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Live]:
    """One server for what the tools deliver."""
    assert bin_folder.is_dir()
    folder = tmp_path_factory.mktemp("tools")
    with live_server(copy_of(sqlite_template, folder), folder) as running:
        yield running


def run(command: list[str | Path], folder: Path, environment: dict[str, str]) -> str:
    """A tool's command; what it printed, on both streams."""
    environment |= OFFLINE | {"HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=CEILING,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def inspect_run(
    bin_folder: Path, folder: Path, environment: dict[str, str], *steps: str
) -> tuple[list[dict[str, Any]], str]:
    """Runs the scripted evaluations; what Inspect itself says of each log, and what it printed."""
    output = run(
        [bin_folder / "python", HERE / "inspect_run.py", folder / "logs", *steps],
        folder,
        environment,
    )
    told = [line.removeprefix("LOG ") for line in output.splitlines() if line.startswith("LOG ")]
    return [json.loads(line) for line in told], output


@pytest.mark.parametrize("step", ["whole", "set"])
def test_inspect_delivers_by_its_hook(
    bin_folder: Path, board: Live, tmp_path: Path, step: str
) -> None:
    environment = board.environment(tmp_path, CANDOR_PUBLISH="1", CANDOR_BENCHMARK=f"hook-{step}")
    (log,), output = inspect_run(bin_folder, tmp_path, environment, step)
    assert "candor: pushes finished runs" in output
    with board.client(tmp_path) as client:
        (standing,) = client.leaderboard(f"hook-{step}", rule="binary")["data"]
        assert standing["accuracy"]["value"] == pytest.approx(log["accuracy"], abs=1e-9)
        assert standing["counts"] is not None
        assert standing["counts"]["abstained"] == 2
        assert standing["counts"]["partial"] == 2
        submission = client.submission(standing["submission"])
        assert submission["external_id"] == log["task_id"]
        said = client.predictions(standing["submission"])
        assert {row["confidence"] for row in said} == {0.9, 0.3}


def test_a_crashed_run_and_its_retry(bin_folder: Path, board: Live, tmp_path: Path) -> None:
    environment = board.environment(tmp_path, CANDOR_PUBLISH="1", CANDOR_BENCHMARK="crash")
    (crashed, retried), output = inspect_run(bin_folder, tmp_path, environment, "crash", "retry")
    assert (crashed["status"], retried["status"]) == ("error", "success")
    assert crashed["task_id"] == retried["task_id"]
    with board.client(tmp_path) as client:
        # No board is made out of the crashed run; its retry makes it.
        (only,) = client.submissions("crash")
        assert f"{crashed['location']} --benchmark crash --publish --unfinished" in output
        (standing,) = client.leaderboard("crash", rule="binary")["data"]
        assert standing["submission"] == only["id"]
        assert standing["accuracy"]["value"] == pytest.approx(retried["accuracy"], abs=1e-9)


def test_a_dead_server_costs_the_run_nothing(
    bin_folder: Path, sqlite_template: Path, tmp_path: Path
) -> None:
    url, port = copy_of(sqlite_template, tmp_path), free_port()
    dead = Live(f"http://127.0.0.1:{port}", first_key(url), url)
    environment = dead.environment(tmp_path, CANDOR_BENCHMARK="late")
    (log,), output = inspect_run(bin_folder, tmp_path, environment, "whole")
    assert log["status"] == "success"
    assert f"candor push {log['location']} --benchmark late" in output
    assert "candor flush" in output
    (found,) = importers.read(log["location"])
    with server_process(url, tmp_path, port), dead.client(tmp_path) as client:
        client.publish({"slug": "late", "matcher": "verdicts"}, found.api_items())
        run([bin_folder / "candor", "flush"], tmp_path, environment)
        (standing,) = client.leaderboard("late", rule="binary")["data"]
        assert standing["accuracy"]["value"] == pytest.approx(log["accuracy"], abs=1e-9)


def test_lm_eval_delivers_by_push(bin_folder: Path, board: Live, tmp_path: Path) -> None:
    (tmp_path / "kb.jsonl").write_text(
        "".join(
            json.dumps(
                {
                    "id": f"kb/{n} №",
                    "question": f"Question {n}?",
                    "choices": [f"a{n}", f"b{n}", "I don't know"],
                    "label": n % 2,
                }
            )
            + "\n"
            for n in range(24)
        )
    )
    task = (HERE / "kb_choice.yaml").read_text()
    (tmp_path / "kb_choice.yaml").write_text(task.replace("DATA", str(tmp_path / "kb.jsonl")))
    environment = board.environment(tmp_path)
    command = ["run", "--model", "dummy", "--model_args", "pretrained=acme/random"]
    command += ["--tasks", "kb_choice", "--include_path", str(tmp_path), "--log_samples"]
    command += ["--output_path", str(tmp_path / "out")]
    run([bin_folder / "lm_eval", *command], tmp_path, environment)
    (results,) = (tmp_path / "out").rglob("results_*.json")
    reported = json.loads(results.read_text())["results"]["kb_choice"]["acc,none"]
    pushed = [bin_folder / "candor", "push", tmp_path / "out", "--publish", "--json"]
    for _ in range(2):
        run(pushed, tmp_path, environment)
    with board.client(tmp_path) as client:
        (standing,) = client.leaderboard("kb-choice", rule="binary")["data"]
        assert len(client.submissions("kb-choice")) == 1
        assert standing["model"]["name"] == "acme/random"
        assert standing["accuracy"]["value"] == pytest.approx(reported, abs=1e-9)
        assert standing["confidence_source"] == "logprob"


def test_the_stores_validator_finds_nothing(bin_folder: Path, shared: Path, tmp_path: Path) -> None:
    for folder in ("inspect_ai", "lm_eval", "helm"):
        for found in importers.read(shared / "fixtures" / folder):
            write_every_eval_ever(found, tmp_path, organisation="acme")
    files = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.json*"))
    command = [bin_folder / "python", "-m", "every_eval_ever", "validate", "--format", "json"]
    output = run([*command, *files], tmp_path, {"PATH": "/usr/bin:/bin"})
    reports = json.loads(output[output.index("[") :])
    assert len(reports) == len(files) > 40
    assert [(one["errors"], one["warnings"]) for one in reports] == [([], [])] * len(files)
