"""Push: what a tool wrote becomes submissions, and the benchmark too where there is none yet.

    for pushed in candor_client.push("logs/", publish=True): ...

The tool's own headline figure is made again from the rows first; where the two differ nothing is
sent, because a mapping that cannot reproduce the tool's number would not reproduce ours.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from candor_client.client import Client
from candor_client.errors import (
    Conflict,
    InvalidData,
    ParityMismatch,
    Refused,
    Unfinished,
    UsageError,
)
from candor_client.http import uploads
from candor_client.http.body import Progress
from candor_client.importers import Options, read
from candor_client.importers.reading.assemble import LONGEST_ANSWER, LONGEST_QUESTION
from candor_client.importers.reading.keys import content_key
from candor_client.record import Imported
from candor_client.results import Receipt

FROM_A_LOG: Final = {"missing_limit": 0.0, "ungraded_limit": 1.0}
"""Logs hold what the judge could not grade; it is marked on the board, not hidden from it."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """One submission that arrived, with what it was made from."""

    imported: Imported
    benchmark: str
    receipt: Receipt
    published: bool


Policy = Mapping[str, Any]


def push(
    path: str | Path,
    *,
    client: Client | None = None,
    options: Options | None = None,
    publish: Policy | None = None,
    unfinished: bool = False,
) -> list[Pushed]:
    """Sends everything that `path` holds. `publish` (may be empty) is the policy for benchmarks
    that are not there yet; without it they must be, and with `unfinished` they are made from runs
    that broke off too. Raises `ParityMismatch`, `Unfinished`, `InvalidData`, …"""
    imported = read(path, options=options or Options())
    require_parity(*imported)
    sender = client or Client()
    return [push_one(sender, run, publish=publish, unfinished=unfinished) for run in imported]


def require_parity(*runs: Imported) -> None:
    """Raises `ParityMismatch` for the first run whose rows do not give the tool's own figure."""
    for run in runs:
        parity = run.parity
        if parity is None or parity.agrees:
            continue
        raise ParityMismatch(
            f"{run.source}: the tool reports {parity.metric} = {parity.reported:.10g}, its rows "
            f"give {'nothing' if parity.ours is None else format(parity.ours, '.10g')}. Nothing "
            "was sent; say which metric or filter counts, or push with --accept-mismatch."
        )


def push_one(
    client: Client,
    imported: Imported,
    *,
    publish: Policy | None = None,
    unfinished: bool = False,
    progress: Callable[[str], Progress] | None = None,
) -> Pushed:
    """Sends one model's rows to their benchmark, publishing it first where that is wanted.

    Raises `Unfinished` rather than making a benchmark from a run that broke off, unless
    `unfinished` allows it.
    """
    slug = imported.slug
    if imported.nameless:
        raise UsageError(
            f"{imported.source}: the file's name says nothing of the benchmark; name it with "
            "--benchmark."
        )
    matcher, published = _benchmark_for(client, imported, slug, publish, unfinished=unfinished)
    imported = by_stored_keys(client, slug, imported)
    call = uploads.submit(slug, rows_to_send(imported, matcher), **imported.api_fields())
    receipt = client.send_or_keep(
        replace(call, in_memory=False),  # they stand in the tool's own file
        progress=None if progress is None else progress(f"{imported.model} → {slug}"),
    )
    return Pushed(imported, slug, receipt, published)


def by_stored_keys(client: Client, slug: str, imported: Imported) -> Imported:
    """Rows that are known by their question alone, under the keys that the benchmark has for these
    very questions. A question that two items ask names neither."""
    nameless = {row.item for row in imported.rows if row.item == content_key(row.question)}
    if not nameless:
        return imported
    items = client.items(slug)
    if nameless <= {item["key"] for item in items}:
        return imported
    keys: dict[str, str | None] = {}
    for item in items:
        asked = _folded(item["question"])
        keys[asked] = None if asked in keys else item["key"]
    rows = [
        replace(row, item=keys.get(_folded(row.question)) or row.item)
        if row.item in nameless
        else row
        for row in imported.rows
    ]
    return replace(imported, rows=tuple(rows))


def _folded(question: str | None) -> str:
    """A question without differences of blanks and capitals."""
    return " ".join((question or "").split()).casefold()


def rows_to_send(imported: Imported, matcher: str) -> list[dict[str, Any]]:
    """The rows as a benchmark with that matcher takes them."""
    rows = imported.api_rows("elsewhere" if matcher == "verdicts" else "here")
    return [_fitting(row) for row in rows]


def benchmark_of(imported: Imported, policy: Policy) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Policy and items of a benchmark made from a tool's log."""
    matcher = policy.get("matcher") or ("text" if imported.graded == "here" else "verdicts")
    made = {
        "slug": imported.slug,
        "title": imported.benchmark,
        "source": f"made from {imported.format} output",
        **(FROM_A_LOG if matcher == "verdicts" else {}),
        **{name: value for name, value in policy.items() if value is not None},
        "matcher": matcher,
    }
    items = imported.api_items("elsewhere" if matcher == "verdicts" else "here")
    for item in items:
        if item.get("question"):
            item["question"] = item["question"][:LONGEST_QUESTION]
        if matcher == "verdicts":
            # Graded elsewhere: what the tool took for right stays with the tool.
            item.pop("accepted", None)
            item.pop("choices", None)
    return made, items


def _benchmark_for(
    client: Client, imported: Imported, slug: str, publish: Policy | None, *, unfinished: bool
) -> tuple[str, bool]:
    """The matcher of the benchmark, and whether it was published just now."""
    try:
        return client.benchmark(slug)["matcher"], False
    except Refused as error:
        if error.status != 404:
            raise
        if publish is None:
            body = {
                **error.body,
                "detail": f"There is no benchmark {slug!r} that this key may see. Push with "
                "--publish to make it from these rows, or name one with --benchmark.",
            }
            raise Refused(404, body) from None
    if (why := imported.broken_off) is not None and not unfinished:
        raise Unfinished(
            f"{imported.source}: {why}, so no benchmark {slug!r} is made from it; a benchmark's "
            "items stay. Push a whole run first, or say --unfinished."
        )
    policy, items = benchmark_of(imported, {**publish, "slug": slug})
    try:
        return client.publish(policy, items)["matcher"], True
    except Conflict:
        # Another push was first; a private one of somebody else says 404 here.
        return client.benchmark(slug)["matcher"], False


def _fitting(row: dict[str, Any]) -> dict[str, Any]:
    """A judged answer is shown, not compared: its beginning and its end, where the answer proper
    stands, are enough. Raises `InvalidData` for one that is to be graded."""
    answer = row.get("answer")
    if not isinstance(answer, str) or len(answer) <= LONGEST_ANSWER:
        return row
    if "verdict" not in row:
        raise InvalidData(
            f"The answer of item {row['item']!r} has {len(answer):,} characters and at most "
            f"{LONGEST_ANSWER:,} are graded; send the core of it. Nothing was sent."
        )
    half = LONGEST_ANSWER // 2 - 1
    return {**row, "answer": f"{answer[:half]}…{answer[-half:]}"}
