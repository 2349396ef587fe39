"""The GitHub Action: its steps, run as the runner's shell runs them, against a real server."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.client.live import Live
from tests.waiting import CEILING

ROOT = Path(__file__).parents[2]


class Runner:
    """As much of a runner as a composite action needs: inputs, outputs, files, bash."""

    def __init__(self, folder: Path, inputs: dict[str, str]) -> None:
        self.folder = folder
        self.action = yaml.safe_load((ROOT / "action.yml").read_text())
        defaults = {name: one.get("default", "") for name, one in self.action["inputs"].items()}
        self.inputs = defaults | inputs
        self.outputs: dict[str, dict[str, str]] = {}
        self.summary = ""
        (folder / "temp" / "candor" / "bin").mkdir(parents=True)
        for name, words in (("candor", '-m candor "$@"'), ("python", '"$@"')):
            # Installing needs a package index; `test_wheels.py` does that with built wheels.
            script = folder / "temp" / "candor" / "bin" / name
            script.write_text(f'#!/bin/bash\nexec "{sys.executable}" {words}\n')
            script.chmod(0o755)

    def run(self) -> int:
        """Runs the steps after the installation; the exit code of the first that fails."""
        for step in self.action["runs"]["steps"][1:]:
            if "if" in step and not self.inputs["baseline"]:
                assert step["if"] == "inputs.baseline != ''"
                continue
            done = self._step(step)
            if done.returncode:
                sys.stderr.write(done.stdout + done.stderr)
                return done.returncode
        return 0

    def _step(self, step: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        files = {name: self.folder / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for path in files.values():
            path.write_text("")
        environment = {name: value for name, value in os.environ.items() if "CANDOR" not in name}
        environment |= {name: self._value(text) for name, text in step.get("env", {}).items()}
        environment |= {name: str(path) for name, path in files.items()}
        environment |= {
            "RUNNER_TEMP": str(self.folder / "temp"),
            "CANDOR_SPOOL": str(self.folder / "spool"),
            "CANDOR_CONFIG": str(self.folder / "config.json"),
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        script = self.folder / "step.sh"
        script.write_text(step["run"])
        assert "${{" not in step["run"]
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=CEILING,
        )
        if "id" in step:
            self.outputs[step["id"]] = _outputs(files["GITHUB_OUTPUT"].read_text())
        self.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        return done

    def _value(self, text: str) -> str:
        found = re.fullmatch(r"\$\{\{ (inputs|steps)\.([\w.-]+) \}\}", text)
        assert found is not None, text
        if found[1] == "inputs":
            return self.inputs[found[2]]
        step, _, name = found[2].partition(".outputs.")
        return self.outputs[step][name]


def _outputs(text: str) -> dict[str, str]:
    found = dict(re.findall(r"^(\w+)=(.*)$", text, flags=re.M))
    return found | dict(re.findall(r"^(\w+)<<CANDOR\n(.*?)\nCANDOR$", text, flags=re.M | re.S))


def results(folder: Path, model: str, right: int, n: int = 200) -> Path:
    rows = [
        {"item": f"i{at}", "verdict": "correct" if at < right else "wrong", "model": model}
        for at in range(n)
    ]
    path = folder / f"{model}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def runner(folder: Path, live: Live, path: Path, **inputs: str) -> Runner:
    folder.mkdir()
    needed = {"paths": f"{path}\n\n", "url": live.url, "key": live.key, "publish": "true"}
    return Runner(folder, needed | inputs)


def test_push_gate_and_summary(live: Live, tmp_path: Path) -> None:
    named = {"benchmark": "ci evals; $(touch /tmp/never)", "target": "0.5"}
    base = runner(tmp_path / "1", live, results(tmp_path, "base", 140), **named)
    assert base.run() == 0
    assert base.outputs["push"]["submissions"].startswith("sub_")
    assert "| 1 | base |" in base.summary
    assert f"[The board]({live.url}/benchmarks/ci-evals" in base.summary

    gate = named | {"baseline": "base", "max-loss": "5"}
    worse = runner(tmp_path / "2", live, results(tmp_path, "worse", 60), **gate)
    assert worse.run() == 1
    assert worse.outputs["gate"]["decision"] == "fail"
    assert "FAIL" in worse.summary
    assert "| 2 | worse |" in worse.summary

    better = runner(tmp_path / "3", live, results(tmp_path, "better", 180), **gate)
    assert better.run() == 0
    assert better.outputs["gate"]["decision"] == "pass"

    alike = results(tmp_path, "alike", 139, n=200)
    near = runner(tmp_path / "4", live, alike, **gate | {"max-loss": "1"})
    assert near.run() == 1
    assert near.outputs["gate"]["decision"] == "cannot-tell"
    lenient = runner(tmp_path / "5", live, alike, **gate | {"max-loss": "1", "cannot-tell": "pass"})
    assert lenient.run() == 0


def test_a_push_that_is_refused_fails_the_job(live: Live, tmp_path: Path) -> None:
    path = tmp_path / "nothing.jsonl"
    path.write_text('{"a": 1}\n')
    assert runner(tmp_path / "1", live, path).run() == 3
    good = results(tmp_path, "quill", 5, n=10)
    assert runner(tmp_path / "2", live, good, publish="false", benchmark="absent").run() == 4
    assert runner(tmp_path / "3", live, good, key="cdr_wrong").run() == 4


@pytest.mark.parametrize("name", ["paths", "url", "key"])
def test_what_is_needed_is_said_to_be(name: str) -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    assert action["inputs"][name]["required"] is True
    assert action["runs"]["using"] == "composite"
    for step in action["runs"]["steps"]:
        assert step["shell"] == "bash"
