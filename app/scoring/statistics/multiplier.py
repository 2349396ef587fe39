"""Gaussian multiplier draws of several correlated means, and the largest gaps among them."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_CHUNK = 1_000
"""Draws handled at once: p x 1,000 doubles stay in the cache for p up to a few hundred."""


def gaussian_draws(covariance: Floats, *, generator: np.random.Generator, draws: int) -> Floats:
    """`draws` samples of N(0, covariance), as columns: p x draws.

    Centred item scores times independent normal multipliers have exactly this law, and the
    eigenvectors of their covariance cost p^2 a draw where the items would cost n p.
    """
    values, vectors = np.linalg.eigh(covariance)
    factor = vectors * np.sqrt(np.maximum(values, 0.0))
    sample: Floats = factor @ generator.standard_normal((len(covariance), draws))
    return sample


def largest_gap(noise: Floats, error: Floats) -> Floats:
    """max over pairs j < k of |Z_j - Z_k| / se_jk in each draw; pairs with se 0 are left out."""
    p, draws = noise.shape
    inverse = _inverse(error)
    top = np.zeros(draws)
    for start in range(0, draws, _CHUNK):
        z = np.ascontiguousarray(noise[:, start : start + _CHUNK])
        best = top[start : start + _CHUNK]
        gap = np.empty_like(z)
        for j in range(p - 1):
            here = gap[j + 1 :]
            np.subtract(z[j + 1 :], z[j], out=here)
            here *= inverse[j, j + 1 :, None]
            np.abs(here, out=here)
            np.maximum(best, here.max(axis=0), out=best)
    return top


def _inverse(error: Floats) -> Floats:
    return np.divide(1.0, error, out=np.zeros_like(error), where=error > 0)
