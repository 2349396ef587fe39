"""What may be meant otherwise in an answer key is told when it is published or revised."""

import json
from typing import Any

import pytest

from tests.served import Served

DOUBTS: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    ("text", {"accepted": ["Lima|Ciudad de los Reyes"]}, [("/accepted/0", "several-in-one")]),
    ("text", {"accepted": ["Lima", "a; b"]}, [("/accepted/1", "several-in-one")]),
    ("text", {"accepted": ["Unknown"]}, [("/accepted/0", "phrase-of-the-list")]),
    ("number", {"accepted": ["1,234"]}, [("/accepted/0", "number-with-comma")]),
    ("number", {"accepted": ["0,123"]}, [("/accepted/0", "number-with-comma")]),
    (
        "choice",
        {"accepted": ["B"], "choices": ["O", "A", "B", "AB"]},
        [("/accepted/0", "letter-or-text")],
    ),
    ("choice", {"accepted": ["C#"], "choices": ["C#", "c#", "C"]}, [("/choices", "options-alike")]),
    ("choice", {"accepted": ["A"], "choices": ["4", "5", "4"]}, [("/choices", "option-repeated")]),
    (
        "choices",
        {"accepted": ["A", "B"], "choices": ["N’D", "N'D", "x"]},
        [("/choices", "options-alike")],
    ),
    ("text", {"accepted": ["Lima"]}, []),
    ("text", {"accepted": ["R&D", "a|", "||"]}, []),
    ("number", {"accepted": ["1234.5"]}, []),
    ("choice", {"accepted": ["A"], "choices": ["A", "B"]}, []),
    ("choice", {"accepted": ["B"], "choices": ["red", "blue"]}, []),
    ("set", {"accepted": ['["a", "b"]']}, []),
]


@pytest.mark.parametrize(("matcher", "item", "doubts"), DOUBTS)
def test_doubts_are_told_and_published_all_the_same(
    served: Served, matcher: str, item: dict[str, Any], doubts: list[tuple[str, str]]
) -> None:
    told = served.publish(matcher=matcher, items=[{"key": "q0", **item}])
    assert [(one["pointer"], one["code"]) for one in told.get("warnings", [])] == doubts
    assert all(one["item"] == "q0" and one["detail"] for one in told.get("warnings", []))


def test_a_number_with_a_comma_says_how_it_is_read(served: Served) -> None:
    told = served.publish(matcher="number", items=[{"key": "q0", "accepted": ["0,123"]}])
    assert "is read as 0.123;" in told["warnings"][0]["detail"]


def test_a_revision_tells_its_doubts_too(served: Served) -> None:
    served.publish()
    change = {"items": [{"key": "q0", "accepted": ["a|b"]}]}
    told = served.request("POST", "/benchmarks/ten/revisions", json=change).json()
    assert [one["code"] for one in told["warnings"]] == ["several-in-one"]


@pytest.mark.parametrize("answer", [" ", "\t\n", "\u200b", "\u3164"])
def test_an_answer_that_nobody_can_see_is_refused(served: Served, answer: str) -> None:
    body = {"slug": "no", "matcher": "text", "items": [{"key": "q0", "accepted": [answer]}]}
    reply = served.request("POST", "/benchmarks", json=body)
    assert (reply.status_code, reply.json()["errors"][0]["item"]) == (422, "q0")


CELLS = [
    ("set", '["red","blue"]', ['["red","blue"]'], "blue, red"),
    ("set", '[["red","blue"],["x"]]', ['["red", "blue"]', '["x"]'], "x"),
    ("set", '["[\\"red\\"]"]', ['["red"]'], "red"),
    ("set", "[1, 2]", ["[1, 2]"], "{2, 1}"),
    ("text", "[1, 2]", ["[1, 2]"], "[1, 2]"),
    ("text", '["Lima","Ciudad de los Reyes"]', ["Lima", "Ciudad de los Reyes"], "lima"),
    ("text", "Lima", ["Lima"], "Lima"),
    ("text", '{"a": 1}', ['{"a": 1}'], '{"a": 1}'),
]


@pytest.mark.parametrize(("matcher", "cell", "accepted", "answer"), CELLS)
def test_a_cell_is_read_by_the_matcher(
    served: Served, matcher: str, cell: str, accepted: list[str], answer: str
) -> None:
    csv = 'key,accepted\nq0,"' + cell.replace('"', '""') + '"\n'
    reply = served.request(
        "POST",
        f"/benchmarks?slug=ten&matcher={matcher}",
        content=csv.encode(),
        headers={"Content-Type": "text/csv"},
    )
    assert reply.status_code == 201, reply.text
    assert served.read("/benchmarks/ten/items")["data"][0]["accepted"] == accepted
    rows = {"model": {"name": "m"}, "predictions": [{"item": "q0", "answer": answer}]}
    sent = served.request("POST", "/benchmarks/ten/submissions", json=rows).json()
    assert served.read(f"/submissions/{sent['id']}")["counts"]["correct"] == 1
    scored = served.request(
        "POST",
        f"/score?matcher={matcher}",
        content=f'item,answer,accepted\nq0,"{answer.replace(chr(34), chr(34) * 2)}",'
        f'"{cell.replace(chr(34), chr(34) * 2)}"\n'.encode(),
        headers={"Content-Type": "text/csv"},
    )
    assert json.loads(scored.content)["counts"]["correct"] == 1, scored.text
