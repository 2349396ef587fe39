"""What the service can do: its rules and its limits, for machines that ask before they send."""

from fastapi import APIRouter
from starlette.responses import Response

from app.api.replies import json_response
from app.deps import Anyone, TheFront
from app.scoring.catalogue import CATALOGUE

router = APIRouter(tags=["service"])


@router.get("/rules", operation_id="listRules")
async def read_rules(caller: Anyone) -> Response:
    """Every metric: id, formula, range, direction, conditions, source."""
    return json_response({"data": [metric.as_dict() for metric in CATALOGUE]})


@router.get("/limits", operation_id="readLimits")
async def read_limits(front: TheFront, caller: Anyone) -> Response:
    """What a client may send: sizes in bytes, lengths in characters, counts."""
    limits = front.limits
    return json_response(
        {name: getattr(limits, name) for name in limits.__dataclass_fields__}
        | {"writes_per_minute": front.desk.writes_per_minute}
    )
