"""Rows: what is written in bulk is read back, counted alike by SQL and by hand, and checked."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from app.grading.responses import Responses, Verdict
from app.intake.columns import prediction_columns
from app.problem import Problem
from app.services.access.callers import Caller
from app.services.access.keys import demo_caller
from app.services.benchmarks.publish import NewBenchmark, publish
from app.services.board.schemas import Model
from app.services.state.app_state import AppState
from app.services.state.board_cache import BoardCache
from app.services.state.revision_cache import RevisionCache
from app.services.submissions.submit import NewSubmission, submit
from app.storage.database.engines import sqlite_module
from app.storage.database.session import Conflict, Database, WriteSession, open_database
from app.storage.database.tables import grading, owner, prediction
from app.storage.gradings import board_rows
from app.storage.keys import count_write
from app.storage.predictions import load_responses, read_predictions, write_predictions
from app.storage.submissions import list_submissions
from tests.confidences import confidences
from tests.storage.make import items

NOW = datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)
said_rows = st.lists(
    st.tuples(
        st.booleans(),
        st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
        st.integers(-1, 10**9),
        st.sampled_from([0, 1, 2, 3, 4, 5, 10_000, 20_000]),
    ),
    min_size=1,
    max_size=450,
)


@given(rows=said_rows)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_was_said_is_read_back(
    database: Database, rows: list[tuple[bool, str | None, int, int]]
) -> None:
    present = np.asarray([row[0] for row in rows])
    said = Responses(
        [row[1] if row[0] else None for row in rows],
        np.where(present, [row[2] for row in rows], -1).astype(np.int32),
        np.where(present, [row[3] for row in rows], 0).astype(np.int16),
        present,
    )
    ordinals = np.arange(len(rows))

    class Undo(Exception):
        pass

    def round_trip(session: WriteSession) -> Responses:
        write_predictions(session, 77, said, ordinals=ordinals)
        return load_responses(session, 77, ordinals=ordinals, samples=1)

    found = said
    with suppress(Undo), database.writing() as session:
        found = round_trip(session)
        raise Undo
    assert found is not said
    assert found.answer == said.answer
    for name in ("confidence", "verdict", "present"):
        assert (getattr(found, name) == getattr(said, name)).all()


@pytest.fixture
def app_state(database: Database) -> AppState:
    return AppState(database, RevisionCache(most_bytes=1 << 20), BoardCache(), 10_000)


@pytest.fixture
def caller(app_state: AppState) -> Caller:
    with app_state.database.writing() as session:
        caller = demo_caller(session)
        new = NewBenchmark(slug="nums", matcher="number", tolerance=Decimal("0.5"), missing_limit=1)
        publish(session, caller, new, items(20))
    return caller


def send(app_state: AppState, caller: Caller, name: str, answers: list[str | None]) -> int:
    n = len(answers)
    columns = prediction_columns(
        item=[f"q{place}" for place in range(n)],
        answer=answers,
        confidence=confidences([9_000] * n),
        digest=f"{name}{answers}".encode(),
    )
    return submit(
        app_state, caller, "nums", NewSubmission(model=Model(name)), columns
    ).submission.attempt


def test_sql_counts_what_a_loop_counts(app_state: AppState, caller: Caller) -> None:
    generator = np.random.Generator(np.random.PCG64(5))
    for number in range(12):
        answers = [
            None if generator.random() < 0.2 else str(place + generator.integers(0, 2))
            for place in range(20)
        ]
        send(app_state, caller, f"m{number}", answers)
    with app_state.database.reading() as session:
        for row in board_rows(session, 1, since=-1):
            said = session.run(
                select(prediction.c.slot, prediction.c.answer).where(
                    prediction.c.submission_id == row.submission_id
                )
            ).all()
            right = sum(text is not None and abs(int(text) - slot) <= 0.5 for slot, text in said)
            silent = sum(text is None for _, text in said)
            assert (row.counts.correct, row.counts.abstained) == (right, silent)
            assert row.counts.wrong == 20 - right - silent


def test_attempts_are_numbered_once_each(app_state: AppState, caller: Caller) -> None:
    def one(number: int) -> int:
        return send(app_state, caller, "same", [str(number + place) for place in range(20)])

    with ThreadPoolExecutor(6) as pool:
        attempts = sorted(pool.map(one, range(24)))
    assert attempts == list(range(1, 25))


def test_damage_is_noticed_and_never_scored(app_state: AppState, caller: Caller) -> None:
    send(app_state, caller, "m", ["1"] * 20)
    with app_state.database.writing() as session:
        blob = session.run(select(grading.c.profile)).scalar_one()
        broken = bytes([blob[0], blob[1] ^ 1, *blob[2:]])
        session.run(update(grading).values(profile=broken))
    with app_state.database.reading() as reader, pytest.raises(Problem) as caught:
        board_rows(reader, 1, since=-1)
    assert caught.value.code == "corrupt"


def test_a_taken_name_is_a_conflict(database: Database) -> None:
    def insert_twice() -> None:
        with database.writing() as session:
            for _ in range(2):
                session.run(owner.insert().values(public_id="own_1", name="a", created_at=NOW))

    with pytest.raises(Conflict):
        insert_twice()
    with database.reading() as reader:
        assert reader.run(select(func.count()).select_from(owner)).scalar_one() == 0


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)read-?only"), database.reading() as session:
        session.run(owner.insert().values(public_id="own_1", name="a", created_at=NOW))


def test_writes_are_counted_by_the_minute(app_state: AppState, caller: Caller) -> None:
    with app_state.database.writing() as session:
        jobs = NOW.replace(minute=1)
        counted = [count_write(session, caller.key_row, NOW) for _ in range(3)]
        assert (counted, count_write(session, caller.key_row, jobs)) == ([1, 2, 3], 1)


def test_lists_go_on_where_they_stopped(app_state: AppState, caller: Caller) -> None:
    for number in range(5):
        send(app_state, caller, f"m{number}", ["1"] * 20)
    with app_state.database.reading() as session:
        first = list_submissions(session, benchmark_id=1, limit=3)
        rest = list_submissions(session, benchmark_id=1, limit=3, after=first[-1].id)
        named = list_submissions(session, benchmark_id=1, limit=9, model="m2")
    assert [one.model.name for one in first + rest] == ["m4", "m3", "m2", "m1", "m0"]
    assert [one.model.name for one in named] == ["m2"]


def test_predictions_by_page(app_state: AppState, caller: Caller) -> None:
    send(app_state, caller, "m", [str(place) for place in range(20)])
    with app_state.database.reading() as session:
        page = read_predictions(session, 1, start_slot=5, limit=3)
    assert [(row.slot, row.answer, row.confidence) for row in page] == [
        (5, "5", 900_000_000),
        (6, "6", 900_000_000),
        (7, "7", 900_000_000),
    ]
    assert {row.verdict for row in page} <= {None, Verdict.NONE}


def test_sqlite_keeps_its_promises(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'candor.db'}")
    with database.writing() as session:
        found = {
            name: session.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "mmap_size", "query_only")
        }
    safe = sqlite_module().sqlite_version_info >= (3, 51, 3)
    assert found == {
        "journal_mode": "wal" if safe else "delete",
        "synchronous": 2,
        "foreign_keys": 1,
        "mmap_size": 0,
        "query_only": 0,
    }
    database.dispose()
