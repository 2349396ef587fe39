"""The client against a real server: every way to submit, every read, every refusal."""

import asyncio
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

import candor_client
from candor_client.account import find_account, keep_account
from tests.client.live import GUESSER, HUMBLE, TEN, Live


def test_submit_and_read_the_story(live_both: Live, tmp_path: Path) -> None:
    with live_both.client(tmp_path) as client:
        assert client.publish(TEN)["n_items"] == 10
        seen: list[tuple[int, int]] = []
        guesser = client.submit(
            "ten",
            GUESSER,
            model={"name": "guesser", "provider": "acme", "tags": ["big", "old"]},
            stated_target=0.75,
            confidence_source="stated",
            external_id="run 1/ä",
            run={"harness": "mine", "temperature": 0},
            reported={"metric": "accuracy", "value": 0.6},
            progress=lambda sent, total: seen.append((sent, total)),
        )
        assert guesser["scores"]["accuracy"]["value"] == 0.6
        assert guesser["replayed"] is False
        assert seen[-1][0] == seen[-1][1] > 0
        again = client.submit(
            "ten",
            GUESSER,
            model={"name": "guesser", "provider": "acme", "tags": ["big", "old"]},
            stated_target=0.75,
            confidence_source="stated",
            external_id="run 1/ä",
            run={"harness": "mine", "temperature": 0},
            reported={"metric": "accuracy", "value": 0.6},
        )
        assert again["replayed"] is True
        assert again["id"] == guesser["id"]
        client.submit("ten", HUMBLE, model="humble")
        board = client.leaderboard("ten", target=0.75)
        assert [row["model"]["name"] for row in board["data"]] == ["humble", "guesser"]
        assert [row["score"]["value"] for row in board["data"]] == pytest.approx([0.5, -0.6])
        seen_again = client.submission(guesser["id"])
        assert seen_again["external_id"] == "run 1/ä"
        assert seen_again["model"]["tags"] == ["big", "old"]
        assert seen_again["run"] == {"harness": "mine", "temperature": 0}
        assert "| 1 | humble |" in client.leaderboard_text("ten", format="markdown", target=0.5)
        assert len(client.predictions(guesser["id"])) == 10
        assert [item["key"] for item in client.items("ten")] == [f"q{n}" for n in range(10)]
        assert {one["model"]["name"] for one in client.submissions("ten")} == {"guesser", "humble"}
        assert "75%" in client.prompt("ten", 0.75)
        assert any(rule["id"] == "accuracy" for rule in client.rules())
        assert client.withdraw(guesser["id"], reason="a test")["withdrawn_at"] is not None
        assert len(client.leaderboard("ten")["data"]) == 1


def test_putting_right(live_both: Live, tmp_path: Path) -> None:
    with live_both.client(tmp_path) as client:
        client.publish(TEN)
        sub = client.submit("ten", GUESSER, model="guesser")["id"]
        seen = client.benchmark("ten")["version"]
        changed = client.change("ten", at_version=seen, title="Facts", description=None)
        assert (changed["title"], changed["version"]) == ("Facts", seen + 1)
        with pytest.raises(candor_client.Conflict, match="has changed since you read it"):
            client.change("ten", at_version=seen, title="x")
        assert client.archive("ten", reason="old")["archived_reason"] == "old"
        assert client.benchmarks() == []
        assert [one["slug"] for one in client.benchmarks(archived=True)] == ["ten"]
        assert client.unarchive("ten")["archived_at"] is None
        assert client.erase(sub)["erased_at"] is not None
        with pytest.raises(candor_client.Refused, match="were erased on"):
            client.predictions(sub)
        # False only where a busy machine took longer than the reply waits.
        assert client.delete("ten", reason="done") in {True, False}
        with pytest.raises(candor_client.Refused, match="was deleted on"):
            client.benchmark("ten")


def test_putting_right_awaited(live: Live, ten: str, tmp_path: Path) -> None:
    async def act() -> None:
        spool = candor_client.Spool(tmp_path / "spool")
        async with candor_client.AsyncClient(live.url, live.key, spool=spool) as client:
            sub = (await client.submit(ten, GUESSER, model="guesser"))["id"]
            assert (await client.change(ten, title="Facts"))["title"] == "Facts"
            await client.archive(ten)
            assert ten in {one["slug"] for one in await client.benchmarks(archived=True)}
            await client.unarchive(ten)
            assert (await client.erase(sub))["erased_at"] is not None
            await client.delete(ten)
            with pytest.raises(candor_client.Refused):
                await client.benchmark(ten)

    asyncio.run(act())


@pytest.mark.parametrize(
    "kind", ["jsonl", "jsonl.gz", "json", "csv", "parquet", "columns", "generator"]
)
def test_every_way_to_give_rows(live: Live, ten: str, tmp_path: Path, kind: str) -> None:
    predictions: Any = tmp_path / f"results.{kind}"
    lines = "".join(json.dumps(row) + "\n" for row in GUESSER)
    if kind == "jsonl":
        predictions.write_text(lines)
    elif kind == "jsonl.gz":
        predictions.write_bytes(gzip.compress(lines.encode()))
    elif kind == "json":
        predictions.write_text(json.dumps({"model": {"name": "other"}, "predictions": GUESSER}))
    elif kind == "csv":
        cells = [f"{row['item']},{row['answer']},{row['confidence']}\n" for row in GUESSER]
        predictions.write_text("item,answer,confidence\n" + "".join(cells))
    elif kind == "parquet":
        pyarrow = pytest.importorskip("pyarrow")
        parquet = pytest.importorskip("pyarrow.parquet")
        parquet.write_table(pyarrow.Table.from_pylist(GUESSER), predictions)
    elif kind == "columns":
        predictions = {name: [row[name] for row in GUESSER] for name in GUESSER[0]}
    else:
        predictions = (dict(row) for row in GUESSER)
    with live.client(tmp_path) as client:
        receipt = client.submit(ten, predictions, model="guesser")
    assert receipt["counts"] is not None
    assert receipt["counts"]["correct"] == 6


class Pandas:
    """What of a DataFrame matters here, where pandas is not installed."""

    columns = ("item", "answer", "confidence")

    def to_dict(self, _orient: str) -> list[dict[str, Any]]:
        nan = float("nan")
        return [
            {"item": 7, "answer": 12, "confidence": nan},
            {"item": "b", "answer": nan, "confidence": 0.5},
        ]


def test_tables_say_nan_for_missing(live: Live, tmp_path: Path) -> None:
    items = [{"key": "7", "accepted": ["12"]}, {"key": "b", "accepted": ["x"]}]
    with live.client(tmp_path) as client:
        client.publish({"slug": "two", "matcher": "text"}, items)
        receipt = client.submit("two", Pandas(), model="quill")
    assert receipt["counts"] is not None
    assert receipt["counts"]["correct"] == 1
    assert receipt["counts"]["abstained"] == 1


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_real_data_frames(live: Live, ten: str, tmp_path: Path, library: str) -> None:
    frames = pytest.importorskip(library)
    with live.client(tmp_path) as client:
        receipt = client.submit(ten, frames.DataFrame(HUMBLE), model="humble")
    assert receipt["counts"] is not None
    assert receipt["counts"]["correct"] == 5
    assert receipt["counts"]["abstained"] == 5


def test_facts_too_long_for_an_address_travel_in_the_body(
    live: Live, ten: str, tmp_path: Path
) -> None:
    run = {"note": "ä" * 2_000}
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in GUESSER))
    with live.client(tmp_path) as client:
        first = client.submit(ten, GUESSER, model="a", run=run)
        second = client.submit(ten, path, model="b", run=run)
        assert client.submission(first["id"])["run"] == run
        assert client.submission(second["id"])["run"] == run


def test_a_refusal_carries_its_problem(live: Live, ten: str, tmp_path: Path) -> None:
    with live.client(tmp_path) as client:
        with pytest.raises(candor_client.InvalidRequest) as caught:
            client.submit(ten, [{"item": "q1", "answer": "x", "confidence": 85}], model="m")
        assert caught.value.status == 422
        assert caught.value.error_count == 1
        assert caught.value.errors[0].pointer == "/confidence"
        assert "Divide percentages by 100" in caught.value.errors[0].detail
        assert caught.value.exit_code == 3
        with pytest.raises(candor_client.Refused) as missing:
            client.leaderboard("nowhere")
        assert missing.value.status == 404
        with pytest.raises(candor_client.Conflict):
            client.publish({**TEN, "slug": ten})
    with (
        live.client(tmp_path, key="cdr_nonsense") as stranger,
        pytest.raises(candor_client.Refused),
    ):
        stranger.submit(ten, GUESSER, model="m")
    for bad in ([], "rows.txt", {"item": ["a"], "answer": []}, [{"item": "a", "answer": {1, 2}}]):
        with live.client(tmp_path) as client, pytest.raises(candor_client.InvalidData):
            client.submit(ten, bad, model="m")


def test_the_awaiting_client(live: Live, ten: str, tmp_path: Path) -> None:
    async def walk() -> list[str]:
        spool = candor_client.Spool(tmp_path / "spool")
        async with candor_client.AsyncClient(live.url, live.key, spool=spool) as client:
            await asyncio.gather(
                client.submit(ten, GUESSER, model="guesser"),
                client.submit(ten, HUMBLE, model="humble"),
            )
            board = await client.leaderboard(ten, target=0.75)
            assert len(await client.submissions(ten)) == 2
            assert len(await client.predictions(board["data"][0]["submission"])) == 10
            assert "sure" in await client.prompt(ten)
            return [row["model"]["name"] for row in board["data"]]

    assert asyncio.run(walk()) == ["humble", "guesser"]


def test_a_key_is_kept_for_its_address_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANDOR_CONFIG", str(tmp_path / "deep" / "config.json"))
    for name in ("CANDOR_URL", "CANDOR_KEY"):
        monkeypatch.delenv(name, raising=False)
    assert find_account().key is None
    path = keep_account(find_account("https://one.example/api/v1/", "secret"))
    assert path.stat().st_mode & 0o777 == 0o600
    assert find_account().url == "https://one.example"
    assert find_account().key == "secret"
    assert find_account("https://two.example").key is None
    assert "secret" not in repr(find_account())
    with pytest.raises(candor_client.UsageError):
        find_account("one.example")
