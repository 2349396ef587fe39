"""Parity: the headline that an evaluation tool reported, compared with our figure."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from app.reply_fields import Doc
from app.scoring.score import Score, Scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Parity:
    """The headline that the evaluation tool printed, beside the figure computed here."""

    metric: Annotated[str, Doc("The id of the metric.")]
    reported: Annotated[float, Doc("What the tool printed.")]
    ours: Annotated[float | None, Doc("The same figure here; null where `reason` says why.")]
    difference: Annotated[float | None, Doc("Reported minus ours.")]
    agrees: Annotated[bool | None, Doc("Equal to the digits that were reported.")]
    reason: Annotated[str | None, Doc("Why there is no figure of ours: none of that id, or null.")]


def parity_of(reported: dict[str, Any] | None, scores: Scores) -> Parity | None:
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
