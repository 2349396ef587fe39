"""The cells of the bench: settings with known truth, and what came out of them.

A `Setting` draws one thing at a time (a submission, a pair of them, a board), computes its
intervals by name with the functions that the service uses, and knows the truth by name. Each name
of each setting is a cell. A new figure, difference or test needs settings in
`settings.SETTINGS` and nothing else.
"""

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from app.scoring.score import Interval

LEAST: Final = 0.93
MOST: Final = 0.99
"""Between which the coverage of a 95 % interval must lie."""

SURE: Final = 3.0
"""A cell is outside only where chance does not explain it: by so many standard errors."""

DEFINED: Final = 0.2
"""A figure that fewer of the draws have is not judged."""

Named = tuple[str, Interval, float | None]
"""A cell's name, its interval, and the value that the interval is of (None: not judged)."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One way to draw data, whose truth is known.

    `intervals` gives (name, interval, value) of everything that the drawn thing has; names that are
    not in `truths` are left out. `rare` says by name why a cell may cover more than MOST: events
    too few to cut finer, or a prior that counts as much as the data.
    """

    name: str
    draw: Callable[[np.random.Generator], Any]
    intervals: Callable[[Any], Iterator[Named]]
    truths: Mapping[str, float]
    rare: Callable[[str], str | None] = lambda name: None
    short: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One cell: how often its interval held the truth, and on which side the truth lay else."""

    setting: str
    name: str
    method: str
    drawn: int
    defined: int
    held: int
    truth_below: int
    truth_above: int
    outside: int
    flat: int
    width: float
    excuse: str | None

    @property
    def coverage(self) -> float:
        """Share of the intervals that hold the truth."""
        return self.held / self.defined

    @property
    def fault(self) -> str | None:
        """What is wrong with the cell; None where it is as promised or excused."""
        error = SURE * (max(self.coverage * (1 - self.coverage), 0.005) / self.defined) ** 0.5
        if self.outside:
            return f"{self.outside} intervals leave their own value outside"
        if self.flat:
            return f"{self.flat} intervals of zero width"
        if self.coverage + error < LEAST:
            return "covers too little"
        if self.coverage - error > MOST and self.excuse is None:
            return "covers too much"
        return None


def run(setting: Setting, sims: int, seed: int) -> list[Outcome]:
    """The cells of a setting over `sims` draws, the same whatever else is run."""
    key = [seed, zlib.crc32(setting.name.encode())]
    generator = np.random.Generator(np.random.Philox(np.random.SeedSequence(key)))
    tallies: dict[str, list[float]] = {}
    methods: dict[str, set[str]] = {}
    for _ in range(sims):
        for name, interval, value in setting.intervals(setting.draw(generator)):
            if name not in setting.truths:
                continue
            tally = tallies.setdefault(name, [0.0] * 7)
            methods.setdefault(name, set()).add(interval.method)
            truth = setting.truths[name]
            dust = 1e-9 * max(1.0, abs(truth))
            below, above = truth < interval.low - dust, truth > interval.high + dust
            tally[0] += 1
            tally[1] += not (below or above)
            tally[2] += below
            tally[3] += above
            tally[4] += value is not None and not interval.low <= value <= interval.high
            tally[5] += interval.high <= interval.low
            tally[6] += interval.high - interval.low
    outcomes = []
    for name, (n, held, under, over, outside, flat, width) in sorted(tallies.items()):
        if n >= DEFINED * sims:
            outcomes.append(
                Outcome(
                    setting=setting.name,
                    name=name,
                    method="/".join(sorted(methods[name])),
                    drawn=sims,
                    defined=int(n),
                    held=int(held),
                    truth_below=int(under),
                    truth_above=int(over),
                    outside=int(outside),
                    flat=int(flat),
                    width=width / n,
                    excuse=setting.rare(name) or _certain(setting.truths[name]),
                )
            )
    return outcomes


def _certain(truth: float) -> str | None:
    """A share of none or of all is seen as it is in every draw."""
    return "the truth is 0 or 1" if min(abs(truth), abs(truth - 1)) < 1e-9 else None
