"""The price table: points of a wrong answer at the usual targets."""

from dataclasses import dataclass
from typing import Final

from app.scoring.targets import Target
from app.web.rendering import format as words

PRICED: Final = (Target(0), Target(5_000), Target(7_500), Target(9_000))
"""The targets that every price table shows."""


@dataclass(frozen=True, slots=True)
class Price:
    """One row of the price table."""

    target: str
    wrong: str
    pays: str
    chosen: bool


def price_table(*, chosen: Target | None = None) -> list[Price]:
    """What a wrong answer costs at the usual targets, and at `chosen`."""
    targets = sorted({*PRICED, *([] if chosen is None else [chosen])})
    return [
        Price(
            target="binary, t = 0" if target.units == 0 else words.at_target(target),
            wrong=words.price(target.penalty),
            pays="always"
            if target.units == 0
            else f"more than {words.target(target.value * 100)}\u00a0% sure",
            chosen=target == chosen,
        )
        for target in targets
    ]
