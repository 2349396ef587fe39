"""Who is compared: a submission's id, or a model's name on a benchmark; or a file of one run."""

from pathlib import Path
from typing import Final

from candor_client.client import Client
from candor_client.errors import InvalidData, UsageError
from candor_client.gates.gate import is_id
from candor_client.importers import options_with, read
from candor_client.record import Imported
from candor_client.wording import counted

_UNCOUNTED: Final = {"missing", "ungraded"}
"""Why a board does not rank a submission that is neither withdrawn nor superseded."""


def submission_named(client: Client, who: str, benchmark: str | None) -> str:
    """The id that `who` is, or of the newest counted submission of the model of that name.

    Raises `UsageError` where a name needs a benchmark, or nothing counts.
    """
    if is_id(who):
        return who
    if benchmark is None:
        raise UsageError(f"{who!r} is no submission's id; say on which --benchmark that model is.")
    submissions = [
        row
        for row in client.submissions(benchmark, model=who)
        if row["withdrawn_at"] is None and not row["superseded"]
    ]
    if submissions:
        board = client.leaderboard(benchmark, limit=1)
        barred = {row["submission"] for row in board["unranked"] if row["reason"] in _UNCOUNTED}
        submissions = [row for row in submissions if row["id"] not in barred]
    if not submissions:
        raise UsageError(
            f"{benchmark} has no submission of a model named {who!r} that counts; "
            f"candor leaderboard {benchmark} lists the models."
        )
    owners = sorted({row["owner"] for row in submissions})
    if len(owners) > 1:
        raise UsageError(
            f"{', '.join(owners)} all have a model named {who!r} on {benchmark}; name a sub_… id."
        )
    return submissions[0]["id"]


def two_named(client: Client, a: str, b: str, benchmark: str | None) -> tuple[str, str]:
    """The ids of two different submissions. Raises `UsageError` where they are the same one."""
    ids = submission_named(client, a, benchmark), submission_named(client, b, benchmark)
    if ids[0] == ids[1]:
        raise UsageError(
            f"{a} and {b} are the same submission, {ids[0]}; name an earlier one by its sub_… id."
            if a != b
            else f"{a} is named twice; name another submission, such as an earlier sub_… id."
        )
    return ids


def run_in(path: Path, benchmark: str | None, mapping: str | None = None) -> Imported:
    """The one run that a file holds. Raises `InvalidData` where it holds several."""
    imported = read(path, options=options_with(mapping, benchmark=benchmark))
    if len(imported) != 1:
        raise InvalidData(
            f"{path} holds {counted(len(imported), 'run')}; a gate judges one. Name one file."
        )
    return imported[0]
