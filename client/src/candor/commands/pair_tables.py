"""A comparison and a gate's decision for the terminal, in points per 100."""

from typing import Any, Final

from rich.markup import escape
from rich.table import Table

from candor.commands.board_table import points
from candor.commands.say import console
from candor.wording import counted

_COLOUR: Final = {"pass": "green", "fail": "red", "cannot-tell": "yellow"}
_SAID: Final = {"pass": "Pass", "fail": "Fail", "cannot-tell": "Cannot tell"}
"""How the server's sentence begins."""


def print_pair(pair: dict[str, Any]) -> None:
    """Two submissions: their scores, the difference, the table of outcomes."""
    out = console()
    out.print(f"[bold]{escape(pair['benchmark'])}[/bold]  [dim]{_terms(pair)}[/dim]")
    table = Table(box=None, header_style="dim", pad_edge=False)
    for name in ("", "model", "score", "95 % interval", "accuracy"):
        table.add_column(name, justify="left" if name in {"", "model"} else "right")
    for side in ("a", "b"):
        one = pair[side]
        table.add_row(
            side,
            f"[bold]{escape(one['submission']['model']['name'])}[/bold]",
            points(one["score"]["value"]),
            _reach(one["score"]),
            points(one["accuracy"]["value"]),
        )
    difference = pair["difference"]
    table.add_row("", "a − b", f"[bold]{_signed(difference['value'])}[/bold]", _reach(difference))
    out.print(table)
    if pair.get("p_value") is not None:
        out.print(f"p = {pair['p_value']:.3g} ({pair['test']}) for “equally good”")
    if pair.get("minimum_detectable_difference") is not None:
        out.print(
            f"[dim]These items show a difference of "
            f"{points(pair['minimum_detectable_difference'])} with 80 % power.[/dim]"
        )
    _print_outcomes(pair)


def print_gate(decided: dict[str, Any]) -> None:
    """The decision and why, once; then what it was made from, and what more items would do."""
    out = console()
    decision = decided["decision"]
    why = decided["says"].removeprefix(_SAID[decision])
    out.print(
        f"[bold {_COLOUR[decision]}]{_SAID[decision].upper()}[/]{escape(why)}", soft_wrap=True
    )
    difference = decided["difference"]
    out.print(
        f"[dim]{_terms(decided)}; per 100: difference {_signed(difference['value'])}, largest loss "
        f"{points(decided['largest_loss'])}; {counted(difference['n_items'], 'item')}[/dim]",
        soft_wrap=True,
    )
    if decided.get("power") is not None:
        fails = f"a true loss of {points(decided['detectable_loss'])} fails with 80 % chance."
        # Where it cannot tell, the sentence above has said what an equal candidate's chance is.
        passes = f"An equal candidate passes with {decided['power'] * 100:.0f} % chance; "
        out.print(_capital(fails) if decision == "cannot-tell" else passes + fails, soft_wrap=True)
    if decision == "cannot-tell" and decided.get("items_at_difference") is not None:
        items = counted(decided["items_at_difference"], "item")
        out.print(f"{items} would decide with 80 % chance if the difference stays.")


def _print_outcomes(pair: dict[str, Any]) -> None:
    outcomes = pair.get("outcomes")
    if outcomes is None:
        return
    order = [name.replace("_", " ") for name in outcomes["order"]]
    table = Table(box=None, header_style="dim", title="a down, b across", title_style="dim")
    for name in ("", *order):
        table.add_column(name, justify="right")
    for name, row in zip(order, outcomes["table"], strict=True):
        table.add_row(f"[dim]{name}[/dim]", *(str(n) for n in row))
    console().print(table)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _terms(said: dict[str, Any]) -> str:
    if said["rule"] != "target":
        return str(said["rule"])
    return f"t = {said['target']:g}, {said['mode']}"


def _reach(score: dict[str, Any]) -> str:
    interval = score.get("interval")
    return "–" if interval is None else f"{points(interval['low'])} to {points(interval['high'])}"


def _signed(value: float | None) -> str:
    shown = points(value)
    return f"+{shown}" if value is not None and value > 0 else shown
