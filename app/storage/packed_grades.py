"""Packed grades: the item-aligned vector of outcome, confidence and credit as few bytes.

A head (format, flags, samples, slots), then zlib level 1 of the outcomes (one byte a slot), the
confidences and, where any slot is PARTIAL, the credits (16 bits).

    format 1    confidences in units of 1e-4, 16 bits: where all of them are whole such units
    format 2    confidences in units of 1e-9, 32 bits

Of stated percentages format 1 takes about one byte a slot, of token probabilities format 2 takes
3.7: these are noise in all but their first bits.
"""

import struct
import zlib
from typing import Final

import numpy as np

from app.scoring.grades import NO_CONFIDENCE, Grades, Outcome, in_target_units
from app.scoring.targets import CONFIDENCE_STEP

FORMAT: Final = 2
_COARSE: Final = 1
_HEAD: Final = struct.Struct("<BBHI")
_WITH_CREDIT: Final = 1
_CONFIDENCE: Final = {_COARSE: "<i2", FORMAT: "<i4"}


def pack_grades(grades: Grades) -> bytes:
    """The grades as bytes, in the coarsest format that holds them."""
    flags = 0 if grades.credit is None else _WITH_CREDIT
    coarse = in_target_units(grades.confidence)
    version = FORMAT if coarse is None else _COARSE
    confidence = grades.confidence if coarse is None else coarse
    parts = [
        grades.outcome.astype("u1").tobytes(),
        confidence.astype(_CONFIDENCE[version]).tobytes(),
    ]
    if grades.credit is not None:
        parts.append(grades.credit.astype("<i2").tobytes())
    head = _HEAD.pack(version, flags, grades.samples, len(grades.outcome))
    return head + zlib.compress(b"".join(parts), 1)


def unpack_grades(data: bytes) -> Grades:
    """The inverse of `pack_grades`, of both formats. Raises ValueError for other bytes."""
    if len(data) < _HEAD.size:
        raise ValueError("the grades are cut short")
    version, flags, samples, n = _HEAD.unpack_from(data)
    if version not in _CONFIDENCE:
        raise ValueError("the grades have another format or length")
    kind = np.dtype(_CONFIDENCE[version])
    width = 1 + kind.itemsize + (2 if flags & _WITH_CREDIT else 0)
    try:
        body = zlib.decompress(data[_HEAD.size :], bufsize=max(n * width, 1))
    except zlib.error:
        raise ValueError("the grades are damaged") from None
    if samples < 1 or len(body) != n * width:
        raise ValueError("the grades have another format or length")
    outcome = np.frombuffer(body, "u1", n)
    if n and int(outcome.max()) > max(Outcome):
        raise ValueError("the grades hold an outcome that is none")
    credit = None
    if flags & _WITH_CREDIT:
        credit = np.frombuffer(body, "<i2", n, n * (1 + kind.itemsize)).astype(np.int16)
    confidence = np.frombuffer(body, kind, n, n).astype(np.int32)
    if version == _COARSE:
        stated = confidence != NO_CONFIDENCE
        np.multiply(confidence, CONFIDENCE_STEP, out=confidence, where=stated)
    return Grades(outcome.astype(np.uint8), confidence, credit, samples)
