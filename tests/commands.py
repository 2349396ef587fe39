"""Commands run inside the test's process.

A process of its own costs a command seconds of imports, and most tests ask what a command says and
how it ends. `run_here` calls its entry point with the arguments, environment and standard streams
of one command.
"""

import io
import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from typing import Any
from unittest.mock import patch

import stamina.instrumentation


class Ran:
    """A finished command: its exit code and what it printed."""

    def __init__(self, code: int, out: str, err: str) -> None:
        assert "Traceback" not in err, err
        self.code, self.out, self.err = code, out, err

    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)


def run_here(
    main: Callable[[], object], *words: object, environment: Mapping[str, str], stdin: str = ""
) -> Ran:
    """`main`, the entry point of a command, with these words.

    An exception that would end a process with a traceback is left to the test, as it is.
    """
    assert not any(name.startswith("PYTHON") for name in environment.keys() - os.environ.keys()), (
        "Python reads its own variables only when it starts: give the command a process"
    )
    out, err = _stream(), _stream()
    hooks = stamina.instrumentation.get_on_retry_hooks()
    with (
        patch.dict("os.environ", environment, clear=True),
        patch("sys.argv", ["command", *map(str, words)]),
        patch("sys.stdin", _stream(stdin)),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            code = _exit_code(main)
        finally:
            stamina.instrumentation.set_on_retry_hooks(hooks)  # the client's commands set others
    return Ran(code, _text(out), _text(err))


def _exit_code(main: Callable[[], object]) -> int:
    """Runs the command; what a process would end with."""
    try:
        main()
    except SystemExit as ended:
        if ended.code is None:
            return 0
        if isinstance(ended.code, int):
            return ended.code
        sys.stderr.write(f"{ended.code}\n")  # as Python does
        return 1
    return 0


def _stream(text: str = "") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", newline="")


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()
