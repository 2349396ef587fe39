"""Levels: the answers of a submission that state a confidence, grouped by that confidence.

At each level p lie n_k answers with grades g: `mass` is n_k, `right` the sum of g, `squares` the
sum of g^2. Calibration and ranking are arithmetic on these three rows, and on nothing else.

With item weights, or with several samples of which some could not be graded, an answer counts
v / (graded samples of its item) instead of 1, so that every item counts once.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.scoring import rules
from app.scoring.assess import Assessed
from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame, Outcome
from app.scoring.profile import ScoreProfile
from app.scoring.statistics.intervals import harmonic
from app.scoring.targets import CONFIDENCE_UNITS, UNITS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Levels:
    """`units` are k ascending levels in 1e-9; the other rows have k entries each, or several sets
    of k (draws x k), which every figure treats one by one.

    Sums of whole answers are integers below 2^53, so arithmetic on them is exact. `total` is the
    mass of all that was graded, the abstained and the missing included; `whole` says that every
    answer counts 1. `squared_weights` are the sums of squared weights a level, None where answers
    count 1.
    """

    units: Ints
    mass: Floats
    right: Floats
    squares: Floats
    total: float
    whole: bool = True
    squared_weights: Floats | None = None

    @cached_property
    def answers(self) -> Floats:
        """Kish's effective number of answers a level, n_k where they count 1; 0 where it is
        empty."""
        if self.squared_weights is None:
            return self.mass
        return ratio(self.mass * self.mass, self.squared_weights, empty=0.0)

    @cached_property
    def p(self) -> Floats:
        """The stated confidences."""
        return self.units / CONFIDENCE_UNITS

    @cached_property
    def n(self) -> Floats:
        """Answers in all."""
        return np.asarray(self.mass.sum(axis=-1))

    @cached_property
    def n_right(self) -> Floats:
        """Grades in all."""
        return np.asarray(self.right.sum(axis=-1))

    @cached_property
    def wrong(self) -> Floats:
        """Sum of 1 - g a level."""
        return self.mass - self.right

    @cached_property
    def n_wrong(self) -> Floats:
        """Errors in all."""
        return np.asarray(self.wrong.sum(axis=-1))

    @cached_property
    def accuracy(self) -> Floats:
        """Mean grade of all answers, A; NaN without any."""
        return ratio(self.n_right, self.n)

    @cached_property
    def share(self) -> Floats:
        """Mean grade a level, y_k; NaN where a level is empty."""
        return ratio(self.right, self.mass)

    @cached_property
    def kept(self) -> Floats:
        """Answers down to each level, by descending confidence."""
        return np.cumsum(self.mass[..., ::-1], axis=-1)

    @cached_property
    def right_below(self) -> Floats:
        """Grades at lower levels."""
        return np.cumsum(self.right, axis=-1) - self.right

    @cached_property
    def wrong_below(self) -> Floats:
        """Errors at lower levels."""
        return np.cumsum(self.wrong, axis=-1) - self.wrong

    @cached_property
    def log_p(self) -> Floats:
        """ln p, -inf at 0."""
        with np.errstate(divide="ignore"):
            return np.log(self.p)

    @cached_property
    def log_q(self) -> Floats:
        """ln(1 - p), -inf at 1."""
        with np.errstate(divide="ignore"):
            return np.log1p(-self.p)

    @cached_property
    def steps(self) -> Floats:
        """H(k + g) - H(k) a level, by descending confidence: the sum of 1 / rank over its
        answers."""
        return np.diff(harmonic(self.kept), axis=-1, prepend=0.0)

    @cached_property
    def errors(self) -> Floats:
        """Errors down to each level, by descending confidence."""
        return np.cumsum(self.wrong[..., ::-1], axis=-1)


def ratio(above: Floats, below: Floats, *, empty: float = np.nan) -> Floats:
    """above / below, `empty` (NaN unless told) where below is 0."""
    out = np.full(np.broadcast(above, below).shape, empty)
    np.divide(above, below, out=out, where=below != 0)
    return out


def levels_of(a: Assessed) -> Levels:
    """The levels of a submission; answers without a confidence are not in them."""
    if whole_answers(a):
        return levels_of_profile(a.profile)
    return _weighted(a.item_grades, a.items)


def whole_answers(a: Assessed) -> bool:
    """Whether every answer has weight 1, so that the profile is sufficient."""
    return a.plain or (
        a.items.weight is None and (a.item_grades.samples == 1 or not a.profile.ungraded)
    )


def levels_of_profile(profile: ScoreProfile) -> Levels:
    """The levels of a submission all of whose answers count 1."""
    right = profile.correct + profile.credit / UNITS
    return Levels(
        units=profile.levels,
        mass=(profile.correct + profile.wrong + profile.partial).astype(np.float64),
        right=right,
        squares=profile.correct + profile.credit_squares / UNITS**2,
        total=float(profile.n_graded),
    )


def slot_weights(grades: Grades, items: ItemFrame) -> Floats:
    """v / (graded samples of the item) for graded slots, 0 for the ungraded."""
    graded = (grades.outcome != Outcome.UNGRADED).reshape(-1, grades.samples)
    slots = graded.sum(axis=1)
    v = np.ones(grades.n_items) if items.weight is None else items.weight
    each = np.divide(v, slots, out=np.zeros(len(v)), where=slots > 0)
    return np.where(graded, each[:, None], 0.0).ravel()


def sums_of_sorted(values: Floats) -> float:
    """A sum that does not depend on the order of its terms."""
    return float(np.sum(np.sort(values)))


def _weighted(grades: Grades, items: ItemFrame) -> Levels:
    weight = slot_weights(grades, items)
    stated = rules.answered(grades) & (grades.confidence != NO_CONFIDENCE)
    g, w = rules.credit_of(grades)[stated], weight[stated]
    confidence = grades.confidence[stated].astype(np.int64)
    # Sorted by content, a level's terms are summed in an order that the rows' own cannot change.
    order = np.lexsort((g, w, confidence))
    units, place = np.unique(confidence[order], return_inverse=True)
    w, g = w[order], g[order]
    mass, right, squares, weights = (
        np.bincount(place, weights=w * part, minlength=len(units)).astype(np.float64)
        for part in (1.0, g, g * g, w)
    )
    return Levels(
        units=units,
        mass=mass,
        right=right,
        squares=squares,
        total=sums_of_sorted(weight),
        whole=False,
        squared_weights=weights,
    )
