"""leaderboard and benchmarks: who stands where, in colour or as a file."""

from typing import Annotated, Any

import typer

from candor_client.commands.options import (
    Json,
    Mode,
    Penalty,
    Rule,
    Target,
    Url,
    one_of,
    require_terms,
)


def leaderboard(
    benchmark: Annotated[str, typer.Argument(help="The benchmark's slug.")],
    target: Target = None,
    penalty: Penalty = None,
    mode: Mode = None,
    rule: Rule = "target",
    category: Annotated[str | None, typer.Option(help="Items of one category only.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Models with this tag; repeatable.")] = None,
    revision: Annotated[int | None, typer.Option(help="An earlier revision's board.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Rows.")] = 100,
    format: Annotated[  # noqa: A002  the option is called --format
        str,
        typer.Option(
            "--format",
            callback=one_of("table", "csv", "markdown"),
            help="table, csv or markdown.",
        ),
    ] = "table",
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Show a board under one rule; scores in points per 100 (in --json and csv: points an item)."""
    from candor_client.commands.clients import reading
    from candor_client.commands.output.board_table import print_board
    from candor_client.commands.output.messages import emit
    from candor_client.commands.output.terminal import write_as_data

    require_terms(rule, target, penalty)
    asked: dict[str, Any] = {"rule": rule, "mode": mode, "category": category, "tag": tag or None}
    asked |= {"target": target, "penalty": penalty, "revision": revision, "limit": limit}
    with reading(url) as client:
        if format == "csv" and not as_json:
            write_as_data()
        if format != "table" and not as_json:
            print(client.leaderboard_text(benchmark, format=format, **asked), end="")
            return
        board = client.leaderboard(benchmark, **asked)
    if as_json:
        emit(board)
    else:
        print_board(board)


def threshold(
    submission: Annotated[str, typer.Argument(help="The submission's id, sub_….")],
    risk: Annotated[
        float,
        typer.Option(
            help="Wrong answers of a hundred given that may be, with 95 %.", min=0, max=100
        ),
    ] = 5.0,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """From which stated confidence on may this model answer, if so few of its answers may be wrong?

    The threshold is chosen on one half of the questions and held on the other.
    """
    from candor_client.commands.clients import reading
    from candor_client.commands.output.messages import console, emit
    from candor_client.commands.output.thresholds import print_threshold
    from candor_client.errors import UsageError

    if not 0 < risk < 100:
        raise UsageError(f"--risk is {risk:g}; it must be above 0 and below 100")
    with reading(url) as client:
        found = client.threshold(submission, risk=risk / 100)
    if as_json:
        emit(found)
    else:
        print_threshold(console(), found)


def benchmarks(
    archived: Annotated[bool, typer.Option("--archived", help="The archived ones.")] = False,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """List the benchmarks that you may see."""
    from candor_client.commands.clients import reading
    from candor_client.commands.output.messages import console, emit

    with reading(url) as client:
        found = client.benchmarks(archived=archived)
    if as_json:
        emit({"data": found})
        return
    from rich.markup import escape
    from rich.table import Table

    from candor_client.wording import target_text

    table = Table(box=None, header_style="bold")
    for column in ("slug", "title", "items", "matcher", "target", "owner"):
        table.add_column(
            column,
            justify="right" if column in {"items", "target"} else "left",
            # A slug is there to be copied: it is never cut.
            overflow="fold" if column in {"slug", "title"} else "ellipsis",
            no_wrap=column not in {"slug", "title"},
        )
    for one in found:
        table.add_row(
            escape(one["slug"]),
            escape(one["title"]),
            f"{one['n_items']:,}",
            one["matcher"],
            target_text(one["default_target"]),
            escape(one["owner"]),
        )
    console().print(table)
