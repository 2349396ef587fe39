"""The grid: models, items and numbers of them, each a setting with all figures it has."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.scoring.assess import Assessed
from app.scoring.levels import levels_of
from app.scoring.metrics.curves import reliability
from app.scoring.score import Interval, Score
from bench.coverage.cells import Named, Setting
from bench.coverage.figures import at_coverage, averaged, drawn, truths
from bench.coverage.models import Design, Model, Population, draw, submission
from bench.coverage.pairs import PAIR_SETTINGS

Floats = NDArray[np.float64]
Scores = Callable[[Any], Iterator[tuple[str, Score]]]

FEW: Final = 20
"""Fewer expected events than these cannot be cut to 95 %: one count more or less is too much."""


def _model(
    name: str, p: list[float], stated: list[float], right: list[float], answered: float = 1.0
) -> Model:
    return Model(name, np.array(p), np.array(stated), np.array(right), answered)


_FINE = np.round((np.arange(200) + 0.5) / 200, 4)
_SHAPE = _FINE**3 * (1 - _FINE) ** 0.2

CALIBRATED: Final = _model(
    "calibrated", [.5, .6, .7, .8, .9, .95, .99], [.1, .1, .15, .15, .2, .2, .1],
    [.5, .6, .7, .8, .9, .95, .99], 0.8,
)  # fmt: skip
BOLD: Final = _model(
    "bold", [.5, .6, .7, .8, .9, .95, 1.0], [.02, .03, .05, .1, .2, .3, .3],
    [.3, .35, .4, .5, .6, .65, .75],
)  # fmt: skip
CAREFUL: Final = _model(
    "careful", [.3, .6, .9, .95, .99, 1.0], [.01, .02, .1, .2, .3, .37],
    [.2, .6, .95, .985, .995, .999], 0.6,
)  # fmt: skip
SURE: Final = _model(
    "sure", [.7, .8, .9, .95, .99, 1.0], [.05, .1, .2, .25, .2, .2],
    [.9, .95, .97, .98, .99, .995],
)  # fmt: skip
WEAK: Final = _model(
    "weak", [.05, .1, .2, .4, .6, .8], [.3, .3, .2, .1, .06, .04], [.01, .03, .08, .15, .3, .4],
)  # fmt: skip
ONE_LEVEL: Final = _model("one level", [0.9], [1.0], [0.98])
RARELY_WRONG: Final = _model("0.5 % wrong", [0.9, 0.99], [0.3, 0.7], [0.995, 0.995])
RARELY_RIGHT: Final = _model("0.5 % right", [0.1, 0.6], [0.7, 0.3], [0.005, 0.005])
RARELY_ANSWERED: Final = _model("1 % answered", [0.8, 0.95], [0.5, 0.5], [0.5, 0.5], 0.01)
FINE: Final = Model("token probabilities", _FINE, _SHAPE / _SHAPE.sum(), _FINE)

MODELS: Final = (
    CALIBRATED, BOLD, CAREFUL, SURE, WEAK, ONE_LEVEL, RARELY_WRONG, RARELY_RIGHT, RARELY_ANSWERED,
    FINE,
)  # fmt: skip

SOME: Final = (CALIBRATED, BOLD, CAREFUL, SURE, WEAK, RARELY_WRONG, RARELY_RIGHT)

WEIGHTED: Final = Design(name="weights", weight=0.5)
HEAVY: Final = Design(name="heavy weights", weight=1.0)
SAMPLED: Final = tuple(
    Design(name=f"{k} samples, copied {copies:g}", samples=k, copies=copies)
    for k, copies in ((2, 0.3), (5, 0.3), (5, 0.8))
)
CREDITED: Final = Design(name="credit", credit=True)
CLUSTERED: Final = tuple(
    Design(name=f"clusters of {size}, copied {copied:g}", size=size, copied=copied)
    for size, copied in ((4, 0.3), (4, 0.7), (20, 0.0), (20, 0.3), (20, 0.7))
)
BY_CATEGORY: Final = tuple(
    Design(name=f"{k} categories", categories=k, weight=weight)
    for k, weight in ((10, 0.0), (3, 0.5))
)
ALL_AT_ONCE: Final = Design(
    name="weights, samples, credit and clusters",
    weight=0.5, samples=2, copies=0.5, credit=True, size=8, copied=0.5,
)  # fmt: skip


def _setting(
    model: Model, design: Design, n: int, scores: Scores = drawn, *, short: bool = False
) -> Setting:
    population = Population(model, design)
    return Setting(
        name=f"{design.name}; {model.name}; N {n}",
        draw=partial(draw, model, design, n),
        intervals=partial(_named, scores),
        truths=truths(population),
        rare=partial(_rare, population, n),
        short=short,
    )


def _named(scores: Scores, a: Any) -> Iterator[Named]:
    for name, score in scores(a):
        if score.interval is not None and score.value is not None:
            yield name, score.interval, score.value


def _less_its_truth(population: Population, a: Assessed) -> Iterator[Named]:
    """Accuracy at coverage less its truth, which depends on the level that was reached."""
    levels = population.levels
    for name, score in at_coverage(a):
        if score.interval is None or score.value is None:
            continue
        reached = _lowest_kept(a, name)
        above = levels.units >= reached
        truth = float(levels.right[above].sum() / levels.mass[above].sum())
        low, high = score.interval.low - truth, score.interval.high - truth
        yield name, Interval(low, high, 0.95, score.interval.method), score.value - truth


def _lowest_kept(a: Assessed, name: str) -> int:
    levels, share = levels_of(a), float(name.rsplit(maxsplit=1)[-1])
    reached = np.flatnonzero(levels.kept >= share * levels.n - 1e-9)
    return int(levels.units[::-1][reached[0]])


def _kept_setting(model: Model, design: Design, n: int, *, short: bool = False) -> Setting:
    population = Population(model, design)
    return Setting(
        name=f"{design.name}; {model.name}; N {n}; most confident",
        draw=partial(draw, model, design, n),
        intervals=partial(_less_its_truth, population),
        truths={"accuracy_at_coverage 0.5": 0.0, "accuracy_at_coverage 0.8": 0.0},
        rare=partial(_rare, population, n),
        short=short,
    )


def _averaged_setting(model: Model, design: Design, n: int, *, short: bool = False) -> Setting:
    population = Population(model, design)
    known = truths(population)
    return Setting(
        name=f"{design.name}; {model.name}; N {n}; averages",
        draw=partial(submission, model, design, n),
        intervals=partial(_named, averaged),
        truths={
            f"{kind} {name}": value for kind in ("micro", "macro") for name, value in known.items()
        },
        rare=partial(_rare, population, n),
        short=short,
    )


def _band_setting(model: Model, n: int, *, short: bool = False) -> Setting:
    """The consistency band of a calibrated model, less the recalibrated confidence that it is to
    hold, at the confidences at which a tenth, half and nine tenths of the answers lie below."""
    return Setting(
        name=f"plain; {model.name}; N {n}; band",
        draw=partial(draw, model, Design(), n),
        intervals=_less_the_line,
        truths={f"consistency_band {share:g}": 0.0 for share in _BAND_AT},
        rare=lambda name: "a recalibrated confidence takes few values",
        short=short,
    )


_BAND_AT: Final = (0.1, 0.5, 0.9)


def _less_the_line(a: Assessed) -> Iterator[Named]:
    curve = reliability(levels_of(a))
    below = np.cumsum(curve.answers) / max(float(curve.answers.sum()), 1.0)
    for share in _BAND_AT if len(below) else ():
        index = int(np.searchsorted(below, share))
        line = float(curve.recalibrated[index])
        low, high = curve.calibrated_low[index] - line, curve.calibrated_high[index] - line
        # A band may be as narrow as one value at the ends, where 0 or 1 is all that is seen.
        reach = Interval(float(low) - 1e-9, float(high) + 1e-9, 0.95, "redraws")
        yield f"consistency_band {share:g}", reach, None


def _rare(population: Population, n: int, name: str) -> str | None:
    right, wrong = population.shares(None)
    silent = 1 - right - wrong
    design = population.design
    if design.size:
        return "the prior of the design effect counts as four clusters"
    kinds = [share for share in (right, wrong, silent) if share > 1e-9]
    events = n * min(kinds)
    if len(kinds) == 1 or events < FEW:
        return f"{events:.2g} expected answers of one kind"
    attempted = [n * part for part in population.levels.wrong / 1e9 if part > 0]
    if "0." in name and min(attempted, default=0.0) < FEW:
        return "few expected errors above the target"
    if name == "mean_confidence":
        return "confidences vary less than the prior, two answers, says"
    if design.samples > 1 or design.credit:
        return "the prior, independent outcomes, counts as three items"
    return None


def _plain() -> Iterator[Setting]:
    for model in MODELS:
        for n in (20, 50, 200, 1_000, 5_000):
            yield _setting(model, Design(), n, short=n in {50, 1_000} and model is not FINE)


def _of_other_items() -> Iterator[Setting]:
    for model in SOME:
        for n in (20, 100, 500):
            for design in (WEIGHTED, HEAVY, *SAMPLED, CREDITED):
                quick = n == 100 and model is SURE and design in {WEIGHTED, SAMPLED[1]}
                yield _setting(model, design, n, short=quick)
        for design in CLUSTERED:
            for g in (5, 10, 20, 50):
                quick = (model is SURE and g in {5, 20}) or (model is CALIBRATED and g == 50)
                quick = quick and design is CLUSTERED[-1]
                yield _setting(model, design, g * design.size, short=quick)
    for model in (CALIBRATED, SURE):
        for n in (80, 400):
            yield _setting(model, ALL_AT_ONCE, n, short=n == 80 and model is SURE)


def _of_parts() -> Iterator[Setting]:
    for model in (CALIBRATED, BOLD, SURE, FINE):
        for design in (Design(), WEIGHTED, CLUSTERED[3]):
            for n in (20, 60, 400):
                quick = n == 60 and model is SURE and design.plain
                yield _kept_setting(model, design, n, short=quick)
    for model in (CALIBRATED, BOLD, CAREFUL, SURE):
        for design in BY_CATEGORY:
            for n in (100, 1_000):
                yield _averaged_setting(model, design, n, short=n == 100 and model is SURE)


def _of_bands() -> Iterator[Setting]:
    for model in (CALIBRATED, FINE):
        for n in (50, 200, 1_000):
            yield _band_setting(model, n, short=n == 200)


SETTINGS: Final[tuple[Setting, ...]] = (
    *_plain(),
    *_of_other_items(),
    *_of_parts(),
    *_of_bands(),
    *PAIR_SETTINGS,
)
"""Everything that the service reports with an interval, a p-value or a promise."""
