"""The command `candor`: its options and the list of what it can do."""

import sys

import typer

from candor.errors import CandorError

app = typer.Typer(
    name="candor",
    help="Push evaluation results to a Candor board, read it, gate on it.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)


@app.callback()
def root() -> None:
    """Push evaluation results to a Candor board, read it, gate on it."""


@app.command()
def version() -> None:
    """Print the version."""
    from importlib.metadata import version as installed  # noqa: PLC0415

    print(installed("candor-client"))


def run() -> None:
    """Runs the command; a problem is said in words and becomes an exit code."""
    try:
        app()
    except CandorError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
