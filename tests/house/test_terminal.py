"""Standard streams of commands, after the command has ended."""

import io
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, redirect_stderr

import pytest

import app.terminal
import candor.commands.terminal

HANDLERS = [app.terminal.forgiving, candor.commands.terminal.forgiving]


@pytest.mark.parametrize("forgiving", HANDLERS, ids=["server", "client"])
def test_what_still_holds_the_stream_can_go_on_writing(
    forgiving: Callable[[], AbstractContextManager[None]],
) -> None:
    given = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with redirect_stderr(given):
        with forgiving():
            held = sys.stderr  # as a logger's handler does
            held.write("during − ")
        held.write("after")
        held.flush()
    given.seek(0)
    assert given.read() == "during - after"
