"""How far an answer at each level moves a figure of levels, by whether it is right or wrong.

The derivative of the figure in the share of such answers, level by level (Hampel 1974): its mean
over the answers is 0, and the mean of its squares over n the variance of the figure. An answer of
grade g moves it g times as one that is right and 1 - g times as one that is wrong. Inside a tied
level half of the level counts as above, half as below; in AURC, what its average over orders says.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.scoring.levels import Levels, ratio
from app.scoring.metrics import selective

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moved:
    """By level: what an answer that is right, and one that is wrong, moves."""

    right: Floats
    wrong: Floats

    def variance(self, levels: Levels) -> float:
        """The variance of what one answer moves."""
        total = levels.right * self.right**2 + levels.wrong * self.wrong**2
        return float(total.sum() / levels.n)


Influence = Callable[[Levels], Moved]


def of_auroc(levels: Levels, value: float) -> Moved:
    """Placements: the share of wrong answers below a right one, of right ones above a wrong one."""
    share = float(levels.accuracy)
    right = (levels.wrong_below + levels.wrong / 2) / levels.n_wrong
    wrong = 1 - (levels.right_below + levels.right / 2) / levels.n_right
    return Moved((right - value) / share, (wrong - value) / (1 - share))


def of_aurc(levels: Levels) -> Moved:
    """Of many answers a level of m, w of them wrong, with k answers and e errors above it adds
    w + (e - w k / m) ln(1 + m / k) to n AURC: its derivatives in m, w, k and e."""
    m, w = levels.mass, levels.wrong
    k = levels.n - np.cumsum(m)
    k = np.where(k > 1e-9 * levels.n, k, 0.0)
    e = np.where(k > 0, levels.n_wrong - np.cumsum(w), 0.0)
    log = np.log1p(ratio(m, k, empty=0.0))
    share, excess = ratio(w, m, empty=0.0), e - ratio(w * k, m, empty=0.0)
    in_m = share * ratio(k, m, empty=0.0) * log + np.where(k > 0, excess / (k + m), 0.0)
    in_w = 1 - ratio(k, m, empty=0.0) * log
    in_k = -share * log - np.where(k > 0, excess * ratio(m, k * (k + m), empty=0.0), 0.0)
    below_k, below_e = np.cumsum(in_k) - in_k, np.cumsum(log) - log
    right = in_m + below_k - float(selective.aurc(levels))
    return Moved(right, right + in_w + below_e)


def of_augrc(levels: Levels) -> Moved:
    """AUGRC is the chance that of two answers the more confident one is wrong."""
    kept, errors = _above(levels)
    value = float(selective.augrc(levels))
    above, below = errors / levels.n, (levels.n - kept) / levels.n
    return Moved(above - 2 * value, above + below - 2 * value)


def of_eaurc(levels: Levels) -> Moved:
    """AURC less its optimum, 1 - A + A ln A of many answers."""
    a = float(levels.accuracy)
    slope = float(np.log(a)) if a > 0 else 0.0
    moved = of_aurc(levels)
    return Moved(moved.right - slope * (1 - a), moved.wrong + slope * a)


def of_eaugrc(levels: Levels) -> Moved:
    """AUGRC less its optimum, (1 - A)^2 / 2."""
    a = float(levels.accuracy)
    moved = of_augrc(levels)
    return Moved(moved.right + (1 - a) ** 2, moved.wrong - (1 - a) * a)


def _above(levels: Levels) -> tuple[Floats, Floats]:
    """Answers and errors above each level, with half of its own."""
    kept = levels.n - np.cumsum(levels.mass) + levels.mass / 2
    errors = levels.n_wrong - np.cumsum(levels.wrong) + levels.wrong / 2
    return kept, errors
