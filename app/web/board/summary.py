"""The summary of a board: rank changes against accuracy, and models below always abstaining."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.web.rendering.format import ordinal

Pieces = list[tuple[str, str]]
"""Pieces of text, each "strong" (a name) or "plain", to be read in a row."""


@dataclass(frozen=True, slots=True)
class RankedModel:
    """One model, best first: its name, rank, rank by accuracy, and score."""

    name: str
    rank: int
    accuracy_rank: int
    score: float


def board_summary(places: Sequence[RankedModel], *, free: bool) -> Pieces:
    """Rank changes and the number of negative scores; `free` means that a wrong answer
    costs nothing."""
    if not places:
        return [("plain", "No model is ranked on this board yet.")]
    first = places[0]
    if len(places) == 1:
        standalone_svg: Pieces = [("strong", first.name), ("plain", " is the only model here. ")]
        return standalone_svg if free else [*standalone_svg, ("plain", _silence(places))]
    if free:
        return [
            ("strong", first.name),
            ("plain", " leads on accuracy. "),
            ("plain", "Move the dial to see who still leads when wrong answers cost something."),
        ]
    pieces: Pieces = []
    crowned = min(places, key=lambda model: model.accuracy_rank)
    if crowned.rank > 1:
        fall = f" falls from {ordinal(crowned.accuracy_rank)} to {ordinal(crowned.rank)}. "
        pieces += [("strong", crowned.name), ("plain", fall)]
    if first.accuracy_rank > 1:
        climb = f" climbs from {ordinal(first.accuracy_rank)} to {ordinal(first.rank)}. "
        pieces += [("strong", first.name), ("plain", climb)]
    else:
        pieces += [("strong", first.name), ("plain", " leads under both rules. ")]
    return [*pieces, ("plain", _silence(places))]


def _silence(places: Sequence[RankedModel]) -> str:
    losing = sum(model.score < 0 for model in places)
    if not losing and len(places) == 1:
        return "It scores at least what saying “I don’t know” to everything would."
    if not losing:
        return "No model would score more by saying “I don’t know” to everything."
    of = f"{losing} of {len(places)} models"
    if losing == len(places):
        of = "Every model here" if losing > 1 else "It"
    return f"{of} would score more by saying “I don’t know” to everything."
