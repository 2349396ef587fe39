"""Matchers: cases as data, near misses included, for a lenient grader is the worst of faults."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.grading.answer_key import AnswerKey, check_key
from app.grading.declining import listed_phrase
from app.grading.folding import fold
from app.grading.grade import grade
from app.grading.options import GradingOptions, newest_rules
from app.grading.responses import Responses, Verdict
from app.scoring.grades import Outcome

C, W, A = Outcome.CORRECT, Outcome.WRONG, Outcome.ABSTAINED


def key_for(matcher: str, accepted: Any, **wanted: Any) -> AnswerKey:
    answers = (accepted,) if isinstance(accepted, str) else tuple(accepted)
    return AnswerKey(
        matcher=matcher,
        tolerance=wanted.get("tolerance"),
        abstention_phrases=wanted.get("phrases", ()),
        accepted=[answers],
        choices=[wanted.get("choices")],
        answerable=wanted.get("answerable"),
        rules=newest_rules(GradingOptions(**wanted.get("options", {})), matcher=matcher),
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
    ("exact", "Lima", "Lima ", C, 0),
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
    ("number", "17.21", "17,21", C, 0),
    ("set", '["red", "blue"]', '["Blue", "red"]', C, 0),
    ("set", '["red", "blue"]', '["red"]', W, 0),
    ("set", '["red", "blue"]', "red, blue", C, 0),
    ("set", '["red"]', "[" * 20_000, W, 1),
]


@pytest.mark.parametrize(("matcher", "accepted", "answer", "outcome", "invalid"), CASES)
def test_matchers(matcher: str, accepted: Any, answer: str, outcome: int, invalid: int) -> None:
    graded = grade(say(answer), key_for(matcher, accepted))
    assert (graded.grades.outcome[0], graded.n_invalid) == (outcome, invalid)


CHOICES = ("Paris", "Lima", "Rome", "Oslo")
CHOSEN = [
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
    ("B) Lima", C, 0),
    ("B) Rome", W, 1),
]


@pytest.mark.parametrize(("answer", "outcome", "invalid"), CHOSEN)
@pytest.mark.parametrize("accepted", ["Lima", "B", "b"])
def test_choices(accepted: str, answer: str, outcome: int, invalid: int) -> None:
    graded = grade(say(answer), key_for("choice", accepted, choices=CHOICES))
    assert (graded.grades.outcome[0], graded.n_invalid) == (outcome, invalid)


def test_a_choice_that_is_a_letter_is_read_as_text() -> None:
    key = key_for("choice", "A", choices=("D", "C", "B", "A"))
    assert grade(say("A"), key).grades.outcome[0] == C
    assert grade(say("D"), key).grades.outcome[0] == W


def test_tolerance_is_absolute_and_exact() -> None:
    key = key_for("number", "0.3", tolerance=Decimal("0.1"))
    assert grade(say("0.4"), key).grades.outcome[0] == C
    assert grade(say("0.4000000001"), key).grades.outcome[0] == W


def test_a_declared_phrase_is_compared_as_a_text_is() -> None:
    declared = key_for("text", "Lima", phrases=("Pass, please",))
    assert grade(say("  pass, PLEASE!! "), declared).grades.outcome[0] == A
    assert grade(say("**Pass, please.**"), declared).grades.outcome[0] == A
    assert grade(say("Pass, please, Lima?"), declared).grades.outcome[0] == W
    assert grade(say(None), declared).grades.outcome[0] == A
    # Each apostrophe, in the phrase and in the answer (RR-14 of the review).
    for phrase in ("I don't care", "I don’t care"):
        key = key_for("text", "Lima", phrases=(phrase,))
        for answer in ("I don't care", "I don’t care", "i donʼt care."):
            assert grade(say(answer), key).grades.outcome[0] == A


def test_phrases_of_the_list_are_read_where_the_benchmark_does_so() -> None:
    read = grade(say("I don't know"), key_for("text", "Lima"))
    assert (read.grades.outcome[0], read.listed_abstentions) == (A, 1)
    off = key_for("text", "Lima", options={"listed_abstentions": False})
    answered = grade(say("I don't know"), off)
    assert (answered.grades.outcome[0], answered.lookalike_abstentions) == (W, 1)
    assert answered.listed_abstentions == 0


@pytest.mark.parametrize("matcher", ["text", "exact", "choice", "choices"])
def test_a_phrase_that_is_an_answer_to_one_item_is_one_to_all(matcher: str) -> None:
    choices = [("True", "False", "Unknown")] * 2 if matcher.startswith("choice") else [None] * 2
    key = AnswerKey(
        matcher=matcher,
        tolerance=None,
        abstention_phrases=(),
        accepted=[("Unknown",), ("True",)],
        choices=choices,
        answerable=None,
    )
    said = Responses(
        ["unknown" if matcher != "exact" else "Unknown"] * 2,
        np.asarray([-1, -1], dtype=np.int32),
        np.asarray([0, 0], dtype=np.int16),
        np.asarray([True, True]),
    )
    assert grade(said, key).grades.outcome.tolist() == [C, W]


def test_an_answer_to_what_has_none_is_wrong() -> None:
    key = key_for("text", (), answerable=np.asarray([False]))
    assert grade(say("Lima"), key).grades.outcome[0] == W
    assert grade(say(None), key).grades.outcome[0] == A


def test_verdicts_stand_as_sent() -> None:
    key = key_for("verdicts", ())
    codes = {
        Verdict.CORRECT: C,
        Verdict.WRONG: W,
        Verdict.ABSTAINED: A,
        Verdict.UNGRADED: Outcome.UNGRADED,
        Verdict.INVALID: W,
        Verdict.PARTIAL_ZERO + 2_500: Outcome.PARTIAL,
    }
    for verdict, outcome in codes.items():
        graded = grade(say("x", verdict), key)
        assert graded.grades.outcome[0] == outcome
    assert graded.grades.credit is not None
    assert graded.grades.credit[0] == 2_500


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


CREDITS = [
    ("exact", "A, B", 10_000),
    ("exact", "A", 0),
    ("exact", "A, B, C", 0),
    ("partial", "A", 5_000),
    ("partial", "A, C", 0),
    ("partial", "C", 0),
    ("jaccard", "A", 5_000),
    ("jaccard", "A, C", 3_333),
    ("jaccard", "A, B, C", 6_667),
    ("jaccard", "C, D", 0),
]


@pytest.mark.parametrize(("credit", "answer", "units"), CREDITS)
def test_several_right_options(credit: str, answer: str, units: int) -> None:
    key = key_for("choices", ("A", "B"), choices=CHOICES, options={"credit": credit})
    grades = grade(say(answer), key).grades
    if units in {0, 10_000}:
        assert (grades.outcome[0], grades.credit) == (C if units else W, None)
    else:
        assert grades.outcome[0] == Outcome.PARTIAL
        assert grades.credit is not None
        assert grades.credit.tolist() == [units]


DECLARED = [
    ({"decimal": "comma"}, "1234", "1.234", C),
    ({"decimal": "comma"}, "1,234", "1,234", C),
    ({"decimal": "comma"}, "3,5", "3.5", W),
    ({"decimal": "point"}, "3.14", "3,14", W),
    ({"percent": "share"}, "0.2", "20%", C),
    ({"percent": "share"}, "20", "20%", W),
    ({"percent": "unit"}, "0.5", "0.5%", C),
    ({"units": ("km", "Meile")}, "42", "42 km", C),
    ({"units": ("km", "Meile")}, "42", "42 meile", C),
    ({"units": ("km", "Meile")}, "42", "42 miles", W),
    ({"units": ("widgets",)}, "42", "42 widgets", C),
    ({}, "42", "42 widgets", W),
    ({"unwrap": ()}, "42", "The answer is 42.", W),
    ({"unwrap": ("frame", "period")}, "42", "The answer is 42.", C),
    ({"unwrap": ("frame",)}, "42", "**42**", W),
]


@pytest.mark.parametrize(("options", "accepted", "answer", "outcome"), DECLARED)
def test_what_a_publisher_declares_of_numbers(
    options: dict[str, Any], accepted: str, answer: str, outcome: int
) -> None:
    key = key_for("number", accepted, options=options)
    assert grade(say(answer), key).grades.outcome[0] == outcome


def test_a_relative_tolerance_is_a_share_of_the_accepted_number() -> None:
    options = {"tolerance_kind": "relative"}
    key = key_for("number", ("200", "-10"), tolerance=Decimal("0.05"), options=options)
    for answer, outcome in (("210", C), ("210.01", W), ("190", C), ("-10.5", C), ("-9.4", W)):
        assert grade(say(answer), key).grades.outcome[0] == outcome, answer
    zero = key_for("number", "0", tolerance=Decimal("0.05"), options=options)
    assert grade(say("0.01"), zero).grades.outcome[0] == W


UNREADABLE = ["9**9**9**9", "1e999999999", "10^999999999", "9" * 129, "1/0", "x" * 100_000]


@pytest.mark.parametrize("answer", UNREADABLE)
def test_absurd_numbers_are_unreadable(answer: str) -> None:
    graded = grade(say(answer), key_for("number", "1"))
    assert (graded.grades.outcome[0], graded.n_invalid) == (W, 1)


@pytest.mark.parametrize("text", ["I don't know.", "Je ne sais pas", "不知道", "Nevím", "unknown"])
def test_phrases_are_known(text: str) -> None:
    assert listed_phrase(text)


@pytest.mark.parametrize("text", ["Lima", "The Unknown Soldier", "42", "no", "", " "])
def test_answers_are_no_phrases(text: str) -> None:
    assert listed_phrase(text) is None


REFUSED = [
    ("number", "many", None, "/accepted/0"),
    ("set", "red", None, "/accepted/0"),
    ("choice", "Madrid", CHOICES, "/accepted/0"),
    ("choice", "Lima", None, "/choices"),
    ("text", (), None, "/accepted"),
    ("text", "", None, "/accepted/0"),
    ("text", " \u200b", None, "/accepted/0"),
    ("exact", "   ", None, "/accepted/0"),
    ("choices", "Madrid", CHOICES, "/accepted/0"),
]


@pytest.mark.parametrize(("matcher", "accepted", "choices", "pointer"), REFUSED)
def test_a_key_that_could_never_match_is_refused(
    matcher: str, accepted: Any, choices: Any, pointer: str
) -> None:
    problems = check_key(key_for(matcher, accepted, choices=choices))
    assert [problem[1] for problem in problems] == [pointer]
