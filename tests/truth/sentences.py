"""Reads the sentences about a board and holds each to the rows of the JSON reply.

What is true is worked out here from the rows alone, not from the reply's own summary. A sentence of
a form that is not known fails, so that none can be said without being checked.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
NUMBERS = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"]
SILENCE = "“I don’t know” every time"


@dataclass(frozen=True)
class Truth:
    """The rows of a board, all of them, and whether a wrong answer costs nothing."""

    rows: Sequence[Row]
    free: bool

    @property
    def first(self) -> list[Row]:
        return [row for row in self.rows if row["rank"] == 1]

    @property
    def by_accuracy(self) -> list[Row]:
        return [row for row in self.rows if row["accuracy_rank"] == 1]

    def sides(self) -> list[int]:
        return [side(row) for row in self.rows]

    def named(self, name: str) -> Row:
        found = [row for row in self.rows if row["model"]["name"] == name]
        assert len(found) == 1, name
        return found[0]

    def told_apart(self) -> int | None:
        """How many of a lower rank the test tells apart from the first; None while not known."""
        one = self.first[0]
        if one["tied_with"] is None:
            return None
        lower = [row["submission"] for row in self.rows if row["rank"] > 1]
        compared = [row for row in self.rows if row["tied_with"] is not None]
        beyond = len(lower) - (len(compared) - len(self.first))
        tied = sum(other in one["tied_with"] for other in lower)
        # The last rank that is not ruled out counts those that were not compared where they count.
        if beyond and one["rank_range"][1] > len(compared):
            tied += beyond
        return len(lower) - tied


def side(row: Row) -> int:
    """1 where the interval of a row's score lies above zero, -1 where below, else 0."""
    interval = row["score"]["interval"]
    if interval is None:
        return 0
    return 1 if interval["low"] > 0 else -1 if interval["high"] < 0 else 0


def truth_of(board: dict[str, Any]) -> Truth:
    """From a whole leaderboard as JSON."""
    assert len(board["data"]) == board["total"]
    return Truth(board["data"], board["rule"] == "binary" or board["target"] == 0)


def check_story(text: str, truth: Truth, *, whole: bool = True) -> None:
    """Raises AssertionError where a sentence is untrue of the rows or of an unknown form, or where
    one is missing (`whole`): who is first, where the first by accuracy are, who loses points."""
    rest = " ".join(text.split())
    said = 0
    while rest:
        for pattern, holds in FORMS:
            found = re.match(pattern + r"(?: |$)", rest)
            if found is not None and _holds(holds, truth, found):
                rest = rest[found.end() :]
                break
        else:
            raise AssertionError(f"untrue of the rows, or of an unknown form: {rest}")
        said += 1
    least = min(len(truth.rows), 1 if truth.free else 2 if len(truth.rows) == 1 else 3)
    assert said >= (least if whole else min(least, 1)), text


def _holds(holds: Callable[..., object], truth: Truth, found: re.Match[str]) -> bool:
    try:
        return bool(holds(truth, **found.groupdict()))
    except AssertionError:
        return False


def _place(text: str) -> int:
    found = re.fullmatch(r"(\d+)(st|nd|rd|th)", text)
    assert found is not None, text
    number = int(found[1])
    ending = (
        "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    assert found[2] == ending
    return number


def _count(text: str) -> int:
    return NUMBERS.index(text) if text in NUMBERS else int(text.replace(",", ""))


def _is_only_first(truth: Truth, name: str, nth: str | None) -> bool:
    if len(truth.first) != 1 or truth.first[0]["model"]["name"] != name:
        return False
    rank = truth.first[0]["accuracy_rank"]
    return (rank == 1 or truth.free) if nth is None else rank == _place(nth) and rank > 1


def _ahead(truth: Truth, name: str, nth: str | None = None, accuracy: str | None = None) -> bool:
    everybody = truth.told_apart() == len(truth.rows) - 1
    return _is_only_first(truth, name, nth) and everybody and truth.free == bool(accuracy)


def _highest(
    truth: Truth, name: str, what: str, nth: str | None = None, unclear: str | None = None
) -> bool:
    if not _is_only_first(truth, name, nth) or truth.free != (what == "accuracy"):
        return False
    apart = truth.told_apart()
    if unclear is None:
        return apart is None
    lower = len(truth.rows) - 1
    if apart is None:
        return False
    number = lower if unclear == "any" else int(unclear.split()[0].replace(",", ""))
    return number == lower - apart and number > 0


def _share(truth: Truth, count: str, accuracy: str | None = None) -> bool:
    return len(truth.first) == _count(count) > 1 and truth.free == bool(accuracy)


def _fell(truth: Truth, name: str, nth: str, low: str, high: str | None = None) -> bool:
    row = truth.named(name)
    span = [int(low), int(high or low)]
    return (
        truth.by_accuracy == [row]
        and row["rank"] == _place(nth) > 1
        and row["rank_range"] == span
        and span[0] > 1
    )


def _no_clear_fall(truth: Truth, name: str, nth: str, high: str) -> bool:
    row = truth.named(name)
    return (
        truth.by_accuracy == [row]
        and row["rank"] == _place(nth) > 1
        and row["rank_range"] == [1, int(high)]
    )


def _now(truth: Truth, name: str, nth: str) -> bool:
    row = truth.named(name)
    return truth.by_accuracy == [row] and row["rank"] == _place(nth) > 1


def _several(truth: Truth, count: str, best: str, worst: str | None = None) -> bool:
    ranks = [row["rank"] for row in truth.by_accuracy]
    return len(ranks) == _count(count) > 1 and [min(ranks), max(ranks)] == [
        _place(best), _place(worst or best),
    ]  # fmt: skip


def _beside(truth: Truth, below: str | None, unclear: str | None, total: str | None) -> bool:
    sides = truth.sides()
    return (
        sides.count(-1) == int(below or 0)
        and sides.count(0) == int(unclear or 0)
        and (total is None or int(total) == len(sides))
    )


def _alone(truth: Truth, wanted: int) -> bool:
    return truth.sides() == [wanted]


NAME = r"(?P<name>.+?)"
NTH = r"(?: \((?P<nth>\w+) by accuracy\))?"
FORMS: list[tuple[str, Callable[..., object]]] = [
    (r"No model is ranked on this board yet\.", lambda t: not t.rows),
    (rf"{NAME} is the only model here\.", lambda t, name: len(t.rows) == 1 and t.named(name)),
    (r"(?P<count>\w+) models share 1st place(?P<accuracy> on accuracy)?\.", _share),
    (
        rf"{NAME}{NTH} leads(?P<accuracy> on accuracy)?, clearly ahead of every other model\.",
        _ahead,
    ),
    (
        (
            rf"{NAME}{NTH} has the highest (?P<what>score|accuracy); no clear difference from "
            r"(?P<unclear>any|[\d,]+) other models?\."
        ),
        _highest,
    ),
    (
        (
            rf"{NAME}{NTH} has the highest (?P<what>score|accuracy)"
            r"(?:; whether it is clearly ahead is being computed)?\."
        ),
        _highest,
    ),
    (r"It is 1st by accuracy too\.", lambda t: t.first == t.by_accuracy and len(t.first) == 1),
    (r"They share it by accuracy too\.", lambda t: t.first == t.by_accuracy and len(t.first) > 1),
    (
        rf"{NAME}, 1st by accuracy, is one of them\.",
        lambda t, name: t.by_accuracy == [t.named(name)] and t.named(name) in t.first,
    ),
    (
        rf"{NAME} falls from 1st by accuracy to (?P<nth>\w+) \((?P<low>\d+)(?:–(?P<high>\d+))?\)\.",
        _fell,
    ),
    (
        rf"{NAME}, 1st by accuracy, is (?P<nth>\w+) here \(1–(?P<high>\d+)\), no clear fall\.",
        _no_clear_fall,
    ),
    (rf"{NAME}, 1st by accuracy, is (?P<nth>\w+) here\.", _now),
    (
        (
            r"(?P<count>\w+) models share 1st place by accuracy, and are (?P<best>\w+)"
            r"(?: to (?P<worst>\w+))? here\."
        ),
        _several,
    ),
    (rf"It would do better answering {SILENCE}\.", lambda t: _alone(t, -1)),
    (rf"There is no clear difference from {SILENCE}\.", lambda t: _alone(t, 0)),
    (rf"It does clearly better than {SILENCE}\.", lambda t: _alone(t, 1)),
    (rf"Every model does clearly better than {SILENCE}\.", lambda t: set(t.sides()) == {1}),
    (rf"Every model would do better answering {SILENCE}\.", lambda t: set(t.sides()) == {-1}),
    (rf"No model is clearly better or worse than {SILENCE}\.", lambda t: set(t.sides()) == {0}),
    (
        (
            rf"No model is clearly worse than {SILENCE}; for (?P<unclear>\d+) of (?P<total>\d+) "
            r"there is no clear difference\."
        ),
        lambda t, unclear, total: _beside(t, None, unclear, total),
    ),
    (
        (
            rf"(?P<below>\d+) of (?P<total>\d+) models would do better answering {SILENCE}"
            r"(?:; for (?P<unclear>\d+) there is no clear difference)?\."
        ),
        _beside,
    ),
    (r"Move the dial to see who leads when wrong answers cost something\.", lambda t: t.free),
]
"""Every sentence that may be said of a board, and what must hold for it; the first that fits."""
