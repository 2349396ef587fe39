"""Packed grades: the item-aligned vector of outcome, confidence and credit as few bytes.

Format 1: a head (format, flags, samples, slots), then zlib level 1 of the outcomes (one byte a
slot), the confidences (16 bits) and, where any slot is PARTIAL, the credits (16 bits).
"""

import struct
import zlib
from typing import Final

import numpy as np

from app.scoring.grades import Grades, Outcome

FORMAT: Final = 1
_HEAD: Final = struct.Struct("<BBHI")
_WITH_CREDIT: Final = 1


def pack_grades(grades: Grades) -> bytes:
    """The grades as bytes, about one byte a slot."""
    flags = 0 if grades.credit is None else _WITH_CREDIT
    parts = [grades.outcome.astype("u1").tobytes(), grades.confidence.astype("<i2").tobytes()]
    if grades.credit is not None:
        parts.append(grades.credit.astype("<i2").tobytes())
    head = _HEAD.pack(FORMAT, flags, grades.samples, len(grades.outcome))
    return head + zlib.compress(b"".join(parts), 1)


def unpack_grades(data: bytes) -> Grades:
    """The inverse of `pack_grades`. Raises ValueError for other bytes."""
    if len(data) < _HEAD.size:
        raise ValueError("the grades are cut short")
    version, flags, samples, n = _HEAD.unpack_from(data)
    width = 5 if flags & _WITH_CREDIT else 3
    try:
        body = zlib.decompress(data[_HEAD.size :], bufsize=max(n * width, 1))
    except zlib.error:
        raise ValueError("the grades are damaged") from None
    if version != FORMAT or samples < 1 or len(body) != n * width:
        raise ValueError("the grades have another format or length")
    outcome = np.frombuffer(body, "u1", n)
    if n and int(outcome.max()) > max(Outcome):
        raise ValueError("the grades hold an outcome that is none")
    credit = None
    if flags & _WITH_CREDIT:
        credit = np.frombuffer(body, "<i2", n, 3 * n).astype(np.int16)
    confidence = np.frombuffer(body, "<i2", n, n).astype(np.int16)
    return Grades(outcome.astype(np.uint8), confidence, credit, samples)
