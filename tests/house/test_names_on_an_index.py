"""Nothing tells people to install a name that is not ours: a stranger may own it on an index."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.house.test_docs import tracked

ROOT = Path(__file__).parents[2]
OURS = r"candor(?:[-_](?:client|server))?"
INSTALLERS = r"(?:pip3?|uv|pipx|poetry|pdm|conda|uvx)"
BY_NAME = re.compile(
    # An installer with one of our names as a requirement: not a path, an address or a wheel.
    rf"\b{INSTALLERS}\b[^\n`|]*?\b(?:install|add|run|inject|with)\s[^\n`|]*?"
    rf"(?<![\w./+-]){OURS}(?![\w./-])"
    # Our names with an extra, as nobody writes them but to install them.
    rf"|(?<![\w./]){OURS}\[\w"
    # In words.
    rf"|\b[Ii]nstall(?:s|ing|ed)?\s+[\"'`]?{OURS}(?![\w./-])"
)


@pytest.mark.parametrize(
    "line",
    [
        "pip install candor-client",
        "# pip install candor",
        "pip install --upgrade 'candor-client[parquet]'",
        "python -m pip install -q candor_client==0.1.0",
        "uv add candor-client",
        "uv tool install candor",
        "This server reads no Parquet; install candor-server[parquet], or send NDJSON.",
        "needs pyarrow: pip install candor-client[parquet]",
        "poetry add candor",
    ],
)
def test_a_name_is_found(line: str) -> None:
    assert BY_NAME.search(line)


@pytest.mark.parametrize(
    "line",
    [
        "pip install ./client",
        "pip install https://candor.example.org/client/candor_client-0.1.0-py3-none-any.whl",
        'pip install --quiet "$ACTION/client"',
        "candor push logs/ --benchmark x",
        "installed, `candor push` reads it",
        "pip install pyarrow",
        "pip --disable-pip-version-check install --require-hashes -r requirements.txt",
    ],
)
def test_a_path_or_an_address_is_none(line: str) -> None:
    assert not BY_NAME.search(line)


def test_nobody_is_told_to_install_a_name() -> None:
    looked_at = 0
    for path in tracked():
        inside = path.relative_to(ROOT)
        if inside.parts[0] == "tests" or path.suffix in {".png", ".woff2", ".json"}:
            continue
        found = BY_NAME.search(path.read_text())
        assert found is None, f"{inside}: {found and found[0]}"
        looked_at += 1
    assert looked_at > 300


def test_the_readme_of_each_distribution_reads_alone() -> None:
    """It is the long text of the wheel: a page that shows it has no files beside it."""
    for folder in (ROOT, ROOT / "client"):
        project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
        text = (folder / project["readme"]).read_text()
        links = re.findall(r"\]\(([^)]+)\)", text)
        if folder.name == "client":
            assert all(one.startswith(("https://", "#")) for one in links), links


def test_the_placeholder_of_the_action_says_what_it_is() -> None:
    for line in (ROOT / "docs" / "integrations.md").read_text().splitlines():
        if "OWNER/" in line:
            assert "put your own" in line
