"""Migration 0007: confidences of 1e-4 become confidences of 1e-9, and back, with their gradings."""

import struct
import zlib
from typing import Any

import numpy as np
import pytest
from sqlalchemy import text

from app.scoring.assess import assess
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.profile import pack_profile, unpack_profile
from app.storage.database.migrate import downgrade, upgrade
from app.storage.database.session import Database, open_database
from app.storage.gradings import pack_grades, unpack_grades
from tests.confidences import confidences
from tests.served import Served

SHARES = [0.0, 0.00005, 0.00015, 0.123456789, 0.5, 0.89995, 0.9, 0.900049999, 0.999999999, None]
"""Two of them halfway between two units of 1e-4, and three that become 0.9."""
COARSE = [0, 0, 2, 1_235, 5_000, 9_000, 9_000, 9_000, 10_000, None]


def rows_of(shares: list[float | None]) -> list[dict[str, Any]]:
    """Ten predictions, of which the second and the eighth are wrong and one is partly right."""
    rows: list[dict[str, Any]] = [
        {"item": f"q{n}", "answer": f"a{n}", "verdict": "correct", "confidence": share}
        for n, share in enumerate(shares)
    ]
    for wrong in (1, 7):
        rows[wrong]["verdict"] = "wrong"
    rows[5] |= {"verdict": "partial", "credit": 0.25}
    return rows


def stored(database: Database) -> list[tuple[Any, ...]]:
    """Predictions by slot, of one submission after the other."""
    statement = (
        "SELECT slot, confidence, verdict, answer FROM prediction ORDER BY submission_id, slot"
    )
    with database.reading() as session:
        return [tuple(row) for row in session.run(text(statement))]


def blobs(database: Database) -> list[Any]:
    """Packed gradings by submission; their checksums are right."""
    statement = (
        "SELECT profile, vector, format, profile_crc, vector_crc FROM grading "
        "ORDER BY submission_id"
    )
    with database.reading() as session:
        rows = session.run(text(statement)).all()
    for row in rows:
        assert (zlib.crc32(row[0]), zlib.crc32(row[1])) == (row[3], row[4])
    return [tuple(row[:3]) for row in rows]


@pytest.fixture
def fine(served: Served) -> Served:
    """A benchmark of verdicts and answers with a submission of nine digits and one of none."""
    served.publish(matcher="verdicts", missing_limit=1)
    for model, shares in (("fine", SHARES), ("silent", [None] * 10)):
        reply = served.submit(rows_of(shares), model=model)
        assert reply.status_code == 201, reply.text
    return served


def test_fine_confidences_go_down_rounded_and_come_up_again(fine: Served) -> None:
    database = open_database(fine.database_url)
    try:
        before, packed = stored(database), blobs(database)
        assert [row[1] for row in before][:4] == [0, 50_000, 150_000, 123_456_789]
        assert [one[2] for one in packed] == [2, 1]
        downgrade(fine.database_url, "0006")
        assert [row[1] for row in stored(database)] == COARSE + [None] * 10
        assert {row[2:] for row in stored(database)} == {row[2:] for row in before}
        old = blobs(database)
        assert [one[2] for one in old] == [1, 1]
        assert old[1] == packed[1]
        # The very bytes that the version before would have written of rounded rows.
        was = unpack_grades(packed[0][1])
        rounded = confidences([-1 if units is None else units for units in COARSE])
        now = Grades(was.outcome, rounded, was.credit, was.samples)
        assert unpack_grades(old[0][1]).confidence.tolist() == rounded.tolist()
        assert zlib.decompress(old[0][1][8:]) == zlib.decompress(pack_grades(now)[8:])
        assert old[0][0] == pack_profile(assess(now, ItemFrame(10)).profile)
        upgrade(fine.database_url)
        assert blobs(database) == old
        assert [row[1] for row in stored(database)] == [
            None if units is None else units * 100_000 for units in COARSE
        ] + [None] * 10
        downgrade(fine.database_url, "0006")
        upgrade(fine.database_url)
        assert blobs(database) == old
    finally:
        database.dispose()


def test_old_rows_mean_what_they_meant(served: Served) -> None:
    """Rows and packed bytes as schema 0006 holds them: replies give the same figures after."""
    served.publish(matcher="verdicts", missing_limit=1)
    shares = [None if units is None else units / 10_000 for units in COARSE]
    sent = served.submit(rows_of(shares), model="old").json()["id"]
    seen = [
        f"/submissions/{sent}",
        f"/submissions/{sent}/predictions",
        "/benchmarks/ten/leaderboard",
    ]
    before = settled(served, seen)
    downgrade(served.database_url, "0006")
    database = open_database(served.database_url)
    try:
        assert [row[1] for row in stored(database)] == COARSE
        ((profile, vector, version),) = blobs(database)
        assert version == profile[0] == vector[0] == 1
        n = len(COARSE)
        assert struct.unpack_from(f"<{n}h", zlib.decompress(vector[8:]), n) == tuple(
            -1 if units is None else units for units in COARSE
        )
        upgrade(served.database_url)
        assert [row[1] for row in stored(database)] == [
            None if units is None else units * 100_000 for units in COARSE
        ]
        assert blobs(database) == [(profile, vector, version)]
    finally:
        database.dispose()
    assert settled(served, seen) == before


def settled(served: Served, paths: list[str]) -> list[Any]:
    """What is read at some addresses once everything that is computed later has come."""
    for path in paths:
        served.read(path)
    served.settle()
    return [served.read(path) for path in paths]


def test_damaged_gradings_stay_as_they_are(fine: Served) -> None:
    database = open_database(fine.database_url)
    try:
        with database.writing() as session:
            session.run(text("UPDATE grading SET vector_crc = vector_crc + 1 WHERE format = 2"))
            before = (
                session.run(text("SELECT vector FROM grading WHERE format = 2")).scalars().all()
            )
        downgrade(fine.database_url, "0006")
        upgrade(fine.database_url)
        with database.reading() as session:
            after = session.run(text("SELECT vector FROM grading WHERE format = 2")).scalars().all()
        assert after == before
    finally:
        database.dispose()


def test_profiles_of_both_formats_hold_the_same() -> None:
    draw = np.random.default_rng(3)
    for spread in (1, 100_000):
        stated = (draw.integers(0, 10**9 // spread, 5_000) * spread).astype(np.int32)
        stated[:50] = -1
        outcome = draw.integers(0, len(Outcome), 5_000).astype(np.uint8)
        credit = np.where(outcome == Outcome.PARTIAL, draw.integers(1, 9_999, 5_000), 0)
        grades = Grades(outcome, stated, credit.astype(np.int16))
        profile = assess(grades, ItemFrame(5_000)).profile
        packed = pack_profile(profile)
        assert packed[0] == (2 if spread == 1 else 1)
        assert unpack_profile(packed) == profile
        assert pack_grades(grades)[0] == packed[0]
        again = unpack_grades(pack_grades(grades))
        assert (again.confidence == stated).all()
        assert again.confidence.dtype == np.int32
        cut = {*range(200), *range(len(packed) - 9, len(packed))}
        for part in (packed[:end] for end in cut):
            with pytest.raises(ValueError, match="the profile"):
                unpack_profile(part)
