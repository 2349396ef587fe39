"""Golden cases about two submissions, many submissions, validity and unanswerable items.

Each case names its own tolerance.
"""

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from app.scoring.comparison.agreement import crossing
from app.scoring.comparison.paired import CORRECT, NOT_ATTEMPTED, WRONG, compare_standings
from app.scoring.comparison.ranks import ranks_at
from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame, Outcome
from app.scoring.metrics.answerability import abstention_scores, oracle_best_threshold
from app.scoring.statistics.influence import influence
from app.scoring.statistics.sign_flip import exact_sign_flip
from app.scoring.targets import parse_target
from app.scoring.theory.singletons import singleton_bound
from app.scoring.theory.validity import check_validity, theorem3_bound
from tests.scoring.golden import Case, read


def sign_flip(given: Case) -> Case:
    standing = {"C": CORRECT, "W": WRONG, "A": NOT_ATTEMPTED}
    left, right = (
        np.array([standing[row[side]] for row in given["paired_counts"] for _ in range(row[2])])
        for side in (0, 1)
    )
    compared = compare_standings(
        left.astype(np.int8), right.astype(np.int8), parse_target(given["t"])
    )
    assert compared.table is not None
    assert compared.exchange_p_value == exact_sign_flip(compared.table, parse_target(given["t"]))
    return {
        "mean_difference": compared.difference.value,
        "se_paired": compared.difference.se,
        "p_value_two_sided": compared.exchange_p_value,
    }


def rank_confidence_set(given: Case) -> Case:
    low, high = ranks_at(np.array(given["theta"]), np.array(given["cov"]), given["critical_value"])
    return {"rank_lower": low.tolist(), "rank_upper": high.tolist()}


def is_it_valid(given: Case) -> Case:
    check = check_validity(given["option_probs"], given["answer_index"])
    return {
        "generation_error": check.generation_error,
        "err_iiv_best": check.err_iiv_best,
        "theorem3_lower_bound": check.theorem3_lower_bound,
        "theorem1_threshold": check.theorem1_threshold,
        "theorem1_err_iiv": check.theorem1_err_iiv,
        "theorem1_delta": check.theorem1_delta,
        "theorem1_lower_bound": check.theorem1_lower_bound,
        "bounds_hold": check.holds,
    }


def singletons(given: Case) -> Case:
    bound = singleton_bound(**given)
    return {
        "singleton_rate": bound.singleton_rate,
        "lower_bound": bound.lower_bound,
        "lower_bound_reported": bound.lower_bound_reported,
        "informative": bound.informative,
        "upper_bound_calibrated_algorithm": bound.upper_bound_calibrated_algorithm,
    }


def corollary2(given: Case) -> Case:
    return {"error_lower_bound": theorem3_bound(given["n_choices"], given["opt"])}


def abstention(given: Case) -> Case:
    """The smallest board with the published precision and recall."""
    precision, recall = (
        Fraction(given[f"abstention_{name}"]).limit_denominator(1_000)
        for name in ("precision", "recall")
    )
    both = math.lcm(precision.numerator, recall.numerator)
    silent, unanswerable = int(both / precision), int(both / recall)
    outcomes = [Outcome.ABSTAINED] * silent + [Outcome.WRONG] * (unanswerable - both)
    answerable = [False] * both + [True] * (silent - both) + [False] * (unanswerable - both)
    scores = abstention_scores(
        Grades(np.array(outcomes, np.uint8), np.full(len(outcomes), NO_CONFIDENCE, np.int32)),
        ItemFrame(n_items=len(outcomes), answerable=np.array(answerable)),
    )
    return {"abstention_f1": scores.f1.value}


def squad2(given: Case) -> Case:
    keys = list(given["has_answer"])
    has_answer, prob, exact = (
        np.array([given[name][key] for key in keys], dtype=np.float64)
        for name in ("has_answer", "no_answer_prob", "exact_if_answered")
    )
    best = oracle_best_threshold(has_answer=has_answer > 0, no_answer_prob=prob, score=exact)
    return {"best_exact": 100 * best.value, "best_exact_thresh": best.threshold}


def rank_flip(given: Case) -> Case:
    a, b = given["a"], given["b"]
    place = crossing(
        left_correct=a["correct"],
        left_wrong=a["wrong"],
        right_correct=b["correct"],
        right_wrong=b["wrong"],
    )
    assert place is not None
    name = {"left": "a", "right": "b"}
    return {
        "lambda_cross": place.penalty,
        "t_cross": place.target,
        "leader_below": name[place.ahead_below],
        "leader_above": name[place.ahead_above],
    }


def clustered_error(given: Case) -> Case:
    """The errors of run-inspect-stderr; its intervals are the business of `test_golden.py`."""
    values = np.array(given["values"], dtype=np.float64)[:, None]
    cluster = np.unique(given["cluster"], return_inverse=True)[1]
    plain = math.sqrt(influence(values).covariance()[0, 0])
    clustered = math.sqrt(influence(values, cluster=cluster).covariance()[0, 0])
    return {"se": plain, "lm_eval_mean_stderr": plain, "se_clustered": clustered}


CASES: dict[str, Callable[[Case], Case]] = {
    "run-scipy-signflip": sign_flip,
    "idn-rank-confidence-set": rank_confidence_set,
    "idn-iiv-multiple-choice": is_it_valid,
    "idn-singleton-bound-small": singletons,
    "pub-corollary2-trigram": corollary2,
    "pub-abstentionbench-1": abstention,
    "pub-abstentionbench-2": abstention,
    "run-squad2-best-thresh": squad2,
    "pub-openai-rank-flip": rank_flip,
    "run-inspect-stderr": clustered_error,
}
ELSEWHERE = {
    "run-inspect-stderr": {
        "ci_t_lower",
        "ci_t_upper",
        "ci_t_clustered_lower",
        "ci_t_clustered_upper",
        "wilson_lower",
        "wilson_upper",
    }
}
"""What of a case is checked in `test_golden.py`."""


@pytest.mark.parametrize("case_id", CASES)
def test_golden(case_id: str) -> None:
    case = read(case_id)
    ours = CASES[case_id](case["input"])
    expected = case["expected"]
    assert ours.keys() == expected.keys() - ELSEWHERE.get(case_id, set())
    for name, value in ours.items():
        if isinstance(value, float):
            assert value == pytest.approx(expected[name], abs=case["tolerance"]["abs"]), name
        else:
            assert value == expected[name], name
