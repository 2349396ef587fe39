"""Rows of a script that are refused outlive it: in a file, with the command that sends them."""

import asyncio
import json
import shlex
from pathlib import Path
from typing import Any

import pytest

import candor_client
from candor_client.errors import ProblemError
from candor_client.unsent.saved_rows import keep_rows, send_line
from tests.client.live import TEN, Live
from tests.client.ran import jsonl, run
from tests.ports import free_port

ROWS: list[dict[str, Any]] = [
    {"item": "q1", "answer": "a1", "confidence": 0.9},
    {"item": "q2", "abstained": True},
]


def lines(file: Path | None) -> list[Any]:
    assert file is not None
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_refused_rows_are_kept_sent_by_the_line_and_gone(live_both: Live, tmp_path: Path) -> None:
    live = live_both
    with live.client(tmp_path) as client:
        client.publish({**TEN, "slug": "later"})
        with pytest.raises(candor_client.InvalidRequest) as caught:
            client.submit("later", [*ROWS, {"item": "q99", "answer": "x"}], model="m")
        assert [row["item"] for row in lines(caught.value.rows_kept)] == ["q1", "q2", "q99"]
        with live.client(tmp_path, key="cdr_no_such_key") as stranger:
            named: dict[str, Any] = {"name": "a model", "version": "2", "tags": ["x"]}
            with pytest.raises(candor_client.Refused) as refused:
                stranger.submit("later", ROWS, model=named, confidence_unit="share")
        kept, line = refused.value.rows_kept, refused.value.send_line
        assert lines(kept) == ROWS
        assert kept is not None
        assert line is not None
        assert kept.stat().st_mode & 0o077 == 0
        assert any("The rows are kept in" in note for note in refused.value.__notes__)
        sent = run(live, tmp_path, *shlex.split(line)[1:])
        assert sent.code == 0, sent.err
        [stored] = client.submissions("later")
        assert (stored["model"]["name"], stored["model"]["version"]) == ("a model", "2")
        # The server has them: the copy goes, as it does from the spool.
        assert not kept.exists()


def test_an_absent_board_is_made_by_the_line(live: Live, tmp_path: Path) -> None:
    rows = [{"item": "p1", "verdict": "correct"}, {"item": "p2", "verdict": "abstained"}]

    async def send() -> None:
        spool = candor_client.Spool(tmp_path / "spool")
        async with candor_client.AsyncClient(live.url, live.key, spool=spool) as client:
            await client.submit("made-later", rows, model="m")

    with pytest.raises(candor_client.Refused) as caught:
        asyncio.run(send())
    assert lines(caught.value.rows_kept) == rows
    line = caught.value.send_line
    assert line is not None
    assert line.endswith("--publish")
    assert run(live, tmp_path, *shlex.split(line)[1:]).code == 0
    with live.client(tmp_path) as client:
        assert client.benchmark("made-later")["n_items"] == 2


def test_the_command_says_where_piped_rows_are(live: Live, tmp_path: Path) -> None:
    piped = "".join(json.dumps(row) + "\n" for row in ROWS)
    words = ("submit", "no-such-board", "-", "--model", "m")
    ran = run(live, tmp_path, *words, stdin=piped)
    assert ran.code == 4
    assert "The rows are kept in" in ran.err
    [file] = (tmp_path / "spool").glob("rows-no-such-board-*.jsonl")
    assert f"candor push {file} --benchmark no-such-board --model m --publish" in ran.err
    told = json.loads(run(live, tmp_path, *words, "--json", stdin=piped).err)
    assert told["rows_kept"] == str(file)
    # Rows that stand in a file already are not copied.
    own = jsonl(tmp_path / "own.jsonl", ROWS)
    ran = run(live, tmp_path, "submit", "nor-this", own, "--model", "m")
    assert (ran.code, "kept" in ran.err) == (4, False)
    pushed = run(live, tmp_path, "push", own, "--benchmark", "nor-this", "--model", "m")
    assert (pushed.code, "kept" in pushed.err) == (4, False)
    assert not list((tmp_path / "spool").glob("rows-nor-*"))


def test_what_no_line_can_say_is_in_the_file_itself(live: Live, tmp_path: Path) -> None:
    """Facts that are too long for an address travel in the body, and so does the model's name."""
    facts = {f"fact {n}": "x" * 300 for n in range(15)}
    with live.client(tmp_path) as client, pytest.raises(ProblemError) as caught:
        client.submit("no-such-board", ROWS, model="the m", run=facts)
    file = caught.value.rows_kept
    assert file is not None
    assert file.suffix == ".json"
    held = json.loads(file.read_text())
    assert (held["predictions"], held["model"]["name"]) == (ROWS, "the m")
    assert caught.value.send_line is not None
    assert "--model 'the m'" in caught.value.send_line


def test_a_folder_that_cannot_be_written_is_passed_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "a file"
    blocked.touch()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    rows = [{"item": "q1", "answer": object(), "note": "\udcff"}]
    kept = keep_rows(rows, "odd/slug?", blocked / "spool")
    assert kept.parent == tmp_path / "here"
    assert kept.name.startswith("rows-odd-slug--")
    assert "object at" in kept.read_text()


def test_rows_outlive_a_lost_network_where_the_spool_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "a file"
    blocked.touch()
    monkeypatch.chdir(tmp_path)
    spool = candor_client.Spool(blocked / "spool")
    hasty = candor_client.Patience(attempts=1, seconds=1)
    nobody = f"http://127.0.0.1:{free_port()}"

    async def send() -> None:
        async with candor_client.AsyncClient(nobody, spool=spool, patience=hasty) as client:
            await client.submit("b", ROWS, model="m")

    with candor_client.Client(nobody, spool=spool, patience=hasty) as client:
        for sent in (lambda: client.submit("b", ROWS, model="m"), lambda: asyncio.run(send())):
            with pytest.raises(candor_client.Unreachable) as caught:
                sent()
            assert lines(caught.value.rows_kept) == ROWS
            assert f"candor submit b {caught.value.rows_kept} --model m" == caught.value.send_line


def test_the_line_says_all_that_the_command_can_say() -> None:
    params = [
        ("model", "a b"),
        ("provider", "p"),
        ("tags", "x"),
        ("tags", "y"),
        ("stated_target", "0.75"),
        ("confidence_unit", "percent"),
        ("run.seed", "1"),
    ]
    assert send_line("s", Path("/tmp/r.jsonl"), params) == (
        "candor submit s /tmp/r.jsonl --model 'a b' --provider p --tag x --tag y "
        "--stated-target 0.75 --percent"
    )
