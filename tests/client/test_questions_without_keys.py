"""Question sets without keys, and rows without ids: both are known by what they ask."""

import json
from pathlib import Path

import pytest

from candor_client.errors import InvalidData
from candor_client.pushing.datasets import read_dataset
from tests.client.live import Live
from tests.client.ran import run

SET = (
    "metadata,problem,answer\n"
    "\"{'topic': 'rivers'}\",Where does the Mell rise?,Tor Fell\n"
    "\"{'topic': 'rivers'}\",Where does the Orr end?,Lake Sill\n"
)


def write(folder: Path, name: str, text: str) -> Path:
    """A file with this text."""
    path = folder / name
    path.write_text(text)
    return path


def test_a_question_set_is_published_and_met_by_graded_rows(live: Live, tmp_path: Path) -> None:
    published = run(live, tmp_path, "publish", write(tmp_path, "set.csv", SET), "--slug", "asked")
    assert published.code == 0, published.err
    rows = [
        {"question": "Where does the Mell rise?", "prediction": "Tor Fell", "gold": "Tor Fell"},
        {"question": "where does the  Orr end?", "prediction": "the sea", "gold": "Lake Sill"},
    ]
    path = write(tmp_path, "replies.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    sent = run(live, tmp_path, "push", path, "-b", "asked", "-m", "quill", "--json")
    assert sent.code == 0, sent.err
    with live.client(tmp_path) as client:
        counts = client.submission(sent.json()["submissions"][0]["submission"])["counts"]
    assert (counts["correct"], counts["wrong"], counts["missing"]) == (1, 1, 0)


def test_rows_without_ids_meet_the_keys_of_their_questions(live: Live, tmp_path: Path) -> None:
    text = "key,question,accepted\nmell,Where does the Mell rise?,Tor Fell\norr,Where?,Lake Sill\n"
    assert (
        run(live, tmp_path, "publish", write(tmp_path, "q.csv", text), "--slug", "keyed").code == 0
    )
    rows = "problem,predicted_answer,grade\nWhere does the Mell rise?,Tor Fell,CORRECT\n"
    rows += "Where?,Lake Sill,CORRECT\n"
    path = write(tmp_path, "graded.csv", rows)
    sent = run(live, tmp_path, "push", path, "-b", "keyed", "-m", "quill", "--json")
    assert sent.code == 0, sent.err
    with live.client(tmp_path) as client:
        found = client.submission(sent.json()["submissions"][0]["submission"])
    assert found["counts"]["correct"] == 2


@pytest.mark.parametrize(
    ("text", "columns", "first"),
    [
        ("task_id,Question,Final answer\ng1,Where?,here\n", {}, ("g1", ["here"])),
        (
            "nr;Frage;Antwort\n1;Wo?;hier\n",
            {"key": "nr", "question": "Frage", "accepted": "Antwort"},
            ("1", ["hier"]),
        ),
        ("id,question,answer,note\n1,Where?,here,x\n", {"accepted": "note"}, ("1", ["x"])),
    ],
)  # fmt: skip
def test_columns_of_a_question_set(
    tmp_path: Path, text: str, columns: dict[str, str], first: tuple[str, list[str]]
) -> None:
    made = read_dataset(write(tmp_path, "set.csv", text), policy={}, columns=columns)
    assert (made.items[0]["key"], made.items[0]["accepted"]) == first


def test_one_question_twice_is_one_item_or_an_error(tmp_path: Path) -> None:
    twice = write(tmp_path, "set.csv", SET + SET.split("\n")[1] + "\n")
    assert len(read_dataset(twice, policy={}).items) == 2
    other = write(tmp_path, "set.csv", SET + '"{}",Where does the Mell rise?,the sea\n')
    with pytest.raises(InvalidData, match="another answer"):
        read_dataset(other, policy={})


def test_a_cell_of_accepted_answers_is_read_by_the_matcher(live: Live, tmp_path: Path) -> None:
    path = write(tmp_path, "sets.csv", 'key,accepted\nq1,"[""red"",""blue""]"\n')
    assert read_dataset(path, policy={"matcher": "set"}).items[0]["accepted"] == ['["red", "blue"]']
    assert read_dataset(path, policy={}).items[0]["accepted"] == ["red", "blue"]
    path = write(tmp_path, "bars.csv", "key,accepted\nq1,Lima|Ciudad de los Reyes\nq2,x\n")
    shown = run(live, tmp_path, "publish", path, "--dry-run")
    assert "'q1'" in shown.err
    assert "JSON list" in shown.err
    wrong = run(live, tmp_path, "publish", path, "--column", "answer=accepted", "--dry-run")
    assert (wrong.code, "our fields are key" in wrong.err) == (2, True)
    gone = run(live, tmp_path, "publish", path, "--column", "accepted=none", "--dry-run")
    assert (gone.code, "there are key, accepted" in gone.err) == (3, True)
