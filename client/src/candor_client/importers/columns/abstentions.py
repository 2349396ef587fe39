"""Which column says that a model declined, and in which words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from candor_client.importers.columns.answers import shown
from candor_client.importers.columns.names import (
    ABSTAINED,
    ATTEMPTED,
    DECISIONS,
    first_named,
    normal,
)
from candor_client.importers.columns.table import Table
from candor_client.importers.reading.declining import declines
from candor_client.importers.reading.values import flag, is_missing

_DECLINED: Final = frozenset(
    {
        "abstain", "abstained", "abstains", "abstention", "decline", "declined", "refuse",
        "refused", "refusal", "not attempted", "not answered", "no answer", "skip", "skipped",
        "withheld", "unanswered",
    }
)  # fmt: skip
_ANSWERED: Final = frozenset(
    {"answer", "answered", "answers", "attempted", "attempt", "respond", "responded", "commit"}
)


@dataclass(frozen=True, slots=True)
class Abstentions:
    """The column, whether it says the opposite (`answered`), and whether it is told by words."""

    header: str | None = None
    inverse: bool = False
    looked_for: bool = True

    def read(self, value: Any) -> bool | None:
        """Whether the model declined; None where nothing stands there. Raises `ValueError` for
        what is neither yes nor no."""
        if is_missing(value):
            return None
        declined = _declined(value)
        if declined is None:
            flagged = flag(value)
            if flagged is None or (isinstance(value, int | float) and value not in {0, 1}):
                raise ValueError(f"abstained is {shown(value)}, which is neither yes nor no")
            declined = flagged != self.inverse
        return declined


def abstentions_of(
    table: Table, headers: Mapping[str, list[str]], wished: Mapping[str, str]
) -> Abstentions:
    """The column that says who declined, if any. `looked_for` is false where the caller says that
    there is none: then no answer is taken for an abstention."""
    if "abstained" in wished:
        header = wished["abstained"] or None
        inverse = header is not None and normal(header) in ATTEMPTED
        return Abstentions(header, inverse, looked_for=False)
    taken = set(wished.values())
    for known, inverse in ((ABSTAINED, False), (ATTEMPTED, True)):
        matching = [
            candidate for candidate in first_named(known, headers) if candidate not in taken
        ]
        if matching:
            return Abstentions(matching[0], inverse)
    for header in first_named(DECISIONS, headers):
        words = [_declined(value) for value in table.stated(header)]
        if header not in taken and True in words and False in words:
            return Abstentions(header)
    return Abstentions()


def _declined(value: Any) -> bool | None:
    """Whether a word says that the model declined, or that it answered; None where it is no such
    word."""
    if not isinstance(value, str):
        return None
    word = value.strip().lower().replace("_", " ").replace("-", " ")
    if word in _DECLINED or declines(word):
        return True
    return False if word in _ANSWERED else None
