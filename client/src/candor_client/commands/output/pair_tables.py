"""A comparison and a gate's decision for the terminal, in points per 100."""

from typing import Any, Final

from rich.markup import escape
from rich.table import Table

from candor_client.commands.output.board_table import points
from candor_client.commands.output.messages import console
from candor_client.gates.gate import comparison_url, pair_url
from candor_client.wording import at_target, counted

_COLOUR: Final = {"pass": "green", "fail": "red", "cannot-tell": "yellow"}
_SAID: Final = {"pass": "Pass", "fail": "Fail", "cannot-tell": "Cannot tell"}
"""How the server's sentence begins."""


def print_pair(pair: dict[str, Any], *, address: str) -> None:
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
    table.add_row("", "a − b", f"[bold]{signed(difference['value'])}[/bold]", _reach(difference))
    out.print(table)
    if pair.get("p_value") is not None:
        out.print(f"p = {pair['p_value']:.3g} ({pair['test']}) for equal scores")
    if pair.get("minimum_detectable_difference") is not None:
        out.print(
            f"[dim]These items show a difference of "
            f"{points(pair['minimum_detectable_difference'])} points per 100 with 80 % power.[/dim]"
        )
    _print_outcomes(pair)
    a, b = (pair[side]["submission"]["id"] for side in ("a", "b"))
    out.print(f"[dim]{escape(pair_url(address, a, b, pair))}[/dim]", soft_wrap=True)


def print_gate(decided: dict[str, Any], *, address: str) -> None:
    """The decision and why, the difference with its limits, the worst questions, and where to look.

    Everything is in points per 100.
    """
    out = console()
    decision = decided["decision"]
    why = decided["says"].removeprefix(_SAID[decision])
    out.print(
        f"[bold {_COLOUR[decision]}]{_SAID[decision].upper()}[/]{escape(why)}", soft_wrap=True
    )
    out.print(f"{_difference(decided)}  [dim]{_terms(decided)}[/dim]", soft_wrap=True)
    out.print(f"[dim]{escape(_contenders(decided))}[/dim]", soft_wrap=True)
    if decided.get("power") is not None and decision != "cannot-tell":
        out.print(
            f"[dim]An equal candidate passes with {decided['power'] * 100:.0f} % chance; a true "
            f"loss of {points(decided['detectable_loss'])} fails with 80 % chance.[/dim]",
            soft_wrap=True,
        )
    _print_lost(decided["items"])
    if (page := comparison_url(address, decided)) is not None:
        out.print(f"[dim]{escape(page)}[/dim]", soft_wrap=True)


def _print_lost(items: dict[str, Any]) -> None:
    out = console()
    if not items["lost"]:
        return
    out.print(
        f"points lost on {counted(items['lost'], 'question')}, gained on {items['gained']:,}; "
        "those that cost most:",
        soft_wrap=True,
    )
    for one in items["worst"]:
        out.print(
            f"  {signed(one['cost'])}  {escape(one['item'])}  [dim]{escape(moved(one))}  "
            f"{escape(short(one['question']))}[/dim]".rstrip(),
            soft_wrap=True,
        )


def moved(lost: dict[str, Any]) -> str:
    """`correct → wrong`: what baseline and candidate made of an item, or their points on it."""
    return " → ".join(_stand(lost[side]) for side in ("baseline", "candidate"))


def _stand(stand: dict[str, Any]) -> str:
    if stand["outcome"] is not None:
        return str(stand["outcome"])
    return "–" if stand["points"] is None else f"{stand['points']:z.2f} points"


def short(text: str | None, longest: int = 72) -> str:
    """A question in a line."""
    line = " ".join((text or "").split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def limits(decided: dict[str, Any]) -> str:
    """`(−44.1 to −30.5)`, the one-sided 95 % limits that decide; nothing where there are none."""
    if decided["low"] is None:
        return ""
    return f" ({points(decided['low'])} to {points(decided['high'])})"


def _difference(decided: dict[str, Any]) -> str:
    return (
        f"difference [bold]{signed(decided['difference']['value'])}[/bold]{limits(decided)}, "
        f"largest loss {loss(decided)}, in points per 100; "
        f"{counted(decided['difference']['n_items'], 'item')}"
    )


def loss(decided: dict[str, Any]) -> str:
    """The largest loss as it was typed: `2`, `0.5`."""
    return f"{decided['largest_loss'] * 100:.10g}"


def _contenders(decided: dict[str, Any]) -> str:
    told = []
    for side in ("candidate", "baseline"):
        stored, score = decided[side]["submission"], points(decided[side]["score"]["value"])
        if stored is None:
            told.append(f"{side}: {score}, these rows, not stored")
        else:
            when = str(stored["created_at"])[:10]
            told.append(f"{side}: {score}, {stored['model']['name']} {stored['id']} of {when}")
    return "; ".join(told)


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


def _terms(view: dict[str, Any]) -> str:
    if view["rule"] != "target":
        return str(view["rule"])
    return f"{at_target(view['target'])}, {view['mode']}"


def _reach(score: dict[str, Any]) -> str:
    interval = score.get("interval")
    return "–" if interval is None else f"{points(interval['low'])} to {points(interval['high'])}"


def signed(value: float | None) -> str:
    """Points per 100 with their sign."""
    shown = points(value)
    return f"+{shown}" if value is not None and value > 0 else shown
