"""The cases of a review of public fault reports, over HTTP, where they are at hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.served import Served

CASES = Path(__file__).parents[3] / "shared" / "cases" / "replies-and-rows"
GRADED = ("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13")
FILES = sorted(CASES.glob("*.json"))


def cases_of(*kinds: str) -> list[tuple[str, Any]]:
    """The cases of the files whose names begin so, each with the name of its file."""
    return [
        (file.stem, case)
        for file in FILES
        if file.name[:2] in kinds
        for case in json.loads(file.read_text("utf-8"))["cases"]
    ]


def verdict_of(counts: dict[str, int]) -> str:
    (found,) = (name for name, count in counts.items() if count)
    return found


needs_cases = pytest.mark.skipif(not FILES, reason="the review's cases are not beside the checkout")


@needs_cases
@pytest.mark.parametrize(("name", "case"), cases_of(*GRADED))
def test_an_answer_is_graded_as_a_reader_grades(name: str, case: Any, served: Served) -> None:
    reply = served.request("POST", "/score", json=case["body"])
    assert reply.status_code == 200, reply.text
    assert verdict_of(reply.json()["counts"]) == case["right"], name


@needs_cases
@pytest.mark.parametrize(("name", "case"), cases_of("15"))
def test_an_abstention_in_words_is_named(name: str, case: Any, served: Served) -> None:
    row = {"item": "q1", "answer": case["answer"], "accepted": ["Lima"]}
    reply = served.request("POST", "/score", json={"matcher": "text", "predictions": [row]}).json()
    warned = any("reads like" in warning for warning in reply["warnings"])
    assert warned == case["warned_right"]
    assert bool(reply["counts"]["abstained"]) == case["warned_right"]
