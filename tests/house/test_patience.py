"""No test has a deadline of its own: they wait by the one ceiling of `tests/waiting.py`."""

import ast
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from unittest.mock import Mock

import pytest

from tests import waiting
from tests.waiting import CEILING

HERE = Path(__file__).parents[1]


def deadlines(source: str) -> list[int]:
    """The lines that give a call fewer seconds than the ceiling."""
    return [
        word.value.lineno
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and ast.unparse(call.func) != "timedelta"
        for word in call.keywords
        if word.arg in {"timeout", "seconds"}
        and isinstance(word.value, ast.Constant)
        and isinstance(word.value.value, int | float)
        and 1 < word.value.value < CEILING
    ]


def test_no_test_has_a_deadline_of_its_own() -> None:
    found = {
        path.relative_to(HERE).as_posix(): lines
        for path in HERE.rglob("*.py")
        if (lines := deadlines(path.read_text()))
    }
    assert found == {}, "give timeout=CEILING (tests/waiting.py)"


@pytest.mark.parametrize("call", ["get(timeout=5)", "later.settle(seconds=30)"])
def test_the_check_finds_one(call: str) -> None:
    assert deadlines(f"x = 1\n{call}\n") == [2]


class NotReady(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(503, "no schema")

    def log_message(self, *_: object) -> None:
        """Prints nothing."""


def test_a_server_that_never_gets_ready_is_told_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "server.log"
    log.write_text("its last words")
    process = Mock(poll=Mock(return_value=None))
    with ThreadingHTTPServer(("127.0.0.1", 0), NotReady) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        monkeypatch.setattr(waiting, "monotonic", Mock(side_effect=[0, CEILING]))
        with pytest.raises(AssertionError, match=r"(?s)no schema.*its last words"):
            waiting.wait_until_ready(address, start_id="x", process=process, log=log)
        server.shutdown()
