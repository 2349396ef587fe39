"""What the service can do: its rules and its limits, for machines that ask before they send."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from app.api.openapi.schema import reply
from app.api.paging import MOST_ROWS
from app.http.bodies import SMALL_BODY
from app.http.dependencies import Anyone, ContextDep
from app.http.encode import json_response
from app.http.requests.scoring import MOST_BINS, MOST_MISSING, MOST_RESAMPLES, MOST_TARGETS
from app.intake.decompress import row_media
from app.intake.items import MOST_ANSWERS, MOST_CHOICES, MOST_TAGS, QUESTION_CHARACTERS
from app.intake.limits import Limits
from app.reply_fields import FLAT, Doc
from app.scoring.catalogue.metric import Metric
from app.scoring.catalogue.metrics import CATALOGUE
from app.scoring.catalogue.ruleset import RULESET, RankingRule
from app.scoring.targets import CONFIDENCE_UNITS, HIGHEST_TARGET, UNITS
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLimits:
    """What a client may send. Sizes hold for the decompressed stream unless named `wire`."""

    of_a_body: Annotated[Limits, FLAT]
    small_body_bytes: Annotated[int, Doc("A JSON body that carries no rows.")] = SMALL_BODY
    page_rows: Annotated[int, Doc("Rows a page of a list.")] = MOST_ROWS
    question_characters: Annotated[int, Doc("The question of an item.")] = QUESTION_CHARACTERS
    accepted_answers: Annotated[int, Doc("Accepted answers of one item.")] = MOST_ANSWERS
    choices: Annotated[int, Doc("Choices of one item.")] = MOST_CHOICES
    item_tags: Annotated[int, Doc("Tags of one item.")] = MOST_TAGS
    highest_target: Annotated[float, Doc("A share; targets have at most 4 decimals.")] = (
        HIGHEST_TARGET / UNITS
    )
    confidence_step: Annotated[float, Doc("Confidences are kept in these steps.")] = (
        1 / CONFIDENCE_UNITS
    )
    targets: Annotated[int, Doc("Targets of one POST /score.")] = MOST_TARGETS
    missing: Annotated[int, Doc("Missing items of one POST /score.")] = MOST_MISSING
    resamples: Annotated[int, Doc("Redraws of one POST /score.")] = MOST_RESAMPLES
    bins: Annotated[int, Doc("Bins of a calibration error of one POST /score.")] = MOST_BINS
    categories_compared: Annotated[int, Doc("Categories of one GET /compare, the largest.")] = (
        MOST_CATEGORIES
    )
    writes_per_minute: Annotated[int, Doc("Writes a key, over all processes.")]
    reads_per_minute: Annotated[int, Doc("Reads an address, each process.")]
    media_types: Annotated[
        tuple[str, ...],
        Doc("Content types of bodies that are read here; Parquet is an optional extra."),
    ]


@router.get(
    "/limits",
    operation_id="readLimits",
    responses={200: reply(ServiceLimits, "Sizes, lengths, counts and rates.")},
)
async def read_limits(context: ContextDep, caller: Anyone) -> Response:
    """What a client may send: sizes in bytes, lengths in characters, counts, rates a minute."""
    return json_response(
        ServiceLimits(
            of_a_body=context.limits,
            writes_per_minute=context.app_state.writes_per_minute,
            reads_per_minute=context.reads.reads_per_minute,
            media_types=("application/json", *row_media()),
        )
    )
