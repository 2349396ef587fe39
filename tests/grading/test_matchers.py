"""Matchers: cases as data, near misses included, for a lenient grader is the worst of faults."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.grading.answer_key import AnswerKey, check_key
from app.grading.grade import grade, looks_like_abstention
from app.grading.matchers import normalise_text
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


def test_abstention_is_declared_never_guessed() -> None:
    declared = key_for("text", "Lima", phrases=("I don't know",))
    assert grade(say("  i DON'T know!! "), declared).grades.outcome[0] == A
    assert grade(say("I don't know, Lima?"), declared).grades.outcome[0] == W
    silent = grade(say("I don't know"), key_for("text", "Lima"))
    assert (silent.grades.outcome[0], silent.lookalike_abstentions) == (W, 1)
    assert grade(say(None), declared).grades.outcome[0] == A


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
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise_text(normalise_text(text)) == normalise_text(text)


@pytest.mark.parametrize("text", ["I don't know.", "Je ne sais pas", "不知道", "Nevím", "unknown"])
def test_lookalikes_are_seen(text: str) -> None:
    assert looks_like_abstention(text)


@pytest.mark.parametrize("text", ["Lima", "The Unknown Soldier", "42", "no"])
def test_answers_are_not_lookalikes(text: str) -> None:
    assert not looks_like_abstention(text)


REFUSED = [
    ("number", "many", None, "/accepted/0"),
    ("set", "red", None, "/accepted/0"),
    ("choice", "Madrid", CHOICES, "/accepted/0"),
    ("choice", "Lima", None, "/choices"),
    ("text", (), None, "/accepted"),
    ("text", "", None, "/accepted/0"),
]


@pytest.mark.parametrize(("matcher", "accepted", "choices", "pointer"), REFUSED)
def test_a_key_that_could_never_match_is_refused(
    matcher: str, accepted: Any, choices: Any, pointer: str
) -> None:
    problems = check_key(key_for(matcher, accepted, choices=choices))
    assert [problem[1] for problem in problems] == [pointer]
