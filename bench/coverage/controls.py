"""Planted bad methods, which the bench must find: Wald, Student's t, percentile bootstrap, and the
paired t and rank test without what is added for errors that were not seen."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from app.scoring import assess as assessing
from app.scoring.assess import Assessed
from app.scoring.score import Interval
from app.scoring.statistics.intervals import normal_quantile, t_quantile
from app.scoring.targets import Target
from bench.coverage.cells import Named, Setting, run
from bench.coverage.figures import truths
from bench.coverage.models import Design, Population, draw
from bench.coverage.pairs import PAIRS, Drawn, PairDesign, Rates, draw_pair, told_apart
from bench.coverage.settings import SURE

NINETY = Target(9_000)
N = 100
RESAMPLES = 200


def controls(sims: int, seed: int) -> list[str]:
    """The names of bad methods in which the bench finds no fault."""
    population = Population(SURE, Design())
    truth = truths(population)["threshold_score declared 0.9"]
    passed = []
    for name, method in METHODS.items():
        setting = Setting(
            name=name,
            draw=partial(draw, SURE, Design(), N),
            intervals=partial(_interval, method, name),
            truths={name: truth},
        )
        if all(cell.fault is None for cell in run(setting, min(sims, 1_000), seed)):
            passed.append(name)
    passed.extend(
        setting.name
        for setting in _pairs()
        if all(cell.fault is None for cell in run(setting, min(sims, 1_000), seed))
    )
    return passed


def _pairs() -> Iterator[Setting]:
    """Pairs and boards without what is added for errors that were not seen."""
    left, right = PAIRS[0]
    truth = left.score(NINETY.penalty) - right.score(NINETY.penalty)
    yield Setting(
        name="paired t",
        draw=partial(draw_pair, (left, right), PairDesign(together=0.6, n=30)),
        intervals=_paired_t,
        truths={"paired t": truth},
    )
    equal = (Rates(0.9, 0.02), Rates(0.9 - 0.02 * NINETY.penalty, 0.0))
    yield Setting(
        name="rank ranges of the sample's error",
        draw=partial(draw_pair, equal * 3, PairDesign(together=0.5, n=50)),
        intervals=partial(told_apart, NINETY.penalty, "told apart", widest=0.0),
        truths={"told apart": 0.5},
    )


def _paired_t(sample: Drawn) -> Iterator[Named]:
    points = sample.points(NINETY.penalty)
    d = points[:, 0] - points[:, 1]
    reach = t_quantile(0.95, len(d) - 1) * float(d.std(ddof=1)) / len(d) ** 0.5
    mean = float(d.mean())
    yield "paired t", Interval(mean - reach, mean + reach, 0.95, "paired-t"), mean


def _interval(
    method: Callable[[Assessed], tuple[float, float]], name: str, a: Assessed
) -> Iterator[Named]:
    low, high = method(a)
    yield (
        name,
        Interval(low, high, 0.95, name),
        assessing.threshold_score(a, NINETY, "declared").value,
    )


def _wald(a: Assessed, quantile: float) -> tuple[float, float]:
    score = assessing.threshold_score(a, NINETY, "declared")
    reach = quantile * (score.se or 0.0)
    return (score.value or 0.0) - reach, (score.value or 0.0) + reach


def _percentile(a: Assessed) -> tuple[float, float]:
    right, wrong = a.profile.n_correct, a.profile.n_wrong
    generator = np.random.Generator(np.random.Philox(key=right * 1_000 + wrong))
    again = generator.multinomial(N, [right / N, wrong / N, 1 - (right + wrong) / N], RESAMPLES)
    low, high = np.quantile((again[:, 0] - NINETY.penalty * again[:, 1]) / N, [0.025, 0.975])
    return float(low), float(high)


METHODS: dict[str, Callable[[Assessed], tuple[float, float]]] = {
    "Wald": partial(_wald, quantile=normal_quantile(0.95)),
    "Student's t": partial(_wald, quantile=t_quantile(0.95, N - 1)),
    "percentile bootstrap": _percentile,
}
