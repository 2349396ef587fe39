"""The command `candor`: the list of what it can do, and how it ends.

Exit codes: 0 ok, 1 gate failed, 2 usage, 3 invalid data, 4 network or server, 5 parity mismatch,
6 cannot tell. Command modules import nothing heavy until they run, so that help is quick.
"""

import os
import sys

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
from candor.errors import CandorError

# Help as plain text: drawing it in boxes would take longer than everything else together.
app = typer.Typer(
    name="candor",
    help="Push evaluation results to a Candor board, read it, gate on it.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog="Exit codes: 0 ok, 1 gate failed, 2 usage, 3 invalid data, 4 network or server, "
    "5 parity mismatch, 6 cannot tell. Address and key: CANDOR_URL, CANDOR_KEY, or candor login.",
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
        from candor.commands.say import problem

        problem(error, as_json="--json" in sys.argv)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
