"""Confidence metrics: calibration, proper scores and ranking of the answers that state one.

All can be raised by abstaining on hard items: show them with coverage, never rank by them.
Null where any answer states no confidence, or nothing was answered; a figure that needs whole
answers is null under item weights, one that needs outcomes is null with partial credit.

ECE by stated level, over answered slots that state a confidence.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from app.scoring import rules
from app.scoring.assess import CONFIDENCE_MISSING, NO_ANSWERS, Assessed
from app.scoring.levels import Levels, levels_of, whole_answers
from app.scoring.metrics import binning, discrimination, selective
from app.scoring.metrics import compat as peers
from app.scoring.metrics import proper_scores as proper
from app.scoring.metrics.binning import BINS
from app.scoring.metrics.smoothing import smooth_ece
from app.scoring.rules import EPSILON
from app.scoring.score import Interval, Score
from app.scoring.statistics.intervals import Range, t_interval
from app.scoring.statistics.means import ratio_of_means
from app.scoring.targets import CONFIDENCE_UNITS

Floats = NDArray[np.float64]
Worth = Callable[[Floats, Floats], Floats]

ONE_CLASS: Final = "all-right-or-all-wrong"
WEIGHTED: Final = "weighted"
PARTIAL_CREDIT: Final = "partial-credit"
DEPENDENT: Final = "answers-not-independent"

_RIGHT_AND_WRONG: Final = np.array([[1.0], [0.0]])
"""The two grades of a whole answer, beside a row of confidences."""

Needs = Literal["grades", "whole answers", "outcomes", "independent outcomes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of levels.

    `needs` is the kind of answers that it is defined for; `undefined` is the reason where it still
    comes out NaN. `worth` is what one answer adds, (p, g) -> x, where the figure is a mean of that:
    its interval is then Student's. Others have a bootstrap interval, or none.
    """

    compute: Callable[[Levels], Floats]
    needs: Needs = "grades"
    undefined: str = NO_ANSWERS
    worth: Worth | None = None
    interval: Literal["t", "delong", "bootstrap", "none"] = "bootstrap"


def figures(*, epsilon: float = EPSILON, bins: int = BINS) -> dict[str, Figure]:
    """Every figure by its id, in the order in which people should read them; calibration errors by
    bin are over `bins` of them."""
    return {
        "brier": Figure(compute=proper.brier, interval="t", worth=lambda p, g: (p - g) ** 2),
        "brier_reliability": Figure(compute=proper.brier_reliability),
        "brier_resolution": Figure(compute=proper.brier_resolution),
        "brier_uncertainty": Figure(compute=proper.brier_uncertainty),
        "brier_skill_score": Figure(compute=proper.brier_skill_score, undefined=ONE_CLASS),
        "log_loss": Figure(
            compute=partial(proper.log_loss, epsilon=epsilon),
            interval="t",
            worth=partial(_log_worth, epsilon=epsilon),
        ),
        "log_loss_unclipped": Figure(
            compute=proper.log_loss_unclipped, undefined="infinite", interval="none"
        ),
        "mean_confidence": Figure(
            compute=proper.mean_confidence, interval="t", worth=lambda p, g: p + 0 * g
        ),
        "overconfidence": Figure(
            compute=proper.overconfidence, interval="t", worth=lambda p, g: p - g
        ),
        "spiegelhalter_z": Figure(
            compute=proper.spiegelhalter_z,
            needs="independent outcomes",
            undefined="no-variance",
            interval="none",
        ),
        "ece_levels": Figure(compute=binning.ece_levels),
        "ece_equal_width": Figure(compute=partial(binning.ece_equal_width, bins=bins)),
        "ece_equal_width_left_closed": Figure(
            compute=partial(binning.ece_equal_width_left_closed, bins=bins)
        ),
        "ece_equal_mass": Figure(compute=partial(binning.ece_equal_mass, bins=bins)),
        "rmsce_levels": Figure(compute=binning.rmsce_levels),
        "rmsce_levels_debiased": Figure(
            compute=binning.rmsce_levels_debiased, needs="whole answers"
        ),
        "mce": Figure(compute=binning.mce),
        "smooth_ece": Figure(compute=smooth_ece),
        "auroc": Figure(compute=discrimination.auroc, undefined=ONE_CLASS, interval="delong"),
        "average_precision_correct": Figure(
            compute=discrimination.average_precision_correct, undefined="nothing-right"
        ),
        "average_precision_error": Figure(
            compute=discrimination.average_precision_error, undefined="nothing-wrong"
        ),
        "fpr_at_95_tpr": Figure(compute=discrimination.fpr_at_95_tpr, undefined=ONE_CLASS),
        "aurc": Figure(compute=selective.aurc, needs="whole answers"),
        "aurc_optimal": Figure(compute=selective.aurc_optimal, needs="outcomes"),
        "eaurc": Figure(compute=selective.eaurc, needs="outcomes"),
        "prr": Figure(compute=selective.prr, needs="outcomes", undefined=ONE_CLASS),
        "augrc": Figure(compute=selective.augrc),
        "augrc_optimal": Figure(compute=selective.augrc_optimal),
        "eaugrc": Figure(compute=selective.eaugrc),
        "bas_peer": Figure(compute=partial(peers.bas_peer, epsilon=epsilon)),
        "bas_linear_peer": Figure(compute=partial(peers.bas_linear_peer, epsilon=epsilon)),
        "bas_quadratic_peer": Figure(compute=partial(peers.bas_quadratic_peer, epsilon=epsilon)),
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
    return Figure(
        compute=partial(selective.accuracy_at_coverage, coverage=coverage),
        undefined="unattainable",
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
    value = float(figure.compute(own))
    if math.isnan(value):
        return Score(None, n_items=n, reason=figure.undefined)
    se, interval = _closed_form(a, figure, own, value)
    return Score(value + 0.0, n_items=n, se=se, interval=interval)


def with_interval(score: Score, interval: Interval | None) -> Score:
    """The score with an interval from the bootstrap, where it has no closed form."""
    if score.value is None or score.interval is not None or interval is None:
        return score
    return replace(score, interval=interval)


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


def _closed_form(
    a: Assessed, figure: Figure, levels: Levels, value: float
) -> tuple[float | None, Interval | None]:
    if figure.interval == "delong" and a.plain:
        return discrimination.delong(levels, value)
    if figure.worth is None:
        return None, None
    if not a.plain:
        return _ratio_form(a, figure.worth)
    n = int(levels.n)
    if n < 2:
        return None, None
    of_right, of_wrong = (figure.worth(levels.p, _RIGHT_AND_WRONG) - value) ** 2
    spread = float((levels.right * of_right + levels.wrong * of_wrong).sum())
    se = math.sqrt(spread / (n - 1) / n)
    return se, t_interval(value, se, n - 1, within=_range_of(figure.worth))


def _ratio_form(a: Assessed, worth: Worth) -> tuple[float | None, Interval | None]:
    """The mean over answers is a ratio of means over items: Student's interval of such."""
    grades = a.item_grades
    answered = rules.answered(grades).astype(np.float64)
    x = worth(np.maximum(grades.confidence, 0) / CONFIDENCE_UNITS, rules.credit_of(grades))
    mean = ratio_of_means(answered * x, answered, grades, a.items)
    if mean is None:
        return None, None
    return mean.se, t_interval(
        mean.mean, mean.se, mean.df, within=_range_of(worth), method=mean.method
    )


def _range_of(worth: Worth) -> Range:
    """What one answer can add: every worth is extreme where confidence and grade are 0 or 1."""
    corners = worth(np.array([0.0, 1.0]), _RIGHT_AND_WRONG)
    return float(corners.min()), float(corners.max())


def _log_worth(p: Floats, g: Floats, *, epsilon: float) -> Floats:
    clipped = np.clip(p, epsilon, 1 - epsilon)
    wrong = np.log1p(-clipped)
    loss: Floats = g * (wrong - np.log(clipped)) - wrong
    return loss


def ece_levels(a: Assessed) -> Score:
    """Sum over distinct levels of n_k/n |y_k - p_k|: exact, without bins; [0, 1], down.

    Biased up where levels are thin. Null without answers, and where one states no confidence.
    """
    return conditional_score(a, Figure(compute=binning.ece_levels))
