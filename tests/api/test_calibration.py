"""Boards by calibration: models in the order of their true miscalibration, however many digits
they print; figures by level only where levels are thick."""

import csv
import io
import re
from typing import Any

import pytest

from tests.served import Served
from tests.simulated import MODELS, order_of_truth, simulated

N = 1_500


@pytest.fixture
def ten_models(served: Served) -> dict[str, str]:
    """Ids of submissions of MODELS, by name."""
    served.publish(
        slug="sim", matcher="verdicts", items=[{"key": f"q{place}"} for place in range(N)]
    )
    sent = {}
    for place, model in enumerate(MODELS):
        one = simulated(model, N, seed=11 + place)
        rows = [
            {"item": f"q{n}", "verdict": "correct" if right else "wrong", "confidence": stated}
            for n, (stated, right) in enumerate(
                zip(one.stated.tolist(), one.right.tolist(), strict=True)
            )
        ]
        reply = served.submit(rows, slug="sim", model=model.name)
        assert reply.status_code == 201, reply.text
        sent[model.name] = reply.json()["id"]
    return sent


def test_a_board_orders_models_by_true_miscalibration(
    served: Served, ten_models: dict[str, str]
) -> None:
    board = served.read("/benchmarks/sim/leaderboard")
    rows: dict[str, Any] = {row["model"]["name"]: row for row in board["data"]}
    values = [rows[model.name]["excess_miscalibration"] for model in MODELS]
    assert order_of_truth(values)
    page = served.client.get("/benchmarks/sim", params={"sort": "calibration"}).text
    places = {
        name: re.search(rf'<tr role="row" data-id="{submission}"', page)
        for name, submission in ten_models.items()
    }
    starts = [float(found.start()) for name in places if (found := places[name]) is not None]
    assert len(starts) == len(MODELS)
    assert order_of_truth(starts)
    stated = {
        model.name: simulated(model, N, seed=11 + place).stated.tolist()
        for place, model in enumerate(MODELS)
    }
    for model in MODELS:
        row = rows[model.name]
        seen, chance = row["miscalibration"], row["miscalibration_expected"]
        assert row["excess_miscalibration"] == pytest.approx(seen - chance, abs=1e-11)
        thick = 20 * len(set(stated[model.name])) <= N
        assert (row["ece_levels"] is not None) == thick, model.name
        assert (row["null_reasons"].get("ece_levels") == "levels-too-thin") != thick
    table = served.client.get("/api/v1/benchmarks/sim/leaderboard", params={"format": "csv"}).text
    for line in csv.DictReader(io.StringIO(table)):
        told = rows[line["model"]]["excess_miscalibration"]
        assert float(line["excess_miscalibration"]) == pytest.approx(told, abs=1e-11)


def test_every_reply_gives_one_figure_in_one_unit(
    served: Served, ten_models: dict[str, str]
) -> None:
    """Receipt, submission, board and Markdown; from 0 to 1, three decimals where printed."""
    submission = ten_models["too sure, 4 digits"]
    card = served.read(f"/submissions/{submission}")["scores"]
    row = next(
        one
        for one in served.read("/benchmarks/sim/leaderboard")["data"]
        if one["submission"] == submission
    )
    for name in ("excess_miscalibration", "miscalibration", "miscalibration_expected"):
        assert card[name]["value"] == row[name]
        assert card[name]["interval"] is None
    brier = card["miscalibration"]["value"] - card["discrimination"]["value"]
    assert card["brier"]["value"] == pytest.approx(
        brier + card["brier_uncertainty"]["value"], abs=1e-11
    )
    printed = f"{row['excess_miscalibration']:.3f}"
    table = served.client.get("/api/v1/benchmarks/sim/leaderboard", params={"format": "markdown"})
    assert f"| {printed} |" in table.text
    assert f"<span>{printed}</span>" in served.client.get("/benchmarks/sim").text
    assert f">{printed}</b>" in served.client.get(f"/submissions/{submission}").text


def test_a_hidden_benchmark_keeps_calibration_back(served: Served) -> None:
    served.publish(slug="secret", mode="hidden")
    rows = [{"item": f"q{n}", "answer": f"a{n}", "confidence": 0.5} for n in range(10)]
    assert served.submit(rows, slug="secret").status_code == 201
    (row,) = served.read("/benchmarks/secret/leaderboard")["data"]
    for name in (
        "excess_miscalibration", "miscalibration", "miscalibration_expected", "ece_levels",
    ):  # fmt: skip
        assert (row[name], row["null_reasons"][name]) == (None, "hidden")
