"""The exceptions of the client, by what a caller can do about them.

    CandorError
    ├── UsageError             2  called in a way that cannot work
    ├── InvalidData            3  a file or row that cannot be sent; nothing was
    │   ├── Unfinished         3  no benchmark is made from a run that broke off
    │   └── ImportProblem      3  a file cannot be imported (candor_client.record)
    │       ├── UnknownFormat  3  it is in no format that is read
    │       ├── NothingToRead  3  a tool's file without a row
    │       ├── PassedOver     3  files of a folder could not be read; all others were
    │       └── Ambiguous      8  a file can be read in two ways, and the caller has to say which
    ├── ParityMismatch         5  the rows do not give the tool's own headline figure
    ├── NoBaseline             7  the first run of a gate
    ├── Interrupted          130  Ctrl-C
    ├── Unreachable            4  no reply from the server
    ├── Kept                   4  not sent now; waits in the spool
    └── ProblemError           4  the server answered with a problem (RFC 9457)
        ├── InvalidRequest     3  400, 413, 415, 422: the data were refused
        │   └── Misused        2  the question makes no sense as it was asked
        ├── Refused            4  401, 403, 404, 410, or the quota is used up
        ├── Conflict           3  409, 412
        └── ServerFault        4  408, 425, 429, 5xx after every retry

The number is the exit code of the command. The command adds 1 (gate failed) and 6 (cannot tell),
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
AMBIGUOUS: Final = 8
FAULT: Final = 70
INTERRUPTED: Final = 130

MISUSED: Final = frozenset({"invalid-request", "same-submission"})
"""Codes of problems that are about how something was asked for, not about rows."""


class CandorError(Exception):
    """Something did not work; `exit_code` is what the command ends with."""

    exit_code: ClassVar[int] = UNREACHABLE
    rows_kept: Path | None = None
    """The file with the rows of a refused submission, if they were in memory alone."""
    send_line: str | None = None
    """The command that sends that file."""


class UsageError(CandorError):
    """Called in a way that cannot work: a missing address, two options that exclude each other."""

    exit_code = USAGE


class InvalidData(CandorError):
    """A file or row that cannot be sent; noticed before anything was sent."""

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
    """The user pressed Ctrl-C; nothing is stored by halves."""

    exit_code = INTERRUPTED


class Unreachable(CandorError):
    """No reply: the server could not be reached, or the connection broke."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """One bad row, as the server names it; `row` counts from 0."""

    row: int | None
    item: str | None
    pointer: str
    code: str
    detail: str


class ProblemError(CandorError):
    """The server answered with a problem: `body` is its problem+json, `status` the HTTP status."""

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
                row=error.get("row"),
                item=error.get("item"),
                pointer=str(error.get("pointer") or ""),
                code=str(error.get("code") or ""),
                detail=str(error.get("detail") or ""),
            )
            for error in self.body.get("errors") or ()
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
    """A submission that could not be sent and waits in the spool: `file` there, `cause` the reason.

    `candor flush` sends it."""

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
