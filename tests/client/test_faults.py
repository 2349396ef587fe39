"""The network fails in every way it can; exactly one submission arrives."""

import asyncio
import os
import signal
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import candor_client
from candor_client.errors import ServerFault, Unreachable
from candor_client.http.retries import RETRIED, Backoff
from candor_client.http.transport import retry_after
from tests.client.live import GUESSER, TEN, Live, copy_of, server_process
from tests.client.proxy import misbehaving
from tests.client.ran import run
from tests.commands import Ran
from tests.ports import free_port
from tests.served import first_key
from tests.waiting import CEILING, wait_until

QUICK = candor_client.Patience(attempts=10, seconds=CEILING, first_wait=0.01, longest_wait=0.1)
HASTY = candor_client.Patience(attempts=2, seconds=CEILING, first_wait=0.01)
SCRIPT = ("cut", "swallow", "503", "429", "502", "504", "408", "swallow")


def port_of(live: Live) -> int:
    port = urlsplit(live.url).port
    assert port is not None
    return port


def through(
    url: str, key: str, folder: Path, patience: candor_client.Patience = QUICK
) -> candor_client.Client:
    return candor_client.Client(
        url, key, patience=patience, spool=candor_client.Spool(folder / "spool")
    )


def test_every_fault_and_one_submission(live_both: Live, tmp_path: Path) -> None:
    with live_both.client(tmp_path) as client:
        client.publish(TEN)
    with misbehaving(port_of(live_both), *SCRIPT) as proxy:
        with through(proxy.url, live_both.key, tmp_path) as client:
            receipt = client.submit("ten", GUESSER, model="guesser")
        assert proxy.script == []
        assert len(proxy.seen) == len(SCRIPT) + 1
        assert len(set(proxy.seen)) == 1
        assert proxy.seen[0].startswith("candor-")
    assert receipt["replayed"] is True
    with live_both.client(tmp_path) as client:
        assert [one["id"] for one in client.submissions("ten")] == [receipt["id"]]
        assert client.spool.waiting() == []


def test_the_awaiting_client_comes_through_too(live: Live, ten: str, tmp_path: Path) -> None:
    async def walk(url: str) -> str:
        spool = candor_client.Spool(tmp_path / "spool")
        async with candor_client.AsyncClient(url, live.key, patience=QUICK, spool=spool) as client:
            return (await client.submit(ten, GUESSER, model="guesser"))["id"]

    with misbehaving(port_of(live), *SCRIPT) as proxy:
        sent = asyncio.run(walk(proxy.url))
    with live.client(tmp_path) as client:
        assert [one["id"] for one in client.submissions(ten)] == [sent]


def test_the_server_is_killed_in_the_middle_and_comes_back(
    sqlite_template: Path, tmp_path: Path
) -> None:
    database_url, port = copy_of(sqlite_template, tmp_path), free_port()
    key = first_key(database_url)
    rows = [{"item": f"q{n % 10}", "sample": n // 10 + 1, "answer": "a1" * 50} for n in range(5000)]
    got: list[candor_client.CandorError | str] = []

    def submit(url: str) -> None:
        patience = candor_client.Patience(
            attempts=100_000, seconds=CEILING, first_wait=0.05, longest_wait=0.3
        )
        with through(url, key, tmp_path, patience) as client:
            got.append(client.submit("ten", rows, model="many")["id"])

    direct = f"http://127.0.0.1:{port}"
    with server_process(database_url, tmp_path, port), through(direct, key, tmp_path) as client:
        client.publish(TEN)
    away = threading.Event()
    with server_process(database_url, tmp_path, port) as process:

        def kill() -> None:
            os.kill(process.pid, signal.SIGKILL)
            process.wait(CEILING)
            away.set()

        with misbehaving(port, kill) as proxy:
            thread = threading.Thread(target=submit, args=(proxy.url,))
            thread.start()
            assert away.wait(CEILING)
            wait_until(lambda: len(proxy.seen) > 3, "tries against a port where nobody listens")
            with server_process(database_url, tmp_path, port):
                thread.join(CEILING)
                assert len(got) == 1
                with through(direct, key, tmp_path) as client:
                    assert [one["id"] for one in client.submissions("ten")] == got


def test_what_cannot_be_sent_waits_and_is_flushed_once(
    live: Live, ten: str, tmp_path: Path
) -> None:
    def flush(**more: str) -> Ran:
        return run(live, tmp_path, "flush", "--json", **more)

    nobody = f"http://127.0.0.1:{free_port()}"
    for _ in range(2):  # kept twice, it is one file
        with through(nobody, live.key, tmp_path, HASTY) as client:
            with pytest.raises(candor_client.Kept) as kept:
                client.submit(ten, GUESSER, model="guesser", run={"note": "ä"})
            assert isinstance(kept.value.cause, Unreachable)
            assert "candor flush" in str(kept.value)
    [file] = list((tmp_path / "spool").iterdir())
    assert file == kept.value.file
    assert file.stat().st_mode & 0o777 == 0o600
    assert live.key.encode() not in file.read_bytes()
    elsewhere = flush()
    assert elsewhere.code == 0
    assert elsewhere.json()["data"][0]["state"] == "elsewhere"
    file.write_bytes(file.read_bytes().replace(nobody.encode(), live.url.encode()))
    locked_out = flush(CANDOR_KEY="cdr_nonsense")
    assert locked_out.code == 4
    assert locked_out.json()["data"][0]["state"] == "waiting"
    sent = flush()
    assert sent.code == 0, sent.err
    [one] = sent.json()["data"]
    assert one["state"] == "sent"
    assert flush().json() == {"data": []}
    with live.client(tmp_path) as client:
        assert [row["id"] for row in client.submissions(ten)] == [one["submission"]]
        assert client.submission(one["submission"])["run"] == {"note": "ä"}


def test_a_reply_that_was_lost_for_good_is_not_sent_twice(
    live: Live, ten: str, tmp_path: Path
) -> None:
    with (
        misbehaving(port_of(live), *["swallow"] * 2) as proxy,
        through(proxy.url, live.key, tmp_path, HASTY) as client,
    ):
        with pytest.raises(candor_client.Kept):
            client.submit(ten, GUESSER, model="guesser")
        [flushed] = list(client.flush())
        assert flushed.state == "sent"
    with live.client(tmp_path) as client:
        assert [one["id"] for one in client.submissions(ten)] == [flushed.submission]


def test_what_the_server_will_never_take_is_set_aside(live: Live, tmp_path: Path) -> None:
    with (
        misbehaving(port_of(live), "503", "503") as proxy,
        through(proxy.url, live.key, tmp_path, HASTY) as client,
    ):
        with pytest.raises(candor_client.Kept) as kept:
            client.submit("nowhere", GUESSER, model="guesser")
        assert isinstance(kept.value.cause, ServerFault)
        (tmp_path / "spool" / "rubbish.candor").write_bytes(b"\x00\x01 not ours\n")
        states = {one.state for one in client.flush()}
        assert states == {"refused"}
        assert list(client.flush()) == []
    names = sorted(path.suffix for path in (tmp_path / "spool").iterdir())
    assert names == [".json", ".json", ".refused", ".refused"]


def test_a_later_success_takes_the_kept_copy_away(live: Live, ten: str, tmp_path: Path) -> None:
    with (
        misbehaving(port_of(live), "503", "503") as proxy,
        through(proxy.url, live.key, tmp_path, HASTY) as client,
    ):
        with pytest.raises(candor_client.Kept):
            client.submit(ten, GUESSER, model="guesser")
        assert len(client.spool.waiting()) == 1
        client.submit(ten, GUESSER, model="guesser")
        assert client.spool.waiting() == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422, 500, 507])
def test_what_would_not_help_is_not_tried_again(status: int) -> None:
    assert Backoff(candor_client.Patience())(candor_client.errors.problem_of(status, {})) is False


@pytest.mark.parametrize("status", sorted(RETRIED))
def test_waits_have_full_jitter_and_honour_the_server(status: int) -> None:
    for tries in range(40):
        backoff = Backoff(candor_client.Patience())
        for _ in range(tries):
            backoff(Unreachable("away"))
        wait = backoff(candor_client.errors.problem_of(status, {}))
        assert 0 <= wait <= min(20.0, 0.5 * 2**tries)
        asked = backoff(candor_client.errors.problem_of(status, {}, retry_after=7.0))
        assert 7 <= asked <= 9
        too_long = candor_client.errors.problem_of(status, {}, retry_after=9_999.0)
        assert backoff(too_long) is False


def test_retry_after_is_a_number_or_a_date() -> None:
    assert retry_after({"retry-after": "3"}) == 3
    assert retry_after({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}) == 0
    assert retry_after({"retry-after": "soon"}) is None
    assert retry_after({}) is None
