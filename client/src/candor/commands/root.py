"""The command `candor`: the list of what it can do, and how it ends.

What it ends with is said by `--help` and in docs/integrations.md. Command modules import nothing
heavy until they run, so that help is quick.
"""

import os
import sys
from typing import NoReturn

import typer

from candor.commands import (
    account,
    boards,
    exporting,
    gating,
    prompting,
    publishing,
    pushing,
    submitting,
)
from candor.errors import INTERRUPTED, CandorError, Interrupted, InvalidData

# Help as plain text: drawing it in boxes would take longer than everything else together.
app = typer.Typer(
    name="candor",
    help="Push evaluation results to a Candor board, read it, gate on it.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog="Exit codes: 0 ok, 1 gate failed, 2 usage, 3 invalid data (nothing was stored), "
    "4 network, server or access (no reply, a key refused, nothing at that address), "
    "5 parity mismatch, 6 the gate cannot tell, 130 interrupted. "
    "Address and key: CANDOR_URL, CANDOR_KEY, or candor login.",
)
app.command("push")(pushing.push)
app.command("submit")(submitting.submit)
app.command("publish")(publishing.publish)
app.command("leaderboard")(boards.leaderboard)
app.command("benchmarks")(boards.benchmarks)
app.command("compare")(gating.compare)
app.command("gate")(gating.gate)
app.command("score")(submitting.score)
app.command("export")(exporting.export)
app.command("prompt")(prompting.prompt)
app.command("presets")(publishing.presets)
app.command("flush")(account.flush)
app.command("login")(account.login)
app.command("version")(account.version)


def run() -> None:
    """Runs the command; a problem is said in words and becomes an exit code."""
    try:
        app()
    except CandorError as error:
        _end(error)
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _end(InvalidData(f"{where}{error.strerror or error}."))
    except SystemExit as ended:
        if ended.code != INTERRUPTED:
            raise
        _end(Interrupted("interrupted. Nothing is half stored; the same command can run again."))


def _end(error: CandorError) -> NoReturn:
    from candor.commands.say import problem

    problem(error, as_json="--json" in sys.argv)
    sys.exit(error.exit_code)
