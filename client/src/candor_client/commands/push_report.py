"""What push says: the mapping and every outcome before anything is sent, the receipts after."""

from collections.abc import Sequence
from typing import Any, TypeVar

from rich.markup import escape

from candor_client.commands.output.messages import console, emit, note, problem, progress_bar
from candor_client.commands.output.receipts import print_receipt
from candor_client.errors import (
    CandorError,
    Kept,
    ProblemError,
    Unfinished,
    UsageError,
)
from candor_client.pushing.push import Pushed, push_one
from candor_client.record import Imported
from candor_client.wording import counted

Word = TypeVar("Word", bound=str)


def one_of(word: str, words: tuple[Word, ...], option: str) -> Word:
    """The word, typed. Raises `UsageError` with the list."""
    for known in words:
        if word == known:
            return known
    raise UsageError(f"{option} is one of {', '.join(words)}.")


def pairs(words: Sequence[str], option: str) -> dict[str, str]:
    """`name=value` words as a mapping. Raises `UsageError` for anything else."""
    found = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not (name and equals and value):
            raise UsageError(f"{option} is name=value, not {word!r}.")
        found[name] = value
    return found


def as_json(imported: Sequence[Imported]) -> dict[str, Any]:
    """The mapping for machines; `format` is null where there are several."""
    formats = {one.format for one in imported}
    return {
        "format": formats.pop() if len(formats) == 1 else None,
        "submissions": [_facts(one) for one in imported],
    }


def print_plan(imported: Sequence[Imported]) -> None:
    """The mapping for people."""
    out = console()
    for one in imported:
        name = " ".join(part for part in (one.provider, one.model, one.version) if part)
        out.print(
            f"[bold]{escape(one.format)}[/bold] {escape(one.source)}\n"
            f"  {escape(name)} → {escape(one.slug)}",
            soft_wrap=True,
        )
        out.print(f"  {_outcomes(one)}", soft_wrap=True)
        if one.parity is not None:
            agrees = "[green]agrees[/green]" if one.parity.agrees else "[red]differs[/red]"
            ours = "–" if one.parity.ours is None else f"{one.parity.ours:.10g}"
            out.print(
                f"  {escape(one.parity.metric)}: the tool says {one.parity.reported:.10g}, "
                f"its rows give {ours}: {agrees}",
                soft_wrap=True,
            )
        _print_warnings(one)


def _print_warnings(one: Imported) -> None:
    for warning in one.warnings:
        console().print(f"  [yellow]{escape(warning)}[/yellow]", soft_wrap=True)


def send(
    imported: Sequence[Imported],
    *,
    publish: dict[str, Any] | None,
    unfinished: bool,
    url: str | None,
    as_json: bool,
) -> None:
    """Sends each in turn; what cannot be sent is kept, what is refused is said, and the others
    still go. Raises the first of these in the end."""
    from candor_client.commands.clients import writing

    sent: list[Pushed] = []
    failed: list[tuple[Imported, CandorError]] = []
    with writing(url) as client, progress_bar(quiet=as_json) as bar:
        for one in imported:
            try:
                sent.append(
                    push_one(client, one, publish=publish, unfinished=unfinished, progress=bar)
                )
            except (Kept, ProblemError, Unfinished) as error:
                failed.append((one, error))
        address = client.account.url
    if as_json:
        formats = {one.format for one in imported}
        emit(
            {
                "format": formats.pop() if len(formats) == 1 else None,
                "submissions": [_facts(one.imported) | _arrival(one, address) for one in sent],
                "kept": [str(error.file) for _, error in failed if isinstance(error, Kept)],
            }
        )
    else:
        for pushed in sent:
            if pushed.published:
                note(f"published {pushed.benchmark}")
            print_receipt(pushed.receipt, model=pushed.imported.model, url=address)
            _print_warnings(pushed.imported)
    _report(failed, several=len(imported) > 1, as_json=as_json)


def _report(
    failed: Sequence[tuple[Imported, CandorError]], *, several: bool, as_json: bool
) -> None:
    """Says of each what went wrong, the first last: it is raised, and decides the exit code."""
    for one, error in reversed(failed):
        if several and not as_json:
            note(f"{one.model} → {one.slug} was not stored, from {one.source}:")
        if error is failed[0][1]:
            raise error
        problem(error, as_json=as_json)


def _facts(one: Imported) -> dict[str, Any]:
    parity = None
    if one.parity is not None:
        parity = {
            "metric": one.parity.metric,
            "reported": one.parity.reported,
            "ours": one.parity.ours,
            "agrees": one.parity.agrees,
        }
    return {
        "benchmark": one.slug,
        "model": one.model,
        "provider": one.provider,
        "source": one.source,
        "external_id": one.external_id,
        "rows": len(one.rows),
        "items": one.items,
        "counts": one.counts,
        "to_grade": one.to_grade,
        "confidences": one.confidences,
        "confidence_source": one.confidence_source,
        "parity": parity,
        "warnings": list(one.warnings),
    }


def _arrival(pushed: Pushed, address: str) -> dict[str, Any]:
    receipt = pushed.receipt
    return {
        "submission": receipt["id"],
        "replayed": receipt["replayed"],
        "published": pushed.published,
        "rank": receipt["rank"],
        "scores": receipt["scores"],
        "url": f"{address}/benchmarks/{pushed.benchmark}",
        "page": f"{address}/submissions/{receipt['id']}",
    }


def _outcomes(one: Imported) -> str:
    """How many of everything, in a line that fits any terminal."""
    rows, items = counted(len(one.rows), "row"), counted(one.items, "item")
    told = {**one.counts, "to grade": one.to_grade}
    outcomes = ", ".join(f"{number:,} {name}" for name, number in told.items() if number)
    return f"{rows} of {items}: {outcomes}; {counted(one.confidences, 'confidence')}"
