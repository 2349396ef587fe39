"""Smooth ECE: the calibration error seen through a Gaussian kernel of the right width.

    smECE_s = integral |r_s(t)| dt         r_s = the mean of p - g near t, reflected at 0 and 1
    smECE   = smECE_s at the width s with smECE_s = s, searched down to 1e-3

No bins, and a continuous function of the confidences. Numbers agree with relplot 1.0.3, whose
grids and constants are kept. Blasiok, Nakkiran (2023), Smooth ECE, arXiv 2309.12236.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.scoring.levels import Levels
from app.scoring.targets import UNITS

Floats = NDArray[np.float64]

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
    found = np.full(len(mass), np.nan)
    # Rows that are sums of few levels are cheap together: their widths are seen once for all.
    step = _BLOCK if k > _BLOCK else max(_BLOCK, _TOGETHER // k)
    for start in range(0, len(mass), step):
        block = slice(start, start + step)
        some = mass[block].sum(axis=1) > 0
        # Smoothing is linear: residual and mass travel together as one complex number.
        both = (residual[block] + 1j * mass[block])[some]
        if len(both):
            found[block][some] = _searched(levels.units, both)
    return found.reshape(levels.mass.shape[:-1])


def _searched(units: NDArray[np.int64], both: NDArray[np.complex128]) -> Floats:
    whole = _at_width(units, both, 1.0)
    width, value, below = np.ones(len(both)), whole.copy(), np.zeros(len(both))
    searching = ~(whole > 1.0)
    for _ in range(_STEPS):
        middle = (width + below) / 2
        error = np.zeros(len(both))
        for one in np.unique(middle[searching]):
            here = searching & (middle == one)
            error[here] = _at_width(units, both[here], float(one))
        wide_enough = (middle < RESOLUTION) | (middle < error)
        below = np.where(searching & wide_enough, middle, below)
        narrower = searching & ~wide_enough
        width, value = np.where(narrower, middle, width), np.where(narrower, error, value)
    return value


def _at_width(units: NDArray[np.int64], both: NDArray[np.complex128], width: float) -> Floats:
    """Smooth ECE of each row at one width."""
    mesh = max(_MESH, round(10 / width))
    if len(both) <= len(units):
        seen = _seen(units, both, width, mesh)
        return _relative(seen.real, seen.imag)
    # Smoothing is linear: more rows than levels are sums of the levels seen one by one.
    alone = np.ascontiguousarray(
        _seen(units, np.eye(len(units), dtype=np.complex128), width, mesh).real
    )
    value = np.empty(len(both))
    for start in range(0, len(both), _BLOCK):
        block = slice(start, start + _BLOCK)
        value[block] = _relative(both[block].real @ alone, both[block].imag @ alone)
    return value


def _relative(residual: Floats, density: Floats) -> Floats:
    """Smoothed residual to smoothed density, both over the whole of [0, 1]."""
    value: Floats = np.abs(residual).sum(axis=1) / (
        density.sum(axis=1) + residual.shape[1] * _FLOOR
    )
    return value


def _seen(
    units: NDArray[np.int64], both: NDArray[np.complex128], width: float, mesh: int
) -> NDArray[np.complex128]:
    """Each row through a kernel of one width, at `mesh` even points of [0, 1]."""
    points = max(_GRID, round(20 / width)) // 2 + 1
    smoothed = _convolved(_on_grid(units, both, points), points, width)
    return _interpolated(smoothed, mesh)


def _on_grid(
    units: NDArray[np.int64], both: NDArray[np.complex128], points: int
) -> NDArray[np.complex128]:
    """Each level shared by its two neighbours among `points` even points of [0, 1]."""
    at = units * (points - 1) / UNITS
    left = np.minimum(at.astype(np.int64), points - 2)
    far = at - left
    grid = np.zeros((len(both), points + 1), dtype=np.complex128)
    starts = np.flatnonzero(np.r_[True, np.diff(left) > 0])
    grid[:, left[starts]] = np.add.reduceat(both * (1 - far), starts, axis=1)
    grid[:, left[starts] + 1] += np.add.reduceat(both * far, starts, axis=1)
    return grid[:, :points]


def _convolved(grid: NDArray[np.complex128], points: int, width: float) -> NDArray[np.complex128]:
    """The grid smoothed by a Gaussian cut at 1/2 on either side, after reflection at both ends."""
    t = np.linspace(0, 1, points)
    kernel = np.exp(-((t - 0.5) ** 2) / (2 * width**2)) / (np.sqrt(2 * np.pi) * width)
    reflected = np.concatenate([grid[:, :0:-1], grid, grid[:, -2::-1]], axis=1)
    size = 1 << (reflected.shape[1] + points - 2).bit_length()
    product = np.fft.fft(reflected, size, axis=1) * np.fft.fft(kernel, size)
    first = points - 1 + points // 2
    return np.fft.ifft(product, axis=1)[:, first : first + points]


def _interpolated(values: NDArray[np.complex128], mesh: int) -> NDArray[np.complex128]:
    """Linear interpolation between even points of [0, 1], at `mesh` even points."""
    points = values.shape[1]
    at = np.linspace(0, 1, mesh) * (points - 1)
    left = np.clip(at.astype(np.int64), 0, points - 2)
    far = at - left
    between: NDArray[np.complex128] = values[:, left] * (1 - far) + values[:, left + 1] * far
    return between
