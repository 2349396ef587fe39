"""Every setting and every option of the two commands does something: this names the test that
shows it, and a new one without such a test fails here."""

import json
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import pytest
import structlog
from typer.main import get_command

from app.cli import app as server_app
from app.cli import main
from app.log import configure_logging
from app.services.access.keys import issue_first
from app.settings import Settings
from app.storage.database.session import open_database
from app.storage.keys import list_keys
from candor_client.commands.root import app as client_app
from tests.commands import run_here
from tests.served import Served, serve

ROOT = Path(__file__).parents[2]

SETTINGS = {
    "database_url": "tests/served.py",
    "database_password_file": "tests/house/test_every_setting.py",
    "data_dir": "tests/house/test_cli.py",
    "host": "tests/house/test_every_setting.py",
    "port": "tests/house/test_cli.py",
    "workers": "tests/faults/test_many_processes.py",
    "start_id": "tests/faults/test_workers.py",
    "trusted_proxies": "tests/web/test_behind_proxy.py",
    "root_path": "tests/web/test_prefix.py",
    "base_url": "tests/web/test_prefix.py",
    "key_pepper": "tests/house/test_every_setting.py",
    "key_pepper_file": "tests/house/test_every_setting.py",
    "log_level": "tests/house/test_every_setting.py",
    "log_format": "tests/house/test_every_setting.py",
    "writes_per_minute": "tests/house/test_every_setting.py",
    "reads_per_minute": "tests/api/test_hostile.py",
    "key_failures_per_minute": "tests/house/test_every_setting.py",
    "sheet_megabytes": "tests/house/test_every_setting.py",
    "max_body_megabytes": "tests/house/test_every_setting.py",
    "max_decoded_megabytes": "tests/house/test_every_setting.py",
    "max_rows": "tests/house/test_every_setting.py",
}
"""By setting, the file whose tests set it and look at what comes of it."""

SERVER_OPTIONS = {
    "key create --owner": "tests/house/test_cli.py",
    "key create --scope": "tests/house/test_cli.py",
    "key create --benchmark": "tests/house/test_every_setting.py",
    "key create --label": "tests/house/test_every_setting.py",
    "key create --days": "tests/house/test_every_setting.py",
}
"""By option of `candor-server`, the file whose tests give it."""

SHARED_OPTIONS = frozenset({"--url", "--json", "--help"})
"""Options that every command of `candor` shares; its tests give them on nearly every line."""

CLIENT_OPTIONS = {
    "submit": "--model --provider --version --organisation --tag --stated-target "
    "--stated-penalty --confidence-source --percent --external-id",
    "publish": "--slug --title --matcher --preset --target --penalty --tolerance --phrase --source "
    "--description --missing-limit --quota-total --quota-per-day --private --hidden --column "
    "--dry-run",
    "leaderboard": "--target --penalty --mode --rule --category --tag --revision --limit --format",
    "threshold": "--risk",
    "push": "--benchmark --model --provider --version --metric --filter --scorer --failures "
    "--confidence-unit --decimal --empty --rows --mapping --save-mapping --confidences --repeats "
    "--cluster --category --column --publish --private "
    "--preset --dry-run --accept-mismatch --unfinished",
    "ci": "--baseline --against --max-loss --order --first-run --cannot-tell --benchmark --model "
    "--mapping --target --penalty --mode --publish --unfinished --accept-mismatch --summary "
    "--output",
    "compare": "--benchmark --target --penalty --mode --rule",
    "gate": "--baseline --against --max-loss --benchmark --mapping --target --penalty --mode "
    "--rule",
    "score": "--target --penalty --mode --matcher --missing --mapping",
    "export": "--as --out --organisation",
    "prompt": "--target --penalty --matcher",
    "login": "--key",
    "benchmarks": "--archived",
    "change": "--at-version --attempt --description --missing-limit --mode --public "
    "--quota-per-day --quota-total --source --target --penalty --title --ungraded-limit",
    "archive": "--reason",
    "delete": "--reason --yes",
    "erase": "--reason --yes",
    "withdraw": "--reason",
}
"""By command of `candor`, the options that the tests of the client give."""

SHORT = {"--out": "-o"}


def options(command: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The options of a command and of those below it: the command's path, the longest name."""
    for name, below in getattr(command, "commands", {}).items():
        yield from options(below, f"{path} {name}".strip())
    if path:
        for parameter in command.params:
            if isinstance(parameter, click.Option) or parameter.param_type_name == "option":
                yield path, max(parameter.opts, key=len)


def test_every_setting_has_a_test_that_sets_it() -> None:
    unlike = SETTINGS.keys() ^ Settings.model_fields.keys()
    assert not unlike, f"SETTINGS of tests/house/test_every_setting.py: {unlike}"
    for name, path in SETTINGS.items():
        # The lines of SETTINGS are no tests.
        text = (ROOT / path).read_text().replace(f'"{name}": "', "")
        assert name in text or f"CANDOR_{name.upper()}" in text, f"{path} does not set {name}"


def test_every_setting_is_read() -> None:
    code = {
        path: path.read_text()
        for path in (ROOT / "app").rglob("*.py")
        if path != ROOT / "app" / "settings.py"
    }
    within = (ROOT / "app" / "settings.py").read_text()
    for name in Settings.model_fields:
        read = rf"\b(settings|self)\.{name}\b"
        assert any(re.search(read, text) for text in (*code.values(), within)), (
            f"nothing reads {name}; hand it on in app/main.py"
        )


def test_every_option_has_a_test_that_gives_it() -> None:
    found = {f"{path} {name}" for path, name in options(get_command(server_app))}
    assert found - {one for one in found if one.endswith("--help")} == SERVER_OPTIONS.keys()
    for named, path in SERVER_OPTIONS.items():
        assert f'"{named.split()[-1]}"' in (ROOT / path).read_text(), named
    found = {
        f"{path} {name}"
        for path, name in options(get_command(client_app))
        if name not in SHARED_OPTIONS
    }
    held = {
        f"{command} {name}" for command, names in CLIENT_OPTIONS.items() for name in names.split()
    }
    assert found == held
    text = "".join(path.read_text() for path in (ROOT / "tests" / "client").glob("*.py"))
    for named in held:
        name = named.split()[1]
        given = any(f'"{one}"' in text for one in (name, SHORT.get(name, name)))
        # The tests of the Action run its steps, which give the rest.
        assert given or f"{name}=" in (ROOT / "action.yml").read_text(), named


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    copy = tmp_path / "candor.db"
    copy.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{copy}"


def lines(n: int) -> bytes:
    return b"".join(b'{"key": "q%d", "accepted": ["a"]}\n' % number for number in range(n))


def publish_lines(served: Served, body: bytes, slug: str = "lines") -> int:
    params = {"slug": slug, "matcher": "text"}
    headers = {"Content-Type": "application/x-ndjson"}
    return served.request(
        "POST", "/benchmarks", params=params, headers=headers, content=body
    ).status_code


@pytest.mark.parametrize(
    ("setting", "value", "body"),
    [
        ({"max_rows": 3}, 413, lines(4)),
        ({"max_body_megabytes": 1}, 413, lines(4) + b" " * (1 << 20)),
        ({"max_decoded_megabytes": 1}, 413, lines(4) + b" " * (1 << 20)),
    ],
)
def test_sizes_of_bodies_are_limited_as_set(
    url: str, tmp_path: Path, setting: dict[str, Any], value: int, body: bytes
) -> None:
    with serve(url, tmp_path, **setting) as served:
        assert publish_lines(served, body) == value
        assert publish_lines(served, lines(3)) == 201


def test_writes_and_wrong_keys_are_limited_as_set(url: str, tmp_path: Path) -> None:
    with serve(url, tmp_path, writes_per_minute=1, key_failures_per_minute=1) as served:
        # More than two of them would need three minutes to be let through.
        codes = [publish_lines(served, lines(1), f"s{n}") for n in range(3)]
        assert 429 in codes
        wrong = {"Authorization": "Bearer cdr_wrong"}
        codes = [
            served.client.get("/api/v1/benchmarks", headers=wrong).status_code for _ in range(3)
        ]
        assert 429 in codes


def test_memory_for_answer_keys_is_as_set(url: str, tmp_path: Path) -> None:
    sizes = []
    for megabytes in (1, 2):
        with serve(url, tmp_path, sheet_megabytes=megabytes) as served:
            app: Any = served.client.app
            cache = app.state.context.app_state.revision_cache._revisions
            sizes.append(cache._values.maxsize)
    assert sizes[1] == 2 * sizes[0] > 0


def test_a_pepper_is_part_of_every_key(url: str, tmp_path: Path) -> None:
    file = tmp_path / "pepper"
    file.write_text("another pepper of some length\n")
    named = {"key_pepper": "a pepper of some length"}
    in_file = {"key_pepper_file": str(file)}
    for setting, others in ((named, in_file), (in_file, named)):
        settings = Settings(database_url=url, data_dir=tmp_path, **setting)
        database = open_database(url)
        with database.writing() as session:
            token = issue_first(session, pepper=settings.pepper(), owner="ada").token
        database.dispose()
        for wanted, status in ((setting, 200), (others, 401)):
            with serve(url, tmp_path, **wanted) as served:
                assert served.request("GET", "/benchmarks", key=token).status_code == status


def test_the_password_of_the_database_comes_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("s3cret\n")
    settings = Settings(database_url="postgresql://candor@db/candor", database_password_file=file)
    assert settings.url == "postgresql://candor:s3cret@db/candor"


def test_options_of_a_key_are_kept(url: str, tmp_path: Path) -> None:
    environment = os.environ | {"CANDOR_DATABASE_URL": url, "CANDOR_DATA_DIR": str(tmp_path)}
    words = ("key", "create", "--owner", "ada", "--label", "CI", "--days", "9")
    assert run_here(main, *words, environment=environment).code == 0
    bound = run_here(main, *words, "--benchmark", "none", environment=environment)
    assert (bound.code, bound.out) == (1, "")
    database = open_database(url)
    with database.reading() as session:
        (key,) = list_keys(session, limit=9)
    database.dispose()
    assert key.label == "CI"
    assert key.expires_at is not None
    assert key.expires_at - key.created_at == timedelta(days=9)


def test_logs_are_as_set(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        configure_logging(level="info", style="json")
        structlog.get_logger("candor.test").info("said", n=1)
        told = capsys.readouterr()
        assert json.loads((told.out + told.err).splitlines()[-1])["event"] == "said"
        configure_logging(level="error", style="console")
        structlog.get_logger("candor.test").info("said", n=1)
        told = capsys.readouterr()
        assert "said" not in told.out + told.err
    finally:
        configure_logging(level="info", style="auto")
    settings = Settings(log_level="error", log_format="json", host="0.0.0.0")
    assert (settings.log_level, settings.log_format, settings.host) == ("error", "json", "0.0.0.0")
