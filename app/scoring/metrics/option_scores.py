"""Multi-class scores of option probabilities, over the items with exactly one valid option.

With p the probabilities of an item's K options, made to sum to 1, and v the valid one:

    brier     mean of sum_k (p_k - [k = v])^2                  in [0, 2], down
    log_loss  mean of -ln p_v                                  in [0, inf), down
    rps       mean of sum_{k < K} (F_k - [k >= v])^2           in [0, K - 1], down; F cumulative
    top_label_ece   ECE of the most probable option's probability (Kumar, Liang, Ma 2019)
    class_wise_ece  mean over option places k of the ECE of p_k against [k = v] (Kull et al. 2019)

Equal to scikit-learn's `brier_score_loss` and `log_loss` and to scoringrules' `rps_score`. The
ranked probability score (Epstein 1969) means something where the order of the options does.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from app.reply_fields import Doc
from app.scoring.levels import Levels
from app.scoring.metrics.binning import BINS, ece_equal_width
from app.scoring.targets import CONFIDENCE_UNITS

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionScores:
    """Scores of the whole probability vectors, over items with exactly one valid option."""

    n_items: Annotated[int, Doc("Items that count.")]
    accuracy: Annotated[
        float, Doc("Share whose most probable option is valid; the first of equals counts.")
    ]
    brier: Annotated[float, Doc("Multi-class Brier score, sum over options; 0 to 2, down.")]
    log_loss: Annotated[
        float | None, Doc("Mean -ln of the valid option's probability; null where it is infinite.")
    ]
    ranked_probability_score: Annotated[
        float, Doc("For options in order: squared gaps of the cumulative probabilities; down.")
    ]
    top_label_ece: Annotated[
        float, Doc("Calibration error of the most probable option, equal-width bins; 0 to 1, down.")
    ]
    class_wise_ece: Annotated[
        float, Doc("Calibration error of each option's place, averaged; 0 to 1, down.")
    ]
    bins: Annotated[int, Doc("Of both calibration errors.")]


def option_scores(
    option_probs: Sequence[Sequence[float]], answer_index: Sequence[int], *, bins: int = BINS
) -> OptionScores | None:
    """The scores of items' probabilities, each a list of K >= 2, and the places of their valid
    options. None without items."""
    n = len(option_probs)
    if n == 0:
        return None
    widths = np.array([len(row) for row in option_probs])
    probs = np.zeros((n, int(widths.max())))
    for place, row in enumerate(option_probs):
        total = math.fsum(row)
        probs[place, : len(row)] = [one / total for one in row]
    valid = np.asarray(answer_index)
    hit = np.zeros(probs.shape, dtype=np.bool_)
    hit[np.arange(n), valid] = True
    there = np.arange(probs.shape[1]) < widths[:, None]
    gaps = np.cumsum(probs, axis=1) - np.cumsum(hit, axis=1)
    # The last cumulative gap of an item is 0 but for rounding, and no part of the sum.
    inner = np.arange(probs.shape[1]) < widths[:, None] - 1
    of_valid = probs[np.arange(n), valid]
    top = np.argmax(probs, axis=1)
    loss = -np.log(of_valid) if (of_valid > 0).all() else None
    return OptionScores(
        n_items=n,
        accuracy=float(np.mean(top == valid)),
        brier=_mean(((probs - hit) ** 2).sum(axis=1)),
        log_loss=None if loss is None else _mean(loss),
        ranked_probability_score=_mean(np.where(inner, gaps * gaps, 0.0).sum(axis=1)),
        top_label_ece=_ece(probs[np.arange(n), top], top == valid, bins),
        class_wise_ece=math.fsum(
            _ece(probs[there[:, place], place], hit[there[:, place], place], bins)
            for place in range(probs.shape[1])
        )
        / probs.shape[1],
        bins=bins,
    )


def _mean(values: Floats) -> float:
    """A mean that does not depend on the order of its terms; never -0."""
    return math.fsum(values.tolist()) / len(values) + 0.0


def _ece(p: Floats, right: Flags, bins: int) -> float:
    units = np.rint(p * CONFIDENCE_UNITS).astype(np.int64)
    levels, place = np.unique(units, return_inverse=True)
    mass = np.bincount(place, minlength=len(levels)).astype(np.float64)
    hits = np.bincount(place, weights=right, minlength=len(levels)).astype(np.float64)
    own = Levels(units=levels, mass=mass, right=hits, squares=hits, total=float(len(p)))
    return float(ece_equal_width(own, bins=bins))
