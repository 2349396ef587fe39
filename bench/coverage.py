"""Does the 95 % interval of a threshold score hold the truth 95 % of the time?

    python -m bench.coverage

Draws 20,000 submissions of each of six settings from a known truth and counts how often an
interval holds it: MOVER-Wilson, which Candor uses, and Wald and the percentile bootstrap, for
contrast. For the interval from counts the coverage is also summed exactly over all counts that can
happen. Ends with 1 where MOVER-Wilson leaves [0.94, 0.975], or where the control, Wald, does not
fail: a bench in which the known-bad passes proves nothing.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from app.scoring.statistics.intervals import mover_limits, normal_quantile

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Limits = Callable[[Ints, Ints, int, float], tuple[Floats, Floats]]

DRAWS: Final = 20_000
RESAMPLES: Final = 600
LEAST, MOST = 0.94, 0.975
SEED: Final = 20_261_124


@dataclass(frozen=True, slots=True)
class Setting:
    """Chances of a right and a wrong answer, items, and the penalty of a wrong one."""

    right: float
    wrong: float
    n: int
    penalty: float

    @property
    def truth(self) -> float:
        """The score that an endless benchmark would show."""
        return self.right - self.penalty * self.wrong


SETTINGS: Final = (
    Setting(0.60, 0.02, 100, 9),
    Setting(0.30, 0.005, 200, 9),
    Setting(0.97, 0.03, 100, 0),
    Setting(0.90, 0.001, 1000, 9),
    Setting(0.95, 0.01, 198, 1),
    Setting(0.60, 0.05, 2500, 9),
)
"""The six settings of the scoring specification, section 3."""


def wald(right: Ints, wrong: Ints, n: int, penalty: float) -> tuple[Floats, Floats]:
    """Mean -+ 1.96 standard errors."""
    mean = (right - penalty * wrong) / n
    square = (right + penalty**2 * wrong) / n
    reach = normal_quantile(0.95) * np.sqrt(np.maximum(square - mean**2, 0) / (n - 1))
    return mean - reach, mean + reach


def mover(right: Ints, wrong: Ints, n: int, penalty: float) -> tuple[Floats, Floats]:
    """What the service prints."""
    return mover_limits(right, wrong, np.asarray(n), penalty)


def simulated(one: Setting, limits: Limits, generator: np.random.Generator) -> float:
    """Share of the draws whose interval holds the truth."""
    drawn = generator.multinomial(one.n, _chances(one), size=DRAWS)
    low, high = limits(drawn[:, 0], drawn[:, 1], one.n, one.penalty)
    return float(np.mean((low <= one.truth) & (one.truth <= high)))


def bootstrapped(one: Setting, generator: np.random.Generator) -> float:
    """The same for the percentile bootstrap, on a tenth of the draws."""
    drawn = generator.multinomial(one.n, _chances(one), size=DRAWS // 10)
    held = 0
    for counts in drawn:
        again = generator.multinomial(one.n, counts / one.n, size=RESAMPLES)
        score = (again[:, 0] - one.penalty * again[:, 1]) / one.n
        low, high = np.quantile(score, [0.025, 0.975])
        held += low <= one.truth <= high
    return held / len(drawn)


def enumerated(one: Setting, limits: Limits) -> float:
    """The exact coverage: the chance of every pair of counts whose interval holds the truth.

    Pairs rarer than 1e-12 together are left out; they count as not held.
    """
    rights = _likely(one.n, one.right)
    wrongs = _likely(one.n, one.wrong)
    right, wrong = (grid.ravel() for grid in np.meshgrid(rights, wrongs, indexing="ij"))
    possible = right + wrong <= one.n
    right, wrong = right[possible], wrong[possible]
    # Wrong first, then right among the others: the multinomial as two binomials.
    chance = stats.binom.pmf(wrong, one.n, one.wrong) * stats.binom.pmf(
        right, one.n - wrong, min(1.0, one.right / (1 - one.wrong))
    )
    low, high = limits(right, wrong, one.n, one.penalty)
    return float(chance[(low <= one.truth) & (one.truth <= high)].sum())


def _chances(one: Setting) -> list[float]:
    return [one.right, one.wrong, max(0.0, 1 - one.right - one.wrong)]


def _likely(n: int, chance: float) -> Ints:
    low, high = stats.binom.ppf([1e-13, 1 - 1e-13], n, chance)
    return np.arange(int(low), int(high) + 1)


def main() -> int:
    """Prints the table; 1 where it is not as promised."""
    generator = np.random.Generator(np.random.Philox(key=SEED))
    print(f"{DRAWS:,} draws a setting, seed {SEED}; bootstrap: {DRAWS // 10:,} of {RESAMPLES}")
    print("right  wrong     n  L |  Wald  bootstrap  MOVER-Wilson  MOVER-Wilson, exact")
    failed, wald_failed = [], 0
    for one in SETTINGS:
        drawn, exact = simulated(one, mover, generator), enumerated(one, mover)
        control = simulated(one, wald, generator)
        again = bootstrapped(one, generator)
        print(
            f"{one.right:5.2f} {one.wrong:6.3f} {one.n:5d} {one.penalty:2g} |"
            f" {control:.3f}      {again:.3f}         {drawn:.3f}                {exact:.4f}"
        )
        wald_failed += control < LEAST
        if not (LEAST <= drawn <= MOST and LEAST <= exact <= MOST):
            failed.append(one)
    print(f"MOVER-Wilson inside [{LEAST}, {MOST}]: {not failed}")
    print(f"control: Wald falls under {LEAST} in {wald_failed} settings")
    return 1 if failed or wald_failed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
