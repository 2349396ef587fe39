"""Targets: as decimals and by their penalty, on one grid with confidences, without two names."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.grades import Grades, Outcome
from app.scoring.rules import attempted, score_of
from app.scoring.targets import CONFIDENCE_UNITS, Target, parse_penalty, parse_target

PENALTIES = st.integers(0, 99_000)


@given(PENALTIES)
def test_a_penalty_costs_what_it_says(thousandths: int) -> None:
    target, price = Target.of_penalty(thousandths), Fraction(thousandths, 1_000)
    t = price / (1 + price)
    lost, won = target.ratio
    assert Fraction(lost, won) == price
    assert target.penalty == thousandths / 1_000
    assert target.value == float(t)
    assert target.confidence == round(t * CONFIDENCE_UNITS)
    assert target == parse_penalty(str(Decimal(thousandths) / 1_000))
    assert target == Target(target.units)
    assert target == Target.of_confidence(target.confidence)


@given(PENALTIES | st.integers(0, 9_900).map(lambda units: -units))
def test_what_is_printed_is_read_back(number: int) -> None:
    target = Target.of_penalty(number) if number > 0 else Target(-number)
    for spelled in (str(target), target.value, repr(target.value), f"{target.value:.9f}"):
        assert parse_target(spelled) == target, spelled


def test_no_two_targets_are_one_to_a_confidence() -> None:
    every = {Target.of_penalty(thousandths) for thousandths in range(99_001)}
    every |= {Target(units) for units in range(9_901)}
    assert len({target.confidence for target in every}) == len(every)
    assert [target.confidence for target in sorted(every)] == sorted(
        target.confidence for target in every
    )
    assert not any(0 <= target.units <= 9_900 for target in every if target.by_penalty)


@pytest.mark.parametrize(
    "units", [-1, 9_901, 10_000, 666_666_666, 666_666_668, 990_099_010, 10**9, 10**12]
)
def test_units_that_are_no_target_are_refused(units: int) -> None:
    with pytest.raises(ValueError, match=r"from 0 to 0\.99"):
        Target(units)


@pytest.mark.parametrize(
    ("spelled", "said"),
    [("2.0005", "3 decimals"), ("99.001", "0 to 99"), ("-1", "0 to 99"), ("x", "0 to 99"),
     ("nan", "0 to 99"), ("1e999999", "0 to 99"), ("1e-999999", "3 decimals")],
)  # fmt: skip
def test_penalties_that_are_none_say_why(spelled: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_penalty(spelled)


def test_a_decimal_is_no_penalty() -> None:
    assert parse_target("0.6667").penalty != 2
    assert parse_penalty(3) == Target(7_500)
    assert parse_penalty(0) == Target(0)
    with pytest.raises(ValueError, match="penalty instead"):
        parse_target("0.66667")


def test_at_two_thirds_a_tie_is_a_tie() -> None:
    two = parse_penalty(2)
    third = round(2 / 3 * CONFIDENCE_UNITS)
    confidence = np.array([third - 1, third, third + 1], dtype=np.int32)
    grades = Grades(np.full(3, Outcome.CORRECT, dtype=np.uint8), confidence)
    assert attempted(grades, two, "threshold").tolist() == [False, False, True]
    assert score_of(2, 1, 7, two) == 0.0
