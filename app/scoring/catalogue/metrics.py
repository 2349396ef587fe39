"""The catalogue: every figure the service gives, in words a person can check.

`GET /rules` serves it, and `docs/scoring.md` prints it. Letters: N graded items, C right, W wrong,
a abstained, m missing; p a stated confidence, g a grade (1 right, 0 wrong, a credit in between);
at level k lie n_k of n answers with accuracy y_k, A is the accuracy of all of them; t a target,
L = t / (1 - t); v an item's weight.
"""

from dataclasses import replace
from typing import Final

from app.scoring.catalogue.confidence import CALIBRATION, COMPAT, RANKING
from app.scoring.catalogue.metric import HLE, Metric
from app.scoring.catalogue.points import (
    ALL_TARGETS,
    AT_TARGETS,
    BETWEEN_RULES,
    RATES,
    UNANSWERABLE,
)

GROUPS: Final = {
    "rates": RATES,
    "at a target": AT_TARGETS,
    "over all targets": ALL_TARGETS,
    "calibration": CALIBRATION,
    "ranking": RANKING,
    "items without an answer": UNANSWERABLE,
    "between two rules": BETWEEN_RULES,
    "compat": COMPAT,
}
"""The metrics by what they are for, in the order in which people should read them."""

CONDITIONAL: Final = (
    "Over graded answers: null where nothing was answered, and (confidence-missing) where an "
    "answer states no confidence. Show with coverage, never rank by it."
)
"""What holds for all of calibration and ranking, and for peers' variants of them."""


def is_conditional(metric: Metric) -> bool:
    """Whether a metric is over the answers that state a confidence."""
    return metric in (*CALIBRATION, *RANKING, *(one for one in COMPAT if one.source != HLE))


def _whole(metric: Metric, group: str) -> Metric:
    conditions = metric.conditions
    if is_conditional(metric):
        conditions = f"{conditions} {CONDITIONAL}".strip()
    return replace(metric, group=group, conditions=conditions)


CATALOGUE: Final[tuple[Metric, ...]] = tuple(
    _whole(metric, group) for group, metrics in GROUPS.items() for metric in metrics
)
"""Every metric, with all of its conditions."""
