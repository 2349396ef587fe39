"""Behavioural calibration: what each model does with the price that it was told."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.api.behaviour_shapes import BehaviourPage
from app.api.paging import Cursor, Limit, cursor_of, number_of
from app.api.replies import json_response, model_body, score_body
from app.http.dependencies import Anyone, Reading, StateDep
from app.services.access.permissions import readable_benchmark
from app.services.board.behaviour import Behaviour, behaviours

router = APIRouter(tags=["leaderboards"])


@router.get(
    "/benchmarks/{slug}/behaviour",
    operation_id="readBehaviour",
    responses={200: {"model": BehaviourPage, "description": "Models by name."}},
)
def read_behaviour(
    session: Reading,
    app_state: StateDep,
    caller: Anyone,
    slug: str,
    revision: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Models with submissions under stated targets: is each right in more than t of its answers,
    as it was asked to be, and does it answer less as the price of an error rises?

    Declared answers and abstentions, one submission a stated target (the attempt that counts).
    """
    benchmark = readable_benchmark(session, caller, slug, revision=revision)
    found = behaviours(session, app_state, benchmark)
    start = number_of(cursor) or 0
    end = start + limit
    return json_response(
        {
            "benchmark": benchmark.slug,
            "revision": benchmark.revision,
            "data": [_body(one) for one in found[start:end]],
            "next_cursor": cursor_of(str(end)) if end < len(found) else None,
        }
    )


def _body(one: Behaviour) -> dict[str, Any]:
    audit = one.audit
    targets = [
        {
            "target": row.target.value,
            "submission": submission,
            "selective_accuracy": score_body(row.selective_accuracy),
            "coverage": score_body(row.coverage),
            "shortfall": row.shortfall,
            "below_target": row.below_target,
        }
        for submission, row in zip(one.submissions, audit.rows, strict=True)
    ]
    less = audit.answers_less_as_price_rises
    return {
        "owner": one.owner,
        "model": model_body(one.model),
        "targets": targets,
        "answers_less_as_price_rises": less,
        "rises": [[low.value, high.value] for low, high in audit.rises],
        "null_reasons": {} if less is not None else {"answers_less_as_price_rises": "one-target"},
    }
