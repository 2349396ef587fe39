"""Ports of this machine that are a test's own."""

import socket
import sys

_RESERVED: list[socket.socket] = []


def free_port() -> int:
    """A port on which nobody listens, and which nobody else gets while the tests run.

    It stays bound without listening, so that a connection to it is refused, no other process is
    given it, and a server with SO_REUSEADDR (as uvicorn, asyncio and PostgreSQL set it) may still
    listen there. Only Linux lets a second socket do so: elsewhere the port is let go.
    """
    probe = socket.socket()
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    probe.bind(("127.0.0.1", 0))
    port: int = probe.getsockname()[1]
    if sys.platform == "linux":
        _RESERVED.append(probe)
    else:
        probe.close()
    return port
