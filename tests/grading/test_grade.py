"""Grading whole submissions: every kind of row at once, several attempts, keys that are refused."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np

from app.grading.answer_key import AnswerKey, check_key
from app.grading.declining import phrases_of
from app.grading.grade import Graded, grade
from app.grading.options import GradingRules
from app.grading.responses import Responses, Verdict
from app.scoring.grades import Outcome

C, W, A = Outcome.CORRECT, Outcome.WRONG, Outcome.ABSTAINED
MISSING, UNGRADED, PARTIAL = Outcome.MISSING, Outcome.UNGRADED, Outcome.PARTIAL


def key_of(matcher: str, accepted: list[tuple[str, ...]], **wanted: Any) -> AnswerKey:
    return AnswerKey(
        matcher=matcher,
        tolerance=wanted.get("tolerance"),
        abstention_phrases=wanted.get("phrases", ()),
        accepted=accepted,
        choices=wanted.get("choices", [None] * len(accepted)),
        answerable=wanted.get("answerable"),
    )


def said_of(
    answers: list[str | None],
    *,
    verdicts: list[int] | None = None,
    present: list[bool] | None = None,
    samples: int = 1,
) -> Responses:
    n = len(answers)
    return Responses(
        answers,
        np.arange(n, dtype=np.int32),
        np.asarray(verdicts or [Verdict.NONE] * n, dtype=np.int16),
        np.asarray(present or [True] * n),
        samples=samples,
    )


def outcomes(graded: Graded) -> list[int]:
    return [int(one) for one in graded.grades.outcome]


def test_every_slot_is_judged_by_its_own_item() -> None:
    key = key_of("text", [("Lima",), ("Rome",), ("Oslo", "Christiania")])
    graded = grade(said_of(["Lima", "Lima", "christiania"]), key)
    assert outcomes(graded) == [C, W, C]
    assert graded.grades.confidence.tolist() == [0, 1, 2]
    assert graded.grades.credit is None
    assert (graded.n_invalid, graded.lookalike_abstentions) == (0, 0)


def test_attempts_at_one_item_stand_together() -> None:
    key = key_of("number", [("1",), ("2",)])
    graded = grade(said_of(["1", "2", "x", "2", "1", "2"], samples=3), key)
    assert outcomes(graded) == [C, W, W, C, W, C]
    assert (graded.grades.samples, graded.n_invalid) == (3, 1)


def test_what_was_not_sent_is_missing_whatever_lies_there() -> None:
    key = key_of("text", [("a",)] * 4)
    verdicts = [Verdict.NONE, Verdict.CORRECT, Verdict.INVALID, Verdict.PARTIAL_ZERO + 1]
    graded = grade(said_of(["a"] * 4, verdicts=verdicts, present=[False] * 4), key)
    assert outcomes(graded) == [MISSING] * 4
    assert graded.n_invalid == 0


def test_all_kinds_of_verdict_at_once() -> None:
    verdicts = [
        Verdict.CORRECT,
        Verdict.WRONG,
        Verdict.ABSTAINED,
        Verdict.UNGRADED,
        Verdict.INVALID,
        Verdict.PARTIAL_ZERO,
        Verdict.PARTIAL_ZERO + 2_500,
        Verdict.PARTIAL_ZERO + 10_000,
    ]
    key = key_of("verdicts", [()] * 8)
    graded = grade(said_of([None] * 8, verdicts=[int(one) for one in verdicts]), key)
    assert outcomes(graded) == [C, W, A, UNGRADED, W, W, PARTIAL, C]
    assert graded.grades.credit is not None
    assert graded.grades.credit.tolist() == [0, 0, 0, 0, 0, 0, 2_500, 0]
    assert graded.grades.credit.dtype == np.int16
    assert graded.n_invalid == 1


def test_a_verdict_goes_before_the_matcher() -> None:
    key = key_of("text", [("Lima",), ("Lima",)])
    said = said_of(["Rome", "Lima"], verdicts=[Verdict.CORRECT, Verdict.NONE])
    assert outcomes(grade(said, key)) == [C, C]


def test_the_codes_are_what_is_stored() -> None:
    assert {one.name: int(one) for one in Verdict} == {
        "NONE": 0,
        "CORRECT": 1,
        "WRONG": 2,
        "ABSTAINED": 3,
        "UNGRADED": 4,
        "INVALID": 5,
        "FROM_OPTIONS": 6,
        "PARTIAL_ZERO": 10_000,
    }


def test_an_answer_without_a_matcher_is_invalid() -> None:
    graded = grade(said_of(["Lima", None]), key_of("verdicts", [(), ()]))
    assert outcomes(graded) == [W, A]
    assert graded.n_invalid == 1


def test_silence_and_lookalikes_are_counted_apart() -> None:
    key = key_of("text", [("Unknown",)] * 5, phrases=("Pass",))
    graded = grade(said_of([None, " pass. ", "idk", "not sure", "unknown"]), key)
    # A lookalike that is the right answer is right, and no warning.
    assert outcomes(graded) == [A, A, A, A, C]
    assert (graded.n_invalid, graded.listed_abstentions) == (0, 2)
    off = replace(key, rules=GradingRules(listed_abstentions=False))
    graded = grade(said_of([None, " pass. ", "idk", "not sure", "unknown"]), off)
    assert outcomes(graded) == [A, A, W, W, C]
    assert (graded.lookalike_abstentions, graded.listed_abstentions) == (2, 0)


def test_a_lookalike_that_cannot_be_read_counts_as_both() -> None:
    key = key_of("number", [("1",), ("1",)])
    key = replace(key, rules=GradingRules(listed_abstentions=False))
    graded = grade(said_of(["I don't know", "pass"]), key)
    assert (graded.n_invalid, graded.lookalike_abstentions) == (2, 1)


def test_an_empty_answer_is_an_attempt() -> None:
    assert outcomes(grade(said_of([""]), key_of("text", [("Lima",)]))) == [W]


def test_a_declared_phrase_goes_before_the_matcher() -> None:
    key = key_of("exact", [("unknown",)], phrases=("Unknown",))
    assert outcomes(grade(said_of(["unknown"]), key)) == [A]


def test_phrases_are_compared_as_text() -> None:
    assert phrases_of(("I don't know.", "  i DON'T know", "Pass")) == {"i don't know", "pass"}
    assert phrases_of(()) == frozenset()


def test_a_number_is_near_by_its_tolerance_on_either_side() -> None:
    key = key_of("number", [("-1.5", "10")] * 6, tolerance=Decimal("0.25"))
    graded = grade(said_of(["-1.25", "-1.75", "-1.2499", "-1.7501", "1.5", "10.25"]), key)
    assert outcomes(graded) == [C, C, W, W, W, C]


def test_differences_of_wide_numbers_are_exact() -> None:
    key = key_of("number", [("1e400",)] * 2)
    assert outcomes(grade(said_of(["1e400", "-1e400"]), key)) == [C, W]
    tiny = key_of("number", [("1e100",)], tolerance=Decimal(0))
    assert outcomes(grade(said_of(["1" + "0" * 99 + "1"]), tiny)) == [W]


def test_prepared_answers_of_one_item_are_not_those_of_another() -> None:
    for matcher, first, second in [
        ("text", "Lima", "Rome"),
        ("set", '["a"]', '["b"]'),
        ("choice", "A", "B"),
    ]:
        choices = [("one", "two")] * 2 if matcher == "choice" else [None] * 2
        key = key_of(matcher, [(first,), (second,)], choices=choices)
        # Twice, the second time from what was prepared.
        for _ in range(2):
            said = said_of([f"{first.lower()}", f"{second.lower()}"])
            assert outcomes(grade(said, key)) == [C, C], matcher
            crossed = said_of([f"{second.lower()}", f"{first.lower()}"])
            assert outcomes(grade(crossed, key)) == [W, W], matcher


def test_an_accepted_answer_that_cannot_be_read_accepts_nothing() -> None:
    assert outcomes(grade(said_of(["many"]), key_of("number", [("many",)]))) == [W]
    assert outcomes(grade(said_of(["red"]), key_of("set", [("red",)]))) == [W]
    assert outcomes(grade(said_of(['["red"]']), key_of("set", [("red", '["red"]')]))) == [C]


def test_a_good_key_has_no_problems() -> None:
    assert check_key(key_of("text", [("a",), ("b", "c")])) == []
    assert check_key(key_of("verdicts", [(), ()])) == []
    assert check_key(key_of("exact", [("not a number",)])) == []
    mixed = key_of("text", [("a",), ()], answerable=np.asarray([True, False]))
    assert check_key(mixed) == []


def test_the_problems_of_a_key_come_by_place_and_answer() -> None:
    key = key_of(
        "number",
        [("1", "many", ""), (), ("2",), ("3",), ()],
        answerable=np.asarray([True, True, False, True, False]),
    )
    problems = check_key(key)
    assert [(place, pointer) for place, pointer, _ in problems] == [
        (0, "/accepted/1"),
        (0, "/accepted/2"),
        (1, "/accepted"),
        (2, "/accepted"),
    ]
    assert [text.split()[0] for _, _, text in problems] == ["The", "An", "Give", "An"]


def test_a_choice_key_is_checked_against_its_own_options() -> None:
    key = key_of("choice", [("A", "two"), ("C",), ("A",)], choices=[("one", "two")] * 2 + [()])
    assert [(place, pointer) for place, pointer, _ in check_key(key)] == [
        (1, "/accepted/0"),
        (2, "/choices"),
    ]
