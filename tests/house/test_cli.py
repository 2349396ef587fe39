"""The command line: a first start makes everything, a later one makes nothing anew."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.postgresql import Server

BIN = Path(sys.executable).parent


def environment(folder: Path, **more: str) -> dict[str, str]:
    return os.environ | {"CANDOR_DATA_DIR": str(folder), "COLUMNS": "200"} | more


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, Path]]:
    """`candor-server serve` on a free port; its address and what it prints."""
    port = free_port()
    log = folder.parent / f"{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [BIN / "candor-server", "serve"],
            env=environment(folder, CANDOR_PORT=port),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(600):
                with suppress(urllib.error.URLError):
                    urllib.request.urlopen(f"{address}/readyz", timeout=5).close()
                    break
                assert process.poll() is None, log.read_text()
                time.sleep(0.05)
            yield address, log
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(40) in {0, -signal.SIGTERM}


def test_first_and_second_start(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with serving(folder) as (address, log):
        first = log.read_text()
        page = urllib.request.urlopen(address, timeout=5).read().decode()
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
        assert urllib.request.urlopen(request, timeout=5).status == 200
    assert token[0] not in second
    assert "admin.key" in second
    assert "Loaded" not in second


def test_keys_from_the_command_line(database_url: str, tmp_path: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [BIN / "candor-server", *words],
            env=environment(tmp_path, CANDOR_DATABASE_URL=database_url),
            capture_output=True,
            text=True,
            check=False,
        )

    made = run("key", "create", "--owner", "acme", "--scope", "submit")
    assert made.returncode == 0, made.stderr
    assert re.fullmatch(r"cdr_\w{12}_\w{49}\n", made.stdout)
    listed = run("key", "list")
    name = re.search(r"key_\w+", listed.stdout)
    assert name is not None
    assert made.stdout.strip() not in listed.stdout
    assert run("key", "revoke", name[0]).returncode == 0
    assert "revoked" in run("key", "list").stdout
    assert run("key", "revoke", "key_none").returncode == 1
    assert run("key", "create", "--owner", "x", "--scope", "root").returncode == 2
    assert run("doctor").returncode in {0, 1}


@pytest.mark.postgresql
def test_an_unmigrated_postgresql_is_refused(postgresql: Server, tmp_path: Path) -> None:
    postgresql.create("bare")
    done = subprocess.run(
        [BIN / "candor-server", "serve"],
        env=environment(
            tmp_path, CANDOR_DATABASE_URL=postgresql.url("bare"), CANDOR_PORT=free_port()
        ),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "candor-server migrate" in done.stderr


@pytest.mark.parametrize("value", ["zero", "70000"])
def test_bad_settings_are_said_in_words(tmp_path: Path, value: str) -> None:
    done = subprocess.run(
        [BIN / "candor-server", "serve"],
        env=environment(tmp_path, CANDOR_PORT=value),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "CANDOR_PORT" in done.stderr
    assert "Traceback" not in done.stderr
