"""The shapes of comparisons and gates, for the OpenAPI document; a test holds the replies to it."""

from typing import Literal

from pydantic import Field

from app.http.shapes import CountsOut, ScoreOut, Shape, SubmissionRowOut


class SideOut(Shape):
    """One of the two and what it scored alone."""

    submission: SubmissionRowOut
    score: ScoreOut
    accuracy: ScoreOut
    shares: dict[str, float] | None = Field(description="Only on hidden benchmarks.")


class OutcomesOut(Shape):
    """Items by where a (rows) and b (columns) stand at the target, in `order`."""

    order: list[Literal["correct", "wrong", "not_attempted"]]
    table: list[list[int]]


class CategoryPairOut(Shape):
    """The two on the items of one category; no p-value, for categories are many."""

    category: str
    n_items: int
    a: ScoreOut
    b: ScoreOut
    difference: ScoreOut


class DifferenceCurveOut(Shape):
    """a minus b at every target, as columns, with pointwise paired 95 % limits."""

    targets: list[float]
    difference: list[float | None]
    low: list[float | None]
    high: list[float | None]


class StandOut(Shape):
    """Where one submission stands on an item; null where it sent several samples."""

    outcome: str | None
    confidence: float | None
    points: float | None


class PartedItemOut(Shape):
    """An item on which the two earn different points."""

    item: str
    category: str | None
    a: StandOut
    b: StandOut
    difference: float


class PartedOut(Shape):
    """A page of the items where the two part, in the benchmark's order."""

    total: int
    a_better: int
    b_better: int
    data: list[PartedItemOut]
    next_cursor: str | None


class ComparisonOut(Shape):
    """Two submissions compared; differences are a minus b in points an item, positive favours a."""

    benchmark: str
    revision: int = Field(description="The revision that both are read under.")
    rule: Literal["target", "binary", "quadratic", "bas"]
    target: float | None
    penalty: float | None
    mode: Literal["declared", "threshold"]
    a: SideOut
    b: SideOut
    difference: ScoreOut
    p_value: float | None = Field(description="Two-sided, for 'equally good'; 0 to 1.")
    test: Literal["sign-flip-exact", "sign-flip"] | None = Field(
        description="sign-flip-exact is McNemar's exact test at target 0."
    )
    outcomes: OutcomesOut | None
    minimum_detectable_difference: float | None = Field(
        description="The true difference, in points an item, that these items show with 80 % power."
    )
    categories: list[CategoryPairOut] | None
    curve: DifferenceCurveOut | None
    items: PartedOut | None
    null_reasons: dict[str, str]


class ContenderOut(Shape):
    """One of the two at a gate; `submission` is null for rows that came with the request."""

    submission: SubmissionRowOut | None
    score: ScoreOut
    counts: CountsOut


class ChanceOut(Shape):
    """What the gate says of a candidate whose true loss is `loss` points an item."""

    loss: float
    passes: float = Field(description="Chance of a pass, 0 to 1.")
    fails: float = Field(description="Chance of a fail, 0 to 1.")


class LostItemOut(Shape):
    """An item on which the candidate earns less than the baseline."""

    item: str
    question: str | None
    category: str | None
    baseline: StandOut
    candidate: StandOut
    difference: float = Field(description="Points that the candidate loses on it; negative.")
    cost: float = Field(
        description="What that takes from the score, weights counted: the costs of all items sum "
        "to the difference."
    )


class LostOut(Shape):
    """How many items the candidate lost and gained points on, and the five that cost most."""

    lost: int
    gained: int
    worst: list[LostItemOut]


class GateOut(Shape):
    """A decision with the power to have made it; losses and differences in points an item."""

    decision: Literal["pass", "fail", "cannot-tell"]
    says: str = Field(description="The decision in a sentence, for a log, in points per 100.")
    benchmark: str
    revision: int
    rule: Literal["target", "binary", "quadratic", "bas"]
    target: float | None
    penalty: float | None
    mode: Literal["declared", "threshold"]
    largest_loss: float = Field(description="Points an item; 0.01 is one point in a hundred.")
    difference: ScoreOut = Field(description="Candidate minus baseline; positive is a gain.")
    low: float | None = Field(description="One-sided 95 % limit that decides a pass.")
    high: float | None = Field(description="One-sided 95 % limit that decides a fail.")
    power: float | None = Field(description="Chance, 0 to 1, that an equal candidate passes.")
    detectable_loss: float | None = Field(description="True loss that fails with 80 % chance.")
    items_needed: int | None = Field(description="Items that give `power` 80 %.")
    items_at_difference: int | None = Field(
        description="Items that decide with 80 % chance if the difference is what it seems."
    )
    chances: list[ChanceOut]
    items: LostOut = Field(description="Where the candidate lost, item by item.")
    candidate: ContenderOut
    baseline: ContenderOut
    null_reasons: dict[str, str]
