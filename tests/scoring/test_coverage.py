"""Nothing carries an interval that the bench does not show to cover; the bench finds faults."""

from functools import partial

import numpy as np
import pytest

from app.scoring.catalogue.metrics import CATALOGUE
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.score import Interval, Score
from app.scoring.scorecard import scorecard
from app.scoring.targets import Target
from bench.coverage.__main__ import main
from bench.coverage.cells import Setting, run
from bench.coverage.controls import controls
from bench.coverage.settings import SETTINGS
from tests.confidences import confidences

ELSEWHERE = {
    "normalised_threshold_score": "threshold_score, times 1 - t",
    "credited_threshold_score": "threshold_score, with abstentions among the right",
    "abstention_precision": "selective_accuracy, of abstentions",
    "abstention_recall": "selective_accuracy, of items without an answer",
    "abstention_f1": "simpleqa_f1, a ratio of counts as well",
    "missing_rate": "abstention_rate, the share of an outcome as well",
    "tau_b": "a figure of a board, not of a submission",
}
"""Figures whose interval is that of another one, which is in the bench."""


def benched() -> set[str]:
    return {name.split()[0] for setting in SETTINGS for name in setting.truths}


def test_every_figure_with_an_interval_is_in_the_bench() -> None:
    carry = {metric.id for metric in CATALOGUE if not metric.interval.startswith("none")}
    assert carry <= benched() | ELSEWHERE.keys()
    assert not ELSEWHERE.keys() & benched()


@pytest.mark.parametrize("clustered", [False, True])
def test_a_card_carries_no_other_method(clustered: bool) -> None:
    draw = np.random.default_rng(1)
    n = 120
    outcome = draw.choice([Outcome.CORRECT, Outcome.WRONG, Outcome.ABSTAINED], n, p=[0.6, 0.3, 0.1])
    grades = Grades(outcome.astype(np.uint8), confidences(draw.integers(1, 10, n) * 1_000))
    items = ItemFrame(
        n,
        cluster=np.arange(n) // 6 if clustered else None,
        category=draw.integers(0, 3, n),
        category_names=("a", "b", "c"),
        answerable=draw.random(n) < 0.8,
        occurrences=draw.integers(0, 30, n),
    )
    card = scorecard(grades, items, targets=(Target(9_000),), mode="threshold", resamples=0)
    carried = {(name, score.interval.method) for name, score in _scores(card) if score.interval}
    suffix = "-cluster" if clustered else ""
    assert {method for _, method in carried} == {
        f"{method}{suffix}" for method in ("wilson", "mover-wilson", "adjusted-t", "newcombe")
    }
    words = {metric.id: metric.interval for metric in CATALOGUE}
    for name, _ in carried & {(name, method) for name, method in carried if name in words}:
        assert not words[name].startswith("none"), name


def _scores(part: object, name: str = "") -> list[tuple[str, Score]]:
    """Every score inside a card, by the name of its field or key."""
    if isinstance(part, Score):
        return [(name, part)]
    if isinstance(part, dict):
        return [pair for key, value in part.items() for pair in _scores(value, str(key))]
    if isinstance(part, tuple):
        return [pair for value in part for pair in _scores(value, name)]
    fields = getattr(part, "__dataclass_fields__", {})
    return [pair for field in fields for pair in _scores(getattr(part, field), field)]


def test_planted_bad_methods_are_found() -> None:
    assert controls(400, seed=1) == []


@pytest.mark.parametrize(
    ("low", "high", "value", "fault"),
    [
        (0.0, 0.5, 0.2, None),
        (0.3, 0.5, 0.4, "covers too little"),
        (0.0, 0.5, 0.6, "leave their own value outside"),
        (0.2, 0.2, 0.2, "zero width"),
    ],
)
def test_a_cell_is_judged(low: float, high: float, value: float, fault: str | None) -> None:
    """A truth of 0.2, which one in twenty of the intervals misses by hand."""
    setting = Setting(
        name="by hand",
        draw=lambda generator: bool(generator.random() < 0.05),
        intervals=lambda missed: iter(
            [("x", MISSED, None) if missed else ("x", Interval(low, high, 0.95, "by-hand"), value)]
        ),
        truths={"x": 0.2},
    )
    (cell,) = run(setting, 500, seed=1)
    assert fault is None if cell.fault is None else fault is not None and fault in cell.fault


MISSED = Interval(-1.0, 0.1, 0.95, "by-hand")


def test_the_short_form_runs(capsys: pytest.CaptureFixture[str]) -> None:
    ran = partial(main, ["--short", "--sims", "20", "--jobs", "1", "--only", "categories; sure"])
    assert ran() == 0
    assert "micro accuracy" in capsys.readouterr().out
