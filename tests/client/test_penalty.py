"""`--penalty` beside `--target`: every command that takes the one takes the other."""

import json
from pathlib import Path
from typing import Any

import pytest

import candor_client
from candor_client.errors import UsageError
from candor_client.importers import read
from candor_client.wording import at_target, target_text
from tests.client.live import GUESSER, HUMBLE, Live
from tests.client.ran import jsonl, run

TWO = 2 / 3


def test_every_command_takes_a_penalty(live: Live, tmp_path: Path) -> None:
    items = jsonl(
        tmp_path / "items.jsonl", [{"key": f"q{n}", "accepted": [f"a{n}"]} for n in range(10)]
    )
    slug = "priced"
    made = run(live, tmp_path, "publish", items, "--slug", slug, "--penalty", "4", "--json")
    assert made.json()["default_target"] == 0.8
    preset = ("--slug", "priced-preset", "--preset", "gpqa", "--matcher", "text", "--penalty", "2")
    made = run(live, tmp_path, "publish", items, *preset, "--json")
    assert made.code == 0, made.err
    assert made.json()["default_target"] == TWO
    changed = run(live, tmp_path, "change", slug, "--penalty", "2", "--json")
    assert changed.json()["default_target"] == TWO
    rows = jsonl(tmp_path / "rows.jsonl", GUESSER)
    words = ("submit", slug, rows, "-m", "guesser", "--stated-penalty", "2", "--json")
    guesser = run(live, tmp_path, *words).json()["id"]
    with live.client(tmp_path) as client:
        assert client.submission(guesser)["stated_target"] == TWO
        humble = client.submit(slug, HUMBLE, model="humble", stated_penalty=2)["id"]
    board = run(live, tmp_path, "leaderboard", slug, "--penalty", "2")
    assert "penalty 2 · a wrong answer costs 2 ·" in board.out
    pair = run(live, tmp_path, "compare", humble, guesser, "--penalty", "2")
    assert f"/compare?a={humble}&b={guesser}&target=0.666666667&mode=declared" in pair.out
    gate = ("gate", humble, "--baseline", guesser, "--penalty", "2")
    assert run(live, tmp_path, *gate, "--json").json()["penalty"] == 2.0
    assert "penalty 2, declared" in run(live, tmp_path, *gate).out
    told = run(live, tmp_path, "prompt", slug, "--penalty", "2").out
    assert told == candor_client.prompt(penalty=2)
    assert "costs 2 points" in told


def test_rows_are_scored_at_a_penalty(live: Live, tmp_path: Path) -> None:
    judged = jsonl(tmp_path / "judged.jsonl", [
        {"item": "a", "verdict": "correct", "confidence": 0.9},
        {"item": "b", "verdict": "wrong", "confidence": 0.9},
    ])  # fmt: skip
    for where in ((), ("--url", live.url)):
        scored = run(
            live, tmp_path, "score", judged, "--penalty", "2", "-t", "0.5", "--json", *where
        )
        found = scored.json()["data"][0]["scores"]["threshold_score"]
        assert {name: one["value"] for name, one in found.items()} == {
            "0.5": 0.0, "0.666666667": -0.5,
        }  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        ("leaderboard", "x", "-t", "0.5", "--penalty", "1"),
        ("leaderboard", "x", "--rule", "quadratic", "--penalty", "1"),
        ("leaderboard", "x", "--penalty", "100"),
        ("leaderboard", "x", "--penalty", "1.0001"),
        ("compare", "sub_1", "sub_2", "-t", "0.5", "--penalty", "1"),
        ("gate", "sub_1", "--baseline", "sub_2", "-t", "0.5", "--penalty", "1"),
        ("prompt", "-t", "0.5", "--penalty", "1"),
        ("change", "x", "-t", "0.5", "--penalty", "1"),
        ("ci", "file", "--baseline", "x", "-t", "0.5", "--penalty", "1"),
        ("submit", "x", "f", "-m", "m", "--stated-target", "0.5", "--stated-penalty", "1"),
    ],
)
def test_what_makes_no_sense_is_refused(live: Live, tmp_path: Path, words: tuple[str, ...]) -> None:
    assert run(live, tmp_path, *words).code == 2


def test_prompts_of_a_penalty_are_the_servers(live: Live, ten: str, tmp_path: Path) -> None:
    with live.client(tmp_path) as client:
        for penalty in (0, 0.5, 1, 2, 3, 2.345, 98.765, 99):
            assert candor_client.prompt(penalty=penalty) == client.prompt(ten, penalty=penalty)
    for bad in ({}, {"target": 0.5, "penalty": 1}, {"penalty": 100}, {"penalty": "x"}):
        with pytest.raises(UsageError):
            candor_client.prompt(**bad)  # type: ignore[arg-type]


def test_a_document_may_state_a_penalty(tmp_path: Path) -> None:
    document: dict[str, Any] = {"model": {"name": "m"}, "stated_penalty": 2, "predictions": [
        {"item": "a", "answer": "1"},
    ]}  # fmt: skip
    path = tmp_path / "run.json"
    path.write_text(json.dumps(document))
    assert read(path)[0].stated_target == TWO


def test_targets_are_named_and_spelled() -> None:
    assert [at_target(t) for t in (0.0, 0.75, TWO, 0.8, 1 / 3)] == [
        "t = 0", "t = 0.75", "penalty 2", "t = 0.8", "penalty 0.5",
    ]  # fmt: skip
    assert [target_text(t) for t in (0.0, 0.75, TWO)] == ["0", "0.75", "0.666666667"]
