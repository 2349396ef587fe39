"""The story of a board in a sentence or two: who falls, who climbs, whom silence would beat."""

from app.services.board import Leaderboard, Standing
from app.web.words import ordinal


def story(board: Leaderboard) -> list[tuple[str, str]]:
    """Pieces of text, each "strong" (a name) or "plain", to be read in a row."""
    rows = board.standings
    if not rows:
        return [("plain", "Nobody has a place on this board yet.")]
    if board.rule == "binary" or board.target == 0:
        return [*_name(rows[0]), ("plain", " leads when a wrong answer costs nothing.")]
    pieces: list[tuple[str, str]] = []
    crowned = min(rows, key=lambda row: (row.accuracy_rank, row.rank))
    if crowned.rank > 1:
        fall = f" falls from {ordinal(crowned.accuracy_rank)} to {ordinal(crowned.rank)}. "
        pieces += [*_name(crowned), ("plain", fall)]
    first = rows[0]
    if first.accuracy_rank > 1:
        climb = f" climbs from {ordinal(first.accuracy_rank)} to {ordinal(first.rank)}. "
        pieces += [*_name(first), ("plain", climb)]
    else:
        pieces += [*_name(first), ("plain", " leads under both rules. ")]
    return [*pieces, ("plain", _silence(board))]


def _name(row: Standing) -> list[tuple[str, str]]:
    return [("strong", row.model.name)]


def _silence(board: Leaderboard) -> str:
    losing = sum((row.score.value or 0) < 0 for row in board.standings)
    if not losing:
        return "No model would score more by saying “I don’t know” to everything."
    of = f"{losing} of {len(board.standings)} models"
    if losing == len(board.standings):
        of = "Every model here" if losing > 1 else "The model"
    return f"{of} would score more by saying “I don’t know” to everything."
