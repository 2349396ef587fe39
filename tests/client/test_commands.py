"""The command against a real server: every subcommand, --json, and every exit code."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

import candor_client
from app.grading.registry import MATCHERS
from tests.client.live import GUESSER, HUMBLE, Live
from tests.client.ran import PYTHON, jsonl, run, run_process
from tests.ports import free_port


def test_the_story_from_the_command_line(live: Live, ten: str, tmp_path: Path) -> None:
    guesses = jsonl(tmp_path / "guesser.jsonl", GUESSER)
    humble = "".join(json.dumps(row) + "\n" for row in HUMBLE)
    sent = run(live, tmp_path, "submit", ten, guesses, "--model", "guesser", "--json")
    assert sent.code == 0, sent.err
    assert sent.json()["scores"]["accuracy"]["value"] == 0.6
    again = run(live, tmp_path, "submit", ten, guesses, "--model", "guesser", "--json")
    assert again.json()["id"] == sent.json()["id"]
    assert again.json()["replayed"] is True
    said = run(live, tmp_path, "submit", ten, "-", "-m", "humble", stdin=humble)
    assert said.code == 0, said.err
    assert "humble" in said.out
    assert "50.0" in said.out
    board = run(live, tmp_path, "leaderboard", ten, "--target", "0.75")
    told = " ".join(board.out.split())
    assert "humble (2nd by accuracy) has the highest score" in told
    assert "guesser, 1st by accuracy, is 2nd here" in told
    assert "No model is clearly " in told
    shown = "".join(line.split("│")[0] for line in board.out.splitlines(keepends=True))
    assert re.search(r"1 +humble.*always “I.*2 +guesser", shown, flags=re.S)
    assert "−60.0" in board.out
    as_json = run(live, tmp_path, "leaderboard", ten, "-t", "0.75", "--json").json()
    assert [row["rank"] for row in as_json["data"]] == [1, 2]
    assert run(live, tmp_path, "leaderboard", ten, "--format", "csv").out.startswith("rank,")
    table = run(live, tmp_path, "leaderboard", ten, "-t", "0.75", "--format", "markdown").out
    assert re.search(
        r"\| 1 \| humble .*always \"I don't know\".*\| 2 \| guesser ", table, flags=re.S
    )
    assert "by accuracy" not in run(live, tmp_path, "leaderboard", ten, "--rule", "binary").out
    listed = run(live, tmp_path, "benchmarks", "--json").json()["data"]
    assert ten in {one["slug"] for one in listed}
    assert ten in run(live, tmp_path, "benchmarks", COLUMNS="200").out


def test_from_which_confidence_on_a_model_may_answer(live: Live, ten: str, tmp_path: Path) -> None:
    questions = [{"key": f"q{n}", "accepted": [f"a{n}"]} for n in range(200)]
    rows = [{"item": f"q{n}", "answer": f"a{n}", "confidence": 0.9} for n in range(200)]
    with live.client(tmp_path) as client:
        client.publish({"slug": "safe", "matcher": "text"}, questions)
        safe = client.submit("safe", rows, model="safe")["id"]
        guesser = client.submit(ten, GUESSER, model="unsafe")["id"]
    shown = run(live, tmp_path, "threshold", safe, "--risk", "10", COLUMNS="200")
    assert shown.code == 0, shown.err
    assert "Answer from confidence 0.9 on: at most 10 % of its answers are wrong" in shown.out
    assert "answers 100.0 %, 0.0 % of them wrong (at most 3.0 %)" in shown.out
    found = run(live, tmp_path, "threshold", safe, "--risk", "10", "--json").json()
    assert (found["risk"], found["confidence"], found["n_items"]) == (0.1, 0.9, 100)
    none = run(live, tmp_path, "threshold", guesser, COLUMNS="200")
    assert (none.code, "No threshold for a risk of 5 %" in none.out) == (0, True)
    refused = run(live, tmp_path, "threshold", safe, "--risk", "0")
    assert (refused.code, "--risk is 0; it must be above 0 and below 100" in refused.err) == (
        2,
        True,
    )


def test_compare_and_gate(live: Live, ten: str, tmp_path: Path) -> None:
    with live.client(tmp_path) as client:
        guesser = client.submit(ten, GUESSER, model="guesser")["id"]
        client.submit(ten, HUMBLE, model="humble")
    pair = run(live, tmp_path, "compare", "humble", guesser, "-b", ten, "-t", "0.75", "--json")
    assert pair.code == 0, pair.err
    assert pair.json()["difference"]["value"] == pytest.approx(1.1)
    shown = run(live, tmp_path, "compare", "humble", guesser, "-b", ten, "-t", "0.75")
    assert "+110.0" in shown.out
    with live.client(tmp_path) as client:
        twin = client.submit(ten, GUESSER, model="twin")["id"]
    same = ("gate", twin, "--baseline", guesser, "--target", "0.75")
    undecided = run(live, tmp_path, *same)
    assert undecided.code == 6, undecided.err
    assert re.match(
        r"CANNOT TELL: these 10 items show a loss of [\d.]+ points per 100 or more; "
        r"[\d,]+ items are needed to rule out one of 2 points per 100",
        undecided.out,
    )
    assert undecided.out.lower().count("cannot tell") == 1
    assert re.search(
        r"difference 0.0 \(−[\d.]+ to [\d.]+\), largest loss 2, in points", undecided.out
    )
    page = f"{live.url}/compare?a={twin}&b={guesser}&target=0.75&mode=declared"
    assert page in undecided.out
    assert page in run(live, tmp_path, "compare", twin, guesser, "-t", "0.75").out
    assert run(live, tmp_path, *same, "--max-loss", "120").code == 0
    worse = run(
        live, tmp_path, "gate", twin, "--baseline", "humble", "-b", ten, "-t", "0.75", "--json"
    )
    decided = worse.json()
    assert worse.code == {"pass": 0, "fail": 1, "cannot-tell": 6}[decided["decision"]]
    assert decided["difference"]["value"] == pytest.approx(-1.1)
    assert decided["largest_loss"] == 0.02


def test_a_board_explains_its_marks(live: Live, tmp_path: Path) -> None:
    items = [{"key": f"i{n}"} for n in range(10)]
    rows: list[dict[str, Any]] = [
        {"item": f"i{n}", "verdict": "correct", "confidence": 0.8} for n in range(10)
    ]
    with live.client(tmp_path) as client:
        policy = {"slug": "marked", "matcher": "verdicts", "ungraded_limit": 1}
        client.publish(policy, items)
        client.submit("marked", [{"item": "i0", "verdict": "ungraded"}, *rows[1:]], model="a")
        client.submit("marked", rows, model="b")
        client.submit("marked", rows[:5], model="c")
        withdrawn = client.submit("marked", rows, model="d")["id"]
        client.withdraw(withdrawn, reason="a bad run")
    board = run(live, tmp_path, "leaderboard", "marked", COLUMNS="80").out
    assert "a † ‡" in board
    assert "† graded by its submitter, not here" in board
    assert "‡ some answers are still ungraded" in board
    assert "not ranked: 1 withdrawn; 1 with too many items missing" in board
    # One owner of everything is told once.
    assert board.count("admin") == 1
    sent = run(live, tmp_path, "submit", "marked", jsonl(tmp_path / "b.jsonl", rows), "-m", "b")
    # Ten right answers at 0.8: recalibration saves 0.2 squared, of which chance shows 0.016.
    assert re.search(r"excess_miscalibration +0\.02\d", sent.out)
    assert re.search(r" miscalibration +0\.040", sent.out)
    assert re.search(r"ece_levels +– +levels-too-thin", sent.out)
    (figure,) = re.findall(r"excess_miscalibration +(0\.\d{3})", sent.out)
    for columns in ("80", "120"):
        shown = run(live, tmp_path, "leaderboard", "marked", COLUMNS=columns).out
        assert re.search(rf"^ ?1 .* {re.escape(figure)}$", shown, flags=re.M), columns
    assert re.search(rf"{live.url}/submissions/sub_\w+", sent.out)


def test_a_name_on_both_sides(live: Live, ten: str, tmp_path: Path) -> None:
    with live.client(tmp_path) as client:
        first = client.submit(ten, HUMBLE, model="nightly")["id"]
        only = run(live, tmp_path, "gate", "nightly", "--baseline", "nightly", "-b", ten)
        assert (only.code, only.out) == (7, "")
        assert "first run" in only.err
        last = client.submit(ten, GUESSER, model="nightly")["id"]
    for words in ((last,), ("nightly", "-b", ten)):
        found = run(live, tmp_path, "gate", *words, "--baseline", "nightly", "-t", "0.75", "--json")
        assert found.code == {"pass": 0, "fail": 1, "cannot-tell": 6}[found.json()["decision"]]
        assert found.json()["candidate"]["submission"]["id"] == last
        assert found.json()["baseline"]["submission"]["id"] == first
    itself = run(live, tmp_path, "gate", last, "--baseline", last)
    assert (itself.code, itself.out) == (2, "")
    assert "earlier submission" in itself.err
    by_name = run(live, tmp_path, "gate", "nightly", "-b", ten, "--baseline", last)
    assert (by_name.code, "same submission" in by_name.err) == (2, True)
    assert run(live, tmp_path, "compare", "nightly", "nightly", "-b", ten).code == 2
    assert run(live, tmp_path, "compare", last, "nightly", "-b", ten).code == 2
    pinned = run(live, tmp_path, "gate", last, "--baseline", first, "--against", "best")
    assert (pinned.code, "model" in pinned.err) == (2, True)


def test_a_name_is_never_one_that_does_not_count(live: Live, ten: str, tmp_path: Path) -> None:
    with live.client(tmp_path) as client:
        first = client.submit(ten, HUMBLE, model="nightly")["id"]
        client.submit(ten, HUMBLE[:5], model="nightly")
        other = client.submit(ten, GUESSER, model="other")["id"]
    pair = run(live, tmp_path, "compare", "nightly", other, "-b", ten, "--json").json()
    assert pair["a"]["submission"]["id"] == first


@pytest.mark.parametrize(
    "words",
    [
        ("leaderboard", "TEN", "-t", "7"),
        ("leaderboard", "TEN", "-t", "nan"),
        ("leaderboard", "TEN", "-t", "0.12345"),
        ("leaderboard", "TEN", "--mode", "foo"),
        ("leaderboard", "TEN", "--rule", "best"),
        ("leaderboard", "TEN", "--format", "html"),
        ("leaderboard", "TEN", "--rule", "binary", "-t", "0.5"),
        ("compare", "sub_a", "sub_b", "--mode", "foo"),
        ("gate", "sub_a", "--baseline", "sub_b", "-t", "1"),
        ("gate", "sub_a", "--baseline", "sub_b", "--max-loss", "-1"),
        ("gate", "sub_a", "--baseline", "sub_b", "--max-loss", "nan"),
        ("gate", "sub_a", "--baseline", "sub_b", "--against", "first"),
        ("gate", "sub_a", "--baseline", "x"),
        ("gate", "x", "--baseline", "sub_a"),
        ("score", "rows.jsonl", "-t", "1.5"),
        ("submit", "TEN", "-", "-m", "m", "--stated-target", "75"),
        ("submit", "TEN", "-", "-m", "m", "--confidence-source", "felt"),
        ("publish", "q.csv", "--matcher", "fuzzy"),
        ("ci", "rows.jsonl", "--order", "last"),
        ("ci", "rows.jsonl", "--baseline", "sub_a", "--against", "best"),
    ],
)
def test_misuse_ends_with_2_in_plain_words(
    live: Live, ten: str, tmp_path: Path, words: tuple[str, ...]
) -> None:
    named = [ten if word == "TEN" else word for word in words]
    done = run(live, tmp_path, *named)
    if words[:2] == ("gate", "sub_a") and words[-1] == "x":
        assert done.code == 4, "whether sub_a is there decides first"
        return
    assert (done.code, done.out) == (2, ""), done.err
    assert "/mode" not in done.err
    assert "Input should be" not in done.err
    machine = run(live, tmp_path, *named, "--json")
    assert machine.code == 2
    assert json.loads(machine.err)["exit_code"] == 2


def test_a_gate_on_rows_that_are_not_stored(live: Live, tmp_path: Path) -> None:
    n = 400
    items = [{"key": f"i{at}", "accepted": ["x"]} for at in range(n)]
    good = [{"item": f"i{at}", "answer": "x" if at % 2 else "y"} for at in range(n)]
    bad = jsonl(tmp_path / "bad.jsonl", [{"item": f"i{at}", "answer": "y"} for at in range(n)])
    fair = jsonl(tmp_path / "fair.jsonl", good)
    with live.client(tmp_path) as client:
        client.publish({"slug": "gated", "matcher": "text"}, items)
        client.submit("gated", good, model="base")
    asked = ("--baseline", "base", "--benchmark", "gated", "--target", "0", "--max-loss", "2")
    failed = run(live, tmp_path, "gate", bad, *asked)
    assert failed.code == 1, failed.err
    assert re.match("FAIL: the loss is larger than 2 points per 100", failed.out)
    assert failed.out.count("correct → wrong") == 5
    passed = run(live, tmp_path, "gate", fair, *asked)
    assert passed.code == 0, passed.err
    assert re.match("PASS: a loss of more than .* is ruled out", passed.out)
    assert passed.out.count("An equal candidate passes") == 1
    with live.client(tmp_path) as client:
        assert len(client.submissions("gated")) == 1


def test_push_of_our_own_rows_publishes_once(live: Live, tmp_path: Path) -> None:
    rows = [
        {"item": "a", "verdict": "correct", "confidence": 0.9, "model": "quill"},
        {"item": "b", "verdict": "wrong", "confidence": 0.4, "model": "quill"},
        {"item": "c", "verdict": "abstained", "model": "quill"},
    ]
    path = jsonl(tmp_path / "results.jsonl", rows)
    words = ("push", path, "--benchmark", "Mine ä/1")
    plan = run(live, tmp_path, *words, "--dry-run", "--json").json()
    assert plan["format"] == "candor"
    one = plan["submissions"][0]
    assert (one["benchmark"], one["model"], one["rows"], one["items"]) == (
        "mine-a-1",
        "quill",
        3,
        3,
    )
    assert one["counts"] == {
        "correct": 1,
        "wrong": 1,
        "partial": 0,
        "abstained": 1,
        "missing": 0,
        "ungraded": 0,
    }
    assert one["confidences"] == 2
    assert "quill → mine-a-1" in run(live, tmp_path, *words, "--dry-run").out
    absent = run(live, tmp_path, *words)
    assert absent.code == 4
    assert "--publish" in absent.err
    first = run(live, tmp_path, *words, "--publish", "--json")
    assert first.code == 0, first.err
    again = run(live, tmp_path, *words, "--publish", "--json")
    assert (
        again.json()["submissions"][0]["submission"] == first.json()["submissions"][0]["submission"]
    )
    assert again.json()["submissions"][0]["replayed"] is True
    with live.client(tmp_path) as client:
        assert len(client.submissions("mine-a-1")) == 1


def test_a_push_can_publish_privately_and_says_how_it_read_the_file(
    live: Live, tmp_path: Path
) -> None:
    rows = [
        {"item": "a", "verdict": "correct", "confidence": 97},
        {"item": "b", "verdict": "wrong", "confidence": 40},
    ]
    path = jsonl(tmp_path / "percent.jsonl", rows)
    words = ("push", path, "--benchmark", "for-us-alone", "--private")
    standalone_svg = run(live, tmp_path, *words)
    assert standalone_svg.code == 2
    assert "--publish" in standalone_svg.err
    sent = run(live, tmp_path, *words, "--publish")
    assert sent.code == 0, sent.err
    assert "were divided by 100" in sent.out
    assert re.search(r"omniscience_index +0\.0 +−\d\d\.\d to \d\d\.\d", sent.out)
    with live.client(tmp_path) as client:
        assert client.benchmark("for-us-alone")["visibility"] == "private"


def test_one_refused_run_does_not_hide_the_others(live: Live, ten: str, tmp_path: Path) -> None:
    good = jsonl(tmp_path / "good.jsonl", [{**row, "model": "good"} for row in GUESSER])
    bad = jsonl(tmp_path / "bad.jsonl", [{"item": "nowhere", "answer": "x", "model": "bad"}])
    sent = run(live, tmp_path, "push", bad, good, "--benchmark", ten)
    assert sent.code == 3
    assert f"good → {ten}" in sent.out
    assert f"bad → {ten} was not stored" in sent.err
    assert "row 0 (item nowhere)" in sent.err


def test_a_board_is_whole_in_80_columns(live: Live, ten: str, tmp_path: Path) -> None:
    with live.client(tmp_path) as client:
        client.submit(ten, GUESSER, model="guesser")
        client.submit(ten, HUMBLE, model="a humble model with a long name")
    narrow = run(live, tmp_path, "leaderboard", ten, "-t", "0.75", COLUMNS="80").out
    assert "…" not in narrow
    assert "│" not in narrow
    assert "│" in run(live, tmp_path, "leaderboard", ten, "-t", "0.75", COLUMNS="120").out
    listed = run(live, tmp_path, "benchmarks", COLUMNS="80").out
    assert ten in listed


def test_publish_from_a_dataset_and_a_preset(live: Live, tmp_path: Path) -> None:
    path = tmp_path / "diamond.csv"
    path.write_text(
        "Record ID,Question,Correct Answer,choices,Subdomain\n"
        'r1,Two and two?,B,"[""3"", ""4""]",Sums\n'
        'r2,Two and one?,3,"[""3"", ""4""]",Sums\n'
    )
    words = ("publish", path, "--preset", "GPQA Diamond", "--slug", "my-gpqa")
    plan = run(live, tmp_path, *words, "--dry-run").json()
    assert plan["mapping"]["accepted"] == "Correct Answer"
    assert plan["first"][0]["accepted"] == ["4"]
    made = run(live, tmp_path, *words, "--json")
    assert made.code == 0, made.err
    assert made.json()["matcher"] == "choice"
    assert made.json()["default_target"] == 0.5
    with live.client(tmp_path) as client:
        rows = [{"item": "r1", "answer": "B"}, {"item": "r2", "answer": "i don't know"}]
        receipt = client.submit("my-gpqa", rows, model="quill")
    assert receipt["counts"] is not None
    assert (receipt["counts"]["correct"], receipt["counts"]["abstained"]) == (1, 1)
    taken = run(live, tmp_path, *words, "--json")
    assert taken.code == 3
    assert json.loads(taken.err)["code"] == "conflict"
    presets = run(live, tmp_path, "presets", "--json").json()["data"]
    assert {one["name"] for one in presets} >= {"hle", "swe-bench", "simpleqa", "gpqa", "mmlu"}
    assert "SQuAD" not in run(live, tmp_path, "presets").err


def test_the_prompt_is_the_servers(live: Live, tmp_path: Path) -> None:
    with live.client(tmp_path) as client:
        for matcher in MATCHERS:
            item: dict[str, Any] = {"key": "a", "accepted": ["1"]}
            if matcher in {"choice", "choices"}:
                item["choices"] = ["1", "2"]
            if matcher == "set":
                item["accepted"] = ['["1"]']
            if matcher == "verdicts":
                del item["accepted"]
            slug = f"prompt-{matcher}"
            client.publish({"slug": slug, "matcher": matcher}, [item])
            for target in (0, 0.5, 0.75, 0.9, 0.99, 0.3333):
                assert candor_client.prompt(target, matcher=matcher) == client.prompt(slug, target)
    assert run(live, tmp_path, "prompt", "prompt-text", "-t", "0.9").out == candor_client.prompt(
        0.9
    )
    assert run(live, tmp_path, "prompt", "--target", "0.5").out == candor_client.prompt(0.5)
    assert run(live, tmp_path, "prompt").code == 2
    assert run(live, tmp_path, "prompt", "-t", "1").code == 2


def test_export_and_back(live: Live, ten: str, tmp_path: Path) -> None:
    with live.client(tmp_path) as client:
        sent = client.submit(ten, HUMBLE, model="humble")["id"]
        lines = run(live, tmp_path, "export", sent).out
        rows = [json.loads(line) for line in lines.splitlines()]
        assert len(rows) == 10
        for row in rows:
            row.pop("outcome")
        again = client.submit(ten, rows, model="humble-again")
        assert again["counts"] is not None
        assert again["counts"]["correct"] == 5
        assert again["counts"]["abstained"] == 5
    out = tmp_path / "rows.csv"
    assert run(live, tmp_path, "export", sent, "--as", "csv", "-o", out).code == 0
    assert out.read_text().splitlines()[1].startswith("q0,1,a0,false,0.95")
    scores = tmp_path / "scores.jsonl"
    done = run(live, tmp_path, "export", sent, "--as", "inspect-scores", "-o", scores, "--json")
    assert done.json()["rows"] == 10
    assert [json.loads(line)["value"] for line in scores.read_text().splitlines()] == list(
        "CCCCCNNNNN"
    )
    store = ("export", sent, "--as", "every-eval-ever", "-o", tmp_path / "store")
    assert run(live, tmp_path, *store).code == 2
    nameless = run(live, tmp_path, *store, "--organisation", "Acme")
    assert (nameless.code, "provider" in nameless.err) == (3, True)
    assert run(live, tmp_path, "export", sent, "--as", "pdf").code == 2


def test_login_keeps_the_key_and_checks_it(live: Live, tmp_path: Path) -> None:
    bare = {"CANDOR_KEY": "", "CANDOR_URL": ""}
    wrong = run(live, tmp_path, "login", "--url", live.url, "--key", "cdr_wrong", **bare)
    assert wrong.code == 4
    assert not (tmp_path / "config.json").exists()
    right = run(live, tmp_path, "login", "--url", live.url, stdin=live.key + "\n", **bare)
    assert right.code == 0, right.err
    assert live.key not in right.out + right.err
    assert (tmp_path / "config.json").stat().st_mode & 0o777 == 0o600
    assert run(live, tmp_path, "benchmarks", **bare).code == 0


def test_how_commands_end(live: Live, ten: str, tmp_path: Path) -> None:
    bad = jsonl(
        tmp_path / "bad.jsonl",
        [{"item": f"q{n}", "answer": "x", "confidence": 85} for n in range(10)] + [{"item": "q1"}],
    )
    refused = run(live, tmp_path, "submit", ten, bad, "--model", "m")
    assert refused.code == 3
    assert "row 0 (item q0) /confidence: confidence is 85" in refused.err
    assert "… 11 in all." in refused.err
    machine = run(live, tmp_path, "submit", ten, bad, "--model", "m", "--json")
    assert json.loads(machine.err)["error_count"] == 11
    assert machine.out == ""
    assert run(live, tmp_path, "submit", ten, tmp_path / "none.jsonl", "-m", "m").code == 3
    assert run(live, tmp_path, "push", tmp_path / "none").code == 3
    assert run(live, tmp_path, "nonsense").code == 2
    assert run(live, tmp_path, "push", bad, "--failures", "hidden").code == 2
    assert run(live, tmp_path, "leaderboard", "nowhere").code == 4
    assert run(live, tmp_path, "compare", "a", "b").code == 2
    assert run(live, tmp_path, "flush").code == 0
    away = {"CANDOR_URL": f"http://127.0.0.1:{free_port()}"}
    silent = run(live, tmp_path, "leaderboard", ten, "--json", **away)
    assert (silent.code, silent.out) == (4, "")
    assert "does not answer" in json.loads(silent.err)["detail"]
    told = run(live, tmp_path, "leaderboard", ten, **away)
    assert (told.code, told.out) == (4, "")
    assert "Trying again in" in told.err
    stranger = run(live, tmp_path, "submit", ten, bad, "-m", "m", CANDOR_KEY="cdr_no")
    assert stranger.code == 4
    assert "candor login" in stranger.err


def test_a_process_of_its_own_does_the_same(live: Live, ten: str, tmp_path: Path) -> None:
    words = ("submit", ten, "-", "-m", "piped", "--json")
    rows = "".join(json.dumps(row) + "\n" for row in GUESSER)
    sent = run_process(live, tmp_path, *words, stdin=rows)
    assert (sent.code, sent.err) == (0, "")
    assert sent.json()["scores"]["accuracy"]["value"] == 0.6
    assert run(live, tmp_path, *words, stdin=rows).json()["id"] == sent.json()["id"]
    nothing = tmp_path / "none.jsonl"
    lost = [how(live, tmp_path, "submit", ten, nothing, "-m", "m") for how in (run, run_process)]
    assert [(one.code, one.out) for one in lost] == [(3, "")] * 2
    assert lost[0].err == lost[1].err
    usage = [how(live, tmp_path, "prompt", "-t", "1") for how in (run, run_process)]
    assert [one.code for one in usage] == [2, 2]


def test_help_is_plain_and_quick_to_load(live: Live, tmp_path: Path) -> None:
    shown = run(live, tmp_path, "--help")
    for command in ("push", "submit", "publish", "leaderboard", "compare", "gate", "score",
                    "export", "prompt", "presets", "flush", "login"):  # fmt: skip
        assert f"\n  {command}" in shown.out
        assert run(live, tmp_path, command, "--help").code == 0
    loaded = subprocess.run(
        [PYTHON, "-X", "importtime", "-m", "candor_client", "--help"],
        env=live.environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    for heavy_work in ("httpx2", "rich.console", "stamina", "pyarrow", "zstandard", "numpy"):
        assert f" {heavy_work}\n" not in loaded, heavy_work


def test_score_is_the_same_offline_and_by_the_server(live: Live, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"item": "a", "verdict": "correct", "confidence": 0.9},
        {"item": "b", "verdict": "wrong", "confidence": 0.4},
        {"item": "c", "verdict": "abstained"},
        {"item": "d", "verdict": "correct"},
    ]
    path = jsonl(tmp_path / "rows.jsonl", rows)
    words = ("score", path, "--missing", "1", "-t", "0", "-t", "0.5", "--mode", "threshold")
    offline = run(live, tmp_path, *words, "--json", CANDOR_URL="http://127.0.0.1:1")
    assert offline.code == 0, offline.err
    [here] = offline.json()["data"]
    there = run(live, tmp_path, *words, "--json", "--url", live.url).json()["data"][0]
    assert (here.pop("scored"), there.pop("scored")) == ("offline", "server")
    assert here == there
    assert here["n_items"] == 5
    assert here["scores"]["accuracy"]["value"] == 0.4
    assert "accuracy" in run(live, tmp_path, *words).out
    answers = [
        {"item": "a", "answer": "lima", "accepted": ["Lima"], "model": "m"},
        {"item": "b", "answer": "rome", "accepted": ["Paris"], "model": "m"},
    ]
    graded = run(live, tmp_path, "score", jsonl(tmp_path / "answers.jsonl", answers), "--json")
    assert graded.json()["data"][0]["scores"]["accuracy"]["value"] == 0.5


def test_a_quota_is_published_and_told(live: Live, tmp_path: Path) -> None:
    questions = jsonl(tmp_path / "few.jsonl", [{"key": f"q{n}", "accepted": ["a"]} for n in (0, 1)])
    rows = [
        jsonl(tmp_path / f"run-{n}.jsonl", [{"item": f"q{n}", "answer": "a"}]) for n in range(2)
    ]
    made = run(
        live, tmp_path, "publish", questions, "--slug", "used-up", "--missing-limit", "1",
        "--quota-total", "1", "--json",
    )  # fmt: skip
    assert made.json()["quota"] == {"total": 1, "per_day": None}
    sent = run(live, tmp_path, "submit", "used-up", rows[0], "--model", "quill")
    assert "quota left: 0 in all" in sent.out
    refused = run(live, tmp_path, "submit", "used-up", rows[1], "--model", "quill")
    assert refused.code == 4
    assert "1 submission in all for each owner, is used up" in refused.err
    # It will never be taken, so it does not wait for a better time either.
    assert not list(tmp_path.glob("spool/*"))
    daily = ("--slug", "daily", "--missing-limit", "1", "--quota-per-day", "1")
    assert run(live, tmp_path, "publish", questions, *daily).code == 0
    assert run(live, tmp_path, "submit", "daily", rows[0], "--model", "quill").code == 0
    jobs = run(live, tmp_path, "submit", "daily", rows[1], "--model", "quill")
    assert jobs.code == 4
    assert "candor flush sends it later" in " ".join(jobs.err.split())
    assert list(tmp_path.glob("spool/*.candor"))


def test_putting_right_from_the_command_line(live: Live, ten: str, tmp_path: Path) -> None:
    with live.client(tmp_path) as client:
        sub = client.submit(ten, GUESSER, model="guesser")["id"]
        version = client.benchmark(ten)["version"]
    same = ("change", ten, "--at-version", version)
    changed = run(live, tmp_path, *same, "--title", "Ten facts", "-t", "0.9", "--private", "--json")
    assert changed.code == 0, changed.err
    body = changed.json()
    assert (body["title"], body["default_target"], body["visibility"]) == (
        "Ten facts",
        0.9,
        "private",
    )
    stale = run(live, tmp_path, *same, "--title", "x")
    assert (stale.code, "has changed since you read it" in stale.err) == (3, True)
    assert run(live, tmp_path, "change", ten).code == 2
    said = run(live, tmp_path, "change", ten, "--title", "", "--public", "--quota-total", "5")
    assert said.code == 0, said.err
    assert "visibility" in said.out
    with live.client(tmp_path) as client:
        assert client.benchmark(ten)["title"] == ten
        assert client.benchmark(ten)["quota"] == {"total": 5, "per_day": None}  # type: ignore[typeddict-item]
    assert (
        run(live, tmp_path, "change", ten, "--quota-total", "0", "--json").json()["quota"] is None
    )
    assert run(live, tmp_path, "archive", ten, "--reason", "Old.").code == 0
    assert ten in run(live, tmp_path, "benchmarks", "--archived", COLUMNS="200").out
    assert ten not in run(live, tmp_path, "benchmarks", COLUMNS="200").out
    assert (
        run(live, tmp_path, "submit", ten, jsonl(tmp_path / "r.jsonl", HUMBLE), "-m", "x").code == 3
    )
    assert run(live, tmp_path, "unarchive", ten).code == 0
    withdrawn = run(live, tmp_path, "withdraw", sub, "--json")
    assert withdrawn.json()["withdrawn_at"] is not None
    asked = run(live, tmp_path, "erase", sub)
    assert (asked.code, "say --yes" in asked.err) == (2, True)
    assert run(live, tmp_path, "erase", sub, "--yes", "--json").json()["erased_at"] is not None
    assert run(live, tmp_path, "delete", ten).code == 2
    gone = run(live, tmp_path, "delete", ten, "--reason", "Done.", "--yes")
    assert (gone.code, gone.out.startswith(f"{ten}: deleted")) == (0, True)
    after = run(live, tmp_path, "leaderboard", ten)
    assert (after.code, "was deleted on" in after.err) == (4, True)
