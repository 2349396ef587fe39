"""The GitHub Action: its steps, run as the runner's shell runs them, against a real server."""

import json
import os
import re
import subprocess
import sys
import urllib.request
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
        self.log = ""
        (folder / "temp" / "candor" / "bin").mkdir(parents=True)
        for name, words in (("candor", '-m candor_client "$@"'), ("python", '"$@"')):
            # Installing needs a package index; `test_wheels.py` does that with built wheels.
            script = folder / "temp" / "candor" / "bin" / name
            script.write_text(f'#!/bin/bash\nexec "{sys.executable}" {words}\n')
            script.chmod(0o755)

    def run(self) -> int:
        """Runs the steps after the installation; the exit code of the first that fails."""
        code = 0
        for step in self.action["runs"]["steps"][1:]:
            assert step.get("if", "always()") == "always()"
            if code and "if" not in step:
                continue
            done = self._step(step)
            self.log += done.stdout + done.stderr
            code = code or done.returncode
        return code

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


def submissions(live: Live, folder: Path, slug: str, model: str) -> list[str]:
    with live.client(folder) as client:
        return [one["id"] for one in client.submissions(slug, model=model)]


def test_weeks_of_one_model(live: Live, tmp_path: Path) -> None:
    """The same name on both sides, as a nightly job has it: each week against the one before."""
    named = {"benchmark": "ci evals; $(touch /tmp/never)", "target": "0.5", "max-loss": "5"}
    slug = "ci-evals-touch-tmp-never"
    own = named | {"baseline": "nightly"}
    first = runner(tmp_path / "1", live, results(tmp_path, "nightly", 140), **own)
    assert first.run() == 0
    assert first.outputs["candor"]["decision"] == "first-run"
    assert first.outputs["candor"]["submissions"].startswith("sub_")
    assert "## First run: nightly on ci-evals" in first.summary
    assert "| 1 | nightly |" in first.summary
    assert f"[The board]({live.url}/benchmarks/ci-evals" in first.summary

    good = runner(tmp_path / "2", live, results(tmp_path, "nightly", 142), **own)
    assert good.run() == 0
    assert good.outputs["candor"]["decision"] == "pass"
    assert "## Pass: nightly on ci-evals" in good.summary
    before = submissions(live, tmp_path, slug, "nightly")
    link = f"{live.url}/compare?a={before[0]}&b={before[1]}&target=0.5&mode=declared"
    assert f"]({link})" in good.summary
    with urllib.request.urlopen(link) as page:
        assert page.status == 200

    # 37 questions of 200 lost, at t = 0.5 two points each: 37 points per 100.
    bad = runner(tmp_path / "3", live, results(tmp_path, "nightly", 105), **own)
    assert bad.run() == 1
    assert bad.outputs["candor"]["decision"] == "fail"
    assert "submissions" not in bad.outputs["candor"]
    assert "## Fail: nightly on ci-evals" in bad.summary
    assert "loss is larger than 5 points per 100" in bad.summary
    assert re.search(r"difference \| \*\*−37.0\*\* \(−\d\d\.\d to −\d\d\.\d\)", bad.summary)
    assert bad.summary.count("| correct → wrong |") == 5
    assert "It was not pushed" in bad.summary
    # A failed run is neither on the board nor the baseline of the next.
    assert submissions(live, tmp_path, slug, "nightly") == before

    again = runner(tmp_path / "4", live, results(tmp_path, "nightly", 142), **own)
    assert again.run() == 0, "the job of a good week can run again"
    assert submissions(live, tmp_path, slug, "nightly") == before

    other = runner(tmp_path / "5", live, results(tmp_path, "rival", 180), **own)
    assert other.run() == 0
    assert other.outputs["candor"]["decision"] == "pass"


def test_a_gate_that_cannot_tell(live: Live, tmp_path: Path) -> None:
    named = {"benchmark": "few", "target": "0.5", "baseline": "nightly", "max-loss": "1"}
    assert runner(tmp_path / "1", live, results(tmp_path, "nightly", 140), **named).run() == 0
    alike = results(tmp_path, "nightly", 139)
    near = runner(tmp_path / "2", live, alike, **named)
    assert near.run() == 6
    assert near.outputs["candor"]["decision"] == "cannot-tell"
    sees = (
        r"Cannot tell: these 200 items show a loss of \d+\.\d points per 100 or more; [\d,]+ items"
    )
    assert re.search(sees, near.summary)
    lenient = runner(tmp_path / "3", live, alike, **named | {"cannot-tell": "pass"})
    assert lenient.run() == 0
    assert "(`cannot-tell: pass`)" in lenient.summary
    assert len(submissions(live, tmp_path, "few", "nightly")) == 2


def test_a_slow_slide(live: Live, tmp_path: Path) -> None:
    """Four points a week at most: each week passes against the newest, not against the best."""
    named = {"benchmark": "slide", "target": "0", "baseline": "nightly", "max-loss": "6"}
    weeks = (190, 186, 182, 178, 174)
    for week, right in enumerate(weeks):
        path = results(tmp_path, "nightly", right)
        job = runner(tmp_path / str(week), live, path, **named)
        assert job.run() == 0, job.log
    stored = submissions(live, tmp_path, "slide", "nightly")
    assert len(stored) == len(weeks)
    last = results(tmp_path, "nightly", 170)
    for name, stricter in (("best", {"against": "best"}), ("pinned", {"baseline": stored[-1]})):
        job = runner(tmp_path / name, live, last, **named | stricter)
        assert job.run() == 1, job.log
        assert stored[-1] in job.summary


def test_pushing_first_gates_against_the_run_before(live: Live, tmp_path: Path) -> None:
    named = {"benchmark": "pushed", "target": "0.5", "baseline": "nightly", "order": "push-first"}
    assert runner(tmp_path / "1", live, results(tmp_path, "nightly", 140), **named).run() == 0
    bad = runner(tmp_path / "2", live, results(tmp_path, "nightly", 100), **named)
    assert bad.run() == 1
    kept = submissions(live, tmp_path, "pushed", "nightly")
    assert bad.outputs["candor"]["submissions"] == kept[0]
    assert "It was pushed before the gate" in bad.summary
    assert f"/compare?a={kept[0]}&b={kept[1]}&" in bad.summary


def test_a_first_run_may_fail_and_a_wrong_name_always_does(live: Live, tmp_path: Path) -> None:
    named = {"benchmark": "firsts", "target": "0.5", "baseline": "nightly"}
    strict = named | {"first-run": "fail"}
    path = results(tmp_path, "nightly", 140)
    job = runner(tmp_path / "1", live, path, **strict)
    assert job.run() == 7
    assert job.outputs["candor"]["decision"] == "first-run"
    assert "(`first-run: fail`)" in job.summary
    assert runner(tmp_path / "2", live, path, **named).run() == 0
    typo = runner(tmp_path / "3", live, path, **named | {"baseline": "nihgtly"})
    assert typo.run() == 2
    assert typo.outputs["candor"]["decision"] == ""
    assert "no counted submission of a model named" in typo.summary
    pinned = runner(tmp_path / "4", live, path, **named | {"baseline": "sub_none"})
    assert pinned.run() == 4
    assert "## Error" in pinned.summary


def test_a_push_without_a_gate_shows_the_board(live: Live, tmp_path: Path) -> None:
    job = runner(tmp_path / "1", live, results(tmp_path, "base", 140), benchmark="plain")
    assert job.run() == 0
    assert job.outputs["candor"]["decision"] == ""
    assert "| 1 | base |" in job.summary


def test_a_step_that_dies_leaves_a_summary(live: Live, tmp_path: Path) -> None:
    path = tmp_path / "nothing.jsonl"
    path.write_text('{"a": 1}\n')
    unreadable = runner(tmp_path / "1", live, path)
    assert unreadable.run() == 3
    assert "## Candor: the step failed" in unreadable.summary
    good = results(tmp_path, "quill", 5, n=10)
    absent = runner(tmp_path / "2", live, good, publish="false", benchmark="absent")
    assert absent.run() == 4
    assert "--publish" in absent.summary
    stranger = runner(tmp_path / "3", live, good, key="cdr_wrong")
    assert stranger.run() == 4
    assert "## Error: quill" in stranger.summary
    misspelt = runner(tmp_path / "4", live, good, order="gate-last")
    assert misspelt.run() == 2
    assert "gate-first or push-first" in misspelt.summary
    broken = runner(tmp_path / "5", live, good)
    (tmp_path / "5" / "temp" / "candor" / "bin" / "candor").write_text("#!/bin/bash\nkill -9 $$\n")
    assert broken.run() > 100
    assert "Nothing was decided" in broken.summary


@pytest.mark.parametrize("name", ["paths", "url", "key"])
def test_what_is_needed_is_said_to_be(name: str) -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    assert action["inputs"][name]["required"] is True
    assert action["runs"]["using"] == "composite"
    for step in action["runs"]["steps"]:
        assert step["shell"] == "bash"
