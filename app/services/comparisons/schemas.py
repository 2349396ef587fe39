"""The values of comparisons and gates: what the JSON API sends and the comparison page prints.

Scores and differences are points an item; a difference is a minus b, or candidate minus baseline.
`app/services/comparisons/compare.py` and `gate.py` make them.
"""

import math
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from app.reply_fields import NEVER, Doc
from app.scoring.comparison import difference as differencing
from app.scoring.comparison import paired
from app.scoring.comparison.gate import Chance, Decision
from app.scoring.grades import Outcome
from app.scoring.profile import Counts
from app.scoring.rules import Mode, Rule
from app.scoring.score import Score
from app.scoring.targets import UNITS
from app.services.submissions.schemas import SubmissionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two submissions and what it scored alone."""

    submission: Annotated[SubmissionRow, Doc("The submission.")]
    score: Annotated[Score, Doc("Points an item under the rule.")]
    accuracy: Annotated[Score, Doc("Share right: the score of the binary rule.")]
    shares: Annotated[dict[str, float] | None, Doc("Only on hidden benchmarks.")] = None


@dataclass(frozen=True, slots=True)
class OutcomeTable:
    """Items by where a (rows) and b (columns) stand at the target, in `order`."""

    order: Annotated[
        tuple[Literal["correct", "wrong", "not_attempted"], ...],
        Doc("What the rows and columns of `table` are."),
    ]
    table: Annotated[tuple[tuple[int, ...], ...], Doc("Items, a row for each standing of a.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryPair:
    """The two on the items of one category; no p-value, for categories are many."""

    category: Annotated[str, Doc("The category.")]
    n_items: Annotated[int, Doc("Items in it.")]
    a: Annotated[Score, Doc("The score of a on them.")]
    b: Annotated[Score, Doc("The score of b on them.")]
    difference: Annotated[Score, Doc("a minus b on them, paired.")]


@dataclass(frozen=True, slots=True)
class DifferenceCurve:
    """a minus b at every target, as columns, with pointwise paired 95 % limits."""

    targets: Annotated[tuple[float, ...], Doc("Confidence targets, rising from 0.")]
    difference: Annotated[
        tuple[float | None, ...], Doc("a minus b at each; null without common items.")
    ]
    low: Annotated[tuple[float | None, ...], Doc("Lower limits; null where there is no error.")]
    high: Annotated[tuple[float | None, ...], Doc("Upper limits; null where there is no error.")]

    @classmethod
    def of(cls, curve: differencing.DifferenceCurve) -> Self:
        """A computed curve, with None in place of NaN."""
        return cls(
            tuple(units / UNITS for units in curve.targets.tolist()),
            *(
                tuple(None if math.isnan(value) else value for value in column.tolist())
                for column in (curve.difference, curve.low, curve.high)
            ),
        )


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What one submission made of an item."""

    outcome: Annotated[Outcome | None, Doc("Null where it sent several samples.")]
    confidence: Annotated[
        float | None, Doc("As stated, 0 to 1; null where it stated none or sent several samples.")
    ]
    points: Annotated[float | None, Doc("Points earned; null where the item is ungraded.")]


@dataclass(frozen=True, slots=True)
class DiscordantItem:
    """An item on which the two earn different points."""

    item: Annotated[str, Doc("The item's key.")]
    category: Annotated[str | None, Doc("Its category; null without.")]
    a: Annotated[ItemResult, Doc("What a made of it.")]
    b: Annotated[ItemResult, Doc("What b made of it.")]
    difference: Annotated[float, Doc("Points of a minus points of b.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordantItems:
    """A page of the items on which the two earn different points, in the benchmark's order."""

    total: Annotated[int, Doc("Such items, on all pages.")]
    a_better: Annotated[int, Doc("Items on which a earns more.")]
    b_better: Annotated[int, Doc("Items on which b earns more.")]
    data: Annotated[tuple[DiscordantItem, ...], Doc("The items of this page.")]
    next_offset: Annotated[int | None, NEVER]
    next_cursor: Annotated[str | None, Doc("`cursor` of the next page; null on the last.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedComparison:
    """Two submissions compared; differences are a minus b in points an item, positive favours a."""

    benchmark: Annotated[str, Doc("The benchmark's slug.")]
    revision: Annotated[int, Doc("The revision that both are read under.")]
    rule: Annotated[Rule, Doc("What scores the two.")]
    target: Annotated[float | None, Doc("t; null under a rule without a target.")]
    penalty: Annotated[
        float | None, Doc("t / (1 - t), what a wrong answer costs; null without a target.")
    ]
    mode: Annotated[
        Mode, Doc("Whether answers are as declared, or dropped at or below confidence t.")
    ]
    a: Annotated[Side, Doc("The submission `a`.")]
    b: Annotated[Side, Doc("The submission `b`.")]
    difference: Annotated[Score, Doc("a minus b, paired, with the interval of the difference.")]
    p_value: Annotated[
        float | None,
        Doc(
            "Two-sided, for equal mean scores; 0 to 1, below 0.05 exactly where the interval of "
            "`difference` leaves 0 out."
        ),
    ]
    test: Annotated[
        paired.Method | None, Doc("The test behind `p_value`, which the interval inverts.")
    ]
    exchange_p_value: Annotated[
        float | None,
        Doc(
            "Two-sided, for 'interchangeable': on each item the difference is as likely either "
            "way. At targets above 0 equal scores need not be."
        ),
    ]
    exchange_test: Annotated[
        paired.ExchangeTest | None,
        Doc("The test behind `exchange_p_value`; sign-flip-exact is McNemar's at target 0."),
    ]
    outcomes: Annotated[
        OutcomeTable | None, Doc("Null where items are more than one outcome, or not told.")
    ]
    minimum_detectable_difference: Annotated[
        float | None,
        Doc("The true difference, in points an item, that these items show with 80 % power."),
    ]
    plans: Annotated[
        tuple[paired.Plan, ...],
        Doc("What these items can show of other true differences; empty where not told."),
    ]
    categories: Annotated[
        tuple[CategoryPair, ...] | None, Doc("By category, the largest 100; empty without.")
    ]
    curve: Annotated[DifferenceCurve | None, Doc("The difference at every target.")]
    items: Annotated[DiscordantItems | None, Doc("Where the two earn different points.")]
    null_reasons: Annotated[dict[str, str], Doc("Why a field is null, by its name.")]


@dataclass(frozen=True, slots=True)
class Contender:
    """One of the two at a gate."""

    submission: Annotated[SubmissionRow | None, Doc("Null for rows that came with the request.")]
    score: Annotated[Score, Doc("Points an item under the rule.")]
    counts: Annotated[Counts, Doc("Its slots by outcome.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class LostItem:
    """An item on which the candidate earns less than the baseline."""

    item: Annotated[str, Doc("The item's key.")]
    question: Annotated[str | None, Doc("What is asked; null where only the key was published.")]
    category: Annotated[str | None, Doc("Its category; null without.")]
    baseline: Annotated[ItemResult, Doc("What the baseline made of it.")]
    candidate: Annotated[ItemResult, Doc("What the candidate made of it.")]
    difference: Annotated[float, Doc("Points that the candidate loses on it; negative.")]
    cost: Annotated[
        float,
        Doc(
            "What that takes from the score, weights counted: the costs of all items sum "
            "to the difference."
        ),
    ]


@dataclass(frozen=True, slots=True)
class LostItems:
    """How many items the candidate lost and gained points on, and the five that cost most."""

    lost: Annotated[int, Doc("Items on which the candidate earns less.")]
    gained: Annotated[int, Doc("Items on which the candidate earns more.")]
    worst: Annotated[tuple[LostItem, ...], Doc("The costliest first.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReport:
    """A decision with the power to have made it; losses and differences in points an item."""

    decision: Annotated[Decision, Doc("What is decided; `cannot-tell` is too few items.")]
    says: Annotated[str, Doc("The decision in a sentence, for a log, in points per 100.")]
    benchmark: Annotated[str, Doc("The benchmark's slug.")]
    revision: Annotated[int, Doc("The revision that both are read under.")]
    rule: Annotated[Rule, Doc("What scores the two.")]
    target: Annotated[float | None, Doc("t; null under a rule without a target.")]
    penalty: Annotated[
        float | None, Doc("t / (1 - t), what a wrong answer costs; null without a target.")
    ]
    mode: Annotated[
        Mode, Doc("Whether answers are as declared, or dropped at or below confidence t.")
    ]
    largest_loss: Annotated[float, Doc("Points an item; 0.01 is one point in a hundred.")]
    difference: Annotated[Score, Doc("Candidate minus baseline; positive is a gain.")]
    low: Annotated[float | None, Doc("One-sided 95 % limit that decides a pass.")]
    high: Annotated[float | None, Doc("One-sided 95 % limit that decides a fail.")]
    power: Annotated[float | None, Doc("Chance, 0 to 1, that an equal candidate passes.")]
    detectable_loss: Annotated[float | None, Doc("True loss that fails with 80 % chance.")]
    items_needed: Annotated[int | None, Doc("Items that give `power` 80 %.")]
    items_at_difference: Annotated[
        int | None,
        Doc("Items that decide with 80 % chance if the difference is what it seems."),
    ]
    chances: Annotated[
        tuple[Chance, ...], Doc("What the gate says of candidates of a known true loss.")
    ]
    items: Annotated[LostItems, Doc("Where the candidate lost, item by item.")]
    candidate: Annotated[Contender, Doc("What may replace the baseline.")]
    baseline: Annotated[Contender, Doc("What is in use.")]
    null_reasons: Annotated[dict[str, str], Doc("Why a field is null, by its name.")]
