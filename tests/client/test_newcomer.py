"""What `candor` says to one who gets it wrong: every message names the next step, none is a trace.

Every exit code of docs/integrations.md is reached here or in test_commands.py.
"""

import re
import signal
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from candor_client.commands.gating import EXIT_OF
from candor_client.errors import FAULT, INTERRUPTED, CandorError
from candor_client.importers import Options, read
from candor_client.record import ImportProblem
from candor_client.wording import counted, counting
from tests.client.live import TEN, Live
from tests.client.ran import PYTHON, jsonl, run
from tests.ports import free_port
from tests.waiting import CEILING

GUIDE = Path(__file__).parents[2] / "docs" / "integrations.md"
ROWS: list[dict[str, Any]] = [
    {"item": "q1", "answer": "x", "confidence": 0.8},
    {"item": "q2", "abstained": True},
]


def _exit_codes() -> set[int]:
    return {one.exit_code for one in _below(CandorError)} | {*EXIT_OF.values(), FAULT}


def _below(kind: type[CandorError]) -> set[type[CandorError]]:
    """An exception with all that are kinds of it."""
    return {kind}.union(*map(_below, kind.__subclasses__()))


def test_every_exit_code_is_named_in_the_guide_and_in_the_help(live: Live, tmp_path: Path) -> None:
    table = GUIDE.read_text().partition("ends with | means |")[2].partition("\n\n")[0]
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", table, flags=re.M)} == _exit_codes()
    said = run(live, tmp_path, "--help").out.partition("Exit codes:")[2]
    assert {int(code) for code in re.findall(r"\b(\d+) [a-z]", said)} == _exit_codes()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.jsonl", "", "is empty"),
        ("empty.csv", "\n", "is empty"),
        ("head.csv", "item,answer\n", "has a header and no rows"),
        ("strange.csv", "Frage;Antwort\nq1;x\n", "--column item=HEADER --column answer=HEADER"),
        (
            "reply.csv",
            "item,words,status\nq1,x,1\n",
            "There are item, words, status. Say, as --column item=HEADER --column answer=HEADER",
        ),
        ("latin.csv", "item,answer\nq1,caf\udce9\n", "save it as UTF-8"),
        ("torn.jsonl", '{"item": "q1", "answer"', "Is the file complete?"),
        ("words.txt", "hello", "not in a known format"),
        ("silent.jsonl", '{"item": "q1", "answer": "x"}\n{"item": "q2"}\n', "it says nothing"),
        (
            "sure.csv",
            "item,answer,confidence\nq1,x,sure\n",
            "row 0 (line 2): the confidence 'sure'",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(ImportProblem, match=re.escape(said)) as caught:
        read(path)
    assert str(path) in str(caught.value)


def test_columns_of_any_name_are_read_once_they_are_named(live: Live, tmp_path: Path) -> None:
    path = tmp_path / "strange.csv"
    path.write_text("Frage;Antwort;Sicherheit\nq1;a1;0.8\nq2;a2;\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "rows.csv").write_text(path.read_text())
    (tmp_path / "folder" / "config.json").write_text('{"seed": 1}')
    named = {"item": "Frage", "answer": "Antwort", "confidence": "Sicherheit"}
    for where in (path, tmp_path / "folder"):
        [imported] = read(where, options=Options(columns=named))
        assert [row.answer for row in imported.rows] == ["a1", "a2"]
        assert imported.confidences == 1
        assert imported.warnings == ()
    words = ("push", path, "--dry-run", "--column")
    assert "our fields are item" in run(live, tmp_path, *words, "question_no=Frage").err
    told = run(live, tmp_path, *words, "item=Frage", "--column", "answer=Reply")
    assert (told.code, "there are Frage, Antwort, Sicherheit" in told.err) == (3, True)


def test_mistakes_with_files(live: Live, ten: str, tmp_path: Path) -> None:
    rows = jsonl(tmp_path / "rows.jsonl", ROWS)
    strange = tmp_path / "strange.csv"
    strange.write_text("item,words\nq1,x\n")
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    for words, code, said in (
        (("submit", ten, empty, "-m", "m"), 3, "is empty"),
        (("submit", ten, tmp_path, "-m", "m"), 3, "candor push read the folder"),
        (("submit", ten, strange, "-m", "m"), 3, "--column answer=HEADER"),
        (("publish", tmp_path / "none.csv"), 3, "does not exist"),
        (("publish", empty), 3, "is empty"),
        (("publish", strange), 3, "There are item, words"),
        (("publish", rows), 3, "candor publish --matcher verdicts"),
        (("score", rows), 3, "no row says what is right"),
        (("gate", tmp_path / "none.jsonl", "--baseline", "a", "-b", ten), 3, "does not exist"),
        (("gate", rows, "--baseline", "a"), 4, "name one with --benchmark"),
        (("gate", "nobody", "--baseline", "a", "-b", ten), 2, f"candor leaderboard {ten}"),
        (("leaderboard", "nowhere"), 4, "candor benchmarks lists"),
        (("export", "sub_none"), 4, "names every submission"),
    ):
        ran = run(live, tmp_path, *words)
        assert (ran.code, ran.out) == (code, ""), (words, ran.err)
        assert said in ran.err, (words, ran.err)


def test_a_single_bad_field_is_said_once(live: Live, ten: str, tmp_path: Path) -> None:
    rows = jsonl(tmp_path / "rows.jsonl", ROWS)
    questions = jsonl(
        tmp_path / "questions.jsonl",
        [{"key": name, "question": f"{name}?", "accepted": ["x"]} for name in "ab"],
    )
    ran = run(live, tmp_path, "publish", questions, "--missing-limit", "7")
    assert (ran.code, ran.err.count("less than or equal to 1")) == (3, 1)
    lost = run(live, tmp_path, "push", rows, "-b", ten, "--confidences", tmp_path / "none.json")
    assert (lost.code, "none.json: No such file" in lost.err) == (3, True)


def test_mistakes_with_address_and_key(live: Live, ten: str, tmp_path: Path) -> None:
    def ask(**given: str) -> tuple[int, str]:
        ran = run(live, tmp_path, "leaderboard", ten, **given)
        return ran.code, ran.err

    for address in ("localhost:8000", "http://a b", "http://127.0.0.1:99999"):
        code, said = ask(CANDOR_URL=address)
        assert (code, "is no address; CANDOR_URL looks like" in said) == (2, True)
    code, said = ask(CANDOR_KEY="cdr_ключ")
    assert (code, "copy it again" in said, "ключ" in said) == (2, True, False)
    assert ask(CANDOR_KEY=f"{live.key}\n")[0] == 0
    code, said = ask(CANDOR_URL=f"http://127.0.0.1:{free_port()}")
    assert (code, "Set CANDOR_URL or --url" in said, "Errno" in said) == (4, True, False)
    (tmp_path / "config.json").write_text("{")
    code, said = ask(CANDOR_KEY="", CANDOR_URL="")
    assert (code, "delete it, then run candor login" in said) == (2, True)


def test_login_without_a_key_says_how_to_give_one(live: Live, tmp_path: Path) -> None:
    ran = run(live, tmp_path, "login")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "candor: No key was given: say --key, or pipe it in: candor login < FILE.\n"


def test_where_nothing_can_be_written(live: Live, ten: str, tmp_path: Path) -> None:
    with live.client(tmp_path) as client:
        sent = client.submit(ten, [{"item": "q1", "answer": "a1"}], model="m")["id"]
    ran = run(live, tmp_path, "export", sent, "--as", "csv", "-o", tmp_path / "no" / "rows.csv")
    assert (ran.code, "rows.csv: No such file or directory." in ran.err) == (3, True)


class Busy(BaseHTTPRequestHandler):
    """A server that asks to be left alone for as long as the command may still be interrupted."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(503)
        self.send_header("Retry-After", "110")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Prints nothing."""


def test_ctrl_c_is_said_and_stores_nothing_twice(live: Live, ten: str, tmp_path: Path) -> None:
    rows = jsonl(tmp_path / "rows.jsonl", [{"item": "q1", "answer": "a1"}])
    words = ["submit", ten, str(rows), "-m", "m"]
    with ThreadingHTTPServer(("127.0.0.1", 0), Busy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        busy = f"http://127.0.0.1:{server.server_address[1]}"
        trying = subprocess.Popen(
            [PYTHON, "-m", "candor_client", *words],
            env=live.environment(tmp_path, CANDOR_URL=busy),
            stderr=subprocess.PIPE,
            text=True,
        )
        assert trying.stderr is not None
        assert "Trying again in" in trying.stderr.readline()
        trying.send_signal(signal.SIGINT)
        said = trying.communicate(timeout=CEILING)[1]
        server.shutdown()
    assert trying.returncode == INTERRUPTED
    assert "Traceback" not in said
    assert said.endswith("interrupted. Nothing is half stored; the same command can run again.\n")
    assert run(live, tmp_path, *words).code == 0
    with live.client(tmp_path) as client:
        assert len(client.submissions(ten)) == 1


def test_the_story_agrees_with_its_numbers(live: Live, tmp_path: Path) -> None:
    assert [counted(n, "row") for n in (0, 1, 2, 1_000)] == [
        "0 rows",
        "1 row",
        "2 rows",
        "1,000 rows",
    ]
    assert [counting(n, "item", "is") for n in (0, 1, 2)] == [
        "0 items are",
        "1 item is",
        "2 items are",
    ]
    assert counting(2, "row", "counts") == "2 rows count"
    one = {**TEN, "slug": "one", "items": TEN["items"][:1]}  # type: ignore[index]
    with live.client(tmp_path) as client:
        client.publish(one)
        client.submit("one", [{"item": "q0", "answer": "no"}], model="alone")
    board = run(live, tmp_path, "leaderboard", "one", "-t", "0.75").out
    assert "declared · 1 item\n" in board
    assert "is the only model here. It would do better answering “I" in board
    failed = [{"item": "q0", "verdict": "correct"}, {"item": "q1", "status": "error"}]
    plan = run(live, tmp_path, "push", jsonl(tmp_path / "f.jsonl", failed), "--dry-run").out
    assert "2 rows of 2 items: 1 correct, 1 ungraded; 0 confidences" in plan
    assert "1 row could not be judged (error 1) and so counts as ungraded." in plan
