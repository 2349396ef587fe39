"""The golden cases: what a case says, what submission it describes, equality at its tolerance."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.scoring.assess import Assessed, assess, assess_profile
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.profile import ScoreProfile
from app.scoring.targets import CONFIDENCE_UNITS

FOLDER = Path(__file__).parents[1] / "data" / "golden"
Case = dict[str, Any]


def read(name: str) -> Case:
    """A case by its id."""
    case: Case = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return case


def near(found: Any, expected: Any, case: Case, what: str) -> None:
    """Equal within the case's tolerance; None only equals None."""
    if expected is None or isinstance(expected, str):
        assert found == expected, what
        return
    if isinstance(expected, list):
        for one, wanted in zip(found, expected, strict=True):
            near(one, wanted, case, what)
        return
    tolerance = case["tolerance"]
    allowed = tolerance.get("abs", 0.0) + tolerance.get("rel", 0.0) * abs(expected)
    assert found == pytest.approx(expected, abs=allowed, rel=0), what


def from_profile(given: Case) -> Assessed:
    """A plain submission from levels of [confidence, right, wrong]."""
    levels = given["levels"]
    right, wrong = given["no_confidence"]
    zeros = np.zeros(len(levels), dtype=np.int64)
    profile = ScoreProfile(
        levels=np.asarray([round(p * CONFIDENCE_UNITS) for p, _, _ in levels], dtype=np.int64),
        correct=np.asarray([c for _, c, _ in levels], dtype=np.int64),
        wrong=np.asarray([w for _, _, w in levels], dtype=np.int64),
        partial=zeros,
        credit=zeros,
        credit_squares=zeros,
        unstated_correct=right,
        unstated_wrong=wrong,
        unstated_partial=0,
        unstated_credit=0,
        unstated_credit_squares=0,
        abstained=given["n_abstained"],
        missing=given["n_missing"],
        ungraded=0,
    )
    return assess_profile(profile, ItemFrame(profile.n_slots))


def from_counts(correct: float, wrong: float, abstained: float) -> Assessed:
    """Tallies, or shares of ten thousand."""
    return from_profile(
        {
            "levels": [],
            "no_confidence": [round(correct), round(wrong)],
            "n_abstained": round(abstained),
            "n_missing": 0,
        }
    )


def grades_of(items: Case) -> Grades:
    """Answers with confidences, one an item."""
    right = np.asarray(items["correct"]) == 1
    confidence = np.rint(np.asarray(items["confidence"]) * CONFIDENCE_UNITS).astype(np.int32)
    outcome = np.where(right, Outcome.CORRECT, Outcome.WRONG).astype(np.uint8)
    return Grades(outcome, confidence)


def assessed(given: Case) -> Assessed | None:
    """The submission that a case describes."""
    if "profile" in given:
        return from_profile(given["profile"])
    if "rates" in given or "rates_percent" in given:
        scale = 10_000 if "rates" in given else 100
        shares = given.get("rates") or given["rates_percent"]
        return from_counts(
            *(shares.get(name, 0) * scale for name in ("correct", "wrong", "abstained"))
        )
    if "counts" in given:
        return from_counts(*(given["counts"][name] for name in ("correct", "wrong", "abstained")))
    if "items" in given and "correct" in given["items"]:
        grades = grades_of(given["items"])
        return assess(grades, ItemFrame(grades.n_items))
    return None
