"""Every figure of one submission that carries an interval: by name as drawn, and its truth."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from app.scoring import assess as assessing
from app.scoring.assess import Assessed
from app.scoring.grades import Grades, ItemFrame
from app.scoring.levels import levels_of
from app.scoring.metrics.confidence import accuracy_figure, conditional_score, figures
from app.scoring.metrics.rates import rates
from app.scoring.metrics.strata import strata
from app.scoring.metrics.thresholds import error_rate
from app.scoring.rules import Mode, bas_worth, quadratic_worth
from app.scoring.score import Score
from app.scoring.targets import CONFIDENCE_UNITS, UNITS, Target
from bench.coverage.models import Population

TARGETS: Final = tuple(Target(round(t * UNITS)) for t in (0.25, 0.5, 0.75, 0.9, 0.99))
COVERAGES: Final = (0.5, 0.8)

FIGURES: Final = {name: figure for name, figure in figures().items() if figure.interval is not None}

Named = tuple[str, tuple[object, float] | None]


def drawn(a: Assessed) -> Iterator[tuple[str, Score]]:
    """The scores of a submission, as the service computes them."""
    yield from rates(a).items()
    yield "quadratic_score", assessing.quadratic_score(a)
    yield "bas", assessing.bas(a)
    for target in TARGETS:
        for mode in _MODES:
            yield f"threshold_score {mode} {target}", assessing.threshold_score(a, target, mode)
        yield f"attempted_rate {target}", assessing.coverage(a, target, "threshold")
        yield f"error_rate {target}", error_rate(a, target, "threshold")
        right = assessing.selective_accuracy(a, target, "threshold")
        yield f"selective_accuracy {target}", right
    levels = levels_of(a)
    for name, figure in FIGURES.items():
        yield name, conditional_score(a, figure, levels)


_MODES: Final[tuple[Mode, ...]] = ("declared", "threshold")


def at_coverage(a: Assessed) -> Iterator[tuple[str, Score]]:
    """Accuracy at coverage."""
    levels = levels_of(a)
    for share in COVERAGES:
        figure = accuracy_figure(coverage=round(share * UNITS))
        yield f"accuracy_at_coverage {share:g}", conditional_score(a, figure, levels)


def averaged(submission: tuple[Grades, ItemFrame]) -> Iterator[tuple[str, Score]]:
    """Micro and macro averages over categories."""
    averages = strata(*submission, targets=TARGETS, mode="declared")
    assert averages is not None
    for kind, scores in (("micro", averages.micro), ("macro", averages.macro)):
        for name, score in scores.items():
            if isinstance(score, Score):
                yield f"{kind} {name}", score
            else:
                for target, at_target in score.items():
                    yield f"{kind} {name} declared {target}", at_target


def truths(population: Population) -> dict[str, float]:
    """The truth of every name that `drawn` gives."""
    right, wrong = population.shares(None)
    fully, failed = population.outcomes()
    answered = right + wrong
    values = {
        "accuracy": right,
        "strict_accuracy": fully,
        "error_rate": failed,
        "abstention_rate": 1 - answered,
        "coverage": answered,
        "selective_accuracy": right / answered,
        "selective_risk": wrong / answered,
        "simpleqa_f1": 2 * fully / (1 + answered),
        "hallucination_rate": failed / (1 - fully),
        "omniscience_index": 100 * (fully - failed),
    }
    levels = population.levels
    gain, loss = (part / CONFIDENCE_UNITS**2 for part in quadratic_worth(levels.units))
    values["quadratic_score"] = float((levels.right * gain + levels.wrong * loss).sum()) / 1e9
    gain, loss = bas_worth(levels.units)
    values["bas"] = float((levels.right * gain + levels.wrong * loss).sum()) / 1e9
    for target in TARGETS:
        c, w = population.shares(target)
        values[f"threshold_score declared {target}"] = right - target.penalty * wrong
        values[f"threshold_score threshold {target}"] = c - target.penalty * w
        values[f"attempted_rate {target}"], values[f"error_rate {target}"] = c + w, w
        if c + w > 0:
            values[f"selective_accuracy {target}"] = c / (c + w)
    values |= {name: float(figure.compute(levels)) for name, figure in FIGURES.items()}
    return {name: value for name, value in values.items() if np.isfinite(value)}
