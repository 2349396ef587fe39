"""The story that must always be true, end to end over HTTP: the guesser and the humble model.

On ten items a guesser answers all and gets six right; a humble model answers five, all right, and
abstains on five. Binary grading crowns the guesser; a price on wrong answers crowns the other.
"""

import pytest

from tests.served import Served

STORY = [
    ("0", "guesser", 0.6, 0.5),
    ("0.5", "humble", 0.2, 0.5),
    ("0.75", "humble", -0.6, 0.5),
]


@pytest.fixture
def told(served: Served) -> Served:
    served.publish()
    guesser = [{"item": f"q{n}", "answer": f"a{n}" if n < 6 else "no"} for n in range(10)]
    humble = [
        {"item": f"q{n}", "answer": f"A{n}."} if n < 5 else {"item": f"q{n}", "abstained": True}
        for n in range(10)
    ]
    assert served.submit(guesser, model="guesser").status_code == 201
    assert served.submit(humble, model="humble").status_code == 201
    return served


@pytest.mark.parametrize(("target", "leader", "guesser", "humble"), STORY)
def test_price_decides_who_leads(
    told: Served, target: str, leader: str, guesser: float, humble: float
) -> None:
    board = told.read("/benchmarks/ten/leaderboard", target=target)
    scores = {row["model"]["name"]: row["score"]["value"] for row in board["data"]}
    assert board["data"][0]["model"]["name"] == leader
    assert scores == {"guesser": pytest.approx(guesser), "humble": pytest.approx(humble)}


def test_movement_is_against_binary(told: Served) -> None:
    board = told.read("/benchmarks/ten/leaderboard", target="0.75")
    moves = {row["model"]["name"]: row["rank_change"] for row in board["data"]}
    assert moves == {"humble": 1, "guesser": -1}


def test_silence_and_the_bluffing_leader_stand_beside_the_models(told: Served) -> None:
    board = told.read("/benchmarks/ten/leaderboard", target="0.75")
    references = {row["name"]: row["score"] for row in board["references"]}
    assert references["always-abstain"] == 0
    assert references["always-answer"] == pytest.approx(0.6 - 3 * 0.4)


def test_the_page_prints_the_same_numbers(told: Served) -> None:
    page = told.client.get("/benchmarks/ten", params={"target": "0.75"}).text
    table = page[page.index("<tbody>") :]
    assert table.index("humble") < table.index("guesser")
    assert "+50.0" in page
    assert "−60.0" in page


def test_the_receipt_holds_the_score_and_the_rank(told: Served) -> None:
    late = [{"item": f"q{n}", "answer": f"a{n}", "confidence": 0.9} for n in range(10)]
    receipt = told.submit(late, model="late").json()
    assert receipt["rank"] == 1
    assert receipt["scores"]["accuracy"]["value"] == 1.0
    assert receipt["scores"]["threshold_score"]["0.75"]["value"] == 1.0
    assert receipt["scores"]["quadratic_score"]["value"] == pytest.approx(0.99)
