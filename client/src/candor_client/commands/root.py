"""The command `candor`: the list of what it can do, and how it ends.

What it ends with is said by `--help` and in docs/integrations.md. Command modules import nothing
heavy until they run, so that help is quick.
"""

import os
import sys
import traceback
from pathlib import Path
from typing import Any, Final, NoReturn

import typer

from candor_client.commands import (
    account,
    boards,
    ci,
    exporting,
    gating,
    managing,
    prompting,
    publishing,
    pushing,
    submitting,
)
from candor_client.commands.output import terminal
from candor_client.errors import (
    FAULT,
    INTERRUPTED,
    USAGE,
    CandorError,
    Interrupted,
    InvalidData,
    UsageError,
)

# Help as plain text: drawing it in boxes would take longer than everything else together.
app = typer.Typer(
    name="candor",
    help="Push evaluation results to a Candor board, read it, gate on it.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog="Exit codes: 0 ok, 1 gate failed, 2 usage, 3 invalid data (nothing was stored), "
    "4 network, server or access (no reply, a key refused, nothing at that address), "
    "5 parity mismatch, 6 the gate cannot tell, 7 no baseline yet, 8 a file that can be read in "
    "two ways (an option says which), 70 a fault of the command, "
    "130 interrupted. "
    "Address and key: CANDOR_URL, CANDOR_KEY, or candor login.",
)
app.command("push", short_help="Push what an evaluation tool wrote; --dry-run shows how.")(
    pushing.push
)
app.command("submit", short_help="Submit a file of predictions to a benchmark.")(submitting.submit)
app.command("publish", short_help="Publish a benchmark from a file of questions or a log.")(
    publishing.publish
)
app.command("change", short_help="Change a benchmark's words and policy.")(managing.change)
app.command("archive", short_help="Make a benchmark read-only and take it off the list.")(
    managing.archive
)
app.command("unarchive", short_help="Take an archived benchmark back into use.")(managing.unarchive)
app.command("delete", short_help="Delete a benchmark with everything sent to it.")(managing.delete)
app.command("withdraw", short_help="Take a submission off its board.")(managing.withdraw)
app.command("erase", short_help="Erase what a model said; its row stays.")(managing.erase)
app.command("leaderboard", short_help="Show a board under one rule.")(boards.leaderboard)
app.command("threshold", short_help="From which confidence on may a model answer?")(
    boards.threshold
)
app.command("benchmarks", short_help="List the benchmarks that you may see.")(boards.benchmarks)
app.command("compare", short_help="Compare two submissions item by item.")(gating.compare)
app.command("gate", short_help="Decide whether a candidate may replace a baseline.")(gating.gate)
app.command("ci", short_help="Gate and push in a pipeline's one step, with a summary.")(ci.ci)
app.command("score", short_help="Score judged rows and store nothing.")(submitting.score)
app.command("export", short_help="Export a submission's rows, also for other tools.")(
    exporting.export
)
app.command("prompt", short_help="Print the instruction to append to each question.")(
    prompting.prompt
)
app.command("presets", short_help="List the benchmarks whose policy is known.")(publishing.presets)
app.command("flush", short_help="Send what could not be sent before.")(account.flush)
app.command("login", short_help="Keep an address and a key in a private file.")(account.login)
app.command("version", short_help="Print the version.")(account.version)


def run() -> NoReturn:
    """Runs the command; a problem is said in words and becomes an exit code.

    1 and 6 come from a gate alone: no accident ends with the code of a decision.
    """
    with terminal.forgiving():
        code = _ran()
        if not terminal.finish() and code == 0:
            code = FAULT
    sys.exit(code)


def _ran() -> int:
    try:
        returned = app(standalone_mode=False)
    except SystemExit as ended:  # a script for the completion of a shell, printed
        return 0 if ended.code in {0, None} else FAULT
    except (Exception, KeyboardInterrupt) as error:
        return _ended(error)
    if returned == INTERRUPTED:
        return _said(Interrupted(_STOPPED))
    return returned if isinstance(returned, int) else 0


def _ended(error: BaseException) -> int:
    """The exit code of a command that an exception ended, once it is said."""
    if isinstance(error, CandorError):
        return _said(error)
    if isinstance(error, typer.Abort | KeyboardInterrupt):
        return _said(Interrupted(_STOPPED))
    if isinstance(error, OSError) and error.filename is not None:
        return _said(InvalidData(f"{error.filename}: {error.strerror or error}."))
    words = getattr(error, "format_message", None)
    return _fault(error) if words is None else _misunderstood(error, words())


def _said(error: CandorError) -> int:
    from candor_client.commands.output.messages import problem

    problem(error, as_json="--json" in sys.argv)
    return error.exit_code


def _misunderstood(error: Any, words: str) -> int:
    """Words that are no command, or a value that an option does not take."""
    if "--json" in sys.argv:
        return _said(UsageError(words))
    error.show(file=sys.stderr)
    return USAGE


def _fault(error: BaseException) -> int:
    """Our own fault, or a machine's: said in a line that can be reported."""
    if os.environ.get("CANDOR_DEBUG"):
        traceback.print_exception(error)
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    sys.stderr.write(
        f"candor: unexpected {type(error).__name__}{where}: {error}\n"
        "  No decision was made. Please report it with what CANDOR_DEBUG=1 prints for the same "
        "command.\n"
    )
    return FAULT


_STOPPED: Final = "interrupted. Nothing is half stored; the same command can run again."
