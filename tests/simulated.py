"""Simulated models whose miscalibration is known: what they state, and whether they are right."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

DIGITS: Final = (1, 2, 4, 9)


@dataclass(frozen=True, slots=True)
class Model:
    """A model that knows its chance q of being right and states sigmoid(slope logit q + shift),
    printed to some digits. `truth` numbers how miscalibrated it is: 0 is not at all."""

    name: str
    digits: int
    slope: float = 1.0
    shift: float = 0.0
    truth: int = 0


MODELS: Final = (
    Model("calibrated, 1 digit", 1),
    Model("calibrated, 2 digits", 2),
    Model("calibrated, 4 digits", 4),
    Model("calibrated, 9 digits", 9),
    Model("a little too sure, 9 digits", 9, shift=0.7, truth=1),
    Model("too modest, 1 digit", 1, shift=-0.9, truth=2),
    Model("too sure, 4 digits", 4, shift=1.5, truth=3),
    Model("surer, 2 digits", 2, slope=1.2, shift=1.9, truth=4),
    Model("far too modest, 9 digits", 9, shift=-2.4, truth=5),
    Model("turned round, 1 digit", 1, slope=-1.0, truth=6),
)
"""From calibrated to worst."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """Stated confidences, and which answers are right."""

    stated: NDArray[np.float64]
    right: NDArray[np.bool_]


def simulated(model: Model, n: int, *, seed: int) -> Simulated:
    """n answers of a model."""
    draw = np.random.default_rng(seed)
    chance = np.clip(draw.beta(3, 1.5, n), 1e-6, 1 - 1e-6)
    stated = 1 / (1 + np.exp(-(model.slope * np.log(chance / (1 - chance)) + model.shift)))
    return Simulated(np.round(stated, model.digits), draw.random(n) < chance)


def order_of_truth(values: list[float]) -> bool:
    """Whether values of MODELS, in their order, rise wherever the truth does."""
    pairs = [(one.truth, value) for one, value in zip(MODELS, values, strict=True)]
    return all(low < high for truth, low in pairs for worse, high in pairs if truth < worse)
