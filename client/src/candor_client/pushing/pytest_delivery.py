"""What a session of tests recorded: delivered when it ends, or kept with the line that sends it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from candor_client.client import Client
from candor_client.errors import CandorError, Conflict, Kept, ProblemError, Refused, UsageError
from candor_client.http.retries import Patience
from candor_client.pushing.push import FROM_A_LOG
from candor_client.record import slug_of
from candor_client.unsent.saved_rows import keep_rows, send_line
from candor_client.unsent.spool import spool_folder
from candor_client.wording import counted

PATIENCE: Final = Patience(attempts=4, seconds=30)
_SHOWN_FAULTS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Rows and where they go.

    `kept` is a file that holds them already. `publish` makes a benchmark that is not there, from
    a session that is `whole` alone: one that was cut short names only some of the items.
    """

    benchmark: str | None
    model: str | None
    rows: list[dict[str, Any]]
    kept: Path | None
    publish: bool
    private: bool
    whole: bool
    harness: str


def deliver(recorded: Recorded) -> list[str]:
    """Sends the rows; lines that say what became of them. What was not taken is in a file then.

    Raises OSError where no file could be written either.
    """
    if not recorded.benchmark:
        return ["not pushed: say --candor-benchmark", *_how_to_send(recorded)]
    if not recorded.model:
        return ["not pushed: say --candor-model", *_how_to_send(recorded)]
    lines: list[str] = []
    try:
        # What was said before something failed stays said.
        lines.extend(_sent(recorded, slug_of(recorded.benchmark), recorded.model))
    except Kept as kept:
        lost = f"not delivered: {kept.cause}"
        return [*lines, lost, f"the rows are kept in {kept.file}", "send them: candor flush"]
    except Exception as error:  # whatever it is, the rows outlive it
        lines += [f"not delivered: {type(error).__name__}: {error}"]
        if isinstance(error, ProblemError):
            faults = error.errors[:_SHOWN_FAULTS]
            lines += [f"  {fault.item or ''} {fault.pointer}: {fault.detail}" for fault in faults]
        kept_already = error.rows_kept if isinstance(error, CandorError) else None
        absent = isinstance(error, Refused) and error.status == 404
        return [*lines, *_how_to_send(recorded, file=kept_already, absent=absent)]
    return lines


def _sent(recorded: Recorded, slug: str, model: str) -> Iterator[str]:
    with Client(patience=PATIENCE) as client:
        if recorded.publish and _published(client, recorded, slug):
            seen = "private, for your keys" if recorded.private else "public"
            yield f"published {slug} ({seen}), {counted(len(_items(recorded)), 'item')}"
        receipt = client.submit(slug, recorded.rows, model=model, run={"harness": recorded.harness})
        place = "" if receipt["rank"] is None else f", rank {receipt['rank']} so far"
        yield f"pushed to {client.account.url}/benchmarks/{slug} ({receipt['id']}{place})"


def _published(client: Client, recorded: Recorded, slug: str) -> bool:
    """Makes the benchmark where there is none; whether it did. Raises `UsageError` where the rows
    cannot make one."""
    try:
        client.benchmark(slug)
    except Refused as error:
        if error.status != 404:
            raise
    else:
        return False
    if not recorded.whole:
        raise UsageError("the session was cut short, and a benchmark is made from a whole one")
    if any("verdict" not in row and "abstained" not in row for row in recorded.rows):
        raise UsageError("a benchmark made here is graded here: record a verdict with each answer")
    policy = {
        "slug": slug,
        "title": recorded.benchmark,
        "matcher": "verdicts",
        "source": f"made from a session of {recorded.harness}",
        "visibility": "private" if recorded.private else "public",
        **FROM_A_LOG,
    }
    try:
        client.publish(policy, [{"key": key} for key in _items(recorded)])
    except Conflict:
        client.benchmark(slug)  # another session was first; a stranger's private one says 404 here
        return False
    return True


def _items(recorded: Recorded) -> list[str]:
    return list(dict.fromkeys(str(row["item"]) for row in recorded.rows))


def _how_to_send(
    recorded: Recorded, *, file: Path | None = None, absent: bool = False
) -> list[str]:
    """Where the rows are, kept now if they were not, and the line that sends them."""
    slug = slug_of(recorded.benchmark) if recorded.benchmark else "BENCHMARK"
    file = recorded.kept or file or keep_rows(recorded.rows, slug, spool_folder())
    line = send_line(
        slug,
        file,
        [("model", recorded.model or "MODEL")],
        publish=absent or recorded.publish,
        private=recorded.private,
    )
    return [f"the rows are kept in {file}", f"send them: {line}"]
