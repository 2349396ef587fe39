"""A receipt and a set of scores for the terminal."""

from collections.abc import Callable
from typing import Any, Final

from rich.markup import escape
from rich.table import Table

from candor_client.commands.output.board_table import points, thousandths
from candor_client.commands.output.messages import console
from candor_client.results import QuotaLeft, Receipt
from candor_client.wording import at_target, counted

_ERRORS: Final = (
    "ece_", "brier", "log_loss", "smooth_ece", "mce", "rmsce", "auroc", "aurc", "miscalibration",
    "excess_miscalibration", "discrimination",
)  # fmt: skip
"""How the ids of figures begin that are no points: told from 0 to 1, as boards and pages do."""
_PER_HUNDRED_ALREADY: Final = frozenset({"omniscience_index"})
"""Figures that the server states on a scale of 100; the others are shares of an item."""


def print_receipt(receipt: Receipt, *, model: str, url: str) -> None:
    """What a submission got: scores in points per 100, its place, its warnings."""
    out = console()
    was = "was there already" if receipt["replayed"] else f"attempt {receipt['attempt']}"
    out.print(
        f"[bold]{escape(model)}[/bold] → [bold]{escape(receipt['benchmark'])}[/bold]  "
        f"[dim]{receipt['id']} ({was})[/dim]",
        soft_wrap=True,
    )
    counts = receipt["counts"]
    if counts is not None:
        out.print("  " + ", ".join(f"{n} {name}" for name, n in counts.items() if n))
    out.print(_scores(receipt["scores"]))
    at = receipt["rank_at"]
    if receipt["rank"] is not None:
        out.print(f"  rank {receipt['rank']} so far at {at_target(at['target'])} ({at['mode']})")
    left = receipt.get("quota_left")
    if left is not None:
        out.print(f"  quota left: {_left(left)}")
    for warning in receipt["warnings"]:
        out.print(f"  [yellow]{escape(str(warning))}[/yellow]")
    out.print(f"  [dim]{url}/benchmarks/{escape(receipt['benchmark'])}[/dim]", soft_wrap=True)
    out.print(f"  [dim]{url}/submissions/{escape(receipt['id'])}[/dim]", soft_wrap=True)


def _left(left: QuotaLeft) -> str:
    """What may still be submitted; at least one of the two is limited."""
    limits = {"in all": left["total"], "today (UTC)": left["today"]}
    return ", ".join(f"{n:,} {name}" for name, n in limits.items() if n is not None)


def print_scores(scored: dict[str, Any]) -> None:
    """Every score of rows that were not stored."""
    out = console()
    counts = scored.get("counts") or {}
    said = ", ".join(f"{n} {name}" for name, n in counts.items() if n)
    out.print(f"[bold]{counted(scored['n_items'], 'item')}[/bold]  [dim]{said}[/dim]")
    out.print(_scores(scored["scores"]))


def _scores(scores: dict[str, Any]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim")
    table.add_column(justify="right", style="bold")
    table.add_column(style="dim")
    for name, score in scores.items():
        if not isinstance(score, dict):
            continue
        if "value" in score:
            table.add_row(f"  {name}", *_figure(score, _printed_as(name)))
            continue
        for target, one in score.items():
            if isinstance(one, dict) and "value" in one:
                table.add_row(f"  {name} at {target}", *_figure(one, _printed_as(name)))
    return table


def _printed_as(name: str) -> Callable[[float], str]:
    """How a figure is printed: points per 100, or an error from 0 to 1."""
    if name.startswith(_ERRORS):
        return thousandths
    unit = 0.01 if name in _PER_HUNDRED_ALREADY else 1.0
    return lambda value: points(value * unit)


def _figure(score: dict[str, Any], printed: Callable[[float], str]) -> tuple[str, str]:
    if score["value"] is None:
        return "–", escape(str(score.get("reason", "")))
    interval = score.get("interval")
    if interval is None:
        return printed(score["value"]), ""
    return printed(score["value"]), f"{printed(interval['low'])} to {printed(interval['high'])}"
