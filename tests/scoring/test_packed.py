"""Packed grades, options and profiles: what was put in comes out, and other bytes are refused."""

import struct
import zlib

import numpy as np
import pytest
from numpy.typing import NDArray

from app.scoring.assess import assess
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.options import OptionProbs, pack_options, unpack_options
from app.scoring.profile import ScoreProfile, pack_profile, unpack_profile
from app.scoring.targets import Target
from app.storage.gradings import pack_grades, unpack_grades
from tests.confidences import confidences

EVERY = np.array(list(Outcome), dtype=np.uint8)
CONFIDENCE = confidences([-1, 0, 1, 5_000, 9_999, 10_000])
CREDIT = np.array([0, 0, 0, 0, 2_500, 0], dtype=np.int16)


def same(found: Grades, wanted: Grades) -> None:
    assert found.outcome.tolist() == wanted.outcome.tolist()
    assert found.confidence.tolist() == wanted.confidence.tolist()
    assert found.samples == wanted.samples
    assert found.outcome.dtype == np.uint8
    assert found.confidence.dtype == np.int32
    if wanted.credit is None:
        assert found.credit is None
    else:
        assert found.credit is not None
        assert found.credit.tolist() == wanted.credit.tolist()


@pytest.mark.parametrize("credit", [None, CREDIT])
@pytest.mark.parametrize("samples", [1, 3])
def test_grades_come_out_as_they_went_in(credit: NDArray[np.int16] | None, samples: int) -> None:
    grades = Grades(EVERY, CONFIDENCE, credit, samples)
    same(unpack_grades(pack_grades(grades)), grades)
    none = Grades(EVERY[:0], CONFIDENCE[:0])
    same(unpack_grades(pack_grades(none)), none)


def _grades(version: int, samples: int, n: int, body: bytes) -> bytes:
    return struct.pack("<BBHI", version, 0, samples, n) + zlib.compress(body)


def test_other_bytes_are_no_grades() -> None:
    good = bytes([3, 0, 0])
    assert unpack_grades(_grades(1, 1, 1, good)).outcome.tolist() == [3]
    for data, why in [
        (b"", "cut short"),
        (pack_grades(Grades(EVERY, CONFIDENCE))[:7], "cut short"),
        (struct.pack("<BBHI", 1, 0, 1, 1) + b"no zlib", "damaged"),
        (_grades(2, 1, 1, good), "another format"),
        (_grades(1, 0, 1, good), "another format"),
        (_grades(1, 1, 2, good), "another format"),
        (_grades(1, 1, 1, bytes([max(Outcome) + 1, 0, 0])), "an outcome that is none"),
    ]:
        with pytest.raises(ValueError, match=why):
            unpack_grades(data)


ROWS = [[0.25, 0.75], [1 / 3, 1 / 3, 1 / 3], [0.5, 0.5]]


def options_of(rows: list[list[float]], slots: list[int]) -> OptionProbs:
    return OptionProbs(
        np.array(slots, dtype=np.int64),
        np.array([len(row) for row in rows], dtype=np.int64),
        np.array([value for row in rows for value in row], dtype=np.float64),
    )


def test_options_come_out_as_they_went_in() -> None:
    for rows, slots in [(ROWS, [0, 4, 70_000]), ([], [])]:
        found = unpack_options(pack_options(options_of(rows, slots)))
        assert (found.rows(), found.slot.tolist(), len(found)) == (rows, slots, len(rows))


def test_options_at_other_slots_are_put_in_order() -> None:
    moved = options_of(ROWS, [0, 1, 2]).at(np.array([5, -1, 0]))
    assert (moved.slot.tolist(), moved.rows()) == ([0, 5], [ROWS[2], ROWS[0]])
    swapped = options_of(ROWS, [0, 1, 2]).at(np.array([2, 1, 0]))
    assert swapped.rows() == ROWS[::-1]


def test_other_bytes_are_no_options() -> None:
    packed = pack_options(options_of(ROWS, [0, 1, 2]))
    body = zlib.decompress(packed[12:])
    counts = body[:12] + struct.pack("<3H", 2, 3, 3) + body[18:]
    for data, why in [
        (packed[:11], "cut short"),
        (packed[:12] + b"no zlib", "damaged"),
        (b"\x02" + packed[1:], "another format"),
        (packed[:12] + zlib.compress(body + b"0"), "another format"),
        (packed[:12] + zlib.compress(counts), "another format"),
    ]:
        with pytest.raises(ValueError, match=why):
            unpack_options(data)


def test_profiles_add_as_their_slots_do() -> None:
    draw = np.random.default_rng(1)
    outcome = draw.integers(0, 6, 400).astype(np.uint8)
    confidence = confidences(draw.choice([-1, 0, 2_500, 5_000, 10_000], 400))
    credit = np.where(outcome == Outcome.PARTIAL, draw.integers(1, 9_999, 400), 0).astype(np.int16)

    def profile(part: slice) -> ScoreProfile:
        grades = Grades(outcome[part], confidence[part], credit[part])
        return assess(grades, ItemFrame(grades.n_items)).profile

    assert profile(slice(150)) + profile(slice(150, 400)) == profile(slice(400))


@pytest.mark.parametrize("credit", [None, CREDIT])
def test_profiles_come_out_as_they_went_in_and_cut_ones_are_refused(
    credit: NDArray[np.int16] | None,
) -> None:
    outcome = EVERY if credit is not None else np.where(EVERY == Outcome.PARTIAL, 3, EVERY)
    grades = Grades(outcome.astype(np.uint8), CONFIDENCE, credit)
    packed = pack_profile(assess(grades, ItemFrame(6)).profile)
    assert packed[0] == 1
    assert pack_profile(unpack_profile(packed)) == packed
    for end in range(len(packed)):
        with pytest.raises(ValueError, match="the profile"):
            unpack_profile(packed[:end])


def test_answers_at_the_threshold_are_those_of_its_level() -> None:
    grades = Grades(EVERY[[2, 3, 3, 1]], confidences([5_000, 5_000, 9_000, 5_000]))
    profile = assess(grades, ItemFrame(4)).profile
    assert [profile.at_threshold(Target(units)) for units in (0, 5_000, 6_000, 9_000, 9_900)] == [
        0,
        2,
        0,
        1,
        0,
    ]
