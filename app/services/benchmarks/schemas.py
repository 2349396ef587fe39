"""What the API tells of benchmarks, their items and their revisions.

They are made from what is stored and hold nothing that may not be told: accepted answers are part
of an item only where the benchmark is open.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self

from msgspec import UNSET, UnsetType

from app.grading.options import (
    CreditKind,
    DecimalSign,
    GradingRules,
    PercentSign,
    Step,
    ToleranceKind,
)
from app.grading.registry import MatcherName
from app.reply_fields import FLAT, Doc
from app.scoring.rules import Mode
from app.scoring.targets import Target
from app.services.benchmarks.key_warnings import ItemWarning
from app.services.benchmarks.revisions import RevisionView
from app.services.board.rank_movements import Move
from app.services.board.schemas import Model
from app.services.submissions.quota import QuotaLeft, quota_words
from app.storage import benchmarks, items, revisions
from app.storage.quotas import Quota

_WARNINGS: Final = Doc(
    "What may be meant otherwise in the answer key, the first 100; only where there is any, and "
    "when it is published."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What the publisher says of the training data of the models under test."""

    max_error_set: Annotated[
        int | UnsetType, Doc("The size of the largest error set; only where it was given.")
    ] = UNSET
    min_error_set: Annotated[int, Doc("The size of the smallest error set.")]
    n_examples: Annotated[int, Doc("N, the training examples.")]
    n_singletons: Annotated[int, Doc("How many facts occur exactly once among them.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingFacts:
    """How the answers of a revision are graded besides its matcher."""

    unwrap: Annotated[
        tuple[Step, ...], Doc("What is taken away around an answer that does not match as it is.")
    ]
    listed_abstentions: Annotated[
        bool, Doc("Whether phrases of the list count as abstentions where they are the answer.")
    ]
    tolerance_kind: Annotated[ToleranceKind, Doc("A difference, or a share of the accepted one.")]
    decimal: Annotated[DecimalSign, Doc("The decimal sign of numbers.")]
    percent: Annotated[PercentSign, Doc("What a percent sign beside a number says.")]
    units: Annotated[tuple[str, ...], Doc("Units beside numbers; empty is any known one.")]
    credit: Annotated[CreditKind, Doc("What a part of several right options is worth.")]
    rules: Annotated[
        int, Doc("The edition of the rules; a revision is graded by those of its publication.")
    ]

    @classmethod
    def of(cls, stored: GradingRules) -> Self:
        """What is told of stored rules."""
        return cls(**asdict(stored))


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A benchmark's facts and policy; never its answers."""

    id: Annotated[str, Doc("The benchmark's id, `bm_…`.")]
    slug: Annotated[str, Doc("Its name in addresses.")]
    title: Annotated[str, Doc("Its name for people.")]
    description: Annotated[str, Doc("What is asked, and how.")]
    source: Annotated[str, Doc("Where the questions come from, and their licence.")]
    owner: Annotated[str, Doc("Who published it.")]
    visibility: Annotated[
        benchmarks.Visibility, Doc("Private ones are absent for all but their owner.")
    ]
    mode: Annotated[
        benchmarks.BenchmarkMode, Doc("Whether accepted answers and outcomes are shown.")
    ]
    matcher: Annotated[MatcherName, Doc("How answers are compared with the accepted ones.")]
    tolerance: Annotated[float | None, Doc("Of the matcher `number`; null is none.")]
    abstention_phrases: Annotated[
        tuple[str, ...], Doc("What counts as abstaining besides the phrases of the list.")
    ]
    grading: Annotated[GradingFacts, FLAT]
    default_target: Annotated[float, Doc("Confidence target t, 0 to 0.99.")]
    default_mode: Annotated[Mode, Doc("How the board decides what counts as attempted.")]
    fixed_targets: Annotated[
        tuple[float, ...], Doc("Targets at which every submission is scored, 0 to 0.99.")
    ]
    missing_limit: Annotated[float, Doc("Share of items, 0 to 1, that a ranked one may miss.")]
    ungraded_limit: Annotated[
        float, Doc("Share of items, 0 to 1, that may be ungraded in a ranked one.")
    ]
    ranked_attempt: Annotated[
        benchmarks.RankedAttempt, Doc("Which attempt of a model has the place.")
    ]
    quota: Annotated[Quota | None, Doc("Submissions of each owner; null is no limit.")]
    quota_left: Annotated[
        QuotaLeft | None,
        Doc("What the caller may still submit; null without a quota or without a key."),
    ]
    quota_words: Annotated[str | None, Doc("The quota in a sentence.")]
    demo: Annotated[bool, Doc("Whether it came with the server as an example.")]
    training: Annotated[Training | None, Doc("Facts for the singleton bound; null without.")]
    revision: Annotated[int, Doc("The number of the revision that is shown.")]
    version: Annotated[int, Doc("Grows with every change of the board.")]
    n_items: Annotated[int, Doc("Items of that revision.")]
    created_at: Annotated[datetime, Doc("When it was published, UTC.")]
    archived_at: Annotated[
        datetime | None,
        Doc("Since when it is read-only and off the list; null while it is in use."),
    ]
    archived_reason: Annotated[str | None, Doc("Why it was archived; null while it is in use.")]
    warnings: Annotated[tuple[ItemWarning, ...] | UnsetType, _WARNINGS] = UNSET

    @classmethod
    def of(cls, stored: benchmarks.Benchmark, *, quota_left: QuotaLeft | None, **more: Any) -> Self:
        """What may be told of a stored benchmark; `quota_left` is the caller's, `more` are the
        fields of a subclass."""
        return cls(
            id=stored.public_id,
            slug=stored.slug,
            title=stored.title,
            description=stored.description,
            source=stored.source,
            owner=stored.owner,
            visibility=stored.visibility,
            mode=stored.mode,
            matcher=stored.matcher,
            tolerance=None if stored.tolerance is None else float(stored.tolerance),
            abstention_phrases=stored.abstention_phrases,
            grading=GradingFacts.of(stored.grading),
            default_target=Target(stored.default_target).value,
            default_mode=stored.default_mode,
            fixed_targets=tuple(Target(units).value for units in stored.fixed_targets),
            missing_limit=stored.missing_limit,
            ungraded_limit=stored.ungraded_limit,
            ranked_attempt=stored.ranked_attempt,
            quota=stored.quota,
            quota_left=quota_left,
            quota_words=quota_words(stored.quota),
            demo=stored.demo,
            training=None if stored.training is None else Training(**stored.training),
            revision=stored.revision,
            version=stored.version,
            n_items=stored.n_items,
            created_at=stored.created_at,
            archived_at=stored.archived_at,
            archived_reason=stored.archived_reason,
            **more,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """A deleted benchmark whose contents are still being erased."""

    slug: Annotated[str, Doc("Its name in addresses, which stays taken.")]
    state: Annotated[Literal["erasing"], Doc("What is going on.")] = "erasing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question; `answerable`, `accepted` and `occurrences` only where the benchmark is open.

    On an open benchmark it is what was published: it can be sent to another server as it stands.
    """

    key: Annotated[str, Doc("Its name, the same in every revision.")]
    question: Annotated[str | None, Doc("What is asked; null where only the key was published.")]
    choices: Annotated[list[str] | None, Doc("What there is to choose from; null without.")]
    category: Annotated[str | None, Doc("The category that figures are told by.")]
    cluster: Annotated[str | None, Doc("Items of one cluster are not independent of each other.")]
    weight: Annotated[float, Doc("How much it counts, 1 where nothing was said.")]
    tags: Annotated[dict[str, Any], Doc("What else was published of it.")]
    answerable: Annotated[
        bool | UnsetType, Doc("False where abstaining is the right answer; open benchmarks only.")
    ] = UNSET
    accepted: Annotated[
        list[str] | UnsetType, Doc("The accepted answers; open benchmarks only.")
    ] = UNSET
    occurrences: Annotated[
        int | UnsetType | None,
        Doc("How often the fact stands in the training data; open benchmarks only."),
    ] = UNSET

    @classmethod
    def of(cls, stored: items.Item, *, with_answers: bool) -> Self:
        """An item as a pipeline downloads it, and as it was published where answers are public."""
        # Whether an item has an answer at all, and how often its fact was seen, are part of the
        # secret where the answers are.
        return cls(
            key=stored.key,
            question=stored.question,
            choices=stored.choices,
            category=stored.category,
            cluster=stored.cluster,
            weight=stored.weight,
            tags=stored.tags,
            answerable=stored.answerable if with_answers else UNSET,
            accepted=stored.accepted if with_answers else UNSET,
            occurrences=stored.occurrences if with_answers else UNSET,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionFacts:
    """One state of a benchmark's items and accepted answers; it never changes."""

    benchmark: Annotated[str, Doc("The benchmark's slug.")]
    revision: Annotated[int, Doc("Its number, from 1.")]
    state: Annotated[Literal["complete", "grading"], Doc("Its board is shown once it is complete.")]
    note: Annotated[str, Doc("What its publisher says was corrected.")]
    n_items: Annotated[int, Doc("Items in it.")]
    matcher: Annotated[MatcherName, Doc("How answers are compared with the accepted ones.")]
    tolerance: Annotated[float | None, Doc("Of the matcher `number`; null is none.")]
    abstention_phrases: Annotated[
        tuple[str, ...], Doc("What counts as abstaining besides the phrases of the list.")
    ]
    grading: Annotated[GradingFacts, FLAT]
    created_at: Annotated[datetime, Doc("When it was published, UTC.")]

    @classmethod
    def of(cls, slug: str, stored: revisions.Revision, **more: Any) -> Self:
        """What is told of a stored revision; `more` are the fields of a subclass."""
        return cls(
            benchmark=slug,
            revision=stored.number,
            state="complete" if stored.complete else "grading",
            note=stored.note,
            n_items=stored.n_items,
            matcher=stored.matcher,
            tolerance=None if stored.tolerance is None else float(stored.tolerance),
            abstention_phrases=stored.abstention_phrases,
            grading=GradingFacts.of(stored.grading),
            created_at=stored.created_at,
            **more,
        )


@dataclass(frozen=True, slots=True)
class RankChange:
    """A place under the revision before and under this one; null where it is not ranked."""

    before: Annotated[int | None, Doc("The place under the revision before.")]
    after: Annotated[int | None, Doc("The place under this revision.")]


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """A score under the revision before and under this one, in points an item."""

    before: Annotated[float | None, Doc("The score under the revision before.")]
    after: Annotated[float | None, Doc("The score under this revision.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedSubmission:
    """A submission whose place or score is another, at the default target and mode."""

    submission: Annotated[str, Doc("The submission's id.")]
    owner: Annotated[str, Doc("Who submitted it.")]
    model: Annotated[Model, Doc("The model that answered.")]
    rank: Annotated[RankChange, Doc("Its places.")]
    score: Annotated[ScoreChange, Doc("Its scores, in points an item.")]

    @classmethod
    def of(cls, move: Move) -> Self:
        """What is told of a move."""
        return cls(
            submission=move.submission,
            owner=move.owner,
            model=move.model,
            rank=RankChange(move.rank_before, move.rank_after),
            score=ScoreChange(move.score_before, move.score_after),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision(RevisionFacts):
    """A revision, how far its grading is, and who moved by it."""

    graded: Annotated[int, Doc("Submissions graded under it so far.")]
    submissions: Annotated[int, Doc("Submissions to be graded under it.")]
    n_compared: Annotated[int | None, Doc("Submissions that stand on either of the two boards.")]
    n_moved: Annotated[int | None, Doc("Submissions whose place or score is another.")]
    moved: Annotated[tuple[MovedSubmission, ...] | None, Doc("The furthest 100.")]
    null_reasons: Annotated[
        dict[str, str], Doc("Why a field is null, by its name: `first-revision` or `grading`.")
    ]
    warnings: Annotated[tuple[ItemWarning, ...] | UnsetType, _WARNINGS] = UNSET

    @classmethod
    def seen(cls, slug: str, view: RevisionView, **more: Any) -> Self:
        """A revision as it is now; `more` are the fields of a subclass."""
        moves = view.moves
        why = "first-revision" if view.revision.number == 1 else "grading"
        absent = () if moves is not None else ("n_compared", "n_moved", "moved")
        return cls.of(
            slug,
            view.revision,
            graded=view.graded,
            submissions=view.submissions,
            n_compared=None if moves is None else moves.compared,
            n_moved=None if moves is None else moves.total,
            moved=None if moves is None else tuple(map(MovedSubmission.of, moves.moved)),
            null_reasons=dict.fromkeys(absent, why),
            **more,
        )
