"""Simulated models: which confidences they state, and how often they are right at each.

A population has a cell for each confidence times right or wrong, and one for silence. Samples of an
item, and items of a cluster, each take the cell of their first with chance `copied`, else one of
their own: any figure then correlates inside by copied^2, and its truth stays what it was.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.scoring.assess import Assessed, assess, assess_profile
from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame, Outcome
from app.scoring.levels import Levels
from app.scoring.profile import ScoreProfile
from app.scoring.targets import CONFIDENCE_UNITS, UNITS, Target

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CREDITS: Final = ((0.75, 0.25), (0.3, 0.3))
"""With partial credit: what a right and a wrong answer then earn, and how often they do."""


@dataclass(frozen=True, eq=False)
class Model:
    """Confidences stated on answers, how often each is stated, and how often it is then right; a
    share of the items is answered."""

    name: str
    p: Floats
    stated: Floats
    right: Floats
    answered: float = 1.0

    @property
    def units(self) -> Ints:
        """The confidences in whole units."""
        return np.rint(self.p * CONFIDENCE_UNITS).astype(np.int64)

    @property
    def chances(self) -> Floats:
        """Of right at each confidence, wrong at each, and silence."""
        share = self.answered * self.stated
        both = np.concatenate([share * self.right, share * (1 - self.right)])
        return np.append(both, max(0.0, 1 - float(both.sum())))


@dataclass(frozen=True, kw_only=True)
class Design:
    """How items come: `copied` in clusters of `size`, `copies` of `samples` an item."""

    name: str = "plain"
    samples: int = 1
    copies: float = 0.0
    size: int = 0
    copied: float = 0.0
    weight: float = 0.0
    credit: bool = False
    categories: int = 0

    @property
    def plain(self) -> bool:
        """Whether counts are sufficient."""
        return self == Design()


def draw(model: Model, design: Design, n: int, generator: np.random.Generator) -> Assessed:
    """One submission of n items."""
    if design.plain:
        return _counted(model, generator.multinomial(n, model.chances))
    return assess(*submission(model, design, n, generator))


def submission(
    model: Model, design: Design, n: int, generator: np.random.Generator
) -> tuple[Grades, ItemFrame]:
    """The same, grade by grade."""
    cells = generator.choice(len(model.chances), p=model.chances, size=(n, design.samples))
    if design.size:
        first = np.arange(n) // design.size * design.size
        same = generator.random(n) < design.copied
        cells[:, 0] = np.where(same, cells[first, 0], cells[:, 0])
    same = generator.random(cells.shape) < design.copies
    cells = np.where(same, cells[:, :1], cells)
    return _grades(model, design, cells.ravel(), generator), _items(design, n, generator)


def _counted(model: Model, counts: Ints) -> Assessed:
    k = len(model.p)
    right, wrong = counts[:k].astype(np.int64), counts[k : 2 * k].astype(np.int64)
    seen = right + wrong > 0
    none = np.zeros(int(seen.sum()), dtype=np.int64)
    profile = ScoreProfile(
        levels=model.units[seen],
        correct=right[seen],
        wrong=wrong[seen],
        partial=none,
        credit=none,
        credit_squares=none,
        unstated_correct=0,
        unstated_wrong=0,
        unstated_partial=0,
        unstated_credit=0,
        unstated_credit_squares=0,
        abstained=int(counts[2 * k]),
        missing=0,
        ungraded=0,
    )
    return assess_profile(profile, ItemFrame(int(counts.sum())))


def _grades(model: Model, design: Design, cells: Ints, generator: np.random.Generator) -> Grades:
    k = len(model.p)
    outcome = np.where(cells < k, Outcome.CORRECT, Outcome.WRONG)
    outcome = np.where(cells == 2 * k, Outcome.ABSTAINED, outcome).astype(np.uint8)
    units = np.append(np.tile(model.units, 2), NO_CONFIDENCE)[cells]
    confidence = units.astype(np.int32)
    if not design.credit:
        return Grades(outcome, confidence, None, design.samples)
    (earned, lost), (often, seldom) = CREDITS
    luck = generator.random(len(cells))
    credit = np.zeros(len(cells), dtype=np.int16)
    better = (outcome == Outcome.CORRECT) & (luck < often)
    worse = (outcome == Outcome.WRONG) & (luck < seldom)
    credit[better], credit[worse] = round(earned * UNITS), round(lost * UNITS)
    outcome[better | worse] = Outcome.PARTIAL
    return Grades(outcome, confidence, credit, design.samples)


def _items(design: Design, n: int, generator: np.random.Generator) -> ItemFrame:
    return ItemFrame(
        n,
        weight=generator.lognormal(0, design.weight, n) if design.weight else None,
        cluster=np.arange(n) // design.size if design.size else None,
        category=np.arange(n) % design.categories if design.categories else None,
        category_names=tuple(str(code) for code in range(design.categories)),
    )


@dataclass(frozen=True)
class Population:
    """What an endless benchmark would show of a model."""

    model: Model
    design: Design
    levels: Levels = field(init=False)

    def __post_init__(self) -> None:
        model, share = self.model, self.model.answered * self.model.stated
        right, squares = share * model.right, share * model.right
        if self.design.credit:
            (earned, lost), (often, seldom) = CREDITS
            first, second = share * model.right, share * (1 - model.right)
            right = first * (1 - often + often * earned) + second * seldom * lost
            squares = first * (1 - often + often * earned**2) + second * seldom * lost**2
        levels = Levels(
            units=model.units,
            mass=share * 1e9,
            right=right * 1e9,
            squares=squares * 1e9,
            total=1e9,
        )
        object.__setattr__(self, "levels", levels)

    def shares(self, target: Target | None) -> tuple[float, float]:
        """Right and wrong of all items: attempted at a target, or as declared (None)."""
        held = self.levels.units > (-1 if target is None or not target.units else target.confidence)
        return float(self.levels.right[held].sum()) / 1e9, float(
            self.levels.wrong[held].sum()
        ) / 1e9

    def outcomes(self) -> tuple[float, float]:
        """Shares of items fully right and fully wrong."""
        share = self.model.answered * self.model.stated
        right, wrong = float(share @ self.model.right), float(share @ (1 - self.model.right))
        if self.design.credit:
            _, (often, seldom) = CREDITS
            return right * (1 - often), wrong * (1 - seldom)
        return right, wrong
