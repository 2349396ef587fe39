"""Random benchmarks and submissions over HTTP, scored again by the plainest Python there is.

Weights, clusters, categories, several samples an item, partial credit, silence with and without a
confidence, missing and ungraded rows, all at once: the board, its categories and its accuracy must
be the exact fractions, in both modes, under every rule, whatever form the rows were sent in.
"""

import csv
import io
import json
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from tests.served import Served

TARGETS = ("0", "0.5", "0.75", "0.9")
MODELS, ITEMS = 4, 23


@dataclass(frozen=True, slots=True)
class Case:
    """What a random benchmark has; `samples` is the most an item gets."""

    seed: int
    weights: bool
    clusters: bool
    credit: bool
    samples: int


CASES = [
    Case(1, weights=False, clusters=False, credit=False, samples=1),
    Case(2, weights=True, clusters=False, credit=False, samples=1),
    Case(3, weights=False, clusters=True, credit=True, samples=1),
    Case(4, weights=False, clusters=False, credit=False, samples=3),
    Case(5, weights=True, clusters=True, credit=True, samples=3),
]


def items_of(case: Case) -> list[dict[str, Any]]:
    random = Random(case.seed)
    return [
        {"key": f"q{n}", "category": random.choice(["algebra", "botany"])}
        | ({"weight": random.choice([0.5, 1, 3])} if case.weights else {})
        | ({"cluster": f"c{random.randrange(7)}"} if case.clusters else {})
        for n in range(ITEMS)
    ]


def rows_of(case: Case, model: int) -> list[dict[str, Any]]:
    """Rows in a random order; every sample of an item may be missing."""
    random = Random(100 * case.seed + model)
    rows = []
    for n in range(ITEMS):
        for sample in range(1, case.samples + 1):
            row: dict[str, Any] = {"item": f"q{n}", "sample": sample}
            # On the edges too: exactly at a target, sure, and not at all.
            if random.random() < 0.8:
                row["confidence"] = random.choice([0, 0.3, 0.5, 0.62, 0.75, 0.8, 0.9, 0.97, 1])
            fate = random.random()
            if fate < 0.08:
                continue
            if fate < 0.2:
                row["abstained"] = True
            elif fate < 0.26:
                row["status"] = "ungraded"
            elif fate < 0.36 and case.credit:
                row |= {"verdict": "partial", "credit": random.choice([0.25, 0.5])}
            else:
                row["verdict"] = random.choice(["correct", "correct", "wrong"])
            rows.append(row)
    random.shuffle(rows)
    return rows


def send(served: Served, slug: str, model: int, rows: list[dict[str, Any]]) -> None:
    """One model after another in another form."""
    path = f"/benchmarks/{slug}/submissions"
    names = sorted({name for row in rows for name in row})
    if model == 0:
        reply = served.submit(rows, slug=slug, model="m0")
    elif model == 1:
        columns = {name: [row.get(name) for row in rows] for name in names}
        reply = served.submit(columns, slug=slug, model="m1")
    elif model == 2:
        body = "\n".join(json.dumps(row) for row in rows)
        kind = {"Content-Type": "application/x-ndjson"}
        reply = served.request("POST", f"{path}?model=m2", content=body, headers=kind)
    else:
        text = io.StringIO()
        writer = csv.DictWriter(text, names)
        writer.writeheader()
        writer.writerows(
            row | ({"abstained": "true"} if "abstained" in row else {}) for row in rows
        )
        kind = {"Content-Type": "text/csv"}
        reply = served.request("POST", f"{path}?model=m3", content=text.getvalue(), headers=kind)
    assert reply.status_code == 201, reply.text


def points(row: dict[str, Any], rule: str, target: Fraction, mode: str) -> Fraction | None:
    """What a row earns; None where it could not be graded."""
    if row.get("status") == "ungraded":
        return None
    if row.get("abstained"):
        return Fraction(0)
    grade = {"correct": Fraction(1), "wrong": Fraction(0)}.get(row["verdict"])
    if grade is None:
        grade = Fraction(str(row["credit"]))
    p = Fraction(str(row.get("confidence", 1)))
    if rule == "quadratic":
        return 2 * p * grade - p * p
    stated = "confidence" in row
    if mode == "threshold" and target > 0 and stated and p <= target:
        return Fraction(0)
    return grade - target / (1 - target) * (1 - grade)


def by_hand(
    case: Case, rows: list[dict[str, Any]], rule: str, target: str, mode: str, category: str | None
) -> float:
    """The weighted mean over items of the mean over samples, in exact fractions."""
    total, weight = Fraction(0), Fraction(0)
    sent = {(row["item"], row["sample"]): row for row in rows}
    most = max(row["sample"] for row in rows)
    for item in items_of(case):
        if category not in (None, item["category"]):
            continue
        earned = [
            Fraction(0) if row is None else points(row, rule, Fraction(target), mode)
            for row in (sent.get((item["key"], sample)) for sample in range(1, most + 1))
        ]
        graded = [one for one in earned if one is not None]
        if graded:
            v = Fraction(str(item.get("weight", 1)))
            total += v * sum(graded) / len(graded)
            weight += v
    return float(total / weight)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"seed{case.seed}")
def test_every_board_is_what_exact_fractions_say(served: Served, case: Case) -> None:
    slug = f"case-{case.seed}"
    served.publish(
        slug=slug, matcher="verdicts", items=items_of(case), missing_limit=1, ungraded_limit=1
    )
    sent = {f"m{model}": rows_of(case, model) for model in range(MODELS)}
    for model, rows in enumerate(sent.values()):
        send(served, slug, model, rows)
    views = [("target", target, mode) for target in TARGETS for mode in ("declared", "threshold")]
    views.append(("quadratic", "0", "declared"))
    for category in (None, "algebra", "botany"):
        only = {} if category is None else {"category": category}
        for rule, target, mode in views:
            asked = {"rule": rule, "mode": mode} | only
            asked |= {"target": target} if rule == "target" else {}
            board = served.read(f"/benchmarks/{slug}/leaderboard", **asked)
            mine = {
                name: by_hand(case, rows, rule, target, mode, category)
                for name, rows in sent.items()
            }
            theirs = {row["model"]["name"]: row["score"]["value"] for row in board["data"]}
            assert theirs == pytest.approx(mine, abs=1e-12), (asked, category)
            order = [row["score"]["value"] for row in board["data"]]
            assert order == sorted(order, reverse=True)
            accuracy = {row["model"]["name"]: row["accuracy"]["value"] for row in board["data"]}
            plain = {
                name: by_hand(case, rows, "target", "0", "declared", category)
                for name, rows in sent.items()
            }
            assert accuracy == pytest.approx(plain, abs=1e-12), asked
