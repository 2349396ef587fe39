"""Result types of a paired comparison, shared by the JSON API and the pages."""

from dataclasses import dataclass

from app.scoring.comparison.difference import DifferenceCurve
from app.scoring.grades import Outcome
from app.scoring.rules import Mode, Rule
from app.scoring.score import Score
from app.scoring.targets import Target
from app.storage.benchmarks import Benchmark
from app.storage.submissions import Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Under what rule two submissions are compared; `target` and `mode` matter to "target"."""

    rule: Rule
    target: Target
    mode: Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two submissions: its own score. `shares` stand in for the rest on hidden
    benchmarks."""

    submission: Submission
    score: Score
    accuracy: Score
    shares: dict[str, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryPair:
    """The two on the items of one category; without a p-value, for categories are many."""

    category: str
    n_items: int
    left: Score
    right: Score
    difference: Score


@dataclass(frozen=True, slots=True)
class Stand:
    """The outcome of one submission on an item. Outcome and confidence are None where several
    samples were sent; `points` is None where the item is ungraded."""

    outcome: Outcome | None
    confidence: float | None
    points: float | None


@dataclass(frozen=True, slots=True)
class DiscordantItem:
    """An item on which the two earn different points."""

    item: str
    category: str | None
    left: Stand
    right: Stand
    difference: float


@dataclass(frozen=True, slots=True)
class DiscordantItems:
    """Some of the items on which the two differ, in order of the benchmark, and how many there
    are."""

    items: tuple[DiscordantItem, ...]
    total: int
    left_better: int
    right_better: int
    next_offset: int | None


@dataclass(frozen=True, slots=True)
class Lost:
    """The items that cost the left one most, worst first; how many it lost and gained in all.

    `costs` is what each takes from the score, in points an item of the whole: with those of all
    other items it sums to the difference.
    """

    items: tuple[DiscordantItem, ...]
    costs: tuple[float, ...]
    lost: int
    gained: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedComparison:
    """Two submissions compared; differences are left minus right, in points an item.

    `table[i][j]` counts items by left's and right's standing (correct, wrong, not attempted).
    What is None has its reason in `null_reasons`.
    """

    benchmark: Benchmark
    terms: Terms
    left: Side
    right: Side
    difference: Score
    p_value: float | None
    test: str | None
    table: tuple[tuple[int, ...], ...] | None
    minimum_detectable: float | None
    categories: tuple[CategoryPair, ...] | None
    curve: DifferenceCurve | None
    parted: DiscordantItems | None
    null_reasons: dict[str, str]
