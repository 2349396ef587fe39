"""Who is compared: a submission's id, a model's name on a benchmark, or a file of rows."""

from pathlib import Path
from typing import Any

from candor.client import Client
from candor.errors import InvalidData, Refused, UsageError
from candor.importers import Options, read
from candor.importers.keys import slug_of
from candor.wording import counted


def submission_named(client: Client, who: str, benchmark: str | None) -> str:
    """The id that `who` is, or of the newest submission of the model of that name that counts.

    Raises `UsageError` where a name needs a benchmark, or nothing counts.
    """
    if who.startswith("sub_"):
        return who
    if benchmark is None:
        raise UsageError(f"{who!r} is no submission's id; say on which --benchmark that model is.")
    found = [
        one
        for one in client.submissions(benchmark, model=who)
        if one["withdrawn_at"] is None and not one["superseded"]
    ]
    if not found:
        raise UsageError(
            f"{benchmark} has no submission of a model named {who!r} that counts; "
            f"candor leaderboard {benchmark} lists the models."
        )
    owners = sorted({one["owner"] for one in found})
    if len(owners) > 1:
        raise UsageError(
            f"{', '.join(owners)} all have a model named {who!r} on {benchmark}; name a sub_… id."
        )
    return found[0]["id"]


def rows_for(client: Client, path: Path, benchmark: str | None) -> tuple[str, list[dict[str, Any]]]:
    """The benchmark that a file is of, and its rows as that benchmark takes them."""
    imported = read(path, options=Options(benchmark=benchmark))
    if len(imported) != 1:
        raise InvalidData(
            f"{path} holds {counted(len(imported), 'run')}; a gate judges one. Name one file."
        )
    slug = slug_of(imported[0].benchmark)
    matcher = _matcher(client, slug)
    return slug, imported[0].api_rows("elsewhere" if matcher == "verdicts" else "here")


def _matcher(client: Client, slug: str) -> str:
    try:
        return client.benchmark(slug)["matcher"]
    except Refused as error:
        if error.status != 404:
            raise
        said = f"There is no benchmark {slug!r} that this key may see; name one with --benchmark."
        raise Refused(404, {**error.body, "detail": said}) from None
