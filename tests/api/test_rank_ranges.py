"""Rank ranges over HTTP: pending, then there; of the whole board; the same everywhere."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.services.board import leaderboard as rank
from app.services.board.schemas import Leaderboard
from tests.conforming import assert_conforms
from tests.served import Served, serve

BOARD = "/benchmarks/sixty/leaderboard"
ITEMS = [
    {"key": f"q{n}", "accepted": [f"a{n}"], "category": "odd" if n % 2 else "even"}
    for n in range(60)
]
FIELDS = ("rank_range", "tie_group", "bootstrap_first_share")


def said(right: int, wrong: int, *, skip: int = 0) -> list[dict[str, Any]]:
    """`right` right answers after `skip` abstentions, then `wrong` wrong ones, then silence."""
    rows: list[dict[str, Any]] = []
    for n in range(60):
        if skip <= n < skip + right:
            rows.append({"item": f"q{n}", "answer": f"a{n}", "confidence": 0.9})
        elif skip + right <= n < skip + right + wrong:
            rows.append({"item": f"q{n}", "answer": "no", "confidence": 0.8})
        else:
            rows.append({"item": f"q{n}", "abstained": True})
    return rows


MODELS = {
    "guesser": said(44, 16),
    "second": said(42, 18),
    "humble": said(36, 0),
    "shy": said(30, 0),
    "lost": said(3, 40, skip=10),
}


def fill(served: Served, **policy: Any) -> dict[str, str]:
    """Publishes the benchmark with all models; submission ids by model."""
    served.publish(slug="sixty", items=ITEMS, **policy)
    ids = {}
    for name, rows in MODELS.items():
        tags = ["frontier"] if name in {"humble", "lost"} else []
        body = {"model": {"name": name, "tags": tags}, "predictions": rows}
        ids[name] = served.request("POST", "/benchmarks/sixty/submissions", json=body).json()["id"]
    return ids


def settled(served: Served, **view: Any) -> Any:
    """The board once what it asked for has been computed."""
    served.read(BOARD, **view)
    served.settle()
    return served.read(BOARD, **view)


def by_model(board: Any) -> dict[str, dict[str, Any]]:
    return {row["model"]["name"]: {name: row[name] for name in FIELDS} for row in board["data"]}


def test_pending_then_there(served: Served) -> None:
    ids = fill(served)
    path = f"/api/v1{BOARD}"
    first = served.client.get(path)
    row = first.json()["data"][0]
    assert (row["rank_range"], row["tied_with"], row["bootstrap_first_share"]) == (None, None, None)
    assert row["null_reasons"]["rank_range"] == "pending"
    assert first.json()["ranges"]["reason"] == first.json()["agreement"]["reason"] == "pending"
    served.settle()
    second = served.client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert second.status_code == 200
    assert second.headers["etag"] != first.headers["etag"]
    board = second.json()
    assert_conforms(Leaderboard, board)
    assert board["ranges"] == {"compared": 5, "method": "paired", "level": 0.95, "reason": None}
    rows = {row["model"]["name"]: row for row in board["data"]}
    assert [row["model"]["name"] for row in board["data"]][:2] == ["humble", "shy"]
    assert rows["lost"]["rank_range"] == [5, 5]
    assert rows["humble"]["tied_with"] == [ids["shy"]]
    assert (rows["humble"]["rank_range"], rows["shy"]["rank_range"]) == ([1, 2], [1, 3])
    assert rows["humble"]["tie_group"] == rows["shy"]["tie_group"] == 1
    assert sum(row["bootstrap_first_share"] for row in board["data"]) == pytest.approx(1)
    assert "rank_range" not in rows["humble"]["null_reasons"]
    again = served.client.get(path, headers={"If-None-Match": second.headers["etag"]})
    assert again.status_code == 304
    table = served.client.get(path, params={"format": "csv"}).text.splitlines()
    assert ",created_at,rank_low,rank_high,tie_group,bootstrap_first_share," in table[0]
    assert ",1,2,1," in table[1]


def test_the_two_rules_part_beyond_noise(served: Served) -> None:
    ids = fill(served)
    found = settled(served)["agreement"]
    assert found["reason"] is None
    assert -1 <= found["tau_b"]["interval"]["low"] <= found["tau_b"]["value"] < 1
    assert found["n_flips"] == len(found["flips"]) > 0
    widest = found["flips"][0]
    assert (widest["ahead_binary"], widest["ahead_here"]) == (ids["second"], ids["shy"])
    assert widest["binary_lead"] == pytest.approx(12 / 60)
    assert widest["lead"] == pytest.approx(30 / 60 - (42 - 54) / 60)
    assert settled(served, rule="binary")["agreement"]["reason"] == "same-rule"
    assert settled(served, rule="quadratic")["agreement"]["reason"] is None


def test_the_usual_views_come_by_themselves_and_others_when_asked(served: Served) -> None:
    fill(served)
    settled(served)
    for view in (
        {"rule": "binary"},
        {"rule": "quadratic"},
        {"target": "0"},
        {"target": "0.5"},
        {"target": "0.9"},
    ):
        assert served.read(BOARD, **view)["ranges"]["reason"] is None, view
    odd = {"target": "0.62"}
    assert settled(served, **odd)["ranges"]["reason"] == "pending"
    assert settled(served, **odd, ranges="compute")["ranges"]["reason"] is None
    assert served.read(BOARD, **odd)["ranges"]["reason"] is None
    assert settled(served, category="odd")["data"][0]["rank_range"] is not None


def test_submitting_computes_none(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    real = rank.compute_ranges
    monkeypatch.setattr(
        rank, "compute_ranges", lambda *given, **more: asked.append(1) or real(*given, **more)
    )
    ids = fill(served)
    served.request("POST", f"/submissions/{ids['lost']}/withdraw", json={})
    served.settle()
    assert asked == []
    for _ in range(3):
        settled(served)
    # Once for the version, however often it is read.
    assert len(asked) == 1
    served.submit(said(20, 0), slug="sixty", model="new")
    settled(served)
    assert len(asked) == 2


def test_a_filter_changes_no_range_and_no_group(served: Served) -> None:
    fill(served)
    whole = by_model(settled(served))
    filtered = served.read(BOARD, tag="frontier")
    assert set(by_model(filtered)) == {"humble", "lost"}
    assert by_model(filtered).items() <= whole.items()
    assert served.read(BOARD, limit=1)["data"][0]["rank_range"] == whole["humble"]["rank_range"]


def test_the_withdrawn_leave_the_ranges(served: Served) -> None:
    ids = fill(served)
    assert settled(served)["ranges"]["compared"] == 5
    served.request("POST", f"/submissions/{ids['shy']}/withdraw", json={})
    board = settled(served)
    assert board["ranges"]["compared"] == 4
    assert by_model(board)["humble"]["rank_range"] == [1, 1]
    assert all(ids["shy"] not in row["tied_with"] for row in board["data"])


def test_as_of_has_ranges_of_its_own(served: Served) -> None:
    fill(served)
    third = served.read("/benchmarks/sixty/submissions")["data"][2]["created_at"]
    then = settled(served, as_of=third, ranges="compute")
    assert (len(then["data"]), then["ranges"]["compared"]) == (3, 3)
    assert settled(served)["ranges"]["compared"] == 5


def test_a_lone_model_has_its_place(served: Served) -> None:
    served.publish(slug="sixty", items=ITEMS)
    assert settled(served)["ranges"]["reason"] == "no-standings"
    served.submit(said(30, 10), slug="sixty")
    board = settled(served)
    assert (board["data"][0]["rank_range"], board["data"][0]["bootstrap_first_share"]) == (
        [1, 1],
        1.0,
    )
    assert board["agreement"]["tau_b"]["reason"] == "all-tied"


def test_a_hidden_board_tells_no_more_than_its_shares(served: Served) -> None:
    fill(served, mode="hidden")
    board = settled(served)
    assert board["ranges"]["method"] == "unpaired"
    assert board["agreement"]["tau_b"]["interval"] is None
    before = by_model(board)
    assert before["lost"]["rank_range"] == [5, 5]
    # As many right and wrong answers on other items: the same figures, so the same ranges.
    served.submit(said(36, 0, skip=20), slug="sixty", model="humble")
    after = by_model(settled(served))
    assert {name: row["rank_range"] for name, row in after.items()} == {
        name: row["rank_range"] for name, row in before.items()
    }
    assert settled(served, rule="quadratic")["ranges"]["reason"] == "hidden"


@pytest.fixture
def elsewhere(sqlite_template: Path, tmp_path: Path) -> Iterator[Served]:
    """Another service on another database."""
    path = tmp_path / "elsewhere.db"
    shutil.copyfile(sqlite_template, path)
    with serve(f"sqlite:///{path}", tmp_path) as running:
        yield running


@pytest.mark.parametrize("mode", ["open", "hidden"])
def test_every_database_and_process_finds_the_same(
    served: Served, elsewhere: Served, mode: str
) -> None:
    for one in (served, elsewhere):
        fill(one, mode=mode)
    here, there = settled(served), settled(elsewhere)
    assert by_model(here) == by_model(there)
    assert here["agreement"]["tau_b"] == there["agreement"]["tau_b"]
    with serve(served.database_url, Path(served.database_url[10:]).parent) as restarted:
        assert by_model(settled(restarted)) == by_model(here)
