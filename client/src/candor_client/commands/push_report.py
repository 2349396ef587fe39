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
from candor_client.record import ColumnMapping, Imported, PassedOver
from candor_client.wording import counted

Word = TypeVar("Word", bound=str)


def one_of(word: str, words: tuple[Word, ...], option: str) -> Word:
    """The word, typed. Raises `UsageError` with the list."""
    for known in words:
        if word == known:
            return known
    raise UsageError(f"{option} is one of {', '.join(words)}.")


def optional_of(word: str | None, words: tuple[Word, ...], option: str) -> Word | None:
    """The word, typed; None where it was not given. Raises `UsageError` with the list."""
    return None if word is None else one_of(word, words, option)


def columns_of(words: Sequence[str] | None) -> dict[str, str]:
    """`field=header` words as a mapping; `field=` leaves a field out. Raises `UsageError` for
    anything else."""
    values = {}
    for word in words or ():
        name, equals, value = word.partition("=")
        if not (name and equals):
            raise UsageError(f"--column is field=header, not {word!r}.")
        values[name] = value
    return values


def failed_of(runs_by_path: Sequence[Sequence[Imported]]) -> list[CandorError]:
    """Why files of folders could not be read."""
    return [failure for runs in runs_by_path for failure in getattr(runs, "failed", ())]


def require_whole(runs_by_path: Sequence[Sequence[Imported]]) -> None:
    """Raises `PassedOver` where files of a folder could not be read, once all others are dealt
    with."""
    failed = failed_of(runs_by_path)
    if failed:
        listed = "".join(f"\n  {failure}" for failure in failed)
        verb = "was" if len(failed) == 1 else "were"
        raise PassedOver(
            f"{counted(len(failed), 'file')} could not be read and {verb} passed over; the others "
            f"were read.{listed}"
        )


def as_json(imported: Sequence[Imported], failed: Sequence[CandorError] = ()) -> dict[str, Any]:
    """The mapping for machines; `format` is null where there are several."""
    formats = {run.format for run in imported}
    return {
        "format": formats.pop() if len(formats) == 1 else None,
        "submissions": [_facts(run) for run in imported],
        "passed_over": [str(failure) for failure in failed],
    }


def print_plan(imported: Sequence[Imported]) -> None:
    """The mapping for people."""
    out = console()
    printed: set[int] = set()
    for run in imported:
        if run.columns is not None and id(run.columns) not in printed:
            printed.add(id(run.columns))
            _print_columns(run.columns)
        name = " ".join(part for part in (run.provider, run.model, run.version) if part)
        out.print(
            f"[bold]{escape(run.format)}[/bold] {escape(run.source)}\n"
            f"  {escape(name)} → {escape(run.slug)}"
            + ("  [yellow]name the benchmark with --benchmark[/yellow]" if run.nameless else ""),
            soft_wrap=True,
        )
        out.print(f"  {_outcomes(run)}", soft_wrap=True)
        if run.parity is not None:
            agrees = "[green]agrees[/green]" if run.parity.agrees else "[red]differs[/red]"
            ours = "–" if run.parity.ours is None else f"{run.parity.ours:.10g}"
            out.print(
                f"  {escape(run.parity.metric)}: the tool says {run.parity.reported:.10g}, "
                f"its rows give {ours}: {agrees}",
                soft_wrap=True,
            )
        _print_warnings(run)


def _print_columns(mapping: ColumnMapping) -> None:
    """The mapping of a table: field, column, how it is read, and the first rows."""
    from rich.table import Table

    table = Table(header_style="bold", box=None, padding=(0, 2, 0, 0))
    for heading in ("field", "column", "read as"):
        table.add_column(heading, no_wrap=True)
    for number, _ in enumerate(mapping.examples):
        table.add_column(f"row {number}", overflow="ellipsis", max_width=16, no_wrap=True)
    for field in dict.fromkeys((*mapping.columns, *mapping.how)):
        table.add_row(
            field,
            escape(mapping.columns.get(field, "–")),
            mapping.how.get(field, ""),
            *(_cell(example.get(field)) for example in mapping.examples),
        )
    console().print(table)
    if mapping.ignored:
        listed = escape(", ".join(mapping.ignored))
        console().print(f"[dim]not read: {listed}[/dim]", soft_wrap=True)


def _cell(value: Any) -> str:
    return "–" if value is None else escape(" ".join(str(value).split()))


def _print_warnings(run: Imported) -> None:
    for warning in run.warnings:
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
        for run in imported:
            try:
                sent.append(
                    push_one(client, run, publish=publish, unfinished=unfinished, progress=bar)
                )
            except (Kept, ProblemError, Unfinished) as error:
                failed.append((run, error))
        address = client.account.url
    if as_json:
        formats = {run.format for run in imported}
        emit(
            {
                "format": formats.pop() if len(formats) == 1 else None,
                "submissions": [_facts(run.imported) | _arrival(run, address) for run in sent],
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
    for run, error in reversed(failed):
        if several and not as_json:
            note(f"{run.model} → {run.slug} was not stored, from {run.source}:")
        if error is failed[0][1]:
            raise error
        problem(error, as_json=as_json)


def _facts(run: Imported) -> dict[str, Any]:
    parity = None
    if run.parity is not None:
        parity = {
            "metric": run.parity.metric,
            "reported": run.parity.reported,
            "ours": run.parity.ours,
            "agrees": run.parity.agrees,
            "board": run.parity.board,
        }
    return {
        "benchmark": run.slug,
        "model": run.model,
        "provider": run.provider,
        "source": run.source,
        "external_id": run.external_id,
        "rows": len(run.rows),
        "items": run.items,
        "counts": run.counts,
        "to_grade": run.to_grade,
        "confidences": run.confidences,
        "confidence_source": run.confidence_source,
        "parity": parity,
        "stated_target": run.stated_target,
        "names_benchmark": not run.nameless,
        "mapping": None if run.columns is None else _mapping(run.columns),
        "warnings": list(run.warnings),
    }


def _mapping(mapping: ColumnMapping) -> dict[str, Any]:
    return {
        "columns": dict(mapping.columns),
        "read_as": dict(mapping.how),
        "examples": [dict(example) for example in mapping.examples],
        "not_read": list(mapping.ignored),
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


def _outcomes(run: Imported) -> str:
    """How many of everything, in a line that fits any terminal."""
    rows, items = counted(len(run.rows), "row"), counted(run.items, "item")
    numbers = {**run.counts, "to grade": run.to_grade}
    outcomes = ", ".join(f"{number:,} {name}" for name, number in numbers.items() if number)
    return f"{rows} of {items}: {outcomes}; {counted(run.confidences, 'confidence')}"
