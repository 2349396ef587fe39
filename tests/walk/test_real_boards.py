"""Real submissions on real boards: published, submitted, graded here and read back over HTTP.

Multiple-choice answers of eleven models, graded by the service's own matcher, score what
independent code computed from the source's verdicts; and a model under two prompts is silent on
questions without an answer as often as its authors say.
"""

from pathlib import Path
from typing import Any, Final

import pytest

from tests.reference import reference
from tests.scoring import real
from tests.served import Served
from tests.walk.test_real_data import (
    ON_SQLITE,
    TARGETS,
    hold_against,
    judged,
    kept_to_1e_4,
    printed,
    reference_of,
    score,
    told,
)

TEN_BINS: Final = ("ece10_right_closed", "ece10_left_closed")
"""What a stored submission does not tell: its bins are fifteen. POST /score takes others."""


CHOSEN: Final = pytest.mark.parametrize(
    ("where", "name"), [("sample", real.IN_SAMPLE), ("whole", "lifeeval-sciq")]
)
"""Boards of multiple choice: of the sample everywhere, of SciQ where the whole is."""


@pytest.fixture
def folder(request: pytest.FixtureRequest, where: str, name: str) -> Path:
    return reference(request, where) / name


@pytest.fixture
def stored(served: Served, folder: Path) -> dict[str, Any]:
    """The submissions to the board `chosen` as stored, by model."""
    served.publish(
        slug="chosen",
        matcher="choice",
        ungraded_limit=1,  # all models of the sample stand on the board, whatever has no verdict
        items=[
            {"key": item["id"], "accepted": item["gold"], "choices": item["choices"]}
            for item in real.items(folder)
        ],
    )
    receipts = {}
    for run in real.runs(folder):
        sent = [stated(kept_to_1e_4(row)) for row in real.rows(folder / "predictions", run)]
        reply = served.submit(sent, slug="chosen", model=run)
        assert reply.status_code == 201, reply.text
        receipts[run] = reply.json()
    return receipts


def stated(row: dict[str, Any]) -> dict[str, Any]:
    """A row as its model said it; a reply that the source could not read is ungraded."""
    said = {"item": row["item_id"], "confidence": row["confidence"]}
    if row["abstained"]:
        return said | {"abstained": True}
    if row["correct"] is None:
        return said | {"status": "ungraded"}
    return said | {"answer": row["answer"]}


@ON_SQLITE
@CHOSEN
def test_a_stored_submission_tells_what_the_reference_says(
    served: Served, folder: Path, stored: dict[str, Any]
) -> None:
    """In both modes; three of the eleven, since each is redrawn for its intervals as it is read."""
    expected = reference_of(folder.parent, folder.name)
    assert set(expected) == set(stored)
    checks = folder / "checks.csv"
    published = {row["model"]: row for row in real.table(checks)} if checks.exists() else {}
    for run in list(stored)[1::4]:
        found: dict[str, Any] = {}
        for mode in ("declared", "threshold"):
            reply = served.read(f"/submissions/{stored[run]['id']}", mode=mode)
            found |= told(reply, mode=mode)
        hold_against(expected[run], found, but=TEN_BINS)
        assert reply["bins"] == 15
        assert reply["counts"] == stored[run]["counts"]
        if published:
            assert printed(reply["scores"]["accuracy"]) == float(published[run]["accuracy_graded"])
            assert printed(reply["scores"]["brier"]) == float(published[run]["brier_graded"])


@ON_SQLITE
@CHOSEN
@pytest.mark.usefixtures("stored")
def test_the_board_ranks_by_what_the_reference_says(served: Served, folder: Path) -> None:
    expected = reference_of(folder.parent, folder.name)
    wanted = [
        (f"{mode}_t{target}", {"target": target, "mode": mode})
        for mode in ("declared", "threshold")
        for target in TARGETS
        if f"{mode}_t{target}" in expected["gpt-4o"]
    ]
    assert len(wanted) == 7
    for column, params in [*wanted, ("quadratic_score", {"rule": "quadratic"})]:
        board = served.read("/benchmarks/chosen/leaderboard", **params)["data"]
        values = [row["score"]["value"] for row in board]
        assert values == sorted(values, reverse=True), column
        for row in board:
            independent = float(expected[row["model"]["name"]][column])
            assert row["score"]["value"] == pytest.approx(independent, abs=1e-9), column
        assert len(board) == len(expected)


def publish_squad2(served: Served, folder: Path) -> None:
    """Five hundred questions with an answer and five hundred without."""
    served.publish(
        slug="squad2",
        matcher="text",
        items=[
            {
                "key": item["id"],
                "question": item["question"],
                "accepted": item["gold"],
                "answerable": item["answerable"],
            }
            for item in real.items(folder)
        ],
    )


def test_squad2_is_silent_where_its_authors_say_it_is(served: Served, shared: Path) -> None:
    """On the page of each submission; the credit for silence is apart from the board's score."""
    folder = shared / "data" / "squad2-prompt-abstention"
    publish_squad2(served, folder)
    for row in real.table(folder / "checks.csv"):
        run = f"{row['model']}@{row['condition']}"
        rows = list(real.rows(folder / "predictions", run))
        sent = [
            {"item": one["item_id"], "abstained": True}
            if one["abstained"]
            else {"item": one["item_id"], "answer": one["answer"]}
            for one in rows
        ]
        receipt = served.submit(sent, slug="squad2", model=run).json()
        found = served.read(f"/submissions/{receipt['id']}")
        classes, silent = found["answerability"], found["counts"]["abstained"]
        met = round(500 * float(row["pub_abstention_rate"]))
        assert silent == sum(one["abstained"] for one in rows)
        without, answerable = classes["should_abstain"], classes["answerable"]
        assert without["n_items"] == int(row["n_unanswerable"])
        assert answerable["n_items"] == int(row["n_answerable"])
        assert without["abstention_rate"]["value"] == float(row["pub_abstention_rate"])
        assert without["error_rate"]["value"] == float(row["pub_hallucination_rate"])
        assert without["accuracy"]["value"] == 0
        assert answerable["coverage"]["value"] == float(row["pub_answer_attempt_rate"])
        assert classes["abstention_recall"]["value"] == float(row["pub_abstention_rate"])
        assert classes["abstention_precision"]["value"] == pytest.approx(met / silent)
        assert classes["abstention_f1"]["value"] == pytest.approx(2 * met / (silent + 500))
        for target, credited in classes["credited_threshold_score"].items():
            plain = found["scores"]["threshold_score"][target]["value"]
            assert credited["value"] == pytest.approx(plain + met / 1000, abs=1e-9), target
        assert set(classes["credited_threshold_score"]) == set(TARGETS)
        assert score_on_board(served, run) == pytest.approx(found["scores"]["accuracy"]["value"])


def score_on_board(served: Served, model: str) -> float:
    """A model's score on the binary board of SQuAD 2.0."""
    board = served.read("/benchmarks/squad2/leaderboard", target="0")["data"]
    [value] = [row["score"]["value"] for row in board if row["model"]["name"] == model]
    return float(value)


@ON_SQLITE
def test_squad2_without_storing_says_the_same_of_silence(served: Served, shared: Path) -> None:
    """The source judges no answer: all of them are ungraded, and silence is judged all the same."""
    folder = shared / "data" / "squad2-prompt-abstention"
    without = {item["id"] for item in real.items(folder) if not item["answerable"]}
    for row in real.table(folder / "checks.csv"):
        rows = real.rows(folder / "predictions", f"{row['model']}@{row['condition']}")
        sent = [one | {"answerable": one["item"] not in without} for one in judged(rows)]
        classes = score(served, sent)["answerability"]
        assert classes["abstention_recall"]["value"] == float(row["pub_abstention_rate"])
