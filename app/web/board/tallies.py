"""A board's models as `Tally`: shares right and wrong as answered, numbered where they lead."""

from dataclasses import replace

from app.services.board.schemas import Leaderboard, Standing
from app.web.board.lines import HUES
from app.web.charts import Tally, stretches


def declared_tally_of(row: Standing) -> Tally:
    """One standing as it answered; on a hidden benchmark from its rounded shares."""
    if row.counts is None:
        shares = row.shares or {}
        return Tally(row.model.name, shares.get("correct", 0.0), shares.get("wrong", 0.0), 0)
    counts = row.counts
    outcomes = (counts.correct, counts.wrong, counts.partial, counts.abstained, counts.missing)
    n = max(sum(outcomes), 1)
    return Tally(row.model.name, counts.correct / n, counts.wrong / n, 0)


def declared_tallies(board: Leaderboard) -> list[Tally]:
    """All standings of the board at hand, the first seven leaders numbered by rising target."""
    plain = [declared_tally_of(row) for row in board.standings]
    numbers: dict[int, int] = {}
    place_of = {id(tally): place for place, tally in enumerate(plain)}
    for stretch in stretches(plain):
        place = -1 if stretch.model is None else place_of[id(stretch.model)]
        if place >= 0 and place not in numbers and len(numbers) < HUES:
            numbers[place] = len(numbers) + 1
    return [replace(tally, leads=numbers.get(place, 0)) for place, tally in enumerate(plain)]
