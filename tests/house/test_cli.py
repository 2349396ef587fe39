"""The command line: a first start makes everything, a later one makes nothing anew."""

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.cli import main
from tests.commands import Ran, run_here
from tests.ports import free_port
from tests.postgresql import Server
from tests.waiting import CEILING, wait_until_ready

BIN = Path(sys.executable).parent


def environment(folder: Path, **more: str) -> dict[str, str]:
    return os.environ | {"CANDOR_DATA_DIR": str(folder), "COLUMNS": "200"} | more


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, Path]]:
    """`candor-server serve` on a free port; its address and what it prints."""
    port, start_id = str(free_port()), secrets.token_hex(8)
    log = folder.parent / f"{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [BIN / "candor-server", "serve"],
            env=environment(folder, CANDOR_PORT=port, CANDOR_START_ID=start_id),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_ready(address, start_id=start_id, process=process, log=log)
            yield address, log
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(CEILING) == 0


def test_first_and_second_start(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with serving(folder) as (address, log):
        first = log.read_text()
        page = urllib.request.urlopen(address, timeout=CEILING).read().decode()
        assert "Letter counts" in page
        assert "GPQA-Diamond" in page
    token = re.search(r"cdr_\w{12}_\w{49}", first)
    assert token is not None
    assert (folder / "admin.key").read_text().strip() == token[0]
    assert (folder / "admin.key").stat().st_mode & 0o777 == 0o600
    with serving(folder) as (address, log):
        second = log.read_text()
        headers = {"Authorization": f"Bearer {token[0]}"}
        request = urllib.request.Request(f"{address}/api/v1/keys", headers=headers)
        assert urllib.request.urlopen(request, timeout=CEILING).status == 200
    assert token[0] not in second
    assert "admin.key" in second
    assert "Loaded" not in second


def run(folder: Path, *words: str, **more: str) -> Ran:
    """`candor-server` with these words."""
    return run_here(main, *words, environment=environment(folder, **more))


def run_process(folder: Path, *words: str, **more: str) -> Ran:
    """The same in a process of its own."""
    done = subprocess.run(
        [BIN / "candor-server", *words],
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def test_keys_from_the_command_line(database_url: str, tmp_path: Path) -> None:
    there = {"CANDOR_DATABASE_URL": database_url}
    made = run(tmp_path, "key", "create", "--owner", "acme", "--scope", "submit", **there)
    assert made.code == 0, made.err
    assert re.fullmatch(r"cdr_\w{12}_\w{49}\n", made.out)
    assert "for acme, who is new" in made.err
    again = run(tmp_path, "key", "create", "--owner", "acme", "--scope", "submit", **there)
    assert "for acme, who has keys already" in again.err
    listed = run(tmp_path, "key", "list", **there)
    assert "last used" in listed.out
    assert "never" in listed.out
    name = re.search(r"key_\w+", listed.out)
    assert name is not None
    assert made.out.strip() not in listed.out
    assert run(tmp_path, "key", "revoke", name[0], **there).code == 0
    assert "revoked" in run(tmp_path, "key", "list", **there).out
    assert run(tmp_path, "key", "revoke", "key_none", **there).code == 1
    root = run(tmp_path, "key", "create", "--owner", "x", "--scope", "root", **there)
    assert root.code == 2
    assert run(tmp_path, "doctor", **there).code in {0, 1}


def test_a_process_of_its_own_does_the_same(sqlite_template: Path, tmp_path: Path) -> None:
    there = {"CANDOR_DATABASE_URL": f"sqlite:///{shutil.copy(sqlite_template, tmp_path)}"}
    made = run_process(tmp_path, "key", "create", "--owner", "acme", **there)
    assert made.code == 0, made.err
    assert re.fullmatch(r"cdr_\w{12}_\w{49}\n", made.out)
    lists = [how(tmp_path, "key", "list", **there) for how in (run, run_process)]
    assert lists[0].out == lists[1].out != ""
    assert [one.code for one in lists] == [0, 0]


@pytest.mark.postgresql
def test_an_unmigrated_postgresql_is_refused(postgresql: Server, tmp_path: Path) -> None:
    postgresql.create("bare")
    there = {"CANDOR_DATABASE_URL": postgresql.url("bare"), "CANDOR_PORT": str(free_port())}
    refused = run_process(tmp_path, "serve", **there)
    assert refused.code == 1
    assert "candor-server migrate" in refused.err


@pytest.mark.parametrize("value", ["zero", "70000"])
def test_bad_settings_are_said_in_words(tmp_path: Path, value: str) -> None:
    refused = run(tmp_path, "serve", CANDOR_PORT=value)
    assert refused.code == 2
    assert "CANDOR_PORT" in refused.err
    assert "Traceback" not in refused.err


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_no_character_ends_a_command(tmp_path: Path, encoding: str) -> None:
    for words in (("--help",), ("key", "--help"), ("version",)):
        done = subprocess.run(
            [BIN / "candor-server", *words],
            env=environment(tmp_path, PYTHONIOENCODING=encoding, PYTHONUTF8="0"),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        done.stdout.decode(encoding)


def test_a_reader_that_stops_changes_nothing(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [BIN / "candor-server", "--help"],
        stdout=writer,
        stderr=subprocess.PIPE,
        env=environment(tmp_path),
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_fault_is_no_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("app.doctor.examine", broken)
    monkeypatch.setattr("sys.argv", ["candor-server", "doctor"])
    monkeypatch.setenv("CANDOR_DATA_DIR", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 70
    assert "ZeroDivisionError" in capsys.readouterr().err
