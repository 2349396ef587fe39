"""Guaranteed thresholds: from which stated confidence on is the risk at most r, with 95 %?

    choose   on one random half of the items: where the upper limit of the risk is least
    hold     on the other half: from there to lower confidences, as long as the one-sided 95 %
             Clopper-Pearson limit of the risk is at most r; the last one that held is the answer

The sequence of tests is fixed before the second half is looked at, so that a threshold is given
whose true risk exceeds r in at most 5 % of samples, however many levels were tried. The best
boundary on the same data (`coverage_at_risk`) has no such promise.

Split fixed sequence testing of Angelopoulos, Bates, Candes, Jordan, Lei (2021), Learn then Test,
arXiv 2110.01052, on the question of Geifman and El-Yaniv (2017), Selective classification for deep
neural networks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from app.reply_fields import WHEN_SET, Doc
from app.scoring.assess import CONFIDENCE_MISSING, NO_ANSWERS, Assessed
from app.scoring.levels import levels_of_profile
from app.scoring.metrics.confidence import DEPENDENT, PARTIAL_CREDIT, WEIGHTED
from app.scoring.profile import pack_profile
from app.scoring.seeded import generator_for
from app.scoring.statistics.intervals import LEVEL

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

UNATTAINABLE: Final = "unattainable"
"""The reason where no confidence is safe enough on so many items."""


_BLOCK: Final = 4_096
"""Limits computed at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuaranteedThreshold:
    """From which stated confidence on a submission's risk is at most r, with 95 %."""

    risk: Annotated[float, Doc("r: the largest share of wrong answers among those given.")]
    level: Annotated[float, Doc("The confidence of the promise, 0.95.")] = LEVEL
    confidence: Annotated[
        float | None, Doc("Answers that state at least this may be given; null where none may.")
    ] = None
    coverage: Annotated[
        float | None, Doc("Share of the held half's items that would be answered.")
    ] = None
    selective_risk: Annotated[
        float | None, Doc("Share wrong among those answers, on the held half.")
    ] = None
    upper_limit: Annotated[
        float | None, Doc("One-sided 95 % Clopper-Pearson limit of that risk; at most r.")
    ] = None
    n_answers: Annotated[int | None, Doc("Such answers on the held half.")] = None
    n_items: Annotated[int, Doc("Items of the held half; the rest chose the threshold.")]
    reason: Annotated[str | None, WHEN_SET, Doc("Only where no threshold is given.")] = None


def guaranteed_threshold(a: Assessed, risk: float) -> GuaranteedThreshold:
    """The threshold of a submission for a risk in (0, 1).

    The halves are drawn from a generator keyed by the profile: the same grades have the same
    threshold, whatever the order of rows. Null with a reason under item weights, for several
    samples or clusters, with partial credit, and where an answer states no confidence.
    """
    return guaranteed_thresholds(a, (risk,))[0]


def guaranteed_thresholds(a: Assessed, risks: Sequence[float]) -> list[GuaranteedThreshold]:
    """The threshold for each risk, all chosen on one half and held on the other."""
    n = a.profile.n_graded
    refusal = _refusal(a)
    if refusal is not None:
        return [GuaranteedThreshold(risk=r, n_items=n - n // 2, reason=refusal) for r in risks]
    chosen, held = _halves(a)
    start = _lowest(chosen)
    return [_threshold(held, start, risk) for risk in risks]


def _threshold(held: "_Half", start: int, risk: float) -> GuaranteedThreshold:
    at = _held_to(held, start, risk) - 1
    if at < start:
        return GuaranteedThreshold(risk=risk, n_items=held.n_items, reason=UNATTAINABLE)
    answers, wrong = int(held.answers[at]), int(held.wrong[at])
    return GuaranteedThreshold(
        risk=risk,
        confidence=float(held.confidence[at]),
        coverage=answers / held.n_items,
        selective_risk=wrong / answers,
        upper_limit=float(upper_limits(held.wrong[at], held.answers[at])),
        n_answers=answers,
        n_items=held.n_items,
    )


def _lowest(half: "_Half") -> int:
    """The first place of the lowest limit.

    Of as many errors the limit falls with the answers, so that only the ends of such runs are
    looked at: levels are many where confidences are token probabilities.
    """
    ends = np.flatnonzero(np.diff(half.wrong, append=-1))
    end = ends[int(np.argmin(upper_limits(half.wrong[ends], half.answers[ends])))]
    return int(np.searchsorted(half.answers, half.answers[end]))


def _held_to(half: "_Half", start: int, risk: float) -> int:
    """The first place from `start` on whose limit is above the risk, or the end."""
    for begin in range(start, len(half.wrong), _BLOCK):
        block = slice(begin, begin + _BLOCK)
        above = np.flatnonzero(~(upper_limits(half.wrong[block], half.answers[block]) <= risk))
        if len(above):
            return begin + int(above[0])
    return len(half.wrong)


def upper_limits(wrong: Ints, answers: Ints, *, level: float = LEVEL) -> Floats:
    """One-sided Clopper-Pearson limits of a share, elementwise; 1 where all are wrong, or none
    answered."""
    some = wrong < answers
    limits = special.betaincinv(wrong + 1.0, np.where(some, answers - wrong, 1), level)
    return np.where(some, limits, 1.0)


@dataclass(frozen=True, slots=True)
class _Half:
    """One half of a submission: answers and errors at or above each confidence, falling."""

    confidence: Floats
    answers: Ints
    wrong: Ints
    n_items: int


def _halves(a: Assessed) -> tuple[_Half, _Half]:
    """A random half of the items to choose on and the others to hold on.

    Items of one level and outcome are exchangeable, so that a draw of cells is a draw of items.
    """
    profile = a.profile
    right, wrong = profile.correct[::-1], profile.wrong[::-1]
    silent = profile.abstained + profile.missing
    cells = np.concatenate([right, wrong, [silent]])
    n = int(cells.sum())
    generator = generator_for(b"halves" + pack_profile(profile))
    first = generator.multivariate_hypergeometric(cells, n // 2, method="marginals")
    confidence = levels_of_profile(profile).p[::-1]
    k = len(right)
    halves = []
    for part in (first, cells - first):
        errors = np.cumsum(part[k : 2 * k])
        halves.append(_Half(confidence, np.cumsum(part[:k]) + errors, errors, int(part.sum())))
    return halves[0], halves[1]


def _refusal(a: Assessed) -> str | None:
    profile = a.profile
    if profile.n_unstated:
        return CONFIDENCE_MISSING
    if profile.n_answered == 0:
        return NO_ANSWERS
    if profile.n_partial:
        return PARTIAL_CREDIT
    if a.items.weight is not None:
        return WEIGHTED
    return None if a.plain else DEPENDENT
