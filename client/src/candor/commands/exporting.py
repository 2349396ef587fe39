"""export: what a submission said, for other tools."""

from pathlib import Path
from typing import Annotated

import typer

from candor.commands.options import Json, Url


def export(
    submission: Annotated[str, typer.Argument(help="A submission's id, sub_….")],
    kind: Annotated[
        str, typer.Option("--as", help="jsonl, csv, inspect-scores or every-eval-ever.")
    ] = "jsonl",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="A file; for every-eval-ever a folder.")
    ] = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Export a submission's rows: ours again, or as another tool reads them."""
    from candor.client import Client
    from candor.commands.say import emit, note
    from candor.exporting import write_export

    with Client(url) as client:
        facts = client.submission(submission)
        rows = client.predictions(submission)
    written = write_export(kind, facts, rows, out=out)
    if as_json:
        emit({"submission": submission, "as": kind, "rows": len(rows), "files": written})
    elif out is not None:
        note(f"{len(rows)} rows in {', '.join(written)}")
