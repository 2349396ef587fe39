"""The demo: the same everywhere, valid, and its ranks turn over when guessing costs."""

import pytest

from app.demo.gpqa import PUBLISHED, counts
from app.demo.letter_counts import letter_counts
from app.demo.load import load_demo
from app.scoring.targets import Target
from app.services.board import Leaderboard
from app.services.boards import Boards
from app.services.desk import Desk
from app.services.rank import View, leaderboard
from app.services.sheets import AnswerSheets
from app.storage.benchmarks import find_benchmark
from app.storage.session import Database
from tests.waiting import CEILING


@pytest.fixture
def slugs(database: Database) -> list[str]:
    return load_demo(database)


def board(database: Database, slug: str, target: Target) -> Leaderboard:
    desk = Desk(database, AnswerSheets(most_bytes=1 << 26), Boards(), 1_000)
    with database.reading() as session:
        benchmark = find_benchmark(session, slug)
        assert benchmark is not None
        view = View(target=target, mode="declared")
        found = leaderboard(session, desk, benchmark, view)
    assert desk.ranges.settle(seconds=CEILING)
    return found


def test_both_boards_turn_over(database: Database, slugs: list[str]) -> None:
    assert slugs == ["letter-counts", "gpqa-diamond-counts"]
    for slug in slugs:
        binary, priced = (board(database, slug, Target(units)) for units in (0, 7_500))
        assert binary.demo
        assert binary.standings[0].model.name != priced.standings[0].model.name
        assert any(standing.rank_change for standing in priced.standings)


def test_silence_beats_somebody_and_not_everybody(database: Database, slugs: list[str]) -> None:
    for slug in slugs:
        scores = [standing.score.value or 0 for standing in
                  board(database, slug, Target(7_500)).standings]  # fmt: skip
        assert scores[0] > 0 > scores[-1]


def test_published_counts_add_up() -> None:
    for _, _, accuracy, score in PUBLISHED:
        right, wrong, silent = counts(accuracy, score)
        assert min(right, wrong, silent) >= 0
        assert right + wrong + silent == 198
        assert round(100 * right / 198, 2) == accuracy


def test_respondents_are_the_same_every_time() -> None:
    first, second = letter_counts(), letter_counts()
    for (_, one), (_, other) in zip(first.submissions, second.submissions, strict=True):
        assert one.answer == other.answer
        assert (one.confidence == other.confidence).all()
    assert first.items.n_items > 300
    assert len(first.submissions) == 12
