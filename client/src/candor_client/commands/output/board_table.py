"""A board for the terminal: bars about zero, and the line of always abstaining."""

from collections import Counter
from typing import Final

from rich.markup import escape
from rich.table import Table

from candor_client.commands.output.board_story import rank_range, story
from candor_client.commands.output.messages import console
from candor_client.results import Leaderboard, Standing
from candor_client.wording import at_target, counted

_WIDEST_HALF: Final = 12
_NARROWEST_HALF: Final = 4
_WITHOUT_BARS: Final = 101
"""Columns of a terminal that names and numbers want for themselves; bars get what is left."""
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"


def print_board(board: Leaderboard) -> None:
    """Prints the board; scores in points per 100."""
    out = console()
    out.print(f"[bold]{escape(board['benchmark'])}[/bold]  [dim]{_rule(board)}[/dim]")
    if told := story(board):
        out.print(told)
    out.print(_table(board, half=_half(out.width)))
    for line in notes(board):
        out.print(f"[dim]{escape(line)}[/dim]", soft_wrap=True)


_MARKS: Final = (
    ("†", "self_reported", "graded by its submitter, not here"),
    ("‡", "provisional", "some answers are still ungraded"),
)
"""Marks beside names: the field of a row that sets each, and what it means."""
_UNRANKED_SHOWN: Final = 200
"""A board names no more than that."""
_UNRANKED: Final = {
    "withdrawn": "withdrawn",
    "erased": "with their answers erased",
    "superseded": "superseded by a newer one of the same run",
    "missing": "with too many items missing",
    "ungraded": "with too many answers ungraded",
    "attempt": "passed over for another attempt of the model",
    "stated-target": "under another stated target",
    "confidence-missing": "without the confidences that the rule needs",
}
"""Why a submission has no place, after how many of them there are."""


def notes(board: Leaderboard) -> list[str]:
    """What the marks beside names mean, who is whose, and why submissions are not ranked."""
    lines = [
        f"{mark} {meaning}"
        for mark, field, meaning in _MARKS
        if any(row.get(field) for row in board["data"])
    ]
    owners = {row["owner"] for row in board["data"]}
    if len(owners) == 1:
        lines.append(f"all submitted by {owners.pop()}")
    reasons = Counter(one["reason"] for one in board["unranked"])
    if reasons:
        told = "; ".join(
            f"{number:,} {_UNRANKED.get(reason, reason)}" for reason, number in reasons.items()
        )
        most = len(board["unranked"]) >= _UNRANKED_SHOWN
        lines.append(f"not ranked{', of the newest' * most}: {told}")
    return lines


def _half(width: int) -> int:
    """How long a bar may grow to either side; 0 where the terminal has no room for bars."""
    half = min(_WIDEST_HALF, (width - _WITHOUT_BARS) // 2)
    return half if half >= _NARROWEST_HALF else 0


def _table(board: Leaderboard, *, half: int) -> Table:
    values = [row["score"]["value"] or 0.0 for row in board["data"]]
    reach = max((abs(value) for value in values), default=0.0) or 1.0
    # Without room for bars the columns stand closer: all of them fit 80.
    table = Table(box=None, header_style="dim", pad_edge=False, collapse_padding=not half)
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("places", no_wrap=True)
    table.add_column("model", overflow="fold", min_width=10)
    if half:
        table.add_column("", no_wrap=True)
    for name in ("score", "95 % interval", "accuracy", "by acc.", "answered", "miscal."):
        table.add_column(name, justify="right", no_wrap=name != "by acc.")
    silence = _reference(board, "always-abstain", half=half)
    # One owner of everything is told once, under the table, and not in every row.
    owners = len({row["owner"] for row in board["data"]}) > 1
    for row, value in zip(board["data"], values, strict=True):
        if silence and value < 0:
            table.add_row(*silence)
            silence = []
        table.add_row(*_cells(row, value / reach, half=half, owners=owners))
    if silence:
        table.add_row(*silence)
    return table


def _cells(row: Standing, share: float, *, half: int, owners: bool) -> list[str]:
    interval = row["score"]["interval"]
    reach = "–" if interval is None else f"{points(interval['low'])} to {points(interval['high'])}"
    change = row["rank_change"]
    moved = "[dim]=[/dim]"
    if change:
        moved = f"[green]▲{change}[/green]" if change > 0 else f"[red]▼{-change}[/red]"
    marks = "".join(f" {mark}" for mark, field, _ in _MARKS if row.get(field))
    owner = f" [dim]{escape(row['owner'])}[/dim]" if owners else ""
    return [
        str(row["rank"]),
        f"[dim]{rank_range(row['rank_range'])}[/dim]",
        f"[bold]{escape(row['model']['name'])}[/bold]{marks}{owner}",
        *_bar(share, half=half),
        f"[bold]{points(row['score']['value'])}[/bold]",
        reach,
        points(row["accuracy"]["value"]),
        f"{row['accuracy_rank']} {moved}",
        points(row["coverage"]),
        thousandths(row["excess_miscalibration"]),
    ]


def _reference(board: Leaderboard, name: str, *, half: int) -> list[str]:
    found = next((one for one in board["references"] if one["name"] == name), None)
    if found is None:
        return []
    dim = "[dim italic]"
    return [
        "",
        "",
        f"{dim}always “I don’t know”[/]",
        *_bar(0.0, half=half),
        f"{dim}0.0[/]",
        "",
        f"{dim}0.0[/]",
        "",
        f"{dim}0.0[/]",
        "",
    ]


def _bar(share: float, *, half: int) -> list[str]:
    """A bar about a middle line, red to the left of it, green to the right; none without room."""
    if not half:
        return []
    cells = abs(share) * half
    whole, part = int(cells), _EIGHTHS[round((cells - int(cells)) * 8)].strip()
    if share >= 0:
        return [f"{' ' * half}[dim]│[/dim][green]{'█' * whole}{part}[/green]"]
    full = "█" * max(1, round(cells))
    return [f"{' ' * (half - len(full))}[red]{full}[/red][dim]│[/dim]"]


def points(value: float | None) -> str:
    """Points per 100 with a real minus sign; an en dash where undefined."""
    if value is None:
        return "–"
    return f"{value * 100:z.1f}".replace("-", "−")


def thousandths(value: float | None) -> str:
    """A figure from 0 to 1, as boards and pages print it; an en dash where undefined."""
    return "–" if value is None else f"{value:z.3f}".replace("-", "−")


def _rule(board: Leaderboard) -> str:
    n_items = counted(board["n_items"], "item")
    if board["rule"] != "target":
        return f"{board['rule']} · {n_items}"
    return (
        f"{at_target(board['target'] or 0.0)} · a wrong answer costs {board['penalty']:.4g} · "
        f"{board['mode']} · {n_items}"
    )
