"""The sentence above a board, in words, from the summary that the service computed.

`static/summary.js` says the same while the dial turns, `candor leaderboard` in a terminal;
`tests/truth` holds all three to the values.
"""

from typing import Final

from app.services.board.schemas import BoardSummary, Leaderboard, SummaryModel
from app.services.state.background_jobs import PENDING
from app.web.rendering.format import ordinal, rank_range
from app.wording import counted

Pieces = list[tuple[str, str]]
"""Pieces of text, each "strong" (a name) or "plain", to be read in a row."""

SILENCE: Final = "“I don’t know” every time"
_NUMBERS: Final = (
    "No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten",
)  # fmt: skip


def board_summary(board: Leaderboard) -> Pieces:
    """Who is first, who was first by accuracy, and who loses points, noise set apart."""
    summary, first = board.summary, board.summary.first
    free = board.rule == "binary" or board.target == 0
    if first is None:
        return [("plain", "No model is ranked on this board yet.")]
    if board.total == 1:
        alone: Pieces = [("strong", first.name), ("plain", " is the only model here. ")]
        return alone if free else [*alone, ("plain", _alone(summary))]
    pending = board.ranges.reason == PENDING
    pieces = _lead(summary, first, board.total, free=free, pending=pending)
    if free:
        return pieces
    return [*pieces, *_by_accuracy(summary), ("plain", _beside_silence(summary, board.total))]


def sentences(pieces: Pieces) -> list[str]:
    """The same sentence by sentence; names may hold full stops."""
    out, started = [], ""
    for kind, text in pieces:
        started += text
        if kind == "plain":
            out.append(started.strip())
            started = ""
    return out


def silence_words(*, last: bool) -> str:
    """What the row of always abstaining says of the rows below it."""
    if last:
        return "no model here scores below this"
    return "models below score less than this; a grey score is not clearly less"


def _lead(
    summary: BoardSummary, first: SummaryModel, total: int, *, free: bool, pending: bool
) -> Pieces:
    if summary.n_first > 1:
        on = " on accuracy" if free else ""
        return [("plain", f"{_number(summary.n_first)} models share 1st place{on}. ")]
    name: Pieces = [("strong", first.name)]
    before = (
        "" if free or first.accuracy_rank == 1 else f" ({ordinal(first.accuracy_rank)} by accuracy)"
    )
    others, best = summary.not_told_apart, "accuracy" if free else "score"
    if others == 0:
        on = "leads on accuracy" if free else "leads"
        return [*name, ("plain", f"{before} {on}, clearly ahead of every other model. ")]
    clear = ""
    if others is not None:
        whom = "any other model" if others == total - 1 else counted(others, "other model")
        clear = f"; no clear difference from {whom}"
    elif pending:
        clear = "; whether it is clearly ahead is being computed"
    return [*name, ("plain", f"{before} has the highest {best}{clear}. ")]


def _by_accuracy(summary: BoardSummary) -> Pieces:
    """Where those are now that lead by accuracy; a fall only with the ranks that noise allows."""
    model, ranks = summary.first_by_accuracy, summary.ranks_of_first_by_accuracy
    if model is None or ranks is None:
        return []
    if summary.n_first_by_accuracy > 1:
        if ranks == (1, 1) and summary.n_first == summary.n_first_by_accuracy:
            return [("plain", "They share it by accuracy too. ")]
        where = ordinal(ranks[0])
        if ranks[0] != ranks[1]:
            where += f" to {ordinal(ranks[1])}"
        share = f"{_number(summary.n_first_by_accuracy)} models share 1st place by accuracy"
        return [("plain", f"{share}, and are {where} here. ")]
    if model.rank == 1:
        if summary.n_first == 1:
            return [("plain", "It is 1st by accuracy too. ")]
        return [("strong", model.name), ("plain", ", 1st by accuracy, is one of them. ")]
    here, spread = ordinal(model.rank), rank_range(model.rank_range)
    if model.rank_range is None:
        says = f", 1st by accuracy, is {here} here. "
    elif model.rank_range[0] == 1:
        says = f", 1st by accuracy, is {here} here ({spread}), no clear fall. "
    else:
        says = f" falls from 1st by accuracy to {here} ({spread}). "
    return [("strong", model.name), ("plain", says)]


def _alone(summary: BoardSummary) -> str:
    if summary.n_below:
        return f"It would do better answering {SILENCE}."
    if summary.n_unclear:
        return f"There is no clear difference from {SILENCE}."
    return f"It does clearly better than {SILENCE}."


def _beside_silence(summary: BoardSummary, total: int) -> str:
    below, unclear = summary.n_below, summary.n_unclear
    if summary.n_above == total:
        return f"Every model does clearly better than {SILENCE}."
    if below == total:
        return f"Every model would do better answering {SILENCE}."
    if unclear == total:
        return f"No model is clearly better or worse than {SILENCE}."
    if not below:
        return (
            f"No model is clearly worse than {SILENCE}; for {unclear} of {total} there is no clear "
            "difference."
        )
    rest = f"; for {unclear} there is no clear difference" if unclear else ""
    return f"{below} of {total} models would do better answering {SILENCE}{rest}."


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"
