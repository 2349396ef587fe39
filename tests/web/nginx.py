"""A real nginx with TLS, as docs/operations.md sets it up: the test runs what the page says."""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.absence import absent
from tests.ports import free_port
from tests.waiting import CEILING, wait_until

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
_AROUND = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {server}
}}
"""


def documented(*, root_path: str = "") -> str:
    """The server block of the page, with the location for a prefix where one is given."""
    server, prefixed = re.findall(r"```nginx\n(.*?)```", PAGE.read_text(), re.DOTALL)
    if not root_path:
        return str(server)
    found = re.search(r"    location / \{.*?\n    \}\n", server, re.DOTALL)
    assert found is not None
    return str(server.replace(found[0], prefixed.replace("/candor/", f"{root_path}/")))


@contextmanager
def nginx(
    folder: Path, upstream: str, *, root_path: str = "", strip: bool = False
) -> Iterator[str]:
    """nginx before `upstream` (host and port); yields the address with TLS and the prefix."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        absent("nginx")
    openssl = shutil.which("openssl")
    if openssl is None:
        absent("openssl")
    assert program is not None
    assert openssl is not None
    folder.mkdir(exist_ok=True)
    _make_certificate(openssl, folder)
    port = free_port()
    server = documented(root_path=root_path)
    for said, here in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("candor.example.org", "localhost"),
        ("/etc/ssl/candor/", f"{folder}/"),
        ("http://127.0.0.1:8000;", f"http://{upstream}{'/' if strip else ''};"),
    ):
        assert said in server, said
        server = server.replace(said, here)
    user = "user root;" if os.geteuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(_AROUND.format(folder=folder, user=user, server=server))
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(config)])
    try:
        _wait_for(process, port, folder)
        yield f"https://localhost:{port}{root_path}"
    finally:
        process.terminate()
        process.wait(CEILING)


def _make_certificate(openssl: str, folder: Path) -> None:
    subprocess.run(
        [
            openssl, "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem"),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip


def _wait_for(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    def listening() -> bool:
        if process.poll() is not None:
            raise RuntimeError(f"nginx ended: {(folder / 'error.log').read_text()}")
        try:
            socket.create_connection(("127.0.0.1", port), CEILING).close()
        except OSError:
            return False
        return True

    wait_until(listening, "nginx")
