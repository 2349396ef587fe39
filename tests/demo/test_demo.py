"""The demo: the same everywhere, valid, and its ranks turn over when guessing costs."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from app import folder
from app.demo import load
from app.demo.gpqa import PUBLISHED, counts, gpqa
from app.demo.letter_counts import letter_counts
from app.demo.load import load_demo
from app.demo.made import PARTS
from app.scoring.targets import Target
from app.services.access.callers import Caller
from app.services.access.keys import DEMO_OWNER, demo_caller
from app.services.benchmarks.publish import publish
from app.services.board.leaderboard import View, leaderboard
from app.services.board.schemas import Leaderboard
from app.services.state.app_state import AppState
from app.services.state.board_cache import BoardCache
from app.services.state.revision_cache import RevisionCache
from app.services.submissions.submit import submit
from app.services.submissions.withdraw import withdraw
from app.start import load_demo_once
from app.storage.benchmarks import find_benchmark, list_benchmarks_of
from app.storage.database.session import Database
from app.storage.keys import list_keys
from app.storage.submissions import list_submissions
from tests.waiting import CEILING


@pytest.fixture
def slugs(database: Database) -> list[str]:
    return load_demo(database)


def board(database: Database, slug: str, target: Target) -> Leaderboard:
    app_state = AppState(database, RevisionCache(most_bytes=1 << 26), BoardCache(), 1_000)
    with database.reading() as session:
        benchmark = find_benchmark(session, slug)
        assert benchmark is not None
        view = View(target=target, mode="declared")
        found = leaderboard(session, app_state, benchmark, view)
    assert app_state.ranges.settle(seconds=CEILING)
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


def parts(database: Database) -> dict[str, int]:
    """The benchmarks that are there, and how many submissions each has."""
    with database.reading() as session:
        return {
            one.slug: len(list_submissions(session, benchmark_id=one.id, limit=100))
            for one in list_benchmarks_of(session, owner_id=None, limit=100)
        }


def half_made(database: Database, *, submissions: int) -> Caller:
    """What an earlier version left when it was killed: one benchmark, with so many answers."""
    app_state = AppState(database, RevisionCache(most_bytes=1 << 26), BoardCache(), 1_000)
    bundle = letter_counts()
    with database.writing() as session:
        caller = demo_caller(session)
    with database.writing() as session:
        publish(session, caller, bundle.benchmark, bundle.items)
    for new, columns in bundle.submissions[:submissions]:
        submit(app_state, caller, "letter-counts", new, columns)
    return caller


def test_the_parts_are_what_the_bundles_hold(database: Database, slugs: list[str]) -> None:
    assert parts(database) == PARTS
    assert {one.benchmark.slug: len(one.submissions) for one in (letter_counts(), gpqa())} == PARTS
    assert load_demo_once(database) == ()


@pytest.mark.parametrize("submissions", [0, 4, 12])
def test_what_an_earlier_version_left_half_made_is_completed(
    database: Database, submissions: int
) -> None:
    half_made(database, submissions=submissions)
    assert load_demo_once(database)
    assert parts(database) == PARTS
    assert load_demo_once(database) == ()
    with database.reading() as session:
        assert [key.owner for key in list_keys(session, limit=9)] == [DEMO_OWNER]


def test_a_load_that_fails_half_way_leaves_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, left = load.submit_within, iter(range(15))

    def stop(*given: object) -> object:
        next(left)
        return store(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(load, "submit_within", stop)
    with pytest.raises(StopIteration):
        load_demo(database)
    assert parts(database) == {}
    monkeypatch.undo()
    load_demo(database)
    assert parts(database) == PARTS


def test_what_somebody_changed_or_deleted_does_not_come_back(database: Database) -> None:
    caller = half_made(database, submissions=5)
    with database.writing() as session:
        first = list_submissions(session, benchmark_id=1, limit=1)[0]
        withdraw(session, caller, first.public_id, reason="enough of it")
    load_demo_once(database)
    assert parts(database)["letter-counts"] == 5
    with database.writing() as session:
        # As after a deletion: nothing is found at the slug, and the audit trail is kept.
        session.run(text("UPDATE benchmark SET slug = 'gone-' || id"))
    assert load_demo_once(database) == ()
    assert set(parts(database)) == {"gone-1", "gone-2"}


def test_a_demo_that_was_deleted_half_made_does_not_come_back(database: Database) -> None:
    half_made(database, submissions=5)
    with database.writing() as session:
        session.run(text("UPDATE benchmark SET slug = 'gone'"))
    assert load_demo_once(database) == ()
    assert set(parts(database)) == {"gone"}


def test_two_that_load_at_once(database: Database, tmp_path: Path) -> None:
    def load_in_turn(_: int) -> int:
        if database.dialect == "postgresql":
            return len(load_demo(database))
        with folder.taken(tmp_path):  # as `start` does where there is a data folder
            return len(load_demo_once(database))

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(load_in_turn, range(2))) == [0, 2]
    assert parts(database) == PARTS
