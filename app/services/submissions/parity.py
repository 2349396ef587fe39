"""Parity: the headline that an evaluation tool reported, compared with our figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.scoring.score import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Parity:
    """`agrees`: ours, rounded to the digits that were reported, is what was reported. None where
    there is no figure of ours by that name, or it is undefined (`reason`)."""

    metric: str
    reported: float
    ours: float | None
    difference: float | None
    agrees: bool | None
    reason: str | None


def parity_of(
    reported: dict[str, Any] | None, scores: Mapping[str, Score | dict[str, Score]]
) -> Parity | None:
    """The comparison; None where nothing was reported."""
    if reported is None:
        return None
    metric, value = str(reported["metric"]), float(reported["value"])
    score = scores.get(metric)
    ours = score.value if isinstance(score, Score) else None
    if ours is None:
        reason = score.reason if isinstance(score, Score) else "no-such-metric"
        return Parity(
            metric=metric, reported=value, ours=None, difference=None, agrees=None, reason=reason
        )
    exponent = Decimal(repr(value)).as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) else 0
    # Half a unit of the last reported digit, and the noise of doubles.
    near = abs(value - ours) <= 0.5 * 10.0**-digits + 1e-12
    return Parity(
        metric=metric,
        reported=value,
        ours=ours,
        difference=value - ours,
        agrees=near,
        reason=None,
    )
