"""publish and presets: a benchmark from a dataset file or from a tool's log."""

from pathlib import Path
from typing import Annotated, Any

import typer

from candor_client.commands.options import Columns, Json, Penalty, Target, Url, one_of, require_one
from candor_client.prompts.instruction import MATCHERS


def publish(
    path: Annotated[Path, typer.Argument(help="Questions as JSONL, CSV or Parquet, or a log.")],
    slug: Annotated[str | None, typer.Option(help="Its name in addresses: a-z, 0-9, -.")] = None,
    title: Annotated[str | None, typer.Option(help="Its name for people.")] = None,
    matcher: Annotated[
        str | None,
        typer.Option(
            callback=one_of(*MATCHERS), help=f"{', '.join(MATCHERS[:-1])} or {MATCHERS[-1]}."
        ),
    ] = None,
    preset: Annotated[
        str | None, typer.Option(help="Policy of a known benchmark; see candor presets.")
    ] = None,
    target: Target = None,
    penalty: Penalty = None,
    tolerance: Annotated[
        str | None, typer.Option(help="Matcher number: the largest difference.")
    ] = None,
    phrase: Annotated[
        list[str] | None, typer.Option(help="An answer that abstains; repeatable.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Where the items come from.")] = None,
    description: Annotated[str | None, typer.Option(help="What is asked, and how.")] = None,
    missing_limit: Annotated[
        float | None, typer.Option(help="Share of items that may be missing, 0 to 1.")
    ] = None,
    quota_total: Annotated[
        int | None, typer.Option(min=1, help="Submissions of each owner, in all.")
    ] = None,
    quota_per_day: Annotated[
        int | None, typer.Option(min=1, help="Submissions of each owner in a UTC day.")
    ] = None,
    private: Annotated[bool, typer.Option("--private", help="Strangers see nothing.")] = False,
    hidden: Annotated[bool, typer.Option("--hidden", help="Answers never leave.")] = False,
    column: Columns = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be sent.")] = False,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Publish a benchmark from a dataset file, or from the items of a tool's log."""
    from candor_client.commands.clients import writing
    from candor_client.commands.output.messages import console, emit, note
    from candor_client.commands.push_report import columns_of
    from candor_client.pushing.datasets import read_dataset
    from candor_client.wording import at_target, counted

    require_one(target, penalty)
    policy: dict[str, Any] = {"slug": slug, "title": title, "matcher": matcher, "source": source}
    policy |= {
        "default_target": target,
        "default_penalty": penalty,
        "tolerance": tolerance,
        "description": description,
    }
    policy |= {"abstention_phrases": phrase or None, "missing_limit": missing_limit}
    policy |= {"visibility": "private" if private else None, "mode": "hidden" if hidden else None}
    quota = {"total": quota_total, "per_day": quota_per_day}
    policy["quota"] = {name: n for name, n in quota.items() if n is not None} or None
    made = read_dataset(path, policy=policy, preset=preset, columns=columns_of(column))
    if dry_run:
        for warning in made.warnings:
            note(f"  {warning}")
        shown = {"policy": made.policy, "items": len(made.items), "first": made.items[:3]}
        emit(shown | {"mapping": made.mapping})
        return
    with writing(url) as client:
        published = client.publish(made.policy, made.items)
        address = client.account.url
    if as_json:
        emit(published)
    else:
        slug, items = published["slug"], counted(published["n_items"], "item")
        console().print(
            f"[bold]{slug}[/bold]: {items}, matcher {published['matcher']}, "
            f"{at_target(published['default_target'])}\n[dim]{address}/benchmarks/{slug}[/dim]",
            soft_wrap=True,
        )
    for one in published.get("warnings", []):
        note(f"{one['item']}: {one['detail']}")


def presets(as_json: Json = False) -> None:
    """List the benchmarks whose policy is known; none of their questions is shipped."""
    import dataclasses

    from candor_client.commands.output.messages import console, emit
    from candor_client.presets import PRESETS

    if as_json:
        emit({"data": [dataclasses.asdict(one) for one in PRESETS.values()]})
        return
    from rich.table import Table

    table = Table(header_style="bold", box=None)
    for column in ("preset", "matcher", "t", "what abstains", "source"):
        table.add_column(column, overflow="fold")
    for one in PRESETS.values():
        target = f"{one.default_target:g}"
        table.add_row(one.name, one.matcher, target, one.abstaining, one.source)
    console().print(table)
