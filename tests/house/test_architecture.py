"""The architecture page and CONTRIBUTING are what the code is; a failure names the command."""

import re
import runpy
import tomllib
from pathlib import Path

import pytest
import yaml

from candor_client.importers.formats import FORMATS

ROOT = Path(__file__).parents[2]
PAGES = ["CONTRIBUTING.md", "docs/architecture.md", "docs/migrations.md"]


def test_the_picture_and_the_folders_are_those_of_the_code() -> None:
    writer = runpy.run_path(str(ROOT / "docs" / "write_architecture.py"))
    page = (ROOT / "docs" / "architecture.md").read_text()
    assert writer["written"](page) == page, "run python docs/write_architecture.py"


def test_every_folder_says_what_it_is_for() -> None:
    writer = runpy.run_path(str(ROOT / "docs" / "write_architecture.py"))
    for path, words in writer["rooms"]().items():
        assert words.endswith("."), f"{path}/__init__.py needs a first line that is a sentence"


def test_an_arrow_is_left_out_only_where_a_longer_way_leads_there() -> None:
    writer = runpy.run_path(str(ROOT / "docs" / "write_architecture.py"))
    graph = {"a": {"b", "c"}, "b": {"c"}}
    assert writer["without_detours"](graph) == {"a": {"b"}, "b": {"c"}}


@pytest.mark.parametrize("name", PAGES)
def test_every_file_that_is_named_exists(name: str) -> None:
    text = (ROOT / name).read_text()
    named = re.findall(
        r"`((?:app|client|docs|tests|migrations|bench|locks)/[\w./-]*)(?:::\w+)?`", text
    )
    assert named
    for path in named:
        assert (ROOT / path).exists(), f"{name} names {path}, which does not exist"
    for link in re.findall(r"\]\((?!http|#)([^)#]+)", text):
        assert ((ROOT / name).parent / link).exists(), f"{name} links {link}"


@pytest.mark.parametrize("name", PAGES)
def test_every_command_of_make_that_is_named_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.M))
    for target in re.findall(r"(?:^|`)make ([a-z]+)", (ROOT / name).read_text(), flags=re.M):
        assert target in targets, f"{name}: make {target}"


IMPORTERS = "client/src/candor_client/importers"


def test_every_importer_is_registered_tested_and_documented() -> None:
    modules = {
        path.relative_to(ROOT / "client" / "src").with_suffix("").as_posix().replace("/", ".")
        for path in (ROOT / IMPORTERS).rglob("*.py")
        if re.search(r"^LOOKS_FOR\b", path.read_text(), flags=re.M)
    }
    registered = {known.read.__module__ for known in FORMATS}
    assert not modules - registered, f"no line in FORMATS of {IMPORTERS}/formats.py"
    assert FORMATS[-1].name == "candor", f"FORMATS of {IMPORTERS}/formats.py: it claims too much"
    page = (ROOT / "docs" / "integrations.md").read_text()
    tests = "".join(path.read_text() for path in (ROOT / "tests" / "client").glob("*.py"))
    for known in FORMATS:
        assert re.search(rf"^\|.*`{known.name}`", page, flags=re.M), (
            f"docs/integrations.md needs a row for `{known.name}`"
        )
        assert f'"{known.name}"' in tests, f"tests/client/test_importers.py: {known.name}"


ADRS = sorted((ROOT / "docs" / "adr").glob("*.md"))


@pytest.mark.parametrize("path", ADRS, ids=lambda path: path.stem)
def test_a_decision_has_date_status_and_what_holds_it(path: Path) -> None:
    text = path.read_text()
    number = int(path.name[:4])
    assert text.startswith(f"# {number}. ")
    assert re.search(r"^\*\*Date\.\*\* \d{4}-\d{2}-\d{2}$", text, flags=re.M), path.name
    status = re.search(r"^\*\*Status\.\*\* (accepted|proposed|superseded)", text, flags=re.M)
    assert status, f"{path.name}: **Status.** is accepted, proposed or superseded by a later one"
    for heading in ("Context.", "Decision.", "Consequences.", "Held by"):
        assert f"**{heading}**" in text, f"{path.name}: {heading}"
    for name in re.findall(r"`(tests/[\w./-]+?\.py)", text):
        assert (ROOT / name).exists(), f"{path.name} names {name}, which does not exist"


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(path.name[:4]) for path in ADRS] == list(range(1, len(ADRS) + 1))


def test_the_citation_is_valid_and_of_this_version() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {"cff-version", "message", "title", "authors"} <= cited.keys()
    assert cited["cff-version"] == "1.2.0"
    assert cited["version"] == project["version"]
    assert cited["license"] == project["license"]
    assert all(author.keys() == {"name"} for author in cited["authors"])
