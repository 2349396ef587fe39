"""The values of a leaderboard: what the JSON API and the page both print.

`app/services/board/leaderboard.py` makes them, for both.
Shares and scores are fractions here; pages print points per 100.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from app.reply_fields import NEVER, WHEN_SET, Doc, Sent
from app.scoring.profile import Counts
from app.scoring.rules import Mode, Rule
from app.scoring.score import Score


@dataclass(frozen=True, slots=True)
class Model:
    """The language model under test, as its submitter names it."""

    name: Annotated[str, Doc("Its name.")]
    provider: Annotated[str | None, Doc("Who served it.")] = None
    version: Annotated[str | None, Doc("Its version or date.")] = None
    organisation: Annotated[str | None, Doc("Who made it.")] = None
    tags: Annotated[tuple[str, ...], Doc("Words to filter a board by.")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One row of a board."""

    rank: Annotated[int, Doc("1, 2, 2, 4 by exact score.")]
    rank_range: Annotated[
        tuple[int, int] | None,
        Doc("First and last place on the whole board that the data cannot rule out (95 %)."),
    ]
    tied_with: Annotated[tuple[str, ...] | None, Doc("Submissions not told apart from this one.")]
    tie_group: Annotated[int | None, Doc("Groups of the not told apart, 1 at the top.")]
    bootstrap_first_share: Annotated[
        float | None,
        Doc(
            "Share of bootstrap draws in which this one comes first, 0 to 1; not the chance of "
            "being best."
        ),
    ]
    owner: Annotated[str, Doc("The owner of the submission.")]
    model: Annotated[Model, Doc("The model under test.")]
    submission: Annotated[str, Doc("The id of the submission.")]
    attempt: Annotated[int, Doc("The number of the attempt, from 1.")]
    attempts: Annotated[int, Doc("Attempts of the model at the same stated target.")]
    stated_target: Annotated[
        float | None, Doc("The target that the prompt stated; null where it stated none.")
    ]
    score: Annotated[Score, Doc("Points an item under the board's rule.")]
    accuracy: Annotated[Score, Doc("Share right: the score of the binary rule.")]
    accuracy_rank: Annotated[int, Doc("The rank by binary accuracy.")]
    rank_change: Annotated[int, Doc("Places gained against binary accuracy; positive is up.")]
    counts: Annotated[Counts | None, Doc("As declared, always; null on hidden benchmarks.")]
    shares: Annotated[
        dict[str, float] | None,
        Doc("Shares right, wrong and abstained as declared, on hidden benchmarks only."),
    ]
    attempted: Annotated[
        dict[str, float] | None,
        Doc("Slots right and wrong at the board's target and mode; null on hidden benchmarks."),
    ]
    coverage: Annotated[float | None, Doc("Share answered at the board's target and mode.")]
    selective_accuracy: Annotated[float | None, Doc("Share right among the answered.")]
    quadratic_score: Annotated[float | None, Doc("The score of the quadratic rule.")]
    excess_miscalibration: Annotated[
        float | None,
        Doc(
            "CORP miscalibration less what chance alone shows; the calibration figure of boards, "
            "from -1 to 1, about 0 or below if calibrated."
        ),
    ]
    miscalibration: Annotated[
        float | None,
        Doc("CORP miscalibration (MCB), 0 to 1: what recalibration saves of the Brier score."),
    ]
    miscalibration_expected: Annotated[
        float | None,
        Doc("What a calibrated submission with the same confidences would show of it."),
    ]
    ece_levels: Annotated[
        float | None,
        Doc(
            "Expected calibration error by stated confidence, 0 to 1; null (`levels-too-thin`) "
            "under 20 answers a confidence."
        ),
    ]
    null_reasons: Annotated[
        dict[str, str], Doc("Why figures are null, by field; `pending` until ranges are computed.")
    ]
    confidence_source: Annotated[str | None, Doc("Where the confidences come from.")]
    self_reported: Annotated[bool, Doc("The submitter graded it, not this server.")]
    provisional: Annotated[bool, Doc("Some answers are ungraded.")]
    created_at: Annotated[datetime, Doc("When it was submitted.")]


@dataclass(frozen=True, slots=True)
class Reference:
    """A row that no model holds: always-abstain, or the binary leader made to answer everything."""

    name: Annotated[Literal["always-abstain", "always-answer"], Doc("What it always does.")]
    score: Annotated[float | None, Doc("Points an item under the board's rule.")]
    reason: Annotated[str | None, WHEN_SET, Doc("Only where the score is null.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unranked:
    """A submission that is listed but has no place, and why."""

    submission: Annotated[str, Doc("The id of the submission.")]
    reason: Annotated[
        str,
        Doc(
            "missing, ungraded, erased, withdrawn, superseded, attempt (another attempt counts), "
            "stated-target (another stated target counts), or the reason its score is undefined."
        ),
    ]
    owner: Annotated[str, Doc("The owner of the submission.")]
    model: Annotated[Model, Doc("The model under test.")]
    score: Annotated[Score | None, WHEN_SET, Doc("Only where answers are missing or ungraded.")] = (
        None
    )


@dataclass(frozen=True, slots=True)
class RangesNote:
    """How the rank ranges of a board came about, or why there are none."""

    compared: Annotated[int | None, Doc("The first so many ranked submissions were compared.")]
    method: Annotated[
        Literal["paired", "unpaired"] | None,
        Doc("By item (paired), or from published figures (unpaired)."),
    ]
    level: Annotated[float | None, Doc("Of the simultaneous test, 0.95.")]
    reason: Annotated[
        str | None, Doc("Why there are none: pending, too-large, no-standings, hidden.")
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlippedPair:
    """Two submissions that both rules tell apart, in opposite directions; points an item."""

    ahead_binary: Annotated[str, Doc("The submission that leads at t = 0.")]
    ahead_here: Annotated[str, Doc("The other one, which leads under the board's rule.")]
    binary_lead: Annotated[float, Doc("By how much `ahead_binary` leads at t = 0.")]
    lead: Annotated[float, Doc("By how much `ahead_here` leads under the board's rule.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAgreement:
    """Whether binary grading and the board's rule order the compared submissions alike."""

    tau_b: Annotated[
        Score | None, Doc("Kendall's tau-b: 1 the same order, -1 reversed; null with `reason`.")
    ] = None
    n_flips: Annotated[int | None, Doc("Pairs that the two rules order differently.")] = None
    flips: Annotated[tuple[FlippedPair, ...], Doc("The widest 100.")] = ()
    reason: Annotated[str | None, Doc("Why nothing is known, such as pending.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryModel:
    """A model that the summary of a board names."""

    submission: Annotated[str, Doc("The id of its submission.")]
    name: Annotated[str, Doc("The model's name.")]
    rank: Annotated[int, Doc("Its rank on this board.")]
    accuracy_rank: Annotated[int, Doc("Its rank by binary accuracy.")]
    rank_range: Annotated[
        tuple[int, int] | None,
        Doc("As in its row; null while it is computed, and where tags leave models out."),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardSummary:
    """What may be said of a board in a sentence, noise set apart; over all that is ranked."""

    n_first: Annotated[int, Doc("Models that share rank 1.")]
    first: Annotated[SummaryModel | None, Doc("The first of them; null on an empty board.")]
    not_told_apart: Annotated[
        int | None,
        Doc(
            "Models of a lower rank that the simultaneous test does not tell apart from `first`; "
            "null where `ranges` has a reason."
        ),
    ]
    n_first_by_accuracy: Annotated[int, Doc("Models that share rank 1 by binary accuracy.")]
    first_by_accuracy: Annotated[
        SummaryModel | None, Doc("The one of them that ranks best here; null on an empty board.")
    ]
    ranks_of_first_by_accuracy: Annotated[
        tuple[int, int] | None, Doc("The best and the worst rank that they have here.")
    ]
    n_above: Annotated[int, Doc("Models whose interval of the score lies above 0.")]
    n_unclear: Annotated[
        int, Doc("Models whose interval holds 0: no clear difference from always abstaining.")
    ]
    n_below: Annotated[int, Doc("Models whose interval lies below 0.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaderboard:
    """A board under one rule, at one target, in one mode; scores in points an item."""

    benchmark: Annotated[str, Doc("The benchmark's slug.")]
    title: Annotated[str, Doc("The benchmark's title.")]
    demo: Annotated[bool, Doc("Whether its data are made up for show.")]
    hidden: Annotated[bool, NEVER]
    revision: Annotated[int, Doc("The benchmark's revision.")]
    version: Annotated[int, Doc("Grows with every change of the board.")]
    rule: Annotated[Rule, Doc("What ranks the board.")]
    target: Annotated[float | None, Doc("t; null under a rule without a target.")]
    penalty: Annotated[
        float | None, Doc("t / (1 - t), what a wrong answer costs; null without a target.")
    ]
    mode: Annotated[
        Mode, Doc("Whether answers are as declared, or dropped at or below confidence t.")
    ]
    category: Annotated[str | None, Doc("The board is over the items of this category alone.")]
    tags: Annotated[tuple[str, ...], Doc("Only models with all of these tags are ranked.")]
    all_tags: Annotated[tuple[str, ...], NEVER]
    n_items: Annotated[int, Doc("Items that the scores are over.")]
    ranked_attempt: Annotated[str, Doc("Which attempt of a model counts: latest, first, best.")]
    total: Annotated[int, Doc("Ranked submissions, on all pages.")]
    summary: Annotated[BoardSummary, Doc("Who leads and who loses points, beyond noise.")]
    ranges: Annotated[RangesNote, Doc("How the rank ranges came about.")]
    agreement: Annotated[RuleAgreement, Doc("Whether binary grading orders them alike.")]
    standings: Annotated[tuple[Standing, ...], Sent(name="data"), Doc("Ranked, best first.")]
    references: Annotated[tuple[Reference, ...], Doc("What no model does, to compare with.")]
    unranked: Annotated[tuple[Unranked, ...], Doc("Without a place, latest first; at most 200.")]
    next_cursor: Annotated[str | None, Doc("Where the next page starts; null on the last.")] = None
