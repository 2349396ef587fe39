"""The golden cases that closed-form scoring must meet, each at its own tolerance.

Cases come from `shared/golden`. Those about pairs, ranks, theorems and unanswerable items are in
`test_golden_pairs.py`; `PENDING` names the ones whose metrics are not built yet.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.scoring import assess as scoring
from app.scoring import rules
from app.scoring.assess import Assessed, assess, assess_profile
from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame, Outcome
from app.scoring.intervals import clopper_pearson, mover_wilson, t_interval, wilson
from app.scoring.means import item_means
from app.scoring.profile import ScoreProfile, profile_of
from app.scoring.rates import rates
from app.scoring.score import Interval
from app.scoring.targets import UNITS, Target, parse_target

CASES = (
    "idn-empty-denominators",
    "idn-mover-wilson-a",
    "idn-partial-weights",
    "idn-profile-quadratic",
    "idn-profile-threshold-scores",
    "pub-evaluateidk-gpqa-gemini-2.5-flash",
    "pub-evaluateidk-gpqa-gemini-2.5-pro",
    "pub-evaluateidk-gpqa-gpt-5",
    "pub-evaluateidk-gpqa-gpt-5-nano",
    "pub-evaluateidk-lexam-gpt-5.2",
    "pub-evaluateidk-lexam-kimi-k2-thinking",
    "pub-omniscience-grok-4.7",
    "pub-omniscience-mimo-v2.6-pro",
    "pub-openai-gpt5-thinking-mini",
    "pub-penalty-table",
    "pub-simpleqa-claude-3-haiku",
    "pub-simpleqa-gpt-4o",
    "pub-simpleqa-gpt-4o-mini",
    "run-bas-d20",
    "run-bas-edges",
    "run-inspect-stderr",
    "run-simpleevals-1",
    "run-simpleevals-2",
    "run-statsmodels-binomial",
)

PENDING = (
    "idn-murphy-d20",
    "run-ece-disagreement-d20",
    "run-fdshifts-d20",
    "run-hle-caliberr-n1000",
    "run-hle-caliberr-n150",
    "run-hle-caliberr-n200",
    "run-hle-dump-metrics",
    "run-lmpolygraph-d250",
    "run-lmpolygraph-ece-d20",
    "run-relplot-d20",
    "run-sklearn-d20",
    "run-sklearn-single-class",
    "run-torchuncertainty-d250",
    "run-verifiedcal-tenths",
)
"""Calibration beyond levels, selective prediction, and the peers' own variants of both."""

LATER = frozenset({"brier", "auroc", "aurc", "prr", "log_loss", "mean_confidence"})
PEERS = ("peer", "lm_eval", "bas_peer")


def read(shared: Path, name: str) -> dict[str, Any]:
    case: dict[str, Any] = json.loads((shared / "golden" / f"{name}.json").read_text())
    return case


def near(found: Any, expected: Any, case: dict[str, Any], what: str) -> None:
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


def from_profile(given: dict[str, Any]) -> Assessed:
    """A plain submission from levels of [confidence, right, wrong]."""
    levels = given["levels"]
    right, wrong = given["no_confidence"]
    zeros = np.zeros(len(levels), dtype=np.int64)
    profile = ScoreProfile(
        levels=np.asarray([round(p * UNITS) for p, _, _ in levels], dtype=np.int64),
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


def from_items(confidence: list[float], correct: list[int]) -> Assessed:
    """Answers with confidences, one an item."""
    outcome = np.where(np.asarray(correct) == 1, Outcome.CORRECT, Outcome.WRONG)
    grades = Grades(
        outcome.astype(np.uint8), np.rint(np.asarray(confidence) * UNITS).astype(np.int16)
    )
    return assess(grades, ItemFrame(len(correct)))


def assessed(given: dict[str, Any]) -> Assessed | None:
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
        return from_items(given["items"]["confidence"], given["items"]["correct"])
    return None


def figures(a: Assessed) -> dict[str, float | None]:
    """Every closed-form figure by id, with standard errors as `<id>_se`."""
    scores = rates(a) | {
        "quadratic_score": scoring.quadratic_score(a),
        "bas": scoring.bas(a),
    }
    values = {name: score.value for name, score in scores.items()}
    return values | {f"{name}_se": score.se for name, score in scores.items()}


def by_target(a: Assessed, name: str, target: Target) -> float | int | None:
    """What a case lists by target."""
    right, wrong = a.profile.attempted(target, "threshold")
    score = scoring.threshold_score(a, target, "threshold")
    return {
        "threshold_score": score.value,
        "threshold_score_se": score.se,
        "attempted_correct": right,
        "attempted_wrong": wrong,
    }[name]


def check_figures(case: dict[str, Any]) -> None:
    """The usual case: a submission and what it scores."""
    a = assessed(case["input"])
    assert a is not None
    found = figures(a)
    for name, expected in case["expected"].items():
        if name in LATER or name.startswith(PEERS) or "equals_" in name:
            continue
        if isinstance(expected, dict):
            for target, value in expected.items():
                near(by_target(a, name, parse_target(target)), value, case, f"{name}({target})")
        elif name.startswith("threshold_score_percent_t"):
            target = parse_target(name.removeprefix("threshold_score_percent_t"))
            value = scoring.threshold_score(a, target, "declared").value
            assert value is not None
            near(100 * value, expected, case, name)
        elif name.endswith("_percent"):
            value = found[name.removesuffix("_percent")]
            assert value is not None
            near(100 * value, expected, case, name)
        elif name == "ece_levels":
            assert expected is None
        else:
            near(found[name], expected, case, name)


def check_mover(case: dict[str, Any]) -> None:
    given, expected = case["input"], case["expected"]
    right, wrong, n = given["n_correct"], given["n_wrong"], given["n_items"]
    found = mover_wilson(right, wrong, n, given["lambda"], level=given["level"])
    assert found is not None
    near(found.low, expected["ci_lower"], case, "low")
    near(found.high, expected["ci_upper"], case, "high")
    near((right - given["lambda"] * wrong) / n, expected["threshold_score"], case, "score")


def check_partial(case: dict[str, Any]) -> None:
    items, expected = case["input"]["items"], case["expected"]
    kinds = {None: Outcome.ABSTAINED, 1: Outcome.CORRECT, 0: Outcome.WRONG}
    outcome = [kinds.get(grade, Outcome.PARTIAL) for grade in items["grade"]]
    stated = [NO_CONFIDENCE if p is None else round(p * UNITS) for p in items["confidence"]]
    grades = Grades(
        np.asarray(outcome, dtype=np.uint8),
        np.asarray(stated, dtype=np.int16),
        np.asarray([round((grade or 0) * UNITS) for grade in items["grade"]], dtype=np.int16),
    )
    frame = ItemFrame(len(outcome), weight=np.asarray(items["weight"], dtype=np.float64))
    a = assess(grades, frame)
    target = parse_target(case["input"]["t"])
    score = scoring.threshold_score(a, target, "threshold")
    near(score.value, expected["threshold_score"], case, "score")
    near(score.se, expected["threshold_score_se"], case, "se")
    near(scoring.quadratic_score(a).value, expected["quadratic_score"], case, "quadratic")
    points = rules.threshold_points(grades, target, "threshold")
    near(item_means(points, grades, frame).n_eff, expected["n_eff_kish"], case, "n_eff")


def check_edges(case: dict[str, Any]) -> None:
    items, expected = case["input"]["items"], case["expected"]
    right = np.asarray(items["correct"]) == 1
    grades = Grades(
        np.where(right, Outcome.CORRECT, Outcome.WRONG).astype(np.uint8),
        np.rint(np.asarray(items["confidence"]) * UNITS).astype(np.int16),
    )
    near(rules.bas_points(grades).tolist(), expected["bas_per_item"], case, "bas")
    near(rules.quadratic_points(grades).tolist(), expected["quadratic_per_item"], case, "quadratic")


def check_penalties(case: dict[str, Any]) -> None:
    found = [parse_target(str(t)).penalty for t in case["input"]["t"]]
    near(found, case["expected"]["penalty"], case, "penalty")


def check_omniscience(case: dict[str, Any]) -> None:
    """Accuracy A and hallucination rate H give the index A - H (100 - A) / 100."""
    accuracy, rate = case["input"]["accuracy_percent"], case["input"]["hallucination_rate_percent"]
    wrong = rate * (100 - accuracy) / 100
    a = from_counts(accuracy * 100, wrong * 100, (100 - accuracy - wrong) * 100)
    found = rates(a)
    near(found["omniscience_index"].value, case["expected"]["omniscience_index"], case, "index")
    near(100 * (found["error_rate"].value or 0), case["expected"]["incorrect_percent"], case, "W")


def check_inspect(case: dict[str, Any]) -> None:
    values, expected = case["input"]["values"], case["expected"]
    outcome = [Outcome.CORRECT if value else Outcome.WRONG for value in values]
    n = len(values)
    grades = Grades(np.asarray(outcome, dtype=np.uint8), np.full(n, -1, dtype=np.int16))
    _, cluster = np.unique(case["input"]["cluster"], return_inverse=True)
    alone = item_means(rules.credit_of(grades), grades, ItemFrame(n))
    grouped = item_means(rules.credit_of(grades), grades, ItemFrame(n, cluster=cluster))
    near(alone.se, expected["se"], case, "se")
    near(grouped.se, expected["se_clustered"], case, "se_clustered")
    reach = {
        "ci_t": t_interval(alone.mean, alone.se, n - 1),
        "wilson": wilson(sum(values), n),
        "ci_t_clustered": t_interval(grouped.mean, grouped.se, grouped.df),
    }
    for name, interval in reach.items():
        assert interval is not None
        near(interval.low, expected[f"{name}_lower"], case, name)
        near(interval.high, expected[f"{name}_upper"], case, name)


def check_binomial(case: dict[str, Any]) -> None:
    def limits(interval: Interval | None) -> list[float]:
        assert interval is not None
        return [interval.low, interval.high]

    near(limits(wilson(7, 12)), case["expected"]["wilson_7_12"], case, "wilson")
    near(limits(wilson(0, 20)), case["expected"]["wilson_0_20"], case, "wilson of none")
    exact = case["expected"]["clopper_pearson_7_12"]
    near(limits(clopper_pearson(7, 12)), exact, case, "clopper-pearson")


SPECIAL: dict[str, Callable[[dict[str, Any]], None]] = {
    "idn-mover-wilson-a": check_mover,
    "idn-partial-weights": check_partial,
    "pub-omniscience-grok-4.7": check_omniscience,
    "pub-omniscience-mimo-v2.6-pro": check_omniscience,
    "pub-penalty-table": check_penalties,
    "run-bas-edges": check_edges,
    "run-inspect-stderr": check_inspect,
    "run-statsmodels-binomial": check_binomial,
}


@pytest.mark.parametrize("name", CASES)
def test_golden_case(shared: Path, name: str) -> None:
    SPECIAL.get(name, check_figures)(read(shared, name))


def test_profile_survives_packing(shared: Path) -> None:
    a = assessed(read(shared, "idn-profile-quadratic")["input"])
    assert a is not None
    grades = Grades(np.asarray([3, 2, 1, 0], np.uint8), np.asarray([9_000, -1, 10, -1], np.int16))
    assert profile_of(grades).n_slots == 4
    assert a.profile.n_slots == 43
