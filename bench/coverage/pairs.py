"""Pairs and boards: differences with their p-values, the gate's limits, rank ranges, thresholds.

Two models see the same items: a latent ability, shared to a share `together`, is right above a cut
and wrong below another. What is not an interval is judged as one: a p-value is below 0.05 exactly
where the interval of the difference leaves 0 out; a gate's one-sided limit is an interval without
another end, at 95 %; a board is held where nobody of equal score is told apart; a guaranteed
threshold where the true risk is at most what was promised.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from app.scoring.assess import Assessed, assess
from app.scoring.comparison.gate import decide
from app.scoring.comparison.paired import paired_difference
from app.scoring.comparison.ranks import rank_ranges
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.metrics.guaranteed import guaranteed_threshold
from app.scoring.score import Interval
from app.scoring.targets import CONFIDENCE_UNITS, Target
from bench.coverage.cells import Named, Setting

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TARGETS: Final = (Target(0), Target(5_000), Target(7_500), Target(9_000), Target(9_900))
RARE: Final = "an item is added in each direction, which counts where so few differ"
SEVERAL: Final = "the test of all pairs at once is conservative where errors are few"
STRICT: Final = "a promise over all levels is kept with room to spare"


@dataclass(frozen=True, slots=True)
class Rates:
    """The chances of a right and of a wrong answer to an item."""

    right: float
    wrong: float

    def score(self, penalty: float) -> float:
        """The score that an endless benchmark would show."""
        return self.right - penalty * self.wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class PairDesign:
    """How two models see items: n of them, in clusters of `size` that correlate by `inside`, of
    lognormal `weight`."""

    together: float
    n: int
    size: int = 0
    inside: float = 0.0
    weight: float = 0.0

    @property
    def name(self) -> str:
        """The name of the design."""
        clustered = f", clusters of {self.size}, {self.inside:g} inside" if self.size else ""
        weighted = f", weights {self.weight:g}" if self.weight else ""
        return f"together {self.together:g}, N {self.n}{clustered}{weighted}"


@dataclass(frozen=True, slots=True)
class Drawn:
    """Standings of models (columns) on items: 1 right, -1 wrong, 0 silent."""

    stands: Ints
    weight: Floats | None
    cluster: Ints | None

    def points(self, penalty: float) -> Floats:
        """Points an item."""
        return np.where(self.stands < 0, -penalty, self.stands)


PAIRS: Final = (
    (Rates(0.9, 0.02), Rates(0.85, 0.002)),
    (Rates(0.9, 0.01), Rates(0.9, 0.002)),
    (Rates(0.97, 0.03), Rates(0.99, 0.01)),
    (Rates(0.6, 0.4), Rates(0.6, 0.4)),
    (Rates(0.6, 0.3), Rates(0.5, 0.1)),
    (Rates(0.995, 0.005), Rates(0.995, 0.005)),
    (Rates(0.5, 0.005), Rates(0.3, 0.3)),
    (Rates(0.9, 0.05), Rates(0.5, 0.005)),
    (Rates(0.05, 0.05), Rates(0.05, 0.9)),
    (Rates(0.99, 0.01), Rates(0.6, 0.4)),
    (Rates(0.005, 0.995), Rates(0.01, 0.99)),
)


def draw_pair(
    models: tuple[Rates, ...], design: PairDesign, generator: np.random.Generator
) -> Drawn:
    """The standings of models on the same items."""
    n, p = design.n, len(models)
    shared = generator.standard_normal((n, 1))
    own = generator.standard_normal((n, p))
    latent = math.sqrt(design.together) * shared + math.sqrt(1 - design.together) * own
    cluster = None
    if design.size:
        cluster = np.arange(n) // design.size
        common = generator.standard_normal((int(cluster[-1]) + 1, p))[cluster]
        latent = math.sqrt(design.inside) * common + math.sqrt(1 - design.inside) * latent
    right = stats.norm.isf([model.right for model in models])
    wrong = stats.norm.ppf([model.wrong for model in models])
    stands = np.where(latent > right, 1, np.where(latent < wrong, -1, 0))
    weight = np.exp(design.weight * generator.standard_normal(n)) if design.weight else None
    return Drawn(stands, weight, cluster)


def _differences(sample: Drawn) -> Iterator[Named]:
    for target in TARGETS:
        points = sample.points(target.penalty)
        score = paired_difference(
            points[:, 0],
            points[:, 1],
            widest=1 + target.penalty,
            weight=sample.weight,
            cluster=sample.cluster,
        )
        if score.interval is not None:
            yield f"difference {target}", score.interval, score.value


def _limits(sample: Drawn) -> Iterator[Named]:
    for target in TARGETS:
        points = sample.points(target.penalty)
        gate = decide(
            points[:, 0],
            points[:, 1],
            largest_loss=0.0,
            most_an_item_can_differ=1 + target.penalty,
            weight=sample.weight,
            cluster=sample.cluster,
        )
        if gate.low is not None and gate.high is not None:
            value = gate.difference.value
            yield f"gate_low {target}", Interval(gate.low, math.inf, 0.95, "one-sided"), value
            yield f"gate_high {target}", Interval(-math.inf, gate.high, 0.95, "one-sided"), value


def told_apart(
    penalty: float, name: str, sample: Drawn, *, widest: float | None = None
) -> Iterator[Named]:
    """Whether anybody is told apart, as an interval that then leaves 0.5 out. `widest` is the most
    by which two can differ on an item, where it is not that of the penalty."""
    generator = np.random.Generator(np.random.Philox(key=int((sample.stands + 1).sum())))
    tested = rank_ranges(
        sample.points(penalty),
        widest=1 + penalty if widest is None else widest,
        generator=generator,
        draws=500,
        cluster=sample.cluster,
    )
    held = not tested.better.any()
    yield name, Interval(0.0 if held else 1.0, 2.0, 0.95, "simultaneous"), None


LEVELS: Final = np.array([0.5, 0.6, 0.7, 0.8, 0.9])


def _stated(n: int, right: Floats, generator: np.random.Generator) -> Assessed:
    level = generator.integers(0, len(LEVELS), n)
    correct = generator.random(n) < right[level]
    outcome = np.where(correct, Outcome.CORRECT, Outcome.WRONG).astype(np.uint8)
    units = np.rint(LEVELS * CONFIDENCE_UNITS).astype(np.int32)
    return assess(Grades(outcome, units[level]), ItemFrame(n))


def _promised(risk: float, right: Floats, name: str, submission: Assessed) -> Iterator[Named]:
    threshold = guaranteed_threshold(submission, risk)
    if threshold.confidence is not None:
        given = 1 - float(right[threshold.confidence - 1e-9 <= LEVELS].mean())
        yield name, Interval(given - risk, 1.0, 0.95, "learn-then-test"), None
    else:
        yield name, Interval(-risk, 1.0, 0.95, "learn-then-test"), None


def _pair_settings() -> Iterator[Setting]:
    designs = [PairDesign(together=r, n=n) for r in (0.0, 0.6, 0.95) for n in (20, 50, 200, 1_000)]
    designs += [PairDesign(together=0.6, n=n, weight=0.5) for n in (30, 200)]
    designs += [
        PairDesign(together=0.5, n=g * size, size=size, inside=inside)
        for g, size in ((5, 20), (10, 10), (50, 10))
        for inside in (0.05, 0.3, 0.6)
    ]
    for left, right in PAIRS:
        for design in designs:
            quick = design.together == 0.6 and design.n in {50, 200} and left.right == 0.9
            truths = {
                f"difference {target}": left.score(target.penalty) - right.score(target.penalty)
                for target in TARGETS
            }
            yield Setting(
                name=f"pair {left.right:g}/{left.wrong:g} and {right.right:g}/{right.wrong:g}; "
                + design.name,
                draw=partial(draw_pair, (left, right), design),
                intervals=_differences,
                truths=truths,
                rare=lambda name: RARE,
                short=quick and not design.weight,
            )


def _gate_settings() -> Iterator[Setting]:
    for left, right in PAIRS[:5]:
        for n in (50, 200, 1_000):
            design = PairDesign(together=0.6, n=n)
            truths = {
                f"{side} {target}": left.score(target.penalty) - right.score(target.penalty)
                for side in ("gate_low", "gate_high")
                for target in TARGETS
            }
            yield Setting(
                name=f"gate {left.right:g}/{left.wrong:g} and {right.right:g}/{right.wrong:g}; "
                + design.name,
                draw=partial(draw_pair, (left, right), design),
                intervals=_limits,
                truths=truths,
                rare=lambda name: RARE,
                short=n == 200 and left.right == 0.9,
            )


def _board_settings() -> Iterator[Setting]:
    """Five bold and five careful models of equal score, and boards where all are alike."""
    for units, wrong in ((7_500, 0.02), (9_000, 0.02), (9_000, 0.005), (9_500, 0.02), (0, 0.4)):
        target = Target(units)
        bold = Rates(0.9 if units else 1 - wrong, wrong)
        careful = Rates(bold.score(target.penalty), 0.0) if units else bold
        for models in (10, 30):
            for n in (20, 50, 100, 300):
                name = f"rank_range {target}"
                design = PairDesign(together=0.5, n=n)
                yield Setting(
                    name=f"{models} of equal score, {wrong:g} wrong; {design.name}",
                    draw=partial(
                        draw_pair, (bold,) * (models // 2) + (careful,) * (models // 2), design
                    ),
                    intervals=partial(told_apart, target.penalty, name),
                    truths={name: 0.5},
                    rare=lambda name: SEVERAL,
                    short=models == 10 and n == 50 and units == 9_000,
                )


def _threshold_settings() -> Iterator[Setting]:
    """The true risk lies just above what is promised at most levels."""
    for risk in (0.05, 0.1, 0.2):
        right = 1 - risk * np.array([1.6, 1.3, 1.1, 1.05, 1.02])
        for n in (100, 400, 2_000):
            name = f"guaranteed_threshold {risk:g}"
            yield Setting(
                name=f"risk just above {risk:g}; N {n}",
                draw=partial(_stated, n, right),
                intervals=partial(_promised, risk, right, name),
                truths={name: 0.0},
                rare=lambda name: STRICT,
                short=n == 400 and risk == 0.1,
            )


PAIR_SETTINGS: Final = (
    *_pair_settings(),
    *_gate_settings(),
    *_board_settings(),
    *_threshold_settings(),
)
