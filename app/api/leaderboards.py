"""The leaderboard as JSON, CSV or Markdown."""

import hashlib
from dataclasses import replace
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.api.board_text import board_csv, board_markdown
from app.api.openapi.headers import IF_NONE_MATCH
from app.api.openapi.schema import reply
from app.api.paging import Cursor, cursor_of, number_of
from app.http.content_negotiation import is_current, wants
from app.http.dependencies import Anyone, Reading, StateDep
from app.http.encode import json_bytes
from app.http.query_params import BoardParams, SlugPath
from app.services.access.permissions import readable_benchmark
from app.services.access.public_view import PublicView
from app.services.board.leaderboard import OpenBoard, View, leaderboard_of, open_board
from app.services.board.schemas import Leaderboard
from app.storage.benchmarks import Benchmark

router = APIRouter(tags=["leaderboards"])

MEDIA: Final = {"json": "application/json", "csv": "text/csv", "markdown": "text/markdown"}
_FORMAT_OF: Final = {media: name for name, media in MEDIA.items()}


@router.get(
    "/benchmarks/{slug}/leaderboard",
    operation_id="readLeaderboard",
    responses={
        200: reply(
            Leaderboard,
            "Standings by score. Scores are points an item, shares are 0 to 1.",
            content={
                "text/csv": {"schema": {"type": "string"}},
                "text/markdown": {"schema": {"type": "string"}},
            },
        ),
        304: {"description": "The board is the one that If-None-Match names."},
    },
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
def read_leaderboard(
    request: Request,
    session: Reading,
    app_state: StateDep,
    caller: Anyone,
    slug: SlugPath,
    asked: BoardParams,
    cursor: Cursor = None,
    format: Annotated[  # noqa: A002  the address says format=
        Literal["json", "csv", "markdown"] | None, Query(description="Goes before Accept.")
    ] = None,
) -> Response:
    """A benchmark's board under one rule, at any target, in one mode.

    Rank ranges are computed after a board is first read and are null, reason `pending`, until then:
    for the binary rule, the quadratic score, the default and the fixed targets by themselves, for
    any other view when it is read with `ranges=compute`. Read again to get them; the ETag changes
    when they arrive.
    """
    benchmark = readable_benchmark(session, caller, slug, revision=asked.revision)
    view = asked.view(benchmark, offset=number_of(cursor) or 0)
    kind = format or _FORMAT_OF[wants(request, tuple(MEDIA.values()))]
    opened = open_board(session, app_state, benchmark, view)
    tag = _etag(benchmark, opened, view, kind)
    public = caller is None and PublicView.of(benchmark).everyone
    headers = {
        "ETag": tag,
        "Vary": "Accept, Authorization",
        "Cache-Control": "public, max-age=0, must-revalidate" if public else "private, no-store",
    }
    if is_current(request, tag):
        return Response(status_code=304, headers=headers)
    board = leaderboard_of(opened, benchmark, view)
    following = view.offset + len(board.standings)
    after = cursor_of(str(following)) if following < board.total else None
    if kind == "csv":
        body = board_csv(board)
    elif kind == "markdown":
        body = board_markdown(board)
    else:
        body = json_bytes(replace(board, next_cursor=after))
    return Response(body, headers=headers, media_type=f"{MEDIA[kind]}")


def _etag(benchmark: Benchmark, opened: OpenBoard, view: View, kind: str) -> str:
    """Strong: names the board's version, whether its rank ranges have come, the view in its
    canonical spelling and the format."""
    identity = "\n".join(
        (
            benchmark.public_id,
            str(benchmark.revision),
            f"{opened.board.version} {opened.ranges is not None}",
            repr(benchmark.ranking),
            benchmark.title,
            view.rule,
            str(view.target),
            view.mode,
            repr(view.category),
            repr(view.tags),
            repr(view.as_of),
            f"{view.limit} {view.offset}",
            kind,
        )
    )
    return f'"{hashlib.sha256(identity.encode()).hexdigest()[:32]}"'
