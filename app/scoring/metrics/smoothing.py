"""Smooth ECE: calibration error after smoothing with a Gaussian kernel of adaptive width.

    smECE_s = integral |r_s(t)| dt         r_s = the mean of p - g near t, reflected at 0 and 1
    smECE   = smECE_s at the width s with smECE_s = s, searched down to 1e-3

No bins, and a continuous function of the confidences. Numbers agree with relplot 1.0.3, whose
grids and constants are kept. Blasiok, Nakkiran (2023), Smooth ECE, arXiv 2309.12236.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.scoring.levels import Levels
from app.scoring.targets import CONFIDENCE_UNITS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Complex = NDArray[np.complex128]

RESOLUTION: Final = 1e-3
"""Widths below it are not told apart."""

_STEPS: Final = 10
_MESH: Final = 200
_GRID: Final = 2_000
_FLOOR: Final = 1e-4
"""What relplot adds to the density at every point, in answers."""

_BLOCK: Final = 256
"""Sets of levels transformed at once."""

_TOGETHER: Final = 1_000_000
"""Sets times levels whose widths are searched together."""


def smooth_ece(levels: Levels) -> Floats:
    """In [0, 1], down; NaN without answers. The search of the width halves [0, 1] ten times."""
    k = len(levels.units)
    if k == 0:
        return np.full(levels.mass.shape[:-1], np.nan)
    residual = (levels.mass * levels.p - levels.right).reshape(-1, k)
    mass = levels.mass.reshape(-1, k)
    errors = np.full(len(mass), np.nan)
    # Sets of few levels are cheap together: their widths are seen once for all.
    step = _BLOCK if k > _BLOCK else max(_BLOCK, _TOGETHER // k)
    for start in range(0, len(mass), step):
        block = slice(start, start + step)
        some = mass[block].sum(axis=1) > 0
        if some.any():
            errors[block][some] = _searched(levels.units, residual[block][some], mass[block][some])
    return errors.reshape(levels.mass.shape[:-1])


@dataclass(frozen=True, slots=True)
class _Ring:
    """Rows of numbers at levels, on `points` even points of [0, 1] reflected to a ring: from 0 to
    1 and back, so that what a kernel would spread beyond an end comes back inside.

    `spectra` has a row for each row of numbers at the levels; `square` is (t - 1/2)^2.
    """

    points: int
    square: Floats
    spectra: Complex


def _searched(units: Ints, residual: Floats, mass: Floats) -> Floats:
    """The error of each set of levels at its own width."""
    # Smoothing is linear: more sets than levels are sums of the levels seen one by one.
    standalone_svg = len(mass) > len(units)
    rows = np.eye(len(units)) if standalone_svg else np.concatenate([residual, mass])
    rings: dict[int, _Ring] = {}

    def at(width: float, sets: NDArray[np.bool_]) -> Floats:
        points = max(_GRID, round(20 / width)) // 2 + 1
        if points not in rings:
            rings[points] = _ring(units, rows, points)
        if standalone_svg:
            one_by_one = _seen(rings[points], rings[points].spectra, width)
            return _relative(residual[sets] @ one_by_one, mass[sets] @ one_by_one)
        spectra = rings[points].spectra[np.concatenate([sets, sets])]
        seen = _seen(rings[points], spectra, width)
        return _relative(seen[: len(seen) // 2], seen[len(seen) // 2 :])

    value = at(1.0, np.ones(len(mass), dtype=np.bool_))
    # At the widest already more than its width: no width is.
    searching = ~(value > 1.0)
    width, below = np.ones(len(value)), np.zeros(len(value))
    for _ in range(_STEPS):
        middle = (width + below) / 2
        error = np.zeros(len(value))
        for one in set(middle[searching].tolist()):
            here = searching & (middle == one)
            error[here] = at(one, here)
        wide_enough = (middle < RESOLUTION) | (middle < error)
        below = np.where(searching & wide_enough, middle, below)
        narrower = searching & ~wide_enough
        width, value = np.where(narrower, middle, width), np.where(narrower, error, value)
    return value


def _ring(units: Ints, rows: Floats, points: int) -> _Ring:
    """Each level is shared by its two neighbours among the points."""
    at = units * (points - 1) / CONFIDENCE_UNITS
    left = np.minimum(at.astype(np.int64), points - 2)
    far = at - left
    starts = np.flatnonzero(np.diff(left, prepend=-1) > 0)
    grid = np.zeros((len(rows), points))
    grid[:, left[starts]] = np.add.reduceat(rows * (1 - far), starts, axis=1)
    grid[:, left[starts] + 1] += np.add.reduceat(rows * far, starts, axis=1)
    spectra = np.fft.rfft(np.concatenate([grid, grid[:, -2:0:-1]], axis=1), axis=1)
    return _Ring(points, (np.linspace(0, 1, points) - 0.5) ** 2, spectra)


def _seen(ring: _Ring, spectra: Complex, width: float) -> Floats:
    """Each row smoothed with a kernel of one width, at a mesh of even points of [0, 1]."""
    half, around = ring.points // 2, 2 * (ring.points - 1)
    kernel = np.zeros(around)
    # Cut at 1/2 on either side, it reaches round half of the ring at most.
    bell = np.exp(ring.square / (-2 * width**2)) / (math.sqrt(2 * math.pi) * width)
    kernel[: ring.points - half], kernel[around - half :] = bell[half:], bell[:half]
    smoothed = np.fft.irfft(spectra * np.fft.rfft(kernel), around, axis=1)
    left, far = _between(ring.points, max(_MESH, round(10 / width)))
    between: Floats = smoothed[:, left] * (1 - far) + smoothed[:, left + 1] * far
    return between


@cache
def _between(points: int, mesh: int) -> tuple[Ints, Floats]:
    """Between which points each of a mesh lies: the left one, and how far on to the next."""
    at = np.linspace(0, points - 1, mesh)
    left = np.minimum(at.astype(np.int64), points - 2)
    return left, at - left


def _relative(residual: Floats, mass: Floats) -> Floats:
    """Smoothed residual to smoothed mass, both over the whole of [0, 1]."""
    density = mass.sum(axis=1) + mass.shape[1] * _FLOOR
    value: Floats = np.abs(residual).sum(axis=1) / density
    return value
