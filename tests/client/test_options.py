"""Options of the command: what each changes in what is sent, stored and shown."""

from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from candor_client.errors import ParityMismatch
from candor_client.importers import Options
from tests.client.live import GUESSER, Live
from tests.client.ran import jsonl, run

IMPORTERS = Path(__file__).parents[2] / "client" / "src" / "candor_client" / "importers"
NOWHERE = Live("http://127.0.0.1:9", "cdr_none", "")


def test_options_of_submit_are_told_of_the_submission(live: Live, ten: str, tmp_path: Path) -> None:
    rows = [row | {"confidence": 90} for row in GUESSER]
    sent = run(
        live, tmp_path, "submit", ten, jsonl(tmp_path / "rows.jsonl", rows), "--model", "quill",
        "--provider", "maker", "--version", "2", "--organisation", "Makers", "--tag", "big",
        "--tag", "new", "--stated-target", "0.5", "--confidence-source", "logprob", "--percent",
        "--external-id", "run-7", "--json",
    )  # fmt: skip
    assert sent.code == 0, sent.err
    with live.client(tmp_path) as client:
        told: Any = client.submission(sent.json()["id"])
    assert told["model"] == {
        "name": "quill", "provider": "maker", "version": "2", "organisation": "Makers",
        "tags": ["big", "new"],
    }  # fmt: skip
    facts = ("stated_target", "confidence_source", "external_id")
    assert [told[name] for name in facts] == [0.5, "logprob", "run-7"]
    assert {level["confidence"] for level in told["profile"]} == {0.9}


def test_options_of_publish_are_told_of_the_benchmark(live: Live, tmp_path: Path) -> None:
    rows = [{"key": f"q{n}", "accepted": [f"{n}"]} for n in range(2)]
    items = jsonl(tmp_path / "items.jsonl", rows)
    words = {
        "--slug": "policy", "--title": "Policy", "--matcher": "number", "--tolerance": "0.5",
        "--phrase": "no idea", "--source": "CC BY", "--description": "What is asked.",
        "--target": "0.6", "--missing-limit": "0.25", "--quota-per-day": "3",
    }  # fmt: skip
    given = [word for pair in words.items() for word in pair]
    made = run(live, tmp_path, "publish", items, *given, "--hidden", "--private", "--json")
    assert made.code == 0, made.err
    told = made.json()
    expected = {
        "slug": "policy", "title": "Policy", "matcher": "number", "tolerance": 0.5,
        "abstention_phrases": ["no idea"], "source": "CC BY", "description": "What is asked.",
        "default_target": 0.6, "missing_limit": 0.25, "quota": {"total": None, "per_day": 3},
        "mode": "hidden", "visibility": "private",
    }  # fmt: skip
    assert {name: told[name] for name in expected} == expected


def test_options_of_leaderboard_choose_what_is_shown(live: Live, tmp_path: Path) -> None:
    items = [{"key": f"q{n}", "accepted": ["a"], "category": f"c{n}"} for n in range(2)]
    with live.client(tmp_path) as client:
        client.publish({"slug": "shown", "matcher": "text", "items": items, "missing_limit": 1})
        for n in range(2):
            rows = [{"item": f"q{n}", "answer": "a", "confidence": 0.9}]
            client.submit("shown", rows, model={"name": f"m{n}", "tags": [f"t{n}"]})
        client.send(client_revision())
    plain = run(live, tmp_path, "leaderboard", "shown", "--json").json()
    assert plain["total"] == 2
    for option, value in {
        "--category": "c0", "--tag": "t0", "--revision": "1", "--limit": "1", "--target": "0.5",
        "--mode": "threshold", "--rule": "quadratic",
    }.items():  # fmt: skip
        other = run(live, tmp_path, "leaderboard", "shown", option, value, "--json")
        assert other.code == 0, other.err
        assert other.json() != plain, option


def client_revision() -> Any:
    """A call that corrects the key of the benchmark `shown`."""
    from candor_client.http.calls import as_json, post  # noqa: PLC0415

    body = {"items": [{"key": "q1", "accepted": ["b"]}]}
    return post("/benchmarks/shown/revisions", body, as_json)


PUSH = {
    "--benchmark": "facts", "--model": "quill", "--provider": "maker", "--version": "2",
    "--metric": "exact", "--filter": "strict", "--scorer": "judge", "--failures": "wrong",
    "--confidence-unit": "percent", "--confidences": "said.json", "--repeats": "explode",
    "--cluster": "passage", "--category": "subject", "--column": "answer=Reply",
    "--decimal": "comma", "--empty": "abstained", "--rows": "details",
}  # fmt: skip


def test_every_option_of_push_reaches_the_importers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Options] = []

    def read(path: Path, *, options: Options) -> list[Any]:
        asked.append(options)
        return []

    monkeypatch.setattr("candor_client.importers.read", read)
    assert run(NOWHERE, tmp_path, "push", "log", "--dry-run", "--json").code == 0
    for option, value in PUSH.items():
        done = run(NOWHERE, tmp_path, "push", "log", option, value, "--dry-run", "--json")
        assert done.code == 0, done.err
        assert asked[-1] != asked[0], option
    source = "".join(path.read_text() for path in IMPORTERS.rglob("*.py"))
    for field in fields(Options):
        assert f"options.{field.name}" in source, f"{field.name} is read by no importer"


def test_options_of_push_decide_what_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []

    def no_parity(_: Any) -> None:
        raise ParityMismatch("The tool says 0.5, its rows say 0.4.")

    def send(imported: Any, *, publish: Any, unfinished: bool, **_: Any) -> None:
        sent.append((publish, unfinished))

    monkeypatch.setattr("candor_client.importers.read", lambda *_, **__: [SimpleNamespace()])
    monkeypatch.setattr("candor_client.commands.push_report.send", send)
    monkeypatch.setattr("candor_client.pushing.push.require_parity", no_parity)
    assert run(NOWHERE, tmp_path, "push", "log").code == 5
    assert sent == []
    for words in (
        (),
        ("--publish",),
        ("--publish", "--private"),
        ("--publish", "--unfinished"),
        ("--publish", "--preset", "gpqa"),
    ):
        assert run(NOWHERE, tmp_path, "push", "log", "--accept-mismatch", *words).code == 0
    assert sent[:2] == [(None, False), ({}, False)]
    assert sent[2:4] == [({"visibility": "private"}, False), ({}, True)]
    assert sent[4][0]


@pytest.mark.parametrize("words", [("--private",), ("--unfinished",), ("--preset", "gpqa")])
def test_options_of_publishing_need_it(tmp_path: Path, words: tuple[str, ...]) -> None:
    refused = run(NOWHERE, tmp_path, "push", "log", *words)
    assert refused.code == 2
    assert f"{words[0]} " in refused.err
    assert "add --publish" in refused.err


def test_the_rest_of_a_policy_is_changed(live: Live, ten: str, tmp_path: Path) -> None:
    words = ("--attempt", "first", "--ungraded-limit", "0.5", "--json")
    changed = run(live, tmp_path, "change", ten, *words)
    assert changed.code == 0, changed.err
    told = changed.json()
    assert (told["ranked_attempt"], told["ungraded_limit"]) == ("first", 0.5)
