"""A proxy that misbehaves as told: one instruction a request, then it only passes on."""

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from tests.waiting import CEILING

Instruction = str | Callable[[], None]
_REPLIES: Final = {
    "408": "408 Request Timeout",
    "429": "429 Too Many Requests",
    "502": "502 Bad Gateway",
    "503": "503 Service Unavailable",
    "504": "504 Gateway Timeout",
}


@dataclass
class Proxy:
    """`script` holds what to do with the next requests; `seen` the keys that came, in order.

    `cut`: drops the connection in the middle of the body. `swallow`: passes the request on and
    drops the reply. A status: answers so itself. A function: is called when half of the body has
    been passed on, and the connection is dropped.
    """

    upstream: int
    port: int = 0
    script: list[Instruction] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def misbehaving(upstream: int, *script: Instruction) -> Iterator[Proxy]:
    """A proxy before the server on port `upstream`."""
    proxy = Proxy(upstream, script=list(script))

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                _serve(proxy, self.request)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        proxy.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()


def _serve(proxy: Proxy, caller: socket.socket) -> None:
    received = b""
    while b"\r\n\r\n" not in received:
        piece = caller.recv(65_536)
        if not piece:
            return
        received += piece
    head, body = received.split(b"\r\n\r\n", 1)
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    proxy.seen.append(fields.get(b"idempotency-key", b"").decode())
    length = int(fields.get(b"content-length", b"0"))
    told = proxy.script.pop(0) if proxy.script else "pass"
    if told == "cut":
        return
    while len(body) < length:
        body += caller.recv(65_536)
    if isinstance(told, str) and told in _REPLIES:
        page = b"<html>a proxy of somebody else</html>"
        caller.sendall(
            f"HTTP/1.1 {_REPLIES[told]}\r\nContent-Type: text/html\r\nRetry-After: 0\r\n"
            f"Content-Length: {len(page)}\r\nConnection: close\r\n\r\n".encode()
            + page
        )
        return
    with socket.create_connection(("127.0.0.1", proxy.upstream), timeout=CEILING) as server:
        server.sendall(head + b"\r\nConnection: close\r\n\r\n")
        if callable(told):
            server.sendall(body[: length // 2])
            told()
            return
        server.sendall(body)
        while piece := server.recv(65_536):
            if told == "pass":
                caller.sendall(piece)
