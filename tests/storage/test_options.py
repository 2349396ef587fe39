"""Option probabilities: packed, stored, read back under any revision, damaged, migrated."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect, text, update

from app.intake.columns import PredictionColumns
from app.intake.predictions import PredictionReader
from app.problem import Problem
from app.scoring.options import OptionProbs, pack_options, unpack_options
from app.services.access.keys import demo_caller
from app.services.benchmarks.publish import NewBenchmark, publish
from app.services.board.schemas import Model
from app.services.state.app_state import AppState
from app.services.state.board_cache import BoardCache
from app.services.state.revision_cache import RevisionCache
from app.services.submissions.submit import NewSubmission, submit
from app.storage.database.migrate import downgrade, head_revision, revision_of, upgrade
from app.storage.database.session import Database, open_database
from app.storage.database.tables import option_probs
from app.storage.predictions import load_options
from tests.storage.make import items

ragged = st.lists(
    st.tuples(st.integers(0, 2**31 - 1), st.lists(st.floats(0, 1), min_size=2, max_size=9)),
    min_size=1,
    max_size=40,
    unique_by=lambda row: row[0],
)


def options_of(rows: list[tuple[int, list[float]]]) -> OptionProbs:
    return OptionProbs(
        np.asarray([slot for slot, _ in rows], dtype=np.int64),
        np.asarray([len(values) for _, values in rows], dtype=np.int64),
        np.asarray([one for _, values in rows for one in values], dtype=np.float64),
    )


@given(rows=ragged)
def test_packed_and_unpacked_to_the_bit(rows: list[tuple[int, list[float]]]) -> None:
    options = options_of(sorted(rows))
    again = unpack_options(pack_options(options))
    assert again.slot.tolist() == options.slot.tolist()
    assert again.rows() == [values for _, values in sorted(rows)]


@given(rows=ragged)
def test_rows_move_with_their_slots(rows: list[tuple[int, list[float]]]) -> None:
    options = options_of(rows)
    moved = options.at(options.slot)
    assert list(zip(moved.slot.tolist(), moved.rows(), strict=True)) == sorted(rows)
    assert len(options.at(np.full(len(rows), -1))) == 0


def test_other_bytes_are_refused() -> None:
    packed = pack_options(options_of([(0, [0.5, 0.5]), (3, [1.0, 0.0])]))
    for damaged in (
        packed[:9],
        packed[:-3],
        b"\x09" + packed[1:],
        packed[:4] + b"\x01" + packed[5:],
    ):
        with pytest.raises(ValueError, match="option probabilities"):
            unpack_options(damaged)


def stored(database: Database) -> tuple[int, np.ndarray]:
    """A submission of three items, the last two with option probabilities; its row's id."""
    columns = items(3)
    columns = type(columns)(
        **{name: getattr(columns, name) for name in columns.__dataclass_fields__}
        | {"choices": [["0", "1", "2"]] * 3}
    )
    app_state = AppState(database, RevisionCache(most_bytes=1 << 20), BoardCache(), 1_000)
    with database.writing() as session:
        caller = demo_caller(session)
        publish(session, caller, NewBenchmark(slug="three", matcher="choice"), columns)
    reader = PredictionReader("application/x-ndjson")
    reader.feed(
        b'{"item": "q2", "answer": "2", "option_probs": [0.1, 0.2, 0.7]}\n'
        b'{"item": "q0", "answer": "0"}\n'
        b'{"item": "q1", "answer": "1", "option_probs": [0.3333333333333333, 0.6666666666666667,'
        b" 0]}"
    )
    _, said = reader.finish()
    assert isinstance(said, PredictionColumns)
    receipt = submit(app_state, caller, "three", NewSubmission(model=Model("quill")), said)
    return receipt.submission.id, np.arange(3)


def test_stored_and_read_back_in_order_of_items(database: Database) -> None:
    submission, ordinals = stored(database)
    with database.reading() as session:
        options = load_options(session, submission, ordinals=ordinals, samples=1)
        absent = load_options(session, submission + 1, ordinals=ordinals, samples=1)
        # A revision that has dropped q1 and put the others the other way round.
        fewer = load_options(session, submission, ordinals=np.asarray([2, 0]), samples=1)
    assert absent is None
    assert options is not None
    assert fewer is not None
    assert options.slot.tolist() == [1, 2]
    assert options.rows() == [[0.3333333333333333, 0.6666666666666667, 0], [0.1, 0.2, 0.7]]
    assert (fewer.slot.tolist(), fewer.rows()) == ([0], [[0.1, 0.2, 0.7]])


def test_a_damaged_byte_is_noticed(database: Database) -> None:
    submission, ordinals = stored(database)
    with database.writing() as session:
        session.run(update(option_probs).values(body=b"\x01" + b"\x00" * 40))
    with database.reading() as session, pytest.raises(Problem, match="checksum"):
        load_options(session, submission, ordinals=ordinals, samples=1)


def test_up_down_up_keeps_what_the_first_tables_hold(database_url: str) -> None:
    downgrade(database_url, "0001")
    database = open_database(database_url)
    try:
        with database.writing() as session:
            session.run(
                text(
                    "INSERT INTO owner (public_id, name, created_at) VALUES ('own_x', 'acme', :at)"
                ),
                {"at": int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())},
            )
            assert not inspect(session.connection).has_table("option_probs")
        for move in (lambda: upgrade(database_url), lambda: downgrade(database_url, "0001")):
            move()
            with database.reading() as reader:
                names = reader.run(text("SELECT name FROM owner")).scalars().all()
            assert names == ["acme"]
        upgrade(database_url)
        with database.reading() as reader:
            assert revision_of(reader.connection) == head_revision()
            assert reader.run(text("SELECT training FROM benchmark")).all() == []
        submission, _ = stored(database)
        assert submission
    finally:
        database.dispose()
