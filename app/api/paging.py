"""Pages of a list: `limit` rows and an opaque cursor to the next."""

import base64
import binascii
from collections.abc import Callable
from typing import Annotated, Final, TypeVar

from fastapi import Query

from app.problem import Problem
from app.reply_fields import Doc

MOST_ROWS: Final = 1_000
MOST_POSITIONS: Final = 2**31 - 1
MOST_KEYS: Final = 2**53
"""What the databases can hold a place in a list, and a row's key, against."""
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="Rows a page.")]
Cursor = Annotated[
    str | None, Query(max_length=512, description="`next_cursor` of the page before.")
]

NextCursor = Annotated[str | None, Doc("`cursor` of the next page; null on the last.")]
"""The field `next_cursor` of every page."""
Row = TypeVar("Row")


def next_page(
    rows: list[Row], limit: int, *, position: Callable[[Row], str | int]
) -> tuple[list[Row], str | None]:
    """The rows of a page and the cursor to the next, of `limit + 1` rows that were asked for.

    `position` is where the list goes on after a row.
    """
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], cursor_of(str(position(rows[limit - 1])))


def cursor_of(position: str) -> str:
    """Wraps a position in a list so that nobody builds on what it looks like."""
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")


def position_of(cursor: str | None) -> str | None:
    """The position that a cursor names. Raises `malformed` for what is not one of ours."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        position = base64.b64decode(padded, altchars=b"-_", validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        raise _not_ours() from None
    if not position.isprintable():
        raise _not_ours()
    return position


def number_of(cursor: str | None, *, most: int = MOST_POSITIONS) -> int | None:
    """The position from 0 that a cursor names. Raises `malformed` for what is not one of ours."""
    position = position_of(cursor)
    if position is None:
        return None
    if (
        not position.isascii()
        or not position.isdigit()
        or len(position) > 15
        or int(position) > most
    ):
        raise _not_ours()
    return int(position)


def row_of(cursor: str | None) -> int | None:
    """The key of the stored row that a cursor names. Raises `malformed` as `number_of` does."""
    return number_of(cursor, most=MOST_KEYS)


def _not_ours() -> Problem:
    return Problem("malformed", "The cursor is not one that this list gave; start without one.")
