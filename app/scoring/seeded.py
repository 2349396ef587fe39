"""Random generators whose draws repeat.

A counter-based generator keyed by the SHA-256 of the data that is drawn from: the same submission
or board has the same draws everywhere, always. Salmon and others (2011) for Philox.
"""

import hashlib

import numpy as np


def generator_for(packed: bytes) -> np.random.Generator:
    """A Philox generator keyed by the first 128 bits of SHA-256 of `packed`."""
    key = int.from_bytes(hashlib.sha256(packed).digest()[:16], "little")
    return np.random.Generator(np.random.Philox(key=key))
