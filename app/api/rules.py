"""What the service can do: its rules and its limits, for machines that ask before they send."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from app.api.openapi.schema import reply
from app.api.paging import MOST_ROWS
from app.api.rule_shapes import LimitsOut
from app.http.bodies import SMALL_BODY
from app.http.dependencies import Anyone, ContextDep
from app.http.encode import json_response
from app.http.requests import MOST_BINS, MOST_MISSING, MOST_RESAMPLES, MOST_TARGETS
from app.intake.items import MOST_ANSWERS, MOST_CHOICES, MOST_TAGS, QUESTION_CHARACTERS
from app.intake.media import row_media
from app.reply_fields import Doc
from app.scoring.catalogue.metric import Metric
from app.scoring.catalogue.metrics import CATALOGUE
from app.scoring.catalogue.ruleset import RULESET, RankingRule
from app.scoring.targets import HIGHEST_TARGET, UNITS
from app.services.comparisons.discordant_items import MOST_CATEGORIES

router = APIRouter(tags=["service"])


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that rank, and every figure."""

    rules: Annotated[tuple[RankingRule, ...], Doc("The rules that a board ranks by.")]
    data: Annotated[tuple[Metric, ...], Doc("Every figure that the service gives.")]


@router.get(
    "/rules",
    operation_id="listRules",
    responses={200: reply(Rules, "The rules, and every figure.")},
)
async def read_rules(caller: Anyone) -> Response:
    """The rules that a board ranks by, and every figure: id, name, description,
    formula, range, direction, conditions, source."""
    return json_response(Rules(RULESET, CATALOGUE))


FIXED: Final[dict[str, Any]] = {
    "small_body_bytes": SMALL_BODY,
    "page_rows": MOST_ROWS,
    "question_characters": QUESTION_CHARACTERS,
    "accepted_answers": MOST_ANSWERS,
    "choices": MOST_CHOICES,
    "item_tags": MOST_TAGS,
    "highest_target": HIGHEST_TARGET / UNITS,
    "confidence_step": 1 / UNITS,
    "targets": MOST_TARGETS,
    "missing": MOST_MISSING,
    "resamples": MOST_RESAMPLES,
    "bins": MOST_BINS,
    "categories_compared": MOST_CATEGORIES,
}
"""What no setting changes."""


@router.get(
    "/limits",
    operation_id="readLimits",
    responses={200: {"model": LimitsOut, "description": "Sizes, lengths, counts and rates."}},
)
async def read_limits(context: ContextDep, caller: Anyone) -> Response:
    """What a client may send: sizes in bytes, lengths in characters, counts, rates a minute."""
    limits = context.limits
    return json_response(
        {name: getattr(limits, name) for name in limits.__dataclass_fields__}
        | FIXED
        | {
            "writes_per_minute": context.app_state.writes_per_minute,
            "reads_per_minute": context.reads.reads_per_minute,
            "media_types": ["application/json", *row_media()],
        }
    )
