"""login, flush, version: who calls, and what waits."""

from typing import Annotated

import typer

from candor_client.commands.options import Json, Url


def login(
    url: Url = None,
    key: Annotated[
        str | None, typer.Option("--key", help="The key; asked for, unseen, where absent.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Keep an address and a key in a file that only you can read."""
    from candor_client.account import Account, find_account, keep_account
    from candor_client.commands.clients import writing
    from candor_client.commands.output.messages import emit, note

    address = find_account(url, key).url
    secret = (key or _asked(address)).strip()
    with writing(address, secret) as client:
        client.benchmarks()
        path = keep_account(Account(address, secret))
    if as_json:
        emit({"url": address, "file": str(path)})
    else:
        note(f"Kept the key for {address} in {path} (mode 0600).")


def _asked(address: str) -> str:
    """The key, typed unseen or piped in. Raises `UsageError` where there is none."""
    import sys

    from candor_client.errors import UsageError

    if not sys.stdin.isatty():
        piped = sys.stdin.readline()
        if not piped.strip():
            raise UsageError("No key was given: say --key, or pipe it in: candor login < FILE.")
        return piped
    try:
        return str(typer.prompt(f"Key for {address}", hide_input=True, err=True))
    except typer.Abort:
        raise UsageError("No key was given; nothing was kept.") from None


def flush(url: Url = None, as_json: Json = False) -> None:
    """Send what could not be sent before; each submission is stored once."""
    from candor_client.commands.clients import writing
    from candor_client.commands.output.messages import emit, note

    with writing(url) as client:
        flushed = list(client.flush())
    if as_json:
        emit(
            {
                "data": [
                    {
                        "file": entry.file,
                        "path": entry.path,
                        "state": entry.state,
                        "submission": entry.submission,
                        "detail": entry.detail,
                    }
                    for entry in flushed
                ]
            }
        )
    else:
        for entry in flushed:
            note(f"{entry.state:9} {entry.path} {entry.submission or entry.detail}")
        if not flushed:
            note("Nothing waits.")
    states = {entry.state for entry in flushed}
    if "refused" in states:
        raise typer.Exit(3)
    if "waiting" in states:
        raise typer.Exit(4)


def version() -> None:
    """Print the version."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        print(installed("candor-client"))
    except PackageNotFoundError:
        print("unknown: candor-client runs here without being installed")
