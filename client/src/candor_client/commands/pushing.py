"""push: any supported tool's output, detected by what is in it, to its boards."""

from pathlib import Path
from typing import Annotated, Any

import typer

from candor_client.commands.options import (
    Benchmark,
    Columns,
    Json,
    MappingFile,
    ModelName,
    Provider,
    Url,
    Version,
)


def push(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders of a tool's output.")],
    benchmark: Benchmark = None,
    model: ModelName = None,
    provider: Provider = None,
    version: Version = None,
    metric: Annotated[
        str | None, typer.Option(help="Which of the tool's figures is the verdict.")
    ] = None,
    filter: Annotated[  # noqa: A002  lm-eval's word for it
        str | None, typer.Option("--filter", help="lm-eval: which filter's rows count.")
    ] = None,
    scorer: Annotated[str | None, typer.Option(help="Inspect: which scorer counts.")] = None,
    failures: Annotated[
        str, typer.Option(help="A failed model or harness is: ungraded, missing or wrong.")
    ] = "ungraded",
    confidence_unit: Annotated[
        str, typer.Option(help="auto looks at the whole file; or share, percent, out-of-10.")
    ] = "auto",
    decimal: Annotated[
        str, typer.Option(help="The decimal sign of numbers in text: auto, comma or point.")
    ] = "auto",
    empty: Annotated[
        str | None,
        typer.Option(help="An empty reply is: wrong (where absent), abstained or ungraded."),
    ] = None,
    rows: Annotated[
        str | None, typer.Option(help="Where in a JSON document the rows stand, as results.items.")
    ] = None,
    confidences: Annotated[
        Path | None, typer.Option(help="JSON {item: confidence} for tools that record none.")
    ] = None,
    repeats: Annotated[
        str, typer.Option(help="lm-eval: as-scored, or explode into samples graded here.")
    ] = "as-scored",
    cluster: Annotated[
        str | None, typer.Option(help="The field of an item's metadata that names its cluster.")
    ] = None,
    category: Annotated[
        str | None, typer.Option(help="The field of an item's metadata that names its category.")
    ] = None,
    column: Columns = None,
    mapping: MappingFile = None,
    save_mapping: Annotated[
        str | None,
        typer.Option("--save-mapping", help="Keep how the rows were read: a name or a .json file."),
    ] = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="Make the benchmark where there is none.")
    ] = False,
    private: Annotated[
        bool, typer.Option("--private", help="With --publish: strangers see nothing of it.")
    ] = False,
    preset: Annotated[
        str | None, typer.Option(help="With --publish: policy of a known benchmark.")
    ] = None,
    unfinished: Annotated[
        bool,
        typer.Option("--unfinished", help="With --publish: also from a run that broke off."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Send nothing; print mapping and outcomes.")
    ] = False,
    accept_mismatch: Annotated[
        bool, typer.Option("--accept-mismatch", help="Send though the tool's figure differs.")
    ] = False,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Push what an evaluation tool wrote: detected, checked against its own figure, sent once."""
    from candor_client.commands import push_report
    from candor_client.commands.output.messages import emit, note
    from candor_client.errors import UsageError
    from candor_client.importers import Options, read
    from candor_client.importers.columns.saved import keep_mapping, with_mapping
    from candor_client.importers.reading.numbers import unit_named
    from candor_client.pushing.push import require_parity

    for option, given in {
        "--private": private,
        "--preset": preset is not None,
        "--unfinished": unfinished,
    }.items():
        if given and not publish:
            raise UsageError(f"{option} is about the board that --publish makes; add --publish.")
    options = Options(
        benchmark=benchmark,
        model=model,
        provider=provider,
        version=version,
        metric=metric,
        filter=filter,
        scorer=scorer,
        failures=push_report.one_of(failures, ("ungraded", "missing", "wrong"), "--failures"),
        confidence_unit=confidence_unit,
        decimal=push_report.one_of(decimal, ("auto", "comma", "point"), "--decimal"),
        empty=push_report.optional_of(empty, ("wrong", "abstained", "ungraded"), "--empty"),
        rows=rows,
        confidences=confidences,
        repeats=push_report.one_of(repeats, ("as-scored", "explode"), "--repeats"),
        cluster=cluster,
        category=category,
        columns=push_report.columns_of(column),
    )
    unit_named(confidence_unit)  # a word that is none is said before anything is read
    if mapping is not None:
        options = with_mapping(options, mapping)
    runs_by_path = [read(path, options=options) for path in paths]
    imported = [run for runs in runs_by_path for run in runs]
    if save_mapping is not None:
        saved_path = keep_mapping(imported[0], options, save_mapping)
        note(f"mapping saved in {saved_path}")
    if dry_run:
        if as_json:
            emit(push_report.as_json(imported, push_report.failed_of(runs_by_path)))
        else:
            push_report.print_plan(imported)
    if not accept_mismatch:
        require_parity(*imported)
    if not dry_run:
        policy = _policy(preset) if publish else None
        if policy is not None and private:
            policy["visibility"] = "private"
        push_report.send(imported, publish=policy, unfinished=unfinished, url=url, as_json=as_json)
    push_report.require_whole(runs_by_path)


def _policy(preset: str | None) -> dict[str, Any]:
    if preset is None:
        return {}
    from candor_client.presets import preset as named

    policy = named(preset).policy(named(preset).name)
    # A log's rows are judged already, whatever the preset would have the server do.
    return {name: value for name, value in policy.items() if name not in {"slug", "matcher"}}
