"""What can go wrong, typed by what the caller can do about it.

Each error knows the exit code of the command: 2 usage, 3 invalid data, 4 network or server,
5 parity mismatch, 7 no baseline, 130 interrupted. The command adds 1 gate failed and 6 cannot tell,
which nothing but a gate's decision ends with, and 70 for a fault of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

GATE_FAILED: Final = 1
USAGE: Final = 2
INVALID: Final = 3
UNREACHABLE: Final = 4
PARITY: Final = 5
CANNOT_TELL: Final = 6
NO_BASELINE: Final = 7
FAULT: Final = 70
INTERRUPTED: Final = 130

MISUSED: Final = frozenset({"invalid-request", "same-submission"})
"""Codes of problems that are about how something was asked for, not about rows."""


class CandorError(Exception):
    """Something did not work; `exit_code` is what the command ends with."""

    exit_code: ClassVar[int] = UNREACHABLE
    rows_kept: Path | None = None
    """Where the rows of a submission that was not taken stand, if they stood in memory alone."""
    send_line: str | None = None
    """The command that sends them."""


class UsageError(CandorError):
    """Called in a way that cannot work: a missing address, two options that exclude each other."""

    exit_code = USAGE


class InvalidData(CandorError):
    """A file or row that cannot be sent; found on this side."""

    exit_code = INVALID


class Unfinished(InvalidData):
    """A board would be made from a run that did not end: nothing was sent."""


class ParityMismatch(CandorError):
    """A tool's own headline number is not what its rows give: nothing was sent."""

    exit_code = PARITY


class NoBaseline(CandorError):
    """The first run of a gate: there is no earlier submission to compare with."""

    exit_code = NO_BASELINE


class Interrupted(CandorError):
    """Somebody pressed Ctrl-C; nothing is half stored."""

    exit_code = INTERRUPTED


class Unreachable(CandorError):
    """No reply: the server could not be reached, or went away in the middle."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """One bad row, as the server names it; `row` counts from 0."""

    row: int | None
    item: str | None
    pointer: str
    code: str
    detail: str


class ProblemError(CandorError):
    """The server said no. `body` is its problem+json, `status` its HTTP status."""

    def __init__(
        self, status: int, body: Mapping[str, Any], *, retry_after: float | None = None
    ) -> None:
        self.status = status
        self.retry_after = retry_after
        self.body = dict(body)
        self.code = str(body.get("code") or "")
        self.detail = str(body.get("detail") or body.get("title") or f"HTTP {status}")
        self.request_id = str(body.get("request_id") or "")
        super().__init__(self.detail)

    @property
    def errors(self) -> Sequence[RowFault]:
        """At most 100 bad rows; `error_count` is the true number."""
        return [
            RowFault(
                row=one.get("row"),
                item=one.get("item"),
                pointer=str(one.get("pointer") or ""),
                code=str(one.get("code") or ""),
                detail=str(one.get("detail") or ""),
            )
            for one in self.body.get("errors") or ()
        ]

    @property
    def error_count(self) -> int:
        """How many rows or fields are bad."""
        return int(self.body.get("error_count") or len(self.errors))


class InvalidRequest(ProblemError):
    """The data were refused (400, 413, 415, 422); nothing was stored."""

    exit_code = INVALID


class Misused(InvalidRequest):
    """The question makes no sense as it was asked: an option to change, and no data at fault."""

    exit_code = USAGE


class Refused(ProblemError):
    """This key may not do that, or there is nothing there, or no longer (401, 403, 404, 410); or
    the quota of submissions is used up for good (429 without `Retry-After`). Sending it again is
    no use."""


class Conflict(ProblemError):
    """It is taken, or still running (409, 412)."""

    exit_code = INVALID


class ServerFault(ProblemError):
    """The server could not: 408, 425, 429 or 5xx, after every retry."""


class Kept(CandorError):
    """It could not be sent and stands in the spool; `candor flush` sends it. `cause` says why."""

    def __init__(self, file: Path, cause: CandorError) -> None:
        self.file, self.cause = file, cause
        super().__init__(f"{cause} Kept in {file}; candor flush sends it later, once.")


def problem_of(
    status: int, body: Mapping[str, Any], *, retry_after: float | None = None
) -> ProblemError:
    """The typed error of a reply."""
    used_up = body.get("code") == "quota-exceeded" and retry_after is None
    if status in {401, 403, 404, 410} or used_up:
        return Refused(status, body)
    if status in {409, 412}:
        return Conflict(status, body)
    if status in {408, 425, 429} or status >= 500:
        return ServerFault(status, body, retry_after=retry_after)
    return InvalidRequest(status, body)
