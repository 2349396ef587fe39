"""Option probabilities: a model's probability of each choice, for the rows that carry them.

Ragged and aligned by slot: row r has `counts[r]` probabilities in the order of the item's choices.
They are kept as the doubles that were sent, because a threshold such as 1/3 must compare equal to
itself.
"""

import math
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

FORMAT: Final = 1
_HEAD: Final = struct.Struct("<B3xII")

_LEAST_SLACK: Final = 1e-4
_MOST_SLACK: Final = 0.01
"""How far the probabilities of one row may be from 1 in sum, whatever their number and digits."""


def misses_one(probs: Sequence[float]) -> bool:
    """Whether probabilities sum to something else than 1, beyond what their rounding explains.

    n numbers printed with d decimals may miss 1 by n / 2 units of their last place; at least 1e-4
    and at most 0.01 is allowed.
    """
    missed = abs(math.fsum(probs) - 1)
    if missed <= _LEAST_SLACK:
        return False
    decimals = max(_decimals(one) for one in probs)
    allowed = max(_LEAST_SLACK, min(len(probs) * 0.5 * 10.0**-decimals, _MOST_SLACK))
    # The sum of decimals is off by its own rounding.
    return missed > allowed + 1e-9


def _decimals(number: float) -> int:
    """Decimals of the shortest spelling of a number."""
    exponent = Decimal(repr(float(number))).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


@dataclass(frozen=True, slots=True)
class OptionProbs:
    """Ragged rows in rising order of `slot` (int64); `values` (float64) holds them one by one."""

    slot: NDArray[np.int64]
    counts: NDArray[np.int64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.slot)

    def rows(self) -> list[list[float]]:
        """The probabilities of each row."""
        ends = np.cumsum(self.counts).tolist()
        values = self.values.tolist()
        return [values[end - n : end] for end, n in zip(ends, self.counts.tolist(), strict=True)]

    def at(self, slot: NDArray[np.int64]) -> "OptionProbs":
        """The same rows at other slots, put in order; negative slots are left out."""
        order = np.argsort(slot, kind="stable")
        order = order[slot[order] >= 0]
        starts = np.cumsum(self.counts) - self.counts
        counts = self.counts[order]
        # Each row's values are a run: its start, plus 0, 1, 2, … along the run.
        along = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        taken = np.repeat(starts[order], counts) + along
        return OptionProbs(slot[order], counts, self.values[taken])


def pack_options(options: OptionProbs) -> bytes:
    """The rows as bytes: a head, then zlib level 1 of slots, counts and values."""
    parts = (
        options.slot.astype("<i4").tobytes(),
        options.counts.astype("<u2").tobytes(),
        options.values.astype("<f8").tobytes(),
    )
    head = _HEAD.pack(FORMAT, len(options), len(options.values))
    return head + zlib.compress(b"".join(parts), 1)


def unpack_options(data: bytes) -> OptionProbs:
    """The inverse of `pack_options`. Raises ValueError for other bytes."""
    if len(data) < _HEAD.size:
        raise ValueError("the option probabilities are cut short")
    version, n, total = _HEAD.unpack_from(data)
    width = n * 6 + total * 8
    try:
        body = zlib.decompress(data[_HEAD.size :], bufsize=max(width, 1))
    except zlib.error:
        raise ValueError("the option probabilities are damaged") from None
    if version != FORMAT or len(body) != width:
        raise ValueError("the option probabilities have another format or length")
    counts = np.frombuffer(body, "<u2", n, 4 * n).astype(np.int64)
    if int(counts.sum()) != total:
        raise ValueError("the option probabilities have another format or length")
    return OptionProbs(
        slot=np.frombuffer(body, "<i4", n).astype(np.int64),
        counts=counts,
        values=np.frombuffer(body, "<f8", total, 6 * n).astype(np.float64),
    )
