"""Replies: values to the JSON of the contract, encoded by msgspec past every model class.

A board of a hundred rows through response models costs as much as everything else together, so
the models in `app/http/shapes.py` document the replies and a test holds both in step.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec
from starlette.responses import Response

from app.scoring.counts import Counts
from app.scoring.score import Score
from app.scoring.targets import UNITS
from app.services.board.schemas import Model


def json_response(
    body: object, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """`body` as JSON bytes."""
    return Response(msgspec.json.encode(body), status, headers, media_type="application/json")


def moment(when: datetime | None) -> str | None:
    """RFC 3339 in UTC, to the microsecond."""
    if when is None:
        return None
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def score_body(score: Score) -> dict[str, Any]:
    """A score object; `reason` where the value is undefined, `bounds` where it is provisional."""
    interval = score.interval
    body: dict[str, Any] = {
        "value": score.value,
        "se": score.se,
        "interval": None
        if interval is None
        else {
            "low": interval.low,
            "high": interval.high,
            "level": interval.level,
            "method": interval.method,
        },
        "n_items": score.n_items,
    }
    if score.reason is not None:
        body["reason"] = score.reason
    if score.bounds is not None:
        body["bounds"] = {"low": score.bounds.low, "high": score.bounds.high}
    return body


def counts_body(counts: Counts) -> dict[str, int]:
    """Slots by outcome."""
    return {
        "correct": counts.correct,
        "wrong": counts.wrong,
        "partial": counts.partial,
        "abstained": counts.abstained,
        "missing": counts.missing,
        "ungraded": counts.ungraded,
    }


def model_body(model: Model) -> dict[str, Any]:
    """The model as its submitter names it."""
    return {
        "name": model.name,
        "provider": model.provider,
        "version": model.version,
        "organisation": model.organisation,
        "tags": list(model.tags),
    }


def share(units: int | None) -> float | None:
    """Units of 1e-4 as a fraction."""
    return None if units is None else units / UNITS
