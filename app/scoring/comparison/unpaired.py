"""Rank ranges from published figures alone, for hidden benchmarks.

    T_jk = (S_j - S_k) / sqrt(se_j^2 + se_k^2)

with the critical value of `app/scoring/comparison/ranks.py` for independent scores. As models tend
to fail on the same items, these ranges are wider than paired ones; they disclose nothing that the
scores and their standard errors do not.
"""

import numpy as np
from numpy.typing import NDArray

from app.scoring.comparison.ranks import DRAWS, RankRanges, difference_errors, ranks_at, tie_groups
from app.scoring.statistics.multiplier import gaussian_draws, largest_gap

Floats = NDArray[np.float64]


def unpaired_rank_ranges(
    mean: Floats,
    se: Floats,
    *,
    n_items: int,
    generator: np.random.Generator,
    draws: int = DRAWS,
    level: float = 0.95,
) -> RankRanges:
    """Simultaneous rank ranges of p scores with standard errors > 0, in order of submission."""
    covariance = np.diag(se**2)
    error = difference_errors(covariance)
    noise = gaussian_draws(covariance, generator=generator, draws=draws)
    critical = float(np.quantile(largest_gap(noise, error), level, method="higher"))
    margin = mean[:, None] - mean[None, :]
    better = margin > critical * error
    low, high = ranks_at(mean, covariance, critical)
    leader = np.argmax(mean[:, None] + noise, axis=0)
    return RankRanges(
        mean=mean,
        low=low,
        high=high,
        better=better,
        group=tie_groups(mean, better),
        bootstrap_first_share=np.bincount(leader, minlength=len(mean)) / draws,
        critical_value=critical,
        n_items=n_items,
        level=level,
    )
