"""The first edition of the grading rules, which stored revisions keep: answers one character away
from right, on either side of every rule, those that the newest edition reads otherwise too."""

import unicodedata
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.grading.answer_key import AnswerKey
from app.grading.first_rules import (
    LONGEST_NUMBER,
    WIDEST_EXPONENT,
    Options,
    _cached,
    looks_like_abstention,
    members_of,
    normalise_text,
    number_of,
)
from app.grading.grade import grade
from app.grading.options import FIRST
from app.grading.registry import MATCHERS
from app.grading.responses import Responses, Verdict
from app.scoring.grades import Outcome

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
    assert Options(OPTIONS).named(answer) == place


@pytest.mark.parametrize("answer", ["e", "E.", "dd", "d..", "1", "((d))", "", "é", "d Oslo", "-d"])
def test_what_names_no_option(answer: str) -> None:
    assert Options(OPTIONS).named(answer) is None


def test_every_letter_up_to_the_last_option_counts() -> None:
    options = tuple(f"option {number}" for number in range(26))
    assert Options(options).named("z") == 25
    assert Options(options[:25]).named("z") is None
    assert Options(()).named("a") is None


def test_the_exact_text_goes_before_the_normalised_one() -> None:
    options = ("lima", "Lima")
    assert (Options(options).named("lima"), Options(options).named("Lima")) == (0, 1)
    assert Options(options).named("LIMA") == 0


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


MARKS = "\u0301\u0316\u0315\u0345\u0344\u0f73\u0f81\u3099\uff9e\u05b0\u0334"


@given(
    st.lists(
        st.tuples(st.sampled_from("aé가ཀﾊ"), st.text(MARKS, min_size=20, max_size=60)),
        min_size=4,
        max_size=6,
    )
)
def test_long_runs_of_marks_are_ordered_as_unicode_says(words: list[tuple[str, str]]) -> None:
    text = "".join(start + marks for start, marks in words)
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    assert normalise_text(text) == plain


def test_long_texts_are_not_kept_and_long_punctuation_falls() -> None:
    before = _cached.cache_info().currsize
    assert normalise_text("a" * 200 + "! … ?" * 2_000) == "a" * 200
    assert _cached.cache_info().currsize == before


def test_many_accepted_answers_are_all_looked_at() -> None:
    many = tuple(str(number) for number in range(0, 3_000, 3))
    for matcher, near in (("exact", "1500"), ("text", " 1500."), ("number", "1,500.5")):
        match = MATCHERS[matcher].first([many], [None], Decimal("0.5"))
        assert match(0, near) is True
        assert match(0, "1501") is False
    sets = tuple(f'["{number}"]' for number in range(1_000))
    assert MATCHERS["set"].first([sets], [None], None)(0, '["777."]') is True


def test_the_nearest_number_decides_wherever_it_stands() -> None:
    match = MATCHERS["number"].first([("10", "-3", "7", "7")], [None], Decimal(1))
    near = [match(0, str(number)) for number in range(-5, 13)]
    assert near == [abs(n + 3) <= 1 or abs(n - 7) <= 1 or abs(n - 10) <= 1 for n in range(-5, 13)]


C, W, A = Outcome.CORRECT, Outcome.WRONG, Outcome.ABSTAINED


def key_for(matcher: str, accepted: Any, **wanted: Any) -> AnswerKey:
    answers = (accepted,) if isinstance(accepted, str) else tuple(accepted)
    return AnswerKey(
        matcher=matcher,
        tolerance=None,
        abstention_phrases=wanted.get("phrases", ()),
        accepted=[answers],
        choices=[wanted.get("choices")],
        answerable=None,
        rules=FIRST,
    )


def say(answer: str | None, verdict: int = Verdict.NONE) -> Responses:
    return Responses(
        [answer],
        np.asarray([-1], dtype=np.int32),
        np.asarray([verdict], dtype=np.int16),
        np.asarray([True]),
    )


CASES = [
    ("exact", "Lima", "Lima", C, 0),
    ("exact", "Lima", "lima", W, 0),
    ("exact", "Lima", "Lima ", W, 0),
    ("text", "Lima", "  LIMA. ", C, 0),
    ("text", "Lima", "Ｌｉｍａ", C, 0),
    ("text", "New York", "new\t york!", C, 0),
    ("text", "straße", "STRASSE", C, 0),
    ("text", "Lima", "Lima, Peru", W, 0),
    ("text", "Lima", "Lim a", W, 0),
    ("text", ("Lima", "Ciudad de los Reyes"), "ciudad de los reyes", C, 0),
    ("text", "C++", "C++", C, 0),
    ("number", "1721", "1,721", C, 0),
    ("number", "1721", "1721.0", C, 0),
    ("number", "1721", "1.721e3", C, 0),
    ("number", "1721", "1722", W, 0),
    ("number", "0.3", "0.30000000000000001", W, 0),
    ("number", "-5", "−5", C, 0),
    ("number", "1721", "about 1721", W, 1),
    ("number", "1721", "1e400000000", W, 1),
    ("number", "1721", "NaN", W, 1),
    ("number", "1721", "17,21", W, 1),
    ("set", '["red", "blue"]', '["Blue", "red"]', C, 0),
    ("set", '["red", "blue"]', '["red"]', W, 0),
    ("set", '["red", "blue"]', "red, blue", W, 1),
    ("set", '["red"]', "[" * 20_000, W, 1),
]


@pytest.mark.parametrize(("matcher", "accepted", "answer", "outcome", "invalid"), CASES)
def test_verdicts(matcher: str, accepted: Any, answer: str, outcome: int, invalid: int) -> None:
    graded = grade(say(answer), key_for(matcher, accepted))
    assert (graded.grades.outcome[0], graded.n_invalid) == (outcome, invalid)


CHOICES = ("Paris", "Lima", "Rome", "Oslo")
CHOICE_ANSWERS = [
    ("Lima", C, 0),
    ("lima", C, 0),
    ("B", C, 0),
    ("(b)", C, 0),
    ("b.", C, 0),
    ("A", W, 0),
    ("Rome", W, 0),
    ("E", W, 1),
    ("Madrid", W, 1),
    ("Lima or Rome", W, 1),
]


@pytest.mark.parametrize(("answer", "outcome", "invalid"), CHOICE_ANSWERS)
@pytest.mark.parametrize("accepted", ["Lima", "B", "b"])
def test_choices(accepted: str, answer: str, outcome: int, invalid: int) -> None:
    graded = grade(say(answer), key_for("choice", accepted, choices=CHOICES))
    assert (graded.grades.outcome[0], graded.n_invalid) == (outcome, invalid)


@pytest.mark.parametrize("text", ["I don't know.", "Je ne sais pas", "不知道", "Nevím", "unknown"])
def test_lookalikes_are_seen(text: str) -> None:
    assert looks_like_abstention(text)


@pytest.mark.parametrize("text", ["Lima", "The Unknown Soldier", "42", "no"])
def test_answers_are_not_lookalikes(text: str) -> None:
    assert not looks_like_abstention(text)


def test_a_declared_phrase_goes_before_the_accepted_answers() -> None:
    key = key_for("exact", "unknown", phrases=("Unknown",))
    assert grade(say("unknown"), key).grades.outcome[0] == A


def test_no_list_of_phrases_is_read() -> None:
    graded = grade(say("I don't know"), key_for("text", "Lima"))
    assert (graded.grades.outcome[0], graded.lookalike_abstentions) == (W, 1)
    assert graded.listed_abstentions == 0


def test_a_matcher_that_came_later_has_no_first_edition() -> None:
    assert MATCHERS["choices"].first is None
