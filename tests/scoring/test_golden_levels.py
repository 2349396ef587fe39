"""The golden cases of calibration, ranking and HLE: every expected number, peers' included."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from app.scoring.assess import assess
from app.scoring.grades import Grades, ItemFrame
from app.scoring.levels import Levels, levels_of
from app.scoring.metrics import binning, compat
from app.scoring.metrics.confidence import THIN, figures
from app.scoring.metrics.curves import risk_coverage
from app.scoring.scorecard import Scorecard, scorecard
from app.scoring.targets import CONFIDENCE_UNITS
from tests.confidences import confidences
from tests.scoring.golden import Case, grades_of, near, read

Found = dict[str, float | None]


def card(grades: Grades, epsilon: float = 1e-4) -> Scorecard:
    return scorecard(
        grades,
        ItemFrame(grades.n_items),
        targets=(),
        mode="threshold",
        epsilon=epsilon,
        resamples=0,
    )


def values(grades: Grades, epsilon: float = 1e-4) -> Found:
    """Every score by id, and the parts of Brier without their prefix.

    The cases have few answers a level. Since ADR 22 a card has no figure by level of such; the
    expected values are those of the figures themselves, unchanged.
    """
    scores, own = card(grades, epsilon).scores, levels(grades)
    found = {name: score.value for name, score in scores.items()}
    left_out = [name for name, score in scores.items() if score.reason == THIN]
    found |= {name: float(figures()[name].compute(own)) for name in left_out}
    return found | {name.removeprefix("brier_"): value for name, value in found.items()}


def levels(grades: Grades) -> Levels:
    return levels_of(assess(grades, ItemFrame(grades.n_items)))


def plain(case: Case) -> Found:
    return values(grades_of(case["input"]["items"]), case["input"].get("epsilon", 1e-4))


def bas(case: Case) -> Found:
    found = plain(case)
    return found | {
        "bas_peer_uniform": found["bas_peer"],
        "bas_peer_linear": found["bas_linear_peer"],
        "bas_peer_quadratic": found["bas_quadratic_peer"],
    }


def binned(case: Case) -> Found:
    """Equal-width errors by number of bins. The two libraries that take binary edges fall between
    our exact right-closed and left-closed values."""
    own = levels(grades_of(case["input"]["items"]))
    found = plain(case)
    for bins in (5, 10, 15, 20):
        closed = float(binning.ece_equal_width(own, bins=bins))
        found |= dict.fromkeys(
            (
                f"ece_equal_width_{bins}",
                f"ece_equal_width_{bins}_right_closed",
                f"ece_equal_width_{bins}_right_closed_exact",
            ),
            closed,
        )
        left = float(binning.ece_equal_width_left_closed(own, bins=bins))
        found[f"ece_equal_width_{bins}_left_closed_exact"] = left
    debiased = found["rmsce_levels_debiased"]
    assert debiased is not None
    return found | {"own_debiased_squared": debiased**2}


def fd_shifts(case: Case) -> Found:
    found = plain(case)
    a, curve = found["accuracy"], found["aurc_fdshifts"]
    auroc = found["auroc"]
    assert a is not None
    assert curve is not None
    assert auroc is not None
    optimal = (1 - a) + a * math.log(a)
    return found | {
        "aurc_optimal_fdshifts": optimal,
        "eaurc_fdshifts": curve - optimal,
        "augrc_identity_check": (1 - auroc) * a * (1 - a) + (1 - a) ** 2 / 2,
    }


def lm_polygraph(case: Case) -> Found:
    """Its areas are of accuracy over the share kept, so 1 - AURC; its pairs are ordered, of n^2."""
    grades = grades_of(case["input"]["items"])
    found, own = plain(case), levels(grades)
    n, right = grades.n_items, float(own.right.sum())
    half = risk_coverage(own, most=n).risk[n - n // 2 :]
    assert found["aurc"] is not None
    assert found["aurc_optimal"] is not None
    assert found["auroc"] is not None
    return found | {
        "prr_area_raw": 1 - found["aurc"],
        "prr_area_oracle": 1 - found["aurc_optimal"],
        "prr_area_raw_50": 1 - float(half.mean()),
        "reversed_pairs": (1 - found["auroc"]) * right * (n - right) / n**2,
        "ece_equal_width_20": float(binning.ece_equal_width(own, bins=20)),
    }


def scikit_learn(case: Case) -> Found:
    """Its reliability curve of five bins, as two lists."""
    own = levels(grades_of(case["input"]["items"]))
    place = np.maximum((own.units * 5 - 1) // CONFIDENCE_UNITS, 0)
    mass, right, stated = (
        np.bincount(place, weights=row) for row in (own.mass, own.right, own.mass * own.p)
    )
    curve = case["expected"]["reliability_curve_5_uniform"]
    assert (right / mass).tolist() == pytest.approx(curve["prob_true"], abs=1e-12)
    assert (stated / mass).tolist() == pytest.approx(curve["prob_pred"], abs=1e-12)
    return plain(case)


def calib_err(case: Case) -> Found:
    bins = compat.adaptive_bins(grades_of(case["input"]["items"]))
    kept = np.abs(bins.gaps[:-1])
    found = plain(case)
    return found | {
        "hle_calibration_error_l1": float((bins.sizes[:-1] * kept).sum() / bins.n),
        "hle_calibration_error_max": float(kept.max(initial=0.0)),
        "rms_calibration_error_adaptive100_all_bins": found["rms_calibration_error_adaptive"],
    }


def dump_metrics(case: Case) -> Found:
    """The headline with questions that nobody judged: missing, so wrong, and out of the bins."""
    judged = grades_of(case["input"]["items"])
    absent = case["input"]["n_total_questions"] - judged.n_items
    return values(
        Grades(
            np.concatenate([judged.outcome, np.zeros(absent, np.uint8)]),
            np.concatenate([judged.confidence, confidences([-1] * absent)]),
        )
    )


CASES: dict[str, Callable[[Case], Found]] = {
    "idn-murphy-d20": plain,
    "run-bas-d20": bas,
    "run-ece-disagreement-d20": binned,
    "run-fdshifts-d20": fd_shifts,
    "run-hle-caliberr-n1000": calib_err,
    "run-hle-caliberr-n150": calib_err,
    "run-hle-caliberr-n200": calib_err,
    "run-hle-dump-metrics": dump_metrics,
    "run-lmpolygraph-d250": lm_polygraph,
    "run-lmpolygraph-ece-d20": binned,
    "run-relplot-d20": plain,
    "run-sklearn-d20": scikit_learn,
    "run-sklearn-single-class": plain,
    "run-torchuncertainty-d250": plain,
    "run-verifiedcal-tenths": binned,
}

NOT_OURS = {
    "ece_netcal_10": "binary bin edges",
    "ece_torchmetrics_10": "binary bin edges",
    "prr_normalised_peer_seed42": "1000 shuffles for a baseline that is E exactly",
    "reliability_curve_5_uniform": "compared as lists",
}
"""Numbers that only the peer itself can give, and why."""


@pytest.mark.parametrize("name", CASES)
def test_golden_case(name: str) -> None:
    case = read(name)
    found = CASES[name](case)
    for key, expected in case["expected"].items():
        if key not in NOT_OURS:
            near(found[key], expected, case, key)


def test_binary_edges_fall_between_the_exact_ones() -> None:
    case = read("run-ece-disagreement-d20")
    found = binned(case)
    for peer in ("ece_netcal_10", "ece_torchmetrics_10"):
        assert case["expected"][peer] < (found["ece_equal_width_10_right_closed_exact"] or 0)
    shuffled = read("run-lmpolygraph-d250")["expected"]["prr_normalised_peer_seed42"]
    assert shuffled == pytest.approx(lm_polygraph(read("run-lmpolygraph-d250"))["prr"], abs=2e-3)
