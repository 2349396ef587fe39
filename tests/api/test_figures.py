"""Every figure that a reply gives is explained at `GET /rules`, and every figure that is explained
there is given by a reply."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.scoring.catalogue.metrics import CATALOGUE
from app.scoring.metrics.answerability import BestThreshold
from tests.served import Served

NAMED = {metric.id for metric in CATALOGUE}
ROLES = {"score", "difference", "a", "b"}
"""Members that hold the score of the rule that was asked for, whichever that is."""
PLAIN = {
    name: name
    for name in ("below_target", "calibration_test", "design_effect", "n_at_threshold", "n_eff")
} | {"guaranteed_thresholds": "guaranteed_threshold"}
"""Figures that are no score objects: the member that gives them → their id."""


def figures_in(body: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Names and values of score objects (a family by target, risk or coverage is one figure) and
    of `PLAIN`."""
    if name in PLAIN:
        yield PLAIN[name], body
        return
    if isinstance(body, list):
        for one in body:
            yield from figures_in(one, name)
    if not isinstance(body, dict):
        return
    if {"value", "n_items"} <= body.keys():
        yield name, body["value"]
        return
    for member, value in body.items():
        by_number = member.replace(".", "", 1).isdigit()
        yield from figures_in(value, name if by_number else member)


def stored(served: Served) -> Iterator[Any]:
    """What is told of submissions to an open and to a hidden benchmark."""
    items = [
        {"key": f"q{n}", "accepted": [f"a{n}"] if n % 4 else [], "answerable": n % 4 != 0,
         "category": f"c{n % 2}", "occurrences": n}
        for n in range(12)
    ]  # fmt: skip
    served.publish(items=items)
    served.publish(slug="secret", mode="hidden", items=items)
    for slug in ("ten", "secret"):
        ids = []
        for model in (3, 5):
            rows = [
                {"item": f"q{n}", "answer": f"a{n}" if n % model else "?", "confidence": n / 12}
                for n in range(11)
            ]
            sent = served.submit([*rows, {"item": "q11", "abstained": True}], slug=slug,
                                 model=f"m{model}")  # fmt: skip
            assert sent.status_code == 201, sent.text
            yield sent.json()
            ids.append(sent.json()["id"])
            yield served.read(f"/submissions/{ids[-1]}")
        for rule in ("target", "quadratic"):
            served.read(f"/benchmarks/{slug}/leaderboard", rule=rule)
            # Ranges and the agreement of two rules come after the first reading.
            served.settle()
            yield served.read(f"/benchmarks/{slug}/leaderboard", rule=rule)
        yield served.read("/compare", a=ids[0], b=ids[1])


def scored(served: Served) -> Iterator[Any]:
    """What is told of rows that are not stored: plain, weighted, clustered, with credit."""
    plain = [
        {"item": f"q{n}", "verdict": "wrong" if n % 3 == 0 or n % 4 == 0 else "correct",
         "confidence": (n % 20) / 20, "answerable": n % 4 != 0}
        for n in range(220)
    ]  # fmt: skip
    rows = [
        plain,
        [row | {"weight": 1 + n % 2} for n, row in enumerate(plain)],
        [row | {"cluster": f"c{n % 30}"} for n, row in enumerate(plain)],
        # Enough answers a confidence for figures by level.
        [*plain, *({**row, "item": f"more {row['item']}"} for row in plain)],
        [*plain[1:], {"verdict": "partial", "credit": 0.5, "confidence": 0.5}],
    ]
    for one in rows:
        body = {"predictions": one, "resamples": 20, "targets": [0, 0.5, 0.75]}
        reply = served.client.post("/api/v1/score", json=body)
        assert reply.status_code == 200, reply.text
        yield reply.json()


def check_both_ways(served: Served) -> None:
    told: dict[str, list[Any]] = {}
    for reply in (*stored(served), *scored(served)):
        for name, value in figures_in(reply):
            told.setdefault(name, []).append(value)
    assert told.keys() - NAMED - ROLES == set(), "given and not explained"
    with_value = {name for name, values in told.items() if any(v is not None for v in values)}
    assert NAMED - with_value == set(), "explained and never given"


def test_the_catalogue_names_what_is_given_and_nothing_else(served: Served) -> None:
    check_both_ways(served)


def test_the_check_finds_a_figure_that_is_never_given(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def undefined(*_: Any) -> BestThreshold:
        return BestThreshold(None, n_items=0, reason="no-graded-items", confidence=None)

    monkeypatch.setattr("app.scoring.metrics.answerability.best_threshold", undefined)
    with pytest.raises(AssertionError, match="explained and never given"):
        check_both_ways(served)


def test_the_best_threshold_is_told_of_open_benchmarks_alone(served: Served) -> None:
    items = [{"key": f"q{n}", "accepted": ["a"] if n else [], "answerable": n > 0} for n in (0, 1)]
    rows = [
        {"item": "q0", "answer": "a", "confidence": 0.4},
        {"item": "q1", "answer": "a", "confidence": 0.6},
    ]
    for mode in ("open", "hidden"):
        served.publish(slug=mode, mode=mode, items=items)
        sent = served.submit(rows, slug=mode).json()
        found = served.read(f"/submissions/{sent['id']}")
        if mode == "hidden":
            assert found["answerability"] is None
            continue
        best = found["answerability"]["oracle_best_threshold"]
        assert (best["value"], best["confidence"], best["n_items"]) == (1.0, 0.6, 2)
        board = served.read(f"/benchmarks/{mode}/leaderboard")
        assert "oracle" not in str(board)
