"""Two submissions: compared item by item, and judged at a gate."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.api.comparison_replies import pair_body
from app.api.comparison_shapes import ComparisonOut
from app.api.paging import Cursor, Limit, cursor_of, number_of
from app.api.replies import json_response
from app.deps import Anyone, AskedPair, Reading, TheDesk
from app.services.compare import align, compare_submissions

router = APIRouter(tags=["comparisons"])

SubmissionId = Annotated[str, Query(max_length=64, description="A submission's id, `sub_…`.")]
Revision = Annotated[
    int | None, Query(ge=1, le=2**31 - 1, description="The newest common one where absent.")
]


@router.get(
    "/compare",
    operation_id="compareSubmissions",
    responses={200: {"model": ComparisonOut, "description": "a minus b, in points an item."}},
)
def read_comparison(
    session: Reading,
    desk: TheDesk,
    caller: Anyone,
    asked: AskedPair,
    a: SubmissionId,
    b: SubmissionId,
    revision: Revision = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Two submissions to one benchmark, paired item by item: difference, interval, exact p-value,
    3 x 3 outcome table, the difference at every target, and the items where they part.

    `limit` and `cursor` page through those items. Of a hidden benchmark only what follows from its
    public shares is told; the rest is null with the reason `hidden`.
    """
    aligned = align(session, caller, a, b, revision=revision)
    terms = asked.terms(aligned.benchmark)
    pair = compare_submissions(
        session, desk, aligned, terms, offset=number_of(cursor) or 0, limit=limit
    )
    after = None if pair.parted is None else pair.parted.next_offset
    return json_response(pair_body(pair, None if after is None else cursor_of(str(after))))
