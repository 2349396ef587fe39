"""What the server answers, as typed dictionaries: the very JSON of the contract.

Written by docs/write_client_types.py from docs/openapi.json; `make openapi` writes it anew. Later
servers may add members; none of these is ever taken away within v1. Scores are points an item,
shares are 0 to 1; an undefined figure is None with its reason beside it.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Answerability(TypedDict):
    """How abstentions meet the items that have no answer."""

    answerable: ItemClass
    """Items that have an answer."""
    should_abstain: ItemClass
    """Items that have none."""
    abstention_precision: Score
    """Share of the abstentions on items without one."""
    abstention_recall: Score
    """Share of the items without one abstained on."""
    abstention_f1: Score
    """The harmonic mean of precision and recall."""
    credited_threshold_score: dict[str, Score]
    """By target, with a point for a correct abstention, as SQuAD 2.0 does."""
    oracle_best_threshold: BestThreshold
    """Tuned on the answers it is scored on, with a point for a correct abstention."""


class AuditEvent(TypedDict):
    """One act: by whom and with which key, upon what; never a secret or an answer."""

    id: str
    """The entry's id, `evt_…`."""
    at: str
    """When it was done, UTC."""
    actor: str
    """The owner who did it, or `candor`, the service itself."""
    key: str | None
    """The id of the key it was done with; null without one."""
    action: str
    """What was done, such as `key.issue`."""
    subject: str
    """The id of what it was done to."""
    detail: dict[str, Any]
    """What else is known of it, by action."""
    request_id: str | None
    """`X-Request-Id` of the reply; null without a request."""


class AuditPage(TypedDict):
    """A page of the audit trail."""

    data: list[AuditEvent]
    """The newest first."""
    next_cursor: str | None
    """`cursor` of the next page; null on the last."""


class Behaviour(TypedDict):
    """What one model does as the stated target rises."""

    owner: str
    """The owner of the runs."""
    model: Model
    """The model under test."""
    targets: list[StatedTarget]
    """Its stated targets in ascending order."""
    answers_less_as_price_rises: bool | None
    """True where coverage ends lower beyond noise and rises on no step; false where it rises on a
    step, or ends higher, beyond noise; null where the runs cannot tell.
    """
    rises: list[list[float]]
    """Steps (from t, to t) on which coverage rises beyond noise."""
    steps: list[CoverageStep]
    """From each stated target to the next; the intervals of all hold together in 95 %."""
    overall: CoverageStep | None
    """From the lowest stated target to the highest; null with one."""
    null_reasons: dict[str, str]
    """Why figures are null, by field."""


class BehaviourAudit(TypedDict):
    """Does the model keep the targets that its runs stated? One run a target."""

    data: list[BehaviourRow]
    """Its stated targets in ascending order."""
    answers_less_as_price_rises: bool | None
    """True where coverage ends lower beyond noise and rises on no step; false where it rises on a
    step, or ends higher, beyond noise; null where the runs cannot tell.
    """
    rises: list[list[float]]
    """Steps (from t, to t) on which coverage rises beyond noise."""
    steps: list[CoverageStep]
    """From each stated target to the next; the intervals of all hold together in 95 %."""
    overall: CoverageStep | None
    """From the lowest stated target to the highest; null with one."""


class BehaviourPage(TypedDict):
    """A page of models, each with its stated targets."""

    benchmark: str
    """The benchmark's slug."""
    revision: int
    """The benchmark's revision."""
    data: list[Behaviour]
    """Models by name, then by owner."""
    next_cursor: str | None
    """Where the next page starts; null on the last."""


class BehaviourRow(TypedDict):
    """A run under one stated target."""

    target: float
    """The stated target t, 0 to 0.99."""
    selective_accuracy: Score
    """Right among the answered, to set against t."""
    coverage: Score
    """Answered among all."""
    shortfall: float | None
    """t minus selective accuracy; positive where it is right less than asked."""
    below_target: bool | None
    """Even the upper limit of selective accuracy is below t; null without answers."""


class Benchmark(TypedDict):
    """A benchmark's facts and policy; never its answers."""

    id: str
    """The benchmark's id, `bm_…`."""
    slug: str
    """Its name in addresses."""
    title: str
    """Its name for people."""
    description: str
    """What is asked, and how."""
    source: str
    """Where the questions come from, and their licence."""
    owner: str
    """Who published it."""
    visibility: Literal["private", "public"]
    """Private ones are absent for all but their owner."""
    mode: Literal["hidden", "open"]
    """Whether accepted answers and outcomes are shown."""
    matcher: Literal["choice", "choices", "exact", "number", "set", "text", "verdicts"]
    """How answers are compared with the accepted ones."""
    tolerance: float | None
    """Of the matcher `number`; null is none."""
    abstention_phrases: list[str]
    """What counts as abstaining besides the phrases of the list."""
    unwrap: list[
        Literal[
            "brackets",
            "code",
            "emphasis",
            "frame",
            "latex",
            "letter-with-text",
            "option-label",
            "period",
            "quotes",
            "tags",
        ]
    ]
    """What is taken away around an answer that does not match as it is."""
    listed_abstentions: bool
    """Whether phrases of the list count as abstentions where they are the answer."""
    tolerance_kind: Literal["absolute", "relative"]
    """A difference, or a share of the accepted one."""
    decimal: Literal["comma", "either", "point"]
    """The decimal sign of numbers."""
    percent: Literal["either", "share", "unit"]
    """What a percent sign beside a number says."""
    units: list[str]
    """Units beside numbers; empty is any known one."""
    credit: Literal["exact", "jaccard", "partial"]
    """What a part of several right options is worth."""
    rules: int
    """The edition of the rules; a revision is graded by those of its publication."""
    default_target: float
    """Confidence target t, 0 to 0.99."""
    default_mode: Literal["declared", "threshold"]
    """How the board decides what counts as attempted."""
    fixed_targets: list[float]
    """Targets at which every submission is scored, 0 to 0.99."""
    missing_limit: float
    """Share of items, 0 to 1, that a ranked one may miss."""
    ungraded_limit: float
    """Share of items, 0 to 1, that may be ungraded in a ranked one."""
    ranked_attempt: Literal["best", "first", "latest"]
    """Which attempt of a model has the place."""
    quota: Quota | None
    """Submissions of each owner; null is no limit."""
    quota_left: QuotaLeft | None
    """What the caller may still submit; null without a quota or without a key."""
    quota_words: str | None
    """The quota in a sentence."""
    demo: bool
    """Whether it came with the server as an example."""
    training: Training | None
    """Facts for the singleton bound; null without."""
    revision: int
    """The number of the revision that is shown."""
    version: int
    """Grows with every change of the board."""
    n_items: int
    """Items of that revision."""
    created_at: str
    """When it was published, UTC."""
    archived_at: str | None
    """Since when it is read-only and off the list; null while it is in use."""
    archived_reason: str | None
    """Why it was archived; null while it is in use."""
    warnings: NotRequired[list[ItemWarning]]
    """What may be meant otherwise in the answer key, the first 100; only where there is any, and
    when it is published.
    """


class BenchmarkPage(TypedDict):
    """A page of benchmarks."""

    data: list[Benchmark]
    """By slug."""
    next_cursor: str | None
    """`cursor` of the next page; null on the last."""


class BestThreshold(TypedDict):
    """The best score that any threshold on the stated confidence would have given.

    The threshold is chosen on the very answers that are scored with it: optimistic, a
    diagnostic, never what a board ranks by.
    """

    value: float | None
    """Null where undefined; then `reason` says why."""
    se: float | None
    """Standard error, where the method has one."""
    interval: Interval | None
    """Null where the method has none."""
    n_items: int
    """Number of items that the value is over."""
    reason: NotRequired[str]
    """Only where the value is null."""
    bounds: NotRequired[Bounds]
    """Over all items, only where answers are ungraded."""
    confidence: float | None
    """The least that still answers; null where abstaining throughout is as good, or where the
    value is null.
    """


class BoardSummary(TypedDict):
    """What may be said of a board in a sentence, noise set apart; over all that is ranked."""

    n_first: int
    """Models that share rank 1."""
    first: SummaryModel | None
    """The first of them; null on an empty board."""
    not_told_apart: int | None
    """Models of a lower rank that the simultaneous test does not tell apart from `first`; null
    where `ranges` has a reason.
    """
    n_first_by_accuracy: int
    """Models that share rank 1 by binary accuracy."""
    first_by_accuracy: SummaryModel | None
    """The one of them that ranks best here; null on an empty board."""
    ranks_of_first_by_accuracy: list[int] | None
    """The best and the worst rank that they have here."""
    n_above: int
    """Models whose interval of the score lies above 0."""
    n_unclear: int
    """Models whose interval holds 0: no clear difference from always abstaining."""
    n_below: int
    """Models whose interval lies below 0."""


class Bounds(TypedDict):
    """Where a score lies once the ungraded answers are graded: all wrong, all right."""

    low: float
    """With every ungraded answer wrong."""
    high: float
    """With every ungraded answer right."""


class Bucket(TypedDict):
    """Items whose fact occurred so often in training data, scored as a submission of its own."""

    bucket: Literal["0", "1", "2-5", "21+", "6-20"]
    """Occurrences of the fact in training data."""
    n_items: int
    """Items of the bucket."""
    error_rate: Score
    """Share wrong, as declared."""
    abstention_rate: Score
    """Share abstained, as declared."""
    selective_accuracy: Score
    """Share right among the answered, as declared."""
    threshold_score: dict[str, Score]
    """S_t by target."""


class CalibrationTest(TypedDict):
    """The result of a test for miscalibration beyond noise, against redraws of a submission that
    is perfectly calibrated.
    """

    value: float
    """The calibration error."""
    expected: float
    """What a perfectly calibrated submission would show."""
    p_value: float
    """Share of the redraws whose calibration error is at least `value`, in (0, 1]."""


class CategoryPair(TypedDict):
    """The two on the items of one category; no p-value, for categories are many."""

    category: str
    """The category."""
    n_items: int
    """Items in it."""
    a: Score
    """The score of a on them."""
    b: Score
    """The score of b on them."""
    difference: Score
    """a minus b on them, paired."""


class Chance(TypedDict):
    """The gate's probabilities for a candidate whose true loss is `loss` points an item."""

    loss: float
    """The true loss, in points an item."""
    passes: float
    """Chance of a pass, 0 to 1."""
    fails: float
    """Chance of a fail, 0 to 1."""


class Contender(TypedDict):
    """One of the two at a gate."""

    submission: SubmissionRow | None
    """Null for rows that came with the request."""
    score: Score
    """Points an item under the rule."""
    counts: Counts
    """Its slots by outcome."""


class Counts(TypedDict):
    """Slots by outcome; together they are items times samples."""

    correct: int
    """Answers that are right."""
    wrong: int
    """Answers that are wrong."""
    partial: int
    """Answers with partial credit."""
    abstained: int
    """Abstentions as declared."""
    missing: int
    """Slots without a prediction."""
    ungraded: int
    """Answers that are not graded yet."""


class CoverageStep(TypedDict):
    """From one stated target to a higher one: by how much more is answered."""

    lower: float
    """The lower target."""
    higher: float
    """The higher target."""
    difference: Score
    """Coverage at the higher less at the lower, paired by item; negative answers less."""


class Curves(TypedDict):
    """Curves over the answers that state a confidence, as columns."""

    reliability: Reliability
    """Share right by stated confidence."""
    risk_coverage: RiskCoverage
    """Share wrong by how much is answered."""


class Deletion(TypedDict):
    """A deleted benchmark whose contents are still being erased."""

    slug: str
    """Its name in addresses, which stays taken."""
    state: Literal["erasing"]
    """What is going on."""


class DifferenceCurve(TypedDict):
    """a minus b at every target, as columns, with pointwise paired 95 % limits."""

    targets: list[float]
    """Confidence targets, rising from 0."""
    difference: list[float | None]
    """a minus b at each; null without common items."""
    low: list[float | None]
    """Lower limits; null where there is no error."""
    high: list[float | None]
    """Upper limits; null where there is no error."""


class DiscordantItem(TypedDict):
    """An item on which the two earn different points."""

    item: str
    """The item's key."""
    category: str | None
    """Its category; null without."""
    a: ItemResult
    """What a made of it."""
    b: ItemResult
    """What b made of it."""
    difference: float
    """Points of a minus points of b."""


class DiscordantItems(TypedDict):
    """A page of the items on which the two earn different points, in the benchmark's order."""

    total: int
    """Such items, on all pages."""
    a_better: int
    """Items on which a earns more."""
    b_better: int
    """Items on which b earns more."""
    data: list[DiscordantItem]
    """The items of this page."""
    next_cursor: str | None
    """`cursor` of the next page; null on the last."""


class FlippedPair(TypedDict):
    """Two submissions that both rules tell apart, in opposite directions; points an item."""

    ahead_binary: str
    """The submission that leads at t = 0."""
    ahead_here: str
    """The other one, which leads under the board's rule."""
    binary_lead: float
    """By how much `ahead_binary` leads at t = 0."""
    lead: float
    """By how much `ahead_here` leads under the board's rule."""


class GateReport(TypedDict):
    """A decision with the power to have made it; losses and differences in points an item."""

    decision: Literal["cannot-tell", "fail", "pass"]
    """What is decided; `cannot-tell` is too few items."""
    says: str
    """The decision in a sentence, for a log, in points per 100."""
    benchmark: str
    """The benchmark's slug."""
    revision: int
    """The revision that both are read under."""
    rule: Literal["bas", "binary", "quadratic", "target"]
    """What scores the two."""
    target: float | None
    """t; null under a rule without a target."""
    penalty: float | None
    """t / (1 - t), what a wrong answer costs; null without a target."""
    mode: Literal["declared", "threshold"]
    """Whether answers are as declared, or dropped at or below confidence t."""
    largest_loss: float
    """Points an item; 0.01 is one point in a hundred."""
    difference: Score
    """Candidate minus baseline; positive is a gain."""
    low: float | None
    """One-sided 95 % limit that decides a pass."""
    high: float | None
    """One-sided 95 % limit that decides a fail."""
    power: float | None
    """Chance, 0 to 1, that an equal candidate passes."""
    detectable_loss: float | None
    """True loss that fails with 80 % chance."""
    items_needed: int | None
    """Items that give `power` 80 %."""
    items_at_difference: int | None
    """Items that decide with 80 % chance if the difference is what it seems."""
    chances: list[Chance]
    """What the gate says of candidates of a known true loss."""
    items: LostItems
    """Where the candidate lost, item by item."""
    candidate: Contender
    """What may replace the baseline."""
    baseline: Contender
    """What is in use."""
    null_reasons: dict[str, str]
    """Why a field is null, by its name."""


class GuaranteedThreshold(TypedDict):
    """From which stated confidence on a submission's risk is at most r, with 95 %."""

    risk: float
    """r: the largest share of wrong answers among those given."""
    level: float
    """The confidence of the promise, 0.95."""
    confidence: float | None
    """Answers that state at least this may be given; null where none may."""
    coverage: float | None
    """Share of the held half's items that would be answered."""
    selective_risk: float | None
    """Share wrong among those answers, on the held half."""
    upper_limit: float | None
    """One-sided 95 % Clopper-Pearson limit of that risk; at most r."""
    n_answers: int | None
    """Such answers on the held half."""
    n_items: int
    """Items of the held half; the rest chose the threshold."""
    reason: NotRequired[str]
    """Only where no threshold is given."""


class HonestConfidences(TypedDict):
    """What a submission would score with honest (recalibrated) confidences, whatever its mode:
    columns, one entry a target in rising order, in points an item. `score`,
    `lost_to_miscalibration` and `lost_to_not_knowing` add up to 1, all that could be earned.
    """

    target: list[float | None]
    """0, 0.05, … 0.95, 0.99, the benchmark's own and those asked."""
    score: list[float | None]
    """The threshold score as stated: answers with p > t count."""
    honest_score: list[float | None]
    """The threshold score of recalibrated confidences, cross-fitted in five folds."""
    lost_to_miscalibration: list[float | None]
    """`honest_score` less `score`; below 0 by chance where there is little to lose."""
    lost_to_not_knowing: list[float | None]
    """1 less `honest_score`."""
    over_all_targets: LostPoints
    """The same for the quadratic score."""


class Interval(TypedDict):
    """A confidence interval, in the units of its score."""

    low: float
    """Lower limit."""
    high: float
    """Upper limit."""
    level: float
    """Nominal coverage, 0.95."""
    method: str
    """wilson, mover-wilson, adjusted-t, newcombe; -cluster where items are clustered …"""


class Invitation(TypedDict):
    """An invitation's facts; never its secret."""

    id: str
    """The invitation's id, `inv_…`; it is no secret."""
    benchmark: str
    """The slug of the benchmark that it invites to."""
    label: str
    """For whom it is; the key that comes of it has the same label."""
    state: Literal["accepted", "expired", "open", "revoked"]
    """An invitation is revoked and expires with the key that made it, too."""
    invited_by: str
    """The id of the key that made it."""
    created_at: str
    """When it was made, UTC."""
    expires_at: str
    """Until when it can be accepted."""
    revoked_at: str | None
    """When it was revoked; null while it was not."""
    accepted_at: str | None
    """When it was accepted; null while it was not."""
    owner: str | None
    """Who accepted it."""
    key: str | None
    """The id of the key that came of it."""


class InvitationPage(TypedDict):
    """A page of invitations."""

    data: list[Invitation]
    """The newest first."""
    next_cursor: str | None
    """`cursor` of the next page; null on the last."""


class IssuedInvitation(TypedDict):
    """A new invitation with its token, shown this once."""

    id: str
    """The invitation's id, `inv_…`; it is no secret."""
    benchmark: str
    """The slug of the benchmark that it invites to."""
    label: str
    """For whom it is; the key that comes of it has the same label."""
    state: Literal["accepted", "expired", "open", "revoked"]
    """An invitation is revoked and expires with the key that made it, too."""
    invited_by: str
    """The id of the key that made it."""
    created_at: str
    """When it was made, UTC."""
    expires_at: str
    """Until when it can be accepted."""
    revoked_at: str | None
    """When it was revoked; null while it was not."""
    accepted_at: str | None
    """When it was accepted; null while it was not."""
    owner: str | None
    """Who accepted it."""
    key: str | None
    """The id of the key that came of it."""
    token: str
    """What accepts the invitation; it is stored nowhere."""


class IssuedKey(TypedDict):
    """A new key with its token, shown this once."""

    id: str
    """The key's id, `key_…`; it is no secret."""
    owner: str
    """Who holds it."""
    scopes: list[str]
    """What it may do: submit, maintain, admin."""
    benchmark: str | None
    """The slug it is bound to; null where it is bound to none."""
    label: str
    """A note on what it is for."""
    created_at: str
    """When it was issued, UTC."""
    expires_at: str | None
    """Until when it works; null for no end."""
    revoked_at: str | None
    """When it was revoked; null while it was not."""
    last_used_at: str | None
    """To within ten minutes; null for a key that was never used."""
    token: str
    """What a request carries as its bearer token; it is stored nowhere."""


class Item(TypedDict):
    """One question; `answerable`, `accepted` and `occurrences` only where the benchmark is open.

    On an open benchmark it is what was published: it can be sent to another server as it
    stands.
    """

    key: str
    """Its name, the same in every revision."""
    question: str | None
    """What is asked; null where only the key was published."""
    choices: list[str] | None
    """What there is to choose from; null without."""
    category: str | None
    """The category that figures are told by."""
    cluster: str | None
    """Items of one cluster are not independent of each other."""
    weight: float
    """How much it counts, 1 where nothing was said."""
    tags: dict[str, Any]
    """What else was published of it."""
    answerable: NotRequired[bool]
    """False where abstaining is the right answer; open benchmarks only."""
    accepted: NotRequired[list[str]]
    """The accepted answers; open benchmarks only."""
    occurrences: NotRequired[int | None]
    """How often the fact stands in the training data; open benchmarks only."""


class ItemClass(TypedDict):
    """Items that have an answer, or items that have none, with the rates on them as declared."""

    n_items: int
    """Items of the class."""
    accuracy: Score
    """Share right."""
    error_rate: Score
    """Share wrong."""
    abstention_rate: Score
    """Share abstained."""
    coverage: Score
    """Share answered."""


class ItemPage(TypedDict):
    """A page of questions."""

    data: list[Item]
    """In the order of the benchmark."""
    next_cursor: str | None
    """`cursor` of the next page; null on the last."""


class ItemResult(TypedDict):
    """What one submission made of an item."""

    outcome: Literal["missing", "abstained", "wrong", "correct", "partial", "ungraded"] | None
    """Null where it sent several samples."""
    confidence: float | None
    """As stated, 0 to 1; null where it stated none or sent several samples."""
    points: float | None
    """Points earned; null where the item is ungraded."""


class ItemWarning(TypedDict):
    """Something in an answer key that may be meant otherwise; it was published as it is."""

    item: str
    """The item's key."""
    pointer: str
    """JSON pointer within the item."""
    code: Literal[
        "letter-or-text",
        "number-with-comma",
        "option-repeated",
        "options-alike",
        "phrase-of-the-list",
        "several-in-one",
    ]
    """What kind of doubt it is."""
    detail: str
    """What it is read as, and what to do if that is not meant."""


class Key(TypedDict):
    """A key's facts; never its secret."""

    id: str
    """The key's id, `key_…`; it is no secret."""
    owner: str
    """Who holds it."""
    scopes: list[str]
    """What it may do: submit, maintain, admin."""
    benchmark: str | None
    """The slug it is bound to; null where it is bound to none."""
    label: str
    """A note on what it is for."""
    created_at: str
    """When it was issued, UTC."""
    expires_at: str | None
    """Until when it works; null for no end."""
    revoked_at: str | None
    """When it was revoked; null while it was not."""
    last_used_at: str | None
    """To within ten minutes; null for a key that was never used."""


class KeyPage(TypedDict):
    """A page of keys."""

    data: list[Key]
    """The oldest first."""
    next_cursor: str | None
    """`cursor` of the next page; null on the last."""


class Leaderboard(TypedDict):
    """A board under one rule, at one target, in one mode; scores in points an item."""

    benchmark: str
    """The benchmark's slug."""
    title: str
    """The benchmark's title."""
    demo: bool
    """Whether its data are made up for show."""
    revision: int
    """The benchmark's revision."""
    version: int
    """Grows with every change of the board."""
    rule: Literal["bas", "binary", "quadratic", "target"]
    """What ranks the board."""
    target: float | None
    """t; null under a rule without a target."""
    penalty: float | None
    """t / (1 - t), what a wrong answer costs; null without a target."""
    mode: Literal["declared", "threshold"]
    """Whether answers are as declared, or dropped at or below confidence t."""
    category: str | None
    """The board is over the items of this category alone."""
    tags: list[str]
    """Only models with all of these tags are ranked."""
    n_items: int
    """Items that the scores are over."""
    ranked_attempt: str
    """Which attempt of a model counts: latest, first, best."""
    total: int
    """Ranked submissions, on all pages."""
    summary: BoardSummary
    """Who leads and who loses points, beyond noise."""
    ranges: RangesNote
    """How the rank ranges came about."""
    agreement: RuleAgreement
    """Whether binary grading orders them alike."""
    data: list[Standing]
    """Ranked, best first."""
    references: list[Reference]
    """What no model does, to compare with."""
    unranked: list[Unranked]
    """Without a place, latest first; at most 200."""
    next_cursor: str | None
    """Where the next page starts; null on the last."""


class LostItem(TypedDict):
    """An item on which the candidate earns less than the baseline."""

    item: str
    """The item's key."""
    question: str | None
    """What is asked; null where only the key was published."""
    category: str | None
    """Its category; null without."""
    baseline: ItemResult
    """What the baseline made of it."""
    candidate: ItemResult
    """What the candidate made of it."""
    difference: float
    """Points that the candidate loses on it; negative."""
    cost: float
    """What that takes from the score, weights counted: the costs of all items sum to the
    difference.
    """


class LostItems(TypedDict):
    """How many items the candidate lost and gained points on, and the five that cost most."""

    lost: int
    """Items on which the candidate earns less."""
    gained: int
    """Items on which the candidate earns more."""
    worst: list[LostItem]
    """The costliest first."""


class LostPoints(TypedDict):
    """Points an item, averaged over all targets with weight 2(1 - t), as the quadratic score."""

    score: float
    """The quadratic score of the confidences as stated."""
    honest_score: float
    """That of the recalibrated ones, cross-fitted."""
    lost_to_miscalibration: float
    """`honest_score` less `score`."""
    lost_to_not_knowing: float
    """1 less `honest_score`."""


class Metric(TypedDict):
    """A figure that the service gives."""

    id: str
    """Its name in replies."""
    name: str
    """The field's term."""
    description: str
    """One sentence that can be read alone."""
    formula: str
    """How it is computed."""
    range: str
    """The values that it can take."""
    direction: Literal["down", "none", "up"]
    """Which way is better."""
    conditions: str
    """When it is null, and what else to know."""
    source: str
    """Where it is defined."""
    interval: str
    """The method of its 95 % interval."""
    group: str
    """What it is for: figures of one group are read together."""


class Model(TypedDict):
    """The language model under test, as its submitter names it."""

    name: str
    """Its name."""
    provider: str | None
    """Who served it."""
    version: str | None
    """Its version or date."""
    organisation: str | None
    """Who made it."""
    tags: list[str]
    """Words to filter a board by."""


class MovedSubmission(TypedDict):
    """A submission whose place or score is another, at the default target and mode."""

    submission: str
    """The submission's id."""
    owner: str
    """Who submitted it."""
    model: Model
    """The model that answered."""
    rank: RankChange
    """Its places."""
    score: ScoreChange
    """Its scores, in points an item."""


class Occurrences(TypedDict):
    """Scores by how often an item's fact occurred in training data."""

    note: str
    """What these shares are not."""
    buckets: list[Bucket]
    """Buckets that have items, rarest first."""


class OptionScores(TypedDict):
    """Scores of the whole probability vectors, over items with exactly one valid option."""

    n_items: int
    """Items that count."""
    accuracy: float
    """Share whose most probable option is valid; the first of equals counts."""
    brier: float
    """Multi-class Brier score, sum over options; 0 to 2, down."""
    log_loss: float | None
    """Mean -ln of the valid option's probability; null where it is infinite."""
    ranked_probability_score: float
    """For options in order: squared gaps of the cumulative probabilities; down."""
    top_label_ece: float
    """Calibration error of the most probable option, equal-width bins; 0 to 1, down."""
    class_wise_ece: float
    """Calibration error of each option's place, averaged; 0 to 1, down."""
    bins: int
    """Of both calibration errors."""


class OutcomeTable(TypedDict):
    """Items by where a (rows) and b (columns) stand at the target, in `order`."""

    order: list[Literal["correct", "not_attempted", "wrong"]]
    """What the rows and columns of `table` are."""
    table: list[list[int]]
    """Items, a row for each standing of a."""


class PairedComparison(TypedDict):
    """Two submissions compared; differences are a minus b in points an item, positive favours a."""

    benchmark: str
    """The benchmark's slug."""
    revision: int
    """The revision that both are read under."""
    rule: Literal["bas", "binary", "quadratic", "target"]
    """What scores the two."""
    target: float | None
    """t; null under a rule without a target."""
    penalty: float | None
    """t / (1 - t), what a wrong answer costs; null without a target."""
    mode: Literal["declared", "threshold"]
    """Whether answers are as declared, or dropped at or below confidence t."""
    a: Side
    """The submission `a`."""
    b: Side
    """The submission `b`."""
    difference: Score
    """a minus b, paired, with the interval of the difference."""
    p_value: float | None
    """Two-sided, for equal mean scores; 0 to 1, below 0.05 exactly where the interval of
    `difference` leaves 0 out.
    """
    test: Literal["adjusted-paired-t", "adjusted-paired-t-cluster"] | None
    """The test behind `p_value`, which the interval inverts."""
    exchange_p_value: float | None
    """Two-sided, for 'interchangeable': on each item the difference is as likely either way. At
    targets above 0 equal scores need not be.
    """
    exchange_test: Literal["sign-flip", "sign-flip-exact"] | None
    """The test behind `exchange_p_value`; sign-flip-exact is McNemar's at target 0."""
    outcomes: OutcomeTable | None
    """Null where items are more than one outcome, or not told."""
    minimum_detectable_difference: float | None
    """The true difference, in points an item, that these items show with 80 % power."""
    plans: list[Plan]
    """What these items can show of other true differences; empty where not told."""
    categories: list[CategoryPair] | None
    """By category, the largest 100; empty without."""
    curve: DifferenceCurve | None
    """The difference at every target."""
    items: DiscordantItems | None
    """Where the two earn different points."""
    null_reasons: dict[str, str]
    """Why a field is null, by its name."""


class Parity(TypedDict):
    """The headline that the evaluation tool printed, beside the figure computed here."""

    metric: str
    """The id of the metric."""
    reported: float
    """What the tool printed."""
    ours: float | None
    """The same figure here; null where `reason` says why."""
    difference: float | None
    """Reported minus ours."""
    agrees: bool | None
    """Equal to the digits that were reported."""
    reason: str | None
    """Why there is no figure of ours: none of that id, or null; `percent` where what was reported
    is a percentage: a hundredth of it is compared.
    """


class Plan(TypedDict):
    """What these items can show of a true difference, at the spread seen."""

    difference: float
    """A true difference, in points an item."""
    power: float
    """The chance, 0 to 1, that the test finds it with these items."""
    items: int
    """How many such items find it with 80 % chance."""


class Prediction(TypedDict):
    """What the model said to one item, and what it turned out to be where that is public."""

    item: str
    """The item's key."""
    sample: int
    """Which of its answers to the item it is, from 1."""
    answer: str | None
    """As the model gave it; null where it gave none."""
    abstained: bool
    """Whether it declined to answer."""
    confidence: float | None
    """As it was stated, 0 to 1; null without."""
    verdict: Literal["abstained", "correct", "partial", "ungraded", "wrong"] | None
    """How the submitter's own grader judged it; null without one."""
    credit: float | None
    """With the verdict `partial`: its share, 0 to 1."""
    outcome: Literal["abstained", "correct", "missing", "partial", "ungraded", "wrong"] | None
    """What it turned out to be; null on a hidden benchmark."""


class PredictionPage(TypedDict):
    """A page of predictions."""

    data: list[Prediction]
    """In the order that was asked for."""
    next_cursor: str | None
    """`cursor` of the next page; null on the last."""


class ProblemDetails(TypedDict):
    """A refusal (RFC 9457); nothing was stored."""

    type: str
    """An address that explains the code."""
    title: str
    """The code in words."""
    status: int
    """The status of the reply."""
    detail: str
    """What is wrong with this request, and the fix."""
    instance: str
    """The path that was asked for."""
    code: str
    """What is wrong, for programs; a code never changes its meaning."""
    request_id: str
    """The same as in `X-Request-Id`; quote it in a report."""
    quota: NotRequired[Quota]
    """Only with code `quota-exceeded`."""
    quota_left: NotRequired[QuotaLeft]
    """Only with code `quota-exceeded`."""
    error_count: NotRequired[int]
    """Bad rows or fields in all."""
    errors: NotRequired[list[ProblemRow]]
    """The first 100 of them."""


class ProblemRow(TypedDict):
    """One bad row of a body, or one bad field of a request."""

    row: int | None
    """Counts from 0 in the body; null for a request's field."""
    item: NotRequired[str]
    """The item's key, where the row names one."""
    pointer: str
    """A JSON pointer to the field, inside the row."""
    code: str
    """What is wrong with it, for programs."""
    detail: str
    """What is wrong with it, and the fix."""


class ProfileLevel(TypedDict):
    """One stated confidence of a profile: how many answers were right, wrong, partly right.

    Of more than 200 stated confidences an entry holds those of one hundredth, so that the
    counts above every whole hundredth are exact.
    """

    confidence: float | None
    """0 to 1; null for answers that stated none. Where `above` stands, the highest that the entry
    may hold.
    """
    correct: int
    """Answers that are right."""
    wrong: int
    """Answers that are wrong."""
    partial: int
    """Answers with partial credit."""
    above: NotRequired[float]
    """The entry holds confidences above this one, up to `confidence`; absent where it is of one
    confidence.
    """


class Quota(TypedDict):
    """How many submissions each owner may make to a benchmark.

    Every stored submission of the owner counts, withdrawn and superseded ones too; a repeated
    request that finds what it stored before, and a refused one, do not. At least one limit is
    set.
    """

    total: int | None
    """In all; null is no limit."""
    per_day: int | None
    """In one UTC day; null is no limit."""


class QuotaLeft(TypedDict):
    """What the caller's owner may still submit."""

    total: int | None
    """In all; null where there is no such limit."""
    today: int | None
    """Before `resets_at`, at most `total`; null where a day has no limit."""
    resets_at: str | None
    """The end of the UTC day that is counted; null where a day has no limit."""


class RangesNote(TypedDict):
    """How the rank ranges of a board came about, or why there are none."""

    compared: int | None
    """The first so many ranked submissions were compared."""
    method: Literal["paired", "unpaired"] | None
    """By item (paired), or from published figures (unpaired)."""
    level: float | None
    """Of the simultaneous test, 0.95."""
    reason: str | None
    """Why there are none: pending, too-large, no-standings, hidden."""


class RankChange(TypedDict):
    """A place under the revision before and under this one; null where it is not ranked."""

    before: int | None
    """The place under the revision before."""
    after: int | None
    """The place under this revision."""


class RankView(TypedDict):
    """The view in which the rank was taken."""

    target: float
    """Confidence target t, 0 to 0.99."""
    mode: Literal["declared", "threshold"]
    """How the board decides what counts as attempted."""


class RankingRule(TypedDict):
    """A rule that a board ranks by: points of an item, p its confidence, t the target."""

    id: Literal["bas", "binary", "quadratic", "target"]
    """Its name in an address."""
    name: str
    """The field's term."""
    description: str
    """One sentence that can be read alone."""
    parameters: list[str]
    """Names in an address that belong to it."""
    correct: str
    """Points of a right answer."""
    wrong: str
    """Points of a wrong answer."""
    abstained: str
    """Points of an abstention."""
    missing: str
    """Points of an item without an answer."""
    range: str
    """The values that the score can take."""
    direction: Literal["down", "up"]
    """Which way is better."""
    proper: str
    """Whether stating what one believes is best; strictly where nothing else is as good."""
    formula: str
    """How the score is computed."""
    source: str
    """Where it is defined."""


class Receipt(TypedDict):
    """What a submitter reads: counts, closed-form scores and the place on the board now."""

    id: str
    """The submission's id, `sub_…`."""
    benchmark: str
    """The benchmark's slug."""
    revision: int
    """The number of the revision that the scores are of."""
    attempt: int
    """Counts this model's submissions to the benchmark, from 1."""
    created_at: str
    """When it was stored, UTC."""
    provisional: bool
    """Whether answers are ungraded."""
    self_reported: bool
    """Whether the submitter's own grader judged the answers."""
    counts: Counts | None
    """Null on hidden benchmarks."""
    n_invalid: int | None
    """Attempts without an answer; null on hidden benchmarks."""
    scores: dict[str, Score | dict[str, Score]]
    """By metric id; `threshold_score` by target."""
    rank: int | None
    """The place on the board now; null where it has none."""
    rank_at: RankView
    """The view in which the rank was taken."""
    rank_range: list[int] | None
    """Null here; the board tells it once tested."""
    warnings: list[str]
    """What looks like a mistake in the answers."""
    quota: Quota | None
    """Submissions of each owner; null is no limit."""
    quota_left: QuotaLeft | None
    """What is left after this submission; null without a quota."""


class Reference(TypedDict):
    """A row that no model holds: always-abstain, or the binary leader made to answer everything."""

    name: Literal["always-abstain", "always-answer"]
    """What it always does."""
    score: float | None
    """Points an item under the board's rule."""
    reason: NotRequired[str]
    """Only where the score is null."""


class Reliability(TypedDict):
    """Columns, one entry a stated confidence in ascending order. Of more than 200 confidences,
    neighbours are one entry, about equally many answers in each: 200 entries at most.
    """

    confidence: list[float | None]
    """The confidence, 0 to 1; the mean of an entry of several."""
    answers: list[float | None]
    """Answers in the entry."""
    right: list[float | None]
    """Share of them that is right."""
    low: list[float | None]
    """Wilson's lower limit of that share; null under item weights."""
    high: list[float | None]
    """Wilson's upper limit; null under item weights."""
    recalibrated: list[float | None]
    """The recalibrated confidence (CORP), which never falls; the mean of an entry of several."""
    calibrated_low: list[float | None]
    """From where on `recalibrated` would lie in 95 % of redraws if the submission were calibrated;
    null where answers are not independent right-or-wrong ones.
    """
    calibrated_high: list[float | None]
    """Up to where it would lie."""
    level: float
    """Nominal coverage of the limits, 0.95."""


class Revision(TypedDict):
    """A revision, how far its grading is, and who moved by it."""

    benchmark: str
    """The benchmark's slug."""
    revision: int
    """Its number, from 1."""
    state: Literal["complete", "grading"]
    """Its board is shown once it is complete."""
    note: str
    """What its publisher says was corrected."""
    n_items: int
    """Items in it."""
    matcher: Literal["choice", "choices", "exact", "number", "set", "text", "verdicts"]
    """How answers are compared with the accepted ones."""
    tolerance: float | None
    """Of the matcher `number`; null is none."""
    abstention_phrases: list[str]
    """What counts as abstaining besides the phrases of the list."""
    unwrap: list[
        Literal[
            "brackets",
            "code",
            "emphasis",
            "frame",
            "latex",
            "letter-with-text",
            "option-label",
            "period",
            "quotes",
            "tags",
        ]
    ]
    """What is taken away around an answer that does not match as it is."""
    listed_abstentions: bool
    """Whether phrases of the list count as abstentions where they are the answer."""
    tolerance_kind: Literal["absolute", "relative"]
    """A difference, or a share of the accepted one."""
    decimal: Literal["comma", "either", "point"]
    """The decimal sign of numbers."""
    percent: Literal["either", "share", "unit"]
    """What a percent sign beside a number says."""
    units: list[str]
    """Units beside numbers; empty is any known one."""
    credit: Literal["exact", "jaccard", "partial"]
    """What a part of several right options is worth."""
    rules: int
    """The edition of the rules; a revision is graded by those of its publication."""
    created_at: str
    """When it was published, UTC."""
    graded: int
    """Submissions graded under it so far."""
    submissions: int
    """Submissions to be graded under it."""
    n_compared: int | None
    """Submissions that stand on either of the two boards."""
    n_moved: int | None
    """Submissions whose place or score is another."""
    moved: list[MovedSubmission] | None
    """The furthest 100."""
    null_reasons: dict[str, str]
    """Why a field is null, by its name: `first-revision` or `grading`."""
    warnings: NotRequired[list[ItemWarning]]
    """What may be meant otherwise in the answer key, the first 100; only where there is any, and
    when it is published.
    """


class RevisionFacts(TypedDict):
    """One state of a benchmark's items and accepted answers; it never changes."""

    benchmark: str
    """The benchmark's slug."""
    revision: int
    """Its number, from 1."""
    state: Literal["complete", "grading"]
    """Its board is shown once it is complete."""
    note: str
    """What its publisher says was corrected."""
    n_items: int
    """Items in it."""
    matcher: Literal["choice", "choices", "exact", "number", "set", "text", "verdicts"]
    """How answers are compared with the accepted ones."""
    tolerance: float | None
    """Of the matcher `number`; null is none."""
    abstention_phrases: list[str]
    """What counts as abstaining besides the phrases of the list."""
    unwrap: list[
        Literal[
            "brackets",
            "code",
            "emphasis",
            "frame",
            "latex",
            "letter-with-text",
            "option-label",
            "period",
            "quotes",
            "tags",
        ]
    ]
    """What is taken away around an answer that does not match as it is."""
    listed_abstentions: bool
    """Whether phrases of the list count as abstentions where they are the answer."""
    tolerance_kind: Literal["absolute", "relative"]
    """A difference, or a share of the accepted one."""
    decimal: Literal["comma", "either", "point"]
    """The decimal sign of numbers."""
    percent: Literal["either", "share", "unit"]
    """What a percent sign beside a number says."""
    units: list[str]
    """Units beside numbers; empty is any known one."""
    credit: Literal["exact", "jaccard", "partial"]
    """What a part of several right options is worth."""
    rules: int
    """The edition of the rules; a revision is graded by those of its publication."""
    created_at: str
    """When it was published, UTC."""


class RevisionPage(TypedDict):
    """All revisions of a benchmark."""

    data: list[RevisionFacts]
    """The oldest first."""
    next_cursor: str | None
    """`cursor` of the next page; null on the last."""


class RiskCoverage(TypedDict):
    """Columns, one entry a stated confidence in descending order: answering only down to it. Of
    more than 200 confidences those are given that spread evenly over the coverage, each exact.

    The last entry is the whole submission.
    """

    confidence: list[float | None]
    """The least confidence that still answers, 0 to 1."""
    coverage: list[float | None]
    """k / n, of the answers that state a confidence."""
    coverage_of_items: list[float | None]
    """k / N, of all graded items."""
    risk: list[float | None]
    """e / k, the share wrong of the k answered."""


class RuleAgreement(TypedDict):
    """Whether binary grading and the board's rule order the compared submissions alike."""

    tau_b: Score | None
    """Kendall's tau-b: 1 the same order, -1 reversed; null with `reason`."""
    n_flips: int | None
    """Pairs that the two rules order differently."""
    flips: list[FlippedPair]
    """The widest 100."""
    reason: str | None
    """Why nothing is known, such as pending."""


class Rules(TypedDict):
    """The rules that rank, and every figure."""

    rules: list[RankingRule]
    """The rules that a board ranks by."""
    data: list[Metric]
    """Every figure that the service gives."""


class Score(TypedDict):
    """A figure with its uncertainty, in points or shares an item."""

    value: float | None
    """Null where undefined; then `reason` says why."""
    se: float | None
    """Standard error, where the method has one."""
    interval: Interval | None
    """Null where the method has none."""
    n_items: int
    """Number of items that the value is over."""
    reason: NotRequired[str]
    """Only where the value is null."""
    bounds: NotRequired[Bounds]
    """Over all items, only where answers are ungraded."""


class ScoreChange(TypedDict):
    """A score under the revision before and under this one, in points an item."""

    before: float | None
    """The score under the revision before."""
    after: float | None
    """The score under this revision."""


class ScoredPredictions(TypedDict):
    """Every figure of rows that were scored; nothing was stored."""

    n_items: int
    """Items of the benchmark."""
    n_eff: float | None
    """Kish's effective number of weighted items; null where all weigh the same."""
    mode: Literal["declared", "threshold"]
    """How it is decided what counts as attempted."""
    epsilon: float
    """Where BAS and log loss stop."""
    bins: int
    """Of every ece_equal_… among the scores."""
    counts: Counts
    """Slots by outcome, as declared."""
    n_invalid: int
    """Attempts without an answer that can be read."""
    scores: dict[str, Score | dict[str, Score]]
    """By metric id (GET /rules); `threshold_score` by target."""
    thresholds: dict[str, ThresholdScores]
    """All figures at a target, by target."""
    coverage_at_risk: dict[str, Score]
    """How much could be answered, by risk."""
    accuracy_at_coverage: dict[str, Score]
    """How accurate the most confident answers are, by coverage."""
    guaranteed_thresholds: dict[str, GuaranteedThreshold]
    """From which stated confidence on the risk is at most r, with 95 %, by risk."""
    calibration_test: dict[str, CalibrationTest]
    """Whether a calibration error is more than noise, by metric id; without `ece_levels` where
    levels are too thin for it.
    """
    curves: Curves
    """Curves over the answers that state a confidence."""
    honest_confidences: HonestConfidences | None
    """What it would score with recalibrated confidences; null where an answer states none, or
    there are fewer than two.
    """
    categories: Strata | None
    """By category; null where items name none."""
    answerability: Answerability | None
    """By class; null where every item has an answer."""
    occurrences: Occurrences | None
    """By training occurrences; null where items state none."""
    validity: Validity
    """The self-check of the theorems."""
    option_scores: OptionScores | None
    """Scores of whole probability vectors; null where no row gave `option_probs`."""
    profile: list[ProfileLevel]
    """Answers by stated confidence, rising; unstated first. By hundredths where many."""
    flags: list[Literal["confidence_imputed", "few_clusters", "provisional"]]
    """`confidence_imputed`: some answers state no confidence; `provisional`: some are ungraded;
    `few_clusters`: items come in fewer than 20 clusters, too few to know how much they
    correlate.
    """
    singletons: SingletonBound | None
    """The bound that `training` gives; null without."""
    null_reasons: dict[str, str]
    """Why parts are null, by field."""
    warnings: list[str]
    """What looks like a mistake in the answers."""


class ServiceLimits(TypedDict):
    """What a client may send. Sizes hold for the decompressed stream unless named `wire`."""

    wire_bytes: int
    """A body on the wire."""
    decoded_bytes: int
    """A body once decompressed."""
    json_document_bytes: int
    """One JSON document; send NDJSON beyond."""
    expansion: int
    """Decompressed to compressed, at most, beyond 64 MiB."""
    line_bytes: int
    """One line of NDJSON, one cell of CSV."""
    answer_characters: int
    """One answer."""
    item_key_characters: int
    """The key of an item."""
    rows: int
    """Rows of one body."""
    samples: int
    """Samples of one item."""
    options: int
    """Numbers in one option_probs."""
    slots: int
    """Items times samples."""
    small_body_bytes: int
    """A JSON body that carries no rows."""
    page_rows: int
    """Rows a page of a list."""
    question_characters: int
    """The question of an item."""
    accepted_answers: int
    """Accepted answers of one item."""
    choices: int
    """Choices of one item."""
    item_tags: int
    """Tags of one item."""
    highest_target: float
    """A share; targets have at most 4 decimals."""
    confidence_step: float
    """Confidences are kept in these steps."""
    targets: int
    """Targets of one POST /score."""
    missing: int
    """Missing items of one POST /score."""
    resamples: int
    """Redraws of one POST /score."""
    bins: int
    """Bins of a calibration error of one POST /score."""
    categories_compared: int
    """Categories of one GET /compare, the largest."""
    writes_per_minute: int
    """Writes a key, over all processes."""
    reads_per_minute: int
    """Reads an address, each process."""
    media_types: list[str]
    """Content types of bodies that are read here; Parquet is an optional extra."""


class Side(TypedDict):
    """One of the two submissions and what it scored alone."""

    submission: SubmissionRow
    """The submission."""
    score: Score
    """Points an item under the rule."""
    accuracy: Score
    """Share right: the score of the binary rule."""
    shares: dict[str, float] | None
    """Only on hidden benchmarks."""


class SingletonBound(TypedDict):
    """Theorem 2 (arXiv 2509.04664) from the benchmark's training facts."""

    singleton_rate: float
    """Share of the training examples whose fact was seen exactly once."""
    lower_bound: float
    """Of the error rate, with probability 99 %; may be negative."""
    lower_bound_reported: float
    """max(0, lower_bound)."""
    informative: bool
    """Whether the bound is above 0: at a rate of 0.2, from some 3e5 examples."""
    upper_bound_calibrated_algorithm: float
    """Error that some efficient calibrated algorithm does not exceed."""
    conditions: list[str]
    """What the theorem takes for granted."""


class Standing(TypedDict):
    """One row of a board."""

    rank: int
    """1, 2, 2, 4 by exact score."""
    rank_range: list[int] | None
    """First and last place on the whole board that the data cannot rule out (95 %)."""
    tied_with: list[str] | None
    """Submissions not told apart from this one."""
    tie_group: int | None
    """Groups of the not told apart, 1 at the top."""
    bootstrap_first_share: float | None
    """Share of bootstrap draws in which this one comes first, 0 to 1; not the chance of being
    best.
    """
    owner: str
    """The owner of the submission."""
    model: Model
    """The model under test."""
    submission: str
    """The id of the submission."""
    attempt: int
    """The number of the attempt, from 1."""
    attempts: int
    """Attempts of the model at the same stated target."""
    stated_target: float | None
    """The target that the prompt stated; null where it stated none."""
    score: Score
    """Points an item under the board's rule."""
    accuracy: Score
    """Share right: the score of the binary rule."""
    accuracy_rank: int
    """The rank by binary accuracy."""
    rank_change: int
    """Places gained against binary accuracy; positive is up."""
    counts: Counts | None
    """As declared, always; null on hidden benchmarks."""
    shares: dict[str, float] | None
    """Shares right, wrong and abstained as declared, on hidden benchmarks only."""
    attempted: dict[str, float] | None
    """Slots right and wrong at the board's target and mode; null on hidden benchmarks."""
    coverage: float | None
    """Share answered at the board's target and mode."""
    selective_accuracy: float | None
    """Share right among the answered."""
    quadratic_score: float | None
    """The score of the quadratic rule."""
    excess_miscalibration: float | None
    """CORP miscalibration less what chance alone shows; the calibration figure of boards, from -1
    to 1, about 0 or below if calibrated.
    """
    miscalibration: float | None
    """CORP miscalibration (MCB), 0 to 1: what recalibration saves of the Brier score."""
    miscalibration_expected: float | None
    """What a calibrated submission with the same confidences would show of it."""
    ece_levels: float | None
    """Expected calibration error by stated confidence, 0 to 1; null (`levels-too-thin`) under 20
    answers a confidence.
    """
    null_reasons: dict[str, str]
    """Why figures are null, by field; `pending` until ranges are computed."""
    confidence_source: str | None
    """Where the confidences come from."""
    self_reported: bool
    """The submitter graded it, not this server."""
    provisional: bool
    """Some answers are ungraded."""
    created_at: str
    """When it was submitted."""


class StatedTarget(TypedDict):
    """One run under a stated target t."""

    target: float
    """The stated target t, 0 to 0.99."""
    selective_accuracy: Score
    """Right among the answered, to set against t."""
    coverage: Score
    """Answered among all."""
    shortfall: float | None
    """t minus selective accuracy; positive where it is right less than asked."""
    below_target: bool | None
    """Even the upper limit of selective accuracy is below t; null without answers."""
    submission: str
    """The id of the run."""


class Strata(TypedDict):
    """By category, and the averages of the figures that are means over N."""

    data: list[Stratum]
    """The categories."""
    micro: dict[str, Score | dict[str, Score]]
    """The mean over items, by metric id."""
    macro: dict[str, Score | dict[str, Score]]
    """The mean of the categories, by metric id."""


class Stratum(TypedDict):
    """One category, scored as a submission of its own.

    Items that name no category are one without a name, which has no part in macro figures.
    """

    category: str | None
    """The category; null for items that name none."""
    n_items: int
    """Items of the category."""
    scores: dict[str, Score | dict[str, Score]]
    """By metric id; `threshold_score` by target."""


class SubmissionDetail(TypedDict):
    """A submission with everything that may be shown about it.

    On hidden benchmarks the parts of a card are null with the reason `hidden`, and of a
    submission whose answers were erased every figure is, with the reason `erased`. While
    `null_reasons.calibration_test` is `pending`, the calibration tests, which take redraws, are
    still being made.
    """

    id: str
    """The submission's id, `sub_…`."""
    benchmark: str
    """The benchmark's slug."""
    revision: int
    """The number of the revision that the scores are of."""
    owner: str
    """Who submitted it."""
    model: Model
    """The model that answered."""
    attempt: int
    """Counts this model's submissions to the benchmark, from 1."""
    stated_target: float | None
    """The confidence target that the prompt announced; null without."""
    samples: int
    """Answers to each item."""
    confidence_source: str | None
    """How the confidences came about."""
    external_id: str | None
    """The submitter's own name of the run."""
    self_reported: bool
    """Whether the submitter's own grader judged the answers."""
    n_rows: int
    """Answers that were sent."""
    created_at: str
    """When it was stored, UTC."""
    withdrawn_at: str | None
    """When it was withdrawn; null while it was not."""
    superseded: bool
    """Whether a later one with its `external_id` replaced it."""
    erased_at: str | None
    """Since when its answers are erased; it is withdrawn too."""
    n_items: int | None
    """Items of the benchmark."""
    n_eff: float | None
    """Kish's effective number of weighted items; null where all weigh the same."""
    mode: Literal["declared", "threshold"] | None
    """How it is decided what counts as attempted."""
    epsilon: float | None
    """Where BAS and log loss stop."""
    bins: int | None
    """Of every ece_equal_… among the scores."""
    counts: Counts | None
    """Slots by outcome, as declared."""
    n_invalid: int | None
    """Attempts without an answer that can be read."""
    scores: dict[str, Score | dict[str, Score]]
    """By metric id (GET /rules); `threshold_score` by target."""
    thresholds: dict[str, ThresholdScores] | None
    """All figures at a target, by target."""
    coverage_at_risk: dict[str, Score] | None
    """How much could be answered, by risk."""
    accuracy_at_coverage: dict[str, Score] | None
    """How accurate the most confident answers are, by coverage."""
    guaranteed_thresholds: dict[str, GuaranteedThreshold] | None
    """From which stated confidence on the risk is at most r, with 95 %, by risk."""
    calibration_test: dict[str, CalibrationTest] | None
    """Whether a calibration error is more than noise, by metric id; without `ece_levels` where
    levels are too thin for it.
    """
    curves: Curves | None
    """Curves over the answers that state a confidence."""
    honest_confidences: HonestConfidences | None
    """What it would score with recalibrated confidences; null where an answer states none, or
    there are fewer than two.
    """
    categories: Strata | None
    """By category; null where items name none."""
    answerability: Answerability | None
    """By class; null where every item has an answer."""
    occurrences: Occurrences | None
    """By training occurrences; null where items state none."""
    validity: Validity | None
    """The self-check of the theorems."""
    option_scores: OptionScores | None
    """Scores of whole probability vectors; null where no row gave `option_probs`."""
    profile: list[ProfileLevel] | None
    """Answers by stated confidence, rising; unstated first. By hundredths where many."""
    flags: list[Literal["confidence_imputed", "few_clusters", "provisional"]] | None
    """`confidence_imputed`: some answers state no confidence; `provisional`: some are ungraded;
    `few_clusters`: items come in fewer than 20 clusters, too few to know how much they
    correlate.
    """
    run: dict[str, Any]
    """What the submitter tells of the run."""
    provisional: bool
    """Whether answers are ungraded."""
    shares: dict[str, float] | None
    """Shares right, wrong and abstained as declared, on hidden benchmarks only."""
    reported: dict[str, Any] | None
    """The headline that the evaluation tool printed, and under `others` what else it did."""
    parity: Parity | None
    """That headline beside the figure computed here."""
    parities: list[Parity]
    """Each reported figure beside the one computed here, that one first."""
    contradictions: list[str]
    """Why the reported figures cannot all be right, in words; empty where they can."""
    behaviour: BehaviourAudit | None
    """The runs of the model under stated targets."""
    singletons: SingletonBound | None
    """The bound that the training facts of the benchmark give."""
    null_reasons: dict[str, str]
    """Why parts are null or to come, by field."""


class SubmissionPage(TypedDict):
    """A page of submissions."""

    data: list[SubmissionRow]
    """The newest first."""
    next_cursor: str | None
    """`cursor` of the next page; null on the last."""


class SubmissionRow(TypedDict):
    """A submission in a list."""

    id: str
    """The submission's id, `sub_…`."""
    benchmark: str
    """The benchmark's slug."""
    revision: int
    """The number of the revision that it was sent to."""
    owner: str
    """Who submitted it."""
    model: Model
    """The model that answered."""
    attempt: int
    """Counts this model's submissions to the benchmark, from 1."""
    stated_target: float | None
    """The confidence target that the prompt announced; null without."""
    samples: int
    """Answers to each item."""
    confidence_source: str | None
    """How the confidences came about."""
    external_id: str | None
    """The submitter's own name of the run."""
    self_reported: bool
    """Whether the submitter's own grader judged the answers."""
    n_rows: int
    """Answers that were sent."""
    created_at: str
    """When it was stored, UTC."""
    withdrawn_at: str | None
    """When it was withdrawn; null while it was not."""
    superseded: bool
    """Whether a later one with its `external_id` replaced it."""
    erased_at: str | None
    """Since when its answers are erased; it is withdrawn too."""


class SummaryModel(TypedDict):
    """A model that the summary of a board names."""

    submission: str
    """The id of its submission."""
    name: str
    """The model's name."""
    rank: int
    """Its rank on this board."""
    accuracy_rank: int
    """Its rank by binary accuracy."""
    rank_range: list[int] | None
    """As in its row; null while it is computed, and where tags leave models out."""


class ThresholdScores(TypedDict):
    """All figures at one target, in points or shares an item."""

    target: float
    """t, 0 to 0.99."""
    penalty: float
    """t / (1 - t), what a wrong answer costs."""
    threshold_score: Score
    """S_t, in [-t / (1 - t), 1]."""
    normalised_threshold_score: Score
    """(1 - t) S_t, in [-t, 1 - t]."""
    attempted_rate: Score
    """Share of the items that are attempted."""
    selective_accuracy: Score
    """Share right of the attempted."""
    error_rate: Score
    """Share of the items attempted and wrong."""
    n_at_threshold: int
    """Answers with exactly p = t, which do not count."""
    below_target: bool | None
    """Even the upper limit of selective accuracy is below t; null in threshold mode, and where
    nothing was attempted.
    """
    design_effect: float | None
    """(SE clustered / SE)^2; null where items are not clustered."""


class Training(TypedDict):
    """What the publisher says of the training data of the models under test."""

    max_error_set: NotRequired[int]
    """The size of the largest error set; only where it was given."""
    min_error_set: int
    """The size of the smallest error set."""
    n_examples: int
    """N, the training examples."""
    n_singletons: int
    """How many facts occur exactly once among them."""


class Unranked(TypedDict):
    """A submission that is listed but has no place, and why."""

    submission: str
    """The id of the submission."""
    reason: str
    """missing, ungraded, erased, withdrawn, superseded, attempt (another attempt counts), stated-
    target (another stated target counts), or the reason its score is undefined.
    """
    owner: str
    """The owner of the submission."""
    model: Model
    """The model under test."""
    score: NotRequired[Score]
    """Only where answers are missing or ungraded."""


class Validity(TypedDict):
    """The theorems' self-check; `check` is null where `reason` says why."""

    check: ValidityCheck | None
    """The two theorems on the upload."""
    left_out: int
    """Items with option_probs but without one valid choice, or with other choices by now."""
    reason: str | None
    """Why they cannot be checked."""


class ValidityCheck(TypedDict):
    """Is-It-Valid (arXiv 2509.04664, section 3) on the upload; rates from 0 to 1.

    A bound below 0 says nothing.
    """

    n_items: int
    """Items that were checked."""
    n_choices: int
    """C, the fewest wrong choices of an item + 1."""
    generation_error: float
    """Chance that a sampled answer is an error."""
    err_iiv_best: float
    """The least Is-It-Valid error over all thresholds."""
    best_threshold: float
    """The lowest threshold that has it."""
    theorem3_lower_bound: float
    """2 (1 - 1 / C) err_iiv_best."""
    theorem1_threshold: float
    """1 over the fewest wrong choices of an item."""
    theorem1_err_iiv: float
    """The Is-It-Valid error at `theorem1_threshold`."""
    theorem1_delta: float
    """The calibration gap at `theorem1_threshold`."""
    theorem1_lower_bound: float
    """2 theorem1_err_iiv - theorem1_threshold - theorem1_delta."""
    explained: float | None
    """Theorem 3's bound over the error: the share of it that failing to recognise validity
    accounts for; null at error 0.
    """
    holds: bool
    """Neither bound exceeds the error. False means a defective upload, or a defect of ours."""
    conditions: list[str]
    """What the theorems take for granted."""
