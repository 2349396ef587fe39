"""What the documents say is so: commands, settings, dependencies, locks, container files."""

import json
import os
import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.cli import main
from app.grading.abstentions import EDITION
from app.grading.options import RULES, STEP_WORDS, STEPS
from app.scoring.catalogue.metrics import CATALOGUE
from app.settings import Settings
from bench.replies import block, table
from tests.commands import run_here
from tests.served import Served

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def tracked() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


def test_the_commands_of_the_readme_exist() -> None:
    readme, makefile = (ROOT / "README.md").read_text(), (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^make ([a-z]+)", readme, flags=re.M))
    assert {"run", "test", "check", "migrate"} <= targets
    assert targets <= set(re.findall(r"^([a-z]+):", makefile, flags=re.M))
    for command in ("serve", "migrate", "key", "demo", "doctor"):
        assert run_here(main, command, "--help", environment=os.environ).code == 0, command


def test_the_links_of_the_readme_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!http)([^)]+)\)", (ROOT / "README.md").read_text()):
        assert (ROOT / target).exists(), target


def test_the_curl_of_the_readme_works(served: Served) -> None:
    readme = (ROOT / "README.md").read_text()
    benchmark = re.search(r"-d '(.*?)'\n", readme, flags=re.S)
    rows = re.search(r"--data-binary '(.*?)'\n", readme, flags=re.S)
    assert benchmark is not None
    assert rows is not None
    made = served.request("POST", "/benchmarks", json=json.loads(benchmark[1]))
    assert made.status_code == 201, made.text
    sent = served.request(
        "POST",
        "/benchmarks/capitals/submissions?model=quill",
        content=rows[1].encode(),
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert sent.status_code == 201, sent.text
    assert sent.json()["scores"]["accuracy"]["value"] == pytest.approx(2 / 3)


def test_every_row_of_the_readme_is_legal(served: Served) -> None:
    readme = (ROOT / "README.md").read_text()
    rows = [json.loads(text) for text in re.findall(r"^\| `(\{.*?\})` \|", readme, flags=re.M)]
    assert len(rows) == 6
    keys = [{"key": row["item"], "accepted": ["Lima"]} for row in rows]
    served.publish(items=keys, missing_limit=1)
    graded_here = [row for row in rows if "verdict" not in row]
    assert served.submit(graded_here).status_code == 201


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    for name, field in Settings.model_fields.items():
        default = "" if field.default in (None, "") else f"`{field.default}`"
        row = f"| `CANDOR_{name.upper()}` | {default} | {field.description} |"
        assert row in page, f"docs/settings.md needs the row {row}"


def test_every_metric_is_documented() -> None:
    page = (ROOT / "docs" / "scoring.md").read_text()
    written = runpy.run_path(str(ROOT / "docs" / "write_metrics.py"))["tables"]()
    assert written in page, "run python docs/write_metrics.py"
    assert all(f"`{metric.id}`" in written for metric in CATALOGUE)


def test_no_page_counts_the_metrics() -> None:
    """A count in prose is wrong with the next metric, and nothing tells."""
    for path in [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]:
        counted = re.search(r"\b\d{2,3} metrics\b", path.read_text())
        assert counted is None, f"{path.name}: {counted and counted[0]}: name no number"


def test_every_dependency_has_its_reason() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    client = tomllib.loads((ROOT / "client" / "pyproject.toml").read_text())
    named = [
        *project["project"]["dependencies"],
        *client["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["parquet"],
        *project["dependency-groups"]["dev"],
        *project["dependency-groups"]["build"],
    ]
    for line in named:
        name = re.split(r"[\[<>=; ]", line)[0]
        assert name in page, name


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_the_lock_has_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    pins = re.findall(r"^[a-z0-9][^ ]*==", text, flags=re.M | re.I)
    assert pins
    blocks = re.split(r"\n(?=[a-zA-Z0-9])", text)
    assert all("--hash=sha256:" in block for block in blocks if "==" in block)


def test_no_path_of_a_machine_and_no_index() -> None:
    hosts = "|".join(("p" + "ypi.org", "p" + "ythonhosted", "n" + "pmjs", "index" + "-url="))
    homes = re.compile(rf"(?<![\w.])/(?:work|farm|root|home)/|{hosts}")
    for path in tracked():
        if path.suffix in {".woff2", ".png"}:
            continue
        found = homes.search(path.read_text())
        assert found is None, f"{path.name}: {found and found[0]}"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def test_compose_meets_its_specification() -> None:
    command = [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*command, ROOT / "docker-compose.yml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_compose_is_closed_by_default(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert "no-new-privileges:true" in service["security_opt"]
        assert "mem_limit" in service
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:")
    app = compose["services"]["app"]
    assert app["user"] != "0"
    assert app["cap_drop"] == ["ALL"]
    assert app["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert "ports" not in compose["services"]["db"]
    assert compose["services"]["db"]["volumes"]


def test_the_image_runs_as_nobody() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "USER candor" in lines
    assert any("--require-hashes" in line for line in lines)


def test_settings_refuse_what_is_dangerous(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDOR_WORKERS", "8")
    with pytest.raises(ValueError, match="at most 2 workers"):
        Settings()


def test_the_page_on_grading_tells_what_the_rules_do() -> None:
    page = (ROOT / "docs" / "grading.md").read_text(encoding="utf-8")
    for step, words in STEP_WORDS.items():
        assert f"| `{step}` | {words} |" in page, f"docs/grading.md: {step}"
    assert tuple(STEP_WORDS) == STEPS
    assert f"edition {RULES} of the rules" in page
    assert f"edition {EDITION})" in page
    written, _ = table()
    assert block(written) in page, "run python -m bench.replies --write"
