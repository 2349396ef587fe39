"""Near misses: answers one character away from right, on either side of every rule."""

from decimal import Decimal

import pytest

from app.grading.matchers import (
    LONGEST_NUMBER,
    WIDEST_EXPONENT,
    members_of,
    number_of,
    option_of,
)
from app.grading.normalise import normalise_text

NORMAL = [
    ("  Lima\u00a0 ", "lima"),
    ("new\t \n york", "new york"),
    ("ﬁne", "fine"),
    ("１２３", "123"),
    ("Straße", "strasse"),
    ("Lima ?!", "lima"),
    ("Lima . ", "lima"),
    ("“Lima”", "“lima"),
    ("C++", "c++"),
    ("5%", "5"),
    ("$5", "$5"),
    ("a.b", "a.b"),
    ("...", ""),
    ("", ""),
    ("e\u0301", "é"),
]


@pytest.mark.parametrize(("text", "normal"), NORMAL)
def test_normalised(text: str, normal: str) -> None:
    assert normalise_text(text) == normal


NUMBERS = [
    ("1721", "1721"),
    (" 1721\n", "1721"),
    ("1721.", "1721"),
    (".5", "0.5"),
    ("+5", "5"),
    ("1,234,567.8", "1234567.8"),
    ("-1,234", "-1234"),
    ("−1234", "-1234"),
    ("1e−3", "0.001"),
    ("１７２１", "1721"),
    ("0", "0"),
    ("-0", "0"),
]


@pytest.mark.parametrize(("text", "number"), NUMBERS)
def test_numbers_that_are_read(text: str, number: str) -> None:
    assert number_of(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "1 721",
        "1,72",
        "1,7211",
        ",721",
        "1.7.2",
        "1_721",
        "--5",
        "–5",
        "5 %",
        "0x10",
        "five",
        "Infinity",
        "-inf",
        "sNaN",
        "1/2",
    ],
)
def test_numbers_that_are_none(text: str) -> None:
    assert number_of(text) is None


def test_the_longest_number_is_read_and_one_more_digit_is_not() -> None:
    assert number_of("1" * LONGEST_NUMBER) == Decimal("1" * LONGEST_NUMBER)
    assert number_of(f" {'1' * LONGEST_NUMBER} ") is not None
    assert number_of("1" * (LONGEST_NUMBER + 1)) is None


@pytest.mark.parametrize("sign", ["", "-"])
def test_the_widest_exponent_is_read_and_one_more_is_not(sign: str) -> None:
    assert number_of(f"1e{sign}{WIDEST_EXPONENT}") is not None
    assert number_of(f"1e{sign}{WIDEST_EXPONENT + 1}") is None


def test_the_bounds_of_a_number_are_the_documented_ones() -> None:
    assert (LONGEST_NUMBER, WIDEST_EXPONENT) == (128, 400)


OPTIONS = ("Paris", "Lima", "Rome", "Oslo")

CHOSEN = [
    ("Paris", 0),
    ("Oslo.", 3),
    ("  rome ", 2),
    ("A", 0),
    ("d", 3),
    ("(D)", 3),
    ("d)", 3),
    ("d:", 3),
    (" d. ", 3),
    ("(d", 3),
]


@pytest.mark.parametrize(("answer", "place"), CHOSEN)
def test_options_by_text_or_letter(answer: str, place: int) -> None:
    assert option_of(answer, OPTIONS) == place


@pytest.mark.parametrize("answer", ["e", "E.", "dd", "d..", "1", "((d))", "", "é", "d Oslo", "-d"])
def test_what_names_no_option(answer: str) -> None:
    assert option_of(answer, OPTIONS) is None


def test_every_letter_up_to_the_last_option_counts() -> None:
    options = tuple(f"option {number}" for number in range(26))
    assert option_of("z", options) == 25
    assert option_of("z", options[:25]) is None
    assert option_of("a", ()) is None


def test_the_exact_text_goes_before_the_normalised_one() -> None:
    options = ("lima", "Lima")
    assert (option_of("lima", options), option_of("Lima", options)) == (0, 1)
    assert option_of("LIMA", options) == 0


SETS = [
    ("[]", frozenset()),
    ('["a", "a", "A. "]', frozenset({"a"})),
    (' ["Red","Ｂlue"] ', frozenset({"red", "blue"})),
]


@pytest.mark.parametrize(("text", "members"), SETS)
def test_sets_that_are_read(text: str, members: frozenset[str]) -> None:
    assert members_of(text) == members


@pytest.mark.parametrize(
    "text", ["", "a", '"a"', '{"a": 1}', "[1]", '["a", 1]', "[null]", '["a"', "['a']", '[["a"]]']
)
def test_sets_that_are_none(text: str) -> None:
    assert members_of(text) is None
