"""The catalogue names every figure that a scorecard holds, and what it says of null is so."""

import dataclasses
import re

import numpy as np
import pytest

from app.scoring.catalogue.metrics import CATALOGUE
from app.scoring.catalogue.ruleset import RULESET
from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame, Outcome
from app.scoring.metrics.confidence import figures
from app.scoring.metrics.thresholds import ThresholdScores
from app.scoring.scorecard import scorecard
from app.scoring.targets import Target
from tests.confidences import confidences

NAMED = {metric.id: metric for metric in CATALOGUE}

LEANING = re.compile(r"\b(the same|their|those|how|what|it|is|are|when|silence|surest?)\b", re.I)
"""Words of sentences, which a name is not."""


def weighted_and_partial() -> Grades:
    return Grades(
        np.array([Outcome.CORRECT, Outcome.PARTIAL, Outcome.WRONG], np.uint8),
        confidences([9_000, 5_000, 3_000]),
        np.array([0, 5_000, 0], np.int16),
    )


def test_every_id_is_there_once() -> None:
    assert len(NAMED) == len(CATALOGUE)
    assert all(metric.direction in {"up", "down", "none"} for metric in CATALOGUE)
    assert all(metric.group and metric.formula and metric.source for metric in CATALOGUE)


def test_a_name_is_a_term_and_a_description_a_sentence() -> None:
    """Rows are read one by one, from JSON or by search: none leans on the row above it."""
    assert len({metric.name for metric in CATALOGUE}) == len(CATALOGUE)
    for row in (*CATALOGUE, *RULESET):
        assert not LEANING.search(row.name), row.id
        assert not row.name.endswith(("?", ".", "!")), row.id
        assert len(row.name.split()) <= 9, row.id
        assert row.description.endswith("."), row.id
        assert ". " not in row.description, row.id
        assert row.description != row.name + ".", row.id
        for words in (row.description, row.formula):
            assert not words.casefold().startswith(("the same", "their ", "those ", "it ")), row.id


def test_every_score_of_a_card_is_in_the_catalogue() -> None:
    weight = np.array([1.0, 2.0, 1.0])
    card = scorecard(
        weighted_and_partial(),
        ItemFrame(3, weight=weight),
        targets=(Target(0),),
        mode="threshold",
        resamples=0,
    )
    assert card.scores.keys() <= NAMED.keys()
    at_target = {field.name for field in dataclasses.fields(ThresholdScores)}
    assert at_target - {"target", "penalty"} <= NAMED.keys()
    by_risk = {"coverage_at_risk", "accuracy_at_coverage", "guaranteed_threshold"}
    assert {"n_eff", *by_risk} <= NAMED.keys()


@pytest.mark.parametrize("name", figures())
def test_a_figure_is_conditional_and_its_nulls_are_told(name: str) -> None:
    metric = NAMED[name]
    assert "confidence-missing" in metric.conditions
    weighted = scorecard(
        weighted_and_partial(),
        ItemFrame(3, weight=np.array([1.0, 2.0, 1.0])),
        targets=(),
        mode="threshold",
        resamples=0,
        only=frozenset({name}),
    ).scores[name]
    told = "weights" in metric.conditions or "as spiegelhalter_z" in metric.conditions
    assert (weighted.reason == "weighted") == told
    unstated = Grades(np.array([Outcome.CORRECT], np.uint8), confidences([NO_CONFIDENCE]))
    missing = scorecard(
        unstated, ItemFrame(1), targets=(), mode="threshold", only=frozenset({name}), resamples=0
    ).scores[name]
    assert missing.reason == "confidence-missing"
