"""export: what a submission said, for other tools."""

from pathlib import Path
from typing import Annotated

import typer

from candor_client.commands.options import Json, Url


def export(
    submission: Annotated[str, typer.Argument(help="A submission's id, sub_….")],
    kind: Annotated[
        str, typer.Option("--as", help="jsonl, csv, inspect-scores or every-eval-ever.")
    ] = "jsonl",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="A file; for every-eval-ever a folder.")
    ] = None,
    organisation: Annotated[
        str | None, typer.Option(help="every-eval-ever: who evaluated.")
    ] = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Export a submission's rows: ours again, or as another tool reads them."""
    from candor_client.commands.clients import reading
    from candor_client.commands.output.messages import emit, note
    from candor_client.commands.output.terminal import write_as_data
    from candor_client.errors import UsageError
    from candor_client.exports.export import write_export
    from candor_client.wording import counted

    if as_json and out is None:
        raise UsageError("With --json the rows need a file of their own: say --out.")
    if out is None:
        write_as_data()
    with reading(url) as client:
        rows, files = write_export(kind, submission, client, out=out, organisation=organisation)
    if as_json:
        emit({"submission": submission, "as": kind, "rows": rows, "files": files})
    elif files:
        note(f"{counted(rows, 'row')} in {', '.join(files)}")
