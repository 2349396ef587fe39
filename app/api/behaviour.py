"""Behavioural calibration: what each model does with the price that it was told."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from app.api.openapi.schema import reply
from app.api.paging import Cursor, Limit, cursor_of, number_of
from app.http.dependencies import Anyone, Reading, StateDep
from app.http.encode import json_response
from app.http.query_params import RevisionQuery, SlugPath
from app.reply_fields import Doc
from app.services.access.permissions import readable_benchmark
from app.services.board.behaviour import Behaviour, behaviours

router = APIRouter(tags=["leaderboards"])


@dataclass(frozen=True, slots=True, kw_only=True)
class BehaviourPage:
    """A page of models, each with its stated targets."""

    benchmark: Annotated[str, Doc("The benchmark's slug.")]
    revision: Annotated[int, Doc("The benchmark's revision.")]
    data: Annotated[tuple[Behaviour, ...], Doc("Models by name, then by owner.")]
    next_cursor: Annotated[str | None, Doc("Where the next page starts; null on the last.")]


@router.get(
    "/benchmarks/{slug}/behaviour",
    operation_id="readBehaviour",
    responses={200: reply(BehaviourPage, "Models by name.")},
)
def read_behaviour(
    session: Reading,
    app_state: StateDep,
    caller: Anyone,
    slug: SlugPath,
    revision: RevisionQuery = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Models with submissions under stated targets: is each right in more than t of its answers,
    as it was asked to be, and does it answer less as the price of an error rises?

    Declared answers and abstentions, one submission a stated target (the attempt that counts).
    """
    benchmark = readable_benchmark(session, caller, slug, revision=revision)
    models = behaviours(session, app_state, benchmark)
    start = number_of(cursor) or 0
    end = start + limit
    return json_response(
        BehaviourPage(
            benchmark=benchmark.slug,
            revision=benchmark.revision,
            data=tuple(models[start:end]),
            next_cursor=cursor_of(str(end)) if end < len(models) else None,
        )
    )
