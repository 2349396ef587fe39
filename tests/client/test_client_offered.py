"""A running server hands its client out: a stranger's environment installs it from there alone."""

import base64
import hashlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx2
import pytest

from app.web.site import client_wheel as offered
from app.web.site.client_wheel import client_wheel
from tests.client.live import Live
from tests.conftest import absent
from tests.served import Served
from tests.waiting import CEILING

ROOT = Path(__file__).parents[2]


def ran(*words: object, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, words)),
        cwd=folder,
        env=more or None,
        capture_output=True,
        text=True,
        check=False,
        timeout=CEILING,
    )


def test_a_fresh_environment_installs_from_the_server_and_pushes(
    live_both: Live, tmp_path: Path
) -> None:
    uv = Path(sys.executable).parent / "uv"
    made = ran(uv, "venv", "--quiet", "--python", sys.executable, "fresh", folder=tmp_path)
    assert made.returncode == 0, made.stderr
    python = tmp_path / "fresh" / "bin" / "python"
    wheel = client_wheel()
    assert wheel is not None
    address = f"{live_both.url}/client/{wheel.name}"
    about = httpx2.get(f"{live_both.url}/client/").text
    assert f"pip install {address}" in about
    digest = f"{address}#sha256={wheel.sha256}"
    done = ran(uv, "pip", "install", "--quiet", "--python", python, digest, folder=tmp_path)
    if done.returncode and "candor-client" not in done.stderr:
        absent("a package index")
    assert done.returncode == 0, done.stderr
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"item": "a", "verdict": "correct"}\n{"item": "b", "verdict": "wrong"}\n')
    command = [python.parent / "candor", "push", rows, "--benchmark", "fresh", "--model", "m"]
    pushed = ran(
        *command, "--publish", folder=tmp_path, **live_both.environment(tmp_path, PYTHONPATH="")
    )
    assert pushed.returncode == 0, pushed.stderr
    with live_both.client(tmp_path) as client:
        assert client.leaderboard("fresh")["total"] == 1
    wrong = f"{address}#sha256={'0' * 64}"
    refused = ran(
        uv, "pip", "install", "--reinstall", "--no-deps", "--python", python, wrong, folder=tmp_path
    )
    assert refused.returncode != 0
    assert "ash mismatch" in refused.stderr


def test_pip_takes_the_page_for_a_list_of_links(live: Live, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-index", "--dest", "."]
    links = ["--find-links", f"{live.url}/client/"]
    done = ran(*command, *links, "candor-client", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    [file] = tmp_path.glob("*.whl")
    wheel = client_wheel()
    assert wheel is not None
    assert (file.name, file.read_bytes()) == (wheel.name, wheel.content)


def test_the_wheel_is_whole_named_and_known_again(served: Served) -> None:
    wheel = client_wheel()
    assert wheel is not None
    site = served.client
    reply = site.get(f"/client/{wheel.name}")
    assert reply.status_code == 200
    assert hashlib.sha256(reply.content).hexdigest() == wheel.sha256
    digest = base64.b64encode(hashlib.sha256(reply.content).digest()).decode()
    assert reply.headers["repr-digest"] == f"sha256=:{digest}:".replace("sha256", "sha-256")
    assert reply.headers["content-disposition"] == f'attachment; filename="{wheel.name}"'
    assert reply.headers["cache-control"] == "public, max-age=300"
    again = site.get(f"/client/{wheel.name}", headers={"If-None-Match": reply.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = site.head(f"/client/{wheel.name}")
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(reply.content)))
    with zipfile.ZipFile(io.BytesIO(reply.content)) as archive:
        names = set(archive.namelist())
        source = ROOT / "client" / "src" / "candor_client"
        for path in source.rglob("*.py"):
            name = f"candor_client/{path.relative_to(source)}"
            assert archive.read(name) == path.read_bytes()
    assert "candor_client/py.typed" in names


def test_what_is_not_there_says_so(served: Served) -> None:
    site = served.client
    moved = site.get("/client", follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (308, "/client/")
    lost = site.get("/client/candor_client-9.9.9-py3-none-any.whl")
    assert lost.status_code == 404
    assert "candor_client-9.9.9" in lost.text


def test_without_sources_or_a_builder_nothing_is_offered(
    served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(offered, "SOURCES", tmp_path)
    client_wheel.cache_clear()
    try:
        assert client_wheel() is None
        page = served.client.get("/client/").text
        assert "pip install ./client" in page
        assert ".whl" not in page
        assert offered.install_line("http://x") == "pip install ./client"
    finally:
        monkeypatch.undo()
        client_wheel.cache_clear()


def test_a_packed_wheel_is_taken_before_the_sources(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "candor_client-7.0.0-py3-none-any.whl").write_bytes(b"packed")
    monkeypatch.setattr(offered, "PACKED", tmp_path)
    client_wheel.cache_clear()
    try:
        wheel = client_wheel()
        assert wheel is not None
        assert (wheel.name, wheel.content) == (
            "candor_client-7.0.0-py3-none-any.whl",
            b"packed",
        )
    finally:
        monkeypatch.undo()
        client_wheel.cache_clear()
