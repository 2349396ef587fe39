"""The public view of a hidden benchmark: which figures are shown, and how they are rounded.

Accepted answers stay secret only if the figures about them are few and coarse: the shares of right,
wrong and abstained to three decimals, what follows from those in declared mode at any target,
threshold mode at the benchmark's fixed targets alone, and the quadratic score to three decimals.
Every public figure, places included, is computed from the rounded ones, and a submitter sees no
more than the public (`docs/adr` and `docs/scoring.md` say what this does not protect).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from app.grading.registry import MatcherName
from app.problem import Problem
from app.scoring import assess as assessing
from app.scoring.assess import Assessed
from app.scoring.grades import NO_CONFIDENCE
from app.scoring.rules import Mode, ScoringView, score_of
from app.scoring.score import Score, Scores
from app.scoring.statistics.intervals import mover_wilson, wilson
from app.scoring.targets import CONFIDENCE_UNITS, Target
from app.storage.benchmarks import Benchmark, BenchmarkMode, RankedAttempt
from app.storage.invitations import Invitation
from app.storage.items import Item
from app.storage.keys import ApiKey

GRID: Final = CONFIDENCE_UNITS // 100
"""Confidences of a hidden benchmark are whole numbers of GRID units of confidence, 0.01."""

STEPS: Final = 1_000
"""Shares of a hidden benchmark are whole numbers of 1 / STEPS."""


def shows_answers(benchmark_mode: str) -> bool:
    """Whether a benchmark of that mode (`open` or `hidden`) publishes its accepted answers."""
    return benchmark_mode == "open"


def shown_to_everyone(visibility: str) -> bool:
    """Whether a benchmark of that visibility (`public` or `private`) is there for everybody."""
    return visibility == "public"


@dataclass(frozen=True, slots=True)
class PublicView:
    """What a benchmark shows to the public, a property for each question.

    All else that depends on the mode or the visibility of a benchmark asks here; a test refuses
    comparisons with either elsewhere. `fixed_targets` are as `Target.units` has them.
    """

    everyone: bool
    """Everybody may read it; if not, its owner, the keys bound to it and admins."""

    answers: bool
    """Accepted answers are published."""

    fixed_targets: tuple[int, ...]

    @classmethod
    def of(cls, benchmark: Benchmark) -> "PublicView":
        """The public view of a benchmark."""
        return cls(
            everyone=shown_to_everyone(benchmark.visibility),
            answers=shows_answers(benchmark.mode),
            fixed_targets=benchmark.fixed_targets,
        )

    @property
    def outcomes(self) -> bool:
        """What single answers turned out to be is shown."""
        return self.answers

    @property
    def exact_figures(self) -> bool:
        """Figures and counts are exact; if not, they follow from the rounded shares."""
        return self.answers

    @property
    def categories(self) -> bool:
        """Figures of single categories are shown."""
        return self.answers

    @property
    def calibration(self) -> bool:
        """Calibration of the stated confidences is shown."""
        return self.answers

    @property
    def repeated_samples(self) -> bool:
        """Submissions may hold several samples an item."""
        return self.answers

    @property
    def fine_confidences(self) -> bool:
        """Stated confidences are kept as they are; if not, to 0.01."""
        return self.answers

    @property
    def ungraded_answers(self) -> bool:
        """Submissions may leave answers ungraded."""
        return self.answers

    def every_target(self, mode: Mode) -> bool:
        """Whether a mode is shown at every target; if not, at `target_by_confidence` alone."""
        return self.answers or mode == "declared"

    def target_by_confidence(self, target: Target) -> bool:
        """Whether threshold mode is shown at a target; at 0 every answer counts in either mode."""
        return self.answers or target.units in {0, *self.fixed_targets}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicBenchmark:
    """What pages print of a benchmark; targets and limits are 0 to 1.

    `view` says what may be shown of it: a page never asks the mode or the visibility itself.
    """

    slug: str
    title: str
    description: str
    source: str
    owner: str
    demo: bool
    view: PublicView
    mode: BenchmarkMode
    matcher: MatcherName
    tolerance: str | None
    abstention_phrases: tuple[str, ...]
    default_target: float
    default_mode: Mode
    fixed_targets: tuple[float, ...]
    missing_limit: float
    ranked_attempt: RankedAttempt
    revision: int
    n_items: int
    archived_at: datetime | None
    archived_reason: str | None

    @classmethod
    def of(cls, stored: Benchmark) -> Self:
        """What may be printed of a stored benchmark."""
        return cls(
            slug=stored.slug,
            title=stored.title,
            description=stored.description,
            source=stored.source,
            owner=stored.owner,
            demo=stored.demo,
            view=PublicView.of(stored),
            mode=stored.mode,
            matcher=stored.matcher,
            tolerance=stored.tolerance,
            abstention_phrases=stored.abstention_phrases,
            default_target=Target(stored.default_target).value,
            default_mode=stored.default_mode,
            fixed_targets=tuple(Target(units).value for units in stored.fixed_targets),
            missing_limit=stored.missing_limit,
            ranked_attempt=stored.ranked_attempt,
            revision=stored.revision,
            n_items=stored.n_items,
            archived_at=stored.archived_at,
            archived_reason=stored.archived_reason,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicItem:
    """What pages print of an item; `accepted` and `answerable` are None where they are secret."""

    key: str
    question: str | None
    choices: list[str] | None
    category: str | None
    weight: float
    answerable: bool | None
    accepted: list[str] | None

    @classmethod
    def of(cls, stored: Item, view: PublicView) -> Self:
        """What may be printed of a stored item of a benchmark with that view."""
        return cls(
            key=stored.key,
            question=stored.question,
            choices=stored.choices,
            category=stored.category,
            weight=stored.weight,
            answerable=stored.answerable if view.answers else None,
            accepted=stored.accepted if view.answers else None,
        )


RAW: Final[tuple[type, ...]] = (Benchmark, Item, ApiKey, Invitation)
"""What is stored with its secrets; neither a reply nor a page may be made of it."""


@dataclass(frozen=True, slots=True)
class PublicShares:
    """Right, wrong and abstained of one submission in thousandths of all items."""

    correct: int
    wrong: int
    abstained: int
    n_items: int

    @property
    def accuracy(self) -> Score:
        """Share right, with Wilson's interval about the rounded share."""
        value = self.correct / STEPS
        return Score(
            value, n_items=self.n_items, interval=wilson(value * self.n_items, self.n_items)
        )

    @property
    def coverage(self) -> float:
        """Share answered."""
        return (self.correct + self.wrong) / STEPS

    @property
    def selective_accuracy(self) -> float | None:
        """Share right among the answered; None where nothing was answered."""
        answered = self.correct + self.wrong
        return self.correct / answered if answered else None

    def as_dict(self) -> dict[str, float]:
        """The shares as the public reads them."""
        return {
            "correct": self.correct / STEPS,
            "wrong": self.wrong / STEPS,
            "abstained": self.abstained / STEPS,
        }

    def score_at(self, target: Target) -> Score:
        """The target score that follows from the rounded shares; equal shares, equal scores."""
        value = score_of(self.correct, self.wrong, STEPS, target)
        interval = mover_wilson(
            self.correct / STEPS * self.n_items,
            self.wrong / STEPS * self.n_items,
            self.n_items,
            target.penalty,
        )
        return Score(value, n_items=self.n_items, interval=interval)


def public_shares(entry: Assessed, *, target: Target, mode: Mode) -> PublicShares:
    """The rounded shares attempted right and wrong at a view, and abstained as declared."""
    right, wrong = assessing.attempted_shares(entry, target, mode)
    profile = entry.profile
    return PublicShares(
        correct=_rounded(right),
        wrong=_rounded(wrong),
        abstained=_rounded(profile.abstained / max(profile.n_slots, 1)),
        n_items=entry.items.n_items,
    )


def public_score(entry: Assessed, shares: PublicShares, view: ScoringView) -> Score:
    """One submission's score under a rule, as the public sees it."""
    if view.rule == "quadratic":
        return public_quadratic(entry)
    if view.rule == "binary":
        return shares.accuracy
    return shares.score_at(view.target)


def public_quadratic(entry: Assessed) -> Score:
    """The quadratic score to three decimals; its interval would tell more, and is not shown."""
    exact = assessing.quadratic_score(entry)
    if exact.value is None:
        return Score(None, n_items=exact.n_items, reason=exact.reason)
    return Score(_rounded(exact.value) / STEPS, n_items=entry.items.n_items)


def public_scores(benchmark: Benchmark, entry: Assessed) -> Scores:
    """All scores of a submission that the public sees, under their ids."""
    declared = public_shares(entry, target=Target(0), mode="declared")
    mode: Mode = "threshold" if benchmark.default_mode == "threshold" else "declared"
    by_target = {}
    for units in benchmark.fixed_targets:
        shares = public_shares(entry, target=Target(units), mode=mode)
        by_target[str(Target(units))] = shares.score_at(Target(units))
    return {
        "accuracy": declared.accuracy,
        "threshold_score": by_target,
        "quadratic_score": public_quadratic(entry),
    }


def on_public_grid(confidence: NDArray[np.int32]) -> NDArray[np.int32]:
    """Confidences of a hidden benchmark, kept to 0.01, half to even; unstated ones stay unstated.

    Finer ones would carry a label each to a reader of scores at several targets.
    """
    coarse = (np.rint(confidence / GRID) * GRID).astype(np.int32)
    return np.where(confidence == NO_CONFIDENCE, confidence, coarse)


def _rounded(share: float) -> int:
    """A share in thousandths, half to even."""
    return round(share * STEPS)


def check_public_view(
    benchmark: Benchmark, view: ScoringView, *, category: str | None = None
) -> None:
    """Raises `hidden-gold` for a view that a hidden benchmark does not show."""
    shown = PublicView.of(benchmark)
    if shown.answers:
        return
    if category is not None:
        raise Problem(
            "hidden-gold",
            "A hidden benchmark shows no categories: a small one would tell single answers.",
        )
    if view.rule == "bas":
        raise Problem("hidden-gold", "A hidden benchmark does not show bas; try rule=quadratic.")
    # Whatever the rule: a view counts who attempted at its target.
    free = shown.every_target(view.mode) or view.rule == "binary"
    if not free and not shown.target_by_confidence(view.target):
        targets = ", ".join(str(Target(units)) for units in benchmark.fixed_targets)
        raise Problem(
            "invalid-request",
            f"In threshold mode this hidden benchmark shows the targets {targets} only; "
            "any other is shown in mode=declared.",
        )
