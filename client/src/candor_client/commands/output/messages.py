"""What commands print: words and tables for people, JSON for machines, problems on stderr."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from candor_client.errors import CandorError, ProblemError
    from candor_client.http.body import Progress

_SHOWN_FAULTS = 10


def emit(value: Any) -> None:
    """JSON on standard output; in escapes where its encoding has not every character."""
    from candor_client.commands.output.terminal import writes_unicode

    escaped = not writes_unicode(sys.stdout)
    sys.stdout.write(json.dumps(value, ensure_ascii=escaped, indent=1) + "\n")


def console() -> "Console":
    """Standard output for people."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def note(text: str) -> None:
    """A line for people on standard error, so that standard output can be piped."""
    sys.stderr.write(text + "\n")


def problem(error: "CandorError", *, as_json: bool) -> None:
    """Says what went wrong on standard error, with the bad rows."""
    from candor_client.commands.output.hints import hint
    from candor_client.errors import ProblemError

    if as_json:
        body = error.body if isinstance(error, ProblemError) else {"detail": str(error)}
        if readings := getattr(error, "readings", None):
            body = {**body, "saw": getattr(error, "saw", ""), "readings": readings}
        if error.rows_kept:
            body = {**body, "rows_kept": str(error.rows_kept), "send_line": error.send_line}
        sys.stderr.write(json.dumps({**body, "exit_code": error.exit_code}) + "\n")
        return
    note(f"candor: {error}")
    refusal = error if isinstance(error, ProblemError) else None
    if refusal is not None:
        _note_faults(refusal)
    if next_step := hint(error):
        note(f"  {next_step}")
    if error.rows_kept:
        note(f"  The rows are kept in {error.rows_kept}. Send them with:")
        note(f"  {error.send_line}")
    if refusal is not None and refusal.request_id not in {"", "offline"}:
        note(f"  request id {refusal.request_id}")


def _note_faults(error: "ProblemError") -> None:
    for fault in error.errors[:_SHOWN_FAULTS]:
        place = "" if fault.row is None else f"row {fault.row} "
        item = "" if fault.item is None else f"(item {fault.item}) "
        what = f"{fault.pointer}: {fault.detail}"
        if what not in error.detail:  # a single bad field is said there already
            note(f"  {place}{item}{what}".rstrip())
    if error.error_count > _SHOWN_FAULTS:
        note(f"  … {error.error_count} in all.")


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator["Callable[[str], Progress] | None"]:
    """A maker of upload bars on standard error; None where nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:

        def bar(what: str) -> "Progress":
            task = bars.add_task(what, total=None)
            return lambda sent, total: bars.update(task, completed=sent, total=total)

        yield bar
