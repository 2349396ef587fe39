"""Confidence metrics: calibration, proper scores and ranking of the answers that state one.

All can be raised by abstaining on hard items: show them with coverage, never rank by them.
Null where any answer states no confidence, or nothing was answered; a figure that needs whole
answers is null under item weights, one that needs outcomes is null with partial credit.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from app.scoring import rules
from app.scoring.assess import CONFIDENCE_MISSING, NO_ANSWERS, Assessed
from app.scoring.item_scores import round_value
from app.scoring.levels import Levels, levels_of, whole_answers
from app.scoring.metrics import binning, discrimination, recalibration, selective
from app.scoring.metrics import compat as peers
from app.scoring.metrics import proper_scores as proper
from app.scoring.metrics.binning import BINS
from app.scoring.metrics.figure_intervals import (
    Worth,
    area_interval,
    auroc_interval,
    confidence_interval,
    kept_interval,
    mean_interval,
)
from app.scoring.metrics.influence import Influence, of_augrc, of_aurc, of_eaugrc, of_eaurc
from app.scoring.metrics.smoothing import smooth_ece
from app.scoring.rules import EPSILON
from app.scoring.score import Interval, Score
from app.scoring.statistics.means import ratio_of_means
from app.scoring.targets import CONFIDENCE_UNITS

Floats = NDArray[np.float64]
Uncertainty = tuple[float | None, Interval | None]
Reach = Callable[[Assessed, Levels, float], Uncertainty]

ONE_CLASS: Final = "all-right-or-all-wrong"
WEIGHTED: Final = "weighted"
PARTIAL_CREDIT: Final = "partial-credit"
DEPENDENT: Final = "answers-not-independent"
THIN: Final = "levels-too-thin"
THICK: Final = 20
"""Answers a level, on average, from which figures by level are given. Chance alone adds at most
0.4 sqrt(levels / answers) to the ECE by level: from here on less than 0.09."""

Needs = Literal["grades", "whole answers", "outcomes", "independent outcomes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of levels.

    `needs` is the kind of answers that it is defined for; `undefined` is the reason where it still
    comes out NaN. `interval` computes its interval where it has one that holds (`interval_of_mean`
    and the like): calibration errors, biased upwards, and figures that hang on a few levels, have
    none. `by_level` is one that compares each level with its own accuracy, which says something
    only where levels are thick.
    """

    compute: Callable[[Levels], Floats]
    needs: Needs = "grades"
    undefined: str = NO_ANSWERS
    interval: Reach | None = None
    by_level: bool = False


def _of_mean(worth: Worth) -> Reach:
    """The interval of a mean of what one answer adds, (p, g) -> x."""

    def reach(a: Assessed, levels: Levels, value: float) -> Uncertainty:
        return worth_error(a, levels, worth, value), mean_interval(a, levels, worth, value)

    return reach


def _of_confidence(a: Assessed, levels: Levels, value: float) -> Uncertainty:
    return worth_error(a, levels, _stated, value), confidence_interval(a, levels, value)


def _area(
    compute: Callable[[Levels], Floats], influence: Influence, most: float, needs: Needs = "grades"
) -> Figure:
    """An area under risk and coverage, from 0 to `most`."""

    def reach(a: Assessed, levels: Levels, value: float) -> Uncertainty:
        return None, area_interval(a, levels, compute, influence, value, (0.0, most))

    return Figure(compute=compute, needs=needs, interval=reach)


def _peer(compute: Callable[..., Floats], worth: Callable[..., Floats], epsilon: float) -> Figure:
    """A mean of what one answer adds, as a peer computes it."""
    return Figure(
        compute=partial(compute, epsilon=epsilon),
        interval=_of_mean(partial(worth, epsilon=epsilon)),
    )


EXCESS: Final = "excess_miscalibration"
CORP: Final = {
    "miscalibration": Figure(compute=recalibration.miscalibration),
    "miscalibration_expected": Figure(compute=recalibration.expected_miscalibration),
    EXCESS: Figure(compute=recalibration.excess_miscalibration),
    "discrimination": Figure(compute=recalibration.discrimination),
}
"""The parts of the Brier score by recalibration; `brier_uncertainty` is the third."""


def figures(*, epsilon: float = EPSILON, bins: int = BINS) -> dict[str, Figure]:
    """Every figure by its id, in the order in which people should read them; calibration errors by
    bin are over `bins` of them."""
    return {
        "brier": Figure(compute=proper.brier, interval=_of_mean(lambda p, g: (p - g) ** 2)),
        "brier_reliability": Figure(compute=proper.brier_reliability, by_level=True),
        "brier_resolution": Figure(compute=proper.brier_resolution, by_level=True),
        "brier_uncertainty": Figure(compute=proper.brier_uncertainty),
        "brier_skill_score": Figure(compute=proper.brier_skill_score, undefined=ONE_CLASS),
        **CORP,
        "log_loss": Figure(
            compute=partial(proper.log_loss, epsilon=epsilon),
            interval=_of_mean(partial(_log_worth, epsilon=epsilon)),
        ),
        "log_loss_unclipped": Figure(compute=proper.log_loss_unclipped, undefined="infinite"),
        "mean_confidence": Figure(compute=proper.mean_confidence, interval=_of_confidence),
        "overconfidence": Figure(
            compute=proper.overconfidence, interval=_of_mean(lambda p, g: p - g)
        ),
        "spiegelhalter_z": Figure(
            compute=proper.spiegelhalter_z,
            needs="independent outcomes",
            undefined="no-variance",
        ),
        "ece_levels": Figure(compute=binning.ece_levels, by_level=True),
        "ece_equal_width": Figure(compute=partial(binning.ece_equal_width, bins=bins)),
        "ece_equal_width_left_closed": Figure(
            compute=partial(binning.ece_equal_width_left_closed, bins=bins)
        ),
        "ece_equal_mass": Figure(compute=partial(binning.ece_equal_mass, bins=bins)),
        "rmsce_levels": Figure(compute=binning.rmsce_levels, by_level=True),
        "rmsce_levels_debiased": Figure(
            compute=binning.rmsce_levels_debiased, needs="whole answers", by_level=True
        ),
        "mce": Figure(compute=binning.mce, by_level=True),
        "smooth_ece": Figure(compute=smooth_ece),
        "auroc": Figure(compute=discrimination.auroc, undefined=ONE_CLASS, interval=auroc_interval),
        "average_precision_correct": Figure(
            compute=discrimination.average_precision_correct, undefined="nothing-right"
        ),
        "average_precision_error": Figure(
            compute=discrimination.average_precision_error, undefined="nothing-wrong"
        ),
        "fpr_at_95_tpr": Figure(compute=discrimination.fpr_at_95_tpr, undefined=ONE_CLASS),
        "aurc": _area(selective.aurc, of_aurc, 1.0, needs="whole answers"),
        "aurc_optimal": Figure(compute=selective.aurc_optimal, needs="outcomes"),
        "eaurc": _area(selective.eaurc, of_eaurc, 1.0, needs="outcomes"),
        "prr": Figure(compute=selective.prr, needs="outcomes", undefined=ONE_CLASS),
        "augrc": _area(selective.augrc, of_augrc, 0.5),
        "augrc_optimal": Figure(compute=selective.augrc_optimal),
        "eaugrc": _area(selective.eaugrc, of_eaugrc, 0.25),
        "bas_peer": _peer(peers.bas_peer, peers.bas_peer_worth, epsilon),
        "bas_linear_peer": _peer(peers.bas_linear_peer, peers.bas_linear_peer_worth, epsilon),
        "bas_quadratic_peer": _peer(
            peers.bas_quadratic_peer, peers.bas_quadratic_peer_worth, epsilon
        ),
        "aurc_fdshifts": Figure(compute=peers.aurc_fdshifts, needs="whole answers"),
        "aurc_torch_uncertainty": Figure(
            compute=peers.aurc_torch_uncertainty, needs="whole answers", undefined="one-level"
        ),
        "augrc_torch_uncertainty": Figure(
            compute=peers.augrc_torch_uncertainty, needs="whole answers", undefined="one-level"
        ),
    }


def coverage_figure(*, risk: int) -> Figure:
    """The largest coverage at which the risk is at most `risk` (1e-4)."""
    return Figure(compute=partial(selective.coverage_at_risk, risk=risk), undefined="unattainable")


def accuracy_figure(*, coverage: int) -> Figure:
    """Accuracy among the `coverage` (1e-4) most confident answers."""

    def reach(a: Assessed, levels: Levels, value: float) -> Uncertainty:
        return None, kept_interval(a, levels, coverage)

    return Figure(
        compute=partial(selective.accuracy_at_coverage, coverage=coverage),
        undefined="unattainable",
        interval=reach,
    )


def conditional_score(a: Assessed, figure: Figure, levels: Levels | None = None) -> Score:
    """The score of a figure, with its closed-form interval where it has one.

    `levels` are the submission's own, where they are at hand already.
    """
    n = a.profile.n_answered
    if a.profile.n_unstated:
        return Score(None, n_items=n, reason=CONFIDENCE_MISSING)
    if n == 0:
        return Score(None, n_items=0, reason=NO_ANSWERS)
    refusal = _refusal(a, figure.needs)
    if refusal is not None:
        return Score(None, n_items=n, reason=refusal)
    own = levels_of(a) if levels is None else levels
    if figure.by_level and thin(a, own):
        return Score(None, n_items=n, reason=THIN)
    value = float(figure.compute(own))
    if math.isnan(value):
        return Score(None, n_items=n, reason=figure.undefined)
    se, interval = (None, None) if figure.interval is None else figure.interval(a, own, value)
    return Score(value + 0.0, n_items=n, se=se, interval=round_value(interval, value + 0.0))


def _refusal(a: Assessed, needs: Needs) -> str | None:
    if needs == "grades":
        return None
    if not whole_answers(a):
        return WEIGHTED
    if needs != "whole answers" and a.profile.n_partial:
        return PARTIAL_CREDIT
    if needs == "independent outcomes" and not a.plain:
        return DEPENDENT
    return None


def worth_error(a: Assessed, levels: Levels, worth: Worth, value: float) -> float | None:
    """The standard error of a mean of what one answer adds; of a ratio of means over items where
    the submission is not plain. None of a single one."""
    if a.plain:
        n = float(levels.n)
        if n < 2:
            return None
        of_right, of_wrong = (worth(levels.p, np.full(len(levels.p), g)) for g in (1.0, 0.0))
        spread = levels.right * (of_right - value) ** 2 + levels.wrong * (of_wrong - value) ** 2
        return math.sqrt(float(spread.sum()) / (n - 1) / n)
    grades = a.item_grades
    answered = rules.answered(grades).astype(np.float64)
    x = worth(np.maximum(grades.confidence, 0) / CONFIDENCE_UNITS, rules.credit_of(grades))
    mean = ratio_of_means(answered * x, answered, grades, a.items)
    return None if mean is None else mean.se


def _stated(p: Floats, g: Floats) -> Floats:
    return p + 0 * g


def _log_worth(p: Floats, g: Floats, *, epsilon: float) -> Floats:
    clipped = np.clip(p, epsilon, 1 - epsilon)
    wrong = np.log1p(-clipped)
    loss: Floats = g * (wrong - np.log(clipped)) - wrong
    return loss


def thin(a: Assessed, levels: Levels) -> bool:
    """Whether its levels hold too few answers to be compared with their own accuracy."""
    return a.profile.n_answered < THICK * int(np.count_nonzero(levels.mass))


CALIBRATION: Final = ("miscalibration", "miscalibration_expected", EXCESS, "ece_levels")
"""What boards and receipts tell of calibration."""


def calibration_of(a: Assessed) -> dict[str, Score]:
    """The figures of CALIBRATION. Null without answers, and where one states no confidence."""
    levels = levels_of(a)
    ece = Figure(compute=binning.ece_levels, by_level=True)
    scores = {
        "miscalibration": conditional_score(a, CORP["miscalibration"], levels),
        "miscalibration_expected": conditional_score(a, CORP["miscalibration_expected"], levels),
    }
    seen, expected = scores.values()
    excess = None if seen.value is None or expected.value is None else seen.value - expected.value
    scores[EXCESS] = Score(excess, n_items=seen.n_items, reason=seen.reason)
    return scores | {"ece_levels": conditional_score(a, ece, levels)}
