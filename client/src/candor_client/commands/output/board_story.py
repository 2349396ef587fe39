"""The sentence above a board in the terminal, from the summary that the server computed.

The same words as above the board's page, models in bold.
"""

from typing import Final, cast

from rich.markup import escape

from candor_client.replies import BoardSummary, SummaryModel
from candor_client.results import Leaderboard
from candor_client.wording import counted

_SILENCE: Final = "“I don’t know” every time"
_NUMBERS: Final = (
    "No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten",
)  # fmt: skip


def story(board: Leaderboard) -> str:
    """Who is first, who was first by accuracy, and who loses points; nothing where the server is
    too old to tell."""
    summary = cast("BoardSummary | None", board.get("summary"))
    if summary is None:
        return ""
    first, total = summary["first"], board["total"]
    free = board["rule"] == "binary" or board["target"] == 0
    if first is None:
        return "No model is ranked on this board yet."
    if total == 1:
        alone = f"{_name(first)} is the only model here."
        return alone if free else f"{alone} {_alone(summary)}"
    lead = _lead(board, summary, first, free=free)
    if free:
        return lead
    parts = (lead, _by_accuracy(summary), _beside_silence(summary, total))
    return " ".join(part for part in parts if part)


def _lead(board: Leaderboard, summary: BoardSummary, first: SummaryModel, *, free: bool) -> str:
    if summary["n_first"] > 1:
        on = " on accuracy" if free else ""
        return f"{_number(summary['n_first'])} models share 1st place{on}."
    name = _name(first)
    if not free and first["accuracy_rank"] > 1:
        name += f" ({_nth(first['accuracy_rank'])} by accuracy)"
    others, best = summary["not_told_apart"], "accuracy" if free else "score"
    if others == 0:
        on = "leads on accuracy" if free else "leads"
        return f"{name} {on}, clearly ahead of every other model."
    clear = ""
    if others is not None:
        every = others == board["total"] - 1
        whom = "any other model" if every else counted(others, "other model")
        clear = f"; no clear difference from {whom}"
    elif board["ranges"]["reason"] == "pending":
        clear = "; whether it is clearly ahead is being computed"
    return f"{name} has the highest {best}{clear}."


def _by_accuracy(summary: BoardSummary) -> str:
    """Where those are now that lead by accuracy; a fall only with the ranks that noise allows."""
    model, ranks = summary["first_by_accuracy"], summary["ranks_of_first_by_accuracy"]
    if model is None or ranks is None:
        return ""
    best, worst = ranks
    if summary["n_first_by_accuracy"] > 1:
        if worst == 1 and summary["n_first"] == summary["n_first_by_accuracy"]:
            return "They share it by accuracy too."
        where = _nth(best) if best == worst else f"{_nth(best)} to {_nth(worst)}"
        share = f"{_number(summary['n_first_by_accuracy'])} models share 1st place by accuracy"
        return f"{share}, and are {where} here."
    if model["rank"] == 1 and summary["n_first"] == 1:
        return "It is 1st by accuracy too."
    return f"{_name(model)}{_where_now(model)}"


def _where_now(model: SummaryModel) -> str:
    here, allowed = _nth(model["rank"]), model["rank_range"]
    if model["rank"] == 1:
        return ", 1st by accuracy, is one of them."
    if allowed is None:
        return f", 1st by accuracy, is {here} here."
    if allowed[0] == 1:
        return f", 1st by accuracy, is {here} here ({rank_range(allowed)}), no clear fall."
    return f" falls from 1st by accuracy to {here} ({rank_range(allowed)})."


def _alone(summary: BoardSummary) -> str:
    if summary["n_below"]:
        return f"It would do better answering {_SILENCE}."
    if summary["n_unclear"]:
        return f"There is no clear difference from {_SILENCE}."
    return f"It does clearly better than {_SILENCE}."


def _beside_silence(summary: BoardSummary, total: int) -> str:
    below, unclear = summary["n_below"], summary["n_unclear"]
    if summary["n_above"] == total:
        return f"Every model does clearly better than {_SILENCE}."
    if below == total:
        return f"Every model would do better answering {_SILENCE}."
    if unclear == total:
        return f"No model is clearly better or worse than {_SILENCE}."
    if not below:
        return (
            f"No model is clearly worse than {_SILENCE}; for {unclear} of {total} there is no "
            "clear difference."
        )
    rest = f"; for {unclear} there is no clear difference" if unclear else ""
    return f"{below} of {total} models would do better answering {_SILENCE}{rest}."


def rank_range(ends: list[int] | None) -> str:
    """The places that a simultaneous test cannot rule out; nothing while they are computed."""
    if ends is None:
        return ""
    first, last = ends
    return str(first) if first == last else f"{first}–{last}"


def _name(model: SummaryModel) -> str:
    return f"[bold]{escape(model['name'])}[/bold]"


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"


def _nth(n: int) -> str:
    last = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{last}"
