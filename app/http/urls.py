"""Addresses of this installation, which may be served under a prefix (CANDOR_ROOT_PATH).

No path of ours is written bare into a reply: in Python `url("/desk")`, in a template
`{{ root }}/desk`, in a script `at("/desk")` of address.js. tests/house/test_addresses.py refuses
the rest. Routes, and the paths that a request is compared with, are written without the prefix.
"""

from contextvars import ContextVar
from typing import Final

FORWARDED_HOST: Final = "candor.forwarded_host"
"""Where a request's scope holds the host that a trusted proxy was asked for, if it says."""
_root: ContextVar[str] = ContextVar("root_path", default="")


def serve_under(root_path: str) -> None:
    """Sets the prefix for the request that is being answered: empty, or `/candor`."""
    _root.set(root_path)


def root_path() -> str:
    """The prefix of the request that is being answered; empty at the root of a host."""
    return _root.get()


def url(path: str) -> str:
    """The address of a path of ours, which starts with a slash."""
    return f"{_root.get()}{path}"


def own_path(address: str) -> str:
    """A requested path as routes name it, without the prefix."""
    root = _root.get()
    if address == root or address.startswith(f"{root}/"):
        return address[len(root) :] or "/"
    return address


class Root:
    """What `{{ root }}` prints in a template: the prefix of the request being answered."""

    def __str__(self) -> str:
        return _root.get()
