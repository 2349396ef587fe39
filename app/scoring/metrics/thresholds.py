"""All metrics at one confidence target.

    threshold_score  S_t = (c_t - L w_t) / N         normalised  (1 - t) S_t, in [-t, 1 - t]
    attempted_rate   (c_t + w_t) / N                 error_rate  w_t / N
    selective_accuracy  c_t / (c_t + w_t)            n_at_threshold  answers with p exactly t

In declared mode the model was told t: it is below target where the upper limit of its selective
accuracy lies under t. Kalai, Nachum, Vempala, Zhang (2025), section 4.2.
"""

from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from app.reply_fields import Doc
from app.scoring import rules
from app.scoring.assess import (
    Assessed,
    coverage,
    selective_accuracy,
    share_of,
    threshold_score,
)
from app.scoring.item_scores import mean_share
from app.scoring.rules import Mode
from app.scoring.score import NO_ITEMS, Bounds, Interval, Score
from app.scoring.statistics.means import item_means
from app.scoring.targets import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdScores:
    """All figures at one target, in points or shares an item."""

    target: Annotated[Target, Doc("t, 0 to 0.99.")]
    penalty: Annotated[float, Doc("t / (1 - t), what a wrong answer costs.")]
    threshold_score: Annotated[Score, Doc("S_t, in [-t / (1 - t), 1].")]
    normalised_threshold_score: Annotated[Score, Doc("(1 - t) S_t, in [-t, 1 - t].")]
    attempted_rate: Annotated[Score, Doc("Share of the items that are attempted.")]
    selective_accuracy: Annotated[Score, Doc("Share right of the attempted.")]
    error_rate: Annotated[Score, Doc("Share of the items attempted and wrong.")]
    n_at_threshold: Annotated[int, Doc("Answers with exactly p = t, which do not count.")]
    below_target: Annotated[
        bool | None,
        Doc(
            "Even the upper limit of selective accuracy is below t; null in threshold mode, and "
            "where nothing was attempted."
        ),
    ]
    design_effect: Annotated[
        float | None, Doc("(SE clustered / SE)^2; null where items are not clustered.")
    ]


def threshold_scores(a: Assessed, target: Target, mode: Mode) -> ThresholdScores:
    """The figures of a submission at a target."""
    score = threshold_score(a, target, mode)
    right = selective_accuracy(a, target, mode)
    lost, won = target.ratio
    return ThresholdScores(
        target=target,
        penalty=target.penalty,
        threshold_score=score,
        normalised_threshold_score=scaled(score, won / (lost + won)),
        attempted_rate=coverage(a, target, mode),
        selective_accuracy=right,
        error_rate=error_rate(a, target, mode),
        n_at_threshold=a.profile.at_threshold(target),
        below_target=_below(right, target) if mode == "declared" else None,
        design_effect=design_effect(a, target, mode),
    )


def error_rate(a: Assessed, target: Target, mode: Mode) -> Score:
    """Share of graded items attempted and wrong (1 - g where partly right), down; Wilson's
    interval."""
    if not a.plain:
        grades = a.item_grades
        tried = rules.attempted(grades, target, mode)
        return mean_share(a.item_grades, a.items, np.where(tried, 1 - rules.credit_of(grades), 0.0))
    wrong = a.profile.attempted(target, mode)[1]
    return share_of(wrong, a.profile.n_graded, NO_ITEMS)


def design_effect(a: Assessed, target: Target, mode: Mode) -> float | None:
    """How many times wider clusters make the variance of S_t; None without clusters or errors."""
    if a.plain or a.items.cluster is None:
        return None
    points = rules.threshold_points(a.item_grades, target, mode)
    clustered = item_means(points, a.item_grades, a.items).se
    standalone_svg = item_means(points, a.item_grades, replace(a.items, cluster=None)).se
    return (clustered / standalone_svg) ** 2 if clustered is not None and standalone_svg else None


def scaled(score: Score, factor: float) -> Score:
    """The score times a factor > 0, with its error, interval and bounds."""
    if score.value is None:
        return score
    reach, bounds = score.interval, score.bounds
    return replace(
        score,
        value=factor * score.value,
        se=None if score.se is None else factor * score.se,
        interval=reach
        and Interval(factor * reach.low, factor * reach.high, reach.level, reach.method),
        bounds=bounds and Bounds(factor * bounds.low, factor * bounds.high),
    )


def _below(right: Score, target: Target) -> bool | None:
    if right.value is None:
        return None
    return right.interval is not None and right.interval.high < target.value
