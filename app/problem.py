"""`Problem`: why a request was refused, with a message that names the fix.

At the lowest layer, so that every module can raise it. It knows no HTTP: the status of a code is
decided in `app/http/problem_codes.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SHOWN_ROWS = 100
"""At most this many row problems are reported; `Problem.total` holds the true number."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One bad row of a body: its position, its fault and the fix.

    `row` counts from 0 in the body as sent. `item` is the item key where the row named one.
    `pointer` is a JSON pointer inside the row (`/confidence`). `detail` ends with the fix and
    never echoes contents beyond the item key and a short number.
    """

    row: int | None
    item: str | None
    pointer: str
    code: str
    detail: str


class Problem(Exception):
    """Raised by any layer when a request is refused; nothing has been stored.

    `code` is one of the stable names in `app/http/problem_codes.py`; `rows` holds at most
    `SHOWN_ROWS` entries and `total` the true count. `members` are extra fields of the reply for
    programs. `retry_after` is in seconds.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        rows: Sequence[RowProblem] = (),
        total: int | None = None,
        retry_after: int | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.rows = tuple(rows[:SHOWN_ROWS])
        self.total = len(rows) if total is None else total
        self.retry_after = retry_after
        self.members = dict(members or {})
