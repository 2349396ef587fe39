"""Every sentence about a board, on page, terminal and pictures, against the board's rows."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from candor_client.commands.output.board_table import print_board
from tests.served import Served
from tests.truth.boards import BOARDS, fill, publish, rows
from tests.truth.reading import story_of, text_of
from tests.truth.sentences import Truth, check_story, side, truth_of

VIEWS = [
    {"target": "0"},
    {"target": "0.5"},
    {"target": "0.75"},
    {"target": "0.9"},
    {"target": "0.75", "mode": "threshold", "ranges": "compute"},
    {"target": "0.41"},
    {"rule": "quadratic"},
]
"""Of these t = 0.41 alone has no rank ranges: nobody asks for them."""


def read(served: Served, slug: str, view: dict[str, str]) -> dict[str, Any]:
    """The whole board as JSON, its usual rank ranges computed."""
    fill(served, slug)
    served.read(f"/benchmarks/{slug}/leaderboard", **view)
    served.settle()
    board: dict[str, Any] = served.read(f"/benchmarks/{slug}/leaderboard", limit="1000", **view)
    assert (board["ranges"]["reason"] == "pending") == (view.get("target") == "0.41"), slug
    return board


def page_of(served: Served, slug: str, view: dict[str, str]) -> str:
    reply = served.client.get(f"/benchmarks/{slug}", params=view)
    assert reply.status_code == 200
    return reply.text


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: "-".join(view.values()))
@pytest.mark.parametrize("slug", BOARDS)
def test_the_page_says_what_the_rows_hold(filled: Served, slug: str, view: dict[str, str]) -> None:
    board = read(filled, slug, view)
    check_story(story_of(page_of(filled, slug, view)), truth_of(board))
    check_summary(board)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: "-".join(view.values()))
@pytest.mark.parametrize("slug", BOARDS)
def test_the_terminal_says_what_the_rows_hold(
    filled: Served,
    slug: str,
    view: dict[str, str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    board: Any = read(filled, slug, view)
    capsys.readouterr()  # what the server logged
    print_board(board)
    lines = capsys.readouterr().out.splitlines()
    check_story(lines[1], truth_of(board))


@pytest.mark.parametrize("slug", BOARDS)
@pytest.mark.parametrize("target", ["0", "0.5", "0.75", "0.9", "0.41"])
def test_the_picture_and_the_badge_say_what_the_rows_hold(
    filled: Served, slug: str, target: str
) -> None:
    view = {"target": target}
    board = read(filled, slug, view)
    picture = filled.client.get(f"/benchmarks/{slug}/share.svg", params=view).text
    root = ET.fromstring(picture)
    name = "{http://www.w3.org/2000/svg}"
    said = " ".join(
        text.text or "" for text in root.iter(f"{name}text") if float(text.attrib["y"]) > 560
    ).removesuffix(" Candor")
    if not said.endswith("…"):
        check_story(said, truth_of(board), whole=False)
    spoken = root.findtext(f"{name}desc") or ""
    words, _, places = spoken.rpartition(". 1. ") if board["data"] else (spoken[:-2], "", "")
    check_story(f"{words}." if places else words, truth_of(board))
    badge = ET.fromstring(filled.client.get(f"/benchmarks/{slug}/badge.svg", params=view).text)
    check_badge([text.text or "" for text in badge.iter(f"{name}text")][-1], truth_of(board))


def check_badge(message: str, truth: Truth) -> None:
    """The leader with score and reach, a tie called one, or that nobody is (clearly) above 0."""
    best = truth.rows[0]
    if message == "no model above 0":
        assert set(truth.sides()) == {-1}
    elif message == "no model clearly above 0":
        assert 1 not in truth.sides()
        assert best["score"]["value"] <= 0
    else:
        interval = best["score"]["interval"]
        half = (interval["high"] - interval["low"]) * 50
        assert message.endswith(f"+{best['score']['value'] * 100:.1f} ±{half:.1f}"), message
        tied = re.match(r"(\d+) models tied at ", message)
        assert (int(tied[1]) if tied else 1) == len(truth.first)
        assert tied or message.startswith(best["model"]["name"])


def check_summary(board: dict[str, Any]) -> None:
    """The summary of the reply, counted again from its rows."""
    truth, said = truth_of(board), board["summary"]
    sides = truth.sides()
    assert [said["n_above"], said["n_unclear"], said["n_below"]] == [
        sides.count(one) for one in (1, 0, -1)
    ]
    assert (said["n_first"], said["n_first_by_accuracy"]) == (
        len(truth.first), len(truth.by_accuracy),
    )  # fmt: skip
    for name, row in (("first", truth.first[0]), ("first_by_accuracy", truth.by_accuracy[0])):
        wanted = {key: row[key] for key in ("submission", "rank", "accuracy_rank", "rank_range")}
        assert said[name] == wanted | {"name": row["model"]["name"]}
    ranks = [row["rank"] for row in truth.by_accuracy]
    assert said["ranks_of_first_by_accuracy"] == [min(ranks), max(ranks)]
    apart = truth.told_apart()
    lower = len(truth.rows) - len(truth.first)
    assert said["not_told_apart"] == (None if apart is None else lower - apart)


@pytest.mark.parametrize("slug", BOARDS)
@pytest.mark.parametrize("target", ["0.5", "0.9"])
def test_the_row_of_abstaining_and_the_grey_scores_are_true(
    filled: Served, slug: str, target: str
) -> None:
    board = read(filled, slug, {"target": target})
    page = page_of(filled, slug, {"target": target, "limit": "1000"})
    body = page[page.index("data-rows>") : page.index("</tbody>")]
    by_id = {row["submission"]: row for row in board["data"]}
    below = None
    for markup in re.findall(r"<tr .*?</tr>", body, re.S):
        if "data-silence" in markup:
            below = []
            said = text_of(markup)
            continue
        row = by_id[re.search(r'data-id="(\w+)"', markup)[1]]  # type: ignore[index]
        assert ('class="unsure"' in markup) == (side(row) == 0), row["model"]["name"]
        if below is None:
            assert row["score"]["value"] >= 0
        else:
            below.append(row)
            assert row["score"]["value"] < 0
    assert below is not None
    if below:
        assert said.endswith("models below score less than this; a grey score is not clearly less")
    else:
        assert said.endswith("no model here scores below this")


def test_the_summary_is_of_all_that_is_ranked_and_filtered(served: Served) -> None:
    publish(served, "tagged", 60)
    for at in range(5):
        model = {"name": f"m{at}", "tags": ["open"] if at % 2 else []}
        body = {"model": model, "predictions": rows(60, 0.9 - at / 8, 0.1 + at / 12, seed=at)}
        reply = served.request("POST", "/benchmarks/tagged/submissions", json=body)
        assert reply.status_code == 201
    whole = read(served, "tagged", {"target": "0.5"})
    check_summary(whole)
    first = served.read("/benchmarks/tagged/leaderboard", target="0.5", limit="1")
    assert first["summary"] == whole["summary"]
    some = served.read("/benchmarks/tagged/leaderboard", target="0.5", tag="open")
    assert some["total"] == 2
    assert some["summary"]["first"]["rank_range"] is None
    assert some["summary"]["not_told_apart"] in {0, 1}
    assert some["summary"]["n_above"] + some["summary"]["n_unclear"] <= 2


OLD = [
    (
        "clone-0 leads under both rules. Every model here would score more by saying “I don’t "
        "know” to everything."
    ),
    (
        "clone-0 has the highest score; no clear difference from 5 other models. It is 1st by "
        "accuracy too. Every model would do better answering “I don’t know” every time."
    ),
    (
        "Five models share 1st place. They share it by accuracy too. No model is clearly better or "
        "worse than “I don’t know” every time."
    ),
    (
        "Six models share 1st place. They share it by accuracy too. 6 of 6 models would do better "
        "answering “I don’t know” every time."
    ),
    "Six models share 1st place. They share it by accuracy too.",
]


@pytest.mark.parametrize("story", OLD)
def test_a_planted_story_is_caught(filled: Served, story: str) -> None:
    truth = truth_of(read(filled, "ties", {"target": "0.5"}))
    check_story(story_of(page_of(filled, "ties", {"target": "0.5"})), truth)
    with pytest.raises(AssertionError):
        check_story(story, truth)


def test_a_fall_without_its_range_is_caught(filled: Served) -> None:
    truth = truth_of(read(filled, "clear", {"target": "0.9"}))
    told = story_of(page_of(filled, "clear", {"target": "0.9"}))
    assert " falls from 1st by accuracy to " in told
    check_story(told, truth)
    for other in (re.sub(r" \(\d[^)]*\)\.", ".", told), told.replace("(2", "(1")):
        with pytest.raises(AssertionError):
            check_story(other, truth)


def test_the_board_names_no_submission_twice(filled: Served) -> None:
    # What the checks above lean on: one row a model.
    board = read(filled, "three-hundred", {"target": "0.75"})
    assert len({row["submission"] for row in board["data"]}) == board["total"] == 300


def test_nothing_of_the_boards_was_left_ungraded_by_mistake(filled: Served) -> None:
    board = read(filled, "ungraded", {"target": "0.5"})
    assert [one["reason"] for one in board["unranked"]] == ["ungraded"]


def test_a_made_board_is_what_its_name_says(filled: Served) -> None:
    ties = truth_of(read(filled, "ties", {"target": "0.75"}))
    assert len(ties.first) == 6
    negative = truth_of(read(filled, "negative", {"target": "0.75"}))
    assert set(negative.sides()) == {-1}
    noise = truth_of(read(filled, "noise", {"target": "0.75"}))
    assert 0 in noise.sides()
    clear = truth_of(read(filled, "clear", {"target": "0.9"}))
    assert 0 not in clear.sides()
